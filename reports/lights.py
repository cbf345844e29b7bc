"""A light: a milestone in one scope, how it stands, since when, against an earlier quarter, and at what pace."""

from collections import defaultdict
from dataclasses import dataclass

from acceptance import wording
from acceptance.models import Basis, MilestoneVerdict
from acceptance.rules.plan import Milestone
from acceptance.verdicts.marks import Mark, milestone_mark
from acceptance.wording.milestones import RATES, fallen_back
from areas.models import Area
from common.periods import Quarter
from reports.awards import TITLED, Awarded
from reports.pace import Pace, Point, pace

TURNED = {
    "met": "转为绿灯", "met_late": "转为黄灯", "missed": "转为红灯",
    "pending": "起为灰灯（未到期）", "undetermined": "起为灰灯（待定）", "not_applicable": "起不适用",
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A light as it was seen from a quarter."""

    quarter: Quarter
    status: str
    held: bool
    passed: int
    needed: int
    unknown: int

    @property
    def mark(self) -> Mark:
        return milestone_mark(self)

    @property
    def point(self) -> Point:
        return Point(self.quarter, self.passed, self.needed, self.unknown)


Course = tuple[Seen, ...]
"""A light quarter by quarter, up to the one viewed."""


@dataclass(frozen=True)
class Light:
    """``certified`` is how many of the titles that the measure counts were awarded; None where it counts none, or none was."""

    milestone: Milestone
    row: MilestoneVerdict
    mark: Mark
    value: str
    words: wording.Words
    course: Course = ()
    before: Seen | None = None
    certified: int | None = None

    @property
    def area(self) -> Area:
        return self.row.area

    @property
    def title(self) -> str:
        return wording.milestone_title(self.milestone)

    @property
    def counts_titles(self) -> bool:
        return self.milestone.measure in TITLED

    @property
    def has_turned(self) -> bool:
        """Its colour, or whether it still holds, is another than in the quarter compared with."""
        return self.before is not None and self.before.mark != self.mark

    @property
    def change(self) -> str:
        """By how much the measure moved since the quarter compared with: +3, −2, 0; blank where there is none."""
        if self.before is None:
            return ""
        moved = self.row.passed - self.before.passed
        return "0" if not moved else f"{'+' if moved > 0 else '−'}{wording.number(abs(moved))}"

    @property
    def since(self) -> str:
        """The day on which it became what it is."""
        if not self.course:
            return ""
        first = self.course[-1]
        for seen in reversed(self.course):
            if seen.status != self.row.status:
                return f"自{_day(first.quarter)}{TURNED[self.row.status]}。"
            first = seen
        return f"自首次评定（{_day(first.quarter)}）以来没有变过。"

    @property
    def pace(self) -> Pace | None:
        """None where nothing is left to be done, or nothing can be counted."""
        if self.row.held or self.row.status in ("not_applicable", "undetermined") or not self.course:
            return None
        points = [seen.point for seen in self.course if seen.status != "not_applicable"]
        return pace(points, self.milestone.due, is_rate=self.milestone.measure in RATES)

    @property
    def is_behind(self) -> bool:
        """Scored, and red or fallen back."""
        return self.row.scored and (self.row.status == "missed" or fallen_back(self.row))

    @property
    def share(self) -> float:
        """What is still missing as a share of what is needed; 0 where nothing is."""
        return self.row.missing / self.row.needed if self.row.needed else 0.0


def _day(quarter: Quarter) -> str:
    """The as-of date of a quarter in words; verdicts are given for such days only."""
    day = quarter.last_day
    return f"{day.year}年{day.month}月{day.day}日"


def courses(user, county: str, basis: Basis, last: Quarter, key: str = "") -> dict[tuple[str, str], Course]:
    """The lights in the user's scope quarter by quarter up to ``last``, by milestone and area; one query."""
    rows = MilestoneVerdict.objects.visible_to(user).standing().filter(county=county, basis=basis)
    rows = rows.filter(period__lte=str(last), **({"key": key} if key else {}))
    fields = ("key", "area_id", "period", "status", "held", "passed", "needed", "unknown")
    found: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for milestone, area, period, *said in rows.order_by("period").values_list(*fields):
        found[milestone, area].append(Seen(Quarter.parse(period), *said))
    return {subject: tuple(seen) for subject, seen in found.items()}


def light_of(
    milestone: Milestone,
    row: MilestoneVerdict,
    viewed: Quarter,
    course: Course = (),
    against: Quarter | None = None,
    titles: Awarded | None = None,
) -> Light:
    before = next((seen for seen in course if seen.quarter == against), None)
    kinds = TITLED.get(milestone.measure)
    given = titles.count(kinds, row.area_id) if titles and kinds else None
    words = wording.milestone_words(milestone, row, viewed)
    value = wording.value_words(milestone, row)
    return Light(milestone, row, milestone_mark(row), value, words, course, before, given)
