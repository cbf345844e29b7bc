"""The summary of a quarter (汇总表) as a workbook: real numbers, sums and rates as formulas with their values beside."""

import io
import re
import zipfile
from collections.abc import Mapping
from fractions import Fraction

from django.conf import settings
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from papers.document import day_written
from returns.checks import RATES
from returns.figures import FIGURES, NAMES
from returns.summary import SIGNATURES, Summary, SummaryLine
from workbooks.styling import COUNT, FONT, HEAD, put

SHEET = "汇总表"
_HEADERS = ("序号", "街镇", "应报村居", "已报村居", *(figure.label for figure in FIGURES),
            *(label for _, label, _, _ in RATES), "状态", "报送时间", "是否按时")  # fmt: skip
_WIDTHS = (6, 14, 9, 9, *[13] * len(FIGURES), *[12] * len(RATES), 11, 17, 14)
_HEAD_ROW, _FIRST_ROW = 3, 4
_VILLAGES, _FIRST_FIGURE = 3, 5
_FIRST_RATE = _FIRST_FIGURE + len(FIGURES)
_STATE = _FIRST_RATE + len(RATES)
_LAST = len(_HEADERS)
_SHARE, _MOMENT = "0.0%", "yyyy-mm-dd hh:mm"
_LINE = Side(style="thin")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)


def write(data: Summary) -> bytes:
    """The workbook as a file that shows its sums at once, also where nothing recalculates."""
    book = Workbook()
    page = book.active
    page.title = SHEET
    _heading(page, data)
    values: dict[str, float | str] = {}
    for number, line in enumerate(data.lines, start=1):
        _line(page, _FIRST_ROW + number - 1, line, values, number)
    last = _FIRST_ROW + len(data.lines)
    _line(page, last, data.total, values, None)
    _end(page, data, last + 1)
    _set_up(page, last + 2)
    book.properties.title, book.properties.creator = data.title, data.maker
    file = io.BytesIO()
    book.save(file)
    return with_values(file.getvalue(), values)


def _put(page: Worksheet, row: int, column: int, value, form: str = "General", *, bold: bool = False):
    cell = put(page, row, column, value, bold=bold)
    cell.number_format = form
    return cell


def _put_formula(page: Worksheet, row: int, column: int, formula: str, form: str, *, bold: bool) -> None:
    _put(page, row, column, formula, form, bold=bold).data_type = "f"


def _heading(page: Worksheet, data: Summary) -> None:
    mark = "（演示数据：系统生成，不代表实际情况）" if settings.DEMONSTRATION else ""
    _across(page, 1, 1, _LAST, data.title + mark, size=16, bold=True, align="center")
    page.row_dimensions[1].height = 30
    _across(page, 2, 1, 6, f"填报单位：{data.maker}（盖章）")
    _across(page, 2, 7, 11, f"填表日期：{day_written(data.on)}", align="center")
    _across(page, 2, 12, _LAST, "单位：户", align="right")
    for column, label in enumerate(_HEADERS, start=1):
        cell = _put(page, _HEAD_ROW, column, label, bold=True)
        cell.border, cell.fill = _BORDER, HEAD
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    page.row_dimensions[_HEAD_ROW].height = 34


def _across(page: Worksheet, row: int, first: int, last: int, text: str, *, size=11, bold=False, align="left") -> None:
    cell = _put(page, row, first, text)
    cell.font = Font(name=FONT, size=size, bold=bold)
    cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True)
    page.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def _line(page: Worksheet, row: int, line: SummaryLine, values: dict[str, float | str], number: int | None) -> None:
    """A township's line; without a ``number`` the line of totals, whose counts are sums of those above."""
    is_total = number is None
    _put(page, row, 1, number)
    _put(page, row, 2, line.name, bold=is_total)
    counts = (line.villages, line.reported, *(line.figures[name] for name in NAMES))
    for column, value in enumerate(counts, start=_VILLAGES):
        letter = get_column_letter(column)
        if is_total:
            _put_formula(page, row, column, f"=SUM({letter}{_FIRST_ROW}:{letter}{row - 1})", COUNT, bold=True)
            values[f"{letter}{row}"] = value or 0
        else:
            _put(page, row, column, value, COUNT)
    for column, (_, _, part, whole) in enumerate(RATES, start=_FIRST_RATE):
        top, below = (f"{get_column_letter(_FIRST_FIGURE + NAMES.index(name))}{row}" for name in (part, whole))
        _put_formula(page, row, column, f'=IF(N({below})=0,"",ROUNDDOWN({top}/{below},3))', _SHARE, bold=is_total)
        values[f"{get_column_letter(column)}{row}"] = _cut(line.figures[part], line.figures[whole])
    _put(page, row, _STATE, line.state)
    moment = timezone.localtime(line.reported_at).replace(tzinfo=None, microsecond=0) if line.reported_at else None
    _put(page, row, _STATE + 1, moment, _MOMENT)
    _put(page, row, _STATE + 2, line.timeliness)
    for column in range(1, _LAST + 1):
        cell = page.cell(row, column)
        cell.border = _BORDER
        side = "left" if column == 2 else "right" if _VILLAGES <= column < _STATE else "center"
        cell.alignment = Alignment(horizontal=side, vertical="center")
    page.row_dimensions[row].height = 20


def _cut(part: int | None, whole: int | None) -> float | str:
    """The share cut after a thousandth, as the formula cuts it; '' where there is none."""
    if part is None or not whole:
        return ""
    return (Fraction(part * 1000, whole).__floor__()) / 1000


def _end(page: Worksheet, data: Summary, row: int) -> None:
    _across(page, row, 1, _LAST, data.note)
    page.row_dimensions[row].height = 34
    width = _LAST // len(SIGNATURES)
    for number, label in enumerate(SIGNATURES):
        first = 1 + number * width
        last = _LAST if number == len(SIGNATURES) - 1 else first + width - 1
        _across(page, row + 1, first, last, f"{label}：")
    page.row_dimensions[row + 1].height = 36


def _set_up(page: Worksheet, last: int) -> None:
    """A4 landscape on one page's width, the header on each page."""
    for column, width in enumerate(_WIDTHS, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.freeze_panes = page.cell(_FIRST_ROW, 3)
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{_HEAD_ROW}:{_HEAD_ROW}"
    page.print_area = f"A1:{get_column_letter(_LAST)}{last}"
    page.print_options.horizontalCentered = True
    page.oddFooter.center.text = "第 &P 页，共 &N 页"


_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>([^<]*)</f><v ?/?>(?:</v>)?</c>')


def with_values(content: bytes, values: Mapping[str, float | str]) -> bytes:
    """The workbook with the value of each formula of its first sheet written beside it, which openpyxl cannot do.

    A viewer that does not calculate (a preview on a phone, a reader of data) shows blanks otherwise.
    """

    def filled(match: re.Match) -> bytes:
        place, form, formula = match[1].decode(), match[2].decode(), match[3].decode()
        value = values[place]
        kind = ' t="str"' if isinstance(value, str) else ""
        return f'<c r="{place}"{form}{kind}><f>{formula}</f><v>{value}</v></c>'.encode()

    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                data = _FORMULA.sub(filled, data)
            target.writestr(entry, data)
    return packed.getvalue()
