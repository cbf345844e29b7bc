"""Let samples, findings and photos only be added."""

from django.db import migrations

from inspection.spotcheck.models import PROTECTED


def install(apps, schema_editor):
    for protected in PROTECTED:
        protected.install(schema_editor.connection)


def remove(apps, schema_editor):
    for protected in PROTECTED:
        protected.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("spotcheck", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
