"""GB/T 9704-2012 as a checklist on a rendered PDF: what is wrong with it, in words; nothing where all is right."""

import io
import re
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from pypdf import PageObject, PdfReader

from papers.document import width_em

MM = 72 / 25.4
WIDTH, HEIGHT = 210, 297
LEFT, RIGHT, TOP, BOTTOM = 28, 26, 37, 35
"""Millimetres from the edges to the text."""
SLACK = 0.5
LINES, CHARACTERS = 22, 28
RED_HEAD = 35
"""Millimetres from the edge of the text to the top of the red mark."""


@dataclass(frozen=True)
class Piece:
    """Some text: where its base line begins, millimetres from the left and from the top, and its size in points."""

    text: str
    x: float
    y: float
    size: float


@dataclass
class Sheet:
    """A page as it was set."""

    pieces: list[Piece] = field(default_factory=list)
    red: list[float] = field(default_factory=list)
    """Where red strokes lie, millimetres from the top."""
    rules: list[tuple[float, float]] = field(default_factory=list)
    """Where black horizontal strokes lie, and how long they are."""

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    def body(self) -> list[Piece]:
        """What stands above the page's number."""
        return [piece for piece in self.pieces if piece.y <= HEIGHT - BOTTOM + SLACK]

    @property
    def number(self) -> Piece | None:
        below = [piece for piece in self.pieces if piece.y > HEIGHT - BOTTOM + SLACK]
        return below[0] if below else None

    def number_text(self) -> str:
        return "".join(piece.text for piece in self.pieces if piece.y > HEIGHT - BOTTOM + SLACK).replace(" ", "")


def read(content: bytes) -> list[Sheet]:
    return [_sheet(page) for page in PdfReader(io.BytesIO(content)).pages]


def _sheet(page: PageObject) -> Sheet:
    sheet, colour, path = Sheet(), [()], [[]]

    def on_text(text, outer, inner, _font, size):
        if text.strip():
            x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
            y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            scale = abs(inner[3] * outer[3]) ** 0.5 if inner[3] * outer[3] else 1
            sheet.pieces.append(Piece(text.strip("\n"), x / MM, HEIGHT - y / MM, size * scale))

    def on_operator(operator, operands, outer, _inner):
        name = operator.decode() if isinstance(operator, bytes) else operator
        if name in ("SCN", "RG", "SC"):
            colour[0] = tuple(float(each) for each in operands if not isinstance(each, str))
        elif name == "m":
            path[0] = [tuple(float(each) for each in operands)]
        elif name == "l":
            path[0].append(tuple(float(each) for each in operands))
        elif name == "S" and len(path[0]) == 2:
            (x1, y1), (x2, y2) = (_moved(point, outer) for point in path[0])
            if abs(y1 - y2) < 0.1:
                at = HEIGHT - y1 / MM
                is_red = len(colour[0]) == 3 and colour[0][0] > 0.5 > colour[0][1]
                (sheet.red if is_red else sheet.rules).append(at if is_red else (at, abs(x1 - x2) / MM))

    page.extract_text(visitor_text=on_text, visitor_operand_before=on_operator)
    return sheet


def _moved(point, matrix) -> tuple[float, float]:
    x, y = point
    return x * matrix[0] + y * matrix[2] + matrix[4], x * matrix[1] + y * matrix[3] + matrix[5]


def faults(content: bytes, *, is_letter: bool = False) -> list[str]:
    """What of a document, or of a letter, is not as the standard has it."""
    sheets = read(content)
    found = _sizes(content) + _fonts(content) + _margins(sheets) + _lines(sheets) + _numbers(sheets, is_letter)
    found += _headings(sheets) + _signature(sheets)
    return found + (_letter(sheets) if is_letter else _head(sheets) + _imprint(sheets))


def _sizes(content: bytes) -> list[str]:
    boxes = {
        (round(float(p.mediabox.width) / MM), round(float(p.mediabox.height) / MM))
        for p in PdfReader(io.BytesIO(content)).pages
    }
    return [] if boxes == {(WIDTH, HEIGHT)} else [f"paper {boxes}"]


def _fonts(content: bytes) -> list[str]:
    found = []
    for page in PdfReader(io.BytesIO(content)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            held = font.get_object()
            inner = held["/DescendantFonts"][0].get_object() if "/DescendantFonts" in held else held
            if (
                "/FontDescriptor" not in inner
                or not {"/FontFile", "/FontFile2", "/FontFile3"} & inner["/FontDescriptor"].keys()
            ):
                found.append(f"font {held['/BaseFont']} is not embedded")
    return found


def _margins(sheets: list[Sheet]) -> list[str]:
    """The text of a whole document reaches left and right as far as it may, and nowhere further; lines begin at the top."""
    pieces = [piece for sheet in sheets for piece in sheet.body()]
    left = min(piece.x for piece in pieces if piece.y > TOP)
    found = [] if abs(left - LEFT) <= SLACK + 0.6 else [f"left margin {left:.1f} mm"]
    ends = [piece.x + _width(piece) for piece in pieces if _width(piece) > 120]
    # How wide figures and marks are is not told, so a line may seem longer than it is.
    if ends and not -2.5 < max(ends) - (WIDTH - RIGHT) < 8:
        found.append(f"right margin {WIDTH - max(ends):.1f} mm")
    tops = [min(piece.y - piece.size / MM for piece in sheet.body()) for sheet in sheets[1:-1] if sheet.body()]
    if tops and abs(min(tops) - TOP) > 2:
        found.append(f"top margin {min(tops):.1f} mm")
    return found


def _width(piece: Piece) -> float:
    return width_em(piece.text) * piece.size / MM


def _lines(sheets: list[Sheet]) -> list[str]:
    """A line of the text holds 28 characters, a closing mark hanging over at most; lines stand so far apart that a page holds 22."""
    found, gaps = [], []
    for sheet in sheets:
        text = [piece for piece in sheet.body() if 13 < piece.size < 20 and _width(piece) > 110]
        gaps += [after.y - before.y for before, after in pairwise(text) if 0 < after.y - before.y < 12]
        counts = [width_em(piece.text) for piece in text]
        found += [f"{count:g} characters in a line" for count in counts if count > CHARACTERS + 1.5]
    pitch = (HEIGHT - TOP - BOTTOM) / LINES
    if gaps and abs(median(gaps) - pitch) > 0.1:
        found.append(f"lines are {median(gaps):.2f} mm apart, not {pitch:.2f}")
    return found


def _numbers(sheets: list[Sheet], is_letter: bool) -> list[str]:
    """— 1 — below the text, at the right on odd pages and at the left on even ones.

    None on a letter's first, on a blank page before the lines at the end, and on the page with these.
    """
    found = []
    blank = next((place for place, sheet in enumerate(sheets, start=1) if not sheet.body()), len(sheets) + 1)
    for place, sheet in enumerate(sheets, start=1):
        wanted = "" if place >= blank or (is_letter and place == 1) else f"—{place}—"
        if sheet.number_text() != wanted:
            found.append(f"page {place} is numbered {sheet.number_text()!r}")
        elif sheet.number and (sheet.number.x > WIDTH / 2) != (place % 2 == 1):
            found.append(f"the number of page {place} is at the wrong side")
    return found


_HEADING = re.compile(r"[一二三四五六七八九十]+、[^。]{1,26}$")
_DAY = re.compile(r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日$")


def _headings(sheets: list[Sheet]) -> list[str]:
    """No page ends with a heading."""
    found = []
    for place, sheet in enumerate(sheets, start=1):
        lowest = _rows(sheet)[-1:]
        found += [f"page {place} ends with the heading {row}" for _, row in lowest if _HEADING.match(row)]
    return found


def _signature(sheets: list[Sheet]) -> list[str]:
    """The page with the signature bears words of the text, too."""
    for place, sheet in enumerate(sheets, start=1):
        rows = _rows(sheet)
        days = [number for number, (x, row) in enumerate(rows) if x > WIDTH / 2 and _DAY.match(row)]
        if days and (days[0] < 2 or rows[0][1].startswith("附件")):
            return [f"the signature stands alone on page {place}"]
    return []


def _rows(sheet: Sheet) -> list[tuple[float, str]]:
    """The lines of the text that is set in its own size or larger, from above: where each begins, and what it says."""
    rows: dict[int, list[Piece]] = {}
    for piece in sheet.body():
        if piece.size > 15:
            rows.setdefault(round(piece.y), []).append(piece)
    return [
        (min(piece.x for piece in row), "".join(piece.text for piece in sorted(row, key=lambda piece: piece.x)))
        for _, row in sorted(rows.items())
    ]


def _head(sheets: list[Sheet]) -> list[str]:
    """The red mark 35 mm below the edge of the text, and one red line."""
    first = sheets[0]
    mark = max(first.body(), key=lambda piece: piece.size, default=None)
    found = [] if len(first.red) == 1 else [f"{len(first.red)} red lines"]
    top = mark.y - 0.86 * mark.size / MM
    if abs(top - TOP - RED_HEAD) > 1.5:
        found.append(f"the mark begins {top - TOP:.1f} mm below the edge of the text")
    return found


def _letter(sheets: list[Sheet]) -> list[str]:
    """A double red line under the mark and one 20 mm above the foot of the first page; the number 7/8 of a letter below the first."""
    red = sorted(sheets[0].red)
    if len(red) != 4:
        return [f"{len(red)} red lines"]
    found = [] if abs(HEIGHT - 20 - red[-1]) < 1 else [f"the last red line is {HEIGHT - red[-1]:.1f} mm above the foot"]
    number = next(piece for piece in sheets[0].body() if "〔" in piece.text)
    gap = number.y - 0.86 * number.size / MM - red[1]
    if abs(gap - 7 / 8 * number.size / MM) > 0.6:
        found.append(f"the number stands {gap:.1f} mm below the double line")
    return found


def _imprint(sheets: list[Sheet]) -> list[str]:
    """The lines at the foot of the last page, which is an even one, down to the edge of the text."""
    last, found = sheets[-1], []
    if len(sheets) % 2:
        found.append(f"the last page is page {len(sheets)}")
    if "印发" not in last.text:
        found.append("the last page has no imprint")
    lowest = max((at for at, length in last.rules if length > 150), default=0)
    if abs(lowest - (HEIGHT - BOTTOM)) > 1:
        found.append(f"the imprint ends {HEIGHT - lowest:.1f} mm above the foot")
    return found
