"""An uploaded file as sheets of text, and what every workbook of ours has in common: its stamp, its own sheet."""

from collections.abc import Collection, Sequence
from pathlib import Path

from openpyxl.utils.cell import range_boundaries

from areas.package.tables import PackageSheet, Unreadable
from areas.package.values import folded, quoted, trimmed
from gate.judging import IN_A_JOB, WITHIN_A_REQUEST, judged
from workbooks.files import AGAIN, judge

LARGEST_FILE = 2 * 2**20
MOST_ROWS = 2_000

_HEAD = 25
"""How many rows hold the stamp and the headings."""


class TooManyAtOnce(Exception):
    """The file is sound as far as was looked, and so long that it is to be read in the background."""


def opened(
    path: Path, name: str, wanted: str, largest: int = LARGEST_FILE, *, at_once: bool = False
) -> tuple[list[PackageSheet], list[str]]:
    """The sheets of a file of at most ``largest`` bytes that is to hold the sheet ``wanted``, and what the person should know.

    Opened in the child of the gate. Unreadable with the sentence to show; TooManyAtOnce where somebody waits (``at_once``).
    """
    size = path.stat().st_size
    if size == 0:
        raise Unreadable(f"文件是空的（0 字节）：可能未完整保存。{AGAIN}")
    if size > largest:
        raise Unreadable(
            f"文件有 {size / 2**20:.1f} MB，{wanted}工作簿不超过 {largest // 2**20} MB：请确认所选文件无误，或删去粘贴的图片。"
        )
    options = {"path": str(path), "name": name, "wanted": wanted, "largest": largest, "at_once": at_once}
    limits = WITHIN_A_REQUEST if at_once else IN_A_JOB
    said, _ = judged(judge, b"", refusal=Unreadable, limits=limits, **options)
    if said is None:
        raise TooManyAtOnce
    sheets, notices = said
    return [PackageSheet.from_said(each) for each in sheets], notices


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
