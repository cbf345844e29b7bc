"""The lines at the foot of the last page (版记) in Word: a box that stands on the lower edge of the text's page."""

from collections.abc import Sequence
from math import ceil

from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.shared import Mm, Pt

from papers import word_parts as parts
from papers.document import width_em
from papers.word_style import BLACK, LEFT, WordStyle

_THICK, _THIN = 8, 6
"""Eighths of a point: 0.35 mm and 0.25 mm."""
_SIZE, _PITCH, _RULE_PITCH = 14, 26, 2

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.{name}"'
    for prefix, name in (
        ("w", "openxmlformats.org/wordprocessingml/2006/main"),
        ("wp", "openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
        ("a", "openxmlformats.org/drawingml/2006/main"),
        ("mc", "openxmlformats.org/markup-compatibility/2006"),
        ("wps", "microsoft.com/office/word/2010/wordprocessingShape"),
    )
)
_BOX = """<mc:AlternateContent {namespaces}><mc:Choice Requires="wps"><w:drawing>
<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0"
 layoutInCell="1" allowOverlap="0">
<wp:simplePos x="0" y="0"/>
<wp:positionH relativeFrom="margin"><wp:align>left</wp:align></wp:positionH>
<wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV>
<wp:extent cx="{width}" cy="{height}"/>
<wp:effectExtent l="0" t="0" r="0" b="0"/>
<wp:wrapTopAndBottom/>
<wp:docPr id="9704" name="版记"/>
<wp:cNvGraphicFramePr/>
<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">
<wps:wsp><wps:cNvSpPr txBox="1"/>
<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>
<wps:txbx><w:txbxContent/></wps:txbx>
<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="b"/>
</wps:wsp></a:graphicData></a:graphic>
</wp:anchor></w:drawing></mc:Choice></mc:AlternateContent>"""


def _lines(text: str, style: WordStyle) -> int:
    """How many lines a row takes; what a tab parts stands in one."""
    room = style.line_mm * parts.POINTS_PER_MM / _SIZE - 2
    return 1 if "\t" in text else ceil(width_em(text) / room)


def _rule(document: WordDocument, style: WordStyle, weight: int):
    """A rule along the whole line, in a paragraph of its own: one of a text would be as far in as that."""
    line = parts.paragraph(document, style, pitch=_RULE_PITCH)
    parts.border(line, "single", top=(weight, BLACK, 0))
    return line._p


def foot(document: WordDocument, rows: Sequence[str], style: WordStyle, *, is_ruled: bool = True) -> None:
    """A line for each of ``rows``, ``is_ruled`` between rules, thick at the ends; a tab sets what follows it at the right."""
    section = document.sections[-1]
    height = Pt(_PITCH * sum(_lines(text, style) for text in rows) + 4)
    # From the page's edge: LibreOffice reckons the margin of a section that begins on an even page otherwise.
    top = section.page_height - section.bottom_margin - height
    size = {"width": int(Mm(style.line_mm)), "height": int(height), "top": int(top)}
    box = parse_xml(_BOX.format(namespaces=_NAMESPACES, **size))
    inside = next(box.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}txbxContent"))
    for number, text in enumerate(rows):
        if is_ruled:
            inside.append(_rule(document, style, _THIN if number else _THICK))
        line = parts.paragraph(document, style, align=LEFT, pitch=_PITCH - _RULE_PITCH)
        copies = 3 * _SIZE if "\t" not in text else 0
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Pt(_SIZE + copies), Pt(-copies)
        parts.tab_right(line, style.line_mm - _SIZE / parts.POINTS_PER_MM)
        parts.run(line, text, style.role, _SIZE)
        inside.append(line._p)
    if is_ruled:
        inside.append(_rule(document, style, _THICK))
    parts.paragraph(document, style, pitch=1).add_run()._r.append(box)
