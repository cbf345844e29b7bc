"""Notes of changed facts: whoever changes facts writes them, and the judging reads which verdicts to give again.

A note is left in the change's own transaction. What a note must name is said in ``acceptance.judging.impact``.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from areas.models import FactChange
from common.periods import Quarter

_counties: ContextVar[set[str] | None] = ContextVar("noted_counties", default=None)


@contextmanager
def noting() -> Iterator[set[str]]:
    """The counties of which notes are left while the block runs; also those of notes that were undone."""
    counties: set[str] = set()
    token = _counties.set(counties)
    try:
        yield counties
    finally:
        _counties.reset(token)


@dataclass(frozen=True)
class Span:
    """An area with everything beneath it, or of its sites just one, by primary key, in the quarters from first to last.

    None: without end.
    """

    code: str
    first: Quarter | str | None = None
    last: Quarter | str | None = None
    site: int | None = None


def note(county: str, period: Quarter | str | None = None) -> None:
    """Note that facts of ``county`` changed: with ``period`` only returns of that quarter, without it any fact."""
    _leave([FactChange(county=county, **_returns_of(period))])


def note_county(county: str, first: Quarter | str | None, last: Quarter | str | None) -> None:
    """Note that any fact of ``county`` may have changed, but only in the quarters from first to last; None: without end."""
    _leave([FactChange(county=county, first=str(first or ""), last=str(last or ""))])


def note_area(code: str, period: Quarter | str | None = None) -> None:
    """Note that only facts at or beneath the area ``code`` changed: a site, an order, a return of ``period``."""
    note_areas([code], period)


def note_areas(codes: Iterable[str], period: Quarter | str | None = None) -> None:
    """Only facts at or beneath these areas changed: sites, orders, returns of ``period``; one note for each area."""
    _leave(FactChange(county=code[:6], area_code=code, **_returns_of(period)) for code in sorted(codes))


def note_spans(spans: Iterable[Span], *, through_sites: bool = False) -> None:
    """Note that facts changed that bear only on these areas, or sites, and quarters.

    With ``through_sites`` they bear on areas only by whether sites are capable and reached: access points, orders.
    """
    only = FactChange.Only.SITES if through_sites else ""
    _leave(
        FactChange(
            county=span.code[:6],
            area_code=span.code,
            first=str(span.first or ""),
            last=str(span.last or ""),
            only=only,
            site_id=span.site,
        )
        for span in spans
    )


def _leave(notes: Iterable[FactChange]) -> None:
    left, told = FactChange.objects.bulk_create(notes), _counties.get()
    if told is not None:
        told.update(note.county for note in left)


def _returns_of(period: Quarter | str | None) -> dict:
    return {"first": str(period), "last": str(period), "only": FactChange.Only.RETURNS} if period else {}
