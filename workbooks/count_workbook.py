"""The workbook of an operator's counts, written for a quarter."""

import io

from django.conf import settings
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from returns.counts.form import CountRow, every
from returns.figures import BY_NAME, STORED_AT_MOST
from returns.models import COUNTED
from workbooks.files import STAMP
from workbooks.layout import CODE
from workbooks.models import IssuedCounts
from workbooks.styling import AUTHOR, BORDER, COUNT, HEAD, LOCKED, TEXT, put

TEMPLATE = 1
SHEET = "用户数"
NAME = "街镇、村居"
UNIT, QUARTER, COUNTY, VERSION = "企业编码", "季度", "县区编码", "模板版本"
STAMP_LABELS = (UNIT, QUARTER, COUNTY, VERSION, STAMP)
FIELDS = {BY_NAME[name].label: name for name in COUNTED}
HEADER_ROW = 5
_HEADINGS = (CODE, NAME, *FIELDS, *(f"上季{label}" for label in FIELDS))
_WIDTHS = (16, 24, 16, 16, 16, 16)
_HELP = (
    "只填白色的格子，单位：户。街镇两项必填，村居有数的填报、没有的留空；没有用户填 0。填好后在本企业的填报页面上传。"
)


def write(rows: list[CountRow], issued: IssuedCounts) -> bytes:
    """The workbook as a file: each township followed by its villages, last quarter's figures beside."""
    book = Workbook()
    page = book.active
    page.title = SHEET
    mark = "（演示数据：系统生成，不代表实际情况）" if settings.DEMONSTRATION else ""
    put(page, 1, 1, f"{issued.operator.name}{issued.quarter.label}用户数{mark}", bold=True, size=16)
    put(page, 2, 1, _HELP)
    for number, (label, text) in enumerate(stamp_values(issued).items()):
        put(page, 3, 2 * number + 1, label, bold=True)
        put(page, 3, 2 * number + 2, text)
        book.custom_doc_props.append(StringProperty(name=label, value=text))
    for number, label in enumerate(_HEADINGS, start=1):
        cell = put(page, HEADER_ROW, number, label, bold=True)
        cell.fill, cell.border = HEAD, BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    shown_rows = list(every(rows))
    for number, row in enumerate(shown_rows, start=HEADER_ROW + 1):
        _row(page, number, row)
    last = HEADER_ROW + len(shown_rows)
    if shown_rows:
        _validate(page, last)
    _set_up(page, last)
    book.properties.title, book.properties.creator = f"{issued.operator.name}{issued.quarter.label}用户数", AUTHOR
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def stamp_values(issued: IssuedCounts) -> dict[str, str]:
    """What stands beside the labels of the stamp."""
    values = (issued.operator_id, issued.period, issued.county, str(issued.template), issued.stamp)
    return dict(zip(STAMP_LABELS, values, strict=True))


def _row(page, number: int, row: CountRow) -> None:
    is_township = bool(row.villages) or len(row.area.code) == 9
    name = row.area.name if is_township else f"　{row.area.name}"
    values = [row.area.code, name, *row.figures.values(), *(cell.before for cell in row.cells)]
    for column, value in enumerate(values, start=1):
        cell = put(page, number, column, value, bold=is_township and column == 2)
        is_open = column in (3, 4)
        cell.border, cell.protection = BORDER, Protection(locked=not is_open)
        cell.number_format = TEXT if column == 1 else COUNT if column > 2 else "General"
        if not is_open:
            cell.fill = LOCKED


def _validate(page, last: int) -> None:
    """Whole numbers from 0; fibre users at most the broadband users of the row, where those are filled in."""
    first = HEADER_ROW + 1
    limits = (str(STORED_AT_MOST), f'IF(C{first}="",{STORED_AT_MOST},C{first})')
    for letter, (label, name), limit in zip("CD", FIELDS.items(), limits, strict=True):
        rule = DataValidation(type="whole", operator="between", formula1="0", formula2=limit, allow_blank=True)
        rule.errorStyle, rule.showErrorMessage, rule.showInputMessage = "stop", True, True
        bounded = "，不超过本行的宽带用户数。" if letter == "D" else "。"
        rule.errorTitle, rule.error = label, f"请填不小于 0 的整数{bounded}"
        rule.promptTitle, rule.prompt = label, BY_NAME[name].help
        rule.add(f"{letter}{first}:{letter}{last}")
        page.add_data_validation(rule)


def _set_up(page, last: int) -> None:
    for number, width in enumerate(_WIDTHS, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = page.cell(HEADER_ROW + 1, 3)
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = False
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    page.print_area = f"A1:{get_column_letter(len(_HEADINGS))}{last}"
