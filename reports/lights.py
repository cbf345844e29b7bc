"""A light: a milestone in one scope, how it stands, since when, against an earlier quarter, and at what pace."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from acceptance import wording
from acceptance.models import Basis, MilestoneVerdict
from acceptance.rules.plan import Milestone
from acceptance.verdicts.marks import Mark, milestone_mark
from acceptance.wording.milestones import RATES, fallen_back
from areas.lineage import Lineage
from areas.models import Area
from common.periods import Quarter
from common.templatetags.figures import MISSING
from reports.awards import TITLED, Awarded
from reports.pace import SPAN, Pace, PacePoint, pace
from reports.sums import Like, Sums

TURNED = {
    "met": "转为绿灯", "met_late": "转为黄灯", "missed": "转为红灯",
    "pending": "起为灰灯（未到期）", "undetermined": "起为灰灯（待定）", "not_applicable": "起不适用",
}  # fmt: skip


@dataclass(frozen=True)
class SeenLight:
    """The status of a light as seen from one quarter."""

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
    def point(self) -> PacePoint:
        return PacePoint(self.quarter, self.passed, self.needed, self.unknown)


Course = tuple[SeenLight, ...]
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
    before: SeenLight | None = None
    certified: int | None = None
    sums: Sums | None = None
    is_part: bool = False
    """Whether since the quarter compared with the area came out of one that was split."""

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
    def awarded_of(self) -> str:
        """The figure whose members the awarded titles are."""
        return f"awarded.{self.milestone.measure}"

    @property
    def has_turned(self) -> bool:
        """Its colour, or whether it still holds, is another than in the quarter compared with."""
        return self.before is not None and self.before.mark != self.mark

    @property
    def is_rate(self) -> bool:
        """Whether the measure is a sum over returns, and not a count of members."""
        return self.milestone.measure in RATES

    @cached_property
    def like(self) -> Like | None:
        """A rate beside the quarter compared with, over the same villages."""
        if self.before is None or self.sums is None or not self.is_rate:
            return None
        return self.sums.like(self.row.area_id, self.row.quarter, self.before.quarter)

    @property
    def moved(self) -> int | None:
        """By how much the measure moved since the quarter compared with; None where it cannot be compared."""
        if self.is_rate:
            name = "fibre_covered_households"
            return self.like.now[name] - self.like.before[name] if self.like and self.like.shared else None
        return None if self.before is None else self.row.passed - self.before.passed

    @property
    def change(self) -> str:
        """By how much the measure moved, as text: +3, −2, 0; a dash where it cannot be compared, blank where there is nothing to compare with."""
        if self.before is None:
            return ""
        if self.moved is None:
            return MISSING
        return "0" if not self.moved else f"{'+' if self.moved > 0 else '−'}{wording.number(abs(self.moved))}"

    @property
    def change_note(self) -> str:
        """What the two quarters do not have in common: villages that lack a return, or members that nobody could judge."""
        if self.is_part:
            return "由分设而来，分设前没有可比数，不作比较"
        if self.is_rate:
            return self.like.note if self.like else ""
        if self.before is None or self.before.unknown == self.row.unknown:
            return ""
        return f"待定由 {wording.number(self.before.unknown)} 个变为 {wording.number(self.row.unknown)} 个"

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
        return f"自首次评定（{_day(first.quarter)}）以来未变。"

    @property
    def pace(self) -> Pace | None:
        """None where nothing is left to be done, or nothing can be counted."""
        if self.row.held or self.row.status in ("not_applicable", "undetermined") or not self.course:
            return None
        points = [self._point(seen) for seen in self.course if seen.status != "not_applicable"]
        return pace(points, self.milestone.due, is_rate=self.is_rate)

    def _point(self, seen: SeenLight) -> PacePoint:
        if self.sums is None or not self.is_rate:
            return seen.point
        return replace(seen.point, members=self.sums.members(self.row.area_id, seen.quarter))

    @property
    def is_behind(self) -> bool:
        """Scored, due and not enough: red, fallen back, or short today though its own quarter cannot be told yet."""
        is_open = self.row.status == "undetermined" and is_short(self.milestone, self.row)
        return self.row.scored and (self.row.status == "missed" or fallen_back(self.row) or is_open)

    @property
    def share(self) -> float:
        """What is still missing as a share of what is needed; 0 where nothing is."""
        return self.row.missing / self.row.needed if self.row.needed else 0.0


def is_short(milestone: Milestone, row: MilestoneVerdict) -> bool:
    """Whether it is known not to be enough: what is unknown could not make up for what is missing.

    A rate is a sum over returns, of which nothing is known while one is missing (docs/rules.md, section 4).
    """
    return (
        not row.held
        and row.missing > 0
        and (row.unknown == 0 if milestone.measure in RATES else row.missing > row.unknown)
    )


def _day(quarter: Quarter) -> str:
    """The as-of date of a quarter in words; verdicts are given for such days only."""
    day = quarter.last_day
    return f"{day.year}年{day.month}月{day.day}日"


def courses(user, county: str, basis: Basis, last: Quarter, key: str = "") -> dict[tuple[str, str], Course]:
    """The lights in the user's scope quarter by quarter up to ``last``, by milestone and area; two queries.

    Of a merged area the quarters before count what went into it as well; a part of one that was split has none.
    """
    rows = MilestoneVerdict.objects.visible_to(user).standing().filter(county=county, basis=basis)
    rows = rows.filter(period__lte=str(last), **({"key": key} if key else {}))
    fields = ("key", "area_id", "period", "status", "held", "passed", "needed", "unknown")
    found: dict[tuple[str, str], list[SeenLight]] = defaultdict(list)
    for milestone, area, period, *said in rows.order_by("period").values_list(*fields):
        found[milestone, area].append(SeenLight(Quarter.parse(period), *said))
    lineage = Lineage.of(county)
    return {
        subject: tuple(_followed(subject, found, lineage, last) if lineage else seen) for subject, seen in found.items()
    }


def _followed(
    subject: tuple[str, str], found: Mapping[tuple[str, str], list[SeenLight]], lineage: Lineage, last: Quarter
) -> Iterator[SeenLight]:
    """The lights of a scope, those before it was merged with the counts of what went into it."""
    key, area = subject
    codes = lineage.before([area])
    by_quarter: dict[Quarter, dict[str, SeenLight]] = defaultdict(dict)
    for code in codes:
        for seen in found.get((key, code), ()):
            by_quarter[seen.quarter][code] = seen
    for quarter in sorted(by_quarter):
        origins = lineage.origins(area, quarter.last_day, last.last_day)
        parts = {code: seen for code, seen in by_quarter[quarter].items() if code in (origins or ())}
        own = parts.get(area) or (next(iter(parts.values())) if len(parts) == 1 else None)
        if own:
            counts = {
                name: sum(getattr(seen, name) for seen in parts.values()) for name in ("passed", "needed", "unknown")
            }
            yield replace(own, **counts)


def sums_of(user, county: str, basis: Basis, viewed: Quarter, against: Quarter | None) -> Sums:
    """The returns that rates are compared by: of the quarters whose pace is told, and of the one compared with."""
    quarters = [viewed.plus(-back) for back in range(SPAN + 1)]
    return Sums(user, county, basis, [*quarters, *([against] if against else [])])


def light_of(
    milestone: Milestone,
    row: MilestoneVerdict,
    viewed: Quarter,
    course: Course = (),
    against: Quarter | None = None,
    titles: Awarded | None = None,
    sums: Sums | None = None,
) -> Light:
    before = next((seen for seen in course if seen.quarter == against), None)
    kinds = TITLED.get(milestone.measure)
    given = titles.count(kinds, row.area_id) if titles and kinds else None
    words = wording.milestone_words(milestone, row, viewed)
    value = wording.value_words(milestone, row)
    is_part = bool(sums and against) and sums.is_part(row.area_id, viewed, against)
    return Light(milestone, row, milestone_mark(row), value, words, course, before, given, sums, is_part)
