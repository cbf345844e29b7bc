"""The milestones as they stand in a quarter, ready to be shown; everything is read from stored verdicts."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from django.db.models import Count
from django.db.models.query import QuerySet

from acceptance import wording
from acceptance.models import Basis, MilestoneVerdict, Verdict
from acceptance.rules.plan import Duty, Milestone, Plan, Reading
from acceptance.verdicts.marks import FALLEN, Mark, area_mark
from acceptance.verdicts.pages import lacks
from acceptance.wording.milestones import FALLEN_BACK, fallen_back
from areas.dated import KindsOverTime, then
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, AreaKind
from common.periods import Quarter
from reports.awards import Awarded, awarded
from reports.lights import Course, Light, courses, light_of, sums_of
from reports.sums import Sums


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
    def totals(self) -> "Totals":
        """Totals of all its lights, also where the milestone is not scored."""
        return Totals.counted([light.row for light in self.lights])

    @property
    def is_behind(self) -> bool:
        return any(light.is_behind for light in self.lights)

    @property
    def counts_titles(self) -> bool:
        return any(light.counts_titles for light in self.lights)

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
        return cls.counted([light.row for light in lights if light.row.scored])

    @classmethod
    def counted(cls, rows: list[MilestoneVerdict]) -> "Totals":
        counts = Counter(row.status for row in rows)
        statuses = ("met", "met_late", "missed", "pending", "undetermined", "not_applicable")
        return cls(**{status: counts[status] for status in statuses}, fallen_back=sum(map(fallen_back, rows)))

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
        """Counts that occur, each with its mark; after those that were reached, how many of them fell back."""
        marks = [
            (Mark("met", "已达到"), self.met), (Mark("late", "逾期达到"), self.met_late),
            (Mark(FALLEN, f"其中{FALLEN_BACK}"), self.fallen_back),
            (Mark("missed", "未达到"), self.missed),
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
    def unmet(self) -> list[Light]:
        """The lights whose target is not reached as it stands, but for those that do not apply."""
        return [light for light in self.lights if not light.row.held and light.row.status != "not_applicable"]

    @property
    def totals(self) -> Totals:
        return Totals.of(self.lights)

    @property
    def time(self) -> str:
        """past, now or future, as seen from the quarter viewed."""
        return "now" if self.due == self.viewed else "past" if self.due < self.viewed else "future"


class ProgressPage:
    """The milestones in the user's scope, seen from ``quarter`` and compared with the quarter ``against``."""

    def __init__(
        self,
        user,
        plan: Plan,
        county: str,
        quarter: Quarter,
        basis: Basis,
        against: Quarter | None = None,
        titles: Awarded | None = None,
    ) -> None:
        self.user, self.plan, self.county, self.quarter, self.basis = user, plan, county, quarter, basis
        self.against, self._awarded = against, titles

    @cached_property
    def awarded(self) -> Awarded:
        return self._awarded or awarded(self.user, self.county, self.quarter.last_day)

    @cached_property
    def lights(self) -> list[Light]:
        rows = (
            MilestoneVerdict.objects.visible_to(self.user)
            .standing()
            .filter(county=self.county, period=str(self.quarter), basis=self.basis)
            .select_related("area")
            .order_by("due", "key", "area_id")
        )
        then((row.area for row in rows), self.quarter.last_day)
        milestones = {milestone.key: milestone for milestone in self.plan.milestones}
        return [self._light(milestones[row.key], row) for row in rows if row.key in milestones]

    def _light(self, milestone: Milestone, row: MilestoneVerdict) -> Light:
        course = self._courses.get((row.key, row.area_id), ())
        return light_of(milestone, row, self.quarter, course, self.against, self.awarded, self._sums)

    @cached_property
    def _courses(self) -> dict[tuple[str, str], Course]:
        return courses(self.user, self.county, self.basis, self.quarter)

    @cached_property
    def _sums(self) -> Sums:
        return sums_of(self.user, self.county, self.basis, self.quarter, self.against)

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
        return [light for light in self.lights if light.is_behind]

    @cached_property
    def townships(self) -> list[Area]:
        """The streets and towns of which something is asked, by code."""
        areas = {light.area.code: light.area for light in self.lights if light.area.kind in TOWNSHIPS}
        return [areas[code] for code in sorted(areas)]

    @cached_property
    def turned(self) -> list[Light]:
        """Scored lights that are another than in the quarter compared with."""
        return [light for light in self.lights if light.row.scored and light.has_turned]

    @cached_property
    def next_step(self) -> Step | None:
        """The nearest due quarter after the one viewed."""
        return next((step for step in self.steps if step.due > self.quarter), None)

    @cached_property
    def nearest(self) -> list["Nearest"]:
        """The streets and towns without their title, those that lack the smallest share first."""
        missing = [
            Nearest(each, area_mark(each.outcome, each.reference), lacks(self.plan, each), _missing_share(each))
            for each in self.township_verdicts
            if each.outcome in ("not_achieved", "undetermined")
        ]
        return sorted(missing, key=lambda each: each.share)

    @cached_property
    def township_verdicts(self) -> list[Verdict]:
        """The verdicts on the streets and towns, by code."""
        verdicts = self._verdicts.filter(area__kind__in=TOWNSHIPS).select_related("area").order_by("area_id")
        then((each.area for each in verdicts), self.quarter.last_day)
        return list(verdicts)

    @property
    def _verdicts(self) -> QuerySet:
        standing = Verdict.objects.visible_to(self.user).standing()
        return standing.filter(county=self.county, period=str(self.quarter), basis=self.basis)

    @cached_property
    def titles(self) -> list["TitleCount"]:
        """The titles computed and certified, by kind of area."""
        became = KindsOverTime(self.county).become(self.quarter.last_day)
        counts = self._verdicts.exclude(area_id__in=became).order_by().values_list("area__kind", "outcome")
        by_kind: dict[str, Counter] = defaultdict(Counter)
        for kind, outcome, count in counts.annotate(Count("pk")):
            by_kind[kind][outcome] = count
        if became:
            for code, outcome in self._verdicts.filter(area_id__in=became).values_list("area_id", "outcome"):
                by_kind[became[code]][outcome] += 1
        return [
            TitleCount(self.plan.titles[kind].name, kind, by_kind[kind], self.awarded.count((kind,)))
            for kind in AreaKind.values
            if kind in self.plan.titles and by_kind[kind]
        ]


@dataclass(frozen=True)
class Nearest:
    """A street or town without its title; ``share`` is the largest part of what a hard criterion needs that is missing."""

    verdict: Verdict
    mark: Mark
    lacks: str
    share: Fraction

    @property
    def area(self) -> Area:
        return self.verdict.area


def _missing_share(verdict: Verdict) -> Fraction:
    hard = [row for row in verdict.criteria if row["role"] == "hard" and row.get("needed")]
    return max((Fraction(row["missing"], row["needed"]) for row in hard), default=Fraction(0))


@dataclass(frozen=True)
class TitleCount:
    """A title: how many areas of its kind have earned it by computation, and by certificate (None: none ever issued)."""

    title: str
    kind: str
    outcomes: Mapping[str, int]
    certified: int | None

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


def milestone_shown(plan: Plan, milestone: Milestone, lights: list[Light]) -> MilestoneShown:
    readings = [plan.readings[key] for key in milestone.source.readings]
    duty = plan.duties[milestone.duty]
    title, target = wording.milestone_title(milestone), wording.target_words(milestone)
    return MilestoneShown(milestone, title, target, duty, readings, lights)
