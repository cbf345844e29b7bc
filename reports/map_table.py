"""The map's surface as a table: the same villages with the same figures, for whoever has no scripts or reads no map."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from acceptance.models import Basis, SiteVerdict, Verdict
from acceptance.verdicts.marks import Mark
from acceptance.verdicts.pages import mark_of
from acceptance.wording.sites import REASONS
from areas.dated import then
from areas.models import Area
from areas.vocabulary import CODE_LENGTH, TOWNSHIPS, VILLAGE_LEVEL, AreaKind
from common.periods import Quarter
from figures.causes import NO_COORDINATES, OF_SITES

MOST = 400
"""Villages in one table; where there are more, the streets and towns stand instead, each with its own map."""


@dataclass(frozen=True)
class SurfaceRow:
    """A village with its mark, how many of its sites are capable, of how many, and why most of the others are not."""

    area: Area
    mark: Mark
    capable: int
    all: int
    cause: str


def surface_rows(user, code: str, quarter: Quarter, basis: Basis) -> list[SurfaceRow]:
    """The villages and communities of an area that the map colours, by code; four queries."""
    verdicts = Verdict.objects.visible_to(user).standing().filter(county=code[:6], period=str(quarter), basis=basis)
    verdicts = verdicts.filter(area__code__startswith=code).select_related("area__parent").order_by("area_id")
    verdicts = verdicts.defer("criteria", "figures", "inputs", "ledger")
    kinds = VILLAGE_LEVEL
    if verdicts.filter(area__kind__in=VILLAGE_LEVEL).count() > MOST:
        kinds = TOWNSHIPS
    found = list(verdicts.filter(area__kind__in=kinds))
    then([each.area for each in found], quarter.last_day)
    counts = _counts(user, code, quarter, CODE_LENGTH[AreaKind(kinds[0])])
    return [_row(each, counts.get(each.area_id, Counter())) for each in found]


def _counts(user, code: str, quarter: Quarter, length: int) -> Mapping[str, Counter]:
    """By area how many sites there are by state and reason."""
    rows = SiteVerdict.objects.visible_to(user).standing().filter(county=code[:6], period=str(quarter))
    rows = rows.filter(area_code__startswith=code).order_by().values_list("area_code", "capable", "reason")
    found: dict[str, Counter] = defaultdict(Counter)
    for area, capable, reason, number in rows.annotate(number=Count("pk")):
        found[area[:length]][capable, reason] += number
    return found


def _row(verdict: Verdict, counts: Counter) -> SurfaceRow:
    reasons = {reason: number for (capable, reason), number in counts.items() if capable == "no"}
    most = min(reasons, key=lambda reason: (-reasons[reason], reason), default="")
    states: Counter[str] = Counter()
    for (state, _), number in counts.items():
        states[state] += number
    cause = OF_SITES[NO_COORDINATES] if states["unknown"] and not reasons else REASONS[most]
    return SurfaceRow(verdict.area, mark_of(verdict), states["yes"], counts.total(), cause)
