"""The standby from which is read: which of two databases is asked what, and what a person sees meanwhile."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from common.replica import UNKNOWN, Following
from qingcheng_fiber import replica
from qingcheng_fiber.database import database, sqlite, standby
from returns.models import Round
from tests.test_reading import WRITABLE

STANDBY, PRIMARY = {"primary": False, "standby": True}, {"primary": True, "standby": False}


# ------------------------------------------------ what is asked where


@pytest.mark.parametrize("table", sorted(WRITABLE))
def test_what_a_reading_writes_is_read_where_it_is_written(table):
    model = next(each for each in apps.get_models(include_auto_created=True) if each._meta.db_table == table)
    token = replica._reading.set(replica._Reading(may_ask=True))
    try:
        assert replica.ReplicaRouter().db_for_read(model) == "default"
        assert replica.ReplicaRouter().db_for_write(model) == "default" and not replica._reading.get().has_written
    finally:
        replica._reading.reset(token)


@pytest.mark.django_db(transaction=True)
def test_after_the_first_write_all_is_read_from_the_primary():
    router, token = replica.ReplicaRouter(), replica._reading.set(replica._Reading(may_ask=True))
    try:
        assert router.db_for_read(Round) == "replica"
        router.db_for_write(Round)
        assert router.db_for_read(Round) == "default"
    finally:
        replica._reading.reset(token)


def test_within_a_transaction_all_is_read_from_the_primary(db):
    token = replica._reading.set(replica._Reading(may_ask=True))
    try:
        assert replica.ReplicaRouter().db_for_read(Round) == "default"
    finally:
        replica._reading.reset(token)


def test_outside_of_requests_all_is_read_from_the_primary():
    assert replica.ReplicaRouter().db_for_read(Round) == "default"


def test_without_a_standby_nothing_of_it_is_loaded():
    assert list(settings.DATABASES) == ["default"] and not settings.DATABASE_ROUTERS
    assert not [name for name in settings.MIDDLEWARE if "replica" in name]


@pytest.mark.parametrize(
    ("url", "primary"),
    [("sqlite:////x", "postgres://u@h/n"), ("postgres://u@h/n", None), ("h", "postgres://u@h/n")],
)
def test_standby_of_anything_but_postgresql_is_refused(url, primary):
    with pytest.raises(ValueError, match="PORTAL_REPLICA_URL"):
        standby(url, database(primary) if primary else sqlite(Path("/x")))


# ------------------------------------------------ how far behind


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        # Each look: when, how far the primary, how far the standby; then lag, and whether it is asked, or why not.
        ([(0, 100, 100)], (0, "")),
        ([(0, 100, 90)], (None, UNKNOWN)),
        ([(0, 100, 100), (3, 200, 150)], (3, "")),
        ([(0, 100, 100), (3, 200, 200)], (0, "")),
        ([(0, 100, 100), (3, 200, 150), (5, 300, 150)], (5, "")),
        ([(0, 100, 100), (3, 200, 150), (5.5, 300, 150)], (5.5, UNKNOWN)),
        ([(0, 100, 100), (3, 200, 150), (8.5, 300, 150)], (8.5, "落后超过 5 秒")),
        ([(0, 100, 100), (3, 200, 150), (8, 300, 250)], (5, "")),
        ([(0, 100, 100), (600, 100, 100)], (0, "")),
        ([(0, 100, 100), (600, 101, 100)], (600, UNKNOWN)),
        ([(0, 100, 100), (1, 50, 50)], (0, "")),
    ],
)
def test_lag_is_known_by_what_was_noted_of_the_primary(looks, expected):
    following = Following()
    for now, primary, replayed in looks:
        found = following.judged(now, primary, replayed, 5)
    assert (found.lag_s, found.fault) == expected


# ------------------------------------------------ two clusters


def _binaries() -> Path | None:
    there = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    found = there[-1] if there else shutil.which("initdb")
    return Path(found).parent if found and (Path(found).parent / "pg_basebackup").exists() else None


class Clusters:
    """A primary and a standby of it, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.binaries = folder, _binaries()
        self.ports = {name: _free_port() for name in ("primary", "standby")}

    def command(self, name: str, *arguments: str) -> list[str]:
        """As the server's own user, since it refuses to run as root."""
        as_owner = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        return [*as_owner, str(self.binaries / name), *arguments]

    def run(self, name: str, *arguments: str, **options) -> None:
        subprocess.run(self.command(name, *arguments), check=True, cwd=self.folder, capture_output=True, **options)

    def begin(self, name: str) -> list[str]:
        """Start it; the command by which ``stop`` and ``start`` are told to it."""
        data, port = str(self.folder / name), self.ports[name]
        options = f"-h 127.0.0.1 -p {port} -k {self.folder} -c fsync=off -c shared_buffers=32MB"
        command = self.command("pg_ctl", "-D", data, "-w", "-m", "immediate", "-l", f"{data}.log", "-o", options)
        subprocess.run([*command, "start"], check=True, cwd=self.folder, stdout=subprocess.DEVNULL)
        return command

    def address(self, name: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.ports[name]}/portal"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _copy_of_tests(clusters: Clusters) -> None:
    """The database of the tests, empty as it is, as the primary's."""
    given = connection.settings_dict
    source = ["-h", given["HOST"] or "127.0.0.1", "-p", given["PORT"] or "5432", "-U", given["USER"], given["NAME"]]
    environment = {**os.environ, "PGPASSWORD": given["PASSWORD"]}
    clusters.run("createdb", "-h", "127.0.0.1", "-p", str(clusters.ports["primary"]), "-U", "postgres", "portal")
    with subprocess.Popen(
        clusters.command("pg_dump", "--no-owner", *source), stdout=subprocess.PIPE, cwd=clusters.folder, env=environment
    ) as dump:
        clusters.run("psql", "-q", "-v", "ON_ERROR_STOP=1", clusters.address("primary"), stdin=dump.stdout)
    assert dump.returncode == 0


@pytest.fixture
def clusters(db) -> Iterator[tuple[Clusters, list[str]]]:
    """Both, and the command that stops and starts the standby."""
    if connection.vendor != "postgresql" or not _binaries():
        pytest.skip("a standby is one of PostgreSQL, and its programs must be here")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(_folder_of_postgres()))
        both = Clusters(folder)
        both.run("initdb", "-D", str(folder / "primary"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        for name in ("primary", "standby"):
            if name == "standby":
                _copy_of_tests(both)
                here = ["-h", "127.0.0.1", "-p", str(both.ports["primary"]), "-U", "postgres"]
                both.run("pg_basebackup", *here, "-D", str(folder / name), "-R", "-X", "stream", "-c", "fast")
            command = both.begin(name)
            stack.callback(subprocess.run, [*command, "stop"], cwd=folder, stdout=subprocess.DEVNULL)
        yield both, command


@contextlib.contextmanager
def _folder_of_postgres() -> Iterator[str]:
    """A folder with a short name, in which a socket has room, of the server's own user."""
    with tempfile.TemporaryDirectory(prefix="qcf-pg-") as folder:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        yield folder


def test_pages_come_from_the_standby_and_nobody_misses_her_own_write(clusters, tmp_path):
    both, standby_command = clusters
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "QCF_"))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.qingcheng_fiber.replica_story", *standby_command],
        cwd=settings.BASE_DIR,
        env={
            **environment,
            "DATABASE_URL": both.address("primary"),
            "PORTAL_REPLICA_URL": both.address("standby"),
            "PORTAL_REPLICA_LAG_S": "600",
            "PORTAL_TODAY": "2019-04-08",
            "PORTAL_VAR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "qingcheng_fiber.settings",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "a page": STANDBY,
        "her write": 302,
        "she sees it": [True, PRIMARY],
        "others do not yet": [False, STANDBY],
        "a link leads there": 200,
        "late": "落后超过 1 秒",
        "asked late": PRIMARY,
        "again": [STANDBY, True],
        "stopped between two questions": {"stopped": True, "statuses": [200, 200, 200]},
        "without": [PRIMARY, True],
        "back": STANDBY,
    }
    assert "The replica is not asked: 落后超过 1 秒" in done.stderr
