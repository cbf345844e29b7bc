"""Fill in of the samples drawn so far how many were drawn of each stratum, and with which probability each member was.

They were drawn in each stratum by itself; where a stratum got nothing its members could not be drawn, and the interval
allows for anything there. Undone, nothing changes: the columns go with the migration before.
"""

from collections import Counter
from fractions import Fraction

from django.db import migrations

from inspection.spotcheck.models import PROTECTED


def fill(apps, schema_editor):
    items = next(each for each in PROTECTED if each.table == "spotcheck_item")
    items.remove(schema_editor.connection)
    Sample, Item = apps.get_model("spotcheck", "Sample"), apps.get_model("spotcheck", "Item")
    for sample in Sample.objects.filter(parts={}):
        whole = Counter(stratum for _, stratum in sample.population)
        own = Counter(Item.objects.filter(sample=sample).values_list("stratum", flat=True))
        sample.parts = {stratum: own[stratum] for stratum in whole}
        sample.save(update_fields=["parts"])
        for stratum, count in own.items():
            probability = str(Fraction(count, whole[stratum]))
            Item.objects.filter(sample=sample, stratum=stratum).update(probability=probability)
    items.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("spotcheck", "0006_design_of_samples")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
