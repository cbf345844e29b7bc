"""The workbook of a return as it comes back: which one it is, and what stands in its rows. Nothing is guessed."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from areas.package import workbook
from areas.package.reading import Unreadable
from areas.package.rows import Sheet
from areas.package.values import folded, shown, trimmed
from returns.figures import FIGURES, NAMES
from returns.models import Return
from returns.saving import EXPLANATION
from workbooks import layout
from workbooks.models import Issued

LARGEST_FILE = 2 * 2**20
MOST_ROWS = 2_000
AGAIN = "请在季报页面重新下载工作簿，填好后再上传。"

_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_FIELDS = dict(zip((figure.label for figure in FIGURES), NAMES, strict=True)) | {layout.EXPLANATION: EXPLANATION}


@dataclass
class Line:
    """A row of the file: its number as the person sees it, whose it says it is, its texts and unreadable cells by field."""

    row: int
    code: str
    name: str
    texts: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    """What is wrong with the whole row."""


@dataclass
class Content:
    """What was read: the rows, the column letters of the fields, and what the person should know."""

    sheet: str
    lines: list[Line]
    letters: dict[str, str]
    notices: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Content":
        return cls(**{**said, "lines": [Line(**line) for line in said["lines"]]})


def read(path: Path, name: str, owner: Return) -> tuple[Content, Issued]:
    """What the file says for this return, and as which workbook it went out; Unreadable with the sentence to show."""
    sheets, notices = _opened(path, name)
    sheet = _chosen(sheets, notices)
    issued = _recognised(sheet, owner)
    content = _content(sheet, notices)
    _unaltered(sheet, owner)
    return content, issued


def _opened(path: Path, name: str) -> tuple[list[Sheet], list[str]]:
    size = path.stat().st_size
    if size == 0:
        raise Unreadable(f"文件是空的（0 字节）：可能没有存好。{AGAIN}")
    if size > LARGEST_FILE:
        raise Unreadable(
            f"文件有 {size / 2**20:.1f} MB，季报工作簿不超过 {LARGEST_FILE // 2**20} MB：请确认没有选错文件，或删去粘进来的图片。"
        )
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_OLE):
        if _ENCRYPTED in path.read_bytes():
            raise Unreadable("文件加了打开密码，系统读不了：请在 Excel 或 WPS 里取消密码、另存后再上传。")
        raise Unreadable("文件是旧版的 .xls（或其他 Office 97-2003 格式）：请在 Excel 或 WPS 里另存为 .xlsx 后再上传。")
    if start.startswith(b"PK"):
        found = workbook.sheets(path, [layout.SHEET])
        return found, []
    return _from_csv(path, name)


def _from_csv(path: Path, name: str) -> tuple[list[Sheet], list[str]]:
    """A CSV that was saved from the workbook still bears its stamp, so it can be read; in UTF-8 or GBK."""
    if not name.lower().endswith((".csv", ".txt")):
        raise Unreadable(f"文件不是 .xlsx 工作簿：{AGAIN}")
    raw = path.read_bytes()
    for encoding, label in (("utf-8-sig", "UTF-8"), ("gb18030", "GBK")):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return [Sheet(layout.SHEET, list(_records(text)))], [f"读的是 CSV 文件（{label} 编码）：请核对每一处数字。"]
    raise Unreadable("CSV 文件的编码认不出来（应为 UTF-8 或 GBK）：请在 Excel 或 WPS 里另存为 .xlsx 后再上传。")


def _records(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    separator = "\t" if text.count("\t") > text.count(",") else ","
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), start=1)
    except csv.Error:
        raise Unreadable(
            "CSV 文件读不下去（引号不成对，或单元格过长）：请在 Excel 或 WPS 里另存为 .xlsx 后再上传。"
        ) from None


def _chosen(sheets: Sequence[Sheet], notices: list[str]) -> Sheet:
    """The sheet of the return, by its name or, where that was changed, by what stands in it."""
    for sheet in sheets:
        if sheet.name == layout.SHEET:
            chosen = sheet
            break
    else:
        alike = [sheet for sheet in sheets if _stamp_of(sheet)]
        if len(alike) != 1:
            names = "、".join(sheet.name for sheet in sheets) or "没有填写任何工作表"
            raise Unreadable(f"工作簿里找不到工作表“{layout.SHEET}”（只有：{names}）：{AGAIN}")
        chosen = alike[0]
        notices.append(f"工作表“{layout.SHEET}”已改名为{shown(chosen.name)}，按表里的校验号认出，照常读取。")
    if chosen.is_hidden:
        raise Unreadable(f"工作表{shown(chosen.name)}被隐藏了：请取消隐藏，看过里面的数字再上传。")
    for other in sheets:
        if other is not chosen:
            hidden = "隐藏的" if other.is_hidden else "另一张"
            notices.append(f"{hidden}工作表{shown(other.name)}没有读：只读季报这一张。")
    return chosen


def _stamp_of(sheet: Sheet) -> dict[str, str]:
    """The values beside the labels of the stamp, wherever in the first rows they stand now."""
    found: dict[str, str] = {}
    for _, cells in _first(sheet, layout.HEADER_ROW + 20):
        for label, value in zip(cells, [*cells[1:], ""], strict=True):
            if trimmed(label) in layout.STAMP_LABELS:
                found.setdefault(trimmed(label), trimmed(value))
    return found if layout.STAMP in found else {}


def _first(sheet: Sheet, count: int) -> list[tuple[int, Sequence[str]]]:
    return [(number, cells) for number, cells in sheet.rows if number <= count]


def _recognised(sheet: Sheet, owner: Return) -> Issued:
    """The workbook as it was issued for this return; else Unreadable says which one it is."""
    stamp = _stamp_of(sheet)
    if not stamp:
        raise Unreadable(f"表里没有校验号，认不出是哪个单位、哪个季度的工作簿：{AGAIN}")
    issued = Issued.objects.filter(pk=stamp[layout.STAMP].upper()).select_related("owner__township").first()
    if issued is None:
        raise Unreadable(f"校验号{shown(stamp[layout.STAMP])}不是本系统发出的：{AGAIN}")
    other = issued.owner
    if other.township_id != owner.township_id:
        raise Unreadable(f"这是{other.township.name}的工作簿，不是{owner.township.name}的：请选本单位的文件。")
    if other.period != owner.period:
        raise Unreadable(
            f"这是{other.quarter.label}的工作簿，现在填的是{owner.quarter.label}：请选对季度，或重新下载{owner.quarter.label}的工作簿。"
        )
    if other.pk != owner.pk:
        raise Unreadable(
            f"这是第 {other.revision} 版的工作簿，现在填的是第 {owner.revision} 版（更正）：请下载这一版的工作簿再填。"
        )
    if issued.template != layout.TEMPLATE:
        raise Unreadable(
            f"工作簿是旧模板（第 {issued.template} 版，现用第 {layout.TEMPLATE} 版）：请重新下载，把数字抄到新的工作簿里再上传。"
        )
    return issued


def _unaltered(sheet: Sheet, owner: Return) -> None:
    """Unreadable when what the stamp says beside its number is no longer what was written there."""
    stamp = _stamp_of(sheet)
    expected = dict(zip(layout.STAMP_LABELS, (owner.township_id, owner.period, str(owner.revision)), strict=False))
    for label, value in expected.items():
        if stamp.get(label, value) != value:
            raise Unreadable(f"表里的{label}被改成了{shown(stamp[label])}，与校验号不符（应为 {value}）：{AGAIN}")


def _content(sheet: Sheet, notices: list[str]) -> Content:
    number, headings = _header(sheet)
    merged = _merged_rows(sheet)
    if number in merged:
        raise Unreadable(f"表头（第 {number} 行）有合并单元格：请取消合并后再上传。")
    positions = _positions(number, headings)
    fields = {name: positions[label] for label, name in _FIELDS.items()}
    lines = [
        _line(sheet, row, cells, positions, fields, merged)
        for row, cells in sheet.rows
        if row > number and _is_filled(cells, positions)
    ]
    if len(lines) > MOST_ROWS:
        raise Unreadable(f"表里有 {len(lines)} 行，最多 {MOST_ROWS} 行：请删去多余的行。")
    if not lines:
        raise Unreadable("表头下面没有填写任何一行：请按村居逐行填写。")
    letters = {name: get_column_letter(position + 1) for name, position in fields.items()}
    letters |= {
        "code": get_column_letter(positions[layout.CODE] + 1),
        "name": get_column_letter(positions[layout.NAME] + 1),
    }
    return Content(sheet.name, lines, letters, notices)


def _header(sheet: Sheet) -> tuple[int, list[str]]:
    """The row of the headings, and what stands in it."""
    for number, cells in _first(sheet, layout.HEADER_ROW + 20):
        headings = [folded(cell) for cell in cells]
        if folded(layout.CODE) in headings and folded(FIGURES[0].label) in headings:
            return number, headings
    raise Unreadable(f"找不到表头（应有一行写着 {'、'.join(layout.HEADERS)}）：{AGAIN}")


def _positions(number: int, headings: Sequence[str]) -> dict[str, int]:
    """Where each heading stands; Unreadable when one is missing or stands there twice."""
    for label in layout.HEADERS:
        if headings.count(folded(label)) != 1:
            what = "出现了不止一次" if folded(label) in headings else "不见了"
            raise Unreadable(f"第 {number} 行表头里的“{label}”{what}：请恢复原来的列，或重新下载工作簿。")
    return {label: headings.index(folded(label)) for label in layout.HEADERS}


def _merged_rows(sheet: Sheet) -> dict[int, str]:
    """The rows that merged cells touch, each with the range."""
    rows: dict[int, str] = {}
    for ref, _ in sheet.notes:
        _, first, _, last = range_boundaries(ref)
        rows |= dict.fromkeys(range(first, min(last, first + MOST_ROWS) + 1), ref)
    return rows


def _is_filled(cells: Sequence[str], positions: Mapping[str, int]) -> bool:
    """Whether anything stands in the columns that are read; last quarter's alone do not make a row."""
    return any(trimmed(cells[position]) for position in positions.values() if position < len(cells))


def _line(sheet: Sheet, row: int, cells, positions, fields: Mapping[str, int], merged: Mapping[int, str]) -> Line:
    def text(position: int) -> str:
        return cells[position].replace("\0", "") if position < len(cells) else ""

    return Line(
        row,
        trimmed(text(positions[layout.CODE])),
        trimmed(text(positions[layout.NAME])),
        {name: text(position) for name, position in fields.items()},
        {name: fault for name, position in fields.items() if (fault := sheet.faults.get((row, position)))},
        f"有合并单元格 {merged[row]}：请取消合并，每行每格分别填写。" if row in merged else "",
    )
