"""A move of the chain is an ``InspectionMove``; its table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inspection", "0005_publication_corrections")]

    # Of the state alone: SQLite would make the table anew, and lose the triggers that guard it.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("Move", "InspectionMove"),
                migrations.AlterModelTable("inspectionmove", "inspection_move"),
            ]
        )
    ]
