"""The parts a Word document is put together from: runs, paragraphs, borders, fields, page numbers."""

import re
from collections.abc import Sequence

from docx.document import Document as WordDocument
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from papers.fonts import ROLES
from papers.word_style import BLACK, CENTER, LEFT, RIGHT, WordStyle

POINTS_PER_MM = 72 / 25.4
points = Pt


def set_defaults(document: WordDocument, style: WordStyle) -> None:
    """The style of all text, and by which names Word looks for fonts that it does not have."""
    normal = document.styles["Normal"]
    normal.font.size = Pt(style.size)
    fonts = _fonts_of(normal.element.get_or_add_rPr())
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), ROLES[style.role].in_word)
    _close_up(normal.element.get_or_add_pPr())
    set_language(normal.element.get_or_add_rPr())
    set_language(document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"))
    _name_fonts(document)


def _close_up(properties) -> None:
    """No room of Word's own between Chinese letters and figures or Latin ones: the PDF has none, and lines break alike."""
    for name in ("w:autoSpaceDE", "w:autoSpaceDN"):
        mark = OxmlElement(name)
        mark.set(qn("w:val"), "0")
        properties.insert_element_before(mark, "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _fonts_of(properties):
    return properties.get_or_add_rFonts()


def _name_fonts(document: WordDocument) -> None:
    """The table of fonts, each with the names of those that may stand in."""
    entries = "".join(
        f'<w:font w:name="{role.in_word}"><w:altName w:val="{role.in_word_else}"/><w:charset w:val="86"/></w:font>'
        for role in ROLES.values()
    )
    table = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table._blob = f'<?xml version="1.0" encoding="UTF-8"?><w:fonts {nsdecls("w")}>{entries}</w:fonts>'.encode()


def set_grid(section: Section, pitch: float) -> None:
    """Lines on a grid; a grid of characters too (linesAndChars) goes wrong in LibreOffice."""
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(pitch * 20)))


def paragraph(
    document, style: WordStyle, *, align=LEFT, pitch: float = 0, before: float = 0, exact: bool = True
) -> Paragraph:
    """An empty paragraph with ``pitch`` points from line to line (0: the layout's); not ``exact``: as high as it needs."""
    line = document.add_paragraph()
    form = line.paragraph_format
    form.alignment, form.space_before, form.space_after = align, Pt(before), Pt(0)
    if exact:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch or style.pitch)
    form.widow_control = False
    if pitch or not exact:
        off_grid(line)
    return line


def off_grid(line: Paragraph) -> None:
    """A line as high as it says, not as the page's grid says."""
    mark = OxmlElement("w:snapToGrid")
    mark.set(qn("w:val"), "0")
    line._p.get_or_add_pPr().insert_element_before(mark, "w:spacing", "w:ind", "w:jc", "w:rPr")


def high(line: Paragraph, points: float) -> None:
    """A line of just so many points, whatever its font asks for."""
    line.paragraph_format.line_spacing_rule, line.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(points)
    off_grid(line)


def blank(document, style: WordStyle, lines: float) -> None:
    """Leave as much room as ``lines`` take."""
    if lines:
        paragraph(document, style, pitch=style.pitch * lines)


_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("", text)


_IN_NUMBERS = re.compile("(?<=[0-9])-(?=[0-9])")


def run(line: Paragraph, text: str, role: str, size: float, *, colour: str = BLACK, tracking: int = 0) -> None:
    """Text in the font of a role; the font of Chinese letters has to be named on every run. A telephone number stays in one line."""
    first, *others = _IN_NUMBERS.split(printable(text))
    piece = line.add_run(first)
    for other in others:
        piece._r.append(OxmlElement("w:noBreakHyphen"))
        piece.add_text(other)
    piece.font.size = Pt(size)
    fonts = _fonts_of(piece._r.get_or_add_rPr())
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), ROLES[role].in_word)
    fonts.set(qn("w:hint"), "eastAsia")
    if colour != BLACK:
        piece.font.color.rgb = RGBColor.from_string(colour)
    if tracking:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(tracking))
        piece._r.get_or_add_rPr().insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")


def indent_two(line: Paragraph, style: WordStyle) -> None:
    """The first line two characters in, counted in characters so that it follows the size."""
    line.paragraph_format.first_line_indent = Pt(2 * style.size)
    line._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")


def tab_right(line: Paragraph, at_mm: float) -> None:
    line.paragraph_format.tab_stops.add_tab_stop(Mm(at_mm), WD_TAB_ALIGNMENT.RIGHT)


def spread(line: Paragraph, texts: Sequence[str], style: WordStyle, *, even: bool = False) -> None:
    """Texts along the line: in ``even`` places, or with the first at the left and the last at the right."""
    for number in range(1, len(texts)):
        if even:
            line.paragraph_format.tab_stops.add_tab_stop(Mm(style.line_mm * number / len(texts)))
        elif number == len(texts) - 1:
            tab_right(line, style.line_mm)
        else:
            at = Mm(style.line_mm * number / (len(texts) - 1))
            line.paragraph_format.tab_stops.add_tab_stop(at, WD_TAB_ALIGNMENT.CENTER)
    run(line, "\t".join(texts), style.role, style.size)


def border(line: Paragraph, kind: str = "single", **sides: tuple[int, str, int]) -> None:
    """Rules of a ``kind`` of Word's at the named sides: eighths of a point, colour, points from the text."""
    borders = OxmlElement("w:pBdr")
    for side in ("top", "bottom"):
        if side in sides:
            weight, colour, space = sides[side]
            rule = OxmlElement(f"w:{side}")
            for name, value in (
                ("val", kind),
                ("sz", weight),
                ("space", space),
                ("color", colour),
            ):
                rule.set(qn(f"w:{name}"), str(value))
            borders.append(rule)
    line._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def number_pages_by_side(document: WordDocument, style: WordStyle) -> None:
    """— 1 — in 14 pt, a character from the right on odd pages and from the left on even ones."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, side in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
        line = footer.paragraphs[0]
        line.alignment = side
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
        run(line, "— ", "number", 14)
        _field(line, "PAGE", 14)
        run(line, " —", "number", 14)


def number_pages_of_all(document: WordDocument, style: WordStyle) -> None:
    """第 1 页，共 2 页."""
    line = document.sections[0].footer.paragraphs[0]
    line.alignment = CENTER
    run(line, "第 ", "number", 9)
    _field(line, "PAGE", 9)
    run(line, " 页，共 ", "number", 9)
    _field(line, "NUMPAGES", 9)
    run(line, " 页", "number", 9)


def _field(line: Paragraph, code: str, size: float) -> None:
    """A field that Word works out: begin, code, separator, a first value, end."""
    for kind in ("begin", "code", "separate", "value", "end"):
        run(line, "1" if kind == "value" else "", "number", size)
        piece = line.runs[-1]._r
        if kind == "code":
            text = OxmlElement("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = code
            piece.append(text)
        elif kind != "value":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            piece.append(mark)


def mark_pages(document: WordDocument, text: str, by_side: bool) -> None:
    """A line at the top of every page."""
    section = document.sections[0]
    headers = [section.header, section.even_page_header] if by_side else [section.header]
    for header in headers:
        line = header.paragraphs[0]
        line.alignment = RIGHT
        run(line, text, "first", 9, colour="4D4D4D")


def set_language(properties) -> None:
    """Simplified Chinese: it decides how punctuation stands in its square."""
    language = OxmlElement("w:lang")
    for name, value in (("val", "en-US"), ("eastAsia", "zh-CN")):
        language.set(qn(f"w:{name}"), value)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(language)
