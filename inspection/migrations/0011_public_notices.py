"""A list stands before the public before it is ratified, on a basis that is kept.

Undone, notices, objections to them and bases are lost with their tables, files and papers stay; a list that stands before the
public is with the government as it was sent.
"""

import common.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def as_sent(apps, schema_editor):
    """A state that nobody knew before: the list can be recalled, decided on and put before the public again."""
    apps.get_model("inspection", "Submission").objects.filter(state="notice").update(state="submitted")


class Migration(migrations.Migration):

    dependencies = [
        ('inspection', '0010_evidence_by_rule'),
        ('papers', '0005_offices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='inspectionmove',
            name='action',
            field=models.CharField(choices=[('start', '起草自查报告'), ('save', '保存'), ('refreeze', '重新取数'), ('hand_up', '提请签发'), ('hand_back', '退回经办'), ('send', '签发报送'), ('withdraw', '撤回'), ('discard', '撤销'), ('take', '受理审核'), ('conclude', '审结'), ('reopen', '重新审核'), ('pass', '审核通过'), ('pass_short', '审核通过（渗透率未达参考值）'), ('vet_pass', '拟通过，报请复核'), ('vet_pass_short', '拟通过（渗透率未达参考值），报请复核'), ('return', '退回补正'), ('refuse', '不予通过'), ('vet_refusal', '拟不予通过，报请复核'), ('confirm_pass', '复核同意通过'), ('confirm_refusal', '复核同意不予通过'), ('overrule', '退回审核员'), ('compile', '开始汇总'), ('include', '列入汇总'), ('exclude', '移出汇总'), ('edit', '修改汇总意见'), ('submit', '上报区政府'), ('recall', '撤回上报'), ('abandon', '撤销汇总'), ('notice', '公示'), ('ratify', '审定通过'), ('send_down', '退回区经信局'), ('propose', '提出审定意见'), ('decide', '审定'), ('turn_down', '全部退回'), ('announce', '通报'), ('end_title', '撤销称号')], max_length=20, verbose_name='动作'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='state',
            field=models.CharField(choices=[('draft', '汇总中'), ('submitted', '已上报'), ('notice', '公示中'), ('ratified', '已审定'), ('turned_down', '已退回'), ('announced', '已通报'), ('discarded', '已撤销')], default='draft', max_length=12, verbose_name='状态'),
        ),
        migrations.CreateModel(
            name='PublicNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=16, unique=True, verbose_name='网址码')),
                ('noticed_on', models.DateField(verbose_name='公示日期')),
                ('until', models.DateField(verbose_name='公示截止日期')),
                ('days', models.PositiveSmallIntegerField(verbose_name='公示工作日')),
                ('said', models.JSONField(verbose_name='内容')),
                ('at', models.DateTimeField(default=common.clock.now, editable=False, verbose_name='发布时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='撤回时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='公示人')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='papers.document', verbose_name='公示文书')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='inspection.submission', verbose_name='汇总上报')),
            ],
            options={
                'verbose_name': '公示',
                'verbose_name_plural': '公示',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='PublicObjection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('criterion', models.CharField(blank=True, max_length=10, verbose_name='标准')),
                ('way', models.CharField(choices=[('telephone', '电话'), ('letter', '来信'), ('in_person', '当面')], max_length=12, verbose_name='方式')),
                ('received_on', models.DateField(verbose_name='收到日期')),
                ('text', models.TextField(verbose_name='异议内容')),
                ('entered_at', models.DateTimeField(default=common.clock.now, editable=False, verbose_name='登记时间')),
                ('answer', models.TextField(blank=True, verbose_name='答复')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='答复时间')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='答复人')),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='inspection.publicnotice', verbose_name='公示')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='public_objections', to='inspection.unit', verbose_name='申报单位')),
            ],
            options={
                'verbose_name': '公示异议',
                'verbose_name_plural': '公示异议',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PublicObjector',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='姓名')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='联系电话')),
                ('objection', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='objector', to='inspection.publicobjection', verbose_name='公示异议')),
            ],
            options={
                'verbose_name': '公示异议人',
                'verbose_name_plural': '公示异议人',
            },
        ),
        migrations.CreateModel(
            name='RatificationBasis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='文件名')),
                ('media_type', models.CharField(max_length=40, verbose_name='文件类型')),
                ('size', models.PositiveIntegerField(help_text='字节', verbose_name='大小')),
                ('algorithm', models.CharField(max_length=10, verbose_name='摘要算法')),
                ('digest', models.CharField(max_length=128, verbose_name='摘要')),
                ('ground', models.CharField(choices=[('meeting', '会议'), ('instruction', '批示')], max_length=12, verbose_name='依据')),
                ('title', models.CharField(max_length=100, verbose_name='会议名称或批示事项')),
                ('on', models.DateField(verbose_name='会议或批示日期')),
                ('signer', models.CharField(max_length=40, verbose_name='签批人')),
                ('number', models.CharField(max_length=60, verbose_name='文号')),
                ('at', models.DateTimeField(default=common.clock.now, verbose_name='登记时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='basis', to='inspection.submission', verbose_name='汇总上报')),
            ],
            options={
                'verbose_name': '审定依据',
                'verbose_name_plural': '审定依据',
            },
        ),
        migrations.AddConstraint(
            model_name='publicnotice',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('submission',), name='notice_one_standing', violation_error_message='这份名单已在公示。'),
        ),
        migrations.AddConstraint(
            model_name='publicobjection',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='public_objection_says', violation_error_message='请写明异议内容。'),
        ),
        migrations.AddConstraint(
            model_name='publicobjection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='public_objection_answer_whole', violation_error_message='答复须有内容、答复人和时间。'),
        ),
        migrations.RunPython(migrations.RunPython.noop, as_sent),
    ]
