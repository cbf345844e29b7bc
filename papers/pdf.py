"""A description as PDF: A4, fonts embedded, text that can be searched and copied."""

import base64
import io
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from pypdf import PdfReader

from papers.document import Paper, PaperPicture, PaperTable, Paragraph, to_json
from papers.typesetting import TIMELESS, typeset

TEMPLATE = Path(__file__).parent / "typst" / "paper.typ"
DEMONSTRATION = "演示数据：系统生成，不代表实际情况"


def pdf(paper: Paper, *, at: datetime = TIMELESS) -> bytes:
    """The document, with ``at`` as its date of making; the same paper and moment give the same bytes."""
    return typeset(TEMPLATE, _data(paper), at=at)


def pages(paper: Paper, *, ppi: float = 96) -> list[bytes]:
    """The document as pictures (PNG), one a page, to be looked at."""
    made = typeset(TEMPLATE, _data(paper), form="png", ppi=ppi)
    return made if isinstance(made, list) else [made]


def page_count(paper: Paper) -> int:
    return len(PdfReader(io.BytesIO(pdf(paper))).pages)


def _data(paper: Paper) -> dict[str, Any]:
    """What the template reads: the description with everything that is worked out from it."""
    data = to_json(paper)
    for block, plain in zip((*paper.body, *paper.annex), (*data["body"], *data["annex"]), strict=True):
        if isinstance(block, Paragraph):
            heading, rest = block.parts
            plain |= {"level": block.level, "heading": heading, "rest": rest}
        elif isinstance(block, PaperPicture):
            plain["bytes"] = list(base64.b64decode(block.image))
        elif isinstance(block, PaperTable):
            plain["is_short"] = block.is_short
    if paper.head:
        data["head"]["size"] = paper.head.size
    if paper.imprint:
        data["imprint"]["lines"] = [line.split("\t") for line in paper.imprint.lines]
    if paper.sign_off:
        data["sign_off"]["indents"] = paper.sign_off.indents_em
    author = paper.sign_off.body if paper.sign_off else ""
    return data | {"mark": DEMONSTRATION if settings.DEMONSTRATION else "", "author": author}
