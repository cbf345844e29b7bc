"""What is lost with the stream when everything is killed at once and the machine's own disk is gone.

A writer commits rows and keeps files as fast as it can; each is acknowledged. Then writer, stream and database are killed,
database and files are deleted, and everything is restored from the stream. Lost is whatever was acknowledged and is not
there again; the loss is how long before the end the first of it was acknowledged. The limit: 1 second.

    python benchmarks/stream_loss.py [--seconds 30] [--times 3]
"""

import argparse
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from measuring import ROOT, machine

LIMIT_S = 1.0
PATIENCE_S = 120

STREAMS = """
import threading, django
from pathlib import Path
django.setup()
from upkeep.backups.streaming import stream, target
stream(target(), threading.Event(), lambda: None)
"""
WRITES = """
import os, sys, time
from contextlib import suppress
from pathlib import Path
kept = Path(sys.argv[2], "evidence", "ke")
kept.mkdir(parents=True, exist_ok=True)
if sys.argv[1].startswith("sqlite"):
    import sqlite3
    connection = sqlite3.connect(sys.argv[1].removeprefix("sqlite:///"), timeout=20, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    insert = "INSERT INTO told (number) VALUES (?)"
else:
    import psycopg2
    connection = psycopg2.connect(sys.argv[1])
    connection.autocommit = True
    insert = "INSERT INTO told (number) VALUES (%s)"
number = 0
while True:
    number += 1
    cursor = connection.cursor()
    cursor.execute(insert, (number,))
    print("row", number, time.monotonic(), flush=True)
    if number % 20 == 0:
        part = kept / f".part-{number}"
        part.write_text(str(number))
        part.rename(kept / f"kept-{number}")
        print("file", number, time.monotonic(), flush=True)
    time.sleep(0.004)
"""


@dataclass
class Loss:
    """How many rows and files were acknowledged and how many of them are gone; for how many seconds before the end."""

    acknowledged: int
    lost: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} acknowledged, {self.lost} lost, the first of them {self.seconds:.2f} s before the end"
        )


class Begun:
    """A process in a group of its own, whose lines are read as they come."""

    def __init__(self, *command: str, **environment: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-c", *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            start_new_session=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reading = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
        self._reading.start()

    def __enter__(self) -> "Begun":
        return self

    def __exit__(self, *_) -> None:
        self.kill()
        self.process.wait()
        self._reading.join()
        self.process.stdout.close()

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)


def wait_until(holds: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > limit:
            raise AssertionError(f"not within {PATIENCE_S} s: {what}")
        time.sleep(0.05)


def measured(
    place: Path, url: str, writes_to: str, seconds: float, is_streaming: Callable[[], bool], kill: Callable[[], object]
) -> tuple[list[tuple[str, int, float]], float]:
    """Stream and write for so long, then kill; what was acknowledged, each with its moment, and the moment of the end."""
    given = {
        "DATABASE_URL": url,
        "PORTAL_VAR": str(place / "var"),
        "PORTAL_STREAM_TO": str(place / "stream"),
        "DJANGO_SETTINGS_MODULE": "qingcheng_fiber.settings",
    }
    with Begun(STREAMS, **given) as streaming:
        wait_until(lambda: is_streaming() or streaming.process.poll() is not None, "the stream begins")
        with Begun(WRITES, writes_to, str(place / "var")) as writing:
            wait_until(lambda: len(writing.lines) > 10, "something is written")
            time.sleep(seconds)
            writing.kill()
            end = time.monotonic()
            streaming.kill()
            kill()
        lines = [line.split() for line in writing.lines if line.endswith("\n")]
    return [(kind, int(number), float(at)) for kind, number, at in lines], end


def lost(acknowledged: list[tuple[str, int, float]], end: float, rows: set[int], kept: Path) -> Loss:
    files = {int(path.name.removeprefix("kept-")) for path in kept.glob("kept-*")}
    gone = [at for kind, number, at in acknowledged if number not in (rows if kind == "row" else files)]
    return Loss(len(acknowledged), len(gone), end - min(gone) if gone else 0.0)


def sqlite_loss(place: Path, seconds: float) -> Loss:
    from upkeep.backups.databases import Sqlite
    from upkeep.backups.restoring import Home
    from upkeep.backups.streaming import restore_file

    (place / "var").mkdir()
    database = place / "var/portal.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE told (number integer PRIMARY KEY)")
    url = f"sqlite:///{database}"
    begun = place / "stream/database"
    acknowledged, end = measured(place, url, url, seconds, lambda: any(begun.rglob("*.ltx")), lambda: None)
    shutil.rmtree(place / "var")
    restored = Home(Sqlite(place / "again/portal.sqlite3"), place / "again")
    restore_file(place / "stream", restored, consent="", before=lambda: None)
    rows = {number for (number,) in restored.database.rows("SELECT number FROM told")}
    return lost(acknowledged, end, rows, restored.var / "evidence/ke")


class Cluster:
    """A PostgreSQL server of its own: a data directory, a socket in its folder, everything written through to the disk."""

    def __init__(self, data: Path) -> None:
        self.data, self.folder = data, data.parent

    @property
    def url(self) -> str:
        return f"postgres://postgres@/postgres?host={self.folder}"

    @property
    def dsn(self) -> str:
        return f"host={self.folder} user=postgres dbname=postgres"

    def make(self) -> None:
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")

    def start(self) -> None:
        log = self.folder / "log"
        try:
            self._run("pg_ctl", "-w", "-t", str(PATIENCE_S), "-l", str(log), "-o", f"-h '' -k {self.folder}", "start")
        except subprocess.CalledProcessError as problem:
            raise RuntimeError(log.read_text()[-3000:]) from problem

    def kill(self) -> None:
        """The postmaster and all its children, at once."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in (pid, *map(int, children)):
            os.kill(each, signal.SIGKILL)
        # It would keep the next one out for as long as nobody has heard of the killed one's end.
        (self.folder / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "stop")

    def owned_by_server(self, *paths: Path) -> None:
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "postgres", *map(str, paths)], check=True)

    def _run(self, program: str, *arguments: str) -> None:
        from upkeep.backups.databases import tool

        as_server = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_server, tool(program, 0), "-D", str(self.data), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def postgresql_loss(place: Path, seconds: float) -> Loss:
    import psycopg2

    from upkeep.backups.streaming import restore_cluster

    (place / "var").mkdir()
    cluster = Cluster(place / "cluster")
    cluster.owned_by_server(place)
    cluster.make()
    cluster.start()
    with closing(psycopg2.connect(cluster.dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE told (number integer PRIMARY KEY)")

    def is_streaming() -> bool:
        with closing(psycopg2.connect(cluster.dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND application_name = 'pg_receivewal'"
            )
            return cursor.fetchone() is not None

    acknowledged, end = measured(place, cluster.url, cluster.dsn, seconds, is_streaming, cluster.kill)
    shutil.rmtree(cluster.data)
    shutil.rmtree(place / "var")
    again = Cluster(place / "again")
    again.owned_by_server(place / "stream")
    restore_cluster(place / "stream", again.data, place / "var")
    again.owned_by_server(again.data)
    again.start()
    try:
        with closing(psycopg2.connect(again.dsn)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT number FROM told")
            rows = {number for (number,) in cursor.fetchall()}
    finally:
        again.stop()
    return lost(acknowledged, end, rows, place / "var/evidence/ke")


@contextmanager
def open_folder() -> Iterator[Path]:
    """A scratch folder that the server's user reaches, too."""
    with tempfile.TemporaryDirectory(prefix="stream-loss-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30, help="for how long is written before the end")
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "qingcheng_fiber.settings"
    import django

    django.setup()
    print(machine())
    worst = 0.0
    for name, loss_of in (("SQLite", sqlite_loss), ("PostgreSQL", postgresql_loss)):
        for _ in range(given.times):
            with open_folder() as place:
                loss = loss_of(place, given.seconds)
            worst = max(worst, loss.seconds)
            print(f"{name}: {loss}")
    print(f"worst {worst:.2f} s, limit {LIMIT_S:.0f} s")
    return int(worst > LIMIT_S)


if __name__ == "__main__":
    sys.exit(main())
