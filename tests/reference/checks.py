"""dated-changes.md, "Checks on the way in", as far as they concern ``changes`` and ``successions``: a second writing.

Keys, days and listed values are taken as the rest of a package's cells are: written in codes. What data-package.md asks
of all tables (a missing column, an unknown header) is not asked again here.
"""

import re
from collections import defaultdict
from datetime import date
from typing import NamedTuple

from tests.reference.dated import COLUMNS, KEYS, Row, as_of
from tests.reference.model import Package, World, area_in_force

DAY = date.resolution
INTERVALS = {
    "areas": ("valid_from", "valid_to"),
    "sites": ("valid_from", "valid_to"),
    "access_points": ("opened_on", "closed_on"),
}
PAIRS = ({"street", "town"}, {"village", "community"})
SITE_KINDS = {
    "settlement", "residence", "estate", "urban_village", "market", "school", "hospital", "office", "industrial_park",
    "scenic_spot", "other",
}  # fmt: skip


class Problem(NamedTuple):
    level: str  # error, warning
    table: str
    row: int  # the header is row 1
    column: str


def problems(package: Package) -> set[Problem]:
    """Of a package loaded into an empty database."""
    found = {Problem(level, "changes", row, column) for level, row, column in _of_changes(package)}
    return found | {Problem("error", "successions", row, column) for row, column in _of_successions(package)}


def errors(package: Package) -> set[Problem]:
    return {problem for problem in problems(package) if problem.level == "error"}


# Changes ------------------------------------------------------------------------------------------------------------


def _of_changes(package: Package):
    rows = {table: {row[key]: row for row in package.get(table, [])} for table, key in KEYS.items()}
    sound, seen = [], set()
    for number, change in enumerate(package.get("changes", []), start=2):
        table, key, column, day = (change[name] for name in ("table", "key", "column", "effective_on"))
        # "unknown table, key or column; a column that may not change"
        if table not in KEYS:
            yield "error", number, "table"
        elif key not in rows[table]:
            yield "error", number, "key"
        elif column not in COLUMNS[table]:
            yield "error", number, "column"
        elif not _is_day(day):
            yield "error", number, "effective_on"
        else:
            # "the same table, key, column and day twice (on the later row)"
            if (table, key, column, day) in seen or not _within(rows[table][key], table, date.fromisoformat(day)):
                yield "error", number, "effective_on"
            if not _accepts(table, column, change["value"]):
                yield "error", number, "value"
            elif (table, key, column, day) not in seen:
                sound.append((number, change))
            seen.add((table, key, column, day))
        if len(change.get("document", "")) > 200:
            yield "error", number, "document"
    legible = {**package, "changes": [change for _, change in sound]}
    for number, change in sound:
        for level in _of_value(legible, rows[change["table"]][change["key"]], change):
            yield level, number, "value"
    for number in _ports(legible, sound):
        yield "error", number, "value"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# "`effective_on` not later than the object's `valid_from` / `opened_on`, or not before its `valid_to` / `closed_on`"
def _within(row: Row, table: str, day: date) -> bool:
    first, last = (row.get(column) for column in INTERVALS[table])
    return (not first or date.fromisoformat(first) < day) and (not last or day < date.fromisoformat(last))


# "a value that the column would refuse"
def _accepts(table: str, column: str, value: str) -> bool:
    if column == "name":
        return bool(value) or table == "access_points"
    if column == "kind":
        return value in (SITE_KINDS if table == "sites" else {kind for pair in PAIRS for kind in pair})
    if column in ("permanent_households", "ports_total", "ports_used"):
        return value == "" or value.isdecimal()
    if column == "setting":
        return value in ("", "urban", "rural")
    if column == "demonstration":
        return value in ("", "1", "0")
    if column == "tv_only":
        return value in ("1", "0")
    if column == "downstream_mbps":
        return re.fullmatch(r"\d+(\.\d+)?", value) is not None and float(value) > 0
    return bool(value)  # area_code


def _before(package: Package, change: Row) -> Row:
    """The object with the values of the day before."""
    key = KEYS[change["table"]]
    yesterday = as_of(package, date.fromisoformat(change["effective_on"]) - DAY)
    return next(row for row in yesterday[change["table"]] if row[key] == change["key"])


def _of_value(package: Package, row: Row, change: Row):
    """error or warning, each as often as it applies."""
    table, column, value = change["table"], change["column"], change["value"]
    before = _before(package, change)
    # "a kind other than the two pairs"
    if table == "areas" and column == "kind" and not any({row["kind"], value} <= pair for pair in PAIRS):
        yield "error"
    if column == "permanent_households":
        # "a natural village without households, or another kind with them"
        if (row["kind"] == "natural_village") != bool(value):
            yield "error"
        # "households that cross 20"
        elif value and before[column] and (int(before[column]) >= 20) != (int(value) >= 20):
            yield "warning"
    # "demonstration on a kind that cannot have it"
    if column == "demonstration" and value == "1" and row["kind"] not in ("natural_village", "quarter"):
        yield "error"
    if column == "area_code":
        # "a site's area that is missing, the district itself, or in another county"
        areas = World({"areas": package["areas"]})
        if value not in areas.areas or len(value) == 6 or value[:6] != row["area_code"][:6]:
            yield "error"
        # "a site moved to an area that is not in force on that day"
        elif not area_in_force(areas, value, date.fromisoformat(change["effective_on"])):
            yield "warning"
    # "a rate that falls"
    if column == "downstream_mbps" and float(value) < float(before[column]):
        yield "warning"
    # "a value equal in meaning to that of the day before (100 = 100.0, blank = no)"
    if _meaning(column, value) == _meaning(column, before.get(column, "")):
        yield "warning"


def _meaning(column: str, value: str) -> object:
    if column == "demonstration":
        return value or "0"
    if column in ("downstream_mbps", "permanent_households", "ports_total", "ports_used"):
        return float(value) if value else None
    return value


# "`ports_used > ports_total` on any day on which either changes (both on one day: on the row of `ports_used`)."
def _ports(package: Package, sound: list[tuple[int, Row]]):
    days: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for number, change in sound:
        if change["column"] in ("ports_total", "ports_used"):
            days[change["key"], change["effective_on"]][change["column"]] = number
    for (key, day), numbers in days.items():
        points = as_of(package, date.fromisoformat(day))["access_points"]
        point = next(row for row in points if row["ap_id"] == key)
        used, total = point.get("ports_used"), point.get("ports_total")
        if used and total and int(used) > int(total):
            yield numbers.get("ports_used", numbers.get("ports_total"))


# Successions --------------------------------------------------------------------------------------------------------


def _of_successions(package: Package):
    areas = {row["code"]: row for row in package.get("areas", [])}
    rows = list(enumerate(package.get("successions", []), start=2))
    titles: dict[str, list[int]] = defaultdict(list)
    leads_to: dict[str, set[str]] = defaultdict(set)
    for number, row in rows:
        origin, heir = row["from_code"], row["to_code"]
        # "an unknown area (on its code)"
        unknown = [column for column in ("from_code", "to_code") if row[column] not in areas]
        yield from ((number, column) for column in unknown)
        if row.get("carries_title") == "1":
            titles[heir].append(number)
        if row["kind"] not in ("merge", "split", "rename", "recode"):
            yield number, "kind"
        if unknown:
            continue
        # "kinds that do not fit, duplicates, and a ring (one problem, on the later row that closes it) on `to_code`"
        # "both of the same kind on that day, or street and town, or village and community": a kind never leaves its pair
        kinds = {areas[origin]["kind"], areas[heir]["kind"]}
        fit = len(kinds) == 1 or kinds in PAIRS
        if not fit or heir in leads_to[origin] or _reaches(leads_to, heir, origin):
            yield number, "to_code"
        else:
            leads_to[origin].add(heir)
        # "dates that do not meet on `effective_on`"
        if not _is_day(row["effective_on"]) or not _dates_meet(package, row):
            yield number, "effective_on"
    # "`document` … (required only where several rows carry a title into one area: then on each of them)"
    without = {number for number, row in rows if not row.get("document")}
    yield from ((number, "document") for carried in titles.values() if len(carried) > 1 for number in carried
                if number in without)  # fmt: skip


def _reaches(leads_to: dict[str, set[str]], start: str, end: str) -> bool:
    return start == end or any(_reaches(leads_to, heir, end) for heir in leads_to[start])


# "The predecessor's `valid_to` is `effective_on`; a successor that begins with it has `valid_from` = `effective_on`, one
# that exists already (merge) is in force on that day (a blank `valid_from` counts as earlier)."
def _dates_meet(package: Package, row: Row) -> bool:
    world, day = World({"areas": package["areas"]}), date.fromisoformat(row["effective_on"])
    origin, heir = world.areas[row["from_code"]], world.areas[row["to_code"]]
    if origin.valid_to != day:
        return False
    if heir.valid_from == day:
        return True
    return row["kind"] == "merge" and area_in_force(world, heir.code, day)
