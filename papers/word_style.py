"""The measures of the layouts in Word; the same as in typst/paper.typ."""

from dataclasses import dataclass

from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

from papers.document import LINE_MM, Layout

CENTER, LEFT, RIGHT, JUSTIFY = ALIGN.CENTER, ALIGN.LEFT, ALIGN.RIGHT, ALIGN.JUSTIFY
BLACK, RED = "000000", "D7000F"


@dataclass(frozen=True)
class WordStyle:
    """Millimetres for margins (top, bottom, left, right) and the line, points for type; ``pitch`` from line to line.

    ``tracking`` is what is added between letters, in twentieths of a point; ``cell_air`` stands above and below the text of a
    table's cell, whose lines are ``cell_pitch`` of its size high (0: as its font asks);
    ``ties_rows``: the last rows of a table go with what follows, for that may be signatures.
    """

    margins: tuple[float, float, float, float]
    header: float
    footer: float
    line_mm: float
    role: str
    size: float
    pitch: float
    title_size: float
    title_pitch: float
    tracking: int = 0
    indents_text: bool = False
    cell_air: float = 2
    cell_pitch: float = 0
    ties_rows: bool = True


_OFFICIAL = WordStyle(
    margins=(37, 35, 28, 26),
    header=25,
    footer=22,
    line_mm=LINE_MM,
    role="body",
    size=16,
    pitch=28.95,
    title_size=22,
    title_pitch=34,
    tracking=-5,
    indents_text=True,
)
"""GB/T 9704-2012: 22 lines of 28 characters; a quarter of a point less between letters lets 28 of 16 pt stand in 156 mm."""

_SHEET = WordStyle(
    margins=(15, 16, 15, 15),
    header=8,
    footer=8,
    line_mm=267,
    role="number",
    size=10.5,
    pitch=16.5,
    title_size=18,
    title_pitch=26,
)

_BRIEF = WordStyle(
    margins=(13, 13, 15, 15),
    header=6,
    footer=6,
    line_mm=180,
    role="body",
    size=10.5,
    pitch=15,
    title_size=16,
    title_pitch=22,
    indents_text=True,
    cell_air=0.5,
    cell_pitch=1.2,
    ties_rows=False,
)


def style_of(layout: Layout) -> WordStyle:
    return _OFFICIAL if layout.is_official else _BRIEF if layout == Layout.BRIEF else _SHEET
