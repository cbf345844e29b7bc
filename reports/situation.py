"""An area's situation: rates and capability over time, sites, operators, orders, problems and returns, as of a quarter."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property

from django.db.models import Count
from django.utils import timezone

from acceptance import wording
from acceptance.models import Basis, SiteVerdict, Verdict
from acceptance.rules.plan import Plan
from acceptance.verdicts.marks import Mark
from acceptance.verdicts.pages import VerdictPage, lacks, mark_of
from acceptance.wording.sites import REASONS
from areas.dated import then
from areas.models import AccessPoint, Area, Operator, ServiceOrder
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL, AreaKind, SiteKind
from common.periods import Quarter
from figures.address import figure
from figures.causes import NO_COORDINATES
from figures.service import Performance
from reports.bounds import PartialShare
from reports.charts import Chart, counts, shares
from reports.sums import Like, Sums
from reports.townships import return_mark
from returns.models import Return, ReturnLine, ReturnStatus
from returns.rounds import calendar, rounds
from returns.rounds.pages import TONES, Timeliness

LISTED = 10
YEAR = 4
"""Quarters."""
_RATES = ("coverage", "penetration")
_TARGETS = {"hard": "门槛", "reference": "参考值"}
_MADE_OF = {
    "coverage": ("fibre_covered_households", "broadband_covered_households"),
    "full": ("fibre_covered_households", "households"),
    "penetration": ("fibre_users", "broadband_users"),
}
"""The figures of which a rate is made: the part and the whole (S05, A06, S06)."""
_FIGURES = {"coverage": "coverage", "full": "full_coverage", "penetration": "penetration"}
"""The figure of each rate, which opens into its villages."""
_PARTS = {"yes": "passed", "no": "failed", "unknown": "unknown"}
CAPABLE = (("yes", "具备", "met"), ("no", "不具备", "missed"), ("unknown", "待定", "pending"))


@dataclass(frozen=True)
class RateTrend:
    """A rate in the quarter, and how it moved: ``since_last`` against the quarter before, ``since_year`` a year before.

    ``of`` is the figure whose parts its terms are, ``partial`` says over how many villages.
    """

    of: str
    name: str
    part: int | None
    whole: int | None
    since_last: str
    since_year: str
    partial: PartialShare


@dataclass(frozen=True)
class OperatorSituation:
    """An operator in the area: open access points (None below township level), sites that it makes capable, its orders."""

    operator: Operator
    points: int | None
    sites: int
    counted: int
    in_time: int
    days: int | None

    @property
    def late(self) -> int:
        return self.counted - self.in_time


@dataclass(frozen=True)
class ReturnRow:
    """A township's return of a quarter; ``reported_at`` is when it first came, ``lateness`` how that is against the due date."""

    quarter: Quarter
    due: date
    state: Mark
    reported_at: datetime | None
    lateness: Mark
    quarterly_return: Return | None = None


class SituationPage:
    """The situation of ``area``, no leaf, as of ``quarter``; every property is asked for at most once."""

    def __init__(self, user, plan: Plan, area: Area, quarter: Quarter, basis: Basis, on: date) -> None:
        self.user, self.plan, self.quarter, self.basis, self.on = user, plan, quarter, basis, on
        self.verdict = VerdictPage(user, plan, area, quarter, basis)
        self.area = self.verdict.area

    # ------------------------------------------------ rates

    @cached_property
    def _history(self) -> dict[Quarter, Verdict]:
        """The area's verdicts up to the quarter viewed."""
        rows = Verdict.objects.visible_to(self.user).standing().filter(area=self.area, basis=self.basis)
        return {each.quarter: each for each in rows.filter(period__lte=str(self.quarter)).order_by("period")}

    @property
    def quarters(self) -> tuple[str, ...]:
        return tuple(str(each) for each in self._history)

    def _parts(self, key: str, whole: str = "denominator") -> list[tuple[int | None, int | None]]:
        figures = [verdict.figures.get(key) or {} for verdict in self._history.values()]
        return [(each.get("numerator"), each.get(whole)) for each in figures]

    @cached_property
    def _rates(self) -> list[tuple[str, str, list]]:
        return [
            ("光网络覆盖率", "coverage", self._parts("coverage")),
            ("全口径覆盖率", "full", self._parts("coverage", "full_denominator")),
            ("光网用户渗透率", "penetration", self._parts("penetration")),
        ]

    @cached_property
    def rates(self) -> list[RateTrend]:
        return [self._rate(name, key, parts) for name, key, parts in self._rates if parts]

    def _rate(self, name: str, key: str, parts: list) -> RateTrend:
        now = dict(zip(self._history, parts, strict=True)).get(self.quarter, (None, None))
        part, whole = now
        last, year = (_moved(each, *_MADE_OF[key]) for each in self._likes.values())
        return RateTrend(_FIGURES[key], name, part, whole, last, year, self.partial(self.area.code, key))

    @cached_property
    def _sums(self) -> Sums:
        """The returns of the quarter and of the year before it."""
        quarters = [self.quarter.plus(-back) for back in range(YEAR + 1)]
        return Sums(self.user, self.area.code, self.basis, quarters)

    def partial(self, code: str, key: str) -> PartialShare:
        """How many villages beneath a code reported, and between what the share of all lies."""
        return self._sums.partial(code, self.quarter, *_MADE_OF[key])

    @cached_property
    def _likes(self) -> dict[str, Like | None]:
        """This quarter beside the last and that of a year ago, over the same villages; None where there is none."""
        earlier = {label: self.quarter.plus(-back) for label, back in (("环比", 1), ("同比", YEAR))}
        return {
            label: self._sums.like(self.area.code, self.quarter, quarter) if quarter in self._history else None
            for label, quarter in earlier.items()
        }

    @property
    def compared_with(self) -> list[str]:
        """Over which villages the quarters were compared, where it is not over all."""
        return [f"{label}：{like.note}" for label, like in self._likes.items() if like and like.note]

    @cached_property
    def rate_chart(self) -> Chart:
        lacking = [each.figures.get("coverage", {}).get("returns_missing", 0) for each in self._history.values()]
        lacks = [f"缺 {wording.number(count)} 个村居" if count else "" for count in lacking]
        series = tuple(
            shares(name, tone, parts, lacks, self._terms(_FIGURES[tone])) for name, tone, parts in self._rates
        )
        asked = self.plan.rate_of(self.area.kind)
        return Chart(
            "rates",
            "覆盖率和渗透率",
            self.quarters,
            series,
            unit="%",
            top=100,
            target=float(asked.threshold * 100) if asked else None,
            target_name=f"渗透率{_TARGETS[asked.role]} {wording.percent(asked.threshold)}" if asked else "",
        )

    def _terms(self, of: str, **more: str) -> list[tuple[str, str]]:
        """For each quarter the addresses of a share's part and of its whole."""
        return [
            (self._members(of, quarter, "passed", **more), self._members(of, quarter, **more))
            for quarter in self._history
        ]

    def _members(self, of: str, quarter: Quarter, part: str = "all", **more: str) -> str:
        return figure(of, area=self.area, quarter=quarter, basis=self.basis, part=part, **more)

    @cached_property
    def source(self) -> Return | None:
        """The revision of the return whose figures the rates are made of; a district has none of its own."""
        lines = ReturnLine.objects.usable(self.basis).filter(period=str(self.quarter))
        if self.is_village:
            lines = lines.filter(area=self.area)
        rows = Return.objects.visible_to(self.user).filter(township_id=self.area.code[:9], lines__in=lines)
        return rows.order_by("-revision").first()

    @property
    def is_village(self) -> bool:
        return self.area.kind in VILLAGE_LEVEL

    # ------------------------------------------------ sites

    @cached_property
    def _sites(self):
        rows = SiteVerdict.objects.visible_to(self.user).standing()
        return rows.filter(county=self.area.county, area_code__startswith=self.area.code).order_by()

    @cached_property
    def capability_chart(self) -> Chart:
        counted = self._sites.filter(period__lte=str(self.quarter)).values_list("period", "capable")
        found = {(period, capable): number for period, capable, number in counted.annotate(number=Count("pk"))}
        series = (
            counts(
                name,
                tone,
                [found.get((period, capable), 0) for period in self.quarters],
                [self._members("sites", quarter, _PARTS[capable]) for quarter in self._history],
            )
            for capable, name, tone in CAPABLE
        )
        return Chart("capability", "点位的光网接入能力", self.quarters, tuple(series), kind="stack", unit=" 个")

    @cached_property
    def _now(self) -> list[tuple[str, str, str, list[str]]]:
        """Kind, capability, reason and operators of every site in the quarter."""
        rows = self._sites.filter(period=str(self.quarter))
        return list(rows.values_list("site__kind", "capable", "reason", "operators"))

    @cached_property
    def kind_chart(self) -> Chart:
        found = Counter((kind, capable) for kind, capable, *_ in self._now)
        kinds = [kind for kind in SiteKind if any(found[kind, capable] for capable, *_ in CAPABLE)]
        series = (
            counts(
                name,
                tone,
                [found[kind, capable] for kind in kinds],
                [self._members("sites", self.quarter, _PARTS[capable], kind=kind) for kind in kinds],
            )
            for capable, name, tone in CAPABLE
        )
        labels = tuple(kind.label for kind in kinds)
        title = f"各类点位（{self.quarter.label}）"
        return Chart("kinds", title, labels, tuple(series), kind="stack", unit=" 个", head="类型")

    @cached_property
    def problems(self) -> list[tuple[str, int, str]]:
        """Why sites are not capable, the most frequent first: in words, how many, and the cause by which they are listed."""
        reasons = Counter(reason for _, capable, reason, _ in self._now if capable == "no")
        unknown = sum(capable == "unknown" for _, capable, *_ in self._now)
        known = [(REASONS[reason], number, reason) for reason, number in reasons.most_common()]
        return [*known, *([("缺坐标，待定", unknown, NO_COORDINATES)] if unknown else [])]

    # ------------------------------------------------ operators and orders

    @cached_property
    def performance(self) -> Performance:
        return Performance(ServiceOrder.objects.visible_to(self.user).beneath(self.area.code), self.plan)

    @cached_property
    def service_chart(self) -> Chart:
        parts = [self.performance.total(quarter) for quarter in self._history]
        series = (shares("按期办结率", "value", parts, members=self._terms("orders")),)
        return Chart("service", "报装工单按期办结率", self.quarters, series, unit="%", top=100)

    @cached_property
    def operators(self) -> list[OperatorSituation]:
        sites = Counter(code for *_, operators in self._now for code in operators)
        served = {each.operator: each for each in self.performance.of(self.quarter)}
        points = self._points
        return [
            OperatorSituation(
                each, None if points is None else points[each.code], sites[each.code],
                *((found.counted, found.in_time, found.days) if (found := served.get(each.code)) else (0, 0, None)),
            )
            for each in Operator.objects.all()
        ]  # fmt: skip

    @cached_property
    def _points(self) -> Counter | None:
        if self.area.kind not in (*TOWNSHIPS, AreaKind.DISTRICT):
            return None
        rows = AccessPoint.objects.visible_to(self.user).open_on(self.quarter.last_day).order_by()
        within = rows.filter(township__code__startswith=self.area.code)
        return Counter(dict(within.values_list("operator_id").annotate(Count("pk"))))

    @cached_property
    def overdue(self) -> list[ServiceOrder]:
        """The orders overdue on the quarter's last day, the longest first, as many as are listed."""
        numbers = self.performance.overdue(self.quarter.last_day)[:LISTED]
        found = ServiceOrder.objects.visible_to(self.user).select_related("operator", "area")
        by_number = {each.order_id: each for each in found.filter(order_id__in=numbers)}
        return [by_number[number] for number in numbers]

    @cached_property
    def overdue_count(self) -> int:
        return len(self.performance.overdue(self.quarter.last_day))

    # ------------------------------------------------ returns

    @cached_property
    def returns(self) -> list[ReturnRow]:
        """A township's returns up to the quarter viewed, the latest first."""
        if self.area.kind not in TOWNSHIPS:
            return []
        dues = rounds.due_days(self.area.county)
        rows = Return.objects.standing().filter(township=self.area)
        latest = {each.period: each for each in rows.with_status().order_by("revision")}
        first = {each.period: each for each in rows.with_first_report()}
        return [
            self._return(
                quarter,
                dues.get(str(quarter)) or calendar.due_on(quarter),
                latest.get(str(quarter)),
                first.get(str(quarter)),
            )
            for quarter in reversed(self._history)
            if quarter.last_day < self.on
        ]

    def _return(self, quarter: Quarter, due: date, latest: Return | None, first: Return | None) -> ReturnRow:
        state = return_mark(latest.status if latest else ReturnStatus.NOT_BEGUN)
        if first is None or not first.is_reported:
            late = Timeliness.OVERDUE if due < self.on else Timeliness.OPEN
            return ReturnRow(quarter, due, state, None, Mark(TONES[late], late.label), latest)
        return ReturnRow(quarter, due, state, first.reported_at, _lateness(first.reported_at, due), latest)

    # ------------------------------------------------ beneath

    @cached_property
    def children(self) -> list["ChildRow"]:
        """The areas directly beneath, by code."""
        rows = Verdict.objects.visible_to(self.user).standing().select_related("area").order_by("area_id")
        rows = rows.filter(period=str(self.quarter), basis=self.basis, area__parent=self.area)
        then((each.area for each in rows), self.quarter.last_day)
        return [ChildRow.of(each, self.plan, self.partial(each.area_id, "coverage")) for each in rows]


@dataclass(frozen=True)
class ChildRow:
    """An area directly beneath; a leaf has no rates."""

    verdict: Verdict
    mark: Mark
    lacks: str
    coverage: dict
    penetration: dict
    partial: PartialShare

    @property
    def area(self) -> Area:
        return self.verdict.area

    @classmethod
    def of(cls, verdict: Verdict, plan: Plan, partial: PartialShare) -> "ChildRow":
        coverage, penetration = (
            {"numerator": None, "denominator": None} | verdict.figures.get(key, {}) for key in _RATES
        )
        return cls(verdict, mark_of(verdict), lacks(plan, verdict), coverage, penetration, partial)


def _lateness(reported_at: datetime | None, due: date) -> Mark:
    if reported_at is None:
        return Mark(TONES[Timeliness.UNDATED], Timeliness.UNDATED.label)
    days = (timezone.localtime(reported_at).date() - due).days
    if days <= 0:
        return Mark(TONES[Timeliness.ON_TIME], Timeliness.ON_TIME.label)
    return Mark(TONES[Timeliness.LATE], f"{Timeliness.LATE.label}，晚 {wording.number(days)} 天")


def _moved(like: Like | None, part: str, whole: str) -> str:
    """By how many percentage points a share moved, cut towards zero after one decimal; blank where it cannot be told."""
    if like is None or not like.now[whole] or not like.before[whole]:
        return ""
    now, before = (Fraction(side[part], side[whole]) for side in (like.now, like.before))
    tenths = int((now - before) * 1000)
    sign = "−" if tenths < 0 else "+"
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10} 个百分点"
