"""The workbook of a return as it comes back: which one it is, and what stands in its rows. Nothing is guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from areas.package.reading import Unreadable
from areas.package.rows import Sheet
from areas.package.values import folded, shown, trimmed
from returns.figures import FIGURES, NAMES
from returns.models import Return
from returns.saving import EXPLANATION
from workbooks import layout
from workbooks.models import Issued
from workbooks.opening import MOST_ROWS, chosen, head_of, merged_rows, opened, stamp_of

AGAIN = "请在季报页面重新下载工作簿，填好后再上传。"

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
    sheets, notices = opened(path, name, layout.SHEET)
    sheet = chosen(sheets, layout.SHEET, layout.STAMP_LABELS, notices)
    issued = _recognised(sheet, owner)
    content = _content(sheet, notices)
    _unaltered(sheet, owner)
    return content, issued


def _recognised(sheet: Sheet, owner: Return) -> Issued:
    """The workbook as it was issued for this return; else Unreadable says which one it is."""
    stamp = stamp_of(sheet, layout.STAMP_LABELS)
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
    stamp = stamp_of(sheet, layout.STAMP_LABELS)
    expected = dict(zip(layout.STAMP_LABELS, (owner.township_id, owner.period, str(owner.revision)), strict=False))
    for label, value in expected.items():
        if stamp.get(label, value) != value:
            raise Unreadable(f"表里的{label}被改成了{shown(stamp[label])}，与校验号不符（应为 {value}）：{AGAIN}")


def _content(sheet: Sheet, notices: list[str]) -> Content:
    number, headings = _header(sheet)
    merged = merged_rows(sheet)
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
    for number, cells in head_of(sheet):
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
