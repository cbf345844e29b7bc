"""The facts of many counties at once, by binary COPY straight into the columns that the rules work on."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from national_copying import days, read

from acceptance.rules.facts import (
    ALWAYS,
    FOREVER,
    KIND,
    SETTINGS,
    SITE_KIND,
    AccessPoints,
    Areas,
    Facts,
    Orders,
    Returns,
    Sites,
)
from acceptance.rules.ledger import FIGURES
from acceptance.rules.plan import Plan
from areas.geodesy import box
from areas.tiles import ranges

LENGTHS = (10**6, 10**9, 10**12)
"""Codes as numbers: a district's stands below the first, a township's below the second, a village's below the third."""

_SETTING = {setting: number for number, setting in enumerate(SETTINGS)}
_BEGINS = "coalesce({0}, '-infinity') AS {0}"
_ENDS = "coalesce({0}, 'infinity') AS {0}"


def numbered(column: str, words: dict[str, int]) -> str:
    """SQL for the number of each word; null, and so refused, for a word that is not known."""
    return f"({_cases(column, words)})::smallint AS {column}"


def _cases(column: str, words: dict[str, int]) -> str:
    cases = " ".join(f"WHEN '{word}' THEN {number}" for word, number in words.items())
    return f"CASE {column} {cases} END"


_FLAG = "coalesce(nullif(value, ''), '0')::int"
_DATED = {
    "areas": {
        "kind": ("kind", _cases("value", KIND)),
        "permanent_households": ("households", "coalesce(nullif(value, '')::int, -1)"),
        "setting": ("setting", _cases("value", _SETTING)),
        "demonstration": ("demonstration", _FLAG),
    },
    "sites": {
        "kind": ("kind", _cases("value", SITE_KIND)),
        "area_code": ("area", "value::float8"),
        "setting": ("setting", _cases("value", _SETTING)),
    },
    "access_points": {"downstream_mbps": ("mbps", "value::float8"), "tv_only": ("tv_only", _FLAG)},
}
"""By table of the data package and column the column that is read, and SQL for the value as a number."""
_NUMBERS = {
    "areas": "SELECT d.key::bigint AS number",
    "sites": "SELECT id AS number FROM areas_site WHERE site_id = d.key LIMIT 1",
    "access_points": "SELECT id AS number FROM areas_accesspoint WHERE ap_id = d.key LIMIT 1",
}
"""By table the key of a row as a number; looked up one by one, for dated rows are few beside all."""


class ValuesThen:
    """What the columns of the registry hold on a day where that is not what they held at first; read once for the country."""

    def __init__(self, cursor, day: date) -> None:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM areas_datedvalue)")
        self._found = {table: self._read(cursor, table, day) for table in _DATED} if cursor.fetchone()[0] else {}

    @staticmethod
    def _read(cursor, table: str, day: date) -> dict[str, np.ndarray]:
        places = {column: place for place, column in enumerate(_DATED[table])}
        values = " ".join(f"WHEN '{column}' THEN {sql}" for column, (_, sql) in _DATED[table].items())
        return read(
            cursor,
            f"SELECT ({_cases('d.column', places)})::smallint, number, (CASE d.column {values} END)::float8 FROM ("
            'SELECT DISTINCT ON (key, "column") * FROM areas_datedvalue '
            'WHERE "table" = %s AND "column" = ANY(%s) AND effective_on <= %s ORDER BY key, "column", effective_on DESC'
            f") d CROSS JOIN LATERAL ({_NUMBERS[table]}) keys ORDER BY number",
            [table, list(places), day],
            column="i2", key="i8", value="f8",
        )  # fmt: skip

    def put(self, table: str, held: np.ndarray, columns: dict[str, np.ndarray]) -> None:
        """Write the values of the rows whose keys are ``held`` in place of the first ones."""
        found = self._found.get(table)
        if found is None or not len(held) or not len(found["key"]):
            return
        order = np.argsort(held)
        row = order[np.minimum(np.searchsorted(held, found["key"], sorter=order), len(held) - 1)]
        known = held[row] == found["key"]
        for number, (name, _) in enumerate(_DATED[table].values()):
            chosen = known & (found["column"] == number)
            columns[name][row[chosen]] = found["value"][chosen]


def tree_order(code: np.ndarray) -> np.ndarray:
    """A number for each code by which codes stand as their digits do: a parent before its children, then the next branch."""
    depth = np.searchsorted(LENGTHS, code, side="right")
    return code * 1000 ** (3 - depth) * 4 + depth


class Chunk:
    """Some counties as facts, and beside them what their results are stored by."""

    def __init__(
        self, cursor, counties: Sequence[str], operators: Sequence[str], plan: Plan, then: "ValuesThen"
    ) -> None:
        self._cursor, self._counties, self._then = cursor, list(counties), then
        self._operators, self._plan = list(operators), plan
        self._number = {code: number for number, code in enumerate(operators)}

    def facts(self, period: str, basis: str) -> Facts:
        """Everything that one quarter needs; the access points of other counties within reach included."""
        areas = self._areas()
        sites = self._sites()
        return Facts(
            areas=areas,
            sites=sites,
            operators=self._operators,
            access_points=self._access_points(sites),
            orders=self._orders(),
            returns={(period, basis): self._returns(period, basis)},
        )

    def _read(self, select: str, rest: str, *parameters, **columns: str) -> dict[str, np.ndarray]:
        query = f"SELECT {select} FROM {rest}"
        return read(self._cursor, query, [self._counties, *parameters], **columns)

    def _row(self, code: np.ndarray) -> np.ndarray:
        """The rows of areas by their codes."""
        return np.searchsorted(self._order, tree_order(code))

    def _areas(self) -> Areas:
        select = ", ".join([
            "code::bigint", numbered("kind", KIND), "coalesce(permanent_households, -1)", numbered("setting", _SETTING),
            "demonstration", _BEGINS.format("valid_from"), _ENDS.format("valid_to"),
        ])  # fmt: skip
        found = self._read(
            select, "areas_area WHERE county = ANY(%s)",
            code="i8", kind="i2", households="i4", setting="i2", demonstration="?", valid_from="i4", valid_to="i4",
        )  # fmt: skip
        order = tree_order(found["code"])
        by_code = np.argsort(order)
        self._order = order[by_code]
        found = {name: column[by_code] for name, column in found.items()}
        self.code = found["code"]
        self._then.put("areas", self.code, found)
        return Areas(
            code=self.code,
            kind=found["kind"].astype(np.int64),
            parent=np.where(self.code < LENGTHS[0], -1, self._row(self.code // 1000)),
            permanent_households=found["households"],
            setting=found["setting"],
            demonstration=found["demonstration"],
            valid_from=days(found["valid_from"], ALWAYS, FOREVER),
            valid_to=days(found["valid_to"], ALWAYS, FOREVER),
        )

    def _sites(self) -> Sites:
        select = ", ".join([
            "id", "area_id::bigint", numbered("kind", SITE_KIND), "coalesce(lon, 'NaN')", "coalesce(lat, 'NaN')",
            numbered("setting", _SETTING), _BEGINS.format("valid_from"), _ENDS.format("valid_to"),
        ])  # fmt: skip
        found = self._read(
            select, "areas_site WHERE county = ANY(%s)",
            id="i8", area="i8", kind="i2", lon="f8", lat="f8", setting="i2", valid_from="i4", valid_to="i4",
        )  # fmt: skip
        self._then.put("sites", found["id"], found)
        return Sites(
            site_id=found["id"],
            area=self._row(found["area"]),
            kind=found["kind"],
            lon=found["lon"],
            lat=found["lat"],
            setting=found["setting"],
            valid_from=days(found["valid_from"], ALWAYS, FOREVER),
            valid_to=days(found["valid_to"], ALWAYS, FOREVER),
        )

    def _access_points(self, sites: Sites) -> AccessPoints:
        """All that reach a site, whichever county they stand in: by the cells of the grid around each county's sites."""
        select = ", ".join([
            "id", numbered("operator_id", self._number), "lon", "lat", "downstream_mbps", "tv_only",
            "opened_on", _ENDS.format("closed_on"),
        ])  # fmt: skip
        low, high = cells_around(self._county(sites.area), sites.lon, sites.lat, self._reach_m)
        found = read(
            self._cursor,
            f"SELECT {select} FROM unnest(%s::int[], %s::int[]) AS cells(low, high) "
            "JOIN areas_accesspoint ON tile BETWEEN low AND high WHERE lon IS NOT NULL",
            [low, high],
            id="i8", operator="i2", lon="f8", lat="f8", mbps="f8", tv_only="?", opened_on="i4", closed_on="i4",
        )  # fmt: skip
        self._then.put("access_points", found["id"], found)
        return AccessPoints(
            ap_id=range(len(found["lon"])),
            operator=found["operator"],
            lon=found["lon"],
            lat=found["lat"],
            downstream_mbps=found["mbps"],
            tv_only=found["tv_only"],
            opened_on=days(found["opened_on"], ALWAYS, FOREVER),
            closed_on=days(found["closed_on"], ALWAYS, FOREVER),
        )

    def _county(self, area: np.ndarray) -> np.ndarray:
        """The row of the county of each area."""
        return np.searchsorted(self.code[self._order % 4 == 0], self.code[area] // 1000 ** (self._order[area] % 4))

    @property
    def _reach_m(self) -> int:
        return self._plan.capability.largest_radius_m

    def _orders(self) -> Orders:
        select = ", ".join([
            numbered("operator_id", self._number), "area_id::bigint", "accepted_on",
            _ENDS.format("completed_on"), _ENDS.format("cancelled_on"), "needs_expansion",
        ])  # fmt: skip
        found = self._read(
            select, "areas_serviceorder WHERE county = ANY(%s)",
            operator="i2", area="i8", accepted_on="i4", completed_on="i4", cancelled_on="i4", needs_expansion="?",
        )  # fmt: skip
        return Orders(
            order_id=range(len(found["area"])),
            operator=found["operator"].astype(np.int64),
            area=self._row(found["area"]),
            accepted_on=days(found["accepted_on"], ALWAYS, FOREVER),
            completed_on=days(found["completed_on"], ALWAYS, FOREVER),
            cancelled_on=days(found["cancelled_on"], ALWAYS, FOREVER),
            needs_expansion=found["needs_expansion"],
        )

    def _returns(self, period: str, basis: str) -> Returns:
        """The usable lines: approved ones; where reported ones count, a submitted one stands before them."""
        usable = ["approved"] if basis == "approved" else ["approved", "submitted"]
        found = self._read(
            f"DISTINCT ON (area_id) area_id::bigint, {', '.join(FIGURES)}" if len(usable) > 1 else f"area_id::bigint, {', '.join(FIGURES)}",
            "returns_returnline WHERE county = ANY(%s) AND period = %s AND status = ANY(%s)"
            + (" ORDER BY area_id, status DESC" if len(usable) > 1 else ""),
            period, usable,
            area="i8", **dict.fromkeys(FIGURES, "i4"),
        )  # fmt: skip
        return Returns(self._row(found["area"]), np.column_stack([found[name] for name in FIGURES]).astype(np.int64))


def cells_around(county: np.ndarray, lon: np.ndarray, lat: np.ndarray, reach_m: float) -> tuple[list[int], list[int]]:
    """Ranges of cells that hold everything within reach of the places, county by county; no cell twice."""
    located = np.flatnonzero(~np.isnan(lon))
    located = located[np.argsort(county[located], kind="stable")]
    found: list[tuple[int, int]] = []
    for rows in np.split(located, np.flatnonzero(np.diff(county[located])) + 1):
        if len(rows):
            found += ranges(*box(lon[rows], lat[rows], reach_m))
    low, high = [], []
    for first, last in sorted(found):
        if high and first <= high[-1] + 1:
            high[-1] = max(high[-1], last)
        else:
            low.append(first)
            high.append(last)
    return low, high
