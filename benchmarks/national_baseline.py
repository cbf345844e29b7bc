"""What the evaluation is measured against: the bare spatial join and one pass of aggregation, in several engines.

Every site against the access points that count within its radius, over straight lines; then the reached sites of each
area, and the sums of the returns of each township. Chunks of counties in parallel, as the evaluation does it, from the
same tables. No standards, no reasons, no service test, and nothing is written.
"""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import numpy as np
from national_copying import read
from national_evaluating import Spent, add_up, chunked, connect, counties, server_cpu
from national_reading import cells_around

from areas.geodesy import earth_centred

URBAN_M, RURAL_M = 200, 1000
FIGURES = "households, broadband_covered_households, fibre_covered_households, broadband_users, fibre_users"

_SITES = (
    "SELECT area_id::bigint AS area, lon, lat, CASE setting WHEN 'urban' THEN 200 ELSE 1000 END::float8 AS radius "
    "FROM areas_site WHERE county = ANY(%s) AND lon IS NOT NULL"
)
_POINTS = (
    "SELECT lon, lat FROM unnest(%s::int[], %s::int[]) AS cells(low, high) JOIN areas_accesspoint "
    "ON tile BETWEEN low AND high WHERE downstream_mbps >= 50 AND NOT tv_only AND opened_on <= '2018-06-30' "
    "AND (closed_on IS NULL OR closed_on > '2018-06-30')"
)
_LINES = (
    f"SELECT owner_id, {FIGURES} FROM returns_returnline "
    "WHERE county = ANY(%s) AND period = '2018Q2' AND status = 'approved'"
)


class Tables:
    """A chunk's columns in memory, places in metres from the middle of the earth."""

    def __init__(self, cursor, codes: Sequence[str]) -> None:
        sites = read(cursor, _SITES, [list(codes)], area="i8", lon="f8", lat="f8", radius="f8")
        county = sites["area"] // 1000 ** np.searchsorted([10**6, 10**9, 10**12], sites["area"], side="right")
        low, high = cells_around(county, sites["lon"], sites["lat"], RURAL_M)
        points = read(cursor, _POINTS, [low, high], lon="f8", lat="f8")
        lines = read(cursor, _LINES, [list(codes)], owner="i8", **dict.fromkeys(FIGURES.split(", "), "i4"))
        self.area, self.radius = sites["area"], sites["radius"]
        self.owner = lines["owner"]
        self.figures = np.column_stack([lines[name] for name in FIGURES.split(", ")])
        self.site = earth_centred(sites["lon"], sites["lat"])
        self.point = earth_centred(points["lon"], points["lat"])


def with_trees(tables: Tables) -> int:
    """NumPy and SciPy's k-d trees."""
    from scipy.spatial import cKDTree

    places, centres = (cKDTree(each, balanced_tree=False) for each in (tables.site, tables.point))
    near = places.sparse_distance_matrix(centres, RURAL_M, output_type="ndarray")
    within = near["i"][near["v"] <= tables.radius[near["i"]]]
    reached = np.zeros(len(tables.area), dtype=bool)
    reached[within] = True
    _sums(tables.area, reached.astype(np.int64))
    _sums(tables.owner, tables.figures)
    return int(np.count_nonzero(reached))


def _sums(group: np.ndarray, values: np.ndarray) -> np.ndarray:
    order = np.argsort(group, kind="stable")
    return np.add.reduceat(values[order], np.flatnonzero(np.diff(group[order], prepend=-1)), axis=0)


_GRID_SQL = """
WITH cells AS (SELECT DISTINCT radius FROM sites),
near AS (
    SELECT DISTINCT s.number FROM (
        SELECT number, radius, x, y, z, floor(x / radius)::bigint AS cx, floor(y / radius)::bigint AS cy,
               floor(z / radius)::bigint AS cz FROM sites) s
    JOIN (
        SELECT radius, x, y, z, floor(x / radius)::bigint + dx AS cx, floor(y / radius)::bigint + dy AS cy,
               floor(z / radius)::bigint + dz AS cz
        FROM points, cells, (VALUES (-1), (0), (1)) a(dx), (VALUES (-1), (0), (1)) b(dy), (VALUES (-1), (0), (1)) c(dz)) p
    ON s.radius = p.radius AND s.cx = p.cx AND s.cy = p.cy AND s.cz = p.cz
    WHERE (s.x - p.x) ^ 2 + (s.y - p.y) ^ 2 + (s.z - p.z) ^ 2 <= s.radius ^ 2)
SELECT coalesce(sum(reached), 0) FROM (
    SELECT area, count(near.number) AS reached FROM sites LEFT JOIN near USING (number) GROUP BY area) areas
"""


def with_duckdb(tables: Tables) -> int:
    """DuckDB on Arrow columns: a hash join on cells of the radius."""
    import duckdb

    with duckdb.connect(config={"threads": 1}) as engine:
        engine.register(
            "sites", _arrow(tables.site, number=np.arange(len(tables.area)), area=tables.area, radius=tables.radius)
        )
        engine.register("points", _arrow(tables.point))
        engine.register("lines", _arrow(None, owner=tables.owner, **_named_figures(tables)))
        reached = engine.execute(_GRID_SQL).fetchone()[0]
        sums = ", ".join(f"sum({name})" for name in FIGURES.split(", "))
        engine.execute(f"SELECT owner, {sums} FROM lines GROUP BY owner").fetchnumpy()
    return int(reached)


def _named_figures(tables: Tables) -> dict[str, np.ndarray]:
    return {name: tables.figures[:, place].copy() for place, name in enumerate(FIGURES.split(", "))}


def _arrow(place: np.ndarray | None, **columns: np.ndarray):
    import pyarrow

    axes = {} if place is None else {axis: place[:, number].copy() for number, axis in enumerate("xyz")}
    return pyarrow.table(axes | columns)


def with_polars(tables: Tables) -> int:
    """Polars: the same join, lazily."""
    import polars as pl

    sites = pl.DataFrame({axis: tables.site[:, number] for number, axis in enumerate("xyz")}).with_columns(
        area=pl.Series(tables.area), radius=pl.Series(tables.radius), number=pl.int_range(len(tables.area))
    )
    points = pl.DataFrame({axis: tables.point[:, number] for number, axis in enumerate("xyz")})
    cell = [(pl.col(axis) / pl.col("radius")).floor().cast(pl.Int64).alias(f"c{axis}") for axis in "xyz"]
    moved = [pl.DataFrame({f"d{axis}": [-1, 0, 1]}) for axis in "xyz"]
    around = points.lazy().join(sites.lazy().select(pl.col("radius").unique()), how="cross").with_columns(cell)
    for offsets in moved:
        around = around.join(offsets.lazy(), how="cross")
    around = around.with_columns([pl.col(f"c{axis}") + pl.col(f"d{axis}") for axis in "xyz"])
    on = ["radius", "cx", "cy", "cz"]
    gap = sum((pl.col(axis) - pl.col(f"{axis}_right")) ** 2 for axis in "xyz")
    near = (
        sites.lazy()
        .with_columns(cell)
        .join(around, on=on)
        .filter(gap <= pl.col("radius") ** 2)
        .select(pl.col("number").unique())
    )
    counts = (
        sites.lazy()
        .join(near.with_columns(reached=1), on="number", how="left")
        .group_by("area")
        .agg(pl.col("reached").sum())
    )
    lines = pl.DataFrame({"owner": tables.owner} | _named_figures(tables)).lazy().group_by("owner").sum()
    areas, _ = pl.collect_all([counts, lines])
    return int(areas["reached"].sum())


_POSTGRESQL = f"""
WITH sites AS MATERIALIZED ({_SITES}),
near AS (
    SELECT s.area, EXISTS (
        SELECT 1 FROM areas_accesspoint p, generate_series(floor((s.lat - s.radius / 111195.0) * 100)::int,
            floor((s.lat + s.radius / 111195.0) * 100)::int + 1) line
        WHERE p.tile BETWEEN line * 100000 + floor((s.lon - s.radius / 111195.0 / cos(radians(s.lat))) * 100)::int
                         AND line * 100000 + floor((s.lon + s.radius / 111195.0 / cos(radians(s.lat))) * 100)::int + 1
        AND (p.lat - s.lat) ^ 2 + ((p.lon - s.lon) * cos(radians(s.lat))) ^ 2 <= (s.radius / 111195.0) ^ 2
        AND downstream_mbps >= 50 AND NOT tv_only AND opened_on <= '2018-06-30'
        AND (closed_on IS NULL OR closed_on > '2018-06-30')) AS reached FROM sites s)
SELECT sum(reached) FROM (SELECT area, count(*) FILTER (WHERE reached) AS reached FROM near GROUP BY area) areas
"""

IN_MEMORY: dict[str, Callable[[Tables], int]] = {
    "NumPy and SciPy": with_trees,
    "DuckDB": with_duckdb,
    "Polars": with_polars,
}
POSTGRESQL = "PostgreSQL"
ENGINES = (*IN_MEMORY, POSTGRESQL)

_sizes: dict[str, int] = {}
_engine = ""
_connection = None


def available(engine: str) -> bool:
    """Whether the engine's package is installed (benchmarks/requirements.txt)."""
    packages = {"DuckDB": ("duckdb", "pyarrow"), "Polars": ("polars",)}.get(engine, ())
    with suppress(ImportError):
        for package in packages:
            __import__(package)
        return True
    return False


def baseline(url: str, engine: str, processes: int, sites_a_chunk: int) -> Spent:
    """The join and the aggregation for all counties, by one engine."""
    with connect(url) as connection, connection.cursor() as cursor:
        _sizes.update(counties(cursor))
        chunks = chunked(list(_sizes.items()), sites_a_chunk)
    return add_up(f"baseline in {engine}", _work, chunks, processes, lambda: _start(url, engine))


def _start(url: str, engine: str) -> None:
    global _engine, _connection
    # The workers are the parallelism: each engine has one thread in each of them.
    os.environ["POLARS_MAX_THREADS"] = "1"
    _engine, _connection = engine, connect(url)


def _work(codes: list[str]) -> Spent:
    cpu, server = time.process_time(), server_cpu(_connection)
    begun = time.perf_counter()
    with _connection, _connection.cursor() as cursor:
        tables = Tables(cursor, codes) if _engine in IN_MEMORY else None
        read_at = time.perf_counter()
        reached = IN_MEMORY[_engine](tables) if tables else _on_server(cursor, codes)
    return Spent(
        counties=len(codes),
        sites=sum(_sizes[code] for code in codes),
        reached=reached,
        reading=read_at - begun,
        judging=time.perf_counter() - read_at,
        cpu=time.process_time() - cpu,
        server_cpu=server_cpu(_connection) - server,
    )


def _on_server(cursor, codes: list[str]) -> int:
    # The planner takes a thousand rows for each series and reads the whole table for each site, unless it may not.
    cursor.execute("SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off")
    cursor.execute("SET statement_timeout = '60s'")
    cursor.execute(_POSTGRESQL, [codes])
    reached = int(cursor.fetchone()[0])
    sums = ", ".join(f"sum({name})" for name in FIGURES.split(", "))
    cursor.execute(f"SELECT owner_id, {sums} FROM ({_LINES}) lines GROUP BY owner_id", [codes])
    cursor.fetchall()
    return reached
