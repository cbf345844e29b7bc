"""What changed: notes that those who change facts leave for those who judge."""

from areas.models import FactChange
from areas.periods import Quarter


def note(county: str, period: Quarter | str | None = None) -> None:
    """Leave word that facts of ``county`` changed, for one quarter or (None) for any; in the change's own transaction."""
    FactChange.objects.create(county=county, period=str(period) if period else "")
