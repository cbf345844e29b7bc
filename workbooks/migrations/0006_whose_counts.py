"""An upload of counts says itself whose it is. What waits was read in the old way, without its file: it is brought in anew."""

from django.db import migrations, models


def take_over(apps, schema_editor):
    """An upload of counts says itself whose it is; what waits was read in the old way, without its file."""
    for name in ("Upload", "CountUpload"):
        apps.get_model("workbooks", name).objects.filter(confirmed_at=None).delete()
    for upload in apps.get_model("workbooks", "CountUpload").objects.select_related("issued"):
        upload.operator_id, upload.county = upload.issued.operator_id, upload.issued.county
        upload.period = upload.issued.period
        upload.save(update_fields=["operator", "county", "period"])


def give_back(apps, schema_editor):
    """The old tables hold only what came from a workbook of ours, and know no other way to read what waits."""
    for name in ("Upload", "CountUpload"):
        uploads = apps.get_model("workbooks", name).objects
        uploads.filter(models.Q(issued=None) | models.Q(confirmed_at=None)).delete()


class Migration(migrations.Migration):
    dependencies = [("workbooks", "0005_sheets_of_ones_own")]

    operations = [migrations.RunPython(take_over, give_back)]
