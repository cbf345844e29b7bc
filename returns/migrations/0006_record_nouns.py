"""A return's moves and lines call it ``quarterly_return``, and a move of it is a ``ReturnMove``; the tables stay as they are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("returns", "0005_one_clock")]

    # Of the state alone: SQLite would make the tables anew, and lose the triggers that guard them.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("move", "move_once_a_version"),
                migrations.RemoveConstraint("returnline", "line_once_in_return"),
                migrations.RenameModel("Move", "ReturnMove"),
                migrations.AlterModelTable("returnmove", "returns_move"),
                migrations.RenameField("returnmove", "owner", "quarterly_return"),
                migrations.RenameField("returnline", "owner", "quarterly_return"),
                migrations.AlterField(
                    "returnmove",
                    "quarterly_return",
                    models.ForeignKey(
                        db_column="owner_id",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="returns.return",
                        verbose_name="季报",
                    ),
                ),
                migrations.AlterField(
                    "returnline",
                    "quarterly_return",
                    models.ForeignKey(
                        db_column="owner_id",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="returns.return",
                        verbose_name="季报",
                    ),
                ),
                migrations.AddConstraint(
                    "returnmove",
                    models.UniqueConstraint(fields=("quarterly_return", "version"), name="move_once_a_version"),
                ),
                migrations.AddConstraint(
                    "returnline",
                    models.UniqueConstraint(fields=("quarterly_return", "area"), name="line_once_in_return"),
                ),
            ]
        )
    ]
