"""A CSV file or a pasted block as a sheet: encoding and separator are recognised by what stands in it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from areas.package.tables import Unreadable
from intake.grid import Grid

_SEPARATORS = ("\t", ",", ";", "|", "，")
_GAP = re.compile("[ \u3000\u00a0]{2,}")
_BLANK = re.compile("[ \u3000\u00a0]+")
_STRANGE = re.compile("[\0-\x08\x0e-\x1f\ufffd]")
_SHIFTED = "这一行的格数与表头不同，数字可能错位：请给含逗号的数字加引号，或另存为 .xlsx。"


def opened(content: bytes, name: str) -> Grid:
    """The sheet in a CSV file; Unreadable where it is no text."""
    return _grid(_decoded(content, name), name, _SEPARATORS)


def pasted(text: str, name: str) -> Grid:
    """The sheet in a pasted block: tabs as spreadsheets put them, else commas, else gaps."""
    return _grid(text, name, _SEPARATORS)


def _decoded(content: bytes, name: str) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _STRANGE.search(text):
            return text
    raise Unreadable(f"{name}不是能识别的表格文件：请在 Excel 或 WPS 里另存为 .xlsx 后再上传。")


def _grid(text: str, name: str, separators: Sequence[str]) -> Grid:
    rows = _rows(text, separators, name)
    grid = Grid("")
    for number, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells, start=1):
            grid.put(number, column, cell.replace("\0", ""))
    _mark_shifted(grid, rows, is_tabbed="\t" in text)
    return grid


def _rows(text: str, separators: Sequence[str], name: str) -> list[list[str]]:
    separator = _separator(text, separators)
    if not separator:
        gap = _GAP if _GAP.search(text) else _BLANK
        return [gap.split(line.strip()) for line in text.splitlines()]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=separator != "\t"))
    except csv.Error:
        raise Unreadable(f"{name}的引号不成对，或单元格过长：请在 Excel 或 WPS 里另存为 .xlsx 后再上传。") from None


def _separator(text: str, separators: Sequence[str]) -> str:
    """The sign that most lines have as often as each other; blank where none has any."""
    if "\t" in text:
        return "\t"
    lines = [line for line in text.splitlines() if line.strip()]

    def agreement(sign: str) -> int:
        counts = Counter(line.count(sign) for line in lines)
        counts.pop(0, None)
        return max(counts.values(), default=0)

    best = max(separators, key=agreement)
    return best if agreement(best) > len(lines) / 3 else ""


def _mark_shifted(grid: Grid, rows: Sequence[Sequence[str]], is_tabbed: bool) -> None:
    """Where cells are parted by signs that may stand in a cell too, a row of another length than most may be shifted."""
    if is_tabbed:
        return
    lengths = Counter(len(row) for row in rows if sum(map(bool, row)) > 1)
    usual = max(lengths, key=lambda length: (lengths[length], length), default=0)
    for number, row in enumerate(rows, start=1):
        if len(row) > usual and any(cell.strip() for cell in row[usual:]):
            for column in range(1, len(row) + 1):
                grid.faults[number, column] = _SHIFTED
