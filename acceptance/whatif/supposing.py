"""Apply supposed rows to a county's facts, for a what-if; plain functions, nothing is stored."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar

import numpy as np

from acceptance.rules.dated_values import AREA_SAID, POINT_SAID, site_said
from acceptance.rules.facts import (
    ALWAYS,
    FOREVER,
    KIND,
    NOWHERE,
    SETTINGS,
    SITE_KIND,
    AccessPoints,
    Areas,
    Dated,
    Facts,
    Orders,
    Returns,
    Sites,
)
from acceptance.rules.ledger import FIGURES, Ledger
from areas.dated import value_of
from areas.vocabulary import DatedTable

USABLE = {"approved": ("approved",), "reported": ("approved", "submitted")}
"""The status of a line that each basis reads."""

Values = Mapping[str, Any]
"""A row by the columns of the data package, its values read."""


@dataclass(frozen=True)
class SupposedRows:
    """Rows changed or added, by the tables of the data package; positions in WGS-84. ``removed`` names access points taken away."""

    areas: Sequence[Values] = ()
    sites: Sequence[Values] = ()
    operators: Sequence[Values] = ()
    access_points: Sequence[Values] = ()
    service_orders: Sequence[Values] = ()
    returns: Sequence[Values] = ()
    changes: Sequence[Values] = ()
    successions: Sequence[Values] = ()
    removed: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))


def suppose(facts: Facts, rows: SupposedRows, bases: Iterable[str]) -> Facts:
    """The facts with the rows in place of those of the same key; a row of an area that is not among them is left out."""
    facts = _with_operators(facts, rows.operators)
    if rows.areas:
        facts = _with_areas(facts, rows.areas)
    place = {code: row for row, code in enumerate(facts.areas.code)}
    number = {code: row for row, code in enumerate(facts.operators)}
    sites, points = _with_sites(facts.sites, rows.sites, place), _with_points(facts.access_points, rows, number)
    changes = {table: [row for row in rows.changes if row["table"] == table] for table in DatedTable}
    return replace(
        facts,
        areas=_with_dated(facts.areas, changes[DatedTable.AREAS], facts.areas.code, AREA_SAID),
        sites=_with_dated(sites, changes[DatedTable.SITES], sites.site_id, site_said(place)),
        access_points=_with_dated(points, changes[DatedTable.ACCESS_POINTS], points.ap_id, POINT_SAID),
        orders=_with_orders(facts.orders, rows.service_orders, place, number),
        returns=_with_returns(facts.returns, rows.returns, place, bases),
    )


Columns = TypeVar("Columns", Areas, Sites, AccessPoints, Orders)


def _with(table: Columns, named: Mapping[str, Values], gone: Collection[str] = ()) -> Columns:
    """The columns with rows changed or added by key, and without those ``gone``; ordered by key."""
    if not named and not gone:
        return table
    key, *names = (each.name for each in fields(table) if each.name != "dated")
    old = getattr(table, key)
    kept = [row for row, each in enumerate(old) if each not in gone]
    known = set(old)
    keys = [old[row] for row in kept] + [each for each in named if each not in known]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    at = {each: row for row, each in enumerate(keys)}
    columns: dict[str, Any] = {key: [keys[row] for row in order]}
    for name in names:
        column = getattr(table, name)
        filled = np.concatenate([column[kept], np.zeros(len(keys) - len(kept), column.dtype)])
        for each, values in named.items():
            filled[at[each]] = values[name]
        columns[name] = filled[order]
    if dated := getattr(table, "dated", None):
        moved = {old_row: order.index(new_row) for new_row, old_row in enumerate(kept)}
        columns["dated"] = {name: _moved_dated(each, moved) for name, each in dated.items()}
    return type(table)(**columns)


def _moved_dated(dated: Dated, moved: Mapping[int, int]) -> Dated:
    """The dated values of the rows that are kept, by their new numbers."""
    kept = np.array([row in moved for row in dated.row.tolist()], dtype=bool)
    rows = np.array([moved[row] for row in dated.row[kept].tolist()], dtype=np.int64)
    return Dated(rows, dated.since[kept], dated.value[kept])


DatedTableOf = TypeVar("DatedTableOf", Areas, Sites, AccessPoints)


def _with_dated(
    table: DatedTableOf, rows: Sequence[Values], keys: Sequence[str], said: Mapping[str, tuple[str, Callable]]
) -> DatedTableOf:
    """The table with some of its values changed from days on, each in place of one of the same column and day."""
    if not rows:
        return table
    place = {key: row for row, key in enumerate(keys)}
    given: dict[str, dict[tuple[int, np.datetime64], Any]] = {}
    for row in rows:
        if row["key"] in place and row["column"] in said:
            name, meaning = said[row["column"]]
            value = meaning(value_of(row["table"], row["column"], row["value"]))
            given.setdefault(name, {})[place[row["key"]], np.datetime64(row["effective_on"])] = value
    changed = {name: _with_values(table.dated.get(name), new) for name, new in given.items()}
    return replace(table, dated={**table.dated, **changed})


def _with_values(old: Dated | None, new: Mapping[tuple[int, np.datetime64], Any]) -> Dated:
    values = dict(zip(zip(old.row.tolist(), old.since, strict=True), old.value.tolist(), strict=True)) if old else {}
    ordered = sorted({**values, **new}.items(), key=lambda each: each[0][1])
    return Dated(
        np.array([row for (row, _), _ in ordered], dtype=np.int64),
        np.array([day for (_, day), _ in ordered], dtype="datetime64[D]"),
        np.array([value for _, value in ordered]),
    )


def _begins(day: date | None) -> np.datetime64:
    return ALWAYS if day is None else np.datetime64(day)


def _ends(day: date | None) -> np.datetime64:
    return FOREVER if day is None else np.datetime64(day)


def _setting(text: str) -> int:
    return SETTINGS.index(text or "")


def _with_operators(facts: Facts, rows: Sequence[Values]) -> Facts:
    """Operators stand ordered by code; access points and orders point to them by number."""
    codes = sorted({*facts.operators, *(row["code"] for row in rows)})
    if codes == list(facts.operators):
        return facts
    moved = np.array([codes.index(code) for code in facts.operators], dtype=np.int64)
    points, orders = facts.access_points, facts.orders
    return replace(
        facts,
        operators=codes,
        access_points=replace(points, operator=moved[points.operator]) if len(points) else points,
        orders=replace(orders, operator=moved[orders.operator]) if len(orders) else orders,
    )


def _with_areas(facts: Facts, rows: Sequence[Values]) -> Facts:
    """The tree changed; whatever points to an area finds it in its new row."""
    named = {
        row["code"]: {
            "kind": KIND[row["kind"]],
            "parent": -1,
            "permanent_households": -1 if row["permanent_households"] is None else row["permanent_households"],
            "setting": _setting(row["setting"]),
            "demonstration": bool(row["demonstration"]),
            "valid_from": _begins(row["valid_from"]),
            "valid_to": _ends(row["valid_to"]),
        }
        for row in rows
    }
    areas = _with(facts.areas, named)
    place = {code: row for row, code in enumerate(areas.code)}
    areas = replace(areas, parent=np.array([place.get(code[:-3], -1) for code in areas.code], dtype=np.int64))
    moved = np.array([place[code] for code in facts.areas.code], dtype=np.int64)
    return replace(
        facts,
        areas=areas,
        sites=_stood_elsewhere(facts.sites, moved) if len(facts.sites) else facts.sites,
        orders=replace(facts.orders, area=moved[facts.orders.area]) if len(facts.orders) else facts.orders,
        returns={key: replace(lines, area=moved[lines.area]) for key, lines in facts.returns.items()},
        elsewhere={key: _moved(ledger, moved, len(areas)) for key, ledger in facts.elsewhere.items()},
    )


def _stood_elsewhere(sites: Sites, moved: np.ndarray) -> Sites:
    """The sites, with the rows in which their areas stand now; those at an area that is not at hand stay there."""
    where = np.append(moved, NOWHERE)
    dated = dict(sites.dated)
    if "area" in dated:
        dated["area"] = replace(dated["area"], value=where[dated["area"].value])
    return replace(sites, area=where[sites.area], dated=dated)


def _moved(ledger: Ledger, moved: np.ndarray, rows: int) -> Ledger:
    blank = Ledger.blank(rows)
    blank.counts[moved] = ledger.counts
    return blank


def _with_sites(sites: Sites, rows: Sequence[Values], place: Mapping[str, int]) -> Sites:
    named = {
        row["site_id"]: {
            "area": place[row["area_code"]],
            "kind": SITE_KIND[row["kind"]],
            "lon": np.nan if row["lon"] is None else row["lon"],
            "lat": np.nan if row["lat"] is None else row["lat"],
            "setting": _setting(row["setting"]),
            "valid_from": _begins(row["valid_from"]),
            "valid_to": _ends(row["valid_to"]),
        }
        for row in rows
        if row["area_code"] in place
    }
    return _with(sites, named, {row["site_id"] for row in rows} - set(named))


def _with_points(points: AccessPoints, rows: SupposedRows, number: Mapping[str, int]) -> AccessPoints:
    named = {
        row["ap_id"]: {
            "operator": number[row["operator"]],
            "lon": row["lon"],
            "lat": row["lat"],
            "downstream_mbps": row["downstream_mbps"],
            "tv_only": row["tv_only"],
            "opened_on": _begins(row["opened_on"]),
            "closed_on": _ends(row["closed_on"]),
        }
        for row in rows.access_points
        if row["ap_id"] not in rows.removed
    }
    return _with(points, named, rows.removed)


def _with_orders(orders: Orders, rows: Sequence[Values], place: Mapping[str, int], number: Mapping[str, int]) -> Orders:
    named = {
        row["order_id"]: {
            "operator": number[row["operator"]],
            "area": place[row["area_code"]],
            "accepted_on": _begins(row["accepted_on"]),
            "completed_on": _ends(row["completed_on"]),
            "cancelled_on": _ends(row["cancelled_on"]),
            "needs_expansion": row["needs_expansion"],
        }
        for row in rows
        if row["area_code"] in place
    }
    return _with(orders, named, {row["order_id"] for row in rows} - set(named))


def _with_returns(
    returns: Mapping[tuple[str, str], Returns], rows: Sequence[Values], place: Mapping[str, int], bases: Iterable[str]
) -> dict[tuple[str, str], Returns]:
    """The lines of each quarter and basis; one whose status the basis does not read is missing there."""
    changed = dict(returns)
    periods = {row["period"] for row in rows}
    for period in periods:
        for basis in bases:
            said = {
                place[row["area_code"]]: row for row in rows if row["period"] == period and row["area_code"] in place
            }
            changed[period, basis] = _lines(returns.get((period, basis)), said, USABLE[basis])
    return changed


def _lines(old: Returns | None, said: Mapping[int, Values], usable: Collection[str]) -> Returns:
    lines = dict(zip(old.area.tolist(), old.figures.tolist(), strict=True)) if old else {}
    for area, row in said.items():
        lines.pop(area, None)
        if row["status"] in usable:
            lines[area] = [row[name] for name in FIGURES]
    areas = sorted(lines)
    figures = np.array([lines[area] for area in areas], dtype=np.int64).reshape(-1, len(FIGURES))
    return Returns(np.array(areas, dtype=np.int64), figures)
