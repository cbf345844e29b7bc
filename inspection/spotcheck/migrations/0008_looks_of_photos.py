"""Photos from the field say how they look; SQLite makes their table anew, so its guard is set again. Undone, the looks are lost."""

from django.db import migrations, models

from inspection.spotcheck.models import PROTECTED


def guard(apps, schema_editor):
    _photos().install(schema_editor.connection)


def unguard(apps, schema_editor):
    _photos().remove(schema_editor.connection)


def _photos():
    return next(each for each in PROTECTED if each.table == "spotcheck_photo")


def _look() -> models.CharField:
    return models.CharField("图像特征", max_length=16, blank=True, default="", help_text="差异哈希，16 位十六进制")


class Migration(migrations.Migration):
    dependencies = [("spotcheck", "0007_known_probabilities")]

    operations = [
        migrations.RunPython(unguard, guard),
        migrations.AddField("photo", "look", _look()),
        migrations.AddField("heldphoto", "look", _look()),
        migrations.RunPython(guard, unguard),
    ]
