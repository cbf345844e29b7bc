"""Let steps of proposals, and the files on which they rest, only be added."""

from django.db import migrations

from proposals.models import PROTECTED


def install(apps, schema_editor):
    for protected in PROTECTED:
        protected.install(schema_editor.connection)


def remove(apps, schema_editor):
    for protected in PROTECTED:
        protected.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("proposals", "0004_looks_of_photos")]

    operations = [migrations.RunPython(install, remove)]
