"""What changed: notes that those who change facts leave for those who judge."""

from areas.models import FactChange
from areas.periods import Quarter


def note(county: str, period: Quarter | str | None = None) -> None:
    """Leave word that facts of ``county`` changed, in the change's own transaction.

    With ``period`` only returns of that quarter changed; None: anything may have.
    """
    FactChange.objects.create(county=county, period=_written(period))


def note_area(code: str, period: Quarter | str | None = None) -> None:
    """Leave word that only facts at or beneath the area ``code`` changed: a site, an order, a return of ``period``."""
    FactChange.objects.create(county=code[:6], area_code=code, period=_written(period))


def _written(period: Quarter | str | None) -> str:
    return str(period) if period else ""
