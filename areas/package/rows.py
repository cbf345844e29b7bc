"""From the cells of a sheet to rows of values: shape is checked here, one table by itself."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from areas.package.problems import Report
from areas.package.tables import Column, Table
from areas.package.values import Malformed, folded, shown, trimmed


@dataclass
class Sheet:
    """A table as it stands in its file.

    ``rows`` are numbered as the person sees them, the header included. ``faults`` names cells
    that cannot be read (row, index), ``notes`` what is wrong with the whole sheet (value, sentence).
    """

    name: str
    rows: Iterable[tuple[int, Sequence[str]]]
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)
    notes: Sequence[tuple[str, str]] = ()
    is_hidden: bool = False


class Row:
    """A row: its number, its cells as they stood, and the values of the columns that could be read.

    A column that is missing from ``values`` is malformed or missing; None is a blank.
    """

    __slots__ = ("cells", "number", "values")

    def __init__(self, number: int, cells: Sequence[str]) -> None:
        self.number = number
        self.cells = cells
        self.values: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        """The value, or None when it is blank or could not be read."""
        return self.values.get(name)

    def all(self, *names: str) -> tuple[Any, ...] | None:
        """The values when all of them are given, or None."""
        values = tuple(self.values.get(name) for name in names)
        return None if None in values else values


@dataclass
class TableData:
    """The rows of a table of the package, and what the database holds for their keys."""

    table: Table
    report: Report
    present: bool = False
    positions: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    by_key: dict[Hashable, Row] = field(default_factory=dict)
    stored: dict[Hashable, dict[str, Any]] = field(default_factory=dict)

    @property
    def keyed(self) -> bool:
        """Whether its rows can be told apart at all."""
        return all(name in self.positions for name in self.table.key)

    def key(self, row: Row) -> Hashable | None:
        """The key of a row, a tuple where it has several columns; None when it could not be read."""
        values = row.all(*self.table.key)
        if values is None:
            return None
        return values[0] if len(values) == 1 else values

    def text(self, row: Row, name: str) -> str:
        """The text of a cell as it stood."""
        position = self.positions.get(name)
        return row.cells[position] if position is not None and position < len(row.cells) else ""

    def error(self, row: Row, name: str, message: str) -> None:
        self.report.error(self.table.name, row.number, name, self.text(row, name), message)

    def warn(self, row: Row, name: str, message: str) -> None:
        self.report.warn(self.table.name, row.number, name, self.text(row, name), message)

    def compare(self, row: Row, first: str, second: str) -> bool:
        """Whether both are given and the first lies below the second."""
        values = row.all(first, second)
        return values is not None and values[0] < values[1]

    def complete(self, units: Mapping[str, tuple[str, ...]] | None = None) -> None:
        """Give every row the columns that the package leaves out: what is stored, else what a blank stands for.

        ``units`` names, for a column, others that replace it: when one of those is in the
        package, the column left out is blank rather than as stored.
        """
        absent = [column for column in self.table.columns if column.name not in self.positions and not column.required]
        replaced = {name for name, others in (units or {}).items() if any(other in self.positions for other in others)}
        for row in self.rows:
            stored = self.stored.get(self.key(row), {})
            for column in absent:
                value = None if column.name in replaced else stored.get(column.name)
                row.values[column.name] = column.blank if value is None else value


def read(table: Table, sheet: Sheet, report: Report) -> TableData:
    """The rows of a sheet; every problem of shape goes to ``report``."""
    data = TableData(table, report, present=True)
    for value, message in sheet.notes:
        report.error(table.name, None, None, value, message)
    filled = ((number, cells) for number, cells in sheet.rows if any(trimmed(cell) for cell in cells))
    header = next(filled, None)
    if header is None:
        report.error(table.name, None, None, "", "表是空的：第 1 行应为列名。")
        return data
    blanks = _header(data, *header)
    columns = [
        (column, column.name, data.positions[column.name], {})
        for column in table.columns
        if column.name in data.positions
    ]
    width = len(header[1])
    for number, cells in filled:
        row = Row(number, cells)
        filled_in = len(cells)
        for column, name, position, memo in columns:
            text = cells[position] if position < filled_in else ""
            if sheet.faults and (fault := sheet.faults.get((number, position))):
                data.error(row, name, fault)
            elif (value := memo.get(text)) is not None:
                row.values[name] = value
            else:
                _value(data, row, column, text, memo)
        for text in (*_at(cells, blanks), *cells[width:]):
            if trimmed(text):
                report.error(
                    table.name, number, None, text, f"{shown(text)}上方没有列名：请补上列名，或删去这个单元格。"
                )
        data.rows.append(row)
    _keys(data)
    return data


def _at(cells: Sequence[str], positions: Sequence[int]) -> Iterator[str]:
    return (cells[position] for position in positions if position < len(cells))


def _header(data: TableData, number: int, cells: Sequence[str]) -> list[int]:
    """Find the columns; the positions of the cells without a heading are returned."""
    table, report = data.table, data.report
    blanks = []
    for position, text in enumerate(cells):
        column = table.by_header.get(folded(text))
        if not trimmed(text):
            blanks.append(position)
        elif column is None:
            known = "、".join(f"{column.name}（{column.label}）" for column in table.columns)
            report.error(
                table.name, number, trimmed(text), text, f"不认识列{shown(trimmed(text))}：本表的列有 {known}。"
            )
        elif column.name in data.positions:
            report.error(
                table.name, number, column.name, text, f"列 {column.name}（{column.label}）出现了不止一次：只能有一列。"
            )
        else:
            data.positions[column.name] = position
    for column in table.columns:
        if column.required and column.name not in data.positions:
            report.error(table.name, None, column.name, "", f"缺少必填的列 {column.name}（{column.label}）。")
    return blanks


_MISSING = object()


def _value(data: TableData, row: Row, column: Column, text: str, memo: dict[str, Any]) -> None:
    """Read one cell into the row, or report it. Values that recur are read once."""
    value = memo.get(text, _MISSING)
    if value is _MISSING:
        bare = trimmed(text)
        try:
            value = column.kind.read(bare) if bare else None
        except Malformed as problem:
            data.error(row, column.name, f"{column.label}{problem}")
            return
        if len(memo) < 10_000:
            memo[text] = value
    if value is None:
        if column.required:
            data.error(row, column.name, f"{column.label}没有填：应为{column.kind.expected}。")
            return
        value = column.blank
    row.values[column.name] = value


def _keys(data: TableData) -> None:
    """Index the rows by key; a key that came before is an error on the later row."""
    for row in data.rows:
        key = data.key(row)
        if key is None:
            continue
        first = data.by_key.setdefault(key, row)
        if first is not row:
            what = "、".join(
                f"{data.table.by_name[name].label}{shown(str(row.values[name]))}" for name in data.table.key
            )
            data.error(row, data.table.key[0], f"{what}与第 {first.number} 行重复：每个只能出现一次。")
