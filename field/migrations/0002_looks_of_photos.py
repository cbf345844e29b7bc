"""Photos of walks say how they look; undone, that is lost."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('field', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='visitphoto',
            name='look',
            field=models.CharField(blank=True, default='', help_text='差异哈希，16 位十六进制', max_length=16, verbose_name='图像特征'),
        ),
    ]
