from django.db import migrations, models

REASONS = [
    ("moved_in", "新建小区或入住"),
    ("network", "新建或延伸光缆"),
    ("demolition", "拆迁或撤并"),
    ("migration", "季节性变动（务工、开学）"),
    ("definition", "口径更正"),
    ("before", "上季填报有误"),
    ("operators", "运营企业数据有误"),
    ("register", "台账数据有误"),
    ("other", "其他"),
]


def keep_reasons_in_words(apps, schema_editor):
    """On the way back the reason goes before its sentence, so that nothing that somebody said is lost."""
    lines = apps.get_model("returns", "ReturnLine").objects.exclude(reason="").exclude(explanation="")
    for line in lines.only("pk", "reason", "explanation").iterator():
        said = f"{dict(REASONS)[line.reason]}：{line.explanation}"
        if len(said) <= 500:
            lines.filter(pk=line.pk).update(explanation=said)


class Migration(migrations.Migration):
    dependencies = [("returns", "0011_reminders_to_inbox")]

    operations = [
        migrations.AddField(
            model_name="returnline",
            name="reason",
            field=models.CharField("原因类别", max_length=12, choices=REASONS, blank=True),
        ),
        migrations.AddField(
            model_name="returnline",
            name="explained",
            field=models.JSONField(
                "说明所指的数字",
                null=True,
                blank=True,
                help_text="作出说明时的五项数字和其中所说明的；导入和早先的说明没有",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, keep_reasons_in_words),
    ]
