"""What was found of a member is a ``SampleFinding``; its table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("spotcheck", "0004_held_photo")]

    # Of the state alone: SQLite would make the table anew, and lose the triggers that guard it.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("Finding", "SampleFinding"),
                migrations.AlterModelTable("samplefinding", "spotcheck_finding"),
            ]
        )
    ]
