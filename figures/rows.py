"""The numbers that stand in stored verdicts, each with the address of its members."""

from collections.abc import Iterator, Mapping

from acceptance.models import MilestoneVerdict, Verdict
from figures.address import MemberPart, figure
from figures.sentences import SaidNumber

_PARTS = ("total", "passed", "failed", "unknown", "needed", "missing")
"""The numbers of a share, in the order in which sentences say them."""
_PART_OF = {
    "total": MemberPart.ALL,
    "passed": MemberPart.PASSED,
    "failed": MemberPart.FAILED,
    "unknown": MemberPart.UNKNOWN,
    "missing": MemberPart.GAP,
    "denominator": MemberPart.ALL,
    "numerator": MemberPart.PASSED,
    "returns_missing": MemberPart.UNKNOWN,
}
"""Which part of a figure a number of a verdict is."""
_RATE = ("returns_missing", "numerator", "denominator", "needed", "missing")


def address(row: Verdict | MilestoneVerdict, of: str, part: str) -> str:
    return figure(of, area=row.area_id, quarter=row.period, basis=row.basis, part=part)


def of_milestone(row: MilestoneVerdict) -> list[SaidNumber]:
    """The numbers of a milestone in one scope."""
    return list(_said(row, row.key, {name: getattr(row, name) for name in _PARTS}, _PARTS))


def of_value(row: MilestoneVerdict) -> list[SaidNumber]:
    """The numbers of a milestone's value, which says no target: what passed, of how many, and how many returns a rate lacks."""
    return list(_said(row, row.key, {name: getattr(row, name) for name in _PARTS}, ("passed", "total", "unknown")))


def of_area(row: Verdict) -> list[SaidNumber]:
    """The numbers of an area's criteria, one criterion after the other."""
    return [number for figures in row.criteria for number in of_criterion(row, figures)]


def of_criterion(row: Verdict, figures: Mapping) -> list[SaidNumber]:
    """The numbers of a criterion as the verdict has them, and how many of the unknown decide it the other way."""
    names = _RATE if "numerator" in figures else _PARTS
    said = list(_said(row, f"criterion.{figures['key']}", figures, names))
    return [*said, SaidNumber(figures.get("unknown", 0) - figures["missing"] + 1, "")]


def number_of(row: Verdict, figures: Mapping, name: str) -> SaidNumber:
    """One number of a criterion by its name."""
    return next(_said(row, f"criterion.{figures['key']}", figures, (name,)))


def of_coverage(row: Verdict) -> list[SaidNumber]:
    """The numbers of an area's coverage, on both bases."""
    figures = row.figures["coverage"]
    names = ("numerator", "denominator", "returns_missing")
    full = SaidNumber(figures["full_denominator"], address(row, "full_coverage", MemberPart.ALL))
    return [*_said(row, "coverage", figures, names), full]


def _said(row, of: str, figures: Mapping, names: tuple[str, ...]) -> Iterator[SaidNumber]:
    for name in names:
        yield SaidNumber(figures[name], address(row, of, _PART_OF[name]) if name in _PART_OF else "")
