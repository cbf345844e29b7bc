"""Make what returns are checked by append-only in the database."""

from django.db import migrations

from returns.models import PROTECTED


def install(apps, schema_editor):
    for protected in PROTECTED:
        protected.install(schema_editor.connection)


def remove(apps, schema_editor):
    for protected in PROTECTED:
        protected.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("returns", "0003_reminders")]

    operations = [migrations.RunPython(install, remove)]
