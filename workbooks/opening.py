"""An uploaded file as sheets of text, and what every workbook of ours has in common: its stamp, its own sheet."""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from openpyxl.utils.cell import range_boundaries

from areas.package import workbook
from areas.package.tables import PackageSheet, Unreadable
from areas.package.values import folded, quoted, trimmed
from intake import files
from intake.grid import Grid, letter

LARGEST_FILE = 2 * 2**20
MOST_ROWS = 2_000
AGAIN = "请重新下载工作簿，填好后再上传。"
STAMP = "校验号"
"""The label beside the stamp, in every workbook of ours."""

_HEAD = 25
"""How many rows hold the stamp and the headings."""


def opened(path: Path, name: str, wanted: str, largest: int = LARGEST_FILE) -> tuple[list[PackageSheet], list[str]]:
    """The sheets of a file of at most ``largest`` bytes that is to hold the sheet ``wanted``, and what the person should know.

    Unreadable with the sentence to show.
    """
    size = path.stat().st_size
    if size == 0:
        raise Unreadable(f"文件是空的（0 字节）：可能未完整保存。{AGAIN}")
    if size > largest:
        raise Unreadable(
            f"文件有 {size / 2**20:.1f} MB，{wanted}工作簿不超过 {largest // 2**20} MB：请确认所选文件无误，或删去粘贴的图片。"
        )
    with path.open("rb") as file:
        start = file.read(100)
    if files.is_other_workbook(start):
        grids = files.opened(path.read_bytes(), name, largest=largest, most_rows=workbook.MAX_ROWS)
        return [_as_package(grid) for grid in grids], []
    if start.startswith(b"PK"):
        return workbook.sheets(path, [wanted]), []
    return _from_csv(path, name, wanted)


def _as_package(grid: Grid) -> PackageSheet:
    """A sheet of an .xls, .et or .ods as one of an .xlsx."""
    rows = [
        (row, [cells.get(column, "") for column in range(1, max(cells, default=0) + 1)])
        for row, cells in grid.by_row.items()
    ]
    faults = {(row, column - 1): fault for (row, column), fault in grid.faults.items()}
    refs = [f"{letter(left)}{top}:{letter(right)}{bottom}" for top, left, bottom, right in grid.merges]
    notes = [(ref, f"有合并单元格 {ref}：请取消合并，每行每格分别填写。") for ref in refs]
    return PackageSheet(grid.name, rows, faults, notes, grid.is_hidden)


def _from_csv(path: Path, name: str, wanted: str) -> tuple[list[PackageSheet], list[str]]:
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
        rows = list(_records(text))
        if STAMP not in text:
            raise Unreadable(
                f"本 CSV 文件（{label} 编码）中没有校验号，无法识别是哪一份{wanted}：请用从本系统下载的 .xlsx 工作簿填报；"
                "由其另存的，请保留最上面几行。"
            )
        return [PackageSheet(wanted, rows)], [f"所读为 CSV 文件（{label} 编码）：请核对每一处数字。"]
    raise Unreadable("CSV 文件的编码无法识别（应为 UTF-8 或 GBK）：请在 Excel 或 WPS 里另存为 .xlsx 后再上传。")


def _records(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    separator = "\t" if text.count("\t") > text.count(",") else ","
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), start=1)
    except csv.Error:
        raise Unreadable(
            "CSV 文件无法读取（引号不成对，或单元格过长）：请在 Excel 或 WPS 里另存为 .xlsx 后再上传。"
        ) from None


def chosen(sheets: Sequence[PackageSheet], wanted: str, labels: Collection[str], notices: list[str]) -> PackageSheet:
    """The sheet ``wanted``, by its name or, where that was changed, by the stamp (``labels``) that stands in it."""
    named = [sheet for sheet in sheets if sheet.name == wanted]
    alike = named or [sheet for sheet in sheets if stamp_of(sheet, labels)]
    if len(alike) != 1:
        names = "、".join(sheet.name for sheet in sheets) or "无已填写的工作表"
        raise Unreadable(f"工作簿中未找到工作表“{wanted}”（只有：{names}）：{AGAIN}")
    (sheet,) = alike
    if not named:
        notices.append(f"工作表“{wanted}”已改名为{quoted(sheet.name)}，已按表中的校验号识别。")
    if sheet.is_hidden:
        raise Unreadable(f"工作表{quoted(sheet.name)}已隐藏：请取消隐藏，核对其中的数字后再上传。")
    for other in sheets:
        if other is not sheet:
            hidden = "隐藏的" if other.is_hidden else "另一张"
            notices.append(f"{hidden}工作表{quoted(other.name)}未读取：只读取{wanted}。")
    return sheet


def head_of(sheet: PackageSheet) -> list[tuple[int, Sequence[str]]]:
    """The rows among which the stamp and the headings stand."""
    return [(number, cells) for number, cells in sheet.rows if number <= _HEAD]


def stamp_of(sheet: PackageSheet, labels: Collection[str]) -> dict[str, str]:
    """The values beside the labels of the stamp, wherever in the first rows they stand; empty without the last of them."""
    found: dict[str, str] = {}
    *_, number = labels
    for _, cells in head_of(sheet):
        for label, value in zip(cells, [*cells[1:], ""], strict=True):
            if trimmed(label) in labels:
                found.setdefault(trimmed(label), trimmed(value))
    return found if number in found else {}


def header(sheet: PackageSheet, marks: Collection[str], headings: Sequence[str]) -> tuple[int, list[str]]:
    """The row in which all of ``marks`` stand among the ``headings``, and what stands in it."""
    wanted = set(map(folded, marks))
    for number, cells in head_of(sheet):
        found = list(map(folded, cells))
        if wanted <= set(found):
            return number, found
    raise Unreadable(f"未找到表头（应有一行写有 {'、'.join(headings)}）：{AGAIN}")


def positions_of(number: int, found: Sequence[str], headings: Sequence[str]) -> dict[str, int]:
    """Where each of the ``headings`` stands; Unreadable when one is missing or stands there twice."""
    places = {}
    for label, plain in zip(headings, map(folded, headings), strict=True):
        if found.count(plain) != 1:
            what = "重复出现" if plain in found else "缺失"
            raise Unreadable(f"第 {number} 行表头里的“{label}”{what}：请恢复原来的列，或重新下载工作簿。")
        places[label] = found.index(plain)
    return places


def merged_rows(sheet: PackageSheet, most: int = MOST_ROWS) -> dict[int, str]:
    """The rows that merged cells touch, each with the range."""
    rows: dict[int, str] = {}
    for ref, _ in sheet.notes:
        _, first, _, last = range_boundaries(ref)
        rows |= dict.fromkeys(range(first, min(last, first + most) + 1), ref)
    return rows
