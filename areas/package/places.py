"""The tables ``sites`` and ``access_points``: places, and where they lie."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import QuerySet

from areas import outline
from areas.datums import to_wgs84
from areas.geodesy import Points, nearest
from areas.models import AccessPoint, DatedValue, Site
from areas.package import network, registry
from areas.package.package import Handler, ImportOutcome, RowChange, Selection
from areas.package.registry import EAST, NORTH
from areas.package.tables import PackageRow, TableData
from areas.package.tree import check_interval, warn_outside
from areas.package.values import quoted
from areas.vocabulary import DatedTable, SiteKind
from common.clock import today
from common.lookups import chunks

if TYPE_CHECKING:
    from areas.package.package import Package

_UNREAD = object()
_OUTSIDE_M = 20_000.0
_NEAR_M = 20_000.0
"""An access point belongs to the township of the nearest site, but no farther than this; beyond it no verdict looks."""
_EXPORT_M = 2_000.0


class PlaceHandler(Handler):
    """What sites and access points share: a pair of coordinates in a datum."""

    attributes = {"lon": "given_lon", "lat": "given_lat"}
    also = {"wgs84_lon": "lon", "wgs84_lat": "lat"}
    units = {"lon": ("lat",), "lat": ("lon",), "datum": ("lon", "lat")}

    def check_position(self, data: TableData, row: PackageRow) -> None:
        """Check that longitude and latitude are both given or both blank, lie within China, and are not swapped."""
        lon, lat = row.values.get("lon", _UNREAD), row.values.get("lat", _UNREAD)
        if lon is _UNREAD or lat is _UNREAD:
            return
        if (lon is None) != (lat is None):
            missing, given = ("lon", "lat") if lon is None else ("lat", "lon")
            labels = {"lon": "经度", "lat": "纬度"}
            data.error(row, missing, f"只填了{labels[given]}，没有填{labels[missing]}：两者要么都填，要么都留空。")
        elif lon is not None and not _in_china(lon, lat):
            pair = f"经度 {data.text(row, 'lon').strip()}、纬度 {data.text(row, 'lat').strip()}"
            column = "lat" if _within(lon, EAST) else "lon"
            if _in_china(lat, lon):
                data.error(row, column, f"{pair}疑似填反：经度应在 73 至 136 之间，纬度应在 3 至 54 之间，请对调。")
            else:
                data.error(row, column, f"{pair}不在中国境内：经度应在 73 至 136 之间，纬度应在 3 至 54 之间。")

    def warn_far(self, data: TableData, rows: Iterable[PackageRow]) -> None:
        """Warn of places more than 20 km outside the district's outline."""
        placed = [row for row in rows if _is_placed(row.values)]
        lon, lat = _wgs84([row.values for row in placed])
        for index in np.flatnonzero(outline.district().further_than(lon, lat, _OUTSIDE_M)):
            data.warn(placed[index], "lon", "位置在本区边界以外 20 公里还多：请核对经纬度和坐标系。")

    def derive(self, changes: Sequence[RowChange]) -> list[dict[str, Any]]:
        """Convert positions to WGS-84; an unchanged position keeps its stored pair."""
        lon, lat = _wgs84([change.after for change in changes])
        derived = []
        for change, x, y in zip(changes, lon.tolist(), lat.tolist(), strict=True):
            before, after = change.before, change.after
            if before and all(before[name] == after[name] for name in ("lon", "lat", "datum")):
                derived.append({"lon": before["wgs84_lon"], "lat": before["wgs84_lat"]})
            else:
                given = after["lon"] is not None
                derived.append({"lon": x if given else None, "lat": y if given else None})
        return derived


def _is_placed(values: Mapping[str, Any]) -> bool:
    lon, lat = values.get("lon"), values.get("lat")
    return lon is not None and lat is not None and bool(values.get("datum")) and _in_china(lon, lat)


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _in_china(lon: float, lat: float) -> bool:
    return _within(lon, EAST) and _within(lat, NORTH)


def _wgs84(rows: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
    """The WGS-84 pairs of rows, NaN where a row has none."""
    lon = np.array([row["lon"] if row["lon"] is not None else np.nan for row in rows], float)
    lat = np.array([row["lat"] if row["lat"] is not None else np.nan for row in rows], float)
    datums = np.array([row["datum"] for row in rows], object)
    for datum in set(datums):
        chosen = (datums == datum) & ~np.isnan(lon)
        lon[chosen], lat[chosen] = to_wgs84(lon[chosen], lat[chosen], datum)
    return lon, lat


class SitesTable(PlaceHandler):
    table = registry.SITES
    model = Site
    attributes = {**PlaceHandler.attributes, "area_code": "area_id"}
    extra = ("lon", "lat", "county")

    def check(self, package: "Package") -> None:
        data = package.tables[self.table.name]
        for row in data.rows:
            code = row.get("area_code")
            if code:
                self._area(package, data, row, code)
                areas = [code, *(area for _, area in package.moves.get(data.key(row), ()))]
                first, last = package.areas.interval(areas[0]), package.areas.interval(areas[-1])
                warn_outside(data, row, first, last, "所属区域")
            self.check_position(data, row)
            check_interval(data, row)
        self.warn_far(
            data, (row for row in data.rows if (row.get("area_code") or "").startswith(outline.district().code))
        )
        self._namesakes(data)

    @staticmethod
    def _area(package: "Package", data: TableData, row: PackageRow, code: str) -> None:
        if package.areas.lacks(code):
            data.error(row, "area_code", network.unknown_area(code))
        elif len(code) == 6:
            data.error(row, "area_code", "点位不能直接属于区：应填街道、镇、行政村、社区、自然村或小区的编码。")

    @staticmethod
    def _namesakes(data: TableData) -> None:
        """Two sites of one kind with the same name in one area: one of them is probably a repetition."""
        first: dict[tuple, str] = {}
        codes = {row.get("area_code") for row in data.rows} - {None}
        for some in chunks(sorted(codes)):
            there = Site.objects.filter(area_id__in=some).order_by("site_id")
            for area, kind, name, site_id in there.values_list("area_id", "kind", "name", "site_id").iterator():
                if site_id not in data.by_key:
                    first.setdefault((area, kind, name), f"库中的 {site_id}")
        for row in data.rows:
            same = row.all("area_code", "kind", "name")
            if not same or data.by_key.get(row.get("site_id"), row) is not row:
                continue
            other = first.setdefault(same, f"第 {row.number} 行")
            if other != f"第 {row.number} 行":
                label = SiteKind(same[1]).label
                data.warn(row, "name", f"同一区域里已有名为{quoted(same[2])}的{label}（{other}）：请核对是否重复。")

    def derive(self, changes: Sequence[RowChange]) -> list[dict[str, Any]]:
        pairs = super().derive(changes)
        return [pair | {"county": change.after["area_code"][:6]} for pair, change in zip(pairs, changes, strict=True)]

    def selected(self, selection: Selection) -> QuerySet:
        return selection.sites


class AccessPointsTable(PlaceHandler):
    table = registry.ACCESS_POINTS
    model = AccessPoint
    attributes = {**PlaceHandler.attributes, "operator": "operator_id"}
    extra = ("lon", "lat", "township_id", "county")
    assigns_townships = True
    """Whether points get other townships where sites move; a rehearsal, in which nobody looks at them, does without."""

    @cached_property
    def _sites(self) -> list[tuple[float, float, str]]:
        return _placed_sites()

    def check(self, package: "Package") -> None:
        data = package.tables[self.table.name]
        network.check_operators(package, data)
        for row in data.rows:
            self.check_position(data, row)
            if data.compare(row, "closed_on", "opened_on"):
                message = f"停用日期早于开通日期 {row.get('opened_on')}：应为同一天或以后，仍在使用请留空。"
                data.error(row, "closed_on", message)
            if data.compare(row, "ports_total", "ports_used"):
                message = f"已用端口多于端口总数 {row.get('ports_total')}：应不超过端口总数。"
                data.error(row, "ports_used", message)
        self.warn_far(data, data.rows)

    def derive(self, changes: Sequence[RowChange]) -> list[dict[str, Any]]:
        """The township too, so that no row need be written twice."""
        pairs = super().derive(changes)
        codes = _townships([(pair["lon"], pair["lat"]) for pair in pairs], self._sites)
        return [
            pair | {"township_id": code, "county": (code or "")[:6]} for pair, code in zip(pairs, codes, strict=True)
        ]

    def store(self, package: "Package", outcome: ImportOutcome) -> list[RowChange]:
        if package.tables[self.table.name].rows:
            self._sites = _placed_sites()  # As just stored, and before the rows are: they stream into the database.
        return super().store(package, outcome)

    def finish(self, outcome: ImportOutcome) -> None:
        moved = any(change.after["column"] == "area_code" for change in outcome.changes.get("changes", ()))
        if self.assigns_townships and (moved or any(map(_is_elsewhere, outcome.changes.get("sites", ())))):
            assign_townships()

    def narrowed(self, selection: Selection) -> set[Any] | None:
        """All of them, or those within 2 km of a site beneath the area."""
        if selection.area is None:
            return None
        sites = selection.sites.filter(lon__isnull=False).order_by()
        points = list(AccessPoint.objects.order_by().values_list("pk", "lon", "lat"))
        number, _ = nearest(_points(point[1:] for point in points), _points(sites.values_list("lon", "lat")), _EXPORT_M)
        return {point[0] for point, index in zip(points, number.tolist(), strict=True) if index >= 0}

    def rows(self, selection: Selection) -> Iterator[dict[str, Any]]:
        for row in super().rows(selection):
            if selection.area is not None:
                selection.points.add(row["ap_id"])
            yield row


def _is_elsewhere(site: RowChange) -> bool:
    """Whether a site is new, or lies or belongs elsewhere than it did."""
    before, names = site.before, ("lon", "lat", "datum", "area_code")
    return before is None or any(before[name] != site.after[name] for name in names)


def _points(pairs: Iterable[Sequence[float]]) -> Points:
    columns = np.array([*pairs], float).reshape(-1, 2)
    return Points(columns[:, 0], columns[:, 1])


def _placed_sites() -> list[tuple[float, float, str]]:
    """Where sites lie, and at which area each stands today."""
    placed = Site.objects.filter(lon__isnull=False).order_by("site_id")
    moves = DatedValue.objects.filter(table=DatedTable.SITES, column="area_code", effective_on__lte=today())
    now = dict(moves.order_by("effective_on").values_list("key", "value"))
    rows = placed.values_list("site_id", "lon", "lat", "area_id")
    return [(lon, lat, now.get(key, area)) for key, lon, lat, area in rows]


def _townships(pairs: Sequence[Sequence[float]], sites: Sequence[tuple[float, float, str]]) -> list[str | None]:
    """The street or town of the nearest of the sites within 20 km of each point; None where there is none."""
    number, _ = nearest(_points(pairs), _points(site[:2] for site in sites), _NEAR_M)
    return [sites[index][2][:9] if index >= 0 else None for index in number.tolist()]


def assign_townships() -> None:
    """Give every access point the street or town of the nearest site within 20 km, for who may see it; else none."""
    points = list(AccessPoint.objects.order_by("pk").values_list("pk", "lon", "lat", "township_id", "county"))
    codes = _townships([point[1:3] for point in points], _placed_sites())
    moved: dict[str | None, list[int]] = {}
    for (pk, _, _, township, county), code in zip(points, codes, strict=True):
        if (code, (code or "")[:6]) != (township, county):
            moved.setdefault(code, []).append(pk)
    for code, pks in moved.items():
        for some in chunks(pks):
            AccessPoint.objects.filter(pk__in=some).update(township=code, county=(code or "")[:6])
