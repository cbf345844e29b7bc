"""The demonstration as a data package, for the import is the only door (spec: data-package)."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from demonstration import returns
from demonstration.building import plan_building
from demonstration.closures import lose_points
from demonstration.geography import surveyed_pair
from demonstration.network import OPERATORS, GeneratedAccessPoint, make_network, sites_at_the_limit
from demonstration.orders import Order, make_orders
from demonstration.places import GeneratedSite, make_sites
from demonstration.reach import ReachByQuarter
from demonstration.registry import GeneratedArea, make_registry

AREAS = ("code", "name", "kind", "permanent_households", "setting", "demonstration", "valid_from", "valid_to")
SITES = ("site_id", "area_code", "name", "kind", "lon", "lat", "datum", "setting", "valid_from", "valid_to")
ACCESS_POINTS = (
    "ap_id",
    "operator",
    "name",
    "lon",
    "lat",
    "datum",
    "downstream_mbps",
    "tv_only",
    "opened_on",
    "closed_on",
    "ports_total",
    "ports_used",
)
ORDERS = ("order_id", "operator", "area_code", "accepted_on", "completed_on", "cancelled_on", "needs_expansion")
RETURNS = (
    "period",
    "area_code",
    "households",
    "broadband_covered_households",
    "fibre_covered_households",
    "broadband_users",
    "fibre_users",
    "status",
)


def build_package(directory: Path) -> None:
    """Write the package's six tables into ``directory``; the same bytes every time, everywhere."""
    registry = make_registry()
    plan_building(registry)
    surveyor = make_sites(registry)
    points = make_network(registry)
    sites_at_the_limit(registry, surveyor, points)
    sites = surveyor.sites
    lose_points(registry, ReachByQuarter(sites, points), points)
    course = ReachByQuarter(sites, points)
    book = make_orders(registry, course)

    directory.mkdir(parents=True, exist_ok=True)
    _write(directory, "areas", AREAS, map(_area, registry.areas.values()))
    _write(directory, "sites", SITES, map(_site, sites))
    _write(directory, "operators", ("code", "name"), OPERATORS.items())
    _write(directory, "access_points", ACCESS_POINTS, map(_access_point, points))
    _write(directory, "service_orders", ORDERS, map(_order, book.orders))
    _write(directory, "returns", RETURNS, map(returns.row, returns.make_returns(registry, course, sites)))


def _write(directory: Path, table: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (directory / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(
            [_text(value) for value in row] for row in sorted(rows, key=lambda row: (str(row[0]), str(row[1])))
        )


def _text(value: object) -> str:
    """The value as the package writes it: blank for missing, 1 and 0 for yes and no."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _area(area: GeneratedArea) -> tuple:
    leaf = len(area.code) == 15
    return (
        area.code,
        area.name,
        area.kind,
        area.permanent_households,
        area.setting,
        area.demonstration if leaf else "",
        area.valid_from,
        area.valid_to,
    )


def _site(site: GeneratedSite) -> tuple:
    lon, lat = (
        (site.lon, site.lat) if site.lon is None or site.lat is None else surveyed_pair(site.lon, site.lat, site.datum)
    )
    return (
        site.site_id,
        site.area.code,
        site.name,
        site.kind,
        lon,
        lat,
        site.datum,
        site.setting,
        site.valid_from,
        site.valid_to,
    )


def _access_point(point: GeneratedAccessPoint) -> tuple:
    lon, lat = surveyed_pair(point.lon, point.lat, point.datum)
    return (
        point.ap_id,
        point.operator,
        point.name,
        lon,
        lat,
        point.datum,
        point.downstream_mbps,
        point.tv_only,
        point.opened_on,
        point.closed_on,
        point.ports_total,
        point.ports_used,
    )


def _order(order: Order) -> tuple:
    return (
        order.order_id,
        order.operator,
        order.area.code,
        order.accepted_on,
        order.completed_on,
        order.cancelled_on,
        order.needs_expansion,
    )
