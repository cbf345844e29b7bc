"""The course of each village: its figures of the quarters that were approved, through mergers and splits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from areas.lineage import Lineage
from areas.models import Area
from common.periods import Quarter
from returns.figures import Figures, added
from returns.models import LineStatus, ReturnLine

SPAN = 9
"""Quarters, as many as the plan lasts."""


@dataclass(frozen=True)
class CoursePoint:
    """An approved quarter of a village; ``taken`` are the columns that were taken from a source, with the source."""

    period: str
    figures: Figures
    taken: Mapping[str, str]


def courses(villages: Sequence[Area], quarter: Quarter, span: int = SPAN) -> dict[str, tuple[CoursePoint, ...]]:
    """The approved quarters before ``quarter`` of each village, by code, the oldest first; a part of a split one begins there.

    Of a merged village the figures of what went into it are added up, where all of it was approved. Two queries, and one
    for each quarter where villages merged.
    """
    if not villages:
        return {}
    county = villages[0].county
    lineage, quarters = Lineage.of(county), list(quarter.plus(-span).through(quarter.plus(-1)))
    codes = {area.code for area in villages}
    named = codes | lineage.before(codes) if lineage else codes
    rows = ReturnLine.objects.filter(
        area_id__in=named, status=LineStatus.APPROVED, period__in=[str(each) for each in quarters]
    )
    lines = {(line.area_id, line.period): line for line in rows}
    found: dict[str, list[CoursePoint]] = {code: [] for code in codes}
    for each in quarters:
        there = _in_force(named, each) if lineage else frozenset(codes)
        for code in codes:
            if point := _point(code, each, quarter, lineage, lines, there):
                found[code].append(point)
    return {code: tuple(points) for code, points in found.items()}


def _in_force(codes: set[str], quarter: Quarter) -> frozenset[str]:
    return frozenset(Area.objects.in_force(quarter.last_day).filter(code__in=codes).values_list("code", flat=True))


def _point(code: str, then: Quarter, now: Quarter, lineage: Lineage, lines, there) -> CoursePoint | None:
    origins = lineage.origins(code, then.last_day, now.last_day) if lineage else {code}
    if origins is None:
        return None
    if origins == {code}:
        line = lines.get((code, str(then)))
        return CoursePoint(str(then), line.figures, line.taken) if line else None
    parts = [lines.get((each, str(then))) for each in sorted(origins & there)]
    figures = added([line and line.figures for line in parts])
    taken = {name: source for line in parts if line for name, source in line.taken.items()}
    return CoursePoint(str(then), figures, taken) if figures else None
