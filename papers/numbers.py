"""Numbers of documents (发文字号): drawn by the portal, or taken from the office's register and typed; no number is skipped.

A series is what a code counts in a year. Each of its numbers is a document's, kept by the office (留用) or void (作废).
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q

from accounts import audit
from common.clock import today
from common.exceptions import Refused
from papers.bodies import Issuer, require_office
from papers.models import Document, NumberBlock, Series, VoidNumber

MOST_AT_ONCE = 200
"""Nobody keeps more numbers in one go."""


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
    return draw_many(code=code, year=year, count=1)[0]


def draw_many(*, code: str, year: int, count: int) -> list[DrawnNumber]:
    """The next ``count`` numbers of a series, in their order, as ``draw`` draws one."""
    return _next(_held(code, year), count)


def take(*, code: str, year: int, serial: int) -> DrawnNumber:
    """The number that the office's register gave: the next one, or one that was kept; Refused for any other.

    Held as by ``draw``.
    """
    series = _held(code, year)
    if serial == series.last + 1:
        return _next(series)[0]
    if serial not in kept(series):
        raise Refused(unfit(series, serial))
    return DrawnNumber(series, serial)


def given(*, code: str, year: int, serial: int | None) -> DrawnNumber:
    """The number that the register gave; None: the next."""
    return draw(code=code, year=year) if serial is None else take(code=code, year=year, serial=serial)


def unfit(series: Series, serial: int) -> str:
    """Why a number cannot be taken, and which can."""
    free = kept(series)
    others = f"；留用未使用的有 {'、'.join(map(str, free[:10]))} 号" if free else ""
    what = "已经使用或作废" if serial <= series.last else "与已用文号不连续"
    return f"{series}{serial}号{what}：下一号为 {series.last + 1} 号{others}。"


def series_of(code: str, year: int) -> Series:
    """The series as it stands; one that has no number yet is not stored."""
    return Series.objects.filter(code=code, year=year).first() or Series(code=code, year=year)


def kept(series: Series) -> list[int]:
    """The numbers that the office keeps and that are neither used nor void."""
    if series.pk is None:
        return []
    blocks = NumberBlock.objects.filter(series=series).values_list("first", "last")
    gone = {*_used(series), *VoidNumber.objects.filter(series=series).values_list("serial", flat=True)}
    return sorted({serial for first, last in blocks for serial in range(first, last + 1)} - gone)


def _used(series: Series) -> set[int]:
    return set(Document.objects.filter(series=series).values_list("serial", flat=True))


def _held(code: str, year: int) -> Series:
    """The series, whose row nobody else gets until the transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A number is drawn in the transaction of the document that carries it.")
    series, _ = Series.objects.get_or_create(code=code, year=year)
    Series.objects.filter(pk=series.pk).update(last=F("last"))
    series.refresh_from_db()
    return series


def _next(series: Series, count: int = 1) -> list[DrawnNumber]:
    Series.objects.filter(pk=series.pk).update(last=F("last") + count)
    series.refresh_from_db()
    return [DrawnNumber(series, serial) for serial in range(series.last - count + 1, series.last + 1)]


def _own_series(body: Issuer, code: str, year: int) -> Series:
    if code not in (body.code, body.letter_code):
        raise Refused(f"{code}不是{body.name}的代字。")
    if year not in (today().year, today().year + 1, *years(body)):
        raise Refused(f"{body.name}没有 {year} 年的发文登记簿，请选择登记簿所列的年份。")
    return _held(code, year)


@transaction.atomic
def keep(*, body: Issuer | None, code: str, year: int, count: int, purpose: str, by) -> NumberBlock:
    """Keep the next ``count`` numbers, for papers outside the portal or one to come; they are typed, or never the portal's."""
    body = require_office(body, by)
    purpose = " ".join(purpose.split())[:200]
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refused(f"一次可留用 1 至 {MOST_AT_ONCE} 个文号。")
    if not purpose:
        raise Refused("请写明留用文号的用途。")
    series = _own_series(body, code, year)
    block = NumberBlock.objects.create(
        series=series, first=series.last + 1, last=series.last + count, purpose=purpose, by=by
    )
    Series.objects.filter(pk=series.pk).update(last=block.last)
    audit.record(action="number.keep", by=by, subject=block, detail={"reason": purpose, "count": count})
    return block


@transaction.atomic
def void(*, body: Issuer | None, code: str, year: int, serial: int, reason: str, by) -> VoidNumber:
    """Declare void the next number or one that was kept; Refused for one that a document bears: that is corrected by another."""
    body = require_office(body, by)
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise Refused("请写明作废的原因。")
    number = take(code=_own_series(body, code, year).code, year=year, serial=serial)
    row = VoidNumber.objects.create(series=number.series, serial=serial, reason=reason, by=by)
    audit.record(action="number.void", by=by, subject=row, detail={"reason": reason})
    return row


@dataclass(frozen=True)
class RegisteredNumber:
    """A number in the register: what became of it, by whom, and the document that bears it."""

    serial: int
    state: str
    words: str
    by: str
    document: Document | None = None


def register(body: Issuer, year: int) -> list[tuple[Series, list[RegisteredNumber]]]:
    """The body's series of a year, each with all its numbers, the latest first; a document that is not a body's is left out."""
    return [(series, _numbers(series)) for series in (series_of(code, year) for code in (body.code, body.letter_code))]


def _numbers(series: Series) -> list[RegisteredNumber]:
    if series.pk is None:
        return []
    documents = Document.objects.filter(series=series).select_related("by").defer("paper")
    found = {
        each.serial: RegisteredNumber(each.serial, "已印发", each.subject, str(each.by), each) for each in documents
    }
    for void_ in VoidNumber.objects.filter(series=series).select_related("by"):
        found[void_.serial] = RegisteredNumber(void_.serial, "作废", void_.reason, str(void_.by))
    for block in NumberBlock.objects.filter(series=series).select_related("by"):
        for serial in range(block.first, block.last + 1):
            found.setdefault(serial, RegisteredNumber(serial, "留用", block.purpose, str(block.by)))
    return [found[serial] for serial in sorted(found, reverse=True)]


def years(body: Issuer) -> list[int]:
    """The years in which the body has numbered, the latest first."""
    own = Q(code=body.code) | Q(code=body.letter_code)
    return sorted(set(Series.objects.filter(own).values_list("year", flat=True)), reverse=True)
