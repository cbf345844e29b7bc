
import common.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('proposals', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HeldProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='文件名')),
                ('media_type', models.CharField(max_length=40, verbose_name='文件类型')),
                ('size', models.PositiveIntegerField(help_text='字节', verbose_name='大小')),
                ('algorithm', models.CharField(max_length=10, verbose_name='摘要算法')),
                ('digest', models.CharField(max_length=128, verbose_name='摘要')),
                ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='拍摄时间')),
                ('taken_lon', models.FloatField(blank=True, help_text='WGS-84，度', null=True, verbose_name='拍摄经度')),
                ('taken_lat', models.FloatField(blank=True, help_text='WGS-84，度', null=True, verbose_name='拍摄纬度')),
                ('at', models.DateTimeField(default=common.clock.real_now, editable=False, verbose_name='上传时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'verbose_name': '未提交的变更依据',
                'verbose_name_plural': '未提交的变更依据',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['by', 'at'], name='held_proof_by_at')],
            },
        ),
    ]
