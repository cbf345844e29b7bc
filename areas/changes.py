"""What changed: notes that those who change facts leave for those who judge."""

from areas.models import FactChange
from areas.periods import Quarter


def note(county: str, period: Quarter | str | None = None) -> None:
    """Leave word that facts of ``county`` changed, in the change's own transaction.

    With ``period`` only returns of that quarter changed; None: anything may have.
    """
    FactChange.objects.create(county=county, **_returns_of(period))


def note_area(code: str, period: Quarter | str | None = None) -> None:
    """Leave word that only facts at or beneath the area ``code`` changed: a site, an order, a return of ``period``."""
    FactChange.objects.create(county=code[:6], area_code=code, **_returns_of(period))


def note_places(code: str, first: Quarter | None = None, last: Quarter | None = None) -> None:
    """Like ``note_area``, of facts that bear only on the quarters from ``first`` to ``last``; None: without end."""
    written = {"first": str(first) if first else "", "last": str(last) if last else ""}
    FactChange.objects.create(county=code[:6], area_code=code, **written)


def _returns_of(period: Quarter | str | None) -> dict:
    return {"first": str(period), "last": str(period), "returns_only": True} if period else {}
