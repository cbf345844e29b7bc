"""Issue a document: whose it is (发文机关), its number (发文字号), its description and digest, stored at once and for good.

The numbers of a body and year are without gaps, whoever draws and whatever fails.
"""

import json
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Model

from accounts import audit
from areas.dated import then
from areas.models import Area
from areas.vocabulary import AreaKind
from common import digests
from common.clock import now
from papers.document import Paper, to_json
from papers.models import Document, Series, about


@dataclass(frozen=True)
class Issuer:
    """``name`` signs, ``mark`` stands in the red head, ``code`` begins the number."""

    name: str
    code: str

    @property
    def mark(self) -> str:
        return f"{self.name}文件"


def _stem(name: str) -> str:
    """清城 of 清城区, 源潭 of 源潭镇."""
    for ending in ("街道", "镇", "乡", "区", "县", "市"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def bureau(district: Area, on: date) -> Issuer:
    """区经济和信息化局, as it is called on a day."""
    (district,) = then([copy(district)], on)
    return Issuer(f"{district.name}经济和信息化局", f"{_stem(district.name)[:1]}区经信")


def government(district: Area, on: date) -> Issuer:
    """区人民政府, as it is called on a day."""
    (district,) = then([copy(district)], on)
    return Issuer(f"{district.name}人民政府", f"{_stem(district.name)[:1]}区府")


def township(area: Area, on: date) -> Issuer:
    """A town's 人民政府, a street's 办事处, as it is on a day; the area's parent is asked for its name."""
    both = [copy(each) for each in (area, area.parent) if each is not None]
    area, *above = then(both, on)
    district = above[0].name if above else ""
    if area.kind == AreaKind.STREET:
        return Issuer(f"{district}人民政府{area.name}办事处", f"{_stem(area.name)}办")
    return Issuer(f"{district}{area.name}人民政府", f"{_stem(area.name)}府")


@dataclass(frozen=True)
class DrawnNumber:
    """A number that was drawn; it belongs to the transaction that drew it."""

    series: Series
    serial: int

    def __str__(self) -> str:
        return f"{self.series}{self.serial}号"


def draw(*, code: str, year: int) -> DrawnNumber:
    """The next number of the series ``code`` in ``year``, in the caller's transaction: undone with it, and then free again.

    The code is that of a body, or a district with a title.

    The first to draw holds the series until its transaction ends, so others wait and none is skipped.
    RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A number is drawn in the transaction of the document that carries it.")
    series, _ = Series.objects.get_or_create(code=code, year=year)
    Series.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db()
    return DrawnNumber(series, series.last)


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
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return ":".join(digests.digest(canonical.encode(), algorithm))


def is_unchanged(document: Document) -> bool:
    """Whether the description is still the one that was issued."""
    return digest(document.paper, document.digest.partition(":")[0]) == document.digest
