"""The government looks at units before it ratifies; undone, who looked at which is lost."""

import common.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inspection', '0011_public_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='UnitLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='版本号')),
                ('code', models.CharField(blank=True, choices=[('figures', '数据与现况不符'), ('missing', '佐证材料不足'), ('mismatch', '佐证材料与申报不符'), ('spot_check', '抽查不合格'), ('text', '报告文字须修改'), ('other', '其他')], max_length=12, verbose_name='退回的类别')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='退回的原因')),
                ('criteria', models.JSONField(default=list, help_text='标准编号的列表；空：整个单位', verbose_name='涉及的标准')),
                ('at', models.DateTimeField(default=common.clock.now, verbose_name='查看时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='查看人')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='inspection.submission', verbose_name='汇总上报')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='inspection.unit', verbose_name='申报单位')),
            ],
            options={
                'verbose_name': '审定前的查看',
                'verbose_name_plural': '审定前的查看',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('submission', 'unit', 'by'), name='unit_look_once'), models.CheckConstraint(condition=models.Q(models.Q(('code', ''), ('reason', '')), models.Q(models.Q(('code', ''), _negated=True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='unit_look_return_whole', violation_error_message='退回须有类别和原因。')],
            },
        ),
    ]
