"""Plan against fact: how the targets of breakdowns in force stand, by the counts that milestones are judged by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from acceptance import plan as plans
from acceptance.verdicts.marks import Mark
from acceptance.wording.figures import number
from acceptance.wording.measures import MEASURES
from breakdown.counting import counted_each
from breakdown.models import Breakdown, BreakdownLine
from breakdown.vocabulary import LineLevel
from common.periods import Quarter


@dataclass(frozen=True)
class LineFollowed:
    """A line in a quarter: ``fact`` is None where nothing is judged there. Of an operator: what was added in its township."""

    line: BreakdownLine
    quarter: Quarter
    target: int | None
    fact: int | None
    is_over: bool
    unit: str
    shown_quarter: Quarter
    """The quarter of the fact: an earlier one where the target's has not ended."""

    @property
    def gap(self) -> int:
        return max(0, (self.target or 0) - (self.fact or 0))

    @property
    def is_late(self) -> bool:
        return self.is_over and self.fact is not None and self.target is not None and self.gap > 0

    @property
    def mark(self) -> Mark:
        if self.target is None or self.fact is None:
            return Mark("pending", "待定")
        if not self.gap:
            return Mark("met", "已达到")
        return Mark("missed", "未达到") if self.is_over else Mark("pending", "未到期")

    @property
    def words(self) -> str:
        """截至…：目标 5 个，实际 3 个，差 2 个。"""
        if self.target is None or self.fact is None:
            return f"{self.quarter.label}没有评定结果，不能比较。"
        said = (
            f"截至{self.quarter.label}末，目标 {number(self.target)} {self.unit}，实际 {number(self.fact)} {self.unit}"
        )
        return f"{said}，差 {number(self.gap)} {self.unit}。" if self.gap else f"{said}，已达到。"

    @property
    def opens(self) -> bool:
        """Whether the fact is a count of an area whose members a page lists."""
        return self.line.level != LineLevel.OPERATOR and self.fact is not None


def followed(lines: Iterable[BreakdownLine], on: date, last: Quarter) -> list[LineFollowed]:
    """Each line in the latest of its quarters that has ended on a day and is judged up to ``last``, else in its first.

    One query for each county; ``lines`` come with their breakdowns.
    """
    lines = list(lines)
    ended = min(last, Quarter.containing(on).plus(-1))
    seen = {line.pk: _quarter(line.breakdown, ended) for line in lines}
    counts = _counts(lines, [*seen.values(), ended])
    return [_followed(line, seen[line.pk], ended, counts) for line in lines]


def _quarter(breakdown: Breakdown, ended: Quarter) -> Quarter:
    return max((quarter for quarter in breakdown.periods if quarter <= ended), default=breakdown.periods[0])


def _counts(lines: list[BreakdownLine], quarters: list[Quarter]) -> Mapping:
    plan, found = plans.current(), {}
    for county in sorted({line.breakdown.county for line in lines}):
        keys = {line.breakdown.milestone for line in lines if line.breakdown.county == county}
        asked = [each for each in plan.milestones if each.key in keys]
        found[county] = counted_each(county, asked, quarters)
    return found


def _followed(line: BreakdownLine, quarter: Quarter, ended: Quarter, counts: Mapping) -> LineFollowed:
    breakdown = line.breakdown
    by_area = counts[breakdown.county].get((breakdown.milestone, str(min(quarter, ended))), {})
    found = by_area.get(line.area_id)
    fact = found.passed if found else None
    if line.level == LineLevel.OPERATOR and fact is not None:
        township = next((each for each in breakdown.lines.all() if _is_township(each, line)), None)
        fact = max(0, fact - township.base) if township else None
    milestone = plans.current().milestone(breakdown.milestone)
    target = line.targets.get(str(quarter))
    return LineFollowed(
        line, quarter, target, fact, quarter <= ended, MEASURES[milestone.measure].unit, min(quarter, ended)
    )


def _is_township(each: BreakdownLine, line: BreakdownLine) -> bool:
    return each.level == LineLevel.TOWNSHIP and each.area_id == line.area_id
