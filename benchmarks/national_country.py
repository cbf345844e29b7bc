"""A synthetic country: as many areas, sites and access points as China has, county by county.

Whatever is in a county follows from its number alone, so that counties can be made in any order, twice, or not at all.
"""

from dataclasses import dataclass

import numpy as np

COUNTIES = 2_850
PER_COUNTRY = {
    "townships": 40_000,
    "villages": 660_000,
    "natural_villages": 2_600_000,
    "sites": 10_000_000,
    "access_points": 5_000_000,
}
"""How many there are in the whole country; ``villages`` counts communities too, compounds come on top."""

ORDERS_A_COUNTY = 150
QUARTERS_A_COMMUNITY = 2
OPERATORS = ("broadcast", "mobile", "telecom", "unicom")
PERIOD = "2018Q2"

# The box of the country in degrees, as 6 by 5 provinces of 10 by 10 counties.
_WEST, _SOUTH, _CELL_LON, _CELL_LAT = 73.5, 18.2, 61.5 / 60, 35.3 / 50
_METRES_A_DEGREE = 111_000.0
_SEED = 20180630

_RURAL_KINDS = np.array(["settlement", "school", "hospital", "scenic_spot", "other"], "S15")
_URBAN_KINDS = np.array(["residence", "estate", "market", "school", "hospital", "office", "urban_village"], "S15")


def share(what: str, number: int) -> int:
    """How many the county of a number has; over all counties they add up to the country's."""
    total = PER_COUNTRY[what]
    return (number + 1) * total // COUNTIES - number * total // COUNTIES


def code_of(number: int) -> str:
    """Province, prefecture and county, two digits each."""
    return f"{11 + number // 100:02d}{number % 100 // 10 + 1:02d}{number % 10 + 1:02d}"


def corner(number: int) -> tuple[float, float]:
    """South-western corner of a county's cell, in degrees; a prefecture is a block of 5 by 2 cells."""
    province, prefecture, place = number // 100, number % 100 // 10, number % 10
    column = province % 6 * 10 + prefecture % 2 * 5 + place % 5
    line = province // 6 * 10 + prefecture // 2 * 2 + place // 5
    return _WEST + column * _CELL_LON, _SOUTH + line * _CELL_LAT


@dataclass(frozen=True)
class Tree:
    """The areas of a county in columns, with the place in degrees where each stands."""

    code: np.ndarray
    kind: np.ndarray
    lon: np.ndarray
    lat: np.ndarray

    def of(self, *kinds: str) -> np.ndarray:
        return np.flatnonzero(np.isin(self.kind, [kind.encode() for kind in kinds]))


class County:
    """The tables of one county, as columns of the project's own tables."""

    def __init__(self, number: int) -> None:
        self.number, self.code = number, code_of(number)
        self.chance = np.random.default_rng([_SEED, number])
        self.tree = self._tree()
        self.leaves = self.tree.of("natural_village", "quarter")

    def _spread(self, lon: np.ndarray, lat: np.ndarray, metres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points in any direction, so many metres away."""
        angle = self.chance.uniform(0, 2 * np.pi, len(lon))
        east = metres * np.cos(angle) / (_METRES_A_DEGREE * np.cos(np.radians(lat)))
        return lon + east, lat + metres * np.sin(angle) / _METRES_A_DEGREE

    def _beneath(self, parents: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows of parents, each as often as it has children, and the children's codes."""
        row = np.repeat(np.arange(len(parents)), counts)
        first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        serial = np.arange(len(row)) - first[row] + 1
        return row, parents[row] * 1000 + serial

    def _shared(self, total: int, among: int) -> np.ndarray:
        """A total shared out by chance, at least one each where it suffices."""
        least = min(1, total // among)
        return least + np.bincount(self.chance.integers(0, among, total - least * among), minlength=among)

    def _tree(self) -> Tree:
        west, south = corner(self.number)
        county = np.array([int(self.code)])
        middle = (np.array([west + _CELL_LON / 2]), np.array([south + _CELL_LAT / 2]))
        row, township = self._beneath(county, np.array([share("townships", self.number)]))
        is_street = self.chance.random(len(township)) < 0.2
        is_street[0] = True
        at = (west + self.chance.random(len(row)) * _CELL_LON, south + self.chance.random(len(row)) * _CELL_LAT)
        levels = [(county, ["district"], *middle), (township, np.where(is_street, "street", "town"), *at)]
        row, village = self._beneath(township, self._shared(share("villages", self.number), len(township)))
        of_street = is_street[row]
        is_community = self.chance.random(len(row)) < np.where(of_street, 0.6, 0.1)
        # A street is a dense town; the villages of a town lie up to 25 km around it, as villages do in clusters.
        away = np.where(of_street, 3_000, 25_000) * np.sqrt(self.chance.random(len(row)))
        place = self._spread(at[0][row], at[1][row], away)
        levels.append((village, np.where(is_community, "community", "village"), *place))
        levels.append(self._natural_villages(village, is_community, place))
        levels.append(self._quarters(village, is_community, place))
        code, kind, lon, lat = (np.concatenate([level[part] for level in levels]) for part in range(4))
        texts = code.astype("S15")
        order = np.argsort(texts, kind="stable")
        return Tree(texts[order], kind.astype("S15")[order], lon[order], lat[order])

    def _natural_villages(self, village: np.ndarray, is_community: np.ndarray, place: tuple) -> tuple:
        rural = np.flatnonzero(~is_community)
        row, code = self._beneath(village[rural], self._shared(share("natural_villages", self.number), len(rural)))
        lon, lat = self._spread(
            place[0][rural][row], place[1][rural][row], 2_500 * np.sqrt(self.chance.random(len(row)))
        )
        return code, np.full(len(row), "natural_village"), lon, lat

    def _quarters(self, village: np.ndarray, is_community: np.ndarray, place: tuple) -> tuple:
        urban = np.flatnonzero(is_community)
        row, code = self._beneath(village[urban], np.full(len(urban), QUARTERS_A_COMMUNITY))
        lon, lat = self._spread(place[0][urban][row], place[1][urban][row], 800 * np.sqrt(self.chance.random(len(row))))
        return code, np.full(len(row), "quarter"), lon, lat

    def _text(self, value: str, rows: int) -> np.ndarray:
        return np.full(rows, value.encode())

    def _blank(self, rows: int, kind: str) -> np.ma.MaskedArray:
        return np.ma.masked_all(rows, kind)

    def _some(self, values: np.ndarray, share_blank: float) -> np.ma.MaskedArray:
        """The values, a share of them blank."""
        return np.ma.array(values, mask=self.chance.random(len(values)) < share_blank)

    def _day(self, first: str, last: str, rows: int) -> np.ndarray:
        return np.datetime64(first) + self.chance.integers(
            0, (np.datetime64(last) - np.datetime64(first)).astype(int), rows
        )

    def areas(self) -> dict[str, np.ndarray]:
        tree, rows = self.tree, len(self.tree.code)
        natural = tree.kind == b"natural_village"
        leaf = natural | (tree.kind == b"quarter")
        length = np.char.str_len(tree.code)
        # A parent's code is the child's less three digits.
        parent = np.array([code[:-3] for code in tree.code.tolist()], "S12")
        return {
            "code": tree.code,
            "name": tree.code,
            "kind": tree.kind,
            "parent_id": np.ma.array(parent, mask=length == 6),
            "county": self._text(self.code, rows),
            "permanent_households": np.ma.array(self.chance.integers(10, 200, rows).astype("i4"), mask=~natural),
            "setting": self._text("", rows),
            "demonstration": leaf & (self.chance.random(rows) < 0.05),
            "valid_from": self._some(self._day("2010-01-01", "2016-01-01", rows), 0.98),
            "valid_to": np.ma.array(
                self._day("2017-01-01", "2019-01-01", rows), mask=~leaf | (self.chance.random(rows) < 0.99)
            ),
        }

    def sites(self) -> dict[str, np.ndarray]:
        """A settlement in each natural village, a residence in each compound; the others by chance, some at the village itself."""
        tree, total = self.tree, share("sites", self.number)
        above = tree.of("village", "community")
        extra = max(0, total - len(self.leaves))
        at_leaf = self.chance.choice(self.leaves, extra - extra // 20)
        area = np.concatenate([self.leaves, at_leaf, self.chance.choice(above, extra // 20)])[:total]
        urban = np.isin(tree.kind[area], [b"quarter", b"community"])
        kind = np.where(urban, self.chance.choice(_URBAN_KINDS, total), self.chance.choice(_RURAL_KINDS, total))
        first = np.arange(total) < len(self.leaves)
        kind = np.where(first, np.where(urban, b"residence", b"settlement"), kind)
        metres = np.where(urban, 600, 3_000) * self.chance.random(total) ** 2
        self.site_lon, self.site_lat = self._spread(tree.lon[area], tree.lat[area], metres)
        self.site_urban = urban
        lost = self.chance.random(total) < 0.005
        lon, lat = np.ma.array(self.site_lon, mask=lost), np.ma.array(self.site_lat, mask=lost)
        number = self.number * 100_000 + np.arange(total)
        site_id = np.char.add(b"S", number.astype("S10"))
        return self._place(lon, lat) | {
            "id": number,
            "site_id": site_id,
            "area_id": tree.code[area],
            "name": site_id,
            "kind": kind,
            "setting": np.where(urban, b"urban", b"").astype("S5"),
            "valid_from": self._some(self._day("2010-01-01", "2019-01-01", total), 0.97),
            "valid_to": self._blank(total, "datetime64[D]"),
        }

    def _place(self, lon: np.ndarray, lat: np.ndarray) -> dict[str, np.ndarray]:
        return {
            "lon": lon,
            "lat": lat,
            "given_lon": lon,
            "given_lat": lat,
            "datum": self._text("WGS84", len(lon)),
            "county": self._text(self.code, len(lon)),
        }

    def access_points(self) -> dict[str, np.ndarray]:
        """Near sites, so that some reach and others do not; call after ``sites``."""
        rows = share("access_points", self.number)
        near = self.chance.integers(0, len(self.site_lon), rows)
        metres = self.chance.exponential(np.where(self.site_urban[near], 120.0, 700.0))
        lon, lat = self._spread(self.site_lon[near], self.site_lat[near], metres)
        number = self.number * 100_000 + np.arange(rows)
        ap_id = np.char.add(b"A", number.astype("S10"))
        rate = self.chance.choice(np.array([20.0, 50.0, 100.0, 200.0]), rows, p=[0.08, 0.22, 0.5, 0.2])
        return self._place(lon, lat) | {
            "id": number,
            "ap_id": ap_id,
            "operator_id": self.chance.choice(np.array(OPERATORS, "S9"), rows, p=[0.15, 0.35, 0.35, 0.15]),
            "name": self._text("", rows),
            "township_id": self._blank(rows, "S9"),
            "downstream_mbps": rate,
            "tv_only": self.chance.random(rows) < 0.05,
            "opened_on": self._day("2012-01-01", "2019-06-30", rows),
            "closed_on": self._some(self._day("2018-01-01", "2019-12-31", rows), 0.96),
            "ports_total": self._blank(rows, "i4"),
            "ports_used": self._blank(rows, "i4"),
        }

    def returns(self) -> dict[str, np.ndarray]:
        """One approved return of each township."""
        townships = self.tree.of("street", "town")
        rows = len(townships)
        return {
            "id": self.number * 1000 + np.arange(rows),
            "township_id": self.tree.code[townships],
            "county": self._text(self.code, rows),
            "period": self._text(PERIOD, rows),
            "revision": np.ones(rows, "i2"),
            "reason": self._text("", rows),
            "state": self._text("approved", rows),
            "version": np.zeros(rows, "i4"),
            "created_at": np.zeros(rows, "i8"),
        }

    def return_lines(self) -> dict[str, np.ndarray]:
        """A line of each village and community; one in two hundred is only submitted yet."""
        tree = self.tree
        villages, townships = tree.of("village", "community"), tree.of("street", "town")
        rows = len(villages)
        township = np.searchsorted(tree.code[townships], tree.code[villages].astype("S9"))
        households = self.chance.integers(80, 900, rows)
        covered = (households * self.chance.uniform(0.9, 1, rows)).astype(int)
        fibre = (covered * np.minimum(1, self.chance.uniform(0.8, 1.2, rows))).astype(int)
        users = (covered * self.chance.uniform(0.4, 0.9, rows)).astype(int)
        figures = (households, covered, fibre, users, (users * self.chance.uniform(0.6, 1, rows)).astype(int))
        names = (
            "households",
            "broadband_covered_households",
            "fibre_covered_households",
            "broadband_users",
            "fibre_users",
        )
        return {
            "id": self.number * 10_000 + np.arange(rows),
            "owner_id": self.number * 1000 + township,
            "area_id": tree.code[villages],
            "county": self._text(self.code, rows),
            "period": self._text(PERIOD, rows),
            "status": np.where(self.chance.random(rows) < 0.005, b"submitted", b"approved"),
            "explanation": self._text("", rows),
            "version": np.zeros(rows, "i4"),
        } | {name: values.astype("i4") for name, values in zip(names, figures, strict=True)}

    def orders(self) -> dict[str, np.ndarray]:
        rows = ORDERS_A_COUNTY
        accepted = self._day("2018-02-01", "2018-06-25", rows)
        number = self.number * 1000 + np.arange(rows)
        return {
            "id": number,
            "order_id": np.char.add(b"O", number.astype("S10")),
            "operator_id": self.chance.choice(np.array(OPERATORS, "S9"), rows),
            "area_id": self.tree.code[self.chance.choice(self.leaves, rows)],
            "county": self._text(self.code, rows),
            "accepted_on": accepted,
            "completed_on": self._some(accepted + self.chance.integers(1, 24, rows), 0.05),
            "cancelled_on": self._blank(rows, "datetime64[D]"),
            "needs_expansion": self.chance.random(rows) < 0.1,
        }
