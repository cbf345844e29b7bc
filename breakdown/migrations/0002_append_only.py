"""Make the steps of breakdowns append-only in the database."""

from django.db import migrations

from breakdown.models import PROTECTED


def install(apps, schema_editor):
    for protected in PROTECTED:
        protected.install(schema_editor.connection)


def remove(apps, schema_editor):
    for protected in PROTECTED:
        protected.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("breakdown", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
