"""Values that change on a day (变更), and successions that several areas may share."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

class Migration(migrations.Migration):

    dependencies = [
        ('areas', '0004_one_clock'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DatedValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(choices=[('areas', '区域'), ('sites', '点位'), ('access_points', '接入点')], max_length=20, verbose_name='表')),
                ('key', models.CharField(max_length=64, verbose_name='编码')),
                ('column', models.CharField(max_length=30, verbose_name='项目')),
                ('effective_on', models.DateField(verbose_name='生效日期')),
                ('value', models.CharField(blank=True, max_length=100, verbose_name='新值')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='依据')),
            ],
            options={
                'verbose_name': '变更',
                'verbose_name_plural': '变更',
                'ordering': ['table', 'key', 'column', 'effective_on'],
                'indexes': [models.Index(condition=models.Q(('column', 'area_code'), ('table', 'sites')), fields=['value'], name='dated_value_site_area')],
                'constraints': [models.UniqueConstraint(fields=('table', 'key', 'column', 'effective_on'), name='dated_value_once_a_day')],
            },
        ),
        migrations.RemoveConstraint(model_name='succession', name='succession_has_document'),
        migrations.AlterField(
            model_name='succession',
            name='area',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='areas.area', verbose_name='原单位'),
        ),
        migrations.AlterField(
            model_name='succession',
            name='kind',
            field=models.CharField(choices=[('merge', '并入'), ('split', '分设'), ('rename', '更名'), ('recode', '改码')], default='merge', max_length=10, verbose_name='方式'),
        ),
        migrations.AlterField(
            model_name='succession',
            name='document',
            field=models.CharField(blank=True, help_text='撤并文件的文号或名称，或者原因', max_length=200, verbose_name='依据'),
        ),
        migrations.AlterField(
            model_name='succession',
            name='carries_title',
            field=models.BooleanField(help_text='空白：没有登记', null=True, verbose_name='原称号由承接单位承继'),
        ),
        migrations.AlterField(
            model_name='succession',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddConstraint(
            model_name='succession',
            constraint=models.UniqueConstraint(fields=('area', 'successor'), name='succession_once'),
        ),
    ]
