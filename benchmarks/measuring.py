"""What the benchmarks share: a scratch database, clocks, the machine, and how a figure is printed.

A benchmark prepares the database that it measures, and removes it::

    from measuring import machine, ratio, scratch, timed

    with scratch():
        with timed() as bare: ...
        with timed() as ours: ...
        print(machine())
        sys.exit(not ratio("district", ours.wall, bare.wall, limit=5))
"""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


@dataclass
class Timing:
    """Seconds that a block took: ``wall`` as people wait, ``cpu`` as this process worked."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def timed() -> Iterator[Timing]:
    timing = Timing()
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        yield timing
    finally:
        timing.wall, timing.cpu = time.perf_counter() - wall, time.process_time() - cpu


@contextmanager
def scratch() -> Iterator[None]:
    """Django on a migrated database of its own, removed in the end: SQLite, or beside the one that DATABASE_URL names."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        os.environ["PORTAL_VAR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingcheng_fiber.settings")
        url = os.environ.get("DATABASE_URL", "")
        beside = url if url.startswith("postgres") else ""
        name = f"benchmark_{os.getpid()}"
        if not beside:
            os.environ["DATABASE_URL"] = f"sqlite:///{folder}/benchmark.sqlite3"
        else:
            _on_server(beside, f'CREATE DATABASE "{name}"')
            os.environ["DATABASE_URL"] = _renamed(beside, name)
        try:
            _prepare()
            yield
        finally:
            _close()
            if beside:
                _on_server(beside, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _prepare() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _close() -> None:
    from django.db import connections

    connections.close_all()


def _renamed(url: str, name: str) -> str:
    from urllib.parse import urlsplit, urlunsplit

    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _on_server(url: str, statement: str) -> None:
    import psycopg2

    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def machine() -> str:
    """Cores, processor, Python and database, in a line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {_processor()}, Python {platform.python_version()}, {_database()}, load {_load()}"


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    if known.exists():
        for line in known.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _database() -> str:
    from django.db import connection

    if connection.vendor == "sqlite":
        return f"SQLite {connection.Database.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "?"


def ratio_line(what: str, measured: float, base: float, limit: float, *, unit: str = "s") -> str:
    """``what: 3.10 × (2.48 s / 0.80 s), limit 5 ×: within``."""
    times = measured / base if base else float("inf")
    verdict = "within" if times <= limit else "EXCEEDED"
    return f"{what}: {times:.2f} × ({measured:.3f} {unit} / {base:.3f} {unit}), limit {limit:g} ×: {verdict}"


def limit_line(what: str, measured: float, limit: float, *, unit: str = "ms") -> str:
    """``what: 31.0 ms, limit 50 ms: within``."""
    return f"{what}: {measured:.1f} {unit}, limit {limit:g} {unit}: {'within' if measured <= limit else 'EXCEEDED'}"


def ratio(what: str, measured: float, base: float, limit: float, *, unit: str = "s") -> bool:
    """Print the ratio with its terms; whether it is within the limit."""
    print(ratio_line(what, measured, base, limit, unit=unit))
    return measured <= limit * base


def within(what: str, measured: float, limit: float, *, unit: str = "ms") -> bool:
    """Print a figure with its limit; whether it is within."""
    print(limit_line(what, measured, limit, unit=unit))
    return measured <= limit
