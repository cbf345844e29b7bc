from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('acceptance', '0003_one_clock'),
    ]

    operations = [
        migrations.AddField(
            model_name='judgement',
            name='failed_at',
            field=models.DateTimeField(help_text='评定成功后为空', null=True, verbose_name='未能评定的时间'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='fault',
            field=models.TextField(null=True, verbose_name='未能评定的原因'),
        ),
    ]
