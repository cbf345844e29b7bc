"""Parts put together as one PDF: every page as it was, in order, and memory that does not grow with the parts."""

import gc
import io
import tracemalloc
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from papers.document import Paper, PaperHead, Paragraph
from papers.joining import Joined
from papers.pdf import pdf

AT = datetime(2018, 7, 20, tzinfo=UTC)


def part(text: str, pages: int = 1) -> bytes:
    """Pages of Chinese text; what is set on each is its own."""
    body = tuple(Paragraph(f"{text}第{number}段。") for number in range(1, 22 * pages))
    return pdf(Paper(title=text, head=PaperHead(mark="清城区人民政府"), body=body), at=AT)


def joined(*parts: bytes, title: str = "证书（三份）") -> bytes:
    target = io.BytesIO()
    whole = Joined(target, title)
    for each in parts:
        whole.add(each)
    whole.close()
    return target.getvalue()


@pytest.fixture(scope="module")
def parts():
    return [part("源潭镇"), part("石角镇", pages=2), part("飞来峡镇")]


def test_pages_keep_text_size_and_order(parts):
    apart = [page for each in parts for page in PdfReader(io.BytesIO(each)).pages]
    together = PdfReader(io.BytesIO(joined(*parts)), strict=True)

    assert [page.extract_text() for page in together.pages] == [page.extract_text() for page in apart]
    assert [page.mediabox for page in together.pages] == [page.mediabox for page in apart]
    assert len(together.pages) > len(parts) and together.metadata.title == "证书（三份）"


def test_fonts_stay_embedded(parts):
    for page in PdfReader(io.BytesIO(joined(*parts)), strict=True).pages:
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
        inner = [font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font for font in fonts]
        assert inner and all({"/FontFile2", "/FontFile3"} & font["/FontDescriptor"].keys() for font in inner)


def test_nothing_is_left_that_no_page_needs(parts):
    once, twice = (len(joined(*parts[:1] * times)) for times in (1, 2))
    assert once < 1.1 * len(parts[0]) and twice < 2.05 * once


def test_nothing_is_kept_of_a_part_but_where_its_objects_stand(parts, tmp_path):
    with (tmp_path / "whole.pdf").open("wb") as target:
        whole = Joined(target, "多份")
        whole.add(parts[0])
        before = _held()
        for _ in range(20):
            whole.add(parts[0])
        grown = _held() - before
    tracemalloc.stop()
    assert grown < 20 * len(parts[0]) / 10, f"{grown} bytes for 20 parts of {len(parts[0])} each"


def _held() -> int:
    """Bytes that something still leads to."""
    tracemalloc.start()
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
