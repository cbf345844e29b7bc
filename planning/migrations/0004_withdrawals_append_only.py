"""Make withdrawals of signed plans append-only in the database."""

from django.db import migrations

from planning.models import WITHDRAWALS_GUARD


def install(apps, schema_editor):
    WITHDRAWALS_GUARD.install(schema_editor.connection)


def remove(apps, schema_editor):
    WITHDRAWALS_GUARD.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("planning", "0003_plan_withdrawal")]

    operations = [migrations.RunPython(install, remove)]
