"""What the portal finds by itself: samples that failed, late orders, sites that nobody serves, objections, findings of the register.

One problem for each operator, area and cause, with all that points to it. Late orders and uncovered sites are told of only
where they keep a milestone from being met that is due or forecast to be missed; findings, where they bear on a verdict.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from acceptance import plan as plans
from acceptance.judging import standing
from acceptance.models import Basis, MilestoneVerdict, SiteVerdict
from acceptance.rules.service import due_on
from areas import workdays
from areas.models import Area, Operator, ServiceOrder, Site
from areas.vocabulary import CODE_LENGTH, AreaKind
from common.periods import Quarter
from common.scope import Scope
from figures.address import MemberPart
from figures.declared import FigureQuery, find
from findings.hooks import FIELD_FAILURES
from findings.models import RegisterFinding
from findings.vocabulary import FindingTable
from inspection.models import UnitObjection
from outlook import forecasting
from planning.models import PlanTask
from problems.drafts import MemberDraft, PlaceOf, ProblemDraft
from problems.telling import period_of, sample_key
from problems.vocabulary import MemberKind, ProblemKind, ProblemSource

VILLAGE_DIGITS, TOWNSHIP_DIGITS = CODE_LENGTH[AreaKind.VILLAGE], CODE_LENGTH[AreaKind.TOWN]
LIKELY = Fraction(1, 2)
"""A milestone whose chance is less than this is forecast to be missed."""
PLACELESS = frozenset({"site_unlocated", "site_outside", "site_strayed", "point_outside"})
"""Checks of the register that are about where something lies."""
TOLD_APART = frozenset({"site_failed", "area_failed"})
"""Checks that repeat a sample, which is told of by itself."""


class Cause(NamedTuple):
    """What one problem is of: found how, which cause, in which area, of which operator (blank: none)."""

    source: ProblemSource
    code: str
    area: str
    operator: str = ""

    @property
    def mark(self) -> str:
        return "/".join(self)


Grouped = Mapping[Cause, list[MemberDraft]]


def drafts(county: str, on: date) -> Iterator[ProblemDraft]:
    """A draft for each cause that stands in a county on a day."""
    found: dict[Cause, list[MemberDraft]] = {}
    for look in (_samples, _objections, _findings):
        found |= look(county)
    if within := binding(county, on):
        found |= _orders(county, within, on)
        found |= _sites(county, within)
    areas = Area.objects.select_related("parent__parent").in_bulk({cause.area for cause in found})
    operators = Operator.objects.in_bulk({cause.operator for cause in found if cause.operator})
    for cause, members in found.items():
        if cause.area in areas:
            yield drafted(cause, members, areas[cause.area], operators.get(cause.operator))


def drafted(cause: Cause, members: list[MemberDraft], area: Area, operator: Operator | None) -> ProblemDraft:
    """The draft of one cause."""
    kind = KIND_OF[cause.source](cause.code)
    text = f"{members[0].words or members[0].kind.label}（{members[0].name}）"
    more = f"；另有 {len(members) - 1} 项" if len(members) > 1 else ""
    return ProblemDraft(
        kind, PlaceOf.of_area(area), f"{text}{more}", cause.source, operator, mark=cause.mark, members=members
    )


KIND_OF: Mapping[ProblemSource, Callable[[str], ProblemKind]] = {
    ProblemSource.SAMPLE: lambda code: ProblemKind.MISMATCH,
    ProblemSource.OBJECTION: lambda code: ProblemKind.OBJECTION,
    ProblemSource.FINDING: lambda code: ProblemKind.COORDINATES if code in PLACELESS else ProblemKind.MISMATCH,
    ProblemSource.ORDER: lambda code: ProblemKind.LATE_ORDERS,
    ProblemSource.SITE: lambda code: ProblemKind.COVERAGE,
    ProblemSource.FIGURE: lambda code: ProblemKind.COVERAGE,
}
"""What kind a problem is, by how it was found and its cause."""


def _samples(county: str) -> Grouped:
    found: dict[Cause, list[MemberDraft]] = defaultdict(list)
    failures = [each for ask in FIELD_FAILURES for each in ask(county)]
    sites = Site.objects.filter(site_id__in=[each.key for each in failures if each.table == FindingTable.SITES])
    place = {each.site_id: (each.area_id, each.name) for each in sites}
    areas = [each.key for each in failures if each.table == FindingTable.AREAS]
    place |= {code: (code, name) for code, name in Area.objects.filter(pk__in=areas).values_list("pk", "name")}
    for each in failures:
        if each.key in place:
            code, name = place[each.key]
            words = f"{each.source}不合格：{each.remark}"
            member = MemberDraft(MemberKind.SAMPLE, sample_key(each.table, each.key), name, words)
            found[Cause(ProblemSource.SAMPLE, "failed", code[:VILLAGE_DIGITS])].append(member)
    return found


def _objections(county: str) -> Grouped:
    found: dict[Cause, list[MemberDraft]] = defaultdict(list)
    rows = UnitObjection.objects.open().filter(area__county=county).select_related("area__parent").order_by("pk")
    for each in rows:
        words = f"{each.get_body_display()}退回意见：{each.text}"
        member = MemberDraft(MemberKind.OBJECTION, str(each.pk), str(each), words)
        found[Cause(ProblemSource.OBJECTION, each.body, each.area_id)].append(member)
    return found


def _findings(county: str) -> Grouped:
    found: dict[Cause, list[MemberDraft]] = defaultdict(list)
    rows = RegisterFinding.objects.open().filter(county=county, matters=True).exclude(code__in=TOLD_APART)
    for each in rows.order_by("pk"):
        member = MemberDraft(MemberKind.FINDING, str(each.pk), each.name, f"{each.label}：{each.sentence}")
        found[Cause(ProblemSource.FINDING, each.code, each.township or county, each.operator)].append(member)
    return found


def _orders(county: str, within: frozenset[str], on: date) -> Grouped:
    """Orders that are not done after their last day, at or above an area that is lacking."""
    found: dict[Cause, list[MemberDraft]] = defaultdict(list)
    service, calendar = plans.current().service, workdays.load()
    rows = ServiceOrder.objects.filter(county=county, completed_on=None, cancelled_on=None, accepted_on__lt=on)
    for each in rows.order_by("pk"):
        try:
            due = due_on(each.accepted_on, each.needs_expansion, service, calendar)
        except workdays.DayUnknown:
            continue
        if due < on and _bears(each.area_id, within):
            words = f"{each.accepted_on} 受理，应于 {due} 前办结，尚未办结"
            member = MemberDraft(MemberKind.ORDER, each.order_id, each.order_id, words)
            found[Cause(ProblemSource.ORDER, "late", each.area_id[:VILLAGE_DIGITS], each.operator_id)].append(member)
    return found


def _sites(county: str, within: frozenset[str]) -> Grouped:
    """Sites that nobody serves and no plan that stands will, in an area that is lacking."""
    found: dict[Cause, list[MemberDraft]] = defaultdict(list)
    planned = PlanTask.objects.filter(plan__withdrawal=None, plan__county=county).values_list("sites", flat=True)
    served = {site for sites in planned for site in sites}
    rows = SiteVerdict.objects.standing().filter(county=county, period=period_of(county), capable="no")
    lacking = rows.exclude(reason="service_late").select_related("site").order_by("site__site_id")
    for each in lacking:
        if each.site.site_id not in served and _bears(each.area_code, within):
            member = MemberDraft(
                MemberKind.SITE, each.site.site_id, each.site.name, "半径内没有合格的接入点，也不在已签发的建设方案内"
            )
            found[Cause(ProblemSource.SITE, "uncovered", each.area_code[:VILLAGE_DIGITS])].append(member)
    return found


def _bears(code: str, within: frozenset[str]) -> bool:
    """Whether an area is, lies in, or holds one that is lacking."""
    above = (code[:digits] for digits in sorted(CODE_LENGTH.values()) if digits <= len(code))
    return any(each in within for each in above) or any(each.startswith(code) for each in within)


class _CountyReader:
    """Who sees a whole county, for the figures that are opened for nobody."""

    def __init__(self, county: str) -> None:
        self.scope = Scope(area=county)


def binding(county: str, on: date) -> frozenset[str]:
    """The codes of the areas for want of which a scored milestone is not met that is due, or forecast to be missed.

    Of the latest judged quarter that has ended, as approved; rates of returns, which no order and no site decides, are left out.
    """
    stands = standing.of(county)
    ended = [each for each in stands.quarters if each.last_day < on]
    if stands.is_never or not ended:
        return frozenset()
    quarter = ended[-1]
    rows = MilestoneVerdict.objects.standing().filter(county=county, period=str(quarter), basis=Basis.APPROVED)
    unmet = rows.filter(scored=True, held=False, total__gt=0).exclude(status="not_applicable").select_related("area")
    told = forecasting.of(county, quarter, Basis.APPROVED)
    reader, found = _CountyReader(county), set()
    for row in unmet:
        prospect = told.of(row.key, row.area_id)
        if Quarter.parse(row.due) <= quarter or (prospect is not None and prospect.chance < LIKELY):
            found |= set(_lacking(reader, stands.plan, row, quarter))
    return frozenset(found)


def _lacking(reader, plan, row: MilestoneVerdict, quarter: Quarter) -> Iterable[str]:
    figure = find(row.key, plan)
    if figure is None or figure.adds:
        return ()
    asked = FigureQuery(reader, plan, row.area, quarter, Basis.APPROVED)
    members = figure.part(figure.members(asked), MemberPart.LACKING)
    return members.values_list("area_code" if members.model is SiteVerdict else "area_id", flat=True)
