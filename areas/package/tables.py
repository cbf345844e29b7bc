"""Declaration of a table's columns, used by the package, forms, workbook templates and messages."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from areas.package.values import ValueKind, folded


@dataclass(frozen=True)
class PackageColumn:
    """A column: its name in files, its Chinese label, its kind of value.

    ``blank`` is what an empty cell of an optional column stands for. ``bounds`` are the least and the
    greatest value, inclusive; ``not_below`` and ``not_above`` name another column of the row by which it is bound.
    """

    name: str
    label: str
    kind: ValueKind
    required: bool = False
    blank: Any = None
    unit: str = ""
    bounds: tuple[float, float] | None = None
    not_below: str = ""
    not_above: str = ""

    def write(self, value: Any) -> str:
        return "" if value is None or value == "" else self.kind.write(value)


@dataclass(frozen=True)
class PackageTable:
    """A table: its columns in the order of the format, and the names of those that make its key."""

    name: str
    label: str
    key: tuple[str, ...]
    columns: tuple[PackageColumn, ...]

    @cached_property
    def by_header(self) -> dict[str, PackageColumn]:
        """Columns by every text that may head them: the name or the Chinese label."""
        return {folded(text): column for column in self.columns for text in (column.name, column.label)}

    @cached_property
    def by_name(self) -> dict[str, PackageColumn]:
        return {column.name: column for column in self.columns}
