"""The map of a thing with its surroundings, and the nearest of them as a table: sites by state, access points, radii."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models.fields.json import KT
from django.urls import reverse

from acceptance import plan as plans
from acceptance.judging import standing
from acceptance.models import SiteVerdict
from acceptance.verdicts.marks import Mark, site_mark
from acceptance.wording.figures import metres
from accounts.posts import Power
from areas import datums
from areas.dated import then, then_with_areas
from areas.geodesy import geodesic_m
from areas.models import AccessPoint, Site
from areas.tiles import around
from areas.vocabulary import LEAVES, VILLAGE_LEVEL
from common.periods import Quarter
from register.overview import sites_at
from register.things import Panel, Thing

AROUND_M = 2_000
"""What lies so far from a thing is on its map, or within the largest radius if that is more."""
MOST = 400
"""Sites, and access points, on the map of a thing; the nearest."""
LISTED = 6
"""Rows of the table beside the map."""
DIGITS = 5
SITE_STATES = ("yes", "no", "unknown")


@dataclass(frozen=True)
class NearRow:
    """A row of the table: what is near, how far, and how it stands."""

    name: str
    url: str
    about: str
    away: str
    mark: Mark | None


@dataclass(frozen=True)
class _Around:
    """What is near, with distances in metres, the nearest first."""

    sites: Sequence[tuple[Site, float]]
    points: Sequence[tuple[AccessPoint, float]]
    verdicts: dict[int, "_Judged"]


@dataclass(frozen=True)
class _Judged:
    capable: str
    reason: str
    radius: int


def surroundings(user, thing: Thing) -> Panel | None:
    """The map of a site, an access point, a leaf or a village, with what is near it and the user may see."""
    own = _own_places(thing)
    if not own:
        return None
    standing.of(thing.row.county)
    found = _around(user, thing, own)
    context = {
        "map": _document(thing, own, found),
        "name": thing.value("name") or thing.key,
        "rows": _rows(user, thing, found),
        "caption": "附近的接入点" if thing.table != "access_points" else "附近的点位",
    }
    template = "acceptance/verdicts/_surroundings.html"
    return Panel("map", "位置和周边", template=template, context=context, is_beside=True, script="thing-map")


def _own_places(thing: Thing) -> list[tuple[float, float]]:
    """Where the thing itself is: an area is where its sites are, and of a town or the district the whole map tells."""
    if thing.table in ("sites", "access_points"):
        return [] if thing.row.lat is None else [(thing.row.lon, thing.row.lat)]
    if thing.table == "areas" and thing.row.kind in (*LEAVES, *VILLAGE_LEVEL):
        rows, at = sites_at(thing.day)
        placed = rows.filter(lat__isnull=False, **{f"{at}__startswith": thing.key}).order_by("site_id")
        return list(placed.values_list("lon", "lat")[:MOST])
    return []


def _around(user, thing: Thing, own: Sequence[tuple[float, float]]) -> _Around:
    lon, lat = np.array(own, float).T
    near = around(lon, lat, _reach_m())
    sites: list[Site] = []
    if user.may(Power.SEE_REGISTRY):
        sites = then(Site.objects.visible_to(user).in_force(thing.day).filter(near).select_related("area"), thing.day)
    points: list[AccessPoint] = []
    if user.may(Power.SEE_NETWORK):
        rows = AccessPoint.objects.visible_to(user).filter(near).select_related("operator", "township")
        points = then_with_areas(rows, thing.day)
    nearest = _nearest(sites, lon, lat)
    return _Around(nearest, _nearest(points, lon, lat), _verdicts(thing, [site.pk for site, _ in nearest]))


def _nearest(rows: Iterable[Any], lon: np.ndarray, lat: np.ndarray) -> list[tuple[Any, float]]:
    """The rows with how far each is from the nearest of the places, in metres; the nearest first, and no more than MOST."""
    found = []
    for row in rows:
        away = float(geodesic_m(np.full(len(lon), row.lon), np.full(len(lat), row.lat), lon, lat).min())
        if away <= _reach_m():
            found.append((row, away))
    return sorted(found, key=lambda pair: (pair[1], pair[0].pk))[:MOST]


def _reach_m() -> int:
    return max(AROUND_M, plans.current().capability.largest_radius_m)


def _verdicts(thing: Thing, sites: Sequence[int]) -> dict[int, _Judged]:
    """How sites stood in the quarter viewed, else in the latest that has ended, by primary key."""
    quarter = thing.quarter or Quarter.containing(thing.day).plus(-1)
    rows = SiteVerdict.objects.standing().filter(site__in=sites, period=str(quarter)).order_by()
    rows = rows.annotate(radius=KT("inputs__radius_m"))
    names = ("site_id", "capable", "reason", "radius")
    return {
        site: _Judged(capable, reason, int(radius or 0)) for site, capable, reason, radius in rows.values_list(*names)
    }


# ---------------------------------------------------------------- the table


def _rows(user, thing: Thing, found: _Around) -> list[NearRow]:
    if thing.table == "access_points":
        return [_site_row(site, away, found.verdicts.get(site.pk)) for site, away in found.sites[:LISTED]]
    return [_point_row(point, away, thing.day) for point, away in found.points[:LISTED]]


def _site_row(site: Site, away: float, judged: _Judged | None) -> NearRow:
    mark = site_mark(judged.capable, judged.reason) if judged else None
    about = site.get_kind_display() + (f"，半径 {judged.radius:,} 米" if judged and judged.radius else "")
    return NearRow(site.name, reverse("areas:site", args=[site.site_id]), about, metres(away), mark)


def _point_row(point: AccessPoint, away: float, day: date) -> NearRow:
    about = f"{point.operator.name}，{point.downstream_mbps:g} Mbps"
    state = point_state(point, day)
    mark = Mark("met", POINT_WORDS[0]) if state == 0 else Mark("pending", POINT_WORDS[state])
    return NearRow(
        point.name or point.ap_id, reverse("areas:access_point", args=[point.ap_id]), about, metres(away), mark
    )


POINT_WORDS = ("可用", "速率不足", "仅传电视", "未开通或已停用")


def point_state(point: AccessPoint, day: date) -> int:
    """An access point, read as of a day: 0 where it counts, 1 too slow, 2 television only, 3 not open."""
    if point.opened_on > day or (point.closed_on and point.closed_on <= day):
        return 3
    if point.tv_only:
        return 2
    return 1 if point.downstream_mbps < plans.current().capability.min_mbps else 0


# ---------------------------------------------------------------- what static/js/thing-map.js draws


def _document(thing: Thing, own: Sequence[tuple[float, float]], found: _Around) -> dict:
    sites = placed(*_columns([site for site, _ in found.sites]))
    points = placed(*_columns([point for point, _ in found.points]))
    here = placed(*np.array(own, float).T)
    return {
        "here": here,
        "is_area": thing.table == "areas",
        "circles": [[*here[0], *circle] for circle in _circles(thing, found)],
        "sites": [
            [*place, *_site(site, found.verdicts.get(site.pk))]
            for place, (site, _) in zip(sites, found.sites, strict=True)
        ],
        "points": [
            [
                *place, point_state(point, thing.day), point.ap_id, point.name or point.ap_id,
                f"{point.operator.name}，{point.downstream_mbps:g} Mbps",
            ]
            for place, (point, _) in zip(points, found.points, strict=True)
        ],
        "states": {"sites": [site_mark(state).text for state in SITE_STATES], "points": POINT_WORDS},
        "site": reverse("areas:site", args=["KEY"]),
        "point": reverse("areas:access_point", args=["KEY"]),
        "background": background(),
    }  # fmt: skip


def _site(site: Site, judged: _Judged | None) -> list:
    state = SITE_STATES.index(judged.capable) if judged else SITE_STATES.index("unknown")
    return [state, site.site_id, site.name, site.get_kind_display()]


def _circles(thing: Thing, found: _Around) -> list[tuple[int, str]]:
    """Metres and a colour: of a site the radius by which it is judged, of an access point both (S18)."""
    capability = plans.current().capability
    both = [(capability.radius_rural_m, "rural"), (capability.radius_urban_m, "urban")]
    if thing.table == "access_points":
        return both
    judged = found.verdicts.get(thing.row.pk) if thing.table == "sites" else None
    return [circle for circle in both if judged and circle[0] == judged.radius]


def background() -> dict[str, str]:
    """The tiles of the installation, and the datum in which coordinates are drawn on them."""
    return {"tiles": settings.MAP_TILES, "credit": settings.MAP_TILES_CREDIT, "datum": settings.MAP_TILES_DATUM}


def placed(lon: np.ndarray, lat: np.ndarray) -> list[list[float]]:
    """Pairs as the map's tiles have them, rounded to a metre."""
    if settings.MAP_TILES_DATUM == "GCJ02":
        lon, lat = datums.gcj02_from_wgs84(lon, lat)
    return np.column_stack([lon, lat]).round(DIGITS).tolist()


def _columns(rows: Sequence[Any]) -> list[np.ndarray]:
    return [np.array([getattr(row, name) for row in rows], float) for name in ("lon", "lat")]
