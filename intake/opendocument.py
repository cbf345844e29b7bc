"""The sheets of an .ods workbook: what is repeated is counted, never built; what lies too far is refused."""

import zipfile
from xml.etree.ElementTree import Element, iterparse

from areas.package.tables import Unreadable
from areas.package.workbook import MAX_COLUMNS, MAX_ROWS, inspect_archive
from intake.grid import Grid
from intake.ooxml import number_text

_MOST_CELLS = 200_000
_COLUMNS = "number-columns-repeated"
_TOO_FAR = "工作表使用范围过大（第 {0} 行、第 {1} 列）：请删去多余的行和列。"


def opened(archive: zipfile.ZipFile, size: int, name: str) -> list[Grid]:
    """The tables in their order; Unreadable when the guard refuses, or the file is locked with a password."""
    inspect_archive(archive, size)
    if b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Unreadable(f"{name}加了打开密码：请在 WPS 或 LibreOffice 里取消密码、另存后再上传。")
    hidden: set[str] = set()
    found: list[Grid] = []
    reader = _Reader()
    with archive.open("content.xml") as file:
        for event, element in iterparse(file, ("start", "end")):
            tag = _tag(element)
            if tag == "style" and event == "end" and _attribute(element, "family") == "table":
                if any(_attribute(child, "display") == "false" for child in element):
                    hidden.add(_attribute(element, "name"))
            elif tag == "table" and event == "start":
                is_hidden = _attribute(element, "style-name") in hidden
                reader.begin(Grid(_attribute(element, "name").strip(), is_hidden=is_hidden))
            elif tag == "table" and event == "end":
                found.append(reader.grid)
                element.clear()
            elif event == "end":
                reader.take(tag, element)
    return found


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: Element, name: str) -> str:
    """An attribute by its local name; the one of LibreOffice's own copies where there are two."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _times(element: Element, name: str) -> int:
    return max(int(_attribute(element, name) or "1"), 1)


class _Reader:
    """Builds the grids of tables from their elements as they end; ``number`` counts the cells of all of them."""

    number = 0

    def begin(self, grid: Grid) -> None:
        self.grid, self.row, self.column = grid, 0, 0

    def take(self, tag: str, element: Element) -> None:
        if tag == "table-column":
            times = _times(element, _COLUMNS)
            if _attribute(element, "visibility") in ("collapse", "filter"):
                self.grid.hidden_columns.update(range(self.column + 1, min(self.column + times, MAX_COLUMNS) + 1))
            self.column += times
        elif tag == "table-row":
            self._row(element)
            element.clear()

    def _row(self, element: Element) -> None:
        times = _times(element, "number-rows-repeated")
        cells = [child for child in element if _tag(child) in ("table-cell", "covered-table-cell")]
        if any(_is_filled(cell) for cell in cells):
            filled = sum(min(_times(cell, _COLUMNS), MAX_COLUMNS) for cell in cells if _is_filled(cell))
            if self.row + times > MAX_ROWS or self.number + times * max(filled, len(cells)) > _MOST_CELLS:
                raise Unreadable(_TOO_FAR.format(self.row + times, len(cells)))
            self.number += times * filled
            for number in range(self.row + 1, self.row + times + 1):
                self._cells(number, cells)
        if _attribute(element, "visibility") in ("collapse", "filter"):
            self.grid.hidden_rows.update(range(self.row + 1, min(self.row + times, MAX_ROWS) + 1))
        self.row += times

    def _cells(self, row: int, cells: list[Element]) -> None:
        column = 0
        for cell in cells:
            times = _times(cell, _COLUMNS)
            if _is_filled(cell):
                if column + times > MAX_COLUMNS:
                    raise Unreadable(_TOO_FAR.format(row, column + times))
                text, fault = _content(cell)
                for number in range(column + 1, column + times + 1):
                    self.grid.put(row, number, text, fault)
            down, across = _times(cell, "number-rows-spanned"), _times(cell, "number-columns-spanned")
            if (down > 1 or across > 1) and column < MAX_COLUMNS:
                self.grid.merges.append((row, column + 1, row + down - 1, column + across))
            column += times


def _is_filled(cell: Element) -> bool:
    return bool(_attribute(cell, "value-type")) or any(_tag(child) == "p" for child in cell)


def _content(cell: Element) -> tuple[str, str]:
    """The text of a cell, and why it cannot be read."""
    kind = _attribute(cell, "value-type")
    shown = "\n".join("".join(child.itertext()) for child in cell if _tag(child) == "p")
    if any(key.endswith("}value-type") and value == "error" for key, value in cell.attrib.items()):
        return "", f"公式出错（{shown}）：请改正公式，或改填数值。"
    if kind in ("float", "currency"):
        return number_text(float(_attribute(cell, "value"))) + ("万" if shown.rstrip("户").endswith("万") else ""), ""
    if kind == "percentage":
        return number_text(float(_attribute(cell, "value")) * 100) + "%", ""
    if kind == "date":
        return _attribute(cell, "date-value").removesuffix("T00:00:00"), ""
    return shown, ""
