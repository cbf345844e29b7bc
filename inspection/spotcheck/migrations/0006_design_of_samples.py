"""A sample says how it was drawn, a member how probable that was; what came before is filled in by the next migration.

SQLite makes the tables of members and findings anew, so their guards are set again. Undone, all of that is lost, and when
and where photos were taken; samples, members and findings stay.
"""

from django.db import migrations, models

from inspection.spotcheck.models import PROTECTED


def guard(apps, schema_editor):
    for protected in PROTECTED:
        protected.install(schema_editor.connection)


def unguard(apps, schema_editor):
    for protected in PROTECTED:
        protected.remove(schema_editor.connection)


def _photo(model: str) -> list:
    return [
        migrations.AddField(model, "taken_at", models.DateTimeField("拍摄时间", null=True, blank=True)),
        migrations.AddField(
            model, "taken_lon", models.FloatField("拍摄经度", null=True, blank=True, help_text="WGS-84，度")
        ),
        migrations.AddField(
            model, "taken_lat", models.FloatField("拍摄纬度", null=True, blank=True, help_text="WGS-84，度")
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("spotcheck", "0005_sample_finding")]

    operations = [
        migrations.RunPython(unguard, guard),
        migrations.AddField(
            "sample",
            "design",
            models.CharField(
                "抽样方式",
                max_length=12,
                choices=[("stratified", "各村居都抽"), ("villages", "先抽村居，再抽对象")],
                default="stratified",
            ),
        ),
        migrations.AddField("sample", "design_reason", models.TextField("先抽村居的原因", blank=True, default=""), False),
        migrations.AddField("sample", "villages", models.PositiveIntegerField("抽取的村居数", null=True, blank=True)),
        migrations.AddField(
            "sample",
            "parts",
            models.JSONField("各层抽取数", default=dict, help_text="层：个数；先抽村居的，为抽中后的个数"),
        ),
        migrations.AddField(
            "sample", "weights", models.JSONField("风险权重", default=dict, help_text="村居：分数，例如 2/1")
        ),
        migrations.AddField("sample", "asked", models.PositiveIntegerField("按规则应抽", null=True, blank=True)),
        migrations.AddField(
            "sample",
            "confidence",
            models.CharField("置信度", max_length=20, default="19/20", help_text="分数，例如 19/20"),
        ),
        migrations.AddConstraint(
            "sample",
            models.CheckConstraint(
                condition=models.Q(design="stratified", villages__isnull=True, design_reason="")
                | models.Q(design="villages", villages__gte=2) & ~models.Q(design_reason=""),
                name="sample_villages_have_reason",
                violation_error_message="先抽村居的，至少抽两个，并写明原因。",
            ),
        ),
        migrations.AddField(
            "item",
            "probability",
            models.CharField("抽中概率", max_length=40, blank=True, default="", help_text="分数，例如 3/25"),
            False,
        ),
        migrations.AddField(
            "samplefinding", "accuracy_m", models.FloatField("定位误差", null=True, blank=True, help_text="米")
        ),
        migrations.AddField("samplefinding", "is_recheck", models.BooleanField("复查", default=False)),
        *_photo("photo"),
        *_photo("heldphoto"),
        migrations.RunPython(guard, unguard),
    ]
