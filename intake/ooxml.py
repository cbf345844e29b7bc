"""The sheets of an .xlsx workbook (or an .et that is one), parsed once: values, formats, merged ranges, what is hidden.

openpyxl needs three readings to tell as much, at ten times the time. The guard of ``areas.package.workbook`` has passed
the archive before: sizes, ratio, no DTD, no far corners.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from xml.etree.ElementTree import Element, iterparse

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from areas.package.tables import Unreadable
from areas.package.values import cell_text, quoted
from areas.package.workbook import inspect_archive
from intake.grid import Grid

NO_RESULT = "公式未保存计算结果：请在 Excel 或 WPS 里打开并保存一次，或改填数值。"
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_SCALED = re.compile(r",(?=[^0#?]*$)|!\.|\\\.")
"""A format that shows the thousandth or ten thousandth part of what is stored."""
_MOST_MERGES = 10_000
_FIFTEEN = ".15g"


def opened(archive: zipfile.ZipFile, size: int, name: str) -> list[Grid]:
    """The worksheets in their order; Unreadable when the guard refuses."""
    inspect_archive(archive, size)
    styles, epoch = _formats(archive), CALENDAR_WINDOWS_1900
    texts = _shared(archive)
    targets = _targets(archive)
    found, read = [], set()
    for element in _elements(archive, "xl/workbook.xml"):
        if _tag(element) == "workbookPr" and element.get("date1904") in ("1", "true"):
            epoch = CALENDAR_MAC_1904
        if _tag(element) == "sheet":
            key = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
            part = targets.get(key, "")
            if "worksheets/" in part and part in archive.namelist() and part not in read:
                read.add(part)
                grid = Grid(element.get("name", "").strip(), is_hidden=element.get("state", "visible") != "visible")
                _read(archive, part, grid, texts, styles, epoch)
                found.append(grid)
    if not found:
        raise Unreadable(f"{name}里没有工作表：请在 Excel 或 WPS 里另存为 .xlsx 后再上传。")
    return found


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[Element]:
    """The elements of a part as they end; nothing where it is missing."""
    if part in archive.namelist():
        with archive.open(part) as file:
            yield from (element for _, element in iterparse(file))


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of each relation of the workbook."""
    return {
        element.get("Id", ""): element.get("Target", "").lstrip("/")
        if element.get("Target", "").startswith("/")
        else "xl/" + element.get("Target", "")
        for element in _elements(archive, "xl/_rels/workbook.xml.rels")
        if _tag(element) == "Relationship"
    }


def _shared(archive: zipfile.ZipFile) -> list[str]:
    return [_words(element) for element in _elements(archive, "xl/sharedStrings.xml") if _tag(element) == "si"]


def _words(element: Element) -> str:
    """The text of a string, without how it is pronounced."""
    parts = []
    for child in element:
        if _tag(child) == "t":
            parts.append(child.text or "")
        elif _tag(child) == "r":
            parts += [each.text or "" for each in child if _tag(each) == "t"]
    return "".join(parts)


def _formats(archive: zipfile.ZipFile) -> list[str]:
    """The number format of each style."""
    own: dict[str, str] = {}
    styles: list[str] = []
    for element in _elements(archive, "xl/styles.xml"):
        if _tag(element) == "numFmt":
            own[element.get("numFmtId", "")] = element.get("formatCode", "")
        elif _tag(element) == "cellXfs":
            for each in element:
                key = each.get("numFmtId", "0")
                styles.append(own.get(key) or BUILTIN_FORMATS.get(int(key), "General"))
    return styles


def _read(
    archive: zipfile.ZipFile, part: str, grid: Grid, texts: list[str], styles: list[str], epoch: datetime
) -> None:
    row = column = 0
    with archive.open(part) as file:
        for event, element in iterparse(file, ("start", "end")):
            tag = _tag(element)
            if event == "start":
                if tag == "row":
                    row, column = int(element.get("r") or row + 1), 0
                    if element.get("hidden") in ("1", "true"):
                        grid.hidden_rows.add(row)
                continue
            if tag == "c":
                match = _PLACE.fullmatch(element.get("r", ""))
                column = _number(match[1]) if match else column + 1
                text, fault = _cell(element, texts, styles, epoch)
                grid.put(row, column, text, fault)
            elif tag == "row":
                element.clear()
            elif tag == "col" and element.get("hidden") in ("1", "true"):
                first, last = max(int(element.get("min", "1")), 1), min(int(element.get("max", "0")), 200)
                grid.hidden_columns.update(range(first, last + 1))
            elif tag == "mergeCell":
                left, top, right, bottom = range_boundaries(element.get("ref", ""))
                grid.merges.append((top, left, bottom, right))
                if len(grid.merges) > _MOST_MERGES:
                    raise Unreadable(f"工作表{quoted(grid.name)}的合并单元格过多：请取消多余的合并后再上传。")


def _number(letters: str) -> int:
    number = 0
    for sign in letters:
        number = number * 26 + ord(sign) - 64
    return number


def _cell(element: Element, texts: list[str], styles: list[str], epoch: datetime) -> tuple[str, str]:
    """The text of a cell, and why it cannot be read."""
    kind = element.get("t", "n")
    value = formula = None
    for child in element:
        tag = _tag(child)
        if tag == "v":
            value = child.text
        elif tag == "f":
            formula = child
        elif tag == "is":
            return _words(child), ""
    if formula is not None and value is None and kind != "str":
        return "", NO_RESULT
    if value is None:
        return "", ""
    if kind == "e":
        return "", f"公式出错（{value}）：请改正公式，或改填数值。"
    if kind == "s":
        return texts[int(value)], ""
    if kind == "b":
        return ("TRUE" if value == "1" else "FALSE"), ""
    if kind in ("str", "d"):
        return value, ""
    style = int(element.get("s", "0"))
    return as_shown(float(value), styles[style] if style < len(styles) else "General", epoch), ""


def as_shown(value: float, style: str, epoch: datetime = CALENDAR_WINDOWS_1900) -> str:
    """A number as its format means it: a day, a share with its sign, with 万 where the format writes that beside it."""
    if style in ("General", "0", "@"):
        return number_text(value)
    if is_date_format(style):
        try:
            return cell_text(from_excel(value, epoch))
        except (ValueError, OverflowError):
            return number_text(value)
    if "%" in style:
        return number_text(value * 100) + "%"
    first = style.split(";")[0]
    if "万" in first and not _SCALED.search(first):
        return number_text(value) + "万"
    return number_text(value)


def number_text(value: float) -> str:
    """A number in plain digits, of which a spreadsheet shows fifteen at most."""
    return cell_text(float(format(value, _FIFTEEN)))
