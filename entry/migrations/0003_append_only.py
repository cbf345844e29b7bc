"""Keep what was said, and to whom, as it was: append-only in the database."""

from django.db import migrations

from entry.models import PROTECTED


def install(apps, schema_editor):
    for protected in PROTECTED:
        protected.install(schema_editor.connection)


def remove(apps, schema_editor):
    for protected in PROTECTED:
        protected.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("entry", "0002_comments")]

    operations = [migrations.RunPython(install, remove)]
