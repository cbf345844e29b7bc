"""Issue a document: number, description and digest are stored in one transaction, for good."""

import hashlib
import json
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from accounts import audit
from areas.models import Area
from common.clock import now
from papers.document import Paper, to_json
from papers.issuers import Issuer
from papers.models import Document, about
from papers.numbers import draw


@transaction.atomic
def issue(
    *,
    kind: str,
    issuer: Issuer,
    area: Area,
    on: date,
    by,
    build: Callable[[str], Paper],
    subject: Model | None = None,
    is_numbered: bool = True,
    is_circular: bool = False,
) -> Document:
    """Draw a number, have ``build(number)`` describe the document, and store it; '' where it is not numbered.

    ``kind`` is the key of its wording (``papers.wording``), ``subject`` the row it is made from, ``area``
    whose people see it; of a circular also everybody beneath. Called in a larger action, it stands and falls with it.
    """
    number = draw(code=issuer.code, year=on.year) if is_numbered else None
    paper = build(str(number) if number else "")
    content = to_json(paper)
    document = Document.objects.create(
        kind=kind,
        about=about(subject) if subject is not None else "",
        area=area,
        issuer=issuer.name,
        series=number.series if number else None,
        serial=number.serial if number else None,
        number=str(number) if number else "",
        subject=paper.subject[:200],
        issued_on=on,
        issued_at=now(),
        by=by,
        is_circular=is_circular,
        paper=content,
        digest=digest(content),
    )
    audit.record(
        action="document.issue", by=by, subject=document, detail={"number": document.number, "digest": document.digest}
    )
    return document


def digest(content: dict, algorithm: str = "") -> str:
    """The hash over a description, with the algorithm (None given: the portal's) before it."""
    algorithm = algorithm or settings.AUDIT_HASH
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{algorithm}:{hashlib.new(algorithm, canonical.encode()).hexdigest()}"


def is_unchanged(document: Document) -> bool:
    """Whether the description is still the one that was issued."""
    return digest(document.paper, document.digest.partition(":")[0]) == document.digest
