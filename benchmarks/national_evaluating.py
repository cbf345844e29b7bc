"""One quarter of every county by the rules themselves, some counties at a time, into compact tables.

A chunk's results and the note that it is done are one transaction: killed at any moment, the evaluation goes on where
it was.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import national_copying as copying
import numpy as np
import psycopg2
from national_progress import Progress, in_parallel
from national_reading import Chunk

from acceptance.rules.judge import County
from acceptance.rules.ledger import WIDTH
from acceptance.rules.plan import Plan
from acceptance.rules.service import Calendar
from acceptance.rules.standards import LEAVES
from areas.periods import Quarter

SITES_A_CHUNK = 100_000

_SCHEMA = """
CREATE SCHEMA IF NOT EXISTS national;
CREATE TABLE IF NOT EXISTS national.area_outcome (
    county varchar(6) NOT NULL, code varchar(15) NOT NULL, period varchar(6) NOT NULL, basis varchar(10) NOT NULL,
    outcome smallint NOT NULL, reference smallint NOT NULL, covered smallint NOT NULL, ledger integer[]);
CREATE TABLE IF NOT EXISTS national.site_outcome (
    county integer NOT NULL, site_id bigint NOT NULL, period smallint NOT NULL, capable smallint NOT NULL, reason smallint NOT NULL);
CREATE TABLE IF NOT EXISTS national.done (
    period varchar(6), basis varchar(10), county varchar(6), sites integer NOT NULL, PRIMARY KEY (period, basis, county));
"""
"""Outcomes as numbers of ``State``; a reference of -1 stands for none; a leaf's ledger follows from its sites."""


@dataclass
class Task:
    """What every worker needs; set before the workers are forked."""

    url: str
    quarter: Quarter
    basis: str
    plan: Plan
    calendar: Calendar
    operators: list[str] = field(default_factory=list)


@dataclass
class Spent:
    """Seconds of a chunk by what they went to; of the server its processor time, where it can be known."""

    sites: int = 0
    areas: int = 0
    pairs: int = 0
    near: int = 0
    reading: float = 0.0
    judging: float = 0.0
    writing: float = 0.0
    cpu: float = 0.0
    server_cpu: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


def evaluate(task: Task, processes: int, sites_a_chunk: int = SITES_A_CHUNK) -> Spent:
    """Every county that has no result for the quarter yet."""
    with psycopg2.connect(task.url) as connection, connection.cursor() as cursor:
        cursor.execute(_SCHEMA)
        cursor.execute("SELECT code FROM areas_operator ORDER BY code")
        task.operators = [code for (code,) in cursor.fetchall()]
        chunks = _chunks(_waiting(cursor, task), sites_a_chunk)
    progress = Progress("evaluating", sum(sites for _, sites in chunks))
    total = Spent()
    for spent in in_parallel(_work, [counties for counties, _ in chunks], processes=processes, prepare=lambda: _start(task)):
        progress.advance(spent.sites)
        total += spent
    return total


def _waiting(cursor, task: Task) -> list[tuple[str, int]]:
    """The counties that are not done, by code, each with its sites as the planner estimates them."""
    cursor.execute(
        "SELECT code FROM areas_area WHERE kind = 'district' AND code NOT IN "
        "(SELECT county FROM national.done WHERE period = %s AND basis = %s) ORDER BY code",
        [str(task.quarter), task.basis],
    )
    codes = [code for (code,) in cursor.fetchall()]
    cursor.execute("SELECT county, count(*) FROM areas_site WHERE county = ANY(%s) GROUP BY county", [codes])
    counts = dict(cursor.fetchall())
    return [(code, counts.get(code, 0)) for code in codes]


def _chunks(counties: Sequence[tuple[str, int]], sites_a_chunk: int) -> list[tuple[list[str], int]]:
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


def _start(task: Task) -> None:
    global _task, _connection
    _task, _connection = task, psycopg2.connect(task.url)
    with _connection.cursor() as cursor:
        # The workers are the parallelism; and a result that is lost in a crash is evaluated again.
        cursor.execute("SET max_parallel_workers_per_gather = 0; SET synchronous_commit = off; SET jit = off")
        # Counties stand together on disk, and a chunk has many of them.
        cursor.execute("SET enable_seqscan = off")
    _connection.commit()


def _work(counties: list[str]) -> Spent:
    """Read some counties, judge them and store what came out, in one transaction."""
    spent, cpu = Spent(), time.process_time()
    with _connection, _connection.cursor() as cursor:
        server = _server_cpu()
        spent.reading = -time.perf_counter()
        chunk = Chunk(cursor, counties, _task.operators, _task.plan)
        facts = chunk.facts(str(_task.quarter), _task.basis)
        spent.reading += time.perf_counter()
        spent.judging = -time.perf_counter()
        period = County(facts, _task.plan, _task.calendar).period(_task.quarter)
        standing = period.standing(_task.basis)
        spent.judging += time.perf_counter()
        spent.writing = -time.perf_counter()
        _store(cursor, chunk.code, period, standing)
        _note(cursor, counties)
    spent.writing += time.perf_counter()
    spent.cpu, spent.server_cpu = time.process_time() - cpu, _server_cpu() - server
    near = period.county.around.near
    spent.sites, spent.areas, spent.pairs = len(facts.sites), len(facts.areas), len(near.place)
    spent.near = int(np.count_nonzero(np.bincount(near.place)))
    return spent


def _server_cpu() -> float:
    """Processor seconds of our connection's process on the server; 0 where that cannot be known."""
    try:
        fields = Path(f"/proc/{_connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _note(cursor, counties: list[str]) -> None:
    rows = [(str(_task.quarter), _task.basis, county) for county in counties]
    cursor.executemany("INSERT INTO national.done VALUES (%s, %s, %s, 0)", rows)


def _store(cursor, code: np.ndarray, period, standing) -> None:
    """Outcomes of all areas and sites in force; what leaves count follows from their sites and is not stored."""
    areas = standing.areas
    leaf = areas.of(*LEAVES)
    for rows, with_ledger in ((areas_in(standing, ~leaf), True), (areas_in(standing, leaf), False)):
        texts = code[rows].astype("S15")
        columns = {
            "county": texts.astype("S6"),
            "code": texts,
            "period": np.full(len(rows), str(_task.quarter).encode()),
            "basis": np.full(len(rows), _task.basis.encode()),
            "outcome": standing.state[rows].astype("i2"),
            "reference": standing.reference[rows].astype("i2"),
            "covered": standing.places.covered[rows].astype("i2"),
        }
        if with_ledger:
            columns["ledger"] = standing.ledger.counts[rows].astype("i4")
        copying.write(cursor, "national.area_outcome", **columns)
    rows = np.flatnonzero(period.sites_in_force)
    sites = period.county.facts.sites
    copying.write(
        cursor,
        "national.site_outcome",
        county=_county_number(code[sites.area[rows]]),
        site_id=np.asarray(sites.site_id)[rows],
        period=np.full(len(rows), 4 * _task.quarter.year + _task.quarter.number, "i2"),
        capable=period.sites.state[rows].astype("i2"),
        reason=period.sites.reason[rows].astype("i2"),
    )


def areas_in(standing, chosen: np.ndarray) -> np.ndarray:
    return np.flatnonzero(standing.in_force & chosen)


def _county_number(code: np.ndarray) -> np.ndarray:
    """The first six digits."""
    depth = np.searchsorted([10**6, 10**9, 10**12], code, side="right")
    return (code // 1000**depth).astype("i4")
