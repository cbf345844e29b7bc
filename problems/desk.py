"""Open cases of fees and monopolies at units that ask for titles, for the examiner's desk."""

from collections.abc import Sequence

from django.db.models import Q

from inspection.models import Unit
from problems.kinds import CASES
from problems.models import Problem


def open_cases(units: Sequence[Unit]) -> dict[int, str]:
    """What is open at and beneath each unit's area, in a sentence, by primary key; one query."""
    within = Q(pk__in=[])
    for unit in units:
        within |= Q(area__code__startswith=unit.area_id)
    rows = list(Problem.objects.open().filter(within, kind__in=CASES).order_by("pk")) if units else []
    found = {}
    for unit in units:
        own = [each for each in rows if each.area_id.startswith(unit.area_id)]
        if own:
            named = "、".join(f"第 {each.pk} 号{each.get_kind_display()}" for each in own[:3])
            found[unit.pk] = f"有 {len(own)} 个未办结的收费、垄断案件：{named}{'等' if len(own) > 3 else ''}"
    return found
