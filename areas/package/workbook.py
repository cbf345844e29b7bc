"""The sheets of an .xlsx workbook as text, after the guard has passed it."""

import warnings
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from areas.package import guard, large
from areas.package.cells import text as _text
from areas.package.problems import Unreadable
from areas.package.rows import PackageSheet
from areas.package.values import trimmed

_COLUMNS_AT_LEAST = 20
"""Cells need not say where they stand; so many columns are read whatever the guard saw."""
_NO_RESULT = "=?"


def sheets(path: Path, tables: Collection[str]) -> list[PackageSheet]:
    """The worksheets, those left out that are empty and no table; Unreadable when the file is no sound workbook."""
    seen = guard.inspect(path)
    found = _quickly(path, seen) or _opened(path, seen)
    return [sheet for sheet in found if sheet.name in tables or not _is_empty(sheet)]


def _opened(path: Path, seen: Mapping[str, guard.SheetScan]) -> list[PackageSheet]:
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
            raise Unreadable(
                f"{path.name} 已损坏，无法作为工作簿打开（{type(error).__name__}）：{guard.AGAIN}"
            ) from error


def _is_empty(sheet: PackageSheet) -> bool:
    return not sheet.notes and not any(trimmed(cell) for _, cells in sheet.rows for cell in cells)


def _sheet(path: Path, worksheet: Any, seen: Mapping[str, guard.SheetScan]) -> PackageSheet:
    part = seen.get(worksheet._worksheet_path.lstrip("/"), guard.SheetScan())
    columns = guard.MAX_COLUMNS if part.size >= guard.LARGE else max(part.columns, _COLUMNS_AT_LEAST)
    worksheet.reset_dimensions()
    rows: dict[int, list[str]] = {}
    faults: dict[tuple[int, int], str] = {}
    for number, cells in enumerate(worksheet.iter_rows(max_row=guard.MAX_ROWS, max_col=columns), start=1):
        texts = [_text(cell.value) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            rows[number] = texts
        for index, cell in enumerate(cells):
            if cell.data_type == "e":
                faults[number, index] = f"这一格的公式出错（{cell.value}）：请改正公式，或改填数值。"
    if part.has_formulas:
        faults.update(_without_result(path, worksheet.title, rows, columns))
    notes = [(ref, f"有合并单元格 {ref}：请取消合并，每行每格分别填写。") for ref in part.merged]
    is_hidden = worksheet.sheet_state != "visible"
    return PackageSheet(worksheet.title.strip(), list(rows.items()), faults, notes, is_hidden)


def _quickly(path: Path, seen: Mapping[str, guard.SheetScan]) -> list[PackageSheet] | None:
    """The sheets of a large workbook of plain values; None where it is small, or only openpyxl can tell what is in it."""
    is_large = any(part.size >= guard.LARGE for name, part in seen.items() if "worksheets/" in name)
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
        for number, cells in enumerate(worksheet.iter_rows(max_row=guard.MAX_ROWS, max_col=columns), start=1):
            for index, cell in enumerate(cells):
                texts = rows.get(number, [])
                if cell.data_type == "f" and (index >= len(texts) or not texts[index]):
                    faults[number, index] = (
                        "这一格的公式没有保存计算结果：请在 Excel 或 WPS 里打开并保存一次，或改填数值。"
                    )
                    rows.setdefault(number, []).extend([""] * (index + 1 - len(texts)))
                    rows[number][index] = _NO_RESULT
    finally:
        book.close()
    return faults
