"""Writing a package: a folder of CSV files that reads back as it was written."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from areas.package.package import Handler, Selection
from areas.package.tables import PackageTable

Alteration = Callable[[Iterable[dict]], Iterable[dict]]
"""Rows of a table as they are to be written in place of those that are stored."""


def write(
    folder: Path,
    handlers: Sequence[Handler],
    selection: Selection,
    alterations: Mapping[str, Alteration] = MappingProxyType({}),
) -> dict[str, int]:
    """Write one file a table, names and codes, rows in the order of their keys; how many rows each has.

    A file appears under its name only when it is complete. The text is machine-readable and
    unchanged: a cell that begins with ``=`` stays as it is. OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts = {}
    for handler in handlers:
        unfinished = folder / f".{handler.table.name}.csv.unfinished"
        try:
            counts[handler.table.name] = _file(
                unfinished, handler, alterations.get(handler.table.name, iter)(handler.rows(selection))
            )
            unfinished.replace(folder / f"{handler.table.name}.csv")
        finally:
            unfinished.unlink(missing_ok=True)
    return counts


def _file(path: Path, handler: Handler, rows: Iterable[dict]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(handler.table.by_name)
        for row in rows:
            writer.writerow(_cells(handler.table, row))
            count += 1
    return count


def _cells(table: PackageTable, row: Mapping[str, object]) -> list[str]:
    return [column.write(row[column.name]) for column in table.columns]
