"""A workbook and its upload call the return that they are of ``quarterly_return``; the columns stay as they are."""

import django.db.models.deletion
from django.db import migrations, models


def kept(related_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_column="owner_id",
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to="returns.return",
        verbose_name="季报",
    )


class Migration(migrations.Migration):
    dependencies = [("workbooks", "0003_one_clock"), ("returns", "0006_record_nouns")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("issued", "owner", "quarterly_return"),
                migrations.RenameField("upload", "owner", "quarterly_return"),
                migrations.AlterField("issued", "quarterly_return", kept("workbooks")),
                migrations.AlterField("upload", "quarterly_return", kept("uploads")),
            ]
        )
    ]
