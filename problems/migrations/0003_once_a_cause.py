"""A cause of which the problem was withdrawn may be written down again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("problems", "0002_append_only")]

    operations = [
        migrations.RemoveConstraint(model_name="problem", name="problem_once_a_cause"),
        migrations.AddConstraint(
            model_name="problem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("mark", ""), _negated=True) & models.Q(("state", "withdrawn"), _negated=True),
                fields=("county", "mark"),
                name="problem_once_a_cause",
            ),
        ),
    ]
