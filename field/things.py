"""What can be visited: natural villages, compounds and sites, with what the register says of them today."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from areas.dated import then
from areas.models import Area, Site
from areas.package import registry
from areas.vocabulary import LEAVES, AreaKind
from field.vocabulary import VisitTable


@dataclass(frozen=True)
class Destination:
    """One of them; ``values`` in the data package's writing."""

    table: str
    key: str
    name: str
    kind: str
    area_code: str
    has_households: bool = False
    values: dict[str, str] = field(default_factory=dict)

    @property
    def is_site(self) -> bool:
        return self.table == VisitTable.SITES


def areas_of(user, on: date) -> list[Area]:
    """The natural villages and compounds that the user sees, as they are on a day."""
    return then(Area.objects.visible_to(user).in_force(on).filter(kind__in=LEAVES).order_by("code"), on)


def sites_of(user, on: date) -> list[Site]:
    return then(Site.objects.visible_to(user).in_force(on).order_by("site_id"), on)


def find(user, table: str, key: str, on: date) -> Destination | None:
    """The thing in the user's scope and in force; None when there is none."""
    if table == VisitTable.AREAS:
        found = Area.objects.visible_to(user).in_force(on).filter(kind__in=LEAVES, code=key)
        return next(map(_of_area, then(found, on)), None)
    if table == VisitTable.SITES:
        return next(map(_of_site, then(Site.objects.visible_to(user).in_force(on).filter(site_id=key), on)), None)
    return None


def things_called(table: str, key: str) -> QuerySet | None:
    """The thing with this key, whoever may see it; None for a table that nobody visits."""
    rows = {VisitTable.AREAS: Area.objects.filter(code=key), VisitTable.SITES: Site.objects.filter(site_id=key)}
    return rows.get(table)  # type: ignore[call-overload]


def found_by(user, table: str, text: str, on: date) -> Iterable[Destination]:
    """All things of a table whose name holds the text."""
    things = map(_of_area, areas_of(user, on)) if table == VisitTable.AREAS else map(_of_site, sites_of(user, on))
    return (thing for thing in things if text in thing.name)


def _of_area(area: Area) -> Destination:
    is_village = area.kind == AreaKind.NATURAL_VILLAGE
    values = {"name": area.name}
    if is_village:
        values["permanent_households"] = written("areas", "permanent_households", area.permanent_households)
    return Destination(VisitTable.AREAS, area.code, area.name, AreaKind(area.kind).label, area.code, is_village, values)


def _of_site(site: Site) -> Destination:
    given = {"lon": site.given_lon, "lat": site.given_lat, "datum": site.datum}
    values = {"name": site.name} | {column: written("sites", column, value) for column, value in given.items()}
    return Destination(VisitTable.SITES, site.site_id, site.name, site.get_kind_display(), site.area_id, values=values)


def written(table: str, column: str, value) -> str:
    """A value as the data package writes it."""
    tables = {"areas": registry.AREAS, "sites": registry.SITES}
    return tables[table].by_name[column].write(value)
