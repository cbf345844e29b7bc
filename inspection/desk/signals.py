"""What bears on units that ask for titles, gathered from all rooms: for any number of units in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time
from itertools import pairwise

from django.db.models import Q
from django.utils import timezone

from acceptance.models import Basis, Verdict
from areas.models import AccessPoint
from areas.vocabulary import AreaKind, DatedTable
from common.periods import Quarter
from inspection import advising, freezing, objections, required, samples
from inspection.desk.risk import Risk, RiskKind, RiskPart, of_criteria, risk
from inspection.hooks import OPEN_CASES, TITLE_HISTORY
from inspection.models import Unit
from inspection.photo_places import UnitSites, radius_m
from inspection.samples import StandingState
from proposals.models import ProposalItem
from proposals.vocabulary import Act, Denominator
from returns.checks import OPERATORS, is_off, terms
from returns.models import OperatorCount

Signals = Iterator[tuple[int, RiskPart]]
"""Primary keys of units, each with something that speaks against it."""
_LOOKED_BACK = 1
"""Changes of the register are told from so many quarters before the one reported on."""
COURSE = 9
"""Quarters up to the one reported in which a unit must not have fallen back."""
_NAMED = 3
"""Where there are more things the first are named."""
_CODES = (9, 12, 15)
"""Lengths of the codes of what asks for titles."""
_GRAVE = {
    "permanent_households": "户数",
    "lon": "坐标",
    "lat": "坐标",
    "area_code": "所属区域",
    "kind": "类型",
    "setting": "城乡",
    **dict.fromkeys(("accepted_on", "completed_on", "cancelled_on", "needs_expansion"), "报装工单"),
}
"""What columns of the register that bear on a verdict are called; where one had a value and got another, it is told."""


def risks(units: Sequence[Unit]) -> dict[int, Risk]:
    """What speaks against each of the units, by primary key."""
    found: dict[int, list[RiskPart]] = defaultdict(list)
    for unit in units:
        found[unit.pk] += of_criteria(unit.frozen.said["criteria"])
    for ask in SIGNALS if units else ():
        for pk, part in ask(units):
            found[pk].append(part)
    return {unit.pk: risk(found[unit.pk]) for unit in units}


def since_the_freeze(units: Sequence[Unit]) -> Signals:
    """Verdicts that are no longer what was frozen."""
    for of_period in _by_period(units).values():
        for pk, change in freezing.changes(of_period).items():
            if change.is_fallen:
                yield pk, RiskPart(RiskKind.FALLEN, "按现在的数据已不达标")
            else:
                yield pk, RiskPart(RiskKind.CHANGED, "取数之后数据有变化")


def _by_period(units: Sequence[Unit]) -> Mapping[str, list[Unit]]:
    found: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        found[unit.report.period].append(unit)
    return found


def sampled(units: Sequence[Unit]) -> Signals:
    """Samples that speak against a unit, or that its report needs and that are not there; what failed is not missing, too."""
    own, of_report = samples.samples_of(units), samples.standing_of(units)
    for unit in units:
        shown, standing = own.get(unit.pk), of_report.get(unit.pk)
        if shown is not None and shown.needs_ruling:
            yield unit.pk, RiskPart(RiskKind.SAMPLE_FAILED, shown.words)
        elif standing is not None and standing.needs_two:
            kind = RiskKind.SAMPLE_FAILED if standing.state == StandingState.FAILED else RiskKind.SAMPLE_MISSING
            yield unit.pk, RiskPart(kind, standing.words)


def evidenced(units: Sequence[Unit]) -> Signals:
    """Evidence that a report must bring and does not, and evidence that gives a doubt."""
    for pk, shown in required.of_units(units).items():
        if shown.lacking:
            said = "、".join(f"{row.kind.label} {row.lacking} 份" for row in shown.lacking)
            yield pk, RiskPart(RiskKind.EVIDENCE_MISSING, f"缺{said}")
        for doubt in (each for found in shown.doubts.values() for each in found if each.is_doubt):
            yield pk, RiskPart(RiskKind.EVIDENCE_DOUBTFUL, doubt.sentence)


def held_against(units: Sequence[Unit]) -> Signals:
    """Objections that are not settled."""
    for pk, open_ones in objections.open_on(units).items():
        for each in open_ones:
            yield pk, RiskPart(RiskKind.OBJECTION, f"{each.get_body_display()}退回意见未了结：{each.text}")


def obstructed(units: Sequence[Unit]) -> Signals:
    """What other rooms know that keeps a unit from passing."""
    for pk, sentences in required.in_the_way(units).items():
        for sentence in sentences:
            yield pk, RiskPart(RiskKind.OBSTRUCTED, sentence)


def asked_about(units: Sequence[Unit]) -> Signals:
    """Second opinions that somebody waits for."""
    for pk, each in advising.open_on(units).items():
        yield pk, RiskPart(RiskKind.ADVICE, f"{each.asker}请{each.asked}会商，尚未答复")


def moved(units: Sequence[Unit]) -> Signals:
    """Changes of households, places and membership that took effect in the register of late, and who asked for them."""
    since = {unit.pk: unit.quarter.plus(-_LOOKED_BACK).label for unit in units}
    for pk, items in changes_of(units).items():
        left = [item for item in items if item.denominator == Denominator.LEFT]
        if left:
            names = "、".join(item.name or item.key for item in left[:_NAMED])
            more = "等" if len(left) > _NAMED else ""
            said = f"{since[pk]}以来有 {len(left)} 个对象退出分母：{names}{more}（{_who(left)}）"
            yield pk, RiskPart(RiskKind.LEFT_DENOMINATOR, said)
        if grave := [item for item in items if grave_columns(item)]:
            counted_by = Counter(name for item in grave for name in grave_columns(item))
            said = "、".join(f"{name} {count} 处" for name, count in counted_by.items())
            yield pk, RiskPart(RiskKind.MOVED, f"{since[pk]}以来改动{said}（{_who(grave)}）")


def weighs(item: ProposalItem) -> bool:
    """Whether a change is one of those that the risk tells of."""
    return item.denominator == Denominator.LEFT or bool(grave_columns(item))


def grave_columns(item: ProposalItem) -> list[str]:
    """What of it bears on a verdict and had another value before, each name once."""
    if item.act not in (Act.CHANGE, Act.CORRECT):
        return []
    return list(dict.fromkeys(_GRAVE[column] for column, old in item.old.items() if column in _GRAVE and old))


def _who(items: Sequence[ProposalItem]) -> str:
    return "、".join(dict.fromkeys(str(item.proposal.by or item.proposal.unit_name) for item in items))


def changes_of(units: Sequence[Unit]) -> Mapping[int, list[ProposalItem]]:
    """The changes of the register beneath each unit that took effect since the quarter before the one reported.

    Those of access points, which lie in no area, are told of the units which they may serve where they are now. One query,
    and some more where access points moved.
    """
    if not units:
        return {}
    first = {unit.area_id: (unit.pk, _start(unit)) for unit in units}
    within = Q(table=DatedTable.ACCESS_POINTS, proposal__county__in={unit.area_id[:6] for unit in units}) & _MOVED
    for township in {unit.area_id[:9] for unit in units}:
        within |= Q(area_code__startswith=township)
    items = (
        ProposalItem.objects.applied()
        .filter(within, decided_at__gte=min(since for _, since in first.values()))
        .select_related("proposal__by", "proposal__area", "proposal__operator")
        .order_by("decided_at", "pk")
    )
    reached = _within_reach([item for item in items if item.table == DatedTable.ACCESS_POINTS], units)
    found: dict[int, list[ProposalItem]] = defaultdict(list)
    for item in items:
        for code in {item.area_code[:length] for length in _CODES} | reached.get(item.pk, set()):
            pk, since = first.get(code, (None, None))
            if pk is not None and item.decided_at >= since:
                found[pk].append(item)
    return found


_MOVED = Q(act__in=(Act.CHANGE, Act.CORRECT)) & (Q(values__has_key="lon") | Q(values__has_key="lat"))


def _within_reach(items: Sequence[ProposalItem], units: Sequence[Unit]) -> Mapping[int, set[str]]:
    """By the key of an access point's change the codes of the units of which it may serve a site where it is now."""
    points = AccessPoint.objects.filter(ap_id__in={item.key for item in items}) if items else ()
    places = {point.ap_id: (point.lon, point.lat) for point in points if point.lon is not None}
    found: dict[int, set[str]] = defaultdict(set)
    for of_period in _by_period(units).values() if places else ():
        sites = UnitSites(of_period, of_period[0].quarter)
        radius = {unit.area_id: _reach_m(unit) for unit in of_period}
        for item in items:
            if item.key in places:
                away = sites.metres_of_each(*places[item.key], radius)
                found[item.pk] |= {code for code, metres in away.items() if metres <= radius[code]}
    return found


def _reach_m(unit: Unit) -> int:
    """Metres within which an access point bears on it: of streets and compounds, dense as they are, the urban radius."""
    is_urban = unit.kind in (AreaKind.STREET, AreaKind.COMPOUND)
    return required.plan_of(unit).capability.radius_urban_m if is_urban else radius_m(unit)


def _start(unit: Unit) -> datetime:
    """The first moment from which changes bear on a unit."""
    return timezone.make_aware(datetime.combine(unit.quarter.plus(-_LOOKED_BACK).first_day, time.min))


def counted(units: Sequence[Unit]) -> Signals:
    """Users as the operators count them, where they are farther from what the return says than the bureau tolerates."""
    for period, of_period in _by_period(units).items():
        rows = OperatorCount.objects.filter(area_id__in=[unit.area_id for unit in of_period], period=period)
        sums = rows.sums()
        bound = terms.using(of_period[0].report.county, of_period[0].quarter).terms[OPERATORS].bound if sums else 0
        for unit in of_period:
            theirs, rate = sums.get(unit.area_id), unit.frozen.said["figures"].get("penetration")
            if theirs and rate and is_off(rate["numerator"], theirs["fibre_users"], bound):
                said = f"光网用户：季报 {rate['numerator']:,} 户，运营企业合计 {theirs['fibre_users']:,} 户"
                yield unit.pk, RiskPart(RiskKind.COUNTS, said)


def fell_back(units: Sequence[Unit]) -> Signals:
    """Quarters in which a unit did not meet the standard after it had."""
    first = min((unit.quarter.plus(1 - COURSE) for unit in units), default=None)
    rows = Verdict.objects.standing().filter(
        basis=Basis.APPROVED, area__in=[unit.area_id for unit in units], period__gte=str(first)
    )
    courses: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for area, period, outcome in rows.order_by("period").values_list("area", "period", "outcome"):
        courses[area].append((period, outcome))
    for unit in units:
        own = [each for each in courses[unit.area_id] if each[0] <= unit.report.period]
        for (_, before), (period, outcome) in pairwise(own):
            if before == "achieved" and outcome == "not_achieved":
                yield unit.pk, RiskPart(RiskKind.SETBACK, f"{Quarter.parse(period).label}由达标回落为未达标")


def awarded_before(units: Sequence[Unit]) -> Signals:
    """What became of titles that the areas had before."""
    for ask in TITLE_HISTORY:
        for pk, sentence in ask(units).items():
            yield pk, RiskPart(RiskKind.HISTORY, sentence)


def with_cases(units: Sequence[Unit]) -> Signals:
    """Cases that are open where the units lie."""
    for ask in OPEN_CASES:
        for pk, sentence in ask(units).items():
            yield pk, RiskPart(RiskKind.CASE, sentence)


SIGNALS: tuple[Callable[[Sequence[Unit]], Signals], ...] = (
    obstructed,
    since_the_freeze,
    sampled,
    evidenced,
    held_against,
    asked_about,
    moved,
    counted,
    fell_back,
    awarded_before,
    with_cases,
)
"""Each asks one room."""
