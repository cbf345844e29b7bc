"""The sheets of an .xlsx workbook as text, after a guard has refused what could exhaust memory or mislead a reader.

The guard looks at the archive's own figures first (entries, declared sizes, ratio), then streams through each part
once, which also proves sizes and checksums: no DTD, UTF-8 only, sheets of a sane extent.
"""

import re
import warnings
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from areas.package import large
from areas.package.tables import PackageSheet, Unreadable
from areas.package.values import cell_text as _text
from areas.package.values import trimmed

MAX_ENTRIES = 1000
MAX_BYTES = 256 * 2**20
MAX_RATIO = 200
RATIO_FROM = 2**20
"""Parts smaller than this may be compressed as tightly as they like."""
MAX_ROWS = 200_000
MAX_COLUMNS = 100
LARGE = 4 * 2**20
"""Bytes of a sheet from which the faster reader is worth its start; it needs not be told the last column."""

AGAIN = "请在 Excel 或 WPS 里重新保存后再导入。"

_CHUNK = 2**20
_OVERLAP = 4096
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CELL = re.compile(rb"""<(?:\w+:)?c\b[^<>]*?\sr=["']([A-Z]{1,4})([0-9]{1,9})["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^<>]*?\sr=["']([0-9]{1,9})["']""")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\b[^<>]*?\sref=["']([A-Z0-9:]{1,20})["']""")
_FAR = re.compile(rb"""r=["'](?:[A-Z]{3}|[D-Z][A-Z]|C[W-Z]|[A-Z]{0,2}(?:[0-9]{7}|[2-9][0-9]{5}))""")
"""A place that may lie beyond the limits; only then, and in small sheets, is every place looked at."""
_ERROR = re.compile(rb"""<(?:\w+:)?c\b[^<>]*?\st=["']e["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


@dataclass
class SheetScan:
    """What the guard saw in a sheet: its size in bytes, last column, merged ranges, formulas and error values."""

    size: int = 0
    columns: int = 0
    merged: dict[str, None] = field(default_factory=dict)
    has_formulas: bool = False
    has_errors: bool = False


def inspect(path: Path) -> dict[str, SheetScan]:
    """What each part of the workbook holds, by its name in the archive; Unreadable when it is refused."""
    _magic(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return inspect_archive(archive, path.stat().st_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Unreadable(f"{path.name} 已损坏，无法作为工作簿打开（{error}）：{AGAIN}") from None


def inspect_archive(archive: zipfile.ZipFile, size: int) -> dict[str, SheetScan]:
    """What each part of an opened workbook of ``size`` bytes holds; Unreadable when it is refused, else the archive's errors."""
    sizes(archive, size)
    return {info.filename: _part(archive, info) for info in archive.infolist() if _is_xml(info.filename)}


def _magic(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise Unreadable(f"{path.name} 无法打开：{error.strerror}。") from None
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(f"{path.name} 是旧版 .xls 或加了密码的工作簿：请另存为不加密的 .xlsx 后再导入。")
    if not start.startswith(b"PK"):
        raise Unreadable(f"{path.name} 不是 .xlsx 工作簿：数据包应为一个文件夹（内有 CSV 文件）或一个 .xlsx 工作簿。")


def sizes(archive: zipfile.ZipFile, size: int) -> None:
    """Unreadable when the archive's own figures are those of no workbook; nothing is unpacked."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Unreadable(f"工作簿里有 {len(entries)} 个部件，不是正常的 .xlsx，未打开。")
    if len({entry.filename for entry in entries}) < len(entries):
        raise Unreadable("工作簿里有重名的部件，不是正常的 .xlsx，未打开。")
    if sum(entry.file_size for entry in entries) > MAX_BYTES or sum(entry.compress_size for entry in entries) > size:
        raise Unreadable(f"工作簿展开后超过 {MAX_BYTES // 2**20} MB，未打开：数据较多的请改用 CSV 文件。")
    for entry in entries:
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise Unreadable(f"工作簿的部件 {entry.filename[:80]} 压缩比异常，未打开。")


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml")) or name == "[Content_Types].xml"


def _part(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> SheetScan:
    seen = SheetScan(info.file_size)
    is_sheet = "worksheets/" in info.filename
    with archive.open(info) as part:
        tail, first = b"", True
        while chunk := part.read(_CHUNK):
            window = tail + chunk
            _plain_xml(window, first)
            if is_sheet:
                _stretch(window, seen)
            tail, first = window[-_OVERLAP:], False
    return seen


def _plain_xml(window: bytes, first: bool) -> None:
    declared = _ENCODING.search(window[:200]) if first else None
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise Unreadable(f"工作簿的内容不是 UTF-8 编码，未打开：{AGAIN}")
    if b"\0" in window or window[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable(f"工作簿的内容不是 UTF-8 编码，未打开：{AGAIN}")
    if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
        raise Unreadable(f"工作簿里有文档类型定义（DTD），出于安全考虑未打开：{AGAIN}")


def _stretch(window: bytes, seen: SheetScan) -> None:
    """Note what a stretch of a sheet holds; Unreadable when it reaches too far.

    What is rare is first looked for as plain bytes, ten times as fast as its pattern.
    """
    if seen.size < LARGE or _FAR.search(window):
        _places(window, seen)
    if b"mergeCell" in window:
        seen.merged |= dict.fromkeys(ref.decode() for ref in _MERGED.findall(window))
    if b't="e"' in window or b"t='e'" in window:
        seen.has_errors = seen.has_errors or bool(_ERROR.search(window))
    if b"<f" in window or b":f" in window:
        seen.has_formulas = seen.has_formulas or bool(_FORMULA.search(window))


def _places(window: bytes, seen: SheetScan) -> None:
    for row in _ROW.findall(window):
        _extent(int(row), 1)
    for letters, row in _CELL.findall(window):
        column = _column_number(letters)
        _extent(int(row), column)
        seen.columns = max(seen.columns, column)


def _extent(row: int, column: int) -> None:
    if row > MAX_ROWS:
        raise Unreadable(f"工作表用到了第 {row} 行，最多可有 {MAX_ROWS} 行：请删去多余的行，数据多时请改用 CSV 文件。")
    if column > MAX_COLUMNS:
        raise Unreadable(f"工作表用到了第 {column} 列，最多可有 {MAX_COLUMNS} 列：请删去多余的列。")


@cache
def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


_COLUMNS_AT_LEAST = 20
"""Cells need not say where they stand; so many columns are read whatever the guard saw."""
_NO_RESULT = "=?"


def sheets(path: Path, tables: Collection[str]) -> list[PackageSheet]:
    """The worksheets, those left out that are empty and no table; Unreadable when the file is no sound workbook."""
    seen = inspect(path)
    found = _quickly(path, seen) or _opened(path, seen)
    return [sheet for sheet in found if sheet.name in tables or not _is_empty(sheet)]


def _opened(path: Path, seen: Mapping[str, SheetScan]) -> list[PackageSheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            try:
                return [_sheet(path, sheet, seen) for sheet in book.worksheets]
            finally:
                book.close()
        except Unreadable:
            raise
        except Exception as error:  # Whatever a broken workbook makes the library stumble over.
            raise Unreadable(f"{path.name} 已损坏，无法作为工作簿打开（{type(error).__name__}）：{AGAIN}") from error


def _is_empty(sheet: PackageSheet) -> bool:
    return not sheet.notes and not any(trimmed(cell) for _, cells in sheet.rows for cell in cells)


def _sheet(path: Path, worksheet: Any, seen: Mapping[str, SheetScan]) -> PackageSheet:
    part = seen.get(worksheet._worksheet_path.lstrip("/"), SheetScan())
    columns = MAX_COLUMNS if part.size >= LARGE else max(part.columns, _COLUMNS_AT_LEAST)
    worksheet.reset_dimensions()
    rows: dict[int, list[str]] = {}
    faults: dict[tuple[int, int], str] = {}
    for number, cells in enumerate(worksheet.iter_rows(max_row=MAX_ROWS, max_col=columns), start=1):
        texts = [_text(cell.value) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            rows[number] = texts
        for index, cell in enumerate(cells):
            if cell.data_type == "e":
                faults[number, index] = f"单元格公式出错（{cell.value}）：请改正公式，或改填数值。"
    if part.has_formulas:
        faults.update(_without_result(path, worksheet.title, rows, columns))
    notes = [(ref, f"有合并单元格 {ref}：请取消合并，每行每格分别填写。") for ref in part.merged]
    is_hidden = worksheet.sheet_state != "visible"
    return PackageSheet(worksheet.title.strip(), list(rows.items()), faults, notes, is_hidden)


def _quickly(path: Path, seen: Mapping[str, SheetScan]) -> list[PackageSheet] | None:
    """The sheets of a large workbook of plain values; None where it is small, or only openpyxl can tell what is in it."""
    is_large = any(part.size >= LARGE for name, part in seen.items() if "worksheets/" in name)
    is_plain = not any(part.has_formulas or part.has_errors or part.merged for part in seen.values())
    return large.sheets(path) if is_large and is_plain else None


def _without_result(path: Path, title: str, rows: dict[int, list[str]], columns: int) -> dict[tuple[int, int], str]:
    """The formulas whose result was never saved: read as blanks they would pass for missing figures.

    Their rows are added to ``rows`` where nothing else stands in them.
    """
    faults = {}
    book = load_workbook(path, read_only=True, keep_links=False)
    try:
        worksheet = book[title]
        worksheet.reset_dimensions()
        for number, cells in enumerate(worksheet.iter_rows(max_row=MAX_ROWS, max_col=columns), start=1):
            for index, cell in enumerate(cells):
                texts = rows.get(number, [])
                if cell.data_type == "f" and (index >= len(texts) or not texts[index]):
                    faults[number, index] = "单元格公式未保存计算结果：请在 Excel 或 WPS 里打开并保存一次，或改填数值。"
                    rows.setdefault(number, []).extend([""] * (index + 1 - len(texts)))
                    rows[number][index] = _NO_RESULT
    finally:
        book.close()
    return faults
