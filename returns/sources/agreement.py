"""Which cells the sources agree on, and where they do not: what is suggested, and what only somebody who is there can say.

Pure: figures in, suggestions and disagreements out. Two sources that rest on each other are one: how many orders were
completed says nothing by itself, so ``orders`` and ``last`` are one witness with two figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from returns.checks import is_off
from returns.sources.vocabulary import PREFERRED, FigureSource, SourceFigure

Cell = tuple[str, str]
"""Village and column."""

_SAME_WITNESS = {FigureSource.ORDERS: FigureSource.LAST}


@dataclass(frozen=True)
class Suggestion:
    """What a cell may be filled with (建议): the preferred source's figure, and all that agree with it."""

    code: str
    figure: str
    sources: tuple[SourceFigure, ...]

    @property
    def value(self) -> int:
        return self.sources[0].value

    @property
    def source(self) -> FigureSource:
        return self.sources[0].source

    @property
    def labels(self) -> str:
        """The sources that agree, the preferred one first: 运营企业合计、上季."""
        return "、".join(each.title for each in self.sources)


@dataclass(frozen=True)
class Disagreement:
    """A cell on which the sources differ by more than the bound, the preferred one first; ``cause`` is the likeliest, in words."""

    code: str
    figure: str
    sources: tuple[SourceFigure, ...]
    cause: str = ""

    @property
    def size(self) -> int:
        """How far apart they are, in households or users."""
        values = [each.value for each in self.sources]
        return max(values) - min(values)


@dataclass(frozen=True)
class Weighed:
    """All cells of a return by what the sources say; a cell with a single witness stands in neither."""

    suggestions: Mapping[Cell, Suggestion]
    disagreements: Mapping[Cell, Disagreement]


def weigh(found: Iterable[SourceFigure], percent: Mapping[str, int]) -> Weighed:
    """Sort the cells: ``percent`` is by column how far apart sources may be, of the preferred one's figure."""
    cells: dict[Cell, list[SourceFigure]] = {}
    for each in found:
        cells.setdefault((each.code, each.figure), []).append(each)
    suggestions, disagreements = {}, {}
    for cell, said in cells.items():
        ranked = tuple(sorted(said, key=lambda each: PREFERRED[each.figure].index(each.source)))
        agreeing = tuple(each for each in ranked if not is_off(each.value, ranked[0].value, percent[cell[1]]))
        if _witnesses(ranked) < 2:
            continue
        if _witnesses(agreeing) == _witnesses(ranked):
            suggestions[cell] = Suggestion(*cell, agreeing)
        else:
            disagreements[cell] = Disagreement(*cell, ranked)
    return Weighed(suggestions, disagreements)


def _witnesses(said: Sequence[SourceFigure]) -> int:
    return len({_SAME_WITNESS.get(each.source, each.source) for each in said})
