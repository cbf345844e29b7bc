"""A sheet without a stamp can be brought in; what was said of it is remembered."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock


def fields(name):
    return [
        migrations.AddField(name, "file", models.BinaryField(default=b"", editable=False, verbose_name="文件内容")),
        migrations.AddField(name, "is_pasted", models.BooleanField(default=False, verbose_name="粘贴")),
        migrations.AddField(name, "seen", models.JSONField(default=dict, verbose_name="对照的数字")),
        migrations.AddField(name, "answers", models.JSONField(default=dict, verbose_name="答复")),
        migrations.AddField(name, "mended", models.JSONField(default=dict, verbose_name="更正的格子")),
        migrations.AddField(name, "chosen", models.JSONField(default=list, verbose_name="采用文件的格子")),
    ]


def workbook(to):
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="uploads",
        to=to,
        verbose_name="下载的工作簿",
    )


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("areas", "0001_initial"),
        ("workbooks", "0004_record_nouns"),
    ]

    operations = [
        *fields("upload"),
        *fields("countupload"),
        migrations.AddField("countupload", "operator", models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="areas.operator",
                verbose_name="运营企业",
            )),
        migrations.AddField(
            "countupload", "county", models.CharField(default="", max_length=6, verbose_name="县区编码"), preserve_default=False
        ),
        migrations.AddField(
            "countupload", "period", models.CharField(default="", max_length=6, verbose_name="季度"), preserve_default=False
        ),
        migrations.AlterField("upload", "issued", workbook("workbooks.issued")),
        migrations.AlterField("countupload", "issued", workbook("workbooks.issuedcounts")),
        migrations.CreateModel(
            "RememberedReading",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.CharField(max_length=20, verbose_name="表种")),
                ("owner", models.CharField(max_length=20, verbose_name="单位编码")),
                ("mapping", models.JSONField(verbose_name="读法")),
                ("file_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("at", models.DateTimeField(default=common.clock.now, verbose_name="确认时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
            ],
            options={
                "verbose_name": "记住的读法",
                "verbose_name_plural": "记住的读法",
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["form", "owner"], name="reading_of_unit")],
            },
        ),
    ]
