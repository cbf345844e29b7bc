"""Opening a package: a folder of CSV files, or a workbook."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from areas.package import workbook
from areas.package.tables import PackageSheet, PackageTable, Unreadable

_LONGEST_CELL = 1_000_000


def sheets(path: Path, tables: Sequence[PackageTable]) -> list[PackageSheet]:
    """The sheets of the package as they stand in their files; Unreadable when there is nothing to read."""
    known = {table.name for table in tables}
    if path.is_dir():
        found = _folder(path)
        unsuitable = "文件夹里没有 CSV 文件"
    elif path.is_file():
        found = workbook.sheets(path, known)
        unsuitable = "工作簿里没有填写任何工作表"
    else:
        raise Unreadable(f"找不到数据包 {_printable(path)}：请检查路径。")
    names = [sheet.name for sheet in found]
    for name in names:
        if names.count(name) > 1:
            raise Unreadable(f"数据包里有两张名为 {name} 的表：请只留一张。")
    if not any(sheet.name in known for sheet in found):
        expected = "、".join(f"{table.name}（{table.label}）" for table in tables)
        what = f"数据包中没有可识别的表，只有 {'、'.join(names)}" if found else unsuitable
        raise Unreadable(f"{what}：表名应为 {expected}。")
    return found


def _printable(path: Path) -> str:
    """A path as text that any terminal and JSON can carry."""
    return str(path).encode("utf-8", "replace").decode("utf-8")


def _folder(path: Path) -> list[PackageSheet]:
    """The CSV files of a folder, hidden ones and those of an open editor left out."""
    try:
        files = sorted(
            file for file in path.iterdir() if file.suffix.lower() == ".csv" and not file.name.startswith((".", "~$"))
        )
    except OSError as error:
        raise Unreadable(f"文件夹 {_printable(path)} 无法打开：{error.strerror}。") from None
    return [csv_sheet(file) for file in files if file.is_file()]


def csv_sheet(file: Path) -> PackageSheet:
    """The table in a CSV file, called as the file is; Unreadable when it cannot be read."""
    return PackageSheet(_printable(Path(file.stem)), list(_records(file)))


def _records(file: Path) -> Iterator[tuple[int, Sequence[str]]]:
    """The records of a CSV file, each with the line on which it begins."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            csv.field_size_limit(_LONGEST_CELL)
            reader = csv.reader(text, strict=True)
            begins = 1
            try:
                for record in reader:
                    yield begins, record
                    begins = reader.line_num + 1
            except csv.Error as error:
                raise Unreadable(
                    f"{_printable(Path(file.name))} 从第 {begins} 行起无法读取（引号不成对，或单元格过长；{error}）：请检查这一行的引号。"
                ) from None
    except UnicodeDecodeError:
        raise Unreadable(
            f"{_printable(Path(file.name))} 不是 UTF-8 编码：请在 Excel 或 WPS 里另存为“CSV UTF-8（逗号分隔）”后再导入。"
        ) from None
    except OSError as error:
        raise Unreadable(f"{_printable(Path(file.name))} 无法打开：{error.strerror}。") from None
