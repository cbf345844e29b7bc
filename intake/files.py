"""One door for what people send: a file of any kind of table, or a pasted block, as sheets of cells.

What the file is says its content, never its ending. Unreadable names the user's own file and says what to do.
"""

import io
import zipfile
from pathlib import PurePath

from areas.package.tables import Unreadable
from areas.package.values import quoted
from intake import delimited, legacy, ooxml, opendocument
from intake.grid import Grid

LARGEST = 2 * 2**20
MOST_ROWS = 2_000
MOST_CELLS = 100_000
MOST_IN_ALL = 300_000
MOST_MERGED = 500_000
"""Cells under merged ranges: a sheet is read by what stands over each of them."""
FARTHEST = 200_000
"""Row in which something may stand; and so many columns of a sheet that has no more than a row."""
MOST_UNPACKED, MOST_TAGS = 32 * 2**20, 2_000_000
"""Bytes and tags of an archive's XML: a hundred thousand cells need a quarter of it."""
MOST_SHEETS = 50
RESAVE = "请在 Excel 或 WPS 里另存为 .xlsx 后再上传"

_TABLES = "可以上传 .xlsx、.xls、.et、.ods、.csv 文件，也可以直接复制表格粘贴"
_OTHERS = (
    (b"%PDF", f"是 PDF 文件，其中的数字不能可靠读取：{_TABLES}"),
    (b"\x89PNG", f"是图片：{_TABLES}"),
    (b"\xff\xd8\xff", f"是图片：{_TABLES}"),
    (b"GIF8", f"是图片：{_TABLES}"),
    (b"BM", f"是图片：{_TABLES}"),
    (b"II*\0", f"是图片：{_TABLES}"),
    (b"Rar!", "是压缩包：请先解压，再上传其中的表格"),
    (b"7z\xbc\xaf", "是压缩包：请先解压，再上传其中的表格"),
    (b"\x1f\x8b", "是压缩包：请先解压，再上传其中的表格"),
    (b"{\\rtf", "是文字文档：请把其中的表格复制后粘贴，或粘贴到 Excel 中保存后再上传"),
)
_WORD = "是文字文档：请把其中的表格复制后粘贴，或粘贴到 Excel 中保存后再上传"
_SLIDES = "是演示文稿：请把其中的表格粘贴到 Excel 中保存后再上传"
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")


def is_other_workbook(content: bytes) -> bool:
    """Whether a file is a workbook of the kinds that are no .xlsx: .xls, .et, .ods."""
    return content.startswith(legacy.MAGIC) or content[30:80].startswith(b"mimetypeapplication/vnd.oasis.opendocument")


def opened(content: bytes | str, file_name: str, *, largest: int = LARGEST, most_rows: int = MOST_ROWS) -> list[Grid]:
    """The sheets in which anything stands, hidden ones too; Unreadable with the sentence to show."""
    sheets = [sheet for sheet in _opened(content, file_name, largest) if sheet.rows]
    if not sheets:
        raise Unreadable(f"{_named(content, file_name)}中没有任何内容：请确认所选文件无误。")
    if len(sheets) > MOST_SHEETS:
        raise Unreadable(
            f"{_named(content, file_name)}有 {len(sheets)} 张工作表，最多 {MOST_SHEETS} 张：请只留要报的表。"
        )
    for sheet in sheets:
        if len(sheet.rows) > most_rows:
            raise Unreadable(
                f"工作表{quoted(sheet.name)}有 {len(sheet.rows)} 行，最多 {most_rows} 行：请只留要报的行，或分几次上传。"
            )
        if len(sheet.cells) + len(sheet.faults) > MOST_CELLS:
            raise Unreadable(f"工作表{quoted(sheet.name)}超过 {MOST_CELLS} 个单元格：请只留要报的行和列。")
        if _merged(sheet) > MOST_MERGED:
            raise Unreadable(f"工作表{quoted(sheet.name)}的合并单元格范围过大：请取消多余的合并后再上传。")
    if sum(len(sheet.cells) for sheet in sheets) > MOST_IN_ALL:
        raise Unreadable(f"{_named(content, file_name)}的各张工作表共超过 {MOST_IN_ALL} 个单元格：请只留要报的表。")
    return sheets


def _merged(sheet: Grid) -> int:
    """How many cells lie under merged ranges, as far as anything stands; one that lies under two counts twice."""
    last_row, last_column = max(sheet.rows), max(sheet.columns)
    if max(last_row, last_column) > FARTHEST:
        raise Unreadable(f"工作表{quoted(sheet.name)}用得太远：请删去多余的行和列。")
    return sum(
        max(min(bottom, last_row) - top + 1, 1) * max(min(right, last_column) - left + 1, 1)
        for top, left, bottom, right in sheet.merges
    )


def _named(content: bytes | str, file_name: str) -> str:
    return "粘贴的内容" if isinstance(content, str) else quoted(PurePath(file_name).name or "未命名")


def _opened(content: bytes | str, file_name: str, largest: int) -> list[Grid]:
    name = _named(content, file_name)
    if len(content) > largest:
        raise Unreadable(
            f"{name}有 {len(content) / 2**20:.1f} MB，最多 {largest // 2**20} MB：请确认所选文件无误，或删去其中的图片。"
        )
    if isinstance(content, str):
        return [delimited.pasted(content, name)]
    if not content:
        raise Unreadable(f"{name}是空的（0 字节）：请重新保存后再上传。")
    for start, sentence in _OTHERS:
        if content.startswith(start):
            raise Unreadable(f"{name}{sentence}。")
    if content.startswith(legacy.MAGIC):
        return legacy.opened(content, name)
    if content.startswith(b"PK"):
        return _from_archive(content, name)
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:16].lower().startswith(_MARKUP):
        raise Unreadable(f"{name}是网页或 XML 格式的表格：{RESAVE}。")
    return [delimited.opened(content, name)]


def _from_archive(content: bytes, name: str) -> list[Grid]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:80] if "mimetype" in names and _is_short(archive, "mimetype") else b""
            _refuse_others(names, kind, name)
            _refuse_large(archive, name)
            reader = opendocument if kind else ooxml
            return reader.opened(archive, len(content), name)
    except Unreadable:
        raise
    except Exception as error:  # Whatever a broken archive or its XML makes the libraries stumble over.
        raise Unreadable(f"{name}已损坏，无法打开：请在 Excel 或 WPS 里重新保存后再上传。") from error


def _refuse_large(archive: zipfile.ZipFile, name: str) -> None:
    """What would cost minutes and gigabytes to read, however small it is when packed."""
    parts = [each for each in archive.infolist() if each.filename.lower().endswith((".xml", ".rels"))]
    size = sum(each.file_size for each in parts)
    if size > MOST_UNPACKED or (size > MOST_TAGS and sum(_tags(archive, each) for each in parts) > MOST_TAGS):
        raise Unreadable(f"{name}展开后过大，未打开：请只留要报的表，另存后再上传。")


def _tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    with archive.open(part) as file:
        return sum(chunk.count(b"<") for chunk in iter(lambda: file.read(2**20), b""))


def _is_short(archive: zipfile.ZipFile, part: str) -> bool:
    return archive.getinfo(part).file_size < 200


def _refuse_others(names: set[str], kind: bytes, name: str) -> None:
    """What is an archive and no workbook, with its sentence."""
    if any(part.startswith("word/") for part in names) or b"opendocument.text" in kind:
        raise Unreadable(f"{name}{_WORD}。")
    if any(part.startswith("ppt/") for part in names) or b"opendocument.presentation" in kind:
        raise Unreadable(f"{name}{_SLIDES}。")
    if "xl/workbook.bin" in names:
        raise Unreadable(f"{name}是二进制工作簿（.xlsb）：{RESAVE}。")
    if kind and b"opendocument.spreadsheet" not in kind:
        raise Unreadable(f"{name}不是表格文件：{_TABLES}。")
    if not kind and not any(part.startswith("xl/") for part in names):
        if "[Content_Types].xml" in names or any(part.endswith((".xml", ".rels")) for part in names):
            raise Unreadable(f"{name}已损坏，没有工作表：{RESAVE}。")
        raise Unreadable(f"{name}是压缩包：请先解压，再上传其中的表格。")
