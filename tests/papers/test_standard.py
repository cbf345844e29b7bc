"""Every paper against the standard (GB/T 9704-2012), as a checklist on its PDF; each check is seen to find its fault."""

from dataclasses import replace

import pytest

from papers import pdf as rendering
from papers.document import (
    Annex,
    Imprint,
    Layout,
    Paper,
    PaperColumn,
    PaperHead,
    PaperTable,
    Paragraph,
    SignOff,
    annexed,
    paragraphs,
)
from papers.pdf import pdf
from papers.wording import WordingTexts, wordings
from tests.papers.standard import faults, read

OFFICIAL = [wording for wording in wordings() if wording.key != "brief"]
LIST = PaperTable((PaperColumn("序号"), PaperColumn("单位", 3, "left")), tuple((str(n), f"第{n}村") for n in range(40)))


def paper(lines: int = 8, layout: Layout = Layout.OFFICIAL, *annexes: Annex) -> Paper:
    imprint = Imprint("清远市清城区人民政府办公室", "2018年8月1日", "区委办公室") if layout == Layout.OFFICIAL else None
    name = "清远市清城区人民政府"
    return Paper(
        title="关于达标单位的通报",
        layout=layout,
        head=PaperHead(f"{name}文件" if layout == Layout.OFFICIAL else name, "清区府〔2018〕3号"),
        addressee="各街道办事处、镇人民政府",
        body=(*paragraphs("\n".join(["光" * 300] * lines)), Paragraph("特此通报。")),
        sign_off=SignOff(name, "2018年8月1日"),
        imprint=imprint,
        **annexed(annexes),
    )


@pytest.mark.parametrize("wording", OFFICIAL, ids=lambda wording: wording.key)
def test_every_paper_is_as_the_standard_has_it(wording):
    made = wording.sample(WordingTexts(wording, wording.delivered))

    assert faults(pdf(made), is_letter=made.layout == Layout.LETTER) == []


@pytest.mark.parametrize("lines", range(1, 9))
def test_imprint_stands_on_an_even_last_page_whatever_the_length(lines):
    assert faults(pdf(paper(lines))) == []


def test_imprint_that_does_not_fit_stands_after_a_blank_page_without_a_number():
    """Of text that ends on the last lines of an even page; every length up to there is right, too."""
    blank = []
    for lines in range(25, 36):
        made = pdf(replace(paper(), body=(Paragraph("光" * 10),) * lines))
        assert faults(made) == [], lines
        blank += [lines for sheet in read(made) if not sheet.body()]
    assert len(blank) in (1, 2, 3), blank


def test_letter_is_as_the_standard_has_it():
    assert faults(pdf(paper(3, Layout.LETTER, Annex("名单", (LIST,)))), is_letter=True) == []


PLANTED = [
    ("left: 28mm", "left: 24mm", "left margin"),
    ("right: 26mm", "right: 34mm", "right margin"),
    ("top: 37mm", "top: 45mm", "top margin"),
    ("#let pitch = 28.95pt", "#let pitch = 31pt", "mm apart"),
    ("if official { 16pt }", "if official { 14pt }", "characters in a line"),
    ("v(35mm)", "v(20mm)", "the mark begins"),
    ("[— #number —]", "[#number]", "is numbered"),
    ("if calc.odd(number) { right } else { left }", "right", "wrong side"),
    (
        "else if calc.odd(at.page) { pagebreak() }",
        "else if calc.even(at.page) { pagebreak() }",
        "the last page is page",
    ),
    ("  v(1fr)\n  imprint-lines(imprint)", "  imprint-lines(imprint)", "the imprint ends"),
    ("  line(length: 100%, stroke: 1.2pt + red)\n}\n\n#let heading", "}\n\n#let heading", "red lines"),
    ('paper: "a4"', 'paper: "a5"', "paper"),
]


@pytest.fixture
def planted(tmp_path, monkeypatch):
    """Have papers set by the template with a piece of it replaced."""

    def plant(old: str, new: str) -> None:
        text = rendering.TEMPLATE.read_text(encoding="utf-8")
        assert old in text, old
        path = tmp_path / "paper.typ"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        monkeypatch.setattr(rendering, "TEMPLATE", path)

    return plant


@pytest.mark.parametrize(("old", "new", "said"), PLANTED, ids=[new for _, new, _ in PLANTED])
def test_each_check_finds_its_fault(planted, old, new, said):
    planted(old, new)

    found = faults(pdf(paper()))
    assert found and said in "；".join(found), found


PLANTED_IN_LETTERS = [
    ("dy: -20mm, double(false)", "dy: -30mm, double(false)", "the last red line is"),
    ("place(bottom + center, dy: -20mm, double(false))", "", "red lines"),
    ("double-gap + 14pt - 37mm", "double-gap + 4pt - 37mm", "below the double line"),
    ("if letter and number == 1 { }\n  else if", "if", "page 1 is numbered"),
]


@pytest.mark.parametrize(("old", "new", "said"), PLANTED_IN_LETTERS, ids=[said for *_, said in PLANTED_IN_LETTERS])
def test_each_check_of_a_letter_finds_its_fault(planted, old, new, said):
    planted(old, new)

    found = faults(pdf(paper(3, Layout.LETTER)), is_letter=True)
    assert found and said in "；".join(found), found


def test_missing_imprint_is_found():
    assert "the last page has no imprint" in faults(pdf(replace(paper(), imprint=None)))


def ended(letters: int) -> Paper:
    """A paper whose last paragraph is long, after so much text that it may end anywhere."""
    body = (Paragraph("光" * letters), Paragraph("望受到通报的单位巩固成果，" * 8))
    return replace(paper(), body=body)


LENGTHS = range(28, 28 * 24, 28)


def test_signature_never_stands_alone_whatever_the_length_of_the_last_paragraph():
    """Its last two lines go with it, and the lines break as they would anyway."""
    for letters in LENGTHS:
        made = pdf(ended(letters))
        assert faults(made) == [], letters
        text = "".join(piece.text for sheet in read(made) for piece in sheet.body())
        assert "望受到通报的单位巩固成果，" * 8 in text, letters


def test_signature_that_stands_alone_is_found(planted):
    planted("{ ending-of(block) } else", "{ paragraph-of(block) } else")

    found = [fault for letters in LENGTHS for fault in faults(pdf(ended(letters)))]
    assert found and all("the signature stands alone" in fault for fault in found), found


def headed(letters: int) -> Paper:
    return replace(paper(), body=(Paragraph("光" * letters), Paragraph("二、请示事项"), *paragraphs("光" * 100)))


def test_heading_at_the_foot_of_a_page_is_found(planted):
    assert all(faults(pdf(headed(letters))) == [] for letters in LENGTHS)

    planted('sticky: keeps or block.rest == ""', "sticky: keeps")
    found = [fault for letters in LENGTHS for fault in faults(pdf(headed(letters)))]
    assert found and all("ends with the heading 二、请示事项" in fault for fault in found), found


def test_name_of_an_attachment_goes_on_beneath_its_first_letter():
    name = "清远市清城区源潭镇人民政府2018年第四季度全光网建设达标自查报告"
    for names in ((name,), (name, name)):
        sheets = read(pdf(replace(paper(1), body=paragraphs("现予通报。"), attachments=names)))
        pieces = [piece for sheet in sheets for piece in sheet.body()]
        rows = [piece for piece in pieces if "清城区源潭" in piece.text or "自查报告" in piece.text]
        assert len(rows) == 2 * len(names) and len({round(piece.x, 1) for piece in rows}) == 1, rows


def test_number_of_a_blank_page_is_found(planted):
    planted("else if blank.len() > 0", "else if blank.len() > 9")

    [lines] = [lines for lines in (25, 26) if faults(pdf(replace(paper(), body=(Paragraph("光" * 10),) * lines)))]
    assert lines == 26


def test_font_that_is_not_embedded_is_found():
    import io

    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(paper(1)))))
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for name in ("/FontFile2", "/FontFile3"):
            described.pop(name, None)
    target = io.BytesIO()
    writer.write(target)

    assert any("is not embedded" in fault for fault in faults(target.getvalue()))


def test_heading_never_stands_alone_and_no_page_before_a_table_is_half_empty():
    """Whatever stands before: a heading is followed on its page, and a table begins where the text ends."""
    table = PaperTable(LIST.columns, tuple((str(n), "很长的说明" * 20) for n in range(8)), "对标自评表")
    for lines in range(1, 23):
        body = (Paragraph("光" * 26 * lines), Paragraph("一、逐条审核情况"), table, Paragraph("特此函复。"))
        sheets = read(pdf(Paper(title="函", body=body)))
        for sheet in sheets[:-1]:
            pieces = sheet.body()
            lowest = max(pieces, key=lambda piece: piece.y)
            assert "一、" not in lowest.text and "对标" not in lowest.text, lines
            assert lowest.y > 297 - 35 - 70, f"{lines}: the page ends at {lowest.y:.0f} mm"


def test_header_of_a_table_that_goes_on_is_repeated():
    sheets = read(pdf(paper(1, Layout.OFFICIAL, Annex("名单", (LIST,)))))
    assert all("序号" in sheet.text for sheet in sheets if "第5村" in sheet.text or "第39村" in sheet.text)
    assert sum("序号" in sheet.text for sheet in sheets) == 2


def test_mark_of_a_long_name_stands_in_one_line():
    name = "清远市清城区人民政府横荷街道办事处文件"
    first = read(pdf(Paper(title="报告", head=PaperHead(name, "横荷办〔2018〕1号"), body=paragraphs("现予报告。"))))[0]
    assert any(piece.text == name for piece in first.pieces)
