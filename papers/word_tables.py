"""Tables in Word: widths in shares of the line, a header that is repeated, rows that are not torn."""

from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row

from papers import word_parts as parts
from papers.document import PaperColumn, PaperTable
from papers.word_style import CENTER, LEFT, RIGHT, WordStyle

_SIDES = {"left": LEFT, "center": CENTER, "right": RIGHT}

INSET_PT = 3
TIED = 3
"""The last rows of a longer one keep with what follows, so that signatures never stand alone on a page."""


def table(document: WordDocument, block: PaperTable, style: WordStyle) -> None:
    """The table with its caption and unit above."""
    for text, align, size in ((block.caption, CENTER, block.size + 2), (block.unit, RIGHT, block.size)):
        if text:
            line = parts.paragraph(document, style, align=align, pitch=size * 1.6)
            line.paragraph_format.keep_with_next = True
            said = text if align == CENTER else f"单位：{text}"
            parts.run(line, said, "first" if align == CENTER else style.role, size)
    made = document.add_table(rows=0, cols=len(block.columns), style="Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _inset(made)
    widths = _widths(block.columns, style.line_mm)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    if block.has_header:
        header = made.add_row()
        _repeat(header)
        _fill(header, [column.label for column in block.columns], block, widths, style, is_header=True)
    for number, texts in enumerate(block.rows, start=1):
        row = made.add_row()
        if block.row_height:
            row.height_rule, row.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Mm(block.row_height)
        _fill(row, texts, block, widths, style, is_total=number > len(block.rows) - block.totals)
    tied = made.rows[-TIED:] if style.ties_rows else []
    for row in made.rows[:-1] if block.is_short else [*made.rows[:1], *tied]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    parts.paragraph(document, style, pitch=4).paragraph_format.keep_with_next = style.ties_rows and not block.is_short


def _widths(columns: tuple[PaperColumn, ...], line_mm: float) -> list[int]:
    whole = sum(column.width for column in columns)
    return [Mm(line_mm * column.width / whole) for column in columns]


def _inset(made: Table) -> None:
    """As much room at the sides of a cell as in the PDF; Word's own makes codes wrap."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        each = OxmlElement(f"w:{side}")
        each.set(qn("w:w"), str(INSET_PT * 20))
        each.set(qn("w:type"), "dxa")
        margins.append(each)
    made._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def _repeat(row: _Row) -> None:
    mark = OxmlElement("w:tblHeader")
    row._tr.get_or_add_trPr().append(mark)


def _fill(row: _Row, texts, block: PaperTable, widths, style: WordStyle, *, is_header=False, is_total=False) -> None:
    whole = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().insert(0, whole)
    for cell, text, column, width in zip(row.cells, texts, block.columns, widths, strict=True):
        cell.width, cell.vertical_alignment = width, WD_CELL_VERTICAL_ALIGNMENT.CENTER
        role = "first" if is_header or is_total else style.role
        _write(cell, text, CENTER if is_header else _SIDES[column.align], role, block.size, style)


def _write(cell: _Cell, text: str, align, role: str, size: float, style: WordStyle) -> None:
    line = cell.paragraphs[0]
    form = line.paragraph_format
    form.alignment, form.space_before, form.space_after, form.line_spacing = (
        align,
        Pt(style.cell_air),
        Pt(style.cell_air),
        1,
    )
    if style.cell_pitch:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size * style.cell_pitch)
    parts.off_grid(line)
    parts.run(line, text, role, size)
