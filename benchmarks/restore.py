"""The district with its evidence restored from an archive, against copying the same database and files.

Ours reads, verifies, unpacks, loads and compares every table; the copy is what anybody must do who puts files in their
place for good: each read, written, and through to the disk. On PostgreSQL the database's files are copied by the server.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from measuring import machine, ratio, scratch, timed

LIMIT = 3
RUNS = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=float, default=1.0, help="share of the district's villages, e.g. 0.1")
    parser.add_argument("--files", type=int, default=2000, help="files of evidence")
    parser.add_argument("--kilobytes", type=int, default=500, help="size of each")
    given = parser.parse_args()
    with scratch(), tempfile.TemporaryDirectory(prefix="benchmark-restore-") as folder:
        import county

        from acceptance.judging import judging

        county.load(given.size)
        judging.refresh(county.DISTRICT, everything=True)
        plant(given.files, given.kilobytes * 1024)
        ours, copies = measured(Path(folder))
        print(machine())
        print(f"runs: {[round(each, 2) for each in ours]} / {[round(each, 2) for each in copies]} s")
        return 0 if ratio("restore", min(ours), min(copies), LIMIT) else 1


def plant(count: int, size: int) -> None:
    from upkeep.backups.making import var

    kept = var() / "evidence/ke"
    kept.mkdir(parents=True)
    for number in range(count):
        (kept / f"kept-{number:064x}").write_bytes(os.urandom(size))


def measured(folder: Path) -> tuple[list[float], list[float]]:
    """Seconds of each run of ours and of the copy, in turn."""
    from django.db import connection

    from upkeep.backups.databases import own_database
    from upkeep.backups.making import make, var
    from upkeep.backups.restoring import Home, restore

    connection.close()
    with timed() as making:
        made = make(folder, [])
    print(
        f"backup, read back: {making.wall:.2f} s, {made.size / 1e6:.0f} MB, {made.rows:,} rows, {len(made.manifest['files'])} files"
    )
    ours, copies = [], []
    for _ in range(RUNS):
        scratch_place = Path(tempfile.mkdtemp(dir=folder))
        with own_database().beside(scratch_place) as database:
            with timed() as taken:
                restored = restore(made.path, Home(database, scratch_place / "var"), [])
            if restored.differing:
                raise AssertionError(restored.differing)
        ours.append(taken.wall)
        shutil.rmtree(scratch_place)
        copies.append(copied(own_database(), var() / "evidence", folder / "copy"))
    return ours, copies


def copied(database, evidence: Path, to: Path) -> float:
    with timed() as taken:
        for path in evidence.rglob("kept-*"):
            copy(path, to / path.relative_to(evidence))
        if database.vendor == "sqlite":
            copy(database.path, to / "portal.sqlite3")
        else:
            server_copy(database)
    shutil.rmtree(to)
    if database.vendor == "postgresql":
        on_server(database, f'DROP DATABASE "{database.name}_copy"')
    return taken.wall


def copy(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as file, to.open("wb") as out:
        shutil.copyfileobj(file, out, 1024 * 1024)
        out.flush()
        os.fsync(out.fileno())


def server_copy(database) -> None:
    on_server(database, f'CREATE DATABASE "{database.name}_copy" TEMPLATE "{database.name}" STRATEGY FILE_COPY')


def on_server(database, statement: str) -> None:
    from contextlib import closing

    from upkeep.backups.databases import Postgresql

    with closing(Postgresql(database._given, "postgres").connect()) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


if __name__ == "__main__":
    sys.exit(main())
