"""The sheets of an .xls workbook (or an .et that is one), by calamine.

A library that is made to ask for too much memory ends its process: this is read in the child of the gate only.
"""

import io
from typing import Any

import python_calamine as calamine

from areas.package.tables import Unreadable
from areas.package.values import cell_text
from intake.grid import Grid

MAGIC = b"\xd0\xcf\x11\xe0"
_RESAVE = "请在 Excel 或 WPS 里另存为 .xlsx 后再上传"


def opened(content: bytes, name: str) -> list[Grid]:
    """The worksheets in their order; Unreadable when it is something else, locked, or damaged."""
    _refuse_others(content, name)
    try:
        return [_grid(said) for said in _said(content)]
    except calamine.PasswordError:
        raise Unreadable(_locked(name)) from None
    except MemoryError:
        raise
    except Exception as error:  # Whatever a broken file makes the library stumble over.
        raise Unreadable(f"{name}已损坏或过大，无法打开：{_RESAVE}。") from error


def _locked(name: str) -> str:
    return f"{name}加了打开密码：请在 Excel 或 WPS 里取消密码、另存后再上传。"


def _refuse_others(content: bytes, name: str) -> None:
    """What wears the same coat: encrypted workbooks, Word, PowerPoint."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable(_locked(name))
    if "WordDocument".encode("utf-16-le") in content:
        raise Unreadable(f"{name}是文字文档：请把其中的表格复制后粘贴，或粘贴到 Excel 中保存后再上传。")
    if "PowerPoint Document".encode("utf-16-le") in content:
        raise Unreadable(f"{name}是演示文稿：请把其中的表格粘贴到 Excel 中保存后再上传。")
    if not any(stream.encode("utf-16-le") in content for stream in ("Workbook", "Book")):
        raise Unreadable(f"{name}不是工作簿：{_RESAVE}。")


def _grid(said: dict[str, Any]) -> Grid:
    grid = Grid(said["name"], is_hidden=said["is_hidden"])
    for row, cells in said["rows"]:
        for column, text in cells:
            grid.put(row, column, text)
    grid.merges = [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in said["merges"]]
    return grid


def _said(content: bytes) -> list[dict[str, Any]]:
    """The sheets as the library tells them."""
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    found = []
    for about in book.sheets_metadata:
        if about.typ == calamine.SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(about.name)
            left = (sheet.start or (0, 0))[1] + 1
            rows = [
                (number, [(column, _text(value)) for column, value in enumerate(values, start=left) if value != ""])
                for number, values in enumerate(sheet.iter_rows(), start=1)
            ]
            found.append(
                {
                    "name": about.name.strip(),
                    "is_hidden": about.visible != calamine.SheetVisibleEnum.Visible,
                    "rows": [row for row in rows if row[1]],
                    "merges": sheet.merged_cell_ranges or [],
                }
            )
    return found


def _text(value: Any) -> str:
    return cell_text(float(format(value, ".15g"))) if isinstance(value, float) else cell_text(value)
