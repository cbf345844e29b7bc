"""Where things of proposals lie, for the small maps beside them: as the map's background has them."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Q

from acceptance.packages import handlers
from areas import datums
from areas.geodesy import geodesic_m
from areas.models import AccessPoint, Site
from areas.package.registry import EAST, NORTH
from areas.tiles import in_box
from areas.vocabulary import Datum
from proposals.models import ProposalItem

PLACED = ("sites", "access_points")
COLUMNS = ("lon", "lat", "datum")
AROUND = 0.02
"""Degrees within which neighbours are drawn."""
MOST = 200
_DIGITS = 6

Spot = list[float]


def spot_of(said: Mapping[str, str | None]) -> Spot | None:
    """A pair in its datum, as texts, as the map has it; None where there is none in China."""
    try:
        lon, lat = float(said.get("lon") or ""), float(said.get("lat") or "")
    except ValueError:
        return None
    if not (EAST[0] <= lon <= EAST[1] and NORTH[0] <= lat <= NORTH[1]):
        return None
    datum = said.get("datum") or Datum.WGS84
    return _placed(*datums.to_wgs84(lon, lat, datum)) if datum in Datum.values else None


def _placed(lon: Any, lat: Any) -> Spot:
    if settings.MAP_TILES_DATUM == Datum.GCJ02:
        lon, lat = datums.gcj02_from_wgs84(lon, lat)
    return [round(float(lon), _DIGITS), round(float(lat), _DIGITS)]


def background() -> dict[str, str]:
    """What lies under the map, and in which datum a place taken from it is."""
    return {"tiles": settings.MAP_TILES, "credit": settings.MAP_TILES_CREDIT, "datum": settings.MAP_TILES_DATUM}


def neighbours(user, near: Spot | None, area: str = "", key: str = "") -> list[list[Any]]:
    """Sites and access points that the reader may see near a place, or the sites of an area: [lon, lat, kind, name]."""
    found = []
    for kind, model, code in (("site", Site, "site_id"), ("point", AccessPoint, "ap_id")):
        if near is not None:
            lon, lat = near
            where = in_box(lon - AROUND, lat - AROUND, lon + AROUND, lat + AROUND)
        elif kind == "site" and area:
            where = Q(area__code__startswith=area[:12], lon__isnull=False)
        else:
            continue
        rows = model._default_manager.visible_to(user).filter(where).exclude(**{code: key}).order_by("pk")
        found += [[*_placed(lon, lat), kind, said] for lon, lat, said in rows.values_list("lon", "lat", "name")[:MOST]]
    return found


def moved(items: Iterable[ProposalItem]) -> list[dict[str, Any]]:
    """Before and after of the items that give a thing another place: {name, before, after, metres}, any of them None."""
    chosen = [item for item in items if item.table in PLACED and not set(COLUMNS).isdisjoint(item.values)][:MOST]
    stored = _stored(chosen)
    found = []
    for item in chosen:
        row = stored.get((item.table, item.key), {})
        before, after = spot_of(row | item.old), spot_of(row | item.new)
        if before or after:
            found.append({"name": item.name, "before": before, "after": after, "metres": metres_between(before, after)})
    return found


def metres_between(before: Spot | None, after: Spot | None) -> int | None:
    """How far a thing would move, to the metre; None where it had no place or gets none."""
    if not before or not after:
        return None
    return round(float(geodesic_m(*(np.array([each]) for each in (*before, *after)))[0]))


def _stored(items: Iterable[ProposalItem]) -> dict[tuple[str, str], dict[str, str]]:
    keys: dict[str, set[str]] = {}
    for item in items:
        keys.setdefault(item.table, set()).add(item.key)
    found: dict[tuple[str, str], dict[str, str]] = {}
    for handler in handlers() if keys else ():
        for key, row in handler.fetch(keys.get(handler.table.name, ())).items():
            columns = handler.table.by_name
            found[handler.table.name, str(key)] = {name: columns[name].write(row[name]) for name in COLUMNS}
    return found
