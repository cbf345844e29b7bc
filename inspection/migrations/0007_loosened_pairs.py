"""Single pairs of steps may be loosened; undone, which were is lost, and none is."""

import common.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inspection', '0006_inspection_move'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LoosenedPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('county', models.CharField(max_length=6, verbose_name='县区编码')),
                ('first', models.CharField(choices=[('proposing', '申报'), ('signing', '签发'), ('examining', '审核'), ('confirming', '复核'), ('compiling', '汇总'), ('ratifying', '审定'), ('awarding', '授牌')], max_length=10, verbose_name='经手环节')),
                ('second', models.CharField(choices=[('proposing', '申报'), ('signing', '签发'), ('examining', '审核'), ('confirming', '复核'), ('compiling', '汇总'), ('ratifying', '审定'), ('awarding', '授牌')], max_length=10, verbose_name='另一经手环节')),
                ('reason', models.TextField(verbose_name='放宽的理由')),
                ('at', models.DateTimeField(default=common.clock.now, editable=False, verbose_name='决定时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='终止时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='终止人')),
            ],
            options={
                'verbose_name': '经手限制的放宽',
                'verbose_name_plural': '经手限制的放宽',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='loosened_pair_in_order', violation_error_message='放宽的两个环节必须不同。'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('county', 'first', 'second'), name='loosened_pair_once', violation_error_message='这两个环节已经放宽。'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='loosened_pair_ended_by_somebody', violation_error_message='终止放宽必须有终止人和时间。'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='loosened_pair_has_reason', violation_error_message='放宽必须写明理由。')],
            },
        ),
    ]
