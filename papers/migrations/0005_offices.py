"""Bodies, their numbers and drafts of papers are data of the county. Undone, they are lost, with which numbers were
reserved or void; papers that were issued stay, with theirs.
"""

import common.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from papers.models import BLOCKS_GUARD, STEPS_GUARD, VOIDS_GUARD


def install(apps, schema_editor):
    for guard in (BLOCKS_GUARD, STEPS_GUARD, VOIDS_GUARD):
        guard.install(schema_editor.connection)


def remove(apps, schema_editor):
    for guard in (BLOCKS_GUARD, STEPS_GUARD, VOIDS_GUARD):
        guard.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('areas', '0006_succession_kinds'),
        ('papers', '0004_one_clock'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PaperDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='种类')),
                ('about', models.CharField(max_length=80, verbose_name='所据')),
                ('role', models.CharField(choices=[('township', '街镇'), ('bureau', '区经信局'), ('government', '区政府')], max_length=10, verbose_name='机关')),
                ('state', models.CharField(choices=[('drafting', '拟稿中'), ('checking', '核稿中'), ('countersigning', '会签中'), ('ready', '待签发'), ('issued', '已签发'), ('dropped', '已撤稿')], default='drafting', max_length=16, verbose_name='状态')),
                ('version', models.PositiveIntegerField(default=0, verbose_name='版本号')),
                ('texts', models.JSONField(default=dict, verbose_name='文字')),
                ('serial', models.PositiveIntegerField(blank=True, null=True, verbose_name='登记的序号')),
                ('asked', models.CharField(blank=True, max_length=20, verbose_name='会签岗位')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area', verbose_name='区域')),
                ('document', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='papers.document', verbose_name='公文')),
            ],
            options={
                'verbose_name': '公文稿',
                'verbose_name_plural': '公文稿',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='DraftMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('open', '拟稿'), ('word', '修改文字'), ('number', '登记文号'), ('hand_in', '送核稿'), ('check', '核稿同意'), ('send_back', '退回拟稿'), ('ask', '送会签'), ('countersign', '会签同意'), ('drop', '撤稿'), ('issue', '签发')], max_length=12, verbose_name='动作')),
                ('from_state', models.CharField(blank=True, max_length=16, verbose_name='原状态')),
                ('to_state', models.CharField(max_length=16, verbose_name='新状态')),
                ('at', models.DateTimeField(default=common.clock.now, editable=False, verbose_name='时间')),
                ('reason', models.TextField(blank=True, verbose_name='原因')),
                ('version', models.PositiveIntegerField(verbose_name='版本号')),
                ('texts', models.JSONField(default=dict, verbose_name='文字')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经手人')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='papers.paperdraft', verbose_name='公文稿')),
            ],
            options={
                'verbose_name': '办文流转',
                'verbose_name_plural': '办文流转',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='VoidNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('serial', models.PositiveIntegerField(verbose_name='序号')),
                ('reason', models.CharField(max_length=200, verbose_name='作废原因')),
                ('at', models.DateTimeField(default=common.clock.now, editable=False, verbose_name='作废时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经手人')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='voids', to='papers.series', verbose_name='字号系列')),
            ],
            options={
                'verbose_name': '作废文号',
                'verbose_name_plural': '作废文号',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='IssuingBody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('township', '街镇'), ('bureau', '区经信局'), ('government', '区政府')], max_length=10, verbose_name='机关')),
                ('name', models.CharField(max_length=60, verbose_name='机关全称')),
                ('code', models.CharField(max_length=12, verbose_name='机关代字')),
                ('letter_code', models.CharField(blank=True, max_length=12, verbose_name='函的代字')),
                ('office', models.CharField(blank=True, max_length=60, verbose_name='印发机关')),
                ('contact', models.CharField(blank=True, max_length=20, verbose_name='联系人')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='联系电话')),
                ('numbering', models.CharField(choices=[('portal', '门户编号'), ('register', '发文登记簿编号，在门户登记')], default='portal', max_length=8, verbose_name='编号方式')),
                ('needs_check', models.BooleanField(default=False, verbose_name='印发前须经核稿')),
                ('version', models.PositiveIntegerField(default=0, verbose_name='版本号')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issuing_bodies', to='areas.area', verbose_name='区域')),
            ],
            options={
                'verbose_name': '发文机关',
                'verbose_name_plural': '发文机关',
                'ordering': ['area_id', 'role'],
                'constraints': [models.UniqueConstraint(fields=('area', 'role'), name='issuing_body_once')],
            },
        ),
        migrations.CreateModel(
            name='NumberBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.PositiveIntegerField(verbose_name='起')),
                ('last', models.PositiveIntegerField(verbose_name='止')),
                ('purpose', models.CharField(max_length=200, verbose_name='用途')),
                ('at', models.DateTimeField(default=common.clock.now, editable=False, verbose_name='留号时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='留号人')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='blocks', to='papers.series', verbose_name='字号系列')),
            ],
            options={
                'verbose_name': '留用文号',
                'verbose_name_plural': '留用文号',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('series', 'first'), name='number_block_once'), models.CheckConstraint(condition=models.Q(('last__gte', models.F('first')), models.Q(('purpose', ''), _negated=True)), name='number_block_whole', violation_error_message='留用文号必须写明起止和用途。')],
            },
        ),
        migrations.AddConstraint(
            model_name='paperdraft',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('issued', 'dropped')), _negated=True), fields=('kind', 'about'), name='paper_draft_one_open', violation_error_message='这份公文已在拟稿。'),
        ),
        migrations.AddConstraint(
            model_name='paperdraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('document__isnull', False), ('state', 'issued')), models.Q(models.Q(('state', 'issued'), _negated=True), ('document__isnull', True)), _connector='OR'), name='paper_draft_issued_has_document', violation_error_message='已签发的稿必须有公文。'),
        ),
        migrations.AddConstraint(
            model_name='draftmove',
            constraint=models.UniqueConstraint(fields=('draft', 'version'), name='draft_move_version'),
        ),
        migrations.AddConstraint(
            model_name='voidnumber',
            constraint=models.UniqueConstraint(fields=('series', 'serial'), name='void_number_once'),
        ),
        migrations.AddConstraint(
            model_name='voidnumber',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='void_number_has_reason', violation_error_message='作废文号必须写明原因。'),
        ),
        migrations.RunPython(install, remove),
    ]
