"""A PDF may show something and do nothing; whatever else is in it is named in the refusal."""

from io import BytesIO

import pytest
from pypdf import PdfWriter

from common.exceptions import Refused
from evidence.content import content_of
from tests.evidence.files import PDF, pdf


def written(change) -> bytes:
    made, target = PdfWriter(), BytesIO()
    made.add_blank_page(200, 200)
    change(made)
    made.write(target)
    return target.getvalue()


def in_a_stream(text: str) -> bytes:
    """An object that stands in a packed stream of objects, where no search of the bytes finds it."""
    made = PdfWriter(BytesIO(pdf(text, root="/Extra 10 0 R")))
    target = BytesIO()
    made.compress_identical_objects()
    made.write(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pdf("<</S/JavaScript/JS(app.alert)>>"), "脚本"),
        (pdf("<</S/Java#53cript>>"), "脚本"),
        (pdf(root="/OpenAction<</S/JavaScript/JS(x)>>"), "脚本"),
        (pdf("[1 2 [<</Kids[<</A<</JS 5 0 R>>>>]>>]]"), "脚本"),
        (pdf(root="/AcroForm<</XFA 10 0 R>>"), "脚本"),
        (pdf("<</S/Launch/F(calc.exe)>>"), "启动程序"),
        (pdf("<</S/SubmitForm/F(http://x)>>"), "启动程序"),
        (pdf("<</Type/EmbeddedFile>>"), "嵌入的文件"),
        (written(lambda made: made.add_attachment("a.exe", b"MZ")), "嵌入的文件"),
        (in_a_stream("<</S/JavaScript>>"), "脚本"),
        (written(lambda made: made.encrypt("a")), "加了密码"),
        (written(lambda made: made.encrypt("", "owner", algorithm="RC4-128")), "加了密码"),
        (pdf(pages=0), "没有页面"),
        (b"%PDF-1.4\n%%EOF", "不完整或已损坏"),
        (PDF[:120] + b"%%EOF", "已损坏"),
        (PDF[:-8], "PDF 不完整"),
    ],
)
def test_pdf_that_does_more_than_show_is_refused(data, said):
    with pytest.raises(Refused, match=said):
        content_of(data)


def test_plain_pdf_is_taken_and_so_is_one_with_a_link_and_words_about_scripts():
    link = "<</Type/Annot/Subtype/Link/A<</S/URI/URI(http://www.gdqc.gov.cn)>>/Contents(/JavaScript /Launch)>>"
    for data in (
        PDF,
        pdf(link, pages=3),
        written(lambda made: made.add_outline_item(title="JavaScript", page_number=0)),
    ):
        assert content_of(data).media_type == "application/pdf"
