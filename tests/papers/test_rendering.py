"""Documents as PDF and Word: the page of GB/T 9704-2012, embedded fonts, text that can be read back."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.enum.section import WD_SECTION
from pypdf import PdfReader

from papers import fonts, typesetting
from papers.document import (
    Gap,
    Imprint,
    Layout,
    PageBreak,
    Paper,
    PaperColumn,
    PaperHead,
    PaperTable,
    Paragraph,
    Signatures,
    SignOff,
    close_up,
    day_written,
    from_json,
    paragraphs,
    title_lines,
    to_json,
)
from papers.pdf import pages, pdf
from papers.word import word

MM = 72 / 25.4
ROWS = tuple((str(number), f"第{number}村", "1,234") for number in range(1, 61))
TABLE = PaperTable(
    (PaperColumn("序号", 0.6), PaperColumn("村居", 2, "left"), PaperColumn("户数", 1, "right")),
    ROWS,
    "名单",
    "户",
    totals=1,
)
LETTER = Paper(
    title="关于全光网建设达标情况的自查报告",
    body=(
        *paragraphs("现将情况报告如下：\n一、基本情况\n（一）进度。全部完成。\n1.共 60 个村。"),
        TABLE,
        Gap(),
        PageBreak(),
    ),
    head=PaperHead("清城区源潭镇人民政府文件", "源潭府〔2018〕12号", "张三"),
    addressee="清城区经济和信息化局",
    attachments=("名单", "照片"),
    sign_off=SignOff("清城区源潭镇人民政府", day_written(date(2018, 7, 5))),
    note="联系人：李四",
    annex=(Paragraph("附件1", align="left"),),
    imprint=Imprint("源潭镇党政办", "2018年7月5日", "区政府办公室"),
)
FORM = Paper(
    "季报表", (TABLE, Signatures(("填表人", "审核人"))), Layout.SHEET, is_landscape=True, headline=("甲", "乙", "丙")
)


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(reader: PdfReader) -> str:
    return "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")


@pytest.mark.parametrize(("paper", "size"), [(LETTER, (210, 297)), (FORM, (297, 210))], ids=["letter", "form"])
def test_pages_are_a4(paper, size):
    for page in read(pdf(paper)).pages:
        assert [float(page.mediabox.width), float(page.mediabox.height)] == pytest.approx(
            [mm * MM for mm in size], abs=1
        )


def test_all_fonts_are_embedded():
    for page in read(pdf(LETTER)).pages:
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(described)


def test_text_can_be_read_back():
    text = text_of(read(pdf(LETTER)))

    for said in ("源潭府〔2018〕12号", "签发人：张三", "1.共60个村。", "第60村", "附件：1.名单", "2018年7月5日印发"):
        assert said in text


def test_text_stands_within_the_margins():
    """Left 28 mm, right 26 mm, top 37 mm, bottom 35 mm; page numbers lie below."""
    places = []
    body = Paper("标题", tuple(Paragraph("光" * 200) for _ in range(8)))
    page = read(pdf(body)).pages[0]

    def visit(text, outer, inner, _font, _size):
        if "光" in text:
            across = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
            up = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            places.append((across / MM, up / MM))

    page.extract_text(visitor_text=visit)
    assert min(x for x, _ in places) >= 27.9
    assert max(y for _, y in places) <= 297 - 37 and min(y for _, y in places) >= 34.5


def test_a_line_holds_28_characters_and_a_page_22_lines():
    body = Paper("", (Paragraph("光" * 28 * 30, align="left"),))

    lines = [line for line in read(pdf(body)).pages[0].extract_text().splitlines() if "光" in line]

    assert len(lines[0]) == 28 and 19 <= len(lines) <= 22


def test_header_of_a_table_is_repeated():
    assert sum("村居" in page.extract_text() for page in read(pdf(FORM)).pages) == len(read(pdf(FORM)).pages) > 1


@pytest.mark.parametrize("paper", [LETTER, FORM], ids=["letter", "form"])
@pytest.mark.parametrize("make", [pdf, word])
def test_equal_papers_give_equal_bytes(make, paper):
    assert make(paper) == make(from_json(to_json(paper)))


def test_pages_can_be_looked_at():
    assert all(page.startswith(b"\x89PNG") for page in pages(LETTER, ppi=30))


def test_markup_in_a_text_stays_text():
    text = "#panic() *粗* $x$ [链接](http://x) \\ <a> `c` @a"

    assert "#panic()*粗*$x$" in text_of(read(pdf(Paper(text, paragraphs(text)))))


def test_missing_font_is_an_error(monkeypatch):
    chosen = fonts.chosen() | {"body": {"family": "No Such Font", "is_stand_in": False}}
    monkeypatch.setattr(typesetting.fonts, "chosen", lambda: chosen)

    with pytest.raises(typesetting.NotSet, match="no such font"):
        pdf(Paper("标题", ()))


def test_demonstration_is_marked_on_every_page(settings):
    settings.DEMONSTRATION = True

    assert all("演示数据" in page.extract_text() for page in read(pdf(LETTER)).pages)
    header = docx.Document(io.BytesIO(word(LETTER))).sections[0].header
    assert "演示数据" in header.paragraphs[0].text


def test_word_has_the_page_of_the_standard():
    section = docx.Document(io.BytesIO(word(LETTER))).sections[0]

    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    xml = part(word(LETTER), "word/document.xml")
    assert 'w:linePitch="579"' in xml and 'w:type="lines"' in xml


def test_word_names_the_proper_fonts_on_every_run():
    xml = part(word(LETTER), "word/document.xml")

    for name in ("仿宋", "方正小标宋简体", "黑体", "楷体"):
        assert f'w:eastAsia="{name}"' in xml
    runs = [run for run in re.findall(r"<w:r>.*?</w:r>", xml) if "<w:t>" in run]
    assert runs and all("w:eastAsia=" in run for run in runs)
    assert "方正小标宋_GBK" in part(word(LETTER), "word/fontTable.xml")


def test_word_repeats_headers_and_keeps_rows_whole():
    table = docx.Document(io.BytesIO(word(FORM))).tables[0]

    assert len(table.rows) == 61
    assert "w:tblHeader" in table.rows[0]._tr.xml and "w:cantSplit" in table.rows[5]._tr.xml


def test_word_says_what_the_pdf_says():
    xml = part(word(LETTER), "word/document.xml")

    for said in ("源潭府〔2018〕12号", "第60村", "共60个村。", "抄送：区政府办公室。", "联系人：李四"):
        assert said in xml


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read(name).decode()


@pytest.mark.parametrize(
    ("text", "level", "heading"),
    [
        ("一、基本情况", 1, "一、基本情况"),
        ("（一）组织推进。成立领导小组。", 2, "（一）组织推进。"),
        ("1.明确任务", 3, ""),
        ("（1）每月督查", 4, ""),
        ("1.5万户已覆盖", 0, ""),
        ("一切就绪", 0, ""),
    ],
)
def test_level_shows_in_how_a_paragraph_begins(text, level, heading):
    assert (Paragraph(text).level, Paragraph(text).parts[0]) == (level, heading)


def test_long_title_is_broken_after_about():
    assert (
        title_lines("清城区经济和信息化局关于报请审定达标单位的报告")
        == "清城区经济和信息化局关于\n报请审定达标单位的报告"
    )
    assert title_lines("关于达标的通报") == "关于达标的通报"


def test_figures_stand_without_air():
    assert close_up("共 60 个村，98.3% 覆盖 GB 50846") == "共60个村，98.3%覆盖 GB 50846"


@pytest.mark.parametrize("count", range(24, 36))
def test_signatures_never_stand_alone_on_a_page(count):
    """Whatever the length, the page with the signatures holds rows of the table."""
    rows = tuple((str(number), f"第{number}村", "1") for number in range(1, count + 1))
    form = Paper(
        "季报表", (PaperTable(TABLE.columns, rows, size=9), Signatures(("填表人",))), Layout.SHEET, is_landscape=True
    )

    last = read(pdf(form)).pages[-1].extract_text()

    assert "填表人" in last and f"第{count}村" in last


def test_word_leaves_out_what_it_cannot_hold():
    """A text pasted from elsewhere may bring control characters, which XML has none of."""
    text = "甲\x0b乙\x08丙\ufffe𠮷"
    table = PaperTable((PaperColumn(text),), ((text,),))
    made = docx.Document(io.BytesIO(word(Paper(text, (Paragraph(text), table), note=text))))

    assert made.core_properties.title == "甲乙丙𠮷"
    assert made.tables[0].cell(1, 0).text == "甲乙丙𠮷"
    assert [line.text for line in made.paragraphs if "丙" in line.text] == ["甲乙丙𠮷", "甲乙丙𠮷", "（甲乙丙𠮷）"]


def test_description_of_an_earlier_version_is_read():
    """What was stored before letters, annexes and the brief's head were known."""
    old = {
        "title": "关于达标的\n通报",
        "body": [
            {"block": "Paragraph", "text": "现予通报。", "align": "justify"},
            {
                "block": "Table", "columns": [{"label": "单位", "width": 1, "align": "left"}], "rows": [["源潭镇"]],
                "caption": "名单", "unit": "", "totals": 0, "size": 12, "row_height": 0,
            },
        ],
        "layout": "official", "is_landscape": False, "addressee": "各街镇", "headline": [], "attachments": ["名单"],
        "head": {"mark": "清城区人民政府文件", "number": "清区府〔2018〕1号", "signer": ""},
        "sign_off": {"body": "清城区人民政府", "on": "2018年8月1日"}, "note": "",
        "annex": [{"block": "Paragraph", "text": "附件", "align": "left"}, {"block": "Gap", "lines": 1}],
        "imprint": {"printed_by": "清城区人民政府", "printed_on": "2018年8月1日", "copies_to": "区委办公室"},
    }  # fmt: skip
    paper = from_json(old)

    text = text_of(read(pdf(paper)))
    for said in ("清区府〔2018〕1号", "源潭镇", "抄送：区委办公室。", "2018年8月1日印发"):
        assert said in text
    assert word(paper).startswith(b"PK")


def test_word_begins_an_even_page_where_the_text_ends_on_an_odd_one():
    """The lines at the foot stand on the last page, an even one, as in the PDF."""
    sections = {}
    for count in range(200, 1600, 200):
        paper = replace(LETTER, body=(Paragraph("光" * count),), annex=())
        ends_odd = len(read(pdf(replace(paper, imprint=None))).pages) % 2 == 1
        kinds = [each.start_type for each in docx.Document(io.BytesIO(word(paper))).sections]
        sections[ends_odd] = kinds
        assert (len(kinds) == 2) == ends_odd, count
    assert len(sections) == 2 and sections[True][-1] == WD_SECTION.EVEN_PAGE


def test_word_of_a_letter_has_the_mark_over_its_first_page():
    letter = Paper(
        "函", paragraphs("特此函复。"), Layout.LETTER, head=PaperHead("清城区人民政府", "清区府函〔2018〕1号")
    )
    section = docx.Document(io.BytesIO(word(letter))).sections[0]

    assert section.different_first_page_header_footer
    assert section.first_page_header.paragraphs[0].text == "清城区人民政府"
    assert "thickThin" in section.first_page_header.paragraphs[0]._p.xml
