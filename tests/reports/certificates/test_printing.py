"""Paper and plaque: the QR code is read back from the page as it prints, text can be searched, fonts are inside."""

import io
import re
import subprocess
from shutil import which

import pytest
from django.urls import reverse
from PIL import Image, ImageFilter
from pypdf import PdfReader
from zxingcpp import read_barcode

from jobs.actions import start
from jobs.models import Job
from papers.document import day_written
from reports.certificates.printing import CHUNK, Form, batched, print_certificates, typeset_certificates
from tests.reports.certificates.conftest import COVERED, TOWN, XINMA

BASE = "https://gw.qingcheng.gov.cn"


def as_drawn(picture: Image.Image) -> Image.Image:
    return picture


def as_photographed(picture: Image.Image) -> Image.Image:
    """Askew and a little out of focus."""
    return picture.rotate(8, expand=True, fillcolor="white").filter(ImageFilter.GaussianBlur(1.2))


@pytest.mark.any_database
@pytest.mark.parametrize("seen", [as_drawn, as_photographed])
@pytest.mark.parametrize("form", Form)
def test_qr_code_is_read_back_at_150_dpi(form, seen, certificate):
    made = typeset_certificates([certificate], form, BASE, form="png", ppi=150)
    sheet = Image.open(io.BytesIO(made[0] if form == Form.PAPER else made))

    read = read_barcode(seen(sheet.convert("L")))

    assert read is not None
    assert read.text == f"{BASE}/c/{certificate.code_grouped}/"


def test_face_bears_no_code_and_the_back_says_what_the_title_rests_on(certificate):
    pages = PdfReader(io.BytesIO(typeset_certificates([certificate], Form.PAPER, BASE))).pages
    face, back = (re.sub(r"[\s\u200b]", "", page.extract_text()) for page in pages)
    face = face.replace(certificate.code_grouped, "")

    assert certificate.verdict_digest not in face and not re.search(r"[SGMT][0-9]{2}", face)
    for said in (certificate.verdict_digest, certificate.standard, certificate.number):
        assert said in back
    for side in (face, back):
        assert f"{day_written(certificate.decided_on)}审定（{certificate.decision_number}）" in side
    assert not re.search(r"[SGMT][0-9]{2}、|[SGMT][0-9]{2}$", back)


@pytest.mark.any_database
@pytest.mark.parametrize("form", Form)
def test_text_can_be_taken_out(form, certificate):
    text = PdfReader(io.BytesIO(typeset_certificates([certificate], form, BASE))).pages[0].extract_text()
    text = re.sub(r"\s", "", text)

    for said in (
        "源潭镇",
        "全光网乡镇",
        certificate.number,
        "清远市清城区人民政府",
        "2018年8月15日",
        certificate.code_grouped,
    ):
        assert said in text
    assert certificate.verdict_digest not in text, "whoever reads the square is told it"


@pytest.mark.any_database
def test_fonts_are_embedded_as_subsets(certificate, tmp_path):
    content = typeset_certificates([certificate], Form.PAPER, BASE)
    fonts = PdfReader(io.BytesIO(content)).pages[0]["/Resources"]["/Font"]

    for font in fonts.values():
        descendant = font.get_object()["/DescendantFonts"][0].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descendant["/FontDescriptor"].get_object())
        assert re.match(r"/[A-Z]{6}\+", descendant["/BaseFont"])
    if tool := which("pdffonts"):
        (tmp_path / "a.pdf").write_bytes(content)
        listed = subprocess.run([tool, tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout
        assert all(line.split()[-5:-3] == ["yes", "yes"] for line in listed.splitlines()[2:])


def test_same_certificate_prints_the_same_bytes(certificate):
    assert typeset_certificates([certificate], Form.PAPER, BASE) == typeset_certificates(
        [certificate], Form.PAPER, BASE
    )


def test_page_of_the_portal_hands_the_paper_out(certificate, client, people):
    client.force_login(people.leader)
    answer = client.get(reverse("certificates:paper", args=[certificate.pk, "paper"]))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.any_database
def test_longest_name_stays_on_one_line(certificate):
    certificate.unit_path, certificate.unit_name = (
        "飞来峡镇石颈村民委员会",
        "上下塘角联合第一经济合作社自然村（含新村安置点）",
    )
    page = PdfReader(io.BytesIO(typeset_certificates([certificate], Form.PAPER, BASE))).pages[0]

    assert f"{certificate.unit_full_name}：" in page.extract_text()


def test_batch_is_one_pdf_in_the_order_asked(issued, people, monkeypatch):
    monkeypatch.setattr("reports.certificates.printing.CHUNK", 2)
    certificates = issued(TOWN, XINMA, COVERED)[::-1]
    numbers = [each.pk for each in certificates]
    job = start(print_certificates, title="证书", by=people.government, numbers=numbers, form="paper", base=BASE)

    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    pages = PdfReader(job.folder / job.file).pages
    assert [
        certificate.number in re.sub(r"\s", "", page.extract_text())
        for certificate, page in zip((each for each in certificates for _ in range(2)), pages, strict=True)
    ] == [True] * 6


def test_parts_are_whole():
    assert [len(part) for part in batched(list(range(2 * CHUNK + 1)), CHUNK)] == [CHUNK, CHUNK, 1]
