"""What is odd about the figures of a return, as a good reviewer finds it; pure, explained in docs/oddities.md."""

from collections.abc import Callable, Iterator, Mapping

from returns.figures import Figures
from returns.oddities.cells import odd_cells
from returns.oddities.readings import ReturnReading
from returns.oddities.rows import foreign_rows, twin_rows
from returns.oddities.sums import off_total
from returns.oddities.units import column_units, row_units
from returns.oddities.vocabulary import Oddity, ReturnContext, VillageContext
from returns.oddities.whole import left_out, repeated_columns, repeated_return

__all__ = ["LOOKS", "Oddity", "ReturnContext", "VillageContext", "detect"]

LOOKS: tuple[Callable[[ReturnReading], Iterator[Oddity]], ...] = (
    odd_cells,
    foreign_rows,
    twin_rows,
    row_units,
    column_units,
    repeated_return,
    repeated_columns,
    left_out,
    off_total,
)
"""The ways of looking at a return, each by itself."""


def detect(figures: Mapping[str, Figures], context: ReturnContext) -> list[Oddity]:
    """What is odd, the oddest first; a score from 1.0 on is above the bound."""
    reading = ReturnReading(figures, context)
    found = [oddity for look in LOOKS for oddity in look(reading)]
    return sorted(found, key=lambda each: (-each.score, each.code, each.figure))
