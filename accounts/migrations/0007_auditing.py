"""Archives of the audit trail, saved questions, anomalies, and indexes by which the auditor's page is fast."""

import common.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts import triggers


def let_go_what_is_archived(apps, schema_editor):
    """Rows of which an archive is registered may leave the trail; archives may not."""
    triggers.install(schema_editor.connection)
    triggers.GUARD_OF_ARCHIVES.install(schema_editor.connection)


def let_nothing_go(apps, schema_editor):
    triggers.install(schema_editor.connection, strict=True)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_phone'),
    ]

    operations = [
        migrations.CreateModel(
            name='Anomaly',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=30, verbose_name='规则')),
                ('day', models.DateField(verbose_name='日期')),
                ('who', models.CharField(max_length=50, verbose_name='账号或地址')),
                ('figure', models.PositiveIntegerField(verbose_name='数值')),
                ('threshold', models.PositiveIntegerField(verbose_name='界限')),
                ('query', models.CharField(help_text='打开所依据的审计记录', max_length=500, verbose_name='条件')),
                ('found_at', models.DateTimeField(default=common.clock.real_now, editable=False, verbose_name='发现时间')),
                ('checked_at', models.DateTimeField(blank=True, null=True, verbose_name='核查时间')),
                ('checked_figure', models.PositiveIntegerField(default=0, verbose_name='核查时的数值')),
                ('finding', models.CharField(blank=True, max_length=200, verbose_name='核查情况')),
            ],
            options={
                'verbose_name': '异常行为',
                'verbose_name_plural': '异常行为',
                'ordering': ['-day', 'rule', 'who'],
            },
        ),
        migrations.CreateModel(
            name='AnomalyTerms',
            fields=[
                ('rule', models.CharField(max_length=30, primary_key=True, serialize=False, verbose_name='规则')),
                ('threshold', models.PositiveIntegerField(verbose_name='界限')),
            ],
            options={
                'verbose_name': '异常行为界限',
                'verbose_name_plural': '异常行为界限',
            },
        ),
        migrations.CreateModel(
            name='AuditArchive',
            fields=[
                ('first_sequence', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='起始序号')),
                ('last_sequence', models.BigIntegerField(unique=True, verbose_name='截止序号')),
                ('hash_before', models.CharField(blank=True, max_length=128, verbose_name='起始前摘要')),
                ('hash_after', models.CharField(max_length=128, verbose_name='末条摘要')),
                ('file', models.CharField(max_length=100, verbose_name='归档文件')),
                ('sha256', models.CharField(max_length=64, verbose_name='文件摘要')),
                ('document', models.TextField(help_text='JSON；所签内容和签名', verbose_name='签名')),
                ('at', models.DateTimeField(default=common.clock.real_now, editable=False, verbose_name='归档时间')),
            ],
            options={
                'verbose_name': '审计归档',
                'verbose_name_plural': '审计归档',
                'ordering': ['-first_sequence'],
            },
        ),
        migrations.CreateModel(
            name='SavedQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50, verbose_name='名称')),
                ('query', models.CharField(max_length=500, verbose_name='条件')),
                ('is_shared', models.BooleanField(default=False, verbose_name='供全体审计员使用')),
                ('created_at', models.DateTimeField(default=common.clock.real_now, editable=False, verbose_name='保存时间')),
            ],
            options={
                'verbose_name': '常用查询',
                'verbose_name_plural': '常用查询',
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.RemoveIndex(
            model_name='auditentry',
            name='audit_username',
        ),
        migrations.RemoveIndex(
            model_name='auditentry',
            name='audit_action',
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['username', '-sequence'], name='audit_by_username'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['action', '-sequence'], name='audit_by_action'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['address', '-sequence'], name='audit_by_address'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['result', '-sequence'], name='audit_by_result'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['area_code', '-sequence'], name='audit_by_area'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['subject_key', '-sequence'], name='audit_by_subject_key'),
        ),
        migrations.AddField(
            model_name='anomaly',
            name='checked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='核查人'),
        ),
        migrations.AddField(
            model_name='savedquestion',
            name='owner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='保存人'),
        ),
        migrations.AddConstraint(
            model_name='anomaly',
            constraint=models.UniqueConstraint(fields=('rule', 'day', 'who'), name='anomaly_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='anomaly',
            constraint=models.CheckConstraint(condition=models.Q(('checked_at', None), models.Q(('finding', ''), _negated=True), _connector='OR'), name='anomaly_checked_with_a_finding', violation_error_message='请写明核查情况。'),
        ),
        migrations.AddConstraint(
            model_name='savedquestion',
            constraint=models.UniqueConstraint(fields=('owner', 'name'), name='saved_question_once', violation_error_message='您已有这个名称的常用查询，请换一个。'),
        ),
        migrations.RunPython(let_go_what_is_archived, let_nothing_go),
    ]
