"""A description as a Word document, in the same form as the PDF; WPS and LibreOffice open it too."""

import base64
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.shared import Mm
from docx.text.paragraph import Paragraph as WordParagraph

from papers import word_parts as parts
from papers.document import (
    Block,
    Gap,
    Layout,
    PageBreak,
    Paper,
    PaperHead,
    PaperPicture,
    PaperTable,
    Paragraph,
    Signatures,
    SignOff,
    width_em,
)
from papers.pdf import DEMONSTRATION, page_count
from papers.typesetting import TIMELESS
from papers.word_foot import foot
from papers.word_style import CENTER, JUSTIFY, LEFT, RED, RIGHT, WordStyle, style_of
from papers.word_tables import table


def word(paper: Paper, *, at: datetime = TIMELESS) -> bytes:
    """The document as .docx, with ``at`` as its date of making; the same paper and moment give the same bytes."""
    document, style = Document(), style_of(paper.layout)
    _set_up(document, paper, style, at)
    if paper.head:
        _HEADS[paper.layout](document, paper.head, style)
    _title(document, paper, style)
    _blocks(document, paper.body, style)
    if paper.sign_off and document.paragraphs:
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    _end(document, paper, style)
    return _packed(document)


def _set_up(document: WordDocument, paper: Paper, style: WordStyle, at: datetime) -> None:
    """A4, margins, the grid of lines, fonts, and the foot of the page."""
    section = document.sections[0]
    width, height = (Mm(297), Mm(210)) if paper.is_landscape else (Mm(210), Mm(297))
    section.page_width, section.page_height = width, height
    section.orientation = WD_ORIENT.LANDSCAPE if paper.is_landscape else WD_ORIENT.PORTRAIT
    top, bottom, left, right = style.margins
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.footer_distance, section.header_distance = Mm(style.footer), Mm(style.header)
    parts.set_defaults(document, style)
    if paper.layout.is_official:
        parts.set_grid(section, style.pitch)
        parts.number_pages_by_side(document, style)
    elif paper.layout != Layout.BRIEF:
        parts.number_pages_of_all(document, style)
    if settings.DEMONSTRATION:
        parts.mark_pages(document, DEMONSTRATION, paper.layout.is_official)
    properties = document.core_properties
    properties.title = parts.printable(paper.subject)
    properties.author = parts.printable(paper.sign_off.body) if paper.sign_off else ""
    properties.created = properties.modified = at.replace(tzinfo=None)
    properties.comments = ""


def _head(document: WordDocument, head: PaperHead, style: WordStyle) -> None:
    """The mark 35 mm below the edge of the text, the number, and a red line."""
    line = parts.paragraph(document, style, align=CENTER, before=35 * parts.POINTS_PER_MM, pitch=head.size)
    parts.run(line, head.mark, "title", head.size, colour=RED)
    parts.blank(document, style, 1.5)
    line = parts.paragraph(document, style, align=LEFT if head.signer else CENTER)
    if head.signer:
        line.paragraph_format.left_indent = parts.points(style.size)
        parts.tab_right(line, style.line_mm - style.size / parts.POINTS_PER_MM)
        parts.run(line, f"{head.number}\t签发人：", "body", style.size)
        parts.run(line, head.signer, "second", style.size)
    else:
        parts.run(line, head.number, "body", style.size)
    _red_line(document, line, style)
    parts.blank(document, style, 2)


_BRIEF_MARK = 26


def _letter_head(document: WordDocument, head: PaperHead, style: WordStyle) -> None:
    """On the first page the mark over a double line and another at the foot; the number at the right."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header_distance, section.footer_distance = Mm(30), Mm(20)
    above, below = section.first_page_header.paragraphs[0], section.first_page_footer.paragraphs[0]
    above.alignment = CENTER
    parts.high(above, head.size)
    parts.run(above, head.mark, "title", head.size, colour=RED)
    parts.border(above, "thickThinSmallGap", bottom=(24, RED, 11))
    parts.border(below, "thinThickSmallGap", top=(24, RED, 1))
    for line in (above, below):
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = Mm(-7)
    # Seven eighths of a character below the line, less the air that a line has above its letters.
    number = parts.paragraph(document, style, align=RIGHT, before=14 - (style.pitch - style.size) / 2)
    parts.run(number, head.number, "body", style.size)
    parts.blank(document, style, 2)


def _bulletin_head(document: WordDocument, head: PaperHead, style: WordStyle) -> None:
    """The mark, the issue's number, who made it and when, and a red line."""
    line = parts.paragraph(document, style, align=CENTER, exact=False)
    parts.run(line, head.mark, "title", head.size, colour=RED)
    parts.run(parts.paragraph(document, style, align=CENTER), head.number, "body", style.size)
    line = parts.paragraph(document, style, align=LEFT)
    line.paragraph_format.left_indent = parts.points(style.size)
    parts.tab_right(line, style.line_mm - style.size / parts.POINTS_PER_MM)
    parts.run(line, f"{head.made_by}\t{head.made_on}", "body", style.size)
    _red_line(document, line, style)
    parts.blank(document, style, 1)


def _brief_head(document: WordDocument, head: PaperHead, style: WordStyle) -> None:
    """The mark; who made it, the issue's number and the day in a line; and a red line."""
    size = min(head.size, _BRIEF_MARK)
    parts.run(parts.paragraph(document, style, align=CENTER, pitch=size * 1.3), head.mark, "title", size, colour=RED)
    line = parts.paragraph(document, style, align=LEFT)
    parts.spread(line, (head.made_by, head.number, head.made_on), style)
    _red_line(document, line, style, pitch=5)


def _red_line(document: WordDocument, beneath: WordParagraph, style: WordStyle, pitch: float = 12) -> None:
    beneath.paragraph_format.keep_with_next = True
    parts.border(parts.paragraph(document, style, pitch=pitch), bottom=(12, RED, 1))


_HEADS: dict[Layout, Callable[[WordDocument, PaperHead, WordStyle], None]] = {
    Layout.OFFICIAL: _head,
    Layout.LETTER: _letter_head,
    Layout.BULLETIN: _bulletin_head,
    Layout.BRIEF: _brief_head,
    Layout.SHEET: _head,
}


def _title(document: WordDocument, paper: Paper, style: WordStyle) -> None:
    for text in paper.title.split("\n"):
        line = parts.paragraph(document, style, align=CENTER, pitch=style.title_pitch)
        line.paragraph_format.keep_with_next = True
        parts.run(line, text, "title", style.title_size)
    if paper.headline:
        line = parts.paragraph(document, style, align=LEFT)
        parts.spread(line, paper.headline, style)
    if paper.layout.is_official:
        parts.blank(document, style, 1)
    if paper.addressee:
        line = parts.paragraph(document, style, align=LEFT)
        parts.run(line, f"{paper.addressee}：", "body", style.size)


def _blocks(document: WordDocument, blocks: tuple[Block, ...], style: WordStyle) -> None:
    for block in blocks:
        _WRITERS[type(block)](document, block, style)


def _paragraph(document: WordDocument, block: Paragraph, style: WordStyle) -> None:
    sides = {"justify": JUSTIFY, "left": LEFT, "center": CENTER, "right": RIGHT}
    if block.role:
        is_title = block.role == "title"
        line = parts.paragraph(document, style, align=sides[block.align], pitch=style.title_pitch if is_title else 0)
        line.paragraph_format.keep_with_next = True
        parts.run(line, block.text, block.role, style.title_size if is_title else style.size)
        return
    line = parts.paragraph(document, style, align=sides[block.align])
    if block.align == "justify" and style.indents_text:
        parts.indent_two(line, style)
    heading, rest = block.parts
    if heading:
        parts.run(line, heading, "first" if block.level == 1 else "second", style.size, tracking=style.tracking)
        line.paragraph_format.keep_with_next = not rest
    if rest:
        parts.run(line, rest, style.role, style.size, tracking=style.tracking)


def _figure(document: WordDocument, block: PaperPicture, style: WordStyle) -> None:
    line = parts.paragraph(document, style, align=CENTER, exact=False)
    line.add_run().add_picture(io.BytesIO(base64.b64decode(block.image)), width=Mm(block.width))
    if block.caption:
        parts.run(parts.paragraph(document, style, align=CENTER), block.caption, style.role, 12)


def _signatures(document: WordDocument, block: Signatures, style: WordStyle) -> None:
    parts.paragraph(document, style).paragraph_format.keep_with_next = True
    line = parts.paragraph(document, style, align=LEFT)
    line.paragraph_format.keep_with_next = True
    parts.spread(line, [f"{label}：" for label in block.labels], style, even=True)
    line = parts.paragraph(document, style, align=RIGHT)
    parts.run(line, block.day, style.role, style.size)


_WRITERS: dict[type, Callable] = {
    Paragraph: _paragraph,
    PaperTable: table,
    PaperPicture: _figure,
    Signatures: _signatures,
    Gap: lambda document, block, style: parts.blank(document, style, block.lines),
    PageBreak: lambda document, block, style: document.add_page_break(),
}


def _end(document: WordDocument, paper: Paper, style: WordStyle) -> None:
    """Attachments, who signs and when, the note, and the lines at the foot of the last page."""
    if paper.attachments:
        _attachments(document, paper.attachments, style)
    if paper.sign_off:
        _sign_off(document, paper.sign_off, style)
    if paper.note:
        line = parts.paragraph(document, style, align=LEFT)
        line.paragraph_format.keep_together = True
        parts.indent_two(line, style)
        parts.run(line, f"（{paper.note}）", style.role, style.size)
    if paper.annex:
        document.add_page_break()
        _blocks(document, paper.annex, style)
    if paper.imprint and paper.layout == Layout.BRIEF:
        for text in paper.imprint.lines:
            parts.run(parts.paragraph(document, style, pitch=13), text, style.role, 9)
    elif paper.imprint and paper.imprint.lines:
        if _has_page_of_its_own(paper):
            document.add_section(WD_SECTION.EVEN_PAGE)
        foot(document, paper.imprint.lines, style, is_ruled=paper.layout != Layout.LETTER)


def _has_page_of_its_own(paper: Paper) -> bool:
    """Whether the lines at the foot need a page more than the text: the last page is to be an even one."""
    return page_count(paper) > page_count(replace(paper, imprint=None))


def _attachments(document: WordDocument, names: tuple[str, ...], style: WordStyle) -> None:
    """附件： under the text, each further one beneath the first; a name goes on beneath its own first letter."""
    parts.paragraph(document, style).paragraph_format.keep_with_next = True
    for number, name in enumerate(names, start=1):
        line = parts.paragraph(document, style, align=LEFT)
        line.paragraph_format.keep_with_next = True
        label = "附件：" if number == 1 else ""
        ordinal = f"{number}." if len(names) > 1 else ""
        hanging = width_em(label + ordinal)
        line.paragraph_format.left_indent = parts.points(style.size * (5 + width_em(ordinal)))
        line.paragraph_format.first_line_indent = parts.points(-style.size * hanging)
        parts.run(line, f"{label}{ordinal}{name}", style.role, style.size)


def _sign_off(document: WordDocument, sign_off: SignOff, style: WordStyle) -> None:
    for _ in range(2):
        parts.paragraph(document, style, align=LEFT).paragraph_format.keep_with_next = True
    for text, indent in zip((sign_off.body, sign_off.on), sign_off.indents_em, strict=True):
        line = parts.paragraph(document, style, align=RIGHT)
        line.paragraph_format.right_indent = parts.points(indent * style.size)
        line.paragraph_format.keep_with_next = text == sign_off.body
        parts.run(line, text, style.role, style.size)


def _packed(document: WordDocument) -> bytes:
    """The file with every entry dated alike: Word asks for no dates, and equal papers stay equal."""
    made, packed = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
