"""The milestones as they stand in a quarter, ready to be shown; everything is read from stored verdicts."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count

from acceptance import wording
from acceptance.marks import Mark, milestone_mark
from acceptance.models import Basis, MilestoneVerdict, Verdict
from acceptance.rules.plan import Duty, Milestone, Plan, Reading
from acceptance.wording.milestones import fallen_back
from areas.models import Area
from areas.periods import Quarter
from areas.vocabulary import AreaKind
from reports.certificates.counting import certified


@dataclass(frozen=True)
class Light:
    """A milestone in one scope: how it stands, why, and what would turn it."""

    milestone: Milestone
    row: MilestoneVerdict
    mark: Mark
    value: str
    words: wording.Words

    @property
    def area(self) -> Area:
        return self.row.area

    @property
    def title(self) -> str:
        return wording.milestone_title(self.milestone)


@dataclass(frozen=True)
class MilestoneShown:
    """A milestone with its lights, one a scope, ordered by area code."""

    milestone: Milestone
    title: str
    target: str
    duty: Duty
    readings: list[Reading]
    lights: list[Light]

    @property
    def key(self) -> str:
        return self.milestone.key

    @property
    def why_unscored(self) -> str:
        """The reading by which a milestone is shown and not scored; blank for one that is."""
        if self.milestone.scored:
            return ""
        return f"{self.readings[0].text}{self.readings[0].reason}" if self.readings else "方案文件列为不计分。"


@dataclass(frozen=True)
class Totals:
    """How many lights there are of each status; the unscored ones are not among them."""

    met: int
    met_late: int
    missed: int
    pending: int
    undetermined: int
    not_applicable: int
    fallen_back: int

    @classmethod
    def of(cls, lights: list[Light]) -> "Totals":
        scored = [light.row for light in lights if light.row.scored]
        counts = Counter(row.status for row in scored)
        statuses = ("met", "met_late", "missed", "pending", "undetermined", "not_applicable")
        return cls(*(counts[status] for status in statuses), sum(map(fallen_back, scored)))

    @property
    def waiting(self) -> int:
        """Neither met nor missed yet: pending and undetermined."""
        return self.pending + self.undetermined

    @property
    def all(self) -> int:
        """Without those that do not apply."""
        return self.met + self.met_late + self.missed + self.waiting

    @property
    def shares(self) -> list[tuple[Mark, int]]:
        """Those that occur, each with its mark."""
        marks = [
            (Mark("met", "已达到"), self.met), (Mark("late", "逾期达到"), self.met_late), (Mark("missed", "未达到"), self.missed),
            (Mark("pending", "未到期"), self.pending), (Mark("pending", "待定"), self.undetermined),
        ]  # fmt: skip
        return [(mark, count) for mark, count in marks if count]


@dataclass(frozen=True)
class Step:
    """A due quarter on the time line."""

    due: Quarter
    milestones: list[MilestoneShown]
    viewed: Quarter

    @property
    def lights(self) -> list[Light]:
        return [light for milestone in self.milestones for light in milestone.lights]

    @property
    def totals(self) -> Totals:
        return Totals.of(self.lights)

    @property
    def time(self) -> str:
        """past, now or future, as seen from the quarter viewed."""
        return "now" if self.due == self.viewed else "past" if self.due < self.viewed else "future"


class ProgressPage:
    """The milestones in the user's scope, seen from ``quarter``."""

    def __init__(self, user, plan: Plan, county: str, quarter: Quarter, basis: Basis) -> None:
        self.user, self.plan, self.county, self.quarter, self.basis = user, plan, county, quarter, basis

    @cached_property
    def lights(self) -> list[Light]:
        rows = (
            MilestoneVerdict.objects.visible_to(self.user)
            .standing()
            .filter(county=self.county, period=str(self.quarter), basis=self.basis)
            .select_related("area")
            .order_by("due", "key", "area_id")
        )
        milestones = {milestone.key: milestone for milestone in self.plan.milestones}
        return [light_of(milestones[row.key], row, self.quarter) for row in rows if row.key in milestones]

    @cached_property
    def milestones(self) -> list[MilestoneShown]:
        by_key = defaultdict(list)
        for light in self.lights:
            by_key[light.milestone.key].append(light)
        return [milestone_shown(self.plan, lights[0].milestone, lights) for lights in by_key.values()]

    @cached_property
    def steps(self) -> list[Step]:
        by_due = defaultdict(list)
        for shown in self.milestones:
            by_due[shown.milestone.due].append(shown)
        return [Step(due, milestones, self.quarter) for due, milestones in sorted(by_due.items())]

    @cached_property
    def totals(self) -> Totals:
        return Totals.of(self.lights)

    @cached_property
    def behind(self) -> list[Light]:
        """Scored lights that are red, or that fell back."""
        return [
            light
            for light in self.lights
            if light.row.scored and (light.row.status == "missed" or fallen_back(light.row))
        ]

    @cached_property
    def next_step(self) -> Step | None:
        """The nearest due quarter after the one viewed."""
        return next((step for step in self.steps if step.due > self.quarter), None)

    @cached_property
    def titles(self) -> list["TitleCount"]:
        """The titles computed and certified, by kind of area."""
        counts = (
            Verdict.objects.visible_to(self.user)
            .standing()
            .filter(county=self.county, period=str(self.quarter), basis=self.basis)
            .order_by()
            .values_list("area__kind", "outcome")
            .annotate(Count("pk"))
        )
        by_kind: dict[str, Counter] = defaultdict(Counter)
        for kind, outcome, count in counts:
            by_kind[kind][outcome] = count
        given = certified(self.county, self.quarter.last_day, self.user)
        return [
            TitleCount(self.plan.titles[kind].name, kind, by_kind[kind], given)
            for kind in AreaKind.values
            if kind in self.plan.titles and by_kind[kind]
        ]


@dataclass(frozen=True)
class TitleCount:
    """A title: how many areas of its kind have earned it by computation, and by certificate."""

    title: str
    kind: str
    outcomes: Mapping[str, int]
    given: Mapping[str, int] | None

    @property
    def achieved(self) -> int:
        return self.outcomes["achieved"]

    @property
    def not_achieved(self) -> int:
        return self.outcomes["not_achieved"]

    @property
    def undetermined(self) -> int:
        return self.outcomes["undetermined"]

    @property
    def judged(self) -> int:
        return self.achieved + self.not_achieved + self.undetermined

    @property
    def certified(self) -> int | None:
        """None while no certificate was ever issued."""
        return None if self.given is None else self.given.get(self.kind, 0)


def light_of(milestone: Milestone, row: MilestoneVerdict, viewed: Quarter) -> Light:
    words = wording.milestone_words(milestone, row, viewed)
    return Light(milestone, row, milestone_mark(row), wording.value_words(milestone, row), words)


def milestone_shown(plan: Plan, milestone: Milestone, lights: list[Light]) -> MilestoneShown:
    readings = [plan.readings[key] for key in milestone.source.readings]
    duty = plan.duties[milestone.duty]
    title, target = wording.milestone_title(milestone), wording.target_words(milestone)
    return MilestoneShown(milestone, title, target, duty, readings, lights)
