"""Sheets as cells that can be laid beside each other, turned and written as .xlsx, .ods, CSV text or a pasted block."""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

ACCOUNTING = '_ * #,##0_ ;_ * (#,##0)_ ;_ * "-"_ ;_ @_ '
THOUSANDS = "#,##0"
PERCENT = "0.0%"


@dataclass(frozen=True)
class Formula:
    """``cached`` is what Excel last computed, None where a program wrote the formula and nobody opened the file since."""

    text: str
    cached: float | None


Value = str | int | float | Formula | None


@dataclass
class Grid:
    """Cells by (row, column) from 1; a merge is (first row, first column, last row, last column)."""

    title: str = "Sheet1"
    cells: dict[tuple[int, int], Value] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    headline: set[int] = field(default_factory=set)
    loose: set[int] = field(default_factory=set)
    """Rows that belong to no table: who filled it in, notes."""

    def put(self, row: int, column: int, value: Value, number_format: str = "") -> None:
        if value is not None and value != "":
            self.cells[row, column] = value
        if number_format:
            self.formats[row, column] = number_format

    def put_row(self, row: int, values: Sequence[Value], column: int = 1) -> None:
        for offset, value in enumerate(values):
            self.put(row, column + offset, value)

    @property
    def height(self) -> int:
        return max((row for row, _ in self.cells), default=0)

    @property
    def width(self) -> int:
        return max((column for _, column in self.cells), default=0)

    def lay(self, other: "Grid", down: int = 0, right: int = 0) -> None:
        """The cells of another grid, moved by so many rows and columns."""
        self.cells |= {
            (row + down, column + right): _moved(value, down, right) for (row, column), value in other.cells.items()
        }
        self.formats |= {(row + down, column + right): kind for (row, column), kind in other.formats.items()}
        self.merges += [(a + down, b + right, c + down, d + right) for a, b, c, d in other.merges]
        self.hidden_rows |= {row + down for row in other.hidden_rows}
        self.hidden_columns |= {column + right for column in other.hidden_columns}
        self.headline |= {row + down for row in other.headline}
        self.loose |= {row + down for row in other.loose}

    def turned(self) -> "Grid":
        """Rows become columns."""
        return Grid(
            self.title,
            {(column, row): value for (row, column), value in self.cells.items()},
            {(column, row): kind for (row, column), kind in self.formats.items()},
            [(b, a, d, c) for a, b, c, d in self.merges],
            set(self.hidden_columns),
            set(self.hidden_rows),
        )

    def texts(self) -> list[list[str]]:
        """The cells as a program shows them, which is what a copy or a CSV file holds."""
        shown = {place: shown_as(value, self.formats.get(place, "")) for place, value in self.cells.items()}
        return [
            [shown.get((row, column), "") for column in range(1, self.width + 1)] for row in range(1, self.height + 1)
        ]


def _moved(value: Value, down: int, right: int) -> Value:
    """A formula's references move with it."""
    if not isinstance(value, Formula):
        return value
    text = re.sub(r"\b([A-Z])(\d+)\b", lambda match: f"{chr(ord(match[1]) + right)}{int(match[2]) + down}", value.text)
    return Formula(text, value.cached)


def shown_as(value: Value, number_format: str) -> str:
    if isinstance(value, Formula):
        value = value.cached
    if value is None or isinstance(value, str):
        return value or ""
    if number_format == PERCENT:
        return f"{value:.1%}"
    if number_format == ACCOUNTING:
        return " -   " if value == 0 else f" ({-value:,}) " if value < 0 else f" {value:,} "
    if number_format == THOUSANDS:
        return f"{value:,}"
    if number_format == "0.00":
        return f"{value:.2f}"
    return str(value)


def xlsx(*grids: Grid, active: int = 0) -> bytes:
    """A workbook of these sheets, with the values that formulas were computed to."""
    book = Workbook()
    book.remove(book.active)
    for grid in grids:
        _fill(book.create_sheet(grid.title), grid)
    book.active = active
    buffer = io.BytesIO()
    book.save(buffer)
    return _with_cached_values(buffer.getvalue(), grids)


def _fill(sheet, grid: Grid) -> None:
    thin = Side(style="thin")
    for (row, column), value in grid.cells.items():
        cell = sheet.cell(row, column)
        if isinstance(value, str) and re.fullmatch(r"[0-9０-９.,]+", value):
            cell.quotePrefix = True
        cell.value = value.text if isinstance(value, Formula) else value
        cell.font = Font(name="宋体", size=16 if row in grid.headline else 11, bold=row in grid.headline)
        in_table = row not in grid.headline | grid.loose
        cell.alignment = Alignment(
            horizontal="left" if row in grid.loose else "center", vertical="center", wrap_text=in_table
        )
        if in_table:
            cell.border = Border(thin, thin, thin, thin)
    for (row, column), number_format in grid.formats.items():
        sheet.cell(row, column).number_format = number_format
    for top, left, bottom, right in grid.merges:
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    for row in grid.hidden_rows:
        sheet.row_dimensions[row].hidden = True
    for column in range(1, grid.width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _width(grid, column)
    for column in grid.hidden_columns:
        sheet.column_dimensions[get_column_letter(column)].hidden = True


def _width(grid: Grid, column: int) -> int:
    """As wide as its names need, within what a page bears."""
    lengths = [
        len(value)
        for (row, at), value in grid.cells.items()
        if at == column and isinstance(value, str) and row not in grid.headline | grid.loose
    ]
    return min(max(10, 2 * max(lengths, default=0) + 2), 30)


def _with_cached_values(content: bytes, grids: Sequence[Grid]) -> bytes:
    """Puts what Excel would have computed behind each formula; openpyxl writes none."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            if number:
                part = _cached_in(part.decode(), grids[int(number[1]) - 1]).encode()
            new.writestr(name, part)
    return buffer.getvalue()


def _cached_in(xml: str, grid: Grid) -> str:
    for (row, column), value in grid.cells.items():
        if isinstance(value, Formula) and value.cached is not None:
            place = f"{get_column_letter(column)}{row}"
            xml, found = re.subn(
                rf'(<c r="{place}"[^>]*><f>[^<]*</f>)<v ?/>|(<c r="{place}"[^>]*><f>[^<]*</f>)<v></v>',
                lambda match, cached=value.cached: f"{match[1] or match[2]}<v>{cached}</v>",
                xml,
            )
            if found != 1:
                raise ValueError(f"formula of {place} not found")
    return xml


def csv_text(grid: Grid, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Lines as WPS writes them; ``utf-8-sig`` is with the mark at the beginning."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(grid.texts())
    return buffer.getvalue().encode(encoding)


def pasted(grid: Grid) -> str:
    """The block as a clipboard holds it; a cell with a line break is quoted."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter="\t", lineterminator="\r\n").writerows(grid.texts())
    return buffer.getvalue()


_NAMESPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
)
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def ods(*grids: Grid) -> bytes:
    """A small OpenDocument sheet; like the real ones it repeats blank cells and rows to the sheet's end."""
    tables = "".join(_ods_table(grid) for grid in grids)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.2">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", _ODS_TYPE)
        archive.writestr("META-INF/manifest.xml", _MANIFEST, zipfile.ZIP_DEFLATED)
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _ods_table(grid: Grid) -> str:
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in grid.merges}
    covered = {
        (row, column)
        for top, left, bottom, right in grid.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - set(spans)
    columns = "".join(
        f'<table:table-column table:visibility="{"collapse" if column in grid.hidden_columns else "visible"}"/>'
        for column in range(1, grid.width + 1)
    )
    rows = "".join(_ods_row(grid, row, spans, covered) for row in range(1, grid.height + 1))
    rest = (
        f'<table:table-row table:number-rows-repeated="{1048576 - grid.height}">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    )
    return f"<table:table table:name={quoteattr(grid.title)}>{columns}{rows}{rest}</table:table>"


def _ods_row(grid: Grid, row: int, spans: dict, covered: set) -> str:
    cells, blanks = [], 0
    for column in range(1, grid.width + 1):
        place = row, column
        if place not in grid.cells and place not in spans and place not in covered:
            blanks += 1
            continue
        if blanks:
            cells.append(f'<table:table-cell table:number-columns-repeated="{blanks}"/>')
            blanks = 0
        cells.append("<table:covered-table-cell/>" if place in covered else _ods_cell(grid, place, spans.get(place)))
    hidden = ' table:visibility="collapse"' if row in grid.hidden_rows else ""
    return f'<table:table-row{hidden}>{"".join(cells)}<table:table-cell table:number-columns-repeated="{1024 - grid.width}"/></table:table-row>'


def _ods_cell(grid: Grid, place: tuple[int, int], span: tuple[int, int] | None) -> str:
    value, number_format = grid.cells.get(place), grid.formats.get(place, "")
    shown = "".join(f"<text:p>{escape(line)}</text:p>" for line in shown_as(value, number_format).split("\n"))
    spanned = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    formula = f" table:formula={quoteattr('of:' + value.text)}" if isinstance(value, Formula) else ""
    number = value.cached if isinstance(value, Formula) else value
    if isinstance(number, str):
        kind = ' office:value-type="string"'
    elif number is None:
        return f"<table:table-cell{spanned}/>"
    else:
        kind = f' office:value-type="{"percentage" if number_format == PERCENT else "float"}" office:value="{number}"'
    return f"<table:table-cell{kind}{formula}{spanned}>{shown}</table:table-cell>"
