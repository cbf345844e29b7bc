"""Will we make it: how likely each open target is met by its due date, from the stored verdicts; kept for their version.

Nothing is judged. A forecast is shown only where the model has been better than both baselines on the quarters of this
county that are past, and on generated districts (``Family.verdict``).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from django.core.cache import cache
from django.urls import reverse
from django.utils.http import urlencode

from acceptance.judging import standing
from acceptance.models import Basis, MilestoneVerdict
from acceptance.rules.plan import Milestone, Plan
from acceptance.wording import number
from acceptance.wording.measures import MEASURES
from acceptance.wording.milestones import RATES
from common.periods import Quarter
from outlook import trials
from outlook.backtest import AHEAD, LEAST_PAST, Aimed, Backtest, cases
from outlook.model import Forecast, Point, Pool

KEPT_SECONDS = 12 * 3600
STEP, EDGE = 5, 10
"""Chances are told in steps of so many per cent, cut down; within so many of 0 and 100 only that they are there."""

MEMBERS, TITLES, RETURNS = "members", "titles", "returns"
FAMILIES = {MEMBERS: "按自然村、小区、点位计数的任务", TITLES: "按街镇称号计数的任务", RETURNS: "按季报户数计算的任务"}
"""Measures that move alike are pooled, and each pool must prove itself: what is counted, titles of few, rates of returns."""
_TITLES = ("towns_achieved", "townships_achieved")


class Gate:
    """Why the forecasts of a family are shown or not."""

    SHOWN, TOO_FEW, WORSE, UNPROVEN = "shown", "too_few", "worse", "unproven"


_WHY_NOT = {
    Gate.TOO_FEW: "可供回测的季度不足，暂不预测。",
    Gate.WORSE: "本地各季度回测结果不优于平均速度推算和沿用上季数，不予显示。",
    Gate.UNPROVEN: "模型在模拟数据上的检验结果不优于平均速度推算和沿用上季数，不予显示。",
}


def family_of(measure: str) -> str:
    return TITLES if measure in _TITLES else RETURNS if measure in RATES else MEMBERS


@dataclass(frozen=True)
class Family:
    """A pool of courses with its back-test on the past quarters of the county."""

    key: str
    backtest: Backtest
    generated: bool
    """Whether the model is better on generated districts."""

    @property
    def name(self) -> str:
        return FAMILIES[self.key]

    @property
    def verdict(self) -> str:
        if not self.generated:
            return Gate.UNPROVEN
        if not self.backtest.is_enough:
            return Gate.TOO_FEW
        return Gate.SHOWN if self.backtest.is_better else Gate.WORSE

    @property
    def is_shown(self) -> bool:
        return self.verdict == Gate.SHOWN

    @property
    def why_not(self) -> str:
        return _WHY_NOT.get(self.verdict, "")


@dataclass(frozen=True)
class Prospect:
    """How likely a target is met by ``by``, and between what its count lies then with a chance of 80 %.

    ``is_late``: the due date is past, and what is told is that it is made up for by then.
    """

    key: str
    area: str
    quarter: Quarter
    basis: str
    by: Quarter
    is_late: bool
    chance: float
    low: int
    middle: int
    high: int
    needed: int
    unit: str

    @property
    def percent(self) -> str:
        """约 60%: cut to steps; near the ends only 低于 10% or 90% 以上."""
        step = int(round(self.chance * 100, 6)) // STEP * STEP
        if step < EDGE:
            return f"低于 {EDGE}%"
        return f"{100 - EDGE}% 以上" if step >= 100 - EDGE else f"约 {step}%"

    @property
    def event(self) -> str:
        return f"{self.by.label}末前补足" if self.is_late else "按期达到"

    @property
    def ends(self) -> str:
        """198–207 个: the 80 % range."""
        ends = number(self.low) if self.low == self.high else f"{number(self.low)}–{number(self.high)}"
        return f"{ends} {self.unit}"

    @property
    def target(self) -> str:
        return f"{number(self.needed)} {self.unit}"

    @property
    def words(self) -> str:
        """按期达到的可能性 约 60%（80% 区间 198–207 个，应达 205 个）."""
        return f"{self.event}的可能性 {self.percent}（80% 区间 {self.ends}，应达 {self.target}）"

    @property
    def address(self) -> str:
        """Where it says how this is known, and how good it was so far."""
        asked = {"period": self.quarter, **({"basis": self.basis} if self.basis != Basis.APPROVED else {})}
        return f"{reverse('outlook:forecast')}?{urlencode(asked)}#f-{self.key}"


@dataclass(frozen=True)
class Outlook:
    """All forecasts of a county seen from a quarter, also those that are not shown, by milestone and scope."""

    families: Mapping[str, Family] = field(default_factory=dict)
    told: Mapping[tuple[str, str], Prospect] = field(default_factory=dict)
    of_family: Mapping[str, str] = field(default_factory=dict)
    """By milestone the family that it belongs to."""
    far: frozenset[str] = frozenset()
    """Milestones due farther ahead than was ever tested."""

    def of(self, key: str, area: str) -> Prospect | None:
        """The forecast of an open target, None where there is none or it has not proven itself."""
        family = self.families.get(self.of_family.get(key, ""))
        return self.told.get((key, area)) if family and family.is_shown else None


def of_row(row: MilestoneVerdict) -> Prospect | None:
    """The forecast beside a stored light; None where nothing is open, or nothing may be told."""
    if row.held or row.status == "not_applicable":
        return None
    return of(row.county, row.quarter, row.basis).of(row.key, row.area_id)


def of(county: str, quarter: Quarter, basis: str) -> Outlook:
    """The forecasts of a county; worked out once for each version of its verdicts (one query), then kept."""
    stands = standing.of(county)
    key = f"outlook:{trials.edition()}:{county}:{quarter}:{basis}:{sha256(repr(stands.version).encode()).hexdigest()[:24]}"
    kept = cache.get(key)
    if kept is None:
        kept = _Looking(stands.plan, county, quarter, basis).outlook
        cache.set(key, kept, KEPT_SECONDS)
    return kept


class _Looking:
    """The stored lights of a county up to a quarter, as courses."""

    def __init__(self, plan: Plan, county: str, quarter: Quarter, basis: str) -> None:
        self.plan, self.county, self.quarter, self.basis = plan, county, quarter, basis
        self.milestones = {each.key: each for each in plan.milestones}

    @cached_property
    def rows(self) -> dict[tuple[str, str], dict[Quarter, MilestoneVerdict]]:
        """By milestone and scope, quarter by quarter."""
        stored = MilestoneVerdict.objects.standing().filter(county=self.county, basis=self.basis)
        found: dict[tuple[str, str], dict[Quarter, MilestoneVerdict]] = defaultdict(dict)
        for row in stored.filter(period__lte=str(self.quarter)).order_by("key", "area_id", "period"):
            if row.key in self.milestones:
                found[row.key, row.area_id][row.quarter] = row
        return found

    @property
    def quarters(self) -> list[Quarter]:
        return list(self.plan.first_period.through(self.quarter))

    @cached_property
    def open(self) -> list[MilestoneVerdict]:
        """The lights seen from the quarter that are not met as it stands."""
        now = [rows[self.quarter] for rows in self.rows.values() if self.quarter in rows]
        return [row for row in now if not row.held and row.status != "not_applicable" and row.total]

    @cached_property
    def outlook(self) -> Outlook:
        of_family = {key: family_of(each.measure) for key, each in self.milestones.items()}
        if len(self.quarters) <= LEAST_PAST or not self.open:
            return Outlook()
        wanted = sorted({of_family[row.key] for row in self.open})
        families = {key: self._family(key) for key in wanted}
        told = {(each.key, each.area): each for key in wanted for each in self._foretold(key)}
        far = frozenset(row.key for row in self.open if self.quarter.until(self._due(row)) > AHEAD)
        return Outlook(families, told, of_family, far)

    def _due(self, row: MilestoneVerdict) -> Quarter:
        return self.milestones[row.key].due

    def _courses(self, family: str) -> dict[tuple[str, str], list[str]]:
        """By measure and scope the milestones that look at the same course."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key, area in self.rows:
            measure = self.milestones[key].measure
            if family_of(measure) == family:
                found[measure, area].append(key)
        return found

    def _points(self, key: str, area: str) -> tuple[Point, ...]:
        rows = self.rows[key, area]
        return tuple(_point(self.milestones[key], rows.get(quarter)) for quarter in self.quarters)

    def _aimed(self, area: str, keys: Sequence[str]) -> Aimed:
        seen = [[self.rows[key, area].get(quarter) for key in keys] for quarter in self.quarters]
        return Aimed(
            self._points(keys[0], area), tuple(tuple(row.needed if row else 0 for row in rows) for rows in seen)
        )

    def _family(self, key: str) -> Family:
        courses = [self._aimed(area, keys) for (_, area), keys in self._courses(key).items()]
        return Family(key, Backtest.of(cases(courses)), trials.found().is_better)

    def _foretold(self, family: str) -> Iterator[Prospect]:
        courses = self._courses(family)
        points = {course: self._points(keys[0], course[1]) for course, keys in courses.items()}
        pool = Pool.fitted(list(points.values()))
        open_rows = {(row.key, row.area_id): row for row in self.open}
        for course, keys in courses.items():
            rows = [open_rows[key, course[1]] for key in keys if (key, course[1]) in open_rows]
            if rows and points[course][-1]:
                told = pool.forecast(points[course], AHEAD)
                yield from (each for row in rows if (each := self._told(row, told)))

    def _told(self, row: MilestoneVerdict, told: Forecast) -> Prospect | None:
        left = self.quarter.until(self._due(row))
        if left > AHEAD:
            return None
        ahead = left if left > 0 else AHEAD
        low, high = told.range(ahead)
        return Prospect(
            row.key, row.area_id, self.quarter, self.basis, self.quarter.plus(ahead), left <= 0,
            told.chance(row.needed, ahead), low, told.middle(ahead), high, row.needed,
            MEASURES[self.milestones[row.key].measure].unit,
        )  # fmt: skip


def _point(milestone: Milestone, row: MilestoneVerdict | None) -> Point:
    """None where the scope was not there, or a rate lacks a return: its sums cannot be compared with others."""
    if row is None or not row.total or (milestone.measure in RATES and row.unknown):
        return None
    return row.passed, row.total
