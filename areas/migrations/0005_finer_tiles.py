from django.db import migrations, models

import areas.tiles

TILE = {
    "db_persist": True,
    "expression": areas.tiles.NUMBER,
    "output_field": models.IntegerField(null=True, verbose_name="网格"),
}


class Migration(migrations.Migration):
    dependencies = [("areas", "0004_tiles_and_spans")]

    operations = [
        migrations.RemoveIndex("accesspoint", "access_point_tile"),
        migrations.RemoveIndex("site", "site_tile"),
        migrations.RemoveField("accesspoint", "tile"),
        migrations.RemoveField("site", "tile"),
        migrations.AddField("accesspoint", "tile", models.GeneratedField(**TILE)),
        migrations.AddField("site", "tile", models.GeneratedField(**TILE)),
        migrations.AddIndex("accesspoint", models.Index(fields=["tile"], name="access_point_tile")),
        migrations.AddIndex("site", models.Index(fields=["tile"], name="site_tile")),
    ]
