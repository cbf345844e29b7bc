"""The whole country on one PostgreSQL: generated, evaluated, and measured against the bare join.

    DATABASE_URL=postgres://… python benchmarks/national.py generate [--size 0.1]
    DATABASE_URL=postgres://… python benchmarks/national.py evaluate [--quarter 2018Q2] [--again]
    DATABASE_URL=postgres://… python benchmarks/national.py baseline
    DATABASE_URL=postgres://… python benchmarks/national.py run [--size 0.1]
    DATABASE_URL=postgres://… python benchmarks/national.py dated [--size 0.1]

``generate``, ``evaluate`` and ``baseline`` work in the database that DATABASE_URL names, which must be migrated and is
kept; interrupted, the first two go on where they were. ``run`` does all of it in a scratch database beside that one,
``dated`` evaluates there with and without dated changes.
"""

import argparse
import os
import sys
import time

from measuring import limit_line, machine, ratio, ratio_line, scratch, timed

from common.periods import Quarter

GOAL = 3
DATED_GOAL, EVERY = 1.15, 20
"""Of so many natural villages, sites and access points one holds another value from some day of two years on."""
MEMORY_LIMIT_GB = 8


def main() -> int:
    arguments = _arguments()
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        print("DATABASE_URL must name a PostgreSQL database: the national scale is not for SQLite.", file=sys.stderr)
        return 2
    if arguments.command in ("run", "dated"):
        with scratch():
            work = _run if arguments.command == "run" else _dated
            return work(os.environ["DATABASE_URL"], arguments)
    _set_up()
    return COMMANDS[arguments.command](url, arguments)


def _arguments() -> argparse.Namespace:
    from national_evaluating import SITES_A_CHUNK
    from national_progress import CORES

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=[*COMMANDS, "run", "dated"])
    parser.add_argument("--size", type=float, help="share of the country, 1.0 is all (run: 0.1)")
    parser.add_argument("--quarter", type=Quarter.parse, default=Quarter(2018, 2))
    parser.add_argument("--processes", type=int, default=CORES)
    parser.add_argument("--sites-a-chunk", type=int, default=SITES_A_CHUNK)
    parser.add_argument("--again", action="store_true", help="evaluate: drop earlier results first")
    parser.add_argument("--engine", action="append", help="baseline: only this engine; may be given several times")
    return parser.parse_args()


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingcheng_fiber.settings")
    import django

    django.setup()


def _generate(url: str, arguments: argparse.Namespace) -> int:
    from national_loading import generate

    with timed() as taken:
        generate(url, arguments.size or 1.0, arguments.processes)
    print(f"generated in {taken.wall:.0f} s")
    print(_contents(url))
    return 0


def _contents(url: str) -> str:
    import psycopg2
    from national_loading import TABLES

    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM areas_area GROUP BY kind ORDER BY kind")
        lines = [", ".join(f"{kind} {count:,}" for kind, count in cursor.fetchall())]
        for table in TABLES:
            cursor.execute(f"SELECT count(*), pg_size_pretty(pg_total_relation_size('{table}')) FROM {table}")
            lines.append("{}: {:,} rows, {} with indexes".format(table, *cursor.fetchone()))
    return "\n".join(lines)


def _task(quarter: Quarter):
    """The plan and the working days; Django's connection is closed, for the workers are forked."""
    from django.db import connections
    from national_evaluating import Task

    from acceptance import plan
    from areas.workdays import load

    task = Task(quarter, "approved", plan.current(), load())
    connections.close_all()
    return task


def _measured(url: str, work):
    """What the work gives, its wall time, and the memory of everything meanwhile."""
    import psycopg2
    from national_progress import Memory

    watcher = psycopg2.connect(url)
    with Memory(watcher.info.backend_pid) as memory, timed() as taken:
        found = work()
    watcher.close()
    return found, taken.wall, memory


def _evaluate(url: str, arguments: argparse.Namespace) -> int:
    from national_evaluating import evaluate, forget

    if arguments.again:
        forget(url)
    task = _task(arguments.quarter)
    spent, wall, memory = _measured(url, lambda: evaluate(url, task, arguments.processes, arguments.sites_a_chunk))
    print(_line("evaluated", spent, wall))
    print(memory)
    print(machine())
    return 0


def _line(what: str, spent, wall: float) -> str:
    return (
        f"{what}: {spent.counties:,} counties, {spent.sites:,} sites, {spent.reached:,} reached, in {wall:.1f} s; "
        f"of the workers' time reading {spent.reading:.1f} s, computing {spent.judging:.1f} s, writing {spent.writing:.1f} s; "
        f"processor {spent.cpu:.1f} s ours + {spent.server_cpu:.1f} s the server's"
    )


def _baseline(url: str, arguments: argparse.Namespace) -> int:
    _fastest(url, arguments)
    print(machine())
    return 0


def _fastest(url: str, arguments: argparse.Namespace):
    """Every engine that is installed, and the fastest of them with its wall time."""
    from national_baseline import ENGINES, available, baseline

    best = None
    for engine in arguments.engine or ENGINES:
        if not available(engine):
            print(f"baseline in {engine}: not installed (pip install -r benchmarks/requirements.txt)")
            continue
        begun = time.perf_counter()
        spent = baseline(url, engine, arguments.processes, arguments.sites_a_chunk)
        wall = time.perf_counter() - begun
        print(_line(f"baseline in {engine}", spent, wall), flush=True)
        if best is None or wall < best[2]:
            best = engine, spent, wall
    return best


def _run(url: str, arguments: argparse.Namespace) -> int:
    arguments.size = arguments.size or 0.1
    _generate(url, arguments)
    engine, bare, bare_wall = _fastest(url, arguments)
    from national_evaluating import evaluate

    task = _task(arguments.quarter)
    spent, wall, memory = _measured(url, lambda: evaluate(url, task, arguments.processes, arguments.sites_a_chunk))
    print(_line("evaluated", spent, wall))
    print(machine())
    print(memory)
    # On a machine that is busy with something else the processor's seconds are the steadier figure.
    print(
        ratio_line("processor, ours and the server's", spent.cpu + spent.server_cpu, bare.cpu + bare.server_cpu, GOAL)
    )
    fits = not memory.peak or memory.peak <= MEMORY_LIMIT_GB * 1e9
    if memory.peak:
        print(limit_line("memory", memory.peak / 1e9, MEMORY_LIMIT_GB, unit="GB"))
    return int(not (ratio(f"national, size {arguments.size:g}, against {engine}", wall, bare_wall, GOAL) and fits))


_CHANGES = """
INSERT INTO areas_datedvalue ("table", key, "column", effective_on, value, document)
SELECT 'areas', code, 'permanent_households', date '2017-01-02' + (code::bigint % 700)::int, '18', ''
FROM areas_area WHERE kind = 'natural_village' AND abs(hashtext(code)) % {every} = 0
UNION ALL SELECT 'sites', site_id, 'setting', date '2017-01-02' + (id % 700)::int, 'rural', ''
FROM areas_site WHERE id % {every} = 0
UNION ALL SELECT 'access_points', ap_id, 'downstream_mbps', date '2017-01-02' + (id % 700)::int, '50', ''
FROM areas_accesspoint WHERE id % {every} = 0
"""


def _dated(url: str, arguments: argparse.Namespace) -> int:
    """With and without, turn about, so that neither has the warmer machine."""
    import psycopg2
    from national_evaluating import evaluate, forget

    arguments.size = arguments.size or 0.1
    _generate(url, arguments)
    task, runs = _task(arguments.quarter), {False: [], True: []}
    for with_changes in (False, True, False, True):
        with psycopg2.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute("DELETE FROM areas_datedvalue")
            if with_changes:
                cursor.execute(_CHANGES.format(every=EVERY))
                print(f"{cursor.rowcount:,} dated values")
            cursor.execute("ANALYZE areas_datedvalue")
        forget(url)
        begun = time.perf_counter()
        spent = evaluate(url, task, arguments.processes, arguments.sites_a_chunk)
        runs[with_changes].append((spent.cpu + spent.server_cpu, time.perf_counter() - begun))
    print(machine())
    bare, dated = ([min(each) for each in zip(*runs[kind], strict=True)] for kind in (False, True))
    print(ratio_line("dated, wall", dated[1], bare[1], DATED_GOAL))
    return int(
        not ratio(f"dated, size {arguments.size:g}, processor, ours and the server's", dated[0], bare[0], DATED_GOAL)
    )


COMMANDS = {"generate": _generate, "evaluate": _evaluate, "baseline": _baseline}

if __name__ == "__main__":
    sys.exit(main())
