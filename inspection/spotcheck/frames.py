"""What a sample is drawn from: the members that the standard counts, each with its village and kind."""

from dataclasses import dataclass

from acceptance.rules.plan import Criterion, Plan
from areas.models import Area, Site
from areas.vocabulary import AreaKind, SiteKind
from common.periods import Quarter
from inspection.spotcheck.design import Member
from inspection.spotcheck.models import Frame


@dataclass(frozen=True)
class ListedMember:
    """A member of the population with what is to be known of it when it is drawn."""

    member: Member
    name: str
    area_id: str
    site_id: int | None = None


def frames_of(plan: Plan, township: Area) -> list[Frame]:
    """What may be drawn in a township: the plan judges a street by sites, a town by its natural villages.

    Nothing of what the plan sets no share for.
    """
    if criterion_of(plan, township) is None:
        return []
    sites = [Frame.SITES] if plan.share_of(_counting_sites(township)) else []
    return sites if township.kind == AreaKind.STREET else [Frame.NATURAL_VILLAGES, *sites]


def criterion_of(plan: Plan, township: Area) -> Criterion | None:
    """The share whose threshold a sample is held against: S12 of a street, S14 of a town's natural villages.

    Reading: the plan sets no share for the sites of a town, so they are held against S14 as well.
    """
    return plan.share_of(AreaKind.STREET if township.kind == AreaKind.STREET else AreaKind.VILLAGE)


def _counting_sites(township: Area) -> AreaKind:
    """The kind whose standard counts sites: a street itself, of a town its natural villages."""
    return AreaKind.STREET if township.kind == AreaKind.STREET else AreaKind.NATURAL_VILLAGE


def population(plan: Plan, township: Area, quarter: Quarter, frame: str) -> list[ListedMember]:
    """Everything of the township that counts at the end of the quarter, whatever was judged of it."""
    if frame == Frame.NATURAL_VILLAGES:
        return _natural_villages(plan, township, quarter)
    return _sites(plan, township, quarter)


def _natural_villages(plan: Plan, township: Area, quarter: Quarter) -> list[ListedMember]:
    """Natural villages in scope (G11)."""
    found = _in_scope(plan, township, quarter).select_related("parent")
    return [
        ListedMember(Member(area.code, f"{area.parent_id} {area.parent.name}"), area.full_name, area.code)
        for area in found
    ]


def _in_scope(plan: Plan, township: Area, quarter: Quarter):
    least = int(plan.permanent_households.value)
    beneath = Area.objects.beneath(township.code).in_force(quarter.last_day)
    return beneath.filter(kind=AreaKind.NATURAL_VILLAGE, permanent_households__gte=least)


def _sites(plan: Plan, township: Area, quarter: Quarter) -> list[ListedMember]:
    """Sites that S12 counts of a street, or S16 asks of a town's natural villages; each of its village and kind."""
    counted = plan.share_of(_counting_sites(township))
    found = Site.objects.in_force(quarter.last_day).beneath(township.code).filter(kind__in=counted.site_kinds)
    if township.kind != AreaKind.STREET:
        found = found.filter(area__in=_in_scope(plan, township, quarter))
    codes = {code[:12] for code in found.values_list("area_id", flat=True)}
    villages = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    return [_site(site, villages) for site in found.select_related("area")]


def _site(site: Site, villages: dict[str, str]) -> ListedMember:
    code = site.area_id[:12]
    name = villages.get(code, "")
    member = Member(site.site_id, f"{code} {name}".strip(), SiteKind(site.kind).label)
    return ListedMember(member, f"{name} {site.name}".strip(), site.area_id, site.pk)
