"""Districts to measure on: the demonstration, whole or in part, and copies of it side by side."""

import csv
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction

DISTRICT = "441802"

_TABLES = (
    "areas_area",
    "areas_site",
    "areas_accesspoint",
    "areas_serviceorder",
    "returns_return",
    "returns_returnline",
)
_VERDICTS = ("acceptance_judgement", "acceptance_verdict", "acceptance_siteverdict", "acceptance_milestoneverdict")
_CODES = {"code", "parent_id", "county", "area_id", "township_id", "area_code"}
_NUMBERS = {"site_id", "ap_id", "order_id"}
_KEYS = {
    ("returns_return", "id"): "returns_return",
    ("returns_return", "corrects_id"): "returns_return",
    ("returns_returnline", "id"): "returns_returnline",
    ("returns_returnline", "owner_id"): "returns_return",
    ("areas_site", "id"): "areas_site",
    ("acceptance_siteverdict", "site_id"): "areas_site",
}
"""Columns that hold a primary key, by the table whose key it is; a copy's keys are shifted."""

_GRID = 10
_EAST, _NORTH = 0.6, 0.55
"""Degrees from one copy to the next: a little more than the district is wide and high."""


def load(size: float) -> None:
    """The demonstration's facts; of its villages and communities only every so many, with all that belongs to them."""
    from demonstration.package import build_package

    with tempfile.TemporaryDirectory() as folder:
        build_package(Path(folder))
        if size < 1:
            _thin(Path(folder), size)
        with (Path(folder) / "log").open("w", encoding="utf-8") as log:
            call_command("import_package", folder, no_judge=True, stdout=log, stderr=log)


def _thin(folder: Path, size: float) -> None:
    """Keep a share of the villages in every table, and as many of the access points."""
    areas = _rows(folder / "areas.csv")
    villages = [row["code"] for row in areas if len(row["code"]) == 12]
    kept = {code for place, code in enumerate(villages) if int((place + 1) * size) > int(place * size)}
    for name, column in (
        ("areas", "code"),
        ("sites", "area_code"),
        ("service_orders", "area_code"),
        ("returns", "area_code"),
    ):
        rows = _rows(folder / f"{name}.csv")
        _write(folder / f"{name}.csv", rows, [row for row in rows if len(row[column]) < 12 or row[column][:12] in kept])
    points = _rows(folder / "access_points.csv")
    _write(folder / "access_points.csv", points, points[:: round(1 / size)])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _write(path: Path, rows: list[dict], kept: list[dict]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        table = csv.DictWriter(lines, list(rows[0]))
        table.writeheader()
        table.writerows(kept)


def multiply(counties: int, say: Callable[[str], None]) -> None:
    """Copies of the district with its verdicts, side by side, written straight into the tables."""
    tables = (*_TABLES, *_VERDICTS)
    with connection.cursor() as cursor:
        highest = {table: _highest(cursor, table) for table in set(_KEYS.values())}
        held = {table: _held(cursor, table) for table in tables}
        for copy in range(1, counties):
            say(f"copy {copy} of {counties - 1}")
            with transaction.atomic():
                for table in tables:
                    _copy(cursor, table, *held[table], copy, highest)
        if connection.vendor == "postgresql":
            for table in set(_KEYS.values()):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            cursor.execute("ANALYZE")


def enlarge(times: int) -> None:
    """The district so many times over as one county, without verdicts: copies of its townships side by side, by their own codes."""
    with connection.cursor() as cursor:
        highest = {table: _highest(cursor, table) for table in set(_KEYS.values()) if table in _TABLES}
        held = {table: _held(cursor, table) for table in _TABLES}
        codes = held["areas_area"][0].index("code")
        townships = sorted({row[codes][6:9] for row in held["areas_area"][1] if len(row[codes]) > 6})
        held["areas_area"] = held["areas_area"][0], [row for row in held["areas_area"][1] if len(row[codes]) > 6]
        for copy in range(1, times):
            renamed = {old: f"{200 + copy * len(townships) + place:03}" for place, old in enumerate(townships)}
            with transaction.atomic():
                for table in _TABLES:
                    _copy(cursor, table, *held[table], copy, highest, lambda code, to=renamed: _beside(code, to))


def _beside(code: str, renamed: dict[str, str]) -> str:
    return f"{code[:6]}{renamed[code[6:9]]}{code[9:]}" if len(code) > 6 else code


def _held(cursor, table: str) -> tuple[list[str], list[tuple]]:
    """The columns and rows of a table that are copied."""
    cursor.execute(f"SELECT * FROM {table}")
    columns = [column[0] for column in cursor.description]
    kept = [place for place, name in enumerate(columns) if _is_copied(table, name)]
    return [columns[place] for place in kept], [tuple(row[place] for place in kept) for row in cursor.fetchall()]


def _copy(
    cursor, table: str, columns: list[str], rows: list[tuple], copy: int, highest: dict[str, int], recode=None
) -> None:
    """The rows of one copy: other codes and numbers, and another place on the map."""
    moves = [_move(table, column, copy, highest, recode) for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    shifted = (
        [move(value) if value is not None else None for move, value in zip(moves, row, strict=True)] for row in rows
    )
    insert(cursor, f"INSERT INTO {table} ({names})", len(columns), shifted)


def insert(cursor, head: str, width: int, rows: Iterable[Sequence]) -> None:
    """Many rows by plain SQL."""
    if connection.vendor == "postgresql":
        from psycopg2.extras import execute_values

        execute_values(cursor.cursor, f"{head} VALUES %s", rows, page_size=1000)
    else:
        cursor.executemany(f"{head} VALUES ({', '.join(['%s'] * width)})", rows)


def _is_copied(table: str, column: str) -> bool:
    return column != "tile" and (column != "id" or (table, column) in _KEYS)


def _highest(cursor, table: str) -> int:
    cursor.execute(f"SELECT max(id) FROM {table}")
    return cursor.fetchone()[0]


def _move(table: str, column: str, copy: int, highest: dict[str, int], recode: Callable | None) -> Callable:
    """How a column's values become the copy's; ``recode`` its codes, those of another county unless given."""
    if (table, column) in _KEYS:
        shift = highest[_KEYS[table, column]]
        return lambda key: key + copy * shift
    if column in _CODES or (table.startswith("acceptance") and column == "area_id"):
        return lambda code: (recode(code) if recode else f"{500000 + copy}{code[6:]}") if code else code
    if column in _NUMBERS:
        return lambda number: f"{copy}-{number}"
    if column in ("lon", "west", "east"):
        return lambda lon: lon + copy % _GRID * _EAST
    if column in ("lat", "south", "north"):
        return lambda lat: lat + copy // _GRID * _NORTH
    return lambda value: value
