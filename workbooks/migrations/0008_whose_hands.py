"""Who changed which field of an upload last, so that a colleague at the same sheet is told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workbooks", "0007_counts_have_an_operator")]

    operations = [
        migrations.AddField(model, "hands", models.JSONField(default=dict, verbose_name="改动人"))
        for model in ("upload", "countupload")
    ]
