"""The look that all workbooks share: who they are by, their font, lines and fills, and text that stays text."""

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

AUTHOR = "清城区全光网城市建设进度门户"
FONT = "宋体"
LINE = Side(style="thin", color="B8C2CC")
BORDER = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
HEAD, LOCKED = PatternFill("solid", fgColor="DCE6F0"), PatternFill("solid", fgColor="F2F4F6")
DAY, COUNT, TEXT = "yyyy-mm-dd", "#,##0", "@"


def set_value(cell, value):
    """The cell with the value; a text is told to be text, whatever it looks like, without what a file cannot hold."""
    is_text = isinstance(value, str)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if is_text else value
    if is_text:
        cell.data_type = "s"
    return cell


def put(page, row: int, column: int, value, *, bold: bool = False, size: int = 11):
    """A cell of a sheet that is held whole."""
    cell = set_value(page.cell(row, column), value)
    cell.font = Font(name=FONT, size=size, bold=bold)
    return cell


class CellStyle:
    """A style that is made once and given to many cells of a sheet."""

    def __init__(self, sheet, *, number: str = "General", locked: bool = True, head: bool = False, **font) -> None:
        cell = WriteOnlyCell(sheet)
        cell.font = Font(name=FONT, **{"size": 11, "bold": head} | font)
        cell.border = BORDER
        cell.number_format = number
        cell.protection = Protection(locked=locked)
        if head or locked:
            cell.fill = HEAD if head else LOCKED
        if head:
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        self._sheet, self._style = sheet, cell._style

    def cell(self, value) -> WriteOnlyCell:
        """A cell with the value."""
        cell = set_value(WriteOnlyCell(self._sheet), value)
        cell._style = self._style
        return cell


def plain(sheet, value, **font) -> WriteOnlyCell:
    """A cell without lines, for titles and stamps."""
    cell = set_value(WriteOnlyCell(sheet), value)
    cell.font = Font(name=FONT, **font)
    return cell
