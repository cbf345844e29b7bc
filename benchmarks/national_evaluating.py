"""One quarter of every county by the rules themselves, some counties at a time, into compact tables.

A chunk's results and the note that it is done are one transaction: killed at any moment, the evaluation goes on where
it was.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import national_copying as copying
import numpy as np
import psycopg2
from national_progress import Progress, in_parallel
from national_reading import LENGTHS, Chunk, ValuesThen

from acceptance.rules.judge import County, Period
from acceptance.rules.plan import Plan
from acceptance.rules.service import Calendar
from acceptance.rules.shares import State
from acceptance.rules.standards import LEAVES, Standing
from common.periods import Quarter

SITES_A_CHUNK = 100_000

_SCHEMA = """
CREATE SCHEMA IF NOT EXISTS national;
CREATE TABLE IF NOT EXISTS national.area_outcome (
    county integer NOT NULL, code bigint NOT NULL, period smallint NOT NULL, basis varchar(10) NOT NULL,
    outcome smallint NOT NULL, reference smallint NOT NULL, covered smallint NOT NULL, ledger integer[]);
CREATE TABLE IF NOT EXISTS national.site_outcome (
    county integer NOT NULL, site_id bigint NOT NULL, period smallint NOT NULL, capable smallint NOT NULL, reason smallint NOT NULL);
CREATE TABLE IF NOT EXISTS national.done (
    period varchar(6), basis varchar(10), county varchar(6), PRIMARY KEY (period, basis, county));
CREATE INDEX IF NOT EXISTS area_outcome_county ON national.area_outcome USING brin (county);
CREATE INDEX IF NOT EXISTS site_outcome_county ON national.site_outcome USING brin (county);
"""
"""Outcomes as numbers of ``State``; a reference of -1 stands for none; a leaf's ledger follows from its sites."""


@dataclass
class Task:
    """What every worker needs; set before the workers are forked."""

    quarter: Quarter
    basis: str
    plan: Plan
    calendar: Calendar
    operators: list[str] = field(default_factory=list)
    then: ValuesThen | None = None


@dataclass
class Spent:
    """What a chunk held, and the seconds that it took by what they went to: ``cpu`` ours, ``server_cpu`` the server's."""

    counties: int = 0
    sites: int = 0
    reached: int = 0
    reading: float = 0.0
    judging: float = 0.0
    writing: float = 0.0
    cpu: float = 0.0
    server_cpu: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


def evaluate(url: str, task: Task, processes: int, sites_a_chunk: int = SITES_A_CHUNK) -> Spent:
    """Every county that has no result for the quarter yet."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(_SCHEMA)
        task.operators = operators(cursor)
        chunks = chunked(_waiting(cursor, task), sites_a_chunk)
        begun, cpu, server = time.perf_counter(), time.process_time(), server_cpu(connection)
        task.then = ValuesThen(cursor, task.quarter.last_day)
        first = Spent(
            reading=time.perf_counter() - begun,
            cpu=time.process_time() - cpu,
            server_cpu=server_cpu(connection) - server,
        )
    return first + add_up("evaluating", _work, chunks, processes, lambda: _start(url, task))


def forget(url: str) -> None:
    """Drop all results, so that everything is evaluated again."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS national.done, national.area_outcome, national.site_outcome")
        cursor.execute(_SCHEMA)


def period_number(quarter: Quarter) -> int:
    return 4 * quarter.year + quarter.number - 1


def add_up(what: str, work: Callable, chunks: Sequence, processes: int, prepare: Callable[[], None]) -> Spent:
    """What the work on all chunks took together."""
    progress = Progress(what, sum(sites for _, sites in chunks))
    total = Spent()
    for spent in in_parallel(work, [counties for counties, _ in chunks], processes=processes, prepare=prepare):
        progress.advance(spent.sites)
        total += spent
    return total


def operators(cursor) -> list[str]:
    cursor.execute("SELECT code FROM areas_operator ORDER BY code")
    return [code for (code,) in cursor.fetchall()]


def _waiting(cursor, task: Task) -> list[tuple[str, int]]:
    """The counties that are not done, each with its number of sites."""
    cursor.execute("SELECT county FROM national.done WHERE period = %s AND basis = %s", [str(task.quarter), task.basis])
    done = {county for (county,) in cursor.fetchall()}
    return [(county, sites) for county, sites in counties(cursor) if county not in done]


def counties(cursor) -> list[tuple[str, int]]:
    """All counties by code, each with its number of sites."""
    cursor.execute(
        "SELECT code, (SELECT count(*) FROM areas_site WHERE areas_site.county = code) "
        "FROM areas_area WHERE kind = 'district' ORDER BY code"
    )
    return cursor.fetchall()


def chunked(counties: Sequence[tuple[str, int]], sites_a_chunk: int) -> list[tuple[list[str], int]]:
    """Neighbours by code, as many as have about so many sites."""
    chunks: list[tuple[list[str], int]] = []
    for code, sites in counties:
        if chunks and chunks[-1][1] + sites <= sites_a_chunk:
            chunks[-1] = ([*chunks[-1][0], code], chunks[-1][1] + sites)
        else:
            chunks.append(([code], sites))
    return chunks


_task: Task
_connection = None


def connect(url: str):
    """A connection of a worker; the workers are the parallelism, and what a crash loses is evaluated again."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0; SET synchronous_commit = off; SET jit = off")
    return connection


def _start(url: str, task: Task) -> None:
    global _task, _connection
    _task, _connection = task, connect(url)


def _work(counties: list[str]) -> Spent:
    """Read some counties, judge them and store what came out, in one transaction."""
    cpu, server = time.process_time(), server_cpu(_connection)
    with _connection, _connection.cursor() as cursor:
        begun = time.perf_counter()
        chunk = Chunk(cursor, counties, _task.operators, _task.plan, _task.then)
        facts = chunk.facts(str(_task.quarter), _task.basis)
        read = time.perf_counter()
        period = County(facts, _task.plan, _task.calendar).period(_task.quarter)
        standing = period.standing(_task.basis)
        judged = time.perf_counter()
        _store(cursor, chunk.code, period, standing)
        cursor.execute(
            "INSERT INTO national.done SELECT %s, %s, unnest(%s)", [str(_task.quarter), _task.basis, counties]
        )
    return Spent(
        counties=len(counties),
        sites=len(facts.sites),
        reached=int(np.count_nonzero(period.sites.reached == State.PASSED)),
        reading=read - begun,
        judging=judged - read,
        writing=time.perf_counter() - judged,
        cpu=time.process_time() - cpu,
        server_cpu=server_cpu(_connection) - server,
    )


def server_cpu(connection) -> float:
    """Processor seconds of the connection's process on the server; 0 where that cannot be known."""
    try:
        fields = Path(f"/proc/{connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _store(cursor, code: np.ndarray, period: Period, standing: Standing) -> None:
    """Outcomes of all areas and sites in force, of the areas above the leaves with their ledgers."""
    leaf = standing.areas.of(*LEAVES)
    rows = np.flatnonzero(standing.in_force & leaf)
    copying.write(cursor, "national.area_outcome", **_outcomes(code, standing, rows))
    rows = np.flatnonzero(standing.in_force & ~leaf)
    ledger = standing.ledger.counts[rows].astype("i4")
    copying.write(cursor, "national.area_outcome", **_outcomes(code, standing, rows), ledger=ledger)
    rows = np.flatnonzero(period.sites_in_force)
    sites = period.facts.sites
    copying.write(
        cursor,
        "national.site_outcome",
        county=county_number(code[sites.area[rows]]),
        site_id=np.asarray(sites.site_id)[rows],
        period=np.full(len(rows), period_number(_task.quarter), "i2"),
        capable=period.sites.state[rows].astype("i2"),
        reason=period.sites.reason[rows].astype("i2"),
    )


def county_number(code: np.ndarray) -> np.ndarray:
    """The first six digits of codes."""
    return (code // 1000 ** np.searchsorted(LENGTHS, code, side="right")).astype("i4")


def _outcomes(code: np.ndarray, standing: Standing, rows: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "county": county_number(code[rows]),
        "code": code[rows],
        "period": np.full(len(rows), period_number(_task.quarter), "i2"),
        "basis": np.full(len(rows), _task.basis.encode()),
        "outcome": standing.state[rows].astype("i2"),
        "reference": standing.reference[rows].astype("i2"),
        "covered": standing.places.covered[rows].astype("i2"),
    }
