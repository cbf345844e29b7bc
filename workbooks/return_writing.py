"""The workbook of a return: prefilled, locked where nothing is to be typed, with its bounds and its stamp."""

import io
from collections.abc import Mapping

from django.conf import settings
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from returns.figures import FIGURES, NAMES, STORED_AT_MOST
from returns.sheet import ReturnSheet, SheetRow
from workbooks import layout
from workbooks.models import Issued
from workbooks.styling import AUTHOR, BORDER, COUNT, HEAD, LOCKED, TEXT, put

BOUNDS = {"broadband_covered_households": "households", "fibre_covered_households": "broadband_covered_households",
          "fibre_users": "broadband_users"}  # fmt: skip
"""A figure, and the one that it must not exceed (returns.checks)."""

_FIRST_FIGURE = 3
_EXPLANATION = _FIRST_FIGURE + len(FIGURES)
_LAST = _EXPLANATION + len(FIGURES)
_WIDTHS = [16, 20, *[13] * len(FIGURES), 30, *[13] * len(FIGURES)]
_ROW_HEIGHT = 20


def write(sheet: ReturnSheet, issued: Issued) -> bytes:
    """The workbook as a file."""
    book = Workbook()
    page = book.active
    page.title = layout.SHEET
    _heading(page, sheet)
    stamp = _stamp(sheet, issued)
    for number, (label, text) in enumerate(stamp.items()):
        put(page, layout.STAMP_ROW, 2 * number + 1, label, bold=True)
        put(page, layout.STAMP_ROW, 2 * number + 2, text)
    _headers(page)
    for number, row in enumerate(sheet.rows, start=layout.FIRST_ROW):
        _row(page, number, row)
        page.row_dimensions[number].height = _ROW_HEIGHT
    last = layout.HEADER_ROW + len(sheet.rows)
    if sheet.rows:
        _validate(page, last)
    _set_up(page, last, stamp)
    _properties(book, sheet, stamp)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _stamp(sheet: ReturnSheet, issued: Issued) -> dict[str, str]:
    quarterly_return = sheet.quarterly_return
    values = (
        quarterly_return.township_id,
        quarterly_return.period,
        str(quarterly_return.revision),
        str(issued.template),
        issued.stamp,
    )
    return dict(zip(layout.STAMP_LABELS, values, strict=True))


def _heading(page, sheet: ReturnSheet) -> None:
    quarterly_return = sheet.quarterly_return
    mark = "（演示数据：系统生成，不代表实际情况）" if settings.DEMONSTRATION else ""
    put(
        page,
        layout.TITLE_ROW,
        1,
        f"{quarterly_return.township.name}{quarterly_return.quarter.label}光网建设季报{mark}",
        bold=True,
        size=16,
    )
    page.row_dimensions[layout.TITLE_ROW].height = 26
    text = "只填白色的格子：五项数字（单位：户）填不小于 0 的整数，没有数字的留空，确实没有填 0；需要说明的写在“说明”里。填好后在季报页面上传。"
    put(page, layout.HELP_ROW, 1, text)


def _headers(page) -> None:
    for number, label in enumerate((*layout.HEADERS, *layout.BEFORE), start=1):
        cell = put(page, layout.HEADER_ROW, number, label, bold=True)
        cell.fill, cell.border = HEAD, BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    page.row_dimensions[layout.HEADER_ROW].height = 34
    for number, figure in enumerate(FIGURES, start=_FIRST_FIGURE):
        note = Comment(f"{figure.label}（{figure.unit}）：{figure.help}", AUTHOR, width=260, height=90)
        page.cell(layout.HEADER_ROW, number).comment = note
    note = Comment(
        "数字比上季度减少、变动很大等情况，请用一句话说明原因，500 字以内；可先写原因类别，如“拆迁或撤并：城中小区拆迁 12 户”。",
        AUTHOR,
    )
    page.cell(layout.HEADER_ROW, _EXPLANATION).comment = note


def _row(page, number: int, row: SheetRow) -> None:
    previous = row.previous or dict.fromkeys(NAMES)
    values = [row.area.code, row.area.name, *row.figures.values(), row.explanation or None, *previous.values()]
    for column, value in enumerate(values, start=1):
        cell = put(page, number, column, value)
        cell.border = BORDER
        is_open = _FIRST_FIGURE <= column <= _EXPLANATION and not row.is_locked
        cell.protection = Protection(locked=not is_open)
        if not is_open:
            cell.fill = LOCKED
        if column == 1:
            cell.number_format = TEXT
        elif column == _EXPLANATION:
            cell.number_format, cell.alignment = TEXT, Alignment(wrap_text=True, vertical="center")
        elif column > 2:
            cell.number_format = COUNT


def _validate(page, last: int) -> None:
    """Whole numbers from 0, at most the figure to which each is bound, where that is filled in."""
    columns = {name: get_column_letter(_FIRST_FIGURE + index) for index, name in enumerate(NAMES)}
    for figure in FIGURES:
        bound = BOUNDS.get(figure.name)
        first = f"{columns[bound]}{layout.FIRST_ROW}" if bound else ""
        limit = f'IF({first}="",{STORED_AT_MOST},{first})' if bound else str(STORED_AT_MOST)
        rule = DataValidation(type="whole", operator="between", formula1="0", formula2=limit, allow_blank=True)
        rule.errorStyle, rule.showErrorMessage, rule.showInputMessage = "stop", True, True
        rule.errorTitle = figure.label
        label = next((other.label for other in FIGURES if other.name == bound), "")
        rule.error = "请填不小于 0 的整数" + (f"，不超过本行的{label}。" if bound else "。")
        rule.promptTitle, rule.prompt = figure.label, figure.help
        rule.add(f"{columns[figure.name]}{layout.FIRST_ROW}:{columns[figure.name]}{last}")
        page.add_data_validation(rule)
    letter = get_column_letter(_EXPLANATION)
    rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1="500", allow_blank=True)
    rule.errorTitle, rule.error, rule.showErrorMessage = "说明", "说明不超过 500 字。", True
    rule.add(f"{letter}{layout.FIRST_ROW}:{letter}{last}")
    page.add_data_validation(rule)


def _set_up(page, last: int, stamp: Mapping[str, str]) -> None:
    """Locks, frozen panes, widths, and A4 landscape with the header on each page and the stamp at its foot."""
    for number, width in enumerate(_WIDTHS, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = page.cell(layout.FIRST_ROW, _FIRST_FIGURE)
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{layout.HEADER_ROW}:{layout.HEADER_ROW}"
    page.print_area = f"A1:{get_column_letter(_LAST)}{last}"
    page.print_options.horizontalCentered = True
    page.page_margins.left = page.page_margins.right = 0.4
    page.oddFooter.left.text = f"校验号 {stamp[layout.STAMP]}"
    page.oddFooter.right.text = "第 &P 页，共 &N 页"


def _properties(book: Workbook, sheet: ReturnSheet, stamp: Mapping[str, str]) -> None:
    book.properties.title = f"{sheet.quarterly_return.township.name}{sheet.quarterly_return.quarter.label}光网建设季报"
    book.properties.creator = AUTHOR
    for label, text in stamp.items():
        book.custom_doc_props.append(StringProperty(name=label, value=text))
