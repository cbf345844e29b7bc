"""A round that is opened before its quarter has ended says why; those opened so far keep it blank."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("returns", "0008_taken_from_sources")]

    operations = [
        migrations.AddField(
            "round",
            "early_reason",
            models.CharField(blank=True, default="", max_length=500, verbose_name="提前开放原因"),
            preserve_default=False,
        )
    ]
