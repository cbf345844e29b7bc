"""Evidence hangs on a criterion, says when and where it was taken, and is of more kinds than before.

Undone, what a file says of these is lost; the files stay. Those of a kind that there was not become 证明文件.
"""

from django.conf import settings
from django.db import migrations, models

FORMER_KINDS = ("photo", "document", "speed_test")


def as_formerly_called(apps, schema_editor):
    """Before the column is narrow again: the new kinds have names that it does not hold, and that nobody knew."""
    apps.get_model("inspection", "Evidence").objects.exclude(kind__in=FORMER_KINDS).update(kind="document")


class Migration(migrations.Migration):

    dependencies = [
        ('areas', '0006_succession_kinds'),
        ('inspection', '0009_proposed_decisions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='evidence',
            name='criterion',
            field=models.CharField(blank=True, default='', max_length=10, verbose_name='佐证的标准'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='is_made',
            field=models.BooleanField(default=False, verbose_name='系统生成'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='look',
            field=models.CharField(blank=True, default='', help_text='差异哈希，16 位十六进制', max_length=16, verbose_name='图像特征'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='remark',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='疑点说明'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='taken_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='拍摄时间'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='taken_lat',
            field=models.FloatField(blank=True, help_text='WGS-84，度', null=True, verbose_name='拍摄纬度'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='taken_lon',
            field=models.FloatField(blank=True, help_text='WGS-84，度', null=True, verbose_name='拍摄经度'),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='kind',
            field=models.CharField(choices=[('photo', '现场照片'), ('speed_test', '测速记录'), ('site_list', '点位清单（村委会签章）'), ('order_statistics', '报装工单统计'), ('publicity_record', '公示记录'), ('document', '证明文件')], max_length=20, verbose_name='类别'),
        ),
        migrations.RunPython(migrations.RunPython.noop, as_formerly_called),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(fields=['digest'], name='evidence_digest'),
        ),
    ]
