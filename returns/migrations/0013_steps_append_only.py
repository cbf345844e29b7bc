"""Let steps of returns and of requests to report late, and leave to do so, only be added."""

from django.db import migrations

from returns.models import LEAVE_GUARDS, MOVES_GUARD

GUARDS = (MOVES_GUARD, *LEAVE_GUARDS)


def install(apps, schema_editor):
    for guard in GUARDS:
        guard.install(schema_editor.connection)


def remove(apps, schema_editor):
    for guard in GUARDS:
        guard.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("returns", "0012_explanation_reasons")]

    operations = [migrations.RunPython(install, remove)]
