"""What is wanted of a sheet: which figures, of which places. The rooms above say it; nothing here knows a return."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class WantedColumn:
    """A figure or a sentence: its field, its label, other headings that mean it, its unit, ``figure`` or ``sentence``."""

    name: str
    label: str
    also: tuple[str, ...] = ()
    unit: str = "户"
    kind: str = "figure"


@dataclass(frozen=True)
class WantedRow:
    """A place: its code, its name, other names that it goes by, and the township it lies in, blank for a township itself."""

    code: str
    name: str
    also: tuple[str, ...] = ()
    within: str = ""


@dataclass(frozen=True)
class Wanted:
    """The columns and rows that a sheet may fill; ``period`` is the quarter (2018Q2) where the caller knows it."""

    columns: tuple[WantedColumn, ...]
    rows: tuple[WantedRow, ...]
    period: str = ""

    def __init__(self, columns: Iterable[WantedColumn], rows: Iterable[WantedRow], period: str = "") -> None:
        object.__setattr__(self, "columns", tuple(columns))
        object.__setattr__(self, "rows", tuple(rows))
        object.__setattr__(self, "period", period)
