"""What a phone takes along: every natural village, compound and site that the account sees, in one compact document.

A row is a short list; its order is said beside each function, and static/js/field-things.js reads it so.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Max
from django.utils import timezone

from areas.dated import names_on
from areas.models import Area, Site
from areas.vocabulary import LEAVES, AreaKind, DatedTable, Datum, SiteKind
from common.pinyin import initials
from field.models import Visit
from field.things import areas_of, sites_of, written
from field.vocabulary import VisitTable
from findings.models import RegisterFinding


def pack_of(user, on: date) -> dict:
    """The document, in a fixed number of queries."""
    areas, sites = areas_of(user, on), sites_of(user, on)
    visited = _visited(user)
    return {
        "scope": user.scope.area or "",
        "on": on.isoformat(),
        "kinds": {kind.value: kind.label for kind in (*AreaKind, *SiteKind)},
        "places": _places(areas, sites, on),
        "areas": [_area(area, visited) for area in areas],
        "sites": [_site(site, visited) for site in sites],
        "remarks": _remarks(user),
    }


def _remarks(user) -> dict[str, list[str]]:
    """What is wrong with things, by table and key as the page knows them: the open findings, those that matter first."""
    found: dict[str, list[str]] = defaultdict(list)
    open_ = RegisterFinding.objects.visible_to(user).open().filter(table__in=VisitTable.values)
    for table, key, sentence in open_.order_by("-matters", "pk").values_list("table", "key", "sentence"):
        found[f"{table}/{key}"].append(sentence)
    return dict(found)


def _visited(user) -> dict[tuple[str, str], str]:
    """By table and key, the day of the last visit."""
    rows = Visit.objects.visible_to(user).order_by().values_list("table", "key").annotate(last=Max("visited_at"))
    return {(table, key): timezone.localtime(last).date().isoformat() for table, key, last in rows}


def _places(areas: Iterable[Area], sites: Iterable[Site], on: date) -> dict[str, str]:
    """The names of the villages, streets and towns in which things lie, and of the leaves that hold sites."""
    codes = {area.code for area in areas} | {site.area_id for site in sites}
    above = {code[:length] for code in codes for length in (9, 12, 15)}
    first = Area.objects.filter(code__in=above).exclude(kind__in=LEAVES).values_list("code", "name")
    return names_on(DatedTable.AREAS, dict(first), on)


def _area(area: Area, visited: dict) -> list:
    """Code, name, kind, households (null: none are kept of it), initials, last visit."""
    return [
        area.code, area.name, area.kind, area.permanent_households, spelt(area.name),
        visited.get((VisitTable.AREAS, area.code), ""),
    ]  # fmt: skip


def _site(site: Site, visited: dict) -> list:
    """Number, area, name, kind, longitude, latitude (WGS-84, null: none), initials, last visit.

    A site of another datum has two more: longitude and latitude as they were given, which is what a change starts from.
    """
    given = [written("sites", "lon", site.given_lon), written("sites", "lat", site.given_lat)]
    return [
        site.site_id, site.area_id, site.name, site.kind, site.lon, site.lat, spelt(site.name),
        visited.get((VisitTable.SITES, site.site_id), ""),
        *(given if site.datum != Datum.WGS84 else []),
    ]  # fmt: skip


def spelt(name: str) -> str:
    """The initials of each character, with a blank between: ``d t c`` for 大塘村, ``cz`` where there are two readings."""
    return " ".join("".join(sorted(initials(character))) for character in name if not character.isspace())
