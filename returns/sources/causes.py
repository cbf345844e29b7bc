"""Why sources most likely differ on a cell, in words: what of the difference can be found again elsewhere.

Pure. Looked for in this order: the difference is a part of a source (an operator, a natural village), it is what a source
left out, the village beside differs by as much the other way. Nothing is said where nothing fits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from returns.sources.agreement import Cell, Disagreement
from returns.sources.vocabulary import FigureSource, SourceFigure

LEAST = 5
"""Households or users; a smaller difference is found again anywhere."""


def explained(found: Mapping[Cell, Disagreement], names: Mapping[str, str]) -> dict[Cell, Disagreement]:
    """The disagreements with their likeliest causes; ``names`` are the villages' by code."""
    return {cell: replace(each, cause=_likeliest(each, found, names)) for cell, each in found.items()}


def _likeliest(each: Disagreement, found: Mapping[Cell, Disagreement], names: Mapping[str, str]) -> str:
    if each.size < LEAST:
        return ""
    looks: tuple[Callable[[], Iterator[str]], ...] = (
        lambda: _parts(each),
        lambda: _left_out(each),
        lambda: _neighbours(each, found, names),
    )
    return next((cause for look in looks for cause in look()), "")


def _outside(each: Disagreement) -> SourceFigure:
    """The source that does not come from the village: what it counts is made of parts."""
    return next(source for source in each.sources if source.source not in (FigureSource.LAST, FigureSource.ORDERS))


def _apart(each: Disagreement) -> int:
    """What the outside source has more than the one that is farthest from it."""
    first = _outside(each)
    return first.value - max((other.value for other in each.sources), key=lambda value: abs(value - first.value))


def _parts(each: Disagreement) -> Iterator[str]:
    """A part of the outside source is as large as the difference: it was forgotten elsewhere, or counted twice there."""
    for part in _outside(each).parts:
        if part.is_counted and _is_near(part.number, abs(_apart(each))):
            is_more = _apart(each) > 0 and _outside(each).source == FigureSource.COMPUTED
            why = "可能已覆盖而未计入" if is_more else "可能是一方漏计或重复计入"
            yield f"差额与{part.name}的 {part.number} 户相当，{why}"


def _left_out(each: Disagreement) -> Iterator[str]:
    """What a source could not count."""
    for source in each.sources:
        left = [part for part in source.parts if not part.is_counted]
        if (
            left
            and source.source == FigureSource.COMPUTED
            and any(other.value > source.value for other in each.sources)
        ):
            named = "、".join(part.name for part in left[:3]) + ("等" if len(left) > 3 else "")
            number = sum(part.number for part in left)
            yield f"按点位测算有 {len(left)} 个自然村未覆盖（{named}，共 {number} 户），请核对接入点台账"


def _neighbours(each: Disagreement, found: Mapping[Cell, Disagreement], names: Mapping[str, str]) -> Iterator[str]:
    """Another village differs by as much the other way."""
    apart, first = _apart(each), _outside(each)
    others: Iterable[Disagreement] = (
        other for (code, figure), other in found.items() if figure == each.figure and code != each.code
    )
    for other in others:
        if apart * _apart(other) < 0 and _is_near(-_apart(other), apart):
            who = "运营企业" if first.source == FigureSource.OPERATORS else "台账"
            there, here = names.get(other.code, other.code), names.get(each.code, each.code)
            yield (
                f"{who}可能把约 {abs(apart)} 户计入邻村{there}"
                if apart < 0
                else f"{who}可能把{there}的约 {abs(apart)} 户计入{here}"
            )


def _is_near(number: int, wanted: int) -> bool:
    """Within a tenth, at least two."""
    return number * wanted > 0 and abs(number - wanted) <= max(2, abs(wanted) // 10)
