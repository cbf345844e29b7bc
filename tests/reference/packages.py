"""Small random packages that crowd the boundaries of the rules, from a seed; the same seed gives the same package."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from geographiclib.geodesic import Geodesic

from tests.reference.checks import errors
from tests.reference.dated_packages import dated as with_dates
from tests.reference.dated_packages import further_changes
from tests.reference.datums import from_wgs84
from tests.reference.days import first_day, last_day, quarters
from tests.reference.model import TABLES, Package, due_on

PERIODS = quarters("2016Q4", "2019Q2")
SITE_KINDS = (
    "settlement", "residence", "estate", "urban_village", "market", "school", "hospital", "office", "industrial_park",
    "scenic_spot", "other",
)  # fmt: skip
OPERATORS = {"telecom": "中国电信", "mobile": "中国移动", "unicom": "中国联通", "broadcast": "广电网络"}
DATUMS = ("WGS84", "CGCS2000", "GCJ02", "BD09", "")
SPEEDS_TOO_SLOW = ("49.99", "49.9", "12", "4", "20.0")
SPEEDS_ENOUGH = ("50", "50.0", "50.01", "100", "1000", "50.00")

# Metres from a site to its access point. The two radii and the 20 km of nearest_m, missed by a micrometre where both
# pairs are in WGS-84, and by more than two inversions of "better than 1 cm" where one of them is not.
MARGINS_EXACT = (1e-6, 0.0001, 0.01)
MARGINS_INVERTED = (0.03, 0.1)
LIMITS = (200, 200, 1000, 1000, 20_000)
CLEAR = (0, 12.5, 90, 150, 199, 201, 600, 999, 1001, 5000)


class Maker:
    """Makes one package; the moods drawn first decide how healthy, how patchy and how large it is."""

    def __init__(self, seed: int, shape: str = ""):
        self.seed = seed
        self.random = random.Random(seed)
        draw = self.random.choice
        self.shape = shape or draw(["small", "small", "small", "leafy", "wide"])
        self.health = draw([0.3, 0.7, 0.9, 0.97, 1.0])
        self.interval_share = draw([0, 0, 0.03, 0.15])
        self.unlocated_share = draw([0, 0, 0.03, 0.2])
        self.setting_share = draw([0, 0.05, 0.3])
        self.datums = draw([("WGS84",), ("WGS84", ""), DATUMS, DATUMS, ("GCJ02", "BD09")])
        self.exact_figures = draw([True, False])
        self.early_share = draw([0.3, 0.3, 0.95])
        self.punctual = draw([0.3, 0.8, 0.95])
        self.orders = draw([0, 0, 3, 10, 40, 120])
        self.operators = draw([list(OPERATORS), list(OPERATORS), ["telecom", "mobile"], ["telecom"]])
        self.return_statuses = draw([
            ["approved"],
            ["approved"] * 12 + ["submitted"],
            ["approved", "submitted"],
            ["approved", "submitted", "draft", None],
            ["approved"] * 30 + ["submitted", "draft", None],
            [None],
        ])  # fmt: skip
        if self.random.random() < 0.2:  # nothing but orders decides
            self.health, self.early_share, self.operators, self.orders = 1.0, 0.95, ["telecom"], draw([10, 25, 60])
        self.package: Package = {name: [] for name in TABLES}
        self.places: dict[str, tuple[float, float]] = {}

    def make(self) -> Package:
        self.package["operators"] = [{"code": code, "name": name} for code, name in OPERATORS.items()]
        self._district("441802")
        if self.random.random() < 0.2:
            self._district("441881")
        self._sites()
        self._access_points()
        self._orders()
        self._returns()
        return {table: rows for table, rows in self.package.items() if rows}

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    # Areas ----------------------------------------------------------------------------------------------------------

    def _district(self, code: str) -> None:
        self._area(code, "district", 0.2)
        small = code != "441802" or self.shape != "wide"
        townships = self.random.randint(1, 4) if small else self.random.randint(7, 9)
        for number in self._numbers(townships):
            kind = self.random.choice(["street", "town"])
            self._area(code + number, kind)
            self._villages(code + number, kind)

    def _villages(self, township: str, kind: str) -> None:
        most = {"small": 3, "leafy": 3, "wide": 2}[self.shape]
        fewest = 0 if self.chance(0.15) else 1
        if self.shape == "small" and self.chance(0.2):
            most = fewest = 10  # nine tenths of ten villages
        likelier = "village" if kind == "town" else "community"
        for number in self._numbers(self.random.randint(fewest, most)):
            village = township + number
            self._area(village, self.random.choice([likelier, likelier, "village", "community"]))
            self._leaves(village, fewest == 10)

    def _leaves(self, village: str, few: bool) -> None:
        leaves = self.random.randint(0, 4)
        if few:
            leaves = 1
        elif self.shape == "leafy":
            leaves = self.random.choice([9, 10, 11, 20])
        elif self.shape == "wide":
            leaves = self.random.randint(1, 2)
        likelier = self.random.choice(["natural_village", "quarter"])
        for number in self._numbers(leaves):
            kind = likelier if self.chance(0.85) else self.random.choice(["natural_village", "quarter"])
            self._area(village + number, kind)

    def _area(self, code: str, kind: str, damping: float = 1.0) -> None:
        row = {"code": code, "name": f"{kind}{code}", "kind": kind, "permanent_households": "", "demonstration": ""}
        if kind == "natural_village":
            row["permanent_households"] = self.random.choice(["20", "20", "21", "350", "20", "60", "19", "0"])
        if kind in ("natural_village", "quarter"):
            nominated = self.chance(0.9 if self.shape == "leafy" else 0.4)
            row["demonstration"] = "1" if nominated else self.random.choice(["0", ""])
        row["setting"] = self._setting()
        row.update(self._interval(damping))
        self.package["areas"].append(row)
        parent = self.places.get(code[:-3], (113.0, 23.65))
        self.places[code] = self._away(parent, self.random.uniform(0, 160_000 / len(code) ** 2))

    def _numbers(self, how_many: int) -> list[str]:
        return [f"{number:03}" for number in self.random.sample(range(1, 400), how_many)]

    def _setting(self) -> str:
        return self.random.choice(["urban", "rural"]) if self.chance(self.setting_share) else ""

    def _interval(self, damping: float = 1.0) -> dict[str, str]:
        """Both ends blank, or one or both at the edges of quarters; sometimes empty (from = to)."""
        interval = {"valid_from": "", "valid_to": ""}
        if self.chance(self.interval_share * damping):
            start, end = sorted([self._edge(), self._edge()])
            wanted = self.random.choice(["from", "to", "both"])
            if wanted != "to":
                interval["valid_from"] = start.isoformat()
            if wanted != "from":
                interval["valid_to"] = end.isoformat()
        return interval

    def _edge(self) -> date:
        """A day at the edge of a quarter."""
        period = self.random.choice(PERIODS)
        day = self.random.choice([first_day(period), last_day(period)])
        return day + timedelta(days=self.random.choice([-1, 0, 0, 0, 1]))

    # Places ---------------------------------------------------------------------------------------------------------

    def _away(self, place: tuple[float, float], metres: float) -> tuple[float, float]:
        """The place so many metres away in some direction."""
        lon, lat = place
        found = Geodesic.WGS84.Direct(lat, lon, self.random.uniform(0, 360), metres)
        return found["lon2"], found["lat2"]

    def _written(self, place: tuple[float, float], datum: str) -> dict[str, str]:
        lon, lat = from_wgs84(*place, datum or "WGS84")
        return {"lon": repr(lon), "lat": repr(lat), "datum": datum}

    def _sites(self) -> None:
        self.site_places: dict[str, tuple[tuple[float, float], str]] = {}
        for area in self.package["areas"]:
            for kind in self._site_kinds(area["kind"]):
                self._site(area["code"], kind)

    def _site_kinds(self, area_kind: str) -> list[str]:
        if area_kind == "district":
            return []
        if area_kind == "natural_village":
            kinds = ["settlement"] * self.random.choice([0, 1, 1, 1, 1, 1, 1, 2])
            kinds += [self.random.choice(SITE_KINDS)] if self.chance(0.2) else []
            return kinds
        if area_kind == "quarter":
            how_many = self.random.choice([0, 1, 1, 1, 1, 1, 1, 2])
            return self.random.choices(["residence", "estate", *SITE_KINDS], k=how_many)
        how_many = self.random.choice([0, 1, 2, 5, 10] if self.shape == "small" else [0, 0, 1, 2])
        return self.random.choices(SITE_KINDS, k=how_many)

    def _site(self, area: str, kind: str) -> None:
        number = len(self.package["sites"])
        site_id = f"{self.random.choice(['S', 's', '点', 'S-', '0', 'é'])}{number}"
        row = {"site_id": site_id, "area_code": area, "name": f"点位{number}", "kind": kind, "setting": self._setting()}
        row.update(self._interval(), lon="", lat="", datum=self.random.choice(["", "WGS84"]))
        if not self.chance(self.unlocated_share):
            place, datum = self._away(self.places[area], self.random.uniform(0, 3000)), self.random.choice(self.datums)
            self.site_places[site_id] = place, datum
            row.update(self._written(place, datum))
        self.package["sites"].append(row)

    # Access points --------------------------------------------------------------------------------------------------

    def _access_points(self) -> None:
        for place, datum in self.site_places.values():
            if self.chance(self.health):
                self._access_point(place, datum, sound=True)
            for _ in range(self.random.choice([0, 0, 0, 1, 2])):
                self._access_point(place, datum, sound=False)

    def _access_point(self, site: tuple[float, float], site_datum: str, *, sound: bool) -> None:
        """A sound one reaches its site from some day on; another may fall short in any respect, or in several."""
        datum = self.random.choice(self.datums)
        opened = date(2015, 1, 1) if self.chance(self.early_share) else self._edge()
        row = {"ap_id": f"AP{len(self.package['access_points'])}", "operator": self.random.choice(self.operators)}
        row.update(downstream_mbps=self.random.choice(SPEEDS_ENOUGH), tv_only="0")
        row.update(opened_on=opened.isoformat(), closed_on="")
        metres = self.random.choice([0, 12.5, 90, 150])
        if not sound:
            metres = self._metres({site_datum, datum} <= {"", "WGS84", "CGCS2000"})
            row["downstream_mbps"] = self.random.choice(SPEEDS_TOO_SLOW if self.chance(0.3) else SPEEDS_ENOUGH)
            row["tv_only"] = "1" if self.chance(0.2) else "0"
        if self.chance(0.05 if sound else 0.3):
            row["closed_on"] = max(opened, self._edge()).isoformat()
        row.update(self._written(self._away(site, metres), datum))
        total = self.random.choice(["", "0", "16", "128"])
        row.update(ports_total=total, ports_used=self.random.choice(["0", total] if total else ["", "3"]))
        self.package["access_points"].append(row)

    def _metres(self, exact: bool) -> float:
        if self.chance(0.4):
            return self.random.choice(CLEAR)
        margin = self.random.choice(MARGINS_EXACT + MARGINS_INVERTED if exact else MARGINS_INVERTED)
        return self.random.choice(LIMITS) + self.random.choice([-margin, margin])

    # Orders ---------------------------------------------------------------------------------------------------------

    def _orders(self) -> None:
        areas = [area["code"] for area in self.package["areas"] if len(area["code"]) >= 12]
        for number in range(self.orders if areas else 0):
            expansion = self.chance(0.3)
            accepted = self._accepted(expansion)
            due = due_on(accepted, expansion)
            row = {"order_id": f"O{number}", "operator": self.random.choice(self.operators)}
            row.update(area_code=self.random.choice(areas), accepted_on=accepted.isoformat())
            row.update(needs_expansion="1" if expansion else "0", completed_on="", cancelled_on="")
            ended = self.random.choice(list(self._on_time(due) if self.chance(self.punctual) else self._any_end(due)))
            if ended is not None:
                column = "cancelled_on" if self.chance(0.25) else "completed_on"
                row[column] = max(accepted, ended).isoformat()
            self.package["service_orders"].append(row)

    def _accepted(self, expansion: bool) -> date:
        """A day from which the order falls due about the edge of a quarter, or any day."""
        edge = self._edge()
        near = [edge - timedelta(days=days) for days in range(9, 35)]
        apt = [day for day in near if abs((due_on(day, expansion) - edge).days) <= 1]
        return self.random.choice(apt if apt and self.chance(0.8) else near)

    def _on_time(self, due: date) -> Iterator[date]:
        yield due
        yield due - timedelta(days=1)
        yield due - timedelta(days=9)

    def _any_end(self, due: date) -> Iterator[date | None]:
        yield None
        yield from self._on_time(due)
        yield due + timedelta(days=1)
        yield due + timedelta(days=3)
        for period in PERIODS:
            if due <= last_day(period):
                yield last_day(period)
                yield last_day(period) + timedelta(days=1)
                break
        yield self._edge()

    # Returns --------------------------------------------------------------------------------------------------------

    def _returns(self) -> None:
        villages = [area["code"] for area in self.package["areas"] if len(area["code"]) == 12]
        for period in PERIODS:
            for village in villages:
                status = self.random.choice(self.return_statuses)
                if status is not None:
                    row = {"period": period, "area_code": village, "status": status, **self._figures()}
                    self.package["returns"].append(row)

    def _figures(self) -> dict[str, str]:
        """Exactly 80 % of users and full coverage, one more, one less, nothing at all, or anything."""
        if self.chance(0.03):
            households = covered = fibre = users = fibre_users = 0
        elif self.exact_figures:
            users = 10 * self.random.randint(1, 90)
            fibre_users = 8 * users // 10 + self.random.choice([0, 0, 0, 0, 0, -1, 1])
            covered = users + 100
            fibre = covered - (1 if self.chance(0.1) else 0)
            households = covered + self.random.randint(0, 50)
        else:
            households = self.random.randint(0, 900)
            covered = self.random.randint(0, households)
            fibre = self.random.choice([covered, self.random.randint(0, covered)])
            users = self.random.randint(0, 500)
            fibre_users = self.random.randint(7 * users // 10, users)
        return {
            "households": str(households),
            "broadband_covered_households": str(covered),
            "fibre_covered_households": str(fibre),
            "broadband_users": str(users),
            "fibre_users": str(fibre_users),
        }


def random_package(seed: int, shape: str = "", dated: bool = False) -> Package:
    """``shape``: small, leafy (many natural villages and compounds) or wide (many townships); drawn when blank.

    ``dated``: with changes and successions (dated-changes.md); without it, there is neither.
    """
    package = Maker(seed, shape).make()
    return with_dates(package, seed) if dated else package


ALIKE = {
    "areas": [("valid_from", "valid_to"), ("setting",)],
    "sites": [("valid_from", "valid_to"), ("setting",), ("lon", "lat", "datum"), ("kind",)],
    "access_points": [
        ("lon", "lat", "datum"),
        ("opened_on", "closed_on"),
        ("downstream_mbps",),
        ("tv_only",),
        ("operator",),
    ],
    "service_orders": [
        ("accepted_on", "needs_expansion", "completed_on", "cancelled_on"),
        ("area_code",),
        ("operator",),
    ],
    "returns": [
        ("households", "broadband_covered_households", "fibre_covered_households"),
        ("broadband_users", "fibre_users"),
        ("status",),
    ],
}
"""Columns that two rows of a table may swap together and stay valid."""


def random_changes(package: Package, seed: int) -> Package:
    """Some rows of the package again, with values of other rows: a second package to be loaded over the first."""
    chance = random.Random(f"changes {seed}")
    changes: Package = {}
    for table, groups in ALIKE.items():
        rows = package.get(table, [])
        named = chance.sample(rows, min(len(rows), chance.choice([0, 1, 5, 20])))
        for row in named:
            changed, other = dict(row), chance.choice(rows)
            for group in groups:
                if chance.random() < 0.5 and row.get("kind") != "district":
                    changed.update({column: other[column] for column in group})
            changes.setdefault(table, []).append(changed)
    return changes


def random_dated_changes(package: Package, seed: int) -> Package:
    """A second package for a dated one: first values and changes, as far as what then stands is valid."""
    proposed = [(table, row) for table, rows in random_changes(package, seed).items() for row in rows[:3]]
    proposed += [("changes", row) for row in further_changes(package, seed)]
    second: Package = {}
    for table, row in proposed:
        tried = {**second, table: [*second.get(table, []), row]}
        if not _repeats(second.get(table, []), row) and not errors(overlaid(package, tried)):
            second = tried
    return second


def _repeats(rows: list[dict[str, str]], row: dict[str, str]) -> bool:
    key = ("table", "key", "column", "effective_on")
    return "effective_on" in row and any(all(row[name] == other[name] for name in key) for other in rows)


KEYS = {
    "areas": ("code",),
    "sites": ("site_id",),
    "operators": ("code",),
    "access_points": ("ap_id",),
    "service_orders": ("order_id",),
    "returns": ("period", "area_code"),
    "changes": ("table", "key", "column", "effective_on"),
    "successions": ("from_code", "to_code"),
}


def overlaid(package: Package, changes: Package) -> Package:
    """What stands after ``changes`` have been loaded over the package: "Rows are matched by key and updated in place"."""
    result = {}
    for table in dict.fromkeys([*package, *changes]):
        standing = {tuple(row[column] for column in KEYS[table]): row for row in package.get(table, [])}
        newer = {tuple(row[column] for column in KEYS[table]): row for row in changes.get(table, [])}
        result[table] = list({**standing, **newer}.values())
    return result
