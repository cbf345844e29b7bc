"""What bears on units that ask for titles, gathered from all rooms: for any number of units in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time

from django.utils import timezone

from accounts.models import User
from inspection import freezing, samples
from inspection.desk.risk import Risk, RiskKind, RiskPart, of_criteria, risk
from inspection.hooks import TITLE_HISTORY
from inspection.models import Unit
from proposals.models import ProposalItem
from proposals.vocabulary import Denominator
from returns.checks import is_off
from returns.models import OperatorCount

Signals = Iterator[tuple[int, RiskPart]]
"""Primary keys of units, each with something that speaks against it."""
_LOOKED_BACK = 2
"""Quarters before the one reported, and itself, in which changes of the register are told."""
_GRAVE = {
    "permanent_households": "户数",
    "lon": "坐标",
    "lat": "坐标",
    "parent": "所属区域",
    "area": "所属区域",
    "setting": "城乡类别",
}
"""Columns of the register that bear on a denominator or a distance, by name."""
_OFF_PERCENT = 10
"""How far an operator's sum may be from the township's figure."""


def risks(units: Sequence[Unit], user: User | None = None) -> dict[int, Risk]:
    """What speaks against each of the units, by primary key."""
    found: dict[int, list[RiskPart]] = defaultdict(list)
    for unit in units:
        found[unit.pk] += of_criteria(unit.frozen.said["criteria"])
    for ask in SIGNALS:
        for pk, part in ask(units):
            found[pk].append(part)
    return {unit.pk: risk(found[unit.pk]) for unit in units}


def since_the_freeze(units: Sequence[Unit]) -> Signals:
    """Verdicts that are no longer what was frozen."""
    for reported in _by_report(units):
        for pk, change in freezing.changes(reported).items():
            if change.is_fallen:
                yield pk, RiskPart(RiskKind.FALLEN, "按现在的数据已不达标")
            else:
                yield pk, RiskPart(RiskKind.CHANGED, "取数之后数据有变化")


def _by_report(units: Sequence[Unit]) -> list[list[Unit]]:
    found: dict[int, list[Unit]] = defaultdict(list)
    for unit in units:
        found[unit.report_id].append(unit)
    return list(found.values())


def sampled(units: Sequence[Unit]) -> Signals:
    """Samples that failed, or that nobody drew."""
    found = samples.samples_of(units)
    for unit in units:
        shown = found.get(unit.pk)
        if shown is not None and shown.needs_ruling:
            yield unit.pk, RiskPart(RiskKind.SAMPLE_FAILED, shown.words)


def moved(units: Sequence[Unit]) -> Signals:
    """Changes of households, places and membership that took effect in the register in the last two quarters."""
    for pk, items in changes_of(units).items():
        left = [item for item in items if item.denominator == Denominator.LEFT]
        if left:
            names = "、".join(item.name or item.key for item in left[:3])
            yield pk, RiskPart(RiskKind.LEFT_DENOMINATOR, f"近两个季度有 {len(left)} 个对象退出分母：{names}")
        if grave := Counter(_GRAVE[column] for item in items for column in item.values if column in _GRAVE):
            said = "、".join(f"{name} {count} 处" for name, count in grave.items())
            who = "、".join(dict.fromkeys(str(item.proposal.by or item.proposal.unit_name) for item in items))
            yield pk, RiskPart(RiskKind.MOVED, f"近两个季度改动{said}（{who}）")


def changes_of(units: Sequence[Unit]) -> Mapping[int, list[ProposalItem]]:
    """The changes of the register beneath each unit that took effect since two quarters before the one reported; one query."""
    if not units:
        return {}
    counties = {unit.area.county for unit in units}
    first = min(unit.quarter for unit in units).plus(-_LOOKED_BACK).first_day
    since = timezone.make_aware(datetime.combine(first, time.min))
    items = (
        ProposalItem.objects.applied()
        .filter(proposal__county__in=counties, decided_at__gte=since)
        .select_related("proposal__by", "proposal__area", "proposal__operator")
        .order_by("decided_at", "pk")
    )
    by_code = {unit.area_id: unit.pk for unit in units}
    found: dict[int, list[ProposalItem]] = defaultdict(list)
    for item in items:
        for length in (9, 12, 15):
            pk = by_code.get(item.area_code[:length]) if len(item.area_code) >= length else None
            if pk is not None:
                found[pk].append(item)
    return found


def counted(units: Sequence[Unit]) -> Signals:
    """Users as the operators count them, where they are far from what the return says."""
    sums: dict[str, dict] = {}
    for period in {unit.report.period for unit in units}:
        codes = [unit.area_id for unit in units if unit.report.period == period]
        for code, said in OperatorCount.objects.filter(area_id__in=codes, period=period).sums().items():
            sums[f"{period}{code}"] = said
    for unit in units:
        theirs = sums.get(f"{unit.report.period}{unit.area_id}")
        rate = unit.frozen.said["figures"].get("penetration")
        if theirs and rate and is_off(theirs["fibre_users"], rate["numerator"], _OFF_PERCENT):
            said = f"光网用户：季报 {rate['numerator']} 户，运营企业 {theirs['fibre_users']} 户"
            yield unit.pk, RiskPart(RiskKind.COUNTS, said)


def awarded_before(units: Sequence[Unit]) -> Signals:
    """What became of titles that the areas had before."""
    for ask in TITLE_HISTORY:
        for pk, sentence in ask(units).items():
            yield pk, RiskPart(RiskKind.HISTORY, sentence)


SIGNALS: tuple[Callable[[Sequence[Unit]], Signals], ...] = (since_the_freeze, sampled, moved, counted, awarded_before)
"""Each asks one room; objections and evidence join them."""
