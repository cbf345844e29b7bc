"""Let documents and the versions of wordings only be added."""

from django.db import migrations

from papers.models import DOCUMENTS_GUARD, WORDINGS_GUARD


def install(apps, schema_editor):
    for guard in (DOCUMENTS_GUARD, WORDINGS_GUARD):
        guard.install(schema_editor.connection)


def remove(apps, schema_editor):
    for guard in (DOCUMENTS_GUARD, WORDINGS_GUARD):
        guard.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_initial")]

    operations = [migrations.RunPython(install, remove)]
