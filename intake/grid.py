"""A sheet as cells with their places, whatever file it came from; rows and columns count from 1, as a person sees them."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


@dataclass
class Grid:
    """The filled cells of a sheet as text, why some cannot be read (``faults``), what is merged and what is hidden.

    ``is_turned``: rows and columns changed places, because the villages stood side by side.
    """

    name: str
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_hidden: bool = False
    is_turned: bool = False

    def put(self, row: int, column: int, text: str, fault: str = "") -> None:
        """Fill a cell; a blank without a fault leaves none."""
        if text.strip():
            self.cells[row, column] = text
        if fault:
            self.faults[row, column] = fault

    def at(self, row: int, column: int) -> str:
        """What stands in the cell itself; blank beneath a merged range but for its first cell."""
        return self.cells.get((row, column), "")

    def spread(self, row: int, column: int) -> str:
        """What a person sees there: in a merged range the text of its first cell."""
        top = self.covered.get((row, column))
        return self.cells.get(top if top else (row, column), "")

    def merged_into(self, row: int, column: int) -> Merge | None:
        """The merged range in which the cell stands."""
        return self._merge_of.get((row, column))

    @cached_property
    def covered(self) -> dict[tuple[int, int], tuple[int, int]]:
        """The first cell of the merged range, by each of its cells."""
        return {place: merge[:2] for place, merge in self._merge_of.items()}

    @cached_property
    def _merge_of(self) -> dict[tuple[int, int], Merge]:
        last_row, last_column = max(self.rows, default=0), max(self.columns, default=0)
        return {
            (row, column): merge
            for merge in self.merges
            for row in range(merge[0], min(merge[2], last_row) + 1)
            for column in range(merge[1], min(merge[3], last_column) + 1)
        }

    @cached_property
    def rows(self) -> list[int]:
        """The rows in which something stands."""
        return sorted({row for row, _ in (*self.cells, *self.faults)})

    @cached_property
    def columns(self) -> list[int]:
        """The columns in which something stands."""
        return sorted({column for _, column in (*self.cells, *self.faults)})

    @cached_property
    def by_row(self) -> dict[int, dict[int, str]]:
        """The filled cells of each row by their columns, in order."""
        found: dict[int, dict[int, str]] = {row: {} for row in self.rows}
        for (row, column), text in sorted(self.cells.items()):
            found[row][column] = text
        return found

    def turned(self) -> "Grid":
        """With rows and columns exchanged."""
        return Grid(
            self.name,
            {(column, row): text for (row, column), text in self.cells.items()},
            {(column, row): fault for (row, column), fault in self.faults.items()},
            [(left, top, right, bottom) for top, left, bottom, right in self.merges],
            self.hidden_columns,
            self.hidden_rows,
            self.is_hidden,
            not self.is_turned,
        )

    @property
    def said(self) -> dict[str, Any]:
        """The sheet as JSON can hold it."""
        return {
            "name": self.name,
            "cells": [[*place, text] for place, text in self.cells.items()],
            "faults": [[*place, text] for place, text in self.faults.items()],
            "merges": self.merges,
            "hidden_rows": [*self.hidden_rows],
            "hidden_columns": [*self.hidden_columns],
            "is_hidden": self.is_hidden,
        }

    @classmethod
    def from_said(cls, said: dict[str, Any]) -> "Grid":
        return cls(
            said["name"],
            {(row, column): text for row, column, text in said["cells"]},
            {(row, column): text for row, column, text in said["faults"]},
            [(top, left, bottom, right) for top, left, bottom, right in said["merges"]],
            set(said["hidden_rows"]),
            set(said["hidden_columns"]),
            said["is_hidden"],
        )


def letter(column: int) -> str:
    """A, B, … of a column."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
