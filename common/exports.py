"""Export rows as XLSX or CSV: numbers and dates are typed, text is never read as a formula, a note says what the file holds."""

import csv
import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate, chain, islice
from math import ceil
from typing import Any
from unicodedata import east_asian_width
from urllib.parse import quote

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
"""How a text begins that a spreadsheet might take for a formula."""
_WIDTHS = {"text": 24, "words": 60, "code": 22, "count": 12, "number": 14, "share": 12, "date": 13, "flag": 10}
_FORMATS = {"count": "#,##0", "share": "0.0%", "words": "@"}
"""How a workbook shows the cells of a kind of column; ``words`` are sentences: text that breaks into lines."""
_AS_NEEDED = ("text", "code", "flag", "words", "count")
_WORDS = (40, 96)
"""Sentences take two lines where they fit into a column between these, in characters."""
_LINE_PT = 15
_LINE_END = 3
"""What a line of a sentence may leave empty before a sign that does not begin one, and beside the text."""
_LOOKED_AT = 500
"""How many rows are looked at for how wide their texts are."""
_IN_MEMORY = 4_000_000
_LONGEST_FOOTER = 100
"""A header or footer holds 255 characters with its codes."""
MOST_COLUMNS = 8
"""Columns on one printed page, with those that are repeated."""
_MARGIN_INCHES = 0.4
_LINE_INCHES = 0.25
"""What stands at the head and the foot of every page takes a line each."""
_UPRIGHT_MM, _LYING_MM = (side - 2 * 25.4 * _MARGIN_INCHES for side in (210, 297))
"""What A4 holds between its margins."""
_ROOMY = 77
"""Per cent of a page that columns take: in some fonts they are wider, by three tenths in the widest seen."""
_SMALLEST = 0.6
"""Print is not made smaller than this, so long as a page holds two columns."""


class PlainRows(list):
    """A list of rows with the interface of a queryset that an export uses."""

    def iterator(self, chunk_size: int) -> Iterator:
        return iter(self)


@dataclass(frozen=True)
class Note:
    """What an exported file holds: which list, exported by whom and when, for which scope, under which filter."""

    title: str
    by: str
    at: datetime
    scope: str
    condition: str
    grounds: str = "本系统登记的台账，导出时的状态"

    def lines(self, count: int | None = None) -> list[tuple[str, str]]:
        lines = [
            ("内容", self.title),
            ("依据", self.grounds),
            ("范围", self.scope),
            ("筛选条件", self.condition),
            ("导出时间", f"{self.at:%Y-%m-%d %H:%M}"),
            ("导出人", self.by),
        ]
        if count is not None:
            lines.append(("条数", str(count)))
        if settings.DEMONSTRATION:
            lines.append(("性质", "演示数据：系统生成，不代表实际情况"))
        return lines


def xlsx(listing, rows: QuerySet, note: Note) -> tuple[FileResponse, int]:
    """The rows as a workbook with a sheet of notes; its sheet of data can be read back as a table."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(listing.title[:31])
    sheet.freeze_panes = "A2"
    values = _values(listing, rows)
    first = list(islice(values, _LOOKED_AT))
    widths = [_width(column, [row[place] for row in first]) for place, column in enumerate(listing.columns)]
    for_paper(sheet, widths, titles=2 if len(widths) > 1 and getattr(listing.columns[1], "head", False) else 1)
    _foot(sheet, note)
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_heading(sheet, column.label) for column in listing.columns])
    count, formats = 0, [_FORMATS.get(column.kind, "") for column in listing.columns]
    words = [place for place, column in enumerate(listing.columns) if column.kind == "words"]
    for row in chain(first, values):
        _make_room(sheet, count + 2, [(row[place], widths[place]) for place in words])
        sheet.append([_xlsx_cell(sheet, value, format_) for value, format_ in zip(row, formats, strict=True)])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(listing.columns))}{count + 1}"
    notes = book.create_sheet("说明")
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 14, 64
    for_paper(notes, (14, 64))
    for name, text in note.lines(count):
        notes.append([_heading(notes, name), _xlsx_cell(notes, text, _FORMATS["words"])])
    return _file(book.save, _name(note, "xlsx")), count


def _width(column, values: Sequence[Any]) -> int:
    """How wide a column is, in characters: as its kind is, one of texts no wider than the first rows need.

    Sentences take two lines rather than one or four: a row is as high on every page as its longest sentence.
    """
    most = _WIDTHS.get(column.kind, 20)
    if not values or column.kind not in _AS_NEEDED:
        return most
    needed = max(map(_letters, map(_shown, (column.label, *values)))) + 2
    if column.kind == "words":
        most = sorted((*_WORDS, needed // 2 + _LINE_END))[1]
    return min(most, needed)


def _shown(value: Any) -> str:
    """The value as a cell shows it."""
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def _make_room(sheet, number: int, words: Sequence[tuple[Any, int]]) -> None:
    """Make the row that is written next as high as its sentences need: not every program does when it prints."""
    lines = max((ceil(_letters(str(text or "")) / (width - 2)) for text, width in words), default=1)
    sheet.row_dimensions.pop(number - 1, None)
    if lines > 1:
        sheet.row_dimensions[number].height = _LINE_PT * lines


def _letters(text: str) -> int:
    """The room that a text takes, in Latin letters: a Chinese one is two wide."""
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in text)


def for_paper(sheet: Worksheet, widths: Sequence[float], *, head: int = 1, titles: int = 1) -> None:
    """Make a sheet print on A4 so that it can be read: at most MOST_COLUMNS on a page, the rest on further pages.

    ``widths`` are those of all columns as a workbook has them, in characters; row ``head`` stands on every page, and
    beyond one page so do the first ``titles`` columns, which say whose row it is. Upright where that holds it at full size.
    """
    groups = _columns_of_pages(widths, titles)
    sheet.print_options.gridLines = True
    widest = max(sum(map(_millimetres, group)) for group in groups)
    is_wide = len(groups) > 1 or widest > _UPRIGHT_MM
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.orientation = Worksheet.ORIENTATION_LANDSCAPE if is_wide else Worksheet.ORIENTATION_PORTRAIT
    sheet.page_margins.left = sheet.page_margins.right = _MARGIN_INCHES
    sheet.page_margins.top = sheet.page_margins.bottom = _MARGIN_INCHES + _LINE_INCHES
    sheet.page_margins.header = sheet.page_margins.footer = _MARGIN_INCHES
    sheet.print_title_rows = f"{head}:{head}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=len(groups) == 1)
    if len(groups) == 1:
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        return
    # A page that is fitted has no breaks of its own, so the scale is said.
    sheet.page_setup.scale = max(int(100 * _SMALLEST), min(100, int(_ROOMY * _LYING_MM / widest)))
    sheet.print_title_cols = f"A:{get_column_letter(titles)}"
    for before in accumulate(len(group) - titles for group in groups[:-1]):
        sheet.col_breaks.append(Break(id=before + titles))


def _columns_of_pages(widths: Sequence[float], titles: int) -> list[list[float]]:
    """The widths of the columns of each page; the first ``titles`` columns open every page."""
    most = _LYING_MM / _SMALLEST
    if len(widths) <= MOST_COLUMNS and sum(map(_millimetres, widths)) <= most:
        return [list(widths)]
    first, others = list(widths[:titles]), widths[titles:]
    pages = [[*first]]
    for width in others:
        page = [*pages[-1], width]
        is_wide = sum(map(_millimetres, page)) > _ROOMY / 100 * most
        if len(page) > MOST_COLUMNS or (len(page) > titles + 1 and is_wide):
            pages.append([*first])
        pages[-1].append(width)
    return pages


def _millimetres(width: float) -> float:
    """How wide a column of so many characters is on paper: seven points of a screen each, and five beside them."""
    return (7 * width + 5) * 25.4 / 96


def _foot(sheet, note: Note) -> None:
    """On every page what the list is, what it rests on, and which page it is."""
    sheet.HeaderFooter.oddHeader.center.text = _printed(note.title)
    sheet.HeaderFooter.oddFooter.left.text = _printed(f"{note.grounds}；{note.condition}"[:_LONGEST_FOOTER])
    sheet.HeaderFooter.oddFooter.right.text = "第 &P 页，共 &N 页"


def _printed(text: str) -> str:
    """The text as a header or footer has it, where an ampersand begins a code and a line ends at a line's end."""
    return " ".join(text.replace("&", "&&").split())


def _heading(sheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet)
    cell.value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("", text), "s"
    cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="EEF2F6")
    return cell


def _xlsx_cell(sheet, value: Any, format_: str = "") -> Any:
    """The value itself, or a cell: a number with its format, or text that looks like a formula and is told to be text."""
    if not isinstance(value, str):
        return _formatted(sheet, value, format_) if format_ and value is not None else value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    if not text.startswith("=") and not format_:
        return text
    cell = WriteOnlyCell(sheet)
    cell.value, cell.data_type = text, "s"
    if format_:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _formatted(sheet, value: Any, format_: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = format_
    return cell


def csv_file(listing, rows: QuerySet, note: Note) -> tuple[FileResponse, int]:
    """The rows as CSV with a BOM; the first line is the note, the second the headings."""
    count = 0

    def write(raw) -> None:
        nonlocal count
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow([_csv_text("；".join(f"{name}：{said}" for name, said in note.lines()))])
        writer.writerow([_csv_text(column.label) for column in listing.columns])
        for values in _values(listing, rows):
            writer.writerow([_csv_value(value) for value in values])
            count += 1
        text.detach()

    return _file(write, _name(note, "csv")), count


def _csv_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return _csv_text(value) if isinstance(value, str) else value


def _csv_text(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet might run."""
    return f"'{text}" if _FORMULA.match(text) else text


def _values(listing, rows: QuerySet) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=2000):
        yield [_plain(column.of(row)) for column in listing.columns]


def _plain(value: Any) -> Any:
    """What a cell may hold: yes and no in words, moments without a zone, everything unknown as its text."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    return value if value is None or isinstance(value, (int, float, date)) else str(value)


def _name(note: Note, ending: str) -> str:
    mark = "（演示数据）" if settings.DEMONSTRATION else ""
    return f"{note.title}{mark}-{note.at:%Y%m%d-%H%M}.{ending}"


def _file(write, name: str) -> FileResponse:
    """What ``write`` puts into a temporary file, as a download; the file goes when the answer is sent."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 — closed by the response
    write(file)
    size = file.tell()
    file.seek(0)
    response = FileResponse(file, as_attachment=True)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Content-Length"] = size
    return response


FORMS = {"xlsx": xlsx, "csv": csv_file}
