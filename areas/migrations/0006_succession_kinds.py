"""Successions are of the kinds of the data package; in a migration of its own, for a database alters no table that it has just updated."""

from django.db import migrations

KINDS = {"merged": "merge", "renamed": "rename"}
NOT_SAID = "（未写明）"


def name_kinds(apps, schema_editor):
    successions = apps.get_model("areas", "Succession").objects
    for old, new in KINDS.items():
        successions.filter(kind=old).update(kind=new)


def name_kinds_as_before(apps, schema_editor):
    """What the old table cannot say is left out: rows that name nobody, and an area's second successor."""
    successions = apps.get_model("areas", "Succession").objects
    successions.filter(by=None).delete()
    first = {}
    for pk, area in successions.order_by("pk").values_list("pk", "area_id"):
        first.setdefault(area, pk)
    successions.exclude(pk__in=first.values()).delete()
    successions.filter(document="").update(document=NOT_SAID)
    successions.filter(carries_title=None).update(carries_title=False)
    successions.filter(kind__in=("merge", "split")).update(kind="merged")
    successions.filter(kind__in=("rename", "recode")).update(kind="renamed")


class Migration(migrations.Migration):

    dependencies = [
        ('areas', '0005_dated_values'),
    ]

    operations = [
        migrations.RunPython(name_kinds, name_kinds_as_before),
    ]
