"""Uploaded workbooks and sheets as text. It runs in the child of the gate, and needs no Django."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from areas.package import workbook
from areas.package.tables import PackageSheet, Unreadable
from intake import files
from intake.grid import Grid, letter

AGAIN = "请重新下载工作簿，填好后再上传。"
STAMP = "校验号"
"""The label beside the stamp, in every workbook of ours."""
ROWS_AT_ONCE = 2_000
BYTES_AT_ONCE = 2 * 2**20
"""Sheets of more, as they are when unpacked, or of more rows, are read in the background."""


def judge_sheet(content: bytes, *, name: str) -> tuple[Any, bytes]:
    """Judge: the sheets of a file of any kind, as ``Grid.from_said`` takes them."""
    return [grid.said for grid in files.opened(content, name)], b""


def judge(content: bytes, *, path: str, name: str, wanted: str, largest: int, at_once: bool) -> tuple[Any, bytes]:
    """Judge: the sheets of the file at ``path``, as ``PackageSheet.from_said`` takes them, and what the person should know.

    None where it is too long to be read at once.
    """
    if at_once and _unpacked(path) > BYTES_AT_ONCE:
        return None, b""
    sheets, notices = _opened(Path(path), name, wanted, largest)
    if at_once and sum(len(list(sheet.rows)) for sheet in sheets) > ROWS_AT_ONCE:
        return None, b""
    return [[sheet.said for sheet in sheets], notices], b""


def _unpacked(path: str) -> int:
    """Bytes of the sheets by the archive's own figures, after the guard has looked at these; 0 for what is no archive.

    Where they lie the reading finds out.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            workbook.sizes(archive, Path(path).stat().st_size)
            parts = archive.infolist()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError):
        return 0
    return sum(part.file_size for part in parts if "worksheets/" in part.filename or part.filename == "content.xml")


def _opened(path: Path, name: str, wanted: str, largest: int) -> tuple[list[PackageSheet], list[str]]:
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
