"""Let the steps in a certificate's life only be added."""

from django.db import migrations

from reports.certificates.models import MOVES_GUARD


def install(apps, schema_editor):
    MOVES_GUARD.install(schema_editor.connection)


def remove(apps, schema_editor):
    MOVES_GUARD.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
