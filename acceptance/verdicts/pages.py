"""What the verdict page shows: the stored verdict of an area for a quarter, said criterion by criterion."""

from copy import copy
from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Case, IntegerField, Value, When
from django.db.models.query import QuerySet

from acceptance import wording
from acceptance.models import Basis, SiteVerdict, Verdict
from acceptance.rules.plan import Criterion, Plan, Reading
from acceptance.verdicts.marks import Mark, area_mark, criterion_mark, site_mark
from areas.dated import then
from areas.models import Area
from areas.vocabulary import LEAVES, VILLAGE_LEVEL, AreaKind
from common.periods import Quarter
from common.templatetags.figures import MISSING
from returns.models import Return, ReturnLine

PAGE_SIZE = 20

AREA_ORDER = {"not_achieved": 0, "undetermined": 1, "achieved": 2, "not_applicable": 3}
SITE_ORDER = {"no": 0, "unknown": 1, "yes": 2}
"""What fails stands first, then what is unknown."""

MEMBER_KINDS = {
    "natural_villages_achieved": (AreaKind.NATURAL_VILLAGE,),
    "villages_achieved": (AreaKind.VILLAGE,),
    "townships_achieved": (AreaKind.STREET, AreaKind.TOWN),
}
"""The kinds of areas that a hard criterion counts; other measures count sites."""


@dataclass(frozen=True)
class CriterionShown:
    """A criterion with its figures and words."""

    criterion: Criterion
    figures: dict
    mark: Mark
    words: wording.Words
    readings: list[Reading]

    @property
    def role(self) -> str:
        return wording.ROLES[self.figures["role"]]

    @property
    def title(self) -> str:
        """What is asked, in a line: 行政村达到全光网行政村标准 90%以上."""
        return wording.criterion_title(self.criterion)

    @property
    def threshold(self) -> str:
        return wording.at_least(self.criterion.threshold)

    @property
    def members_link(self) -> str:
        """The words of the link to the members: 查看未达到的 1 个、待定的 2 个."""
        kinds = (("未达到的", self.figures["failed"]), ("待定的", self.figures["unknown"]))
        parts = [f"{name} {wording.number(count)} 个" for name, count in kinds if count]
        return f"查看{'、'.join(parts)}" if parts else f"查看计入的 {wording.number(self.figures['total'])} 个"


@dataclass(frozen=True)
class AreaRow:
    """An area beneath the one shown: its mark, and what it lacks."""

    verdict: Verdict
    mark: Mark
    lacks: str

    @property
    def area(self) -> Area:
        return self.verdict.area


@dataclass(frozen=True)
class SiteRow:
    verdict: SiteVerdict
    mark: Mark
    counted: bool

    @property
    def distance(self) -> str:
        nearest = self.verdict.nearest_m
        return MISSING if nearest is None else wording.metres(nearest)


@dataclass(frozen=True)
class HistoryRow:
    """The area in one quarter, for the small table of its history."""

    verdict: Verdict
    mark: Mark
    hard: dict | None
    current: bool
    was_corrected: bool
    """Whether figures of the quarter were corrected, so that what was judged before read others."""

    @property
    def quarter(self) -> Quarter:
        return self.verdict.quarter


@dataclass(frozen=True)
class OldVerdict:
    """A verdict that no longer stands, given by figures that ``correction`` has replaced (更正前按原数字评定)."""

    verdict: Verdict
    mark: Mark
    correction: Return


def mark_of(verdict: Verdict) -> Mark:
    """The mark of an area's verdict; a community can earn no title."""
    if verdict.area.kind == AreaKind.COMMUNITY:
        return Mark("info", "不设称号")
    return area_mark(verdict.outcome, verdict.reference)


def recorded(criterion: Criterion, verdict: Verdict) -> int | None:
    """How many sites of its own a leaf's criterion counts, which may count one unknown member besides; None for others."""
    if criterion.measure != "own_sites":
        return None
    return sum(kind in criterion.site_kinds for _, kind, *_ in verdict.inputs["sites"])


def shown_criteria(plan: Plan, verdict: Verdict, sites_beneath: int | None = None) -> list[CriterionShown]:
    """The criteria of a stored verdict by the plan as it stands; the figures are the stored ones.

    ``sites_beneath`` is how many sites a street's criterion counts, where that is known.
    """
    rows = []
    for figures in verdict.criteria:
        criterion = plan.criteria[figures["key"]]
        sites = sites_beneath if criterion.measure == "sites_beneath" else recorded(criterion, verdict)
        words = wording.criterion_words(criterion, figures, recorded=sites)
        readings = [plan.readings[key] for key in criterion.source.readings]
        rows.append(
            CriterionShown(criterion, figures, criterion_mark(figures["outcome"], figures["role"]), words, readings)
        )
    return rows


def lacks(plan: Plan, verdict: Verdict) -> str:
    """What an area lacks, or what would decide it, in a line."""
    if verdict.outcome in ("achieved", "not_applicable"):
        return ""
    hard = [row for row in shown_criteria(plan, verdict) if row.figures["role"] == "hard"]
    if verdict.outcome == "undetermined":
        return "".join(row.words.turn for row in hard if row.figures["outcome"] == "unknown")
    return "".join(row.words.gap for row in hard if row.figures["outcome"] == "short")


class VerdictPage:
    """The verdict on ``area`` for ``quarter``; every property is asked for at most once."""

    def __init__(self, user, plan: Plan, area: Area, quarter: Quarter, basis: Basis) -> None:
        self.user, self.plan, self.quarter, self.basis = user, plan, quarter, basis
        (self.area,) = then([copy(area)], quarter.last_day)

    @cached_property
    def verdict(self) -> Verdict | None:
        standing = Verdict.objects.standing().select_related("plan")
        return standing.filter(area=self.area, period=str(self.quarter), basis=self.basis).first()

    @cached_property
    def title(self) -> str | None:
        title = self.plan.titles.get(self.area.kind)
        return title.name if title else None

    @cached_property
    def mark(self) -> Mark:
        return area_mark(self.verdict.outcome, self.verdict.reference)

    @cached_property
    def hard(self) -> Criterion | None:
        return self.plan.share_of(self.area.kind)

    @cached_property
    def criteria(self) -> list[CriterionShown]:
        return shown_criteria(self.plan, self.verdict, self._sites_beneath)

    @cached_property
    def _sites_beneath(self) -> int | None:
        """How many sites a street's criterion counts; asked only where the one it counts may not exist (S12)."""
        lone = any(row["role"] == "hard" and row.get("total") == 1 for row in self.verdict.criteria)
        return self._sites.count() if lone and self.hard.measure == "sites_beneath" else None

    @cached_property
    def words(self) -> wording.Words:
        rows = [(row.criterion, row.figures, row.words) for row in self.criteria]
        return wording.area_words(
            self.area.name, self.quarter.label, self.title, self.verdict.outcome, self.verdict.reference, rows
        )

    @cached_property
    def scope_words(self) -> str:
        """Why a natural village is not judged at all (G11); blank for all others."""
        least = int(self.plan.permanent_households.value)
        households = self.area.permanent_households
        if self.area.kind != AreaKind.NATURAL_VILLAGE or households >= least:
            return ""
        return wording.out_of_scope_words(self.area.name, households, least)

    @cached_property
    def covered_words(self) -> str:
        return wording.covered_words(self.verdict.covered) if self.verdict.covered else ""

    @cached_property
    def coverage(self) -> dict | None:
        return self.verdict.figures.get("coverage")

    @cached_property
    def penetration(self) -> dict | None:
        return self.verdict.figures.get("penetration")

    @cached_property
    def coverage_words(self) -> wording.Words:
        return wording.coverage_words(self.coverage)

    # ------------------------------------------------ members

    @cached_property
    def children(self) -> list[AreaRow]:
        """The verdicts on the areas directly beneath, what fails first."""
        if self.area.kind in LEAVES:
            return []
        verdicts = (
            Verdict.objects.visible_to(self.user)
            .standing()
            .filter(period=str(self.quarter), basis=self.basis, area__parent=self.area)
            .select_related("area")
        )
        then((each.area for each in verdicts), self.quarter.last_day)
        rows = [AreaRow(each, mark_of(each), lacks(self.plan, each)) for each in verdicts]
        return sorted(rows, key=lambda row: (AREA_ORDER[row.verdict.outcome], row.area.code))

    @cached_property
    def member_areas(self) -> list[AreaRow]:
        """Areas beneath that the hard criterion counts."""
        kinds = MEMBER_KINDS.get(self.hard.measure, ()) if self.hard else ()
        return [row for row in self.children if row.area.kind in kinds]

    @cached_property
    def other_areas(self) -> list[AreaRow]:
        """Areas beneath that do not bear on the title."""
        members = {row.area.code for row in self.member_areas}
        left = [row for row in self.children if row.area.code not in members]
        return [row for row in left if row.area.kind != AreaKind.COMMUNITY]

    @cached_property
    def communities(self) -> list[Area]:
        """The communities directly beneath, which can earn no title."""
        return [row.area for row in self.children if row.area.kind == AreaKind.COMMUNITY]

    @cached_property
    def _sites(self) -> QuerySet:
        """The sites that a leaf owns, or that the criterion of a street counts."""
        rows = (
            SiteVerdict.objects.visible_to(self.user)
            .standing()
            .filter(county=self.area.county, period=str(self.quarter))
        )
        if self.area.kind in LEAVES:
            return rows.filter(area_code=self.area.code)
        return rows.filter(area_code__startswith=self.area.code, site__kind__in=self.hard.site_kinds)

    def member_sites(self, number: str | None) -> Page | None:
        """A page of those sites, what fails first; None where the criterion counts areas."""
        if self.hard is None or self.hard.measure not in ("own_sites", "sites_beneath"):
            return None
        order = Case(
            *[When(capable=capable, then=Value(rank)) for capable, rank in SITE_ORDER.items()],
            output_field=IntegerField(),
        )
        rows = self._sites.select_related("site__area").order_by(order, "site__site_id")
        page = Paginator(rows, PAGE_SIZE).get_page(number)
        counts = self.hard.site_kinds if self.verdict.criteria else ()
        shown = list(page)
        then((each.site for each in shown), self.quarter.last_day)
        page.object_list = [
            SiteRow(each, site_mark(each.capable, each.reason), each.site.kind in counts) for each in shown
        ]
        return page

    @cached_property
    def returns_missing(self) -> list[Area]:
        """The villages and communities beneath without a usable return."""
        if not (self.penetration and self.penetration["returns_missing"]):
            return []
        lines = ReturnLine.objects.filter(county=self.area.county, period=str(self.quarter)).usable(self.basis)
        beneath = Area.objects.visible_to(self.user).beneath(self.area.code).in_force(self.quarter.last_day)
        missing = beneath.filter(kind__in=VILLAGE_LEVEL).exclude(code__in=lines.values("area_id"))
        return then(missing, self.quarter.last_day)

    @cached_property
    def corrected(self) -> list[Return]:
        """The returns corrected since they were first approved: verdicts given before read other figures."""
        if not self.coverage:
            return []
        return list(Return.objects.corrections_in_effect(self.area.code, str(self.quarter)))

    @cached_property
    def on_old_figures(self) -> list["OldVerdict"]:
        """What was judged by figures that a correction has since replaced, the latest first."""
        if not self.corrected:
            return []
        same = Verdict.objects.filter(area=self.area, period=str(self.quarter), basis=self.basis)
        before = same.filter(superseded_at__isnull=False, judged_at__lt=self.corrected[-1].approved_at)
        stood = before.select_related("area").order_by("-judged_at")
        return [OldVerdict(each, mark_of(each), self._corrected_by(each)) for each in stood if self._reads_others(each)]

    def _corrected_by(self, verdict: Verdict) -> Return:
        return next(each for each in self.corrected if each.approved_at > verdict.judged_at)

    def _reads_others(self, verdict: Verdict) -> bool:
        """Whether it had figures at all, and they are no longer those that count."""
        return bool(verdict.figures["penetration"]["denominator"]) and verdict.figures != self.verdict.figures

    # ------------------------------------------------ over time

    @cached_property
    def history(self) -> list[HistoryRow]:
        verdicts = (
            Verdict.objects.standing()
            .filter(area=self.area, basis=self.basis)
            .select_related("area")
            .order_by("period")
        )
        corrected = self._corrected_periods
        return [self._history_row(each, each.period in corrected) for each in verdicts]

    @property
    def _corrected_periods(self) -> set[str]:
        """The quarters of which a correction has replaced figures that bear on the area."""
        if self.verdict is None or not self.coverage:
            return set()
        held = Return.objects.corrections_in_effect(self.area.code)
        return set(held.order_by().values_list("period", flat=True))

    def _history_row(self, verdict: Verdict, was_corrected: bool) -> HistoryRow:
        hard = next((row for row in verdict.criteria if row["role"] == "hard" and "passed" in row), None)
        return HistoryRow(verdict, mark_of(verdict), hard, verdict.period == str(self.quarter), was_corrected)


def ancestors(area: Area) -> list[Area]:
    """The ancestors of an area, from the district down to the parent."""
    return list(Area.objects.filter(code__in=area.ancestor_codes).order_by("code"))
