"""The sheets of an .xls workbook (or an .et that is one): by calamine in a child process with a limit on its memory.

A library that is made to ask for too much memory ends its process; here only the child's.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from areas.package.large import limit_memory
from areas.package.tables import Unreadable
from areas.package.values import cell_text
from intake.grid import Grid

MAGIC = b"\xd0\xcf\x11\xe0"
_SECONDS = 30
_MOST_BYTES = 32 * 2**20
_ROOT = Path(__file__).resolve().parents[1]
_LOCKED, _TOO_LARGE = 3, 4
"""With what the child ends."""
_RESAVE = "请在 Excel 或 WPS 里另存为 .xlsx 后再上传"


def opened(content: bytes, name: str) -> list[Grid]:
    """The worksheets in their order; Unreadable when it is something else, locked, or damaged."""
    _refuse_others(content, name)
    with tempfile.TemporaryDirectory(prefix="intake-") as folder:
        path = Path(folder) / "sheet.xls"
        path.write_bytes(content)
        command = [sys.executable, "-m", "intake.legacy", str(path)]
        try:
            done = subprocess.run(command, capture_output=True, cwd=_ROOT, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise Unreadable(f"{name}过大，读取超时：{_RESAVE}。") from None
    if done.returncode == _LOCKED:
        raise Unreadable(_locked(name))
    if done.returncode:
        raise Unreadable(f"{name}已损坏或过大，无法打开：{_RESAVE}。")
    return [_grid(said) for said in json.loads(done.stdout)]


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


def _said(path: str) -> list[dict[str, Any]]:
    """The sheets as the child tells them."""
    import python_calamine as calamine

    book = calamine.CalamineWorkbook.from_path(path)
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


if __name__ == "__main__":
    limit_memory()
    import python_calamine

    try:
        told = _said(sys.argv[1])
    except python_calamine.PasswordError:
        sys.exit(_LOCKED)
    text = json.dumps(told)
    if len(text) > _MOST_BYTES:
        sys.exit(_TOO_LARGE)
    sys.stdout.write(text)
