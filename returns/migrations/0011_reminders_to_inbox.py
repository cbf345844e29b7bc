from django.db import migrations


class Migration(migrations.Migration):
    """The day's mails are the inbox's from now on: their table goes there, with its rows (inbox 0001)."""

    dependencies = [
        ('returns', '0010_late_requests'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable('reminder', 'inbox_reminder')],
            state_operations=[migrations.DeleteModel('Reminder')],
        ),
    ]
