"""A table of the package: its columns as declared, its rows as typed values, and every problem with its place.

Forms, workbook templates and messages read the same declarations. What is checked here is the shape of one table by itself.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from areas.package.values import UNREAD, PackageColumn, folded, quoted, trimmed


@dataclass(frozen=True)
class PackageTable:
    """A table: its columns in the order of the format, and the names of those that make its key.

    ``repeated`` names the column on which a second row of one key is reported: the key's first where blank. ``tidied``
    writes the values of a row in the one way in which they are compared.
    """

    name: str
    label: str
    key: tuple[str, ...]
    columns: tuple[PackageColumn, ...]
    repeated: str = ""
    tidied: Callable[[dict[str, Any]], None] | None = None

    @cached_property
    def by_header(self) -> dict[str, PackageColumn]:
        """Columns by every text that may head them: the name or the Chinese label."""
        return {folded(text): column for column in self.columns for text in (column.name, column.label)}

    @cached_property
    def by_name(self) -> dict[str, PackageColumn]:
        return {column.name: column for column in self.columns}


class Unreadable(Exception):
    """The package cannot be read at all; the text is a Chinese sentence that says why and what to do."""


@dataclass(frozen=True)
class ImportProblem:
    """An error or warning about a package; ``row`` counts as the file shows it, row and column are None for a whole table."""

    table: str
    row: int | None
    column: str | None
    value: str
    message: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class ImportReport:
    """Errors, which block, and warnings, which do not."""

    tables: tuple[PackageTable, ...]
    errors: list[ImportProblem] = field(default_factory=list)
    warnings: list[ImportProblem] = field(default_factory=list)

    def error(self, table: str, row: int | None, column: str | None, value: str, message: str) -> None:
        self.errors.append(ImportProblem(table, row, column, value, message))

    def warn(self, table: str, row: int | None, column: str | None, value: str, message: str) -> None:
        self.warnings.append(ImportProblem(table, row, column, value, message))

    def sort(self) -> None:
        """By table, row and column, as declared; the whole table before its rows, what was found first before the rest."""
        place = {table.name: number for number, table in enumerate(self.tables)}
        columns = {table.name: {column.name: i for i, column in enumerate(table.columns)} for table in self.tables}

        def rank(problem: ImportProblem) -> tuple[int, str, int, int]:
            order = columns.get(problem.table, {})
            return (
                place.get(problem.table, len(place)),
                problem.table,
                problem.row or 0,
                order.get(problem.column or "", len(order)),
            )

        self.errors.sort(key=rank)
        self.warnings.sort(key=rank)


@dataclass
class PackageSheet:
    """A table as it stands in its file.

    ``rows`` are numbered as the person sees them, the header included. ``faults`` names cells
    that cannot be read (row, index), ``notes`` what is wrong with the whole sheet (value, sentence).
    """

    name: str
    rows: Iterable[tuple[int, Sequence[str]]]
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)
    notes: Sequence[tuple[str, str]] = ()
    is_hidden: bool = False

    @property
    def said(self) -> list[Any]:
        """The table as JSON can hold it."""
        faults = [[*place, text] for place, text in self.faults.items()]
        return [self.name, [*self.rows], faults, [*self.notes], self.is_hidden]

    @classmethod
    def from_said(cls, said: list[Any]) -> "PackageSheet":
        name, rows, faults, notes, is_hidden = said
        return cls(
            name,
            [(number, cells) for number, cells in rows],
            {(row, index): text for row, index, text in faults},
            [(value, sentence) for value, sentence in notes],
            is_hidden,
        )


class PackageRow:
    """A row: its number, its cells as they stood, and the values of the columns that could be read.

    A column that is missing from ``values`` is malformed or missing; None is a blank.
    """

    __slots__ = ("cells", "number", "values")

    def __init__(self, number: int, cells: Sequence[str], values: dict[str, Any]) -> None:
        self.number = number
        self.cells = cells
        self.values = values

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

    table: PackageTable
    report: ImportReport
    present: bool = False
    positions: dict[str, int] = field(default_factory=dict)
    rows: list[PackageRow] = field(default_factory=list)
    by_key: dict[Any, PackageRow] = field(default_factory=dict)
    stored: dict[Hashable, dict[str, Any]] = field(default_factory=dict)

    @property
    def keyed(self) -> bool:
        """Whether its rows can be told apart at all."""
        return all(name in self.positions for name in self.table.key)

    def key(self, row: PackageRow) -> Any:
        """The key of a row, a tuple where it has several columns; None when it could not be read."""
        first, *rest = self.table.key
        return row.all(first, *rest) if rest else row.values.get(first)

    def text(self, row: PackageRow, name: str) -> str:
        """The text of a cell as it stood."""
        position = self.positions.get(name)
        return row.cells[position] if position is not None and position < len(row.cells) else ""

    def error(self, row: PackageRow, name: str, message: str) -> None:
        self.report.error(self.table.name, row.number, name, self.text(row, name), message)

    def warn(self, row: PackageRow, name: str, message: str) -> None:
        self.report.warn(self.table.name, row.number, name, self.text(row, name), message)

    def compare(self, row: PackageRow, first: str, second: str) -> bool:
        """Whether both are given and the first lies below the second."""
        lower, upper = row.values.get(first), row.values.get(second)
        return lower is not None and upper is not None and lower < upper

    def complete(self, units: Mapping[str, tuple[str, ...]] | None = None) -> None:
        """Give every row the columns that the package leaves out: what is stored, else what a blank stands for.

        ``units`` names, for a column, others that replace it: when one of those is in the
        package, the column left out is blank rather than as stored.
        """
        optional = [column for column in self.table.columns if not column.required and not column.expected]
        absent = [column for column in optional if column.name not in self.positions]
        if not absent:
            return
        replaced = {name for name, others in (units or {}).items() if any(other in self.positions for other in others)}
        for row in self.rows:
            stored = self.stored.get(self.key(row), {})
            for column in absent:
                value = None if column.name in replaced else stored.get(column.name)
                row.values[column.name] = column.blank if value is None else value


def read(table: PackageTable, sheet: PackageSheet, report: ImportReport) -> TableData:
    """The rows of a sheet; every problem of shape goes to ``report``."""
    data = TableData(table, report, present=True)
    for value, message in sheet.notes:
        report.error(table.name, None, None, value, message)
    filled = [(number, cells) for number, cells in sheet.rows if any(map(trimmed, cells))]
    if not filled:
        report.error(table.name, None, None, "", "表是空的：第 1 行应为列名。")
        return data
    header, *body = filled
    blanks = _header(data, *header)
    columns = [column for column in table.columns if column.name in data.positions]
    texts = [_texts(data.positions[column.name], body) for column in columns]
    found = [column.readings(each) for column, each in zip(columns, texts, strict=True)]
    values = [_column(data, *each, body, sheet.faults) for each in zip(columns, texts, found, strict=True)]
    filled_in = _rows_of([column.name for column in columns], values, len(body))
    data.rows = [PackageRow(number, cells, row) for (number, cells), row in zip(body, filled_in, strict=True)]
    if table.tidied:
        for row in data.rows:
            table.tidied(row.values)
    _unheaded(data, blanks, len(header[1]))
    _keys(data)
    return data


def _texts(position: int, body: Sequence[tuple[int, Sequence[str]]]) -> list[str]:
    """The texts of a column."""
    return [cells[position] if position < len(cells) else "" for _, cells in body]


def _column(
    data: TableData,
    column: PackageColumn,
    texts: Sequence[str],
    found: tuple[list[Any], Mapping[str, str]],
    body: Sequence[tuple[int, Sequence[str]]],
    faults: Mapping[tuple[int, int], str],
) -> list[Any]:
    """The values that were found in a column; what could not be read is reported wherever it stands."""
    position = data.positions[column.name]
    values, refusals = found
    at_fault = {row for row, index in faults if index == position}
    if refusals or at_fault:
        for index, ((number, _), text) in enumerate(zip(body, texts, strict=True)):
            fault = faults.get((number, position)) if number in at_fault else None
            if fault or text in refusals:
                values[index] = UNREAD
                data.report.error(data.table.name, number, column.name, text, fault or refusals[text])
    return values


def _rows_of(names: Sequence[str], columns: Sequence[Sequence[Any]], count: int) -> list[dict[str, Any]]:
    """The values of each row by name, those left out that could not be read."""
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)] or [
        {} for _ in range(count)
    ]
    for name, column in zip(names, columns, strict=True):
        if UNREAD in column:
            for row, value in zip(rows, column, strict=True):
                if value is UNREAD:
                    del row[name]
    return rows


def _unheaded(data: TableData, blanks: Sequence[int], width: int) -> None:
    """Report the cells above which no heading stands."""
    for row in data.rows:
        if not blanks and len(row.cells) <= width:
            continue
        for text in (*_at(row.cells, blanks), *row.cells[width:]):
            if trimmed(text):
                message = f"{quoted(text)}上方没有列名：请补充列名，或删去该单元格。"
                data.report.error(data.table.name, row.number, None, text, message)


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
                table.name, number, trimmed(text), text, f"无法识别列{quoted(trimmed(text))}：本表的列有 {known}。"
            )
        elif column.name in data.positions:
            report.error(
                table.name, number, column.name, text, f"列 {column.name}（{column.label}）出现了不止一次：只能有一列。"
            )
        else:
            data.positions[column.name] = position
    for column in table.columns:
        if (column.required or column.expected) and column.name not in data.positions:
            report.error(table.name, None, column.name, "", f"缺少必填的列 {column.name}（{column.label}）。")
    return blanks


def _keys(data: TableData) -> None:
    """Index the rows by key; a key that came before is an error on the later row."""
    for row in data.rows:
        key = data.key(row)
        if key is None:
            continue
        first = data.by_key.setdefault(key, row)
        if first is not row:
            what = "、".join(
                f"{data.table.by_name[name].label}{quoted(str(row.values[name]))}" for name in data.table.key
            )
            data.error(
                row, data.table.repeated or data.table.key[0], f"{what}与第 {first.number} 行重复：每个只能出现一次。"
            )
