"""What is shown before a thing is saved: names, points and villages that make one ask whether it is there already.

Nothing is refused here and nothing written; how many queries are asked does not depend on how much there is.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from scipy.spatial.distance import pdist

from areas import tiles
from areas.dated import then
from areas.datums import to_wgs84
from areas.geodesy import earth_centred, geodesic_m
from areas.likeness import likeness
from areas.models import AccessPoint, Area, DatedValue, Site
from areas.package import registry
from areas.package.tables import PackageTable
from areas.package.values import MalformedValue, trimmed
from areas.vocabulary import CODE_LENGTH, AreaKind, DatedTable, Datum, SiteKind
from common.clock import today

TOO_NEAR_M = 20.0
"""Two things of one kind that stand nearer may be one."""
TOO_FAR_M = 1_000.0
"""Nobody is asked about a site that stands less far from its village's others."""
MOST = 3
"""Sentences on one matter; of more nobody reads the rest."""

_TOWNSHIP, _VILLAGE = CODE_LENGTH[AreaKind.TOWN], CODE_LENGTH[AreaKind.VILLAGE]


def remarks(table: str, values: Mapping[str, str], key: str = "", on: date | None = None) -> list[str]:
    """Sentences on what a new or changed row of a table is near to; none where nothing is, or the table is another.

    ``values``: by column as the data package writes them, all or only the changed ones; the others are those of the
    stored row ``key``, which is never near to itself. What cannot be read is passed over: the checks tell of it.
    """
    ask = _ASKED.get(table)
    return ask(values, key, on or today()) if ask else []


def _of_area(values: Mapping[str, str], key: str, on: date) -> list[str]:
    stored = _stored(Area.objects.filter(code=key), on) if key else None
    before = {"name": stored.name, "kind": stored.kind} if stored else {}
    after = before | _typed(registry.AREAS, values)
    code = str(key or after.get("code") or "")
    if not code or not _is_worth_it(before, after, "name", "kind"):
        return []
    within = code[:_TOWNSHIP] if len(code) > _TOWNSHIP else code[: CODE_LENGTH[AreaKind.DISTRICT]]
    others = then(_standing(Area.objects.filter(code__startswith=within), on).exclude(code=code), on)
    label = AreaKind(after["kind"]).label
    rows = ((each.name, each.code) for each in others if each.kind == after["kind"])
    return _of_names(after["name"], label, rows)


def _of_site(values: Mapping[str, str], key: str, on: date) -> list[str]:
    stored = _stored(Site.objects.filter(site_id=key), on) if key else None
    before = _site_before(stored) if stored else {}
    after = before | _typed(registry.SITES, values)
    said: list[str] = []
    is_named = _is_worth_it(before, after, "name", "kind", "area_code")
    is_placed = _is_worth_it(before, after, "kind", "area_code", "lon", "lat", "datum")
    spot = _spot(after) if is_placed else None
    if not is_named and spot is None:
        return []
    code = after["area_code"]
    neighbours = _sites_of(code[:_TOWNSHIP], key, on)
    kind = SiteKind(after["kind"])
    if is_named:
        rows = ((each.name, each.site_id) for each in neighbours if each.kind == kind)
        said += _of_names(after["name"], kind.label, rows)
    if spot is not None:
        near = _standing(Site.objects.filter(_around(spot)), on).exclude(site_id=key)
        same = [each for each in then(near, on) if each.kind == kind]
        said += _of_points(spot, f"同类（{kind.label}）点位", ((each.name, each.site_id, each) for each in same))
        said += _of_village(spot, code, neighbours)
    return said


def _of_access_point(values: Mapping[str, str], key: str, on: date) -> list[str]:
    stored = AccessPoint.objects.filter(ap_id=key).first() if key else None
    before = {"operator": stored.operator_id, **_place_before(stored)} if stored else {}
    after = before | _typed(registry.ACCESS_POINTS, values)
    spot = _spot(after) if _is_worth_it(before, after, "operator", "lon", "lat", "datum") else None
    if spot is None:
        return []
    near = AccessPoint.objects.filter(_around(spot), Q(closed_on__isnull=True) | Q(closed_on__gt=on))
    same = near.filter(operator_id=after["operator"]).exclude(ap_id=key).order_by("ap_id")
    return _of_points(spot, "同一运营企业的接入点", ((each.name or each.ap_id, each.ap_id, each) for each in same))


_ASKED: dict[str, Callable[[Mapping[str, str], str, date], list[str]]] = {
    DatedTable.AREAS: _of_area,
    DatedTable.SITES: _of_site,
    DatedTable.ACCESS_POINTS: _of_access_point,
}


# What is there, and what shall be


def _stored(rows: QuerySet, on: date) -> Any:
    """The one row as it is on the date; None when there is none."""
    return next(iter(then(rows, on)), None)


def _standing(rows: QuerySet, on: date) -> QuerySet:
    """Rows that have not ended by the date; what begins later is there already for whoever enters it again."""
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def _sites_of(township: str, key: str, on: date) -> list[Site]:
    """The sites of a township on the date, those that moved into it since they were entered included."""
    moved = DatedValue.objects.filter(
        table=DatedTable.SITES, column="area_code", value__startswith=township, effective_on__lte=on
    )
    here = Q(area__code__startswith=township) | Q(site_id__in=moved.values("key"))
    sites = then(_standing(Site.objects.filter(here), on).exclude(site_id=key), on)
    return [site for site in sites if site.area_id.startswith(township)]


def _site_before(stored: Site) -> dict[str, Any]:
    return {"name": stored.name, "kind": stored.kind, "area_code": stored.area_id, **_place_before(stored)}


def _place_before(stored: Site | AccessPoint) -> dict[str, Any]:
    """The pair in the datum in which it was given."""
    if stored.given_lon is None or stored.given_lat is None:
        return {"lon": stored.lon, "lat": stored.lat, "datum": str(Datum.WGS84)}
    return {"lon": stored.given_lon, "lat": stored.given_lat, "datum": stored.datum}


def _typed(table: PackageTable, values: Mapping[str, str]) -> dict[str, Any]:
    """The values of the columns that can be read; a blank one is what its column means by it."""
    typed: dict[str, Any] = {}
    for name, text in values.items():
        column = table.by_name.get(name)
        if column is not None:
            with suppress(MalformedValue):
                typed[name] = column.kind.read(trimmed(text)) if trimmed(text) else column.blank
    return typed


def _is_worth_it(before: Mapping[str, Any], after: Mapping[str, Any], *columns: str) -> bool:
    """Whether one of the columns is new, and none that has to be known is missing."""
    is_new = any(before.get(name) != after.get(name) for name in columns)
    return is_new and all(after.get(name) not in (None, "") for name in columns if name != "datum")


# Names


def _of_names(name: str, label: str, others: Iterable[tuple[str, str]]) -> list[str]:
    found = [(other, key, alike) for other, key in others if (alike := likeness(name, other))]
    found.sort(key=lambda each: (_GRADES.index(each[2]), each[1]))
    said = [
        f"名称“{name}”与已有的{label}“{other}”（{key}）{alike}，请核对是否为同一个。" for other, key, alike in found
    ]
    return _shortened(said, f"名称相近的{label}")


_GRADES = ("同名", "仅写法不同", "只差一个字", "读音相同")
"""The nearest first."""


def _shortened(said: list[str], what: str) -> list[str]:
    return said if len(said) <= MOST else [*said[:MOST], f"{what}还有 {len(said) - MOST} 个。"]


# Points


def _spot(values: Mapping[str, Any]) -> tuple[float, float] | None:
    """WGS-84 degrees; None where there are none in China."""
    lon, lat = values.get("lon"), values.get("lat")
    if lon is None or lat is None or not _in_china(lon, lat):
        return None
    return to_wgs84(lon, lat, values.get("datum") or Datum.WGS84)


def _in_china(lon: float, lat: float) -> bool:
    (west, east), (south, north) = registry.EAST, registry.NORTH
    return west <= lon <= east and south <= lat <= north


def _around(spot: tuple[float, float]) -> Q:
    return tiles.around(np.array([spot[0]]), np.array([spot[1]]), TOO_NEAR_M)


def _of_points(
    spot: tuple[float, float], what: str, others: Iterable[tuple[str, str, Site | AccessPoint]]
) -> list[str]:
    rows = list(others)
    away = _metres(spot, [each for *_, each in rows])
    near = sorted(zip(away, rows, strict=True), key=lambda pair: (pair[0], pair[1][1]))
    said = [
        f"离{what}“{name}”（{key}）只有 {metres:.1f} 米，请核对是否为同一个。"
        for metres, (name, key, _) in near
        if round(metres, 3) < TOO_NEAR_M
    ]
    return _shortened(said, f"{TOO_NEAR_M:.0f} 米以内的{what}")


def _metres(spot: tuple[float, float], places: list) -> list[float]:
    if not places:
        return []
    lon, lat = (np.array([getattr(place, name) for place in places], float) for name in ("lon", "lat"))
    return list(map(float, geodesic_m(np.full_like(lon, spot[0]), np.full_like(lat, spot[1]), lon, lat)))


def _of_village(spot: tuple[float, float], code: str, neighbours: Iterable[Site]) -> list[str]:
    """A site that stands farther from the others of its village than any two of these from each other."""
    if len(code) < _VILLAGE:
        return []
    village = [each for each in neighbours if each.area_id.startswith(code[:_VILLAGE]) and each.lon is not None]
    if len(village) < 2:
        return []
    nearest = min(_metres(spot, village))
    points = earth_centred(np.array([each.lon for each in village]), np.array([each.lat for each in village]))
    widest = float(pdist(points).max())
    if nearest <= max(widest, TOO_FAR_M):
        return []
    return [
        f"离本村（社区）最近的其他点位也有 {nearest:,.0f} 米，而它们之间最远才 {widest:,.0f} 米，请核对经纬度、坐标系和所属区域。"
    ]
