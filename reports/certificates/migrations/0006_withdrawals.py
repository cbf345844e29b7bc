"""A title is withdrawn by a procedure, and a township may explain itself to a re-check.

Undone, procedures are lost with what was uploaded to them (the files stay in their folder); what was withdrawn stays so.
"""

import common.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from reports.certificates.models import WITHDRAWAL_MOVES_GUARD


def install(apps, schema_editor):
    WITHDRAWAL_MOVES_GUARD.install(schema_editor.connection)


def remove(apps, schema_editor):
    WITHDRAWAL_MOVES_GUARD.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0005_record_nouns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Of the state alone: SQLite would make the table anew, and lose the triggers that guard it.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='certificatemove',
                    name='action',
                    field=models.CharField(choices=[('issue', '授牌'), ('recheck', '启动复核'), ('explain', '说明情况'), ('confirm', '复核后维持'), ('withdraw', '撤销')], max_length=12, verbose_name='动作'),
                ),
            ],
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('fallen', '回落'), ('untrue', '数据不实'), ('sample_failed', '抽查不合格'), ('removed', '设施拆除'), ('merged', '单位撤并'), ('other', '其他')], max_length=16, verbose_name='撤销事由')),
                ('text', models.TextField(verbose_name='事实和理由')),
                ('state', models.CharField(choices=[('proposed', '待签发告知'), ('hearing', '听取陈述申辩'), ('pending', '待区政府决定'), ('withdrawn', '已撤销称号'), ('kept', '称号维持'), ('dropped', '提议已撤回')], default='proposed', max_length=12, verbose_name='状态')),
                ('served_on', models.DateField(blank=True, help_text='街镇自此日起看到', null=True, verbose_name='送达日期')),
                ('hear_until', models.DateField(blank=True, help_text='当天仍可答复；空白：不经听取', null=True, verbose_name='陈述申辩截止日期')),
                ('notice_number', models.CharField(blank=True, max_length=60, verbose_name='告知书文号')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='决定日期')),
                ('circular_number', models.CharField(blank=True, max_length=60, verbose_name='撤销通报文号')),
                ('version', models.PositiveIntegerField(default=0, verbose_name='版本号')),
                ('created_at', models.DateTimeField(default=common.clock.now, editable=False, verbose_name='登记时间')),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='certificates.certificate', verbose_name='证书')),
            ],
            options={
                'verbose_name': '撤销程序',
                'verbose_name_plural': '撤销程序',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='WithdrawalFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='文件名')),
                ('media_type', models.CharField(max_length=40, verbose_name='文件类型')),
                ('size', models.PositiveIntegerField(help_text='字节', verbose_name='大小')),
                ('algorithm', models.CharField(max_length=10, verbose_name='摘要算法')),
                ('digest', models.CharField(max_length=128, verbose_name='摘要')),
                ('is_answer', models.BooleanField(default=False, verbose_name='街镇提交')),
                ('at', models.DateTimeField(default=common.clock.now, editable=False, verbose_name='上传时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
                ('withdrawal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='certificates.withdrawal', verbose_name='撤销程序')),
            ],
            options={
                'verbose_name': '撤销程序材料',
                'verbose_name_plural': '撤销程序材料',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='WithdrawalMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('propose', '提议撤销'), ('notify', '签发告知书'), ('refer', '报请区政府决定'), ('answer', '陈述申辩'), ('withdraw', '决定撤销'), ('keep', '决定维持'), ('drop', '撤回提议')], max_length=12, verbose_name='动作')),
                ('from_state', models.CharField(blank=True, choices=[('proposed', '待签发告知'), ('hearing', '听取陈述申辩'), ('pending', '待区政府决定'), ('withdrawn', '已撤销称号'), ('kept', '称号维持'), ('dropped', '提议已撤回')], max_length=12, verbose_name='原状态')),
                ('to_state', models.CharField(choices=[('proposed', '待签发告知'), ('hearing', '听取陈述申辩'), ('pending', '待区政府决定'), ('withdrawn', '已撤销称号'), ('kept', '称号维持'), ('dropped', '提议已撤回')], max_length=12, verbose_name='新状态')),
                ('at', models.DateTimeField(default=common.clock.now, editable=False, verbose_name='时间')),
                ('on', models.DateField(verbose_name='日期')),
                ('reason', models.TextField(blank=True, verbose_name='原因')),
                ('version', models.PositiveIntegerField(verbose_name='版本号')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经手人')),
                ('withdrawal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='certificates.withdrawal', verbose_name='撤销程序')),
            ],
            options={
                'verbose_name': '撤销程序流转',
                'verbose_name_plural': '撤销程序流转',
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('proposed', 'hearing', 'pending'))), fields=('certificate',), name='withdrawal_one_open', violation_error_message='这张证书已有一件在办的撤销程序。'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'hearing', 'pending', 'withdrawn', 'kept', 'dropped'])), name='withdrawal_state_known'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(('ground__in', ['fallen', 'untrue', 'sample_failed', 'removed', 'merged', 'other']), models.Q(('text', ''), _negated=True)), name='withdrawal_has_ground', violation_error_message='撤销称号必须有事由和事实理由。'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'hearing'), _negated=True), models.Q(('hear_until__gte', models.F('served_on')), ('served_on__isnull', False), models.Q(('notice_number', ''), _negated=True)), _connector='OR'), name='withdrawal_hearing_has_notice', violation_error_message='听取陈述申辩必须有告知书和期限。'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_on__isnull', False), ('state__in', ('withdrawn', 'kept'))), models.Q(models.Q(('state__in', ('withdrawn', 'kept')), _negated=True), ('decided_on__isnull', True)), _connector='OR'), name='withdrawal_decided_has_date', violation_error_message='决定必须有日期，未决定的没有。'),
        ),
        migrations.AddConstraint(
            model_name='withdrawal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), _negated=True), models.Q(('circular_number', ''), _negated=True), _connector='OR'), name='withdrawal_decided_has_circular', violation_error_message='撤销称号必须印发通报。'),
        ),
        migrations.AddConstraint(
            model_name='withdrawalfile',
            constraint=models.UniqueConstraint(fields=('withdrawal', 'digest'), name='withdrawal_file_once', violation_error_message='该文件已经上传。'),
        ),
        migrations.AddConstraint(
            model_name='withdrawalmove',
            constraint=models.UniqueConstraint(fields=('withdrawal', 'version'), name='withdrawal_move_once_a_version'),
        ),
        migrations.AddConstraint(
            model_name='withdrawalmove',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ('notify', 'refer')), models.Q(('reason', ''), _negated=True), _connector='OR'), name='withdrawal_move_needs_reason', violation_error_message='提议、陈述申辩、决定和撤回提议都必须写明内容。'),
        ),
        migrations.RunPython(install, remove),
    ]
