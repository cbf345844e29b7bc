"""What changed: notes that those who change facts leave for those who judge.

A note is left in the change's own transaction. What a note must name is said in ``acceptance.impact``.
"""

from collections.abc import Iterable

from areas.models import FactChange
from areas.periods import Quarter


def note(county: str, period: Quarter | str | None = None) -> None:
    """Facts of ``county`` changed; with ``period`` only returns of that quarter, else anything may have."""
    FactChange.objects.create(county=county, **_returns_of(period))


def note_area(code: str, period: Quarter | str | None = None) -> None:
    """Only facts at or beneath the area ``code`` changed: a site, an order, a return of ``period``."""
    note_areas([code], period)


def note_areas(codes: Iterable[str], period: Quarter | str | None = None) -> None:
    """The same for several areas."""
    FactChange.objects.bulk_create(
        FactChange(county=code[:6], area_code=code, **_returns_of(period)) for code in sorted(codes)
    )


def note_quarters(spans: Iterable[tuple[str, Quarter | str | None, Quarter | str | None]]) -> None:
    """Like ``note_areas``, of facts that bear only on the quarters from the first to the last named; None: without end."""
    FactChange.objects.bulk_create(
        FactChange(county=code[:6], area_code=code, first=str(first or ""), last=str(last or ""))
        for code, first, last in spans
    )


def _returns_of(period: Quarter | str | None) -> dict:
    return {"first": str(period), "last": str(period), "returns_only": True} if period else {}
