"""Issue a document: whose it is (发文机关), its number (发文字号), its description and digest, stored at once and for good.

The numbers of a body and year are without gaps, whoever draws and whatever fails.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.db.models import Model

from accounts import audit
from areas.models import Area
from common import digests
from common.clock import now
from papers import drafts
from papers.bodies import Issuer, bureau, government, township
from papers.document import Imprint, Paper, to_json
from papers.models import Document, PaperDraft, about
from papers.numbers import DrawnNumber, draw, draw_many, given
from witness import tree
from witness.sealing import seal


@transaction.atomic
def issue(
    *,
    kind: str,
    issuer: Issuer,
    area: Area,
    on: date,
    by,
    build: Callable[[str], Paper],
    subject: Model | str | None = None,
    is_letter: bool = False,
    is_circular: bool = False,
    numbered: Callable[[], tuple[DrawnNumber, str]] | None = None,
    draft: PaperDraft | None = None,
) -> Document:
    """Number the document, have ``build(number)`` describe it, and store it.

    ``kind`` is the key of its wording (``papers.wording``), ``subject`` the row it is made from or the name of what it is about, ``area``
    whose people see it; of a circular also everybody beneath. ``numbered`` draws a number of another kind than the
    body's, and writes it; then ``draft`` is the one that it signs. A draft of any other paper is signed with it
    (``papers.drafts``). Called in a larger action, it stands and falls with it.
    """
    draft = draft if numbered else drafts.signed(kind=kind, subject=subject, issuer=issuer)
    number, written = numbered() if numbered else _number(issuer, is_letter, on, draft)
    paper = _witnessing(build(written)) if is_circular else build(written)
    content = to_json(paper)
    document = Document.objects.create(
        kind=kind,
        about=subject if isinstance(subject, str) else about(subject) if subject is not None else "",
        area=area,
        issuer=issuer.name,
        series=number.series,
        serial=number.serial,
        number=written,
        subject=paper.subject[:200],
        issued_on=on,
        issued_at=now(),
        by=by,
        is_circular=is_circular,
        paper=content,
        digest=digest(content),
    )
    seal(document)
    if draft:
        drafts.issued(draft, document, by)
    audit.record(
        action="document.issue", by=by, subject=document, detail={"number": document.number, "digest": document.digest}
    )
    return document


def _witnessing(paper: Paper) -> Paper:
    """The paper with the head of the log at its foot; as it is while the log is empty."""
    head = tree.head()
    if not head.size:
        return paper
    return replace(
        paper, imprint=replace(paper.imprint or Imprint("", ""), witness=f"存证树根（第{head.size}条）：{head.short}")
    )


def _number(issuer: Issuer, is_letter: bool, on: date, draft) -> tuple[DrawnNumber, str]:
    """The next number of the body, or the one that its register gave."""
    code = issuer.letter_code if is_letter else issuer.code
    found = given(code=code, year=on.year, serial=draft.serial if draft else None)
    return found, str(found)


def digest(content: dict, algorithm: str = "") -> str:
    """The hash over a description, with the algorithm (None given: the portal's) before it."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return ":".join(digests.digest(canonical.encode(), algorithm))


def is_unchanged(document: Document) -> bool:
    """Whether the description is still the one that was issued."""
    return digest(document.paper, document.digest.partition(":")[0]) == document.digest


__all__ = [
    "DrawnNumber",
    "Issuer",
    "bureau",
    "digest",
    "draw",
    "draw_many",
    "government",
    "is_unchanged",
    "issue",
    "township",
]
