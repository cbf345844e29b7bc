"""The log of what was decided, to which can only be added."""

import common.clock
from django.db import migrations, models

from witness.models import LEAVES_GUARD


def install(apps, schema_editor):
    LEAVES_GUARD.install(schema_editor.connection)


def remove(apps, schema_editor):
    LEAVES_GUARD.remove(schema_editor.connection)


class Migration(migrations.Migration):

    initial = True

    dependencies: list = []

    operations = [
        migrations.CreateModel(
            name='LogHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField(default=0, verbose_name='存证条数')),
                ('peaks', models.TextField(blank=True, verbose_name='子树根')),
                ('algorithm', models.CharField(blank=True, max_length=10, verbose_name='摘要算法')),
            ],
            options={
                'verbose_name': '存证末尾',
                'verbose_name_plural': '存证末尾',
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('sequence', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='存证序号')),
                ('at', models.DateTimeField(default=common.clock.real_now, verbose_name='存证时间')),
                ('kind', models.CharField(help_text='数据表所属的模型', max_length=60, verbose_name='种类')),
                ('key', models.CharField(blank=True, help_text='一行的主键，或若干行共同所属的对象', max_length=64, verbose_name='对象')),
                ('content', models.TextField(help_text='规范化的 JSON：每一行的各列；不再存证的行为 null', verbose_name='内容')),
                ('is_late', models.BooleanField(default=False, help_text='存证启用以前已有的数据，启用时补录', verbose_name='补录')),
                ('trail_sequence', models.BigIntegerField(default=0, verbose_name='审计链尾序号')),
                ('trail_hash', models.CharField(blank=True, max_length=128, verbose_name='审计链尾摘要')),
                ('algorithm', models.CharField(max_length=10, verbose_name='摘要算法')),
                ('hash', models.CharField(max_length=128, verbose_name='摘要')),
            ],
            options={
                'verbose_name': '存证',
                'verbose_name_plural': '存证',
                'ordering': ['sequence'],
                'indexes': [models.Index(fields=['kind', 'key'], name='leaf_subject')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
