"""The rows of a workbook of ours: each with its code, its name and the texts of its fields, as the person sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from areas.package.tables import PackageSheet, Unreadable
from areas.package.values import trimmed
from workbooks.opening import MOST_ROWS, header, merged_rows, positions_of

CODE = "编码"


@dataclass
class WorkbookLine:
    """A row of the file: its number as the person sees it, whose it says it is, its texts and unreadable cells by field."""

    row: int
    code: str
    name: str
    texts: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    """What is wrong with the whole row."""
    locked: dict[str, str] = field(default_factory=dict)
    """What stands in cells in which nothing is to be typed; never taken over."""


@dataclass
class WorkbookContent:
    """The content of an uploaded workbook: its rows, the column letters of the fields, and remarks for the person."""

    sheet: str
    lines: list[WorkbookLine]
    letters: dict[str, str]
    notices: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "WorkbookContent":
        return cls(**{**said, "lines": [WorkbookLine(**line) for line in said["lines"]]})


def content(sheet: PackageSheet, notices: list[str], name: str, fields: Mapping[str, str]) -> WorkbookContent:
    """The rows beneath the headings, which are 编码, ``name`` and ``fields`` (heading to field), wherever they stand."""
    headings = (CODE, name, *fields)
    number, texts = header(sheet, (CODE, next(iter(fields))), headings)
    merged = merged_rows(sheet)
    if number in merged:
        raise Unreadable(f"表头（第 {number} 行）有合并单元格：请取消合并后再上传。")
    found = positions_of(number, texts, headings)
    positions = {"code": found[CODE], "name": found[name]} | {fields[label]: found[label] for label in fields}
    rows = [(row, cells) for row, cells in sheet.rows if row > number and _is_filled(cells, positions)]
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"表里有 {len(rows)} 行，最多 {MOST_ROWS} 行：请删去多余的行。")
    if not rows:
        raise Unreadable(f"表头下面没有填写任何一行：请按{name}逐行填写。")
    lines = [_line(sheet, row, cells, positions, merged) for row, cells in rows]
    return WorkbookContent(sheet.name, lines, _letters(positions), notices)


def _is_filled(cells: Sequence[str], positions: Mapping[str, int]) -> bool:
    """Whether anything stands in the columns that are read; last quarter's alone do not make a row."""
    return any(trimmed(cells[position]) for position in positions.values() if position < len(cells))


def _line(
    sheet: PackageSheet, row: int, cells, positions: Mapping[str, int], merged: Mapping[int, str]
) -> WorkbookLine:
    texts = {
        name: cells[position].replace("\0", "") if position < len(cells) else "" for name, position in positions.items()
    }
    code, name = trimmed(texts.pop("code")), trimmed(texts.pop("name"))
    faults = {name: fault for name in texts if (fault := sheet.faults.get((row, positions[name])))}
    whole = f"有合并单元格 {merged[row]}：请取消合并，每行每格分别填写。" if row in merged else ""
    return WorkbookLine(row, code, name, texts, faults, whole)


def _letters(positions: Mapping[str, int]) -> dict[str, str]:
    return {name: get_column_letter(position + 1) for name, position in positions.items()}
