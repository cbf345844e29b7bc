"""Changes and successions for a random package, on the days where they could be misread; always valid (``checks``)."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from tests.reference.checks import INTERVALS, PAIRS, SITE_KINDS, errors
from tests.reference.dated import COLUMNS, KEYS, Row
from tests.reference.days import first_day, last_day, quarters
from tests.reference.model import Package, World, area_in_force

PERIODS = quarters("2016Q4", "2019Q2")
DAY = timedelta(days=1)
VALUES = {
    "permanent_households": ("19", "20", "20", "21", "0", "350"),
    "setting": ("urban", "rural", ""),
    "demonstration": ("1", "1", "0", ""),
    "downstream_mbps": ("49.99", "50", "50.0", "50.01", "12", "100", "100.0", "1000"),
    "tv_only": ("1", "0"),
    "ports_total": ("", "0", "16", "128"),
    "ports_used": ("", "0", "3", "16", "17"),
}
"""What a new value is drawn from, whatever the object."""


class Dating:
    """Adds to a copy of a package: areas that take over from others first, then changes of what there is."""

    def __init__(self, package: Package, seed: int | str):
        self.random = random.Random(f"dated {seed}")
        self.package: Package = {table: [dict(row) for row in rows] for table, rows in package.items()}
        for table in ("sites", "access_points", "service_orders", "returns", "changes", "successions"):
            self.package.setdefault(table, [])

    def make(self) -> Package:
        draw = self.random.choice
        for _ in range(draw([0, 0, 1, 3, 6])):
            self._succession()
        share = draw([0.05, 0.2, 0.5])
        for table in KEYS:
            self._propose(table, share)
        drop_errors(self.package)
        self.random.shuffle(self.package["changes"])
        return {table: rows for table, rows in self.package.items() if rows}

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def edge(self) -> date:
        """The first or the last day of a quarter, or a day beside it."""
        period = self.random.choice(PERIODS)
        return self.random.choice([first_day(period), last_day(period)]) + self.random.choice([-1, 0, 0, 0, 1]) * DAY

    # Changes --------------------------------------------------------------------------------------------------------

    def _propose(self, table: str, share: float) -> None:
        """Changes of some of the table's rows, a few of which are not valid yet."""
        for row in self.package[table]:
            likely = 0.5 if table == "areas" and len(row["code"]) <= 12 else share
            if self.chance(likely):
                self.package["changes"] += self.proposals(table, row)

    def proposals(self, table: str, row: Row) -> Iterator[Row]:
        """One to three days; on each of them one column or several."""
        columns = [column for column in COLUMNS[table] if self._fits(table, row, column)]
        for _ in range(self.random.choice([1, 1, 2, 3])):
            day = self._day(table, row).isoformat()
            for column in self.random.sample(columns, min(len(columns), self.random.choice([1, 1, 2]))):
                change = {"table": table, "key": row[KEYS[table]], "column": column, "effective_on": day}
                document = self.random.choice(["", "", "清区民〔2018〕6号"])
                yield {**change, "value": self._value(table, row, column), "document": document}

    def _fits(self, table: str, row: Row, column: str) -> bool:
        if table != "areas" or column in ("name", "setting"):
            return True
        if column == "kind":
            return any(row["kind"] in pair for pair in PAIRS)
        if column == "permanent_households":
            return row["kind"] == "natural_village"
        return row["kind"] in ("natural_village", "quarter")

    def _day(self, table: str, row: Row) -> date:
        """At the edge of a quarter, or next to an end of the object; now and then a day that is refused."""
        first, last = (row.get(column) for column in INTERVALS[table])
        days = [self.edge()] * 3
        if first:
            days += [date.fromisoformat(first) + DAY] * 2
        if last:
            days += [date.fromisoformat(last) - DAY] * 2
        return self.random.choice(days)

    def _value(self, table: str, row: Row, column: str) -> str:
        if self.chance(0.15):
            return row.get(column, "")  # the first value once more
        if column == "name":
            return f"{row.get('name') or '接入点'}新{self.random.randint(1, 9)}"
        if column == "kind" and table == "areas":
            pair = next(pair for pair in PAIRS if row["kind"] in pair)
            return self.random.choice(sorted(pair))
        if column == "kind":
            return self.random.choice(sorted(SITE_KINDS))
        if column == "area_code":
            return self._other_area(row["area_code"])
        return self.random.choice(VALUES[column])

    def _other_area(self, code: str) -> str:
        """Any area of the county, the district excepted; most often a neighbour."""
        county = [area["code"] for area in self.package["areas"] if area["code"][:6] == code[:6] != area["code"]]
        near = [other for other in county if other[:9] == code[:9]]
        alike = [other for other in county if len(other) == len(code)]
        return self.random.choice(self.random.choice([county, near, alike]))

    # Successions ----------------------------------------------------------------------------------------------------

    def _succession(self) -> None:
        day = self.edge()
        areas = [row for row in self.package["areas"] if len(row["code"]) > 6 and self._can_end(row, day)]
        if not areas:
            return
        leaves, villages = ([row for row in areas if len(row["code"]) == length] for length in (15, 12))
        origin = self.random.choice(self.random.choice([villages or areas, villages or areas, leaves or areas, areas]))
        way = self.random.choice(["merge", "merge", "split", "rename", "recode"])
        siblings = [row for row in areas if row is not origin and _alike(row, origin)]
        origins, heirs = [origin], []
        if way == "merge":
            world = World({"areas": self.package["areas"]})
            standing = [row for row in siblings if area_in_force(world, row["code"], day)]
            if standing and self.chance(0.6):
                heirs = [self.random.choice(standing)]
            others = [row for row in siblings if row not in heirs]
            origins += self.random.sample(others, min(len(others), self.random.choice([0, 1, 1, 2])))
        how_many = self.random.choice([2, 3]) if way == "split" else 1
        heirs = heirs or [self._heir(origin["code"][:-3], origin, day) for _ in range(how_many)]
        for origin in origins:
            self._take_over(origin, heirs, way, day)

    def _can_end(self, row: Row, day: date) -> bool:
        """Whether it has begun before, has no end yet, and nothing at or beneath it takes over on that day or later."""
        taken_over = (
            succession["effective_on"] >= day.isoformat() and succession["to_code"].startswith(row["code"])
            for succession in self.package["successions"]
        )
        begun = not row["valid_from"] or date.fromisoformat(row["valid_from"]) < day
        return begun and not row["valid_to"] and not any(taken_over)

    def _heir(self, parent: str, origin: Row, day: date) -> Row:
        """A new area that begins on the day, of the origin's kind or the other of the pair."""
        taken = {row["code"] for row in self.package["areas"]}
        code = next(code for number in range(400, 1000) if (code := f"{parent}{number:03}") not in taken)
        row = {**origin, "code": code, "name": f"{origin['name']}承{code[-3:]}"}
        row.update(valid_from=day.isoformat(), valid_to="")
        pair = next((pair for pair in PAIRS if origin["kind"] in pair), {origin["kind"]})
        row["kind"] = self.random.choice([origin["kind"], *sorted(pair)])
        self.package["areas"].append(row)
        return row

    def _take_over(self, origin: Row, heirs: list[Row], way: str, day: date) -> None:
        """The origin ends; most of its sites and leaves go on under an heir, its returns in part."""
        origin["valid_to"] = day.isoformat()
        for heir in heirs:
            title = self.random.choice(["1", "0", ""])
            self.package["successions"].append({
                "from_code": origin["code"], "to_code": heir["code"], "effective_on": day.isoformat(), "kind": way,
                "carries_title": title, "document": "清区民〔2018〕6号" if title == "1" or self.chance(0.2) else "",
            })  # fmt: skip
        self._move_sites(origin, heirs, day)
        self._hand_on_rows(origin, heirs, day)
        if len(origin["code"]) == 12:
            for leaf in list(self.package["areas"]):
                below = leaf["code"].startswith(origin["code"]) and len(leaf["code"]) == 15
                if below and self._can_end(leaf, day) and self.chance(0.8):
                    heir = self._heir(self.random.choice(heirs)["code"], leaf, day)
                    self._take_over(leaf, [heir], "recode", day)

    def _move_sites(self, origin: Row, heirs: list[Row], day: date) -> None:
        for site in self.package["sites"]:
            if site["area_code"] == origin["code"] and self.chance(0.9):
                change = {"table": "sites", "key": site["site_id"], "column": "area_code"}
                change.update(effective_on=day.isoformat(), value=self.random.choice(heirs)["code"], document="")
                self.package["changes"].append(change)

    def _hand_on_rows(self, origin: Row, heirs: list[Row], day: date) -> None:
        """Returns of the heirs that begin, from the day on, and a few orders: rows of the origin under their codes."""
        begun = [heir for heir in heirs if heir["valid_from"] == day.isoformat()]
        held = {(row["period"], row["area_code"]) for row in self.package["returns"]}
        for heir in begun:
            for row in list(self.package["returns"]):
                handed = row["area_code"] == origin["code"] and last_day(row["period"]) >= day
                if handed and (row["period"], heir["code"]) not in held:
                    self.package["returns"].append({**row, "area_code": heir["code"]})
                    held.add((row["period"], heir["code"]))
            orders = [row for row in self.package["service_orders"] if row["area_code"] == origin["code"]]
            for row in orders:
                number = len(self.package["service_orders"])
                self.package["service_orders"].append({**row, "order_id": f"O{number}承", "area_code": heir["code"]})


def _alike(row: Row, other: Row) -> bool:
    """In one county, and of kinds that may take over from each other."""
    kinds = {row["kind"], other["kind"]}
    return row["code"][:6] == other["code"][:6] and (len(kinds) == 1 or kinds in PAIRS)


def drop_errors(package: Package) -> None:
    """Leave out the changes that the checks would refuse; the successions are valid as they are made."""
    while refused := {problem.row for problem in errors(package) if problem.table == "changes"}:
        package["changes"] = [row for number, row in enumerate(package["changes"], start=2) if number not in refused]


def dated(package: Package, seed: int) -> Package:
    """The package with changes and successions, and with the areas, moves, returns and orders that these bring along."""
    return Dating(package, seed).make()


def further_changes(package: Package, seed: int) -> Iterable[Row]:
    """Rows of ``changes`` to be loaded over a dated package: new ones, and stored ones with another value."""
    dating = Dating(package, f"further {seed}")
    for table, key in KEYS.items():
        rows = {row[key]: row for row in package.get(table, [])}
        for row in dating.random.sample(list(rows.values()), min(len(rows), dating.random.choice([0, 1, 3]))):
            yield from dating.proposals(table, row)
        stored = [row for row in package.get("changes", []) if row["table"] == table]
        for change in dating.random.sample(stored, min(len(stored), dating.random.choice([0, 2, 4]))):
            yield {**change, "value": dating._value(table, rows[change["key"]], change["column"])}
