"""The synthetic country into the project's own tables: by COPY, in parallel, county by county, resumable."""

from collections.abc import Iterator
from contextlib import contextmanager

import national_copying as copying
import numpy as np
import psycopg2
from national_country import COUNTIES, OPERATORS, County
from national_progress import Progress, in_parallel

TABLES = ("areas_area", "areas_site", "areas_accesspoint", "returns_return", "returns_returnline", "areas_serviceorder")
BATCH = 10
"""Counties that are written in one transaction: a prefecture."""

_SCHEMA = """
CREATE SCHEMA IF NOT EXISTS national;
CREATE TABLE IF NOT EXISTS national.loaded (first integer PRIMARY KEY, counties integer NOT NULL);
CREATE TABLE IF NOT EXISTS national.set_aside (place serial, again text NOT NULL, removal text NOT NULL);
"""

_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid), format('DROP INDEX %%s', i.indexrelid::regclass)
FROM pg_index i WHERE i.indrelid = ANY(%s::regclass[])
AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
_CONSTRAINTS = """
SELECT format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
       format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname)
FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype = ANY(ARRAY['u', 'f']::"char"[]) AND conparentid = 0
ORDER BY contype = 'u'
"""
"""Foreign keys first: they are removed first, and come back last."""


def generate(url: str, size: float, processes: int) -> None:
    """As many counties of the country as ``size`` says, from where an earlier run was interrupted."""
    wanted = max(1, round(COUNTIES * size))
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(_SCHEMA)
        cursor.executemany(
            "INSERT INTO areas_operator (code, name) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [(code, code) for code in OPERATORS],
        )
        cursor.execute("SELECT coalesce(sum(counties), 0) FROM national.loaded")
        present = cursor.fetchone()[0]
    if present >= wanted:
        return
    with without_indexes(url):
        batches = [range(first, min(first + BATCH, wanted)) for first in range(present, wanted, BATCH)]
        progress = Progress("generating", wanted - present)
        for counties in in_parallel(_load, batches, processes=processes, prepare=lambda: _connect(url)):
            progress.advance(counties)


@contextmanager
def without_indexes(url: str) -> Iterator[None]:
    """Load without indexes and foreign keys, which come back afterwards, also after an interrupted run."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM national.set_aside")
        if not cursor.fetchone()[0]:
            for query in (_CONSTRAINTS, _INDEXES):
                cursor.execute(query, [list(TABLES)])
                for again, removal in cursor.fetchall():
                    cursor.execute("INSERT INTO national.set_aside (again, removal) VALUES (%s, %s)", [again, removal])
                    cursor.execute(removal)
    yield
    _restore(url)


def _restore(url: str) -> None:
    """Indexes, then unique constraints, then foreign keys; each in a transaction of its own."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SELECT place, again FROM national.set_aside ORDER BY place DESC")
        waiting = cursor.fetchall()
        progress = Progress("indexing", len(waiting) + len(TABLES))
        for place, again in waiting:
            cursor.execute(f"{again}; DELETE FROM national.set_aside WHERE place = {place}")
            progress.advance(1)
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
            progress.advance(1)
    connection.close()


_connection = None


def _connect(url: str) -> None:
    global _connection
    _connection = psycopg2.connect(url)


def _load(numbers: range) -> int:
    """Some counties in one transaction, with the note that they are there."""
    assert _connection is not None
    with _connection, _connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("INSERT INTO national.loaded VALUES (%s, %s) ON CONFLICT DO NOTHING", [numbers[0], len(numbers)])
        if cursor.rowcount:
            for number in numbers:
                write(cursor, County(number))
    return len(numbers)


def write(cursor, county: County) -> None:
    """All tables of one county."""
    contents = (
        county.areas(),
        county.sites(),
        county.access_points(),
        county.returns(),
        county.return_lines(),
        county.orders(),
    )
    for table, columns in zip(TABLES, contents, strict=True):
        copying.write(cursor, table, **columns, **_blanks(cursor, table, columns))


_BLANK = {"varchar": b"", "text": b"", "bool": False, "int2": np.int16(0), "int4": np.int32(0), "int8": np.int64(0)}
_BLANK["jsonb"] = b"\x01{}"
"""By the type of a column, as it is copied in binary; of jsonb the version of its format stands first."""


def _blanks(cursor, table: str, given: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What must not be null and bears on no verdict: blank, as Django has it."""
    cursor.execute(
        "SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO' "
        "AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'",
        [table],
    )
    rows = len(next(iter(given.values())))
    return {name: np.full(rows, _BLANK[kind]) for name, kind in cursor.fetchall() if name not in given}
