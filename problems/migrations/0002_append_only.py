"""Make steps, words and files of problems append-only in the database."""

from django.db import migrations

from problems.models import PROTECTED


def install(apps, schema_editor):
    for protected in PROTECTED:
        protected.install(schema_editor.connection)


def remove(apps, schema_editor):
    for protected in PROTECTED:
        protected.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("problems", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
