"""Every upload of counts has its operator; apart from filling it in, which PostgreSQL asks for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workbooks", "0006_whose_counts")]

    operations = [
        migrations.AlterField(
            "countupload",
            "operator",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="areas.operator",
                verbose_name="运营企业",
            ),
        )
    ]
