"""What a sample is drawn from: the members that the standard counts, each in its stratum."""

from dataclasses import dataclass

from acceptance.rules.plan import Criterion, Plan
from areas.models import Area, Site
from areas.vocabulary import AreaKind, SiteKind
from common.periods import Quarter
from inspection.spotcheck.drawing import Member
from inspection.spotcheck.models import Frame


@dataclass(frozen=True)
class Listed:
    """A member of the population with what is to be known of it when it is drawn."""

    member: Member
    name: str
    area_id: str
    site_id: int | None = None


def frames_of(township: Area) -> list[Frame]:
    """What may be drawn in a township: the plan judges a street by sites, a town by its natural villages."""
    return [Frame.SITES] if township.kind == AreaKind.STREET else [Frame.NATURAL_VILLAGES, Frame.SITES]


def criterion_of(plan: Plan, township: Area) -> Criterion:
    """The hard criterion whose threshold a sample is held against: S12 of a street, S14 of a town's natural villages.

    Reading: the plan sets no share for the sites of a town, so they are held against S14 as well.
    """
    kind = AreaKind.STREET if township.kind == AreaKind.STREET else AreaKind.VILLAGE
    return next(criterion for criterion in plan.criteria_of(kind) if criterion.role == "hard")


def population(plan: Plan, township: Area, quarter: Quarter, frame: str) -> list[Listed]:
    """Everything of the township that counts at the end of the quarter, whatever was judged of it."""
    if frame == Frame.NATURAL_VILLAGES:
        return _natural_villages(plan, township, quarter)
    return _sites(plan, township, quarter)


def _natural_villages(plan: Plan, township: Area, quarter: Quarter) -> list[Listed]:
    """Those in scope (G11), by village."""
    found = _in_scope(plan, township, quarter).select_related("parent")
    return [
        Listed(Member(area.code, f"{area.parent_id} {area.parent.name}"), f"{area.parent.name}{area.name}", area.code)
        for area in found
    ]


def _in_scope(plan: Plan, township: Area, quarter: Quarter):
    least = int(plan.permanent_households.value)
    beneath = Area.objects.beneath(township.code).in_force(quarter.last_day)
    return beneath.filter(kind=AreaKind.NATURAL_VILLAGE, permanent_households__gte=least)


def _sites(plan: Plan, township: Area, quarter: Quarter) -> list[Listed]:
    """Of a street the sites that S12 counts, of a town those that S16 asks of its natural villages; by village and kind."""
    is_street = township.kind == AreaKind.STREET
    kinds = next(
        criterion.site_kinds
        for criterion in plan.criteria_of(AreaKind.STREET if is_street else AreaKind.NATURAL_VILLAGE)
        if criterion.role == "hard"
    )
    found = Site.objects.in_force(quarter.last_day).beneath(township.code).filter(kind__in=kinds)
    if not is_street:
        found = found.filter(area__in=_in_scope(plan, township, quarter))
    codes = {code[:12] for code in found.values_list("area_id", flat=True)}
    villages = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    return [_site(site, villages) for site in found.select_related("area")]


def _site(site: Site, villages: dict[str, str]) -> Listed:
    village = site.area_id[:12]
    stratum = f"{village} {villages.get(village, '')} {SiteKind(site.kind).label}"
    return Listed(
        Member(site.site_id, stratum), f"{villages.get(village, '')} {site.name}".strip(), site.area_id, site.pk
    )
