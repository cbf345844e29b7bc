"""A certificate's moves call it ``certificate``; the column stays as it is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0004_moments")]

    # Of the state alone: SQLite would make the table anew, and lose the triggers that guard it.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("certificatemove", "certificate_move_once_a_version"),
                migrations.RenameField("certificatemove", "owner", "certificate"),
                migrations.AlterField(
                    "certificatemove",
                    "certificate",
                    models.ForeignKey(
                        db_column="owner_id",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="certificates.certificate",
                        verbose_name="证书",
                    ),
                ),
                migrations.AddConstraint(
                    "certificatemove",
                    models.UniqueConstraint(fields=("certificate", "version"), name="certificate_move_once_a_version"),
                ),
            ]
        )
    ]
