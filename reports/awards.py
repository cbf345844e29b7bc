"""The two bases of titles side by side: what was computed (测算达标) and what was awarded (已授牌)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.db.models.functions import Substr

from areas.dated import KindsOverTime
from areas.vocabulary import TOWNSHIPS, AreaKind
from reports.certificates.models import Certificate, held

TITLED = {
    "townships_achieved": TOWNSHIPS,
    "towns_achieved": (AreaKind.TOWN,),
    "quarters_achieved": (AreaKind.COMPOUND,),
    "natural_villages_achieved": (AreaKind.NATURAL_VILLAGE,),
}
"""The measures that count titles, with the kinds of areas that earn them; no other measure can be certified."""


@dataclass(frozen=True)
class Awarded:
    """How many titles are held on a day, by township and kind of area; no entry at all while none was ever awarded."""

    held: Mapping[tuple[str, str], int]

    def count(self, kinds: tuple[str, ...], beneath: str = "") -> int | None:
        """How many titles of the kinds are held at and beneath an area of township level or above; None while none was ever awarded."""
        if not self.held:
            return None
        return sum(
            number for (code, kind), number in self.held.items() if kind in kinds and code.startswith(beneath[:9])
        )

    @property
    def version(self) -> str:
        return repr(sorted(self.held.items()))


def awarded(user, county: str, on: date) -> Awarded:
    """The titles in the user's scope that are held on the day by areas that can still earn them; two queries."""
    rows = Certificate.objects.visible_to(user).filter(county=county).order_by()
    counts = held(on)
    for code, kind in KindsOverTime(county).become(on).items():
        counts &= ~Q(area_id=code) | Q(kind=kind)
    counted = rows.annotate(township=Substr("area_id", 1, 9)).values_list("township", "kind")
    return Awarded({(code, kind): number for code, kind, number in counted.annotate(number=Count("pk", filter=counts))})
