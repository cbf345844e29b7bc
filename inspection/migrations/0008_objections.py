"""Objections live until they are settled, and colleagues are asked. Undone, both are lost with what was answered; why a unit
was returned stays in its moves.
"""

import common.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('areas', '0006_succession_kinds'),
        ('inspection', '0007_loosened_pairs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='answers',
            field=models.JSONField(blank=True, default=dict, help_text='按意见编号', verbose_name='对退回意见的答复'),
        ),
        migrations.CreateModel(
            name='SecondOpinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.TextField(verbose_name='问题')),
                ('asked_at', models.DateTimeField(default=common.clock.now, editable=False, verbose_name='提请时间')),
                ('answer', models.TextField(blank=True, verbose_name='会商意见')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='答复时间')),
                ('withdrawal', models.TextField(blank=True, verbose_name='撤回的原因')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='撤回时间')),
                ('asked', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='会商人')),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提请人')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='second_opinions', to='inspection.unit', verbose_name='申报单位')),
            ],
            options={
                'verbose_name': '会商意见',
                'verbose_name_plural': '会商意见',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True), ('withdrawn_at__isnull', True)), fields=('unit',), name='second_opinion_one_open', violation_error_message='该单位已提请会商，尚未答复。'), models.CheckConstraint(condition=models.Q(('question', ''), _negated=True), name='second_opinion_asks', violation_error_message='提请会商须写明问题。'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(('answered_at__isnull', False), ('withdrawn_at__isnull', True), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='second_opinion_answer_whole', violation_error_message='会商意见须有内容和时间。'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawal', ''), ('withdrawn_at__isnull', True)), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawal', ''), _negated=True)), _connector='OR'), name='second_opinion_withdrawn_why', violation_error_message='撤回会商须写明原因。')],
            },
        ),
        migrations.CreateModel(
            name='UnitObjection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.CharField(choices=[('bureau', '区经信局'), ('government', '区政府')], max_length=12, verbose_name='提出机关')),
                ('code', models.CharField(choices=[('figures', '数据与现况不符'), ('missing', '佐证材料不足'), ('mismatch', '佐证材料与申报不符'), ('spot_check', '抽查不合格'), ('text', '报告文字须修改'), ('other', '其他')], max_length=12, verbose_name='类别')),
                ('criteria', models.JSONField(default=list, help_text='标准编号的列表；空：整个单位', verbose_name='涉及的标准')),
                ('text', models.TextField(verbose_name='意见')),
                ('at', models.DateTimeField(default=common.clock.now, editable=False, verbose_name='提出时间')),
                ('answer', models.TextField(blank=True, verbose_name='街镇的答复')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='答复时间')),
                ('reply', models.TextField(blank=True, verbose_name='区经信局的答复')),
                ('replied_at', models.DateTimeField(blank=True, null=True, verbose_name='区经信局答复时间')),
                ('settlement', models.TextField(blank=True, verbose_name='了结的结论')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='了结时间')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='签发答复的人')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area', verbose_name='单位')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
                ('replied_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='区经信局答复人')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='了结人')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='inspection.unit', verbose_name='申报单位')),
            ],
            options={
                'verbose_name': '退回意见',
                'verbose_name_plural': '退回意见',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='objection_says_something', violation_error_message='意见不能空白。'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='objection_answered_whole', violation_error_message='答复、了结须有内容、经办人和时间。'), models.CheckConstraint(condition=models.Q(models.Q(('replied_at', None), ('replied_by', None), ('reply', '')), models.Q(models.Q(('reply', ''), _negated=True), ('replied_at__isnull', False), ('replied_by__isnull', False)), _connector='OR'), name='objection_replied_whole', violation_error_message='答复、了结须有内容、经办人和时间。'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('settled_by', None), ('settlement', '')), models.Q(models.Q(('settlement', ''), _negated=True), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='objection_settled_whole', violation_error_message='答复、了结须有内容、经办人和时间。')],
            },
        ),
    ]
