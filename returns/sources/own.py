"""The sources that the figures themselves bring: the operators' counts, the register's natural villages, the last figures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from django.db.models import Count

from areas.dated import then
from areas.models import Area, Operator, ServiceOrder
from areas.vocabulary import LEAVES, AreaKind
from common.periods import Quarter
from returns.courses import CoursePoint, courses
from returns.figures import NAMES, called
from returns.models import COUNTED, OperatorCount
from returns.sources.vocabulary import FigureSource, Part, SourceFigure

STANDS = 4
"""Quarters for which a figure that somebody typed still speaks for itself; then it must be typed anew."""


def operators(township: str, quarter: Quarter, villages: Sequence[Area]) -> Iterator[SourceFigure]:
    """The operators' sums in the villages that every one of them has counted; two queries."""
    counts = OperatorCount.objects.filter(area__in=villages, period=str(quarter)).select_related("operator")
    everybody = Operator.objects.count()
    for code, rows in groupby(counts.order_by("area_id", "operator_id"), key=lambda row: row.area_id):
        counted = list(rows)
        if len(counted) == everybody:
            for name in COUNTED:
                parts = tuple(Part(row.operator.name, getattr(row, name)) for row in counted)
                total = sum(part.number for part in parts)
                yield SourceFigure(code, name, total, FigureSource.OPERATORS, f"{len(parts)} 家", parts)


def register(township: str, quarter: Quarter, villages: Sequence[Area]) -> Iterator[SourceFigure]:
    """Households of the natural villages, where these are all there is: a village without compounds; two queries."""
    for code, parts in natural_villages(villages, quarter).items():
        made = tuple(Part(each.name, each.permanent_households) for each in parts)
        total = sum(part.number for part in made)
        yield SourceFigure(code, "households", total, FigureSource.REGISTER, f"{len(made)} 个自然村", made)


def natural_villages(villages: Iterable[Area], quarter: Quarter) -> dict[str, list[Area]]:
    """The natural villages in force at the quarter's end, with its values, of each village that consists of nothing else."""
    administrative = [area.code for area in villages if area.kind == AreaKind.VILLAGE]
    leaves = Area.objects.filter(parent__in=administrative, kind__in=LEAVES).in_force(quarter.last_day)
    found: dict[str, list[Area]] = {}
    for each in then(leaves.order_by("code"), quarter.last_day):
        found.setdefault(each.parent_id, []).append(each)
    return {code: each for code, each in found.items() if all(one.kind == AreaKind.NATURAL_VILLAGE for one in each)}


def last(township: str, quarter: Quarter, villages: Sequence[Area]) -> Iterator[SourceFigure]:
    """Each figure as somebody last typed it and the bureau approved it, of at most four quarters ago; for users with the
    orders completed since. A figure that was taken from a source is no witness.
    """
    found = courses(villages, quarter, STANDS)
    typed = {code: dict(_typed(points)) for code, points in found.items()}
    yield from _added(typed, _completed(township, typed, quarter), quarter)
    for code, figures in typed.items():
        for name, (period, value) in figures.items():
            yield SourceFigure(code, name, value, FigureSource.LAST, name=called(Quarter.parse(period), quarter))


def _typed(points: Iterable[CoursePoint]) -> Iterator[tuple[str, tuple[str, int]]]:
    """The latest figure of each column that was not taken from a source, with its quarter."""
    for point in points:
        for name in NAMES:
            value = point.figures[name]
            if value is not None and name not in point.taken:
                yield name, (point.period, value)


def _completed(township: str, typed: Mapping, quarter: Quarter) -> dict[tuple[str, str], int]:
    """How many orders were completed in each village since the quarters of its users; a query for each such quarter."""
    periods = {period for figures in typed.values() for name, (period, _) in figures.items() if name == "fibre_users"}
    found: dict[tuple[str, str], int] = {}
    for period in periods:
        rows = ServiceOrder.objects.beneath(township).filter(
            completed_on__gt=Quarter.parse(period).last_day, completed_on__lte=quarter.last_day
        )
        for area, number in rows.order_by().values_list("area_id").annotate(Count("pk")):
            found[area[:12], period] = found.get((area[:12], period), 0) + number
    return found


def _added(typed: Mapping, completed: Mapping[tuple[str, str], int], quarter: Quarter) -> Iterator[SourceFigure]:
    for code, figures in typed.items():
        for name in COUNTED:
            if name in figures:
                period, value = figures[name]
                if number := completed.get((code, period)):
                    title = f"{called(Quarter.parse(period), quarter)}加竣工工单"
                    yield SourceFigure(
                        code, name, value + number, FigureSource.ORDERS, f"其后竣工 {number} 单", name=title
                    )
