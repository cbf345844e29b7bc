"""Numbers (发文字号, 证书编号): a series for each code and year, without gaps whoever draws and whatever fails.

The code of an official document is that of its issuer (机关代字), of a certificate the district with the title.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from papers.models import Series


@dataclass(frozen=True)
class DrawnNumber:
    """A number that was drawn; it belongs to the transaction that drew it."""

    series: Series
    serial: int

    def __str__(self) -> str:
        return f"{self.series}{self.serial}号"


def draw(*, code: str, year: int) -> DrawnNumber:
    """The next number of the series ``code`` in ``year``, in the caller's transaction: undone with it, and then free again.

    The first to draw holds the series until its transaction ends, so others wait and none is skipped.
    RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A number is drawn in the transaction of the document that carries it.")
    series, _ = Series.objects.get_or_create(code=code, year=year)
    Series.objects.filter(pk=series.pk).update(last=F("last") + 1)
    series.refresh_from_db()
    return DrawnNumber(series, series.last)
