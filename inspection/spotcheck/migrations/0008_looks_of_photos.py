"""Photos of spot checks keep how they look; SQLite makes their tables anew, so their guards are set again."""

from django.db import migrations, models

from inspection.spotcheck.models import PROTECTED


def guard(apps, schema_editor):
    for protected in PROTECTED:
        protected.install(schema_editor.connection)


def unguard(apps, schema_editor):
    for protected in PROTECTED:
        protected.remove(schema_editor.connection)


def _look(model: str) -> migrations.AddField:
    field = models.CharField(
        "图像特征", max_length=16, blank=True, default="", help_text="差异哈希，16 位十六进制"
    )
    return migrations.AddField(model, "look", field)


class Migration(migrations.Migration):
    dependencies = [("spotcheck", "0007_known_probabilities")]

    operations = [
        migrations.RunPython(unguard, guard),
        _look("photo"),
        _look("heldphoto"),
        migrations.RunPython(guard, unguard),
    ]
