"""Certificates on paper: the sheet and the plaque's drawing as PDF, one or a thousand in a file, each with its QR code."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from zxingcpp import BarcodeFormat, create_barcode

from jobs.work import Finished, Progress, work
from papers.document import day_written
from papers.joining import Joined
from papers.typesetting import typeset
from reports.certificates.models import Certificate

TEMPLATE = Path(__file__).with_name("certificate.typ")
CHUNK = 100
"""Pages that are set at once: memory stays flat, and progress is told after each."""


class Form(StrEnum):
    PAPER = "paper"
    PLAQUE = "plaque"


FORM_LABELS = {Form.PAPER: "证书", Form.PLAQUE: "牌匾"}


def typeset_certificates(certificates: Sequence[Certificate], printed: Form, base: str, **options) -> bytes:
    """A page each, of paper face and back, in order; ``base`` is the portal's address that the QR codes lead to, https://host."""
    first = certificates[0]
    title = f"{first.title}{FORM_LABELS[printed]} {first.number}" if len(certificates) == 1 else FORM_LABELS[printed]
    data = {
        "form": printed,
        "title": title,
        "issuer": first.issuer,
        "mark": "演示数据" if settings.DEMONSTRATION else "",
        "pages": [_page(each, base) for each in certificates],
    }
    return typeset(TEMPLATE, data, **options)


def _page(certificate: Certificate, base: str) -> dict[str, str]:
    return {
        "number": certificate.number,
        "title": certificate.title,
        "unit": certificate.unit_full_name,
        "quarter": certificate.quarter.label,
        "standard": certificate.standard,
        "decision": f"{day_written(certificate.decided_on)}审定（{certificate.decision_number}）",
        "digest": certificate.verdict_digest,
        "issuer": certificate.issuer,
        "date": day_written(certificate.issued_on),
        "code": certificate.code_grouped,
        "qr": qr(public_address(certificate, base)),
    }


def public_address(certificate: Certificate, base: str) -> str:
    """Where the public page of the certificate stands."""
    return base + reverse("public:certificate", args=[certificate.code_grouped])


def qr(text: str) -> str:
    """A QR code as SVG in its quiet zone of four modules; a quarter of it may be scratched away (level Q)."""
    return create_barcode(text, BarcodeFormat.QRCode, ec_level="Q").to_svg(add_quiet_zones=True)


@work(label="批量打印证书", unit="张")
def print_certificates(progress: Progress, *, numbers: list[int], form: str, base: str) -> Finished:
    """The certificates with the primary keys ``numbers`` as one PDF, in that order, set part by part; paper has a face and a back each."""
    count, label, done = len(numbers), FORM_LABELS[Form(form)], 0
    progress.tell(done=0, total=count, saying="正在排版")
    name = f"{label}-{count}张.pdf"
    with (progress.folder / name).open("wb") as target:
        whole = Joined(target, f"{label}（{count} 张）")
        for part in batched(numbers, CHUNK):
            rows = Certificate.objects.in_bulk(part)
            whole.add(typeset_certificates([rows[number] for number in part], Form(form), base))
            done += len(part)
            progress.tell(done=done)
        whole.close()
    return Finished(f"已生成 {count} 张{label}，合为一个 PDF。", file=name)


def batched(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
