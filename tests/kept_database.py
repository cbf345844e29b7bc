"""The test database: made by the migrations once for as long as they and the models stay the same, then copied.

Every process that tests has a copy of its own, so neither a run before it nor one beside it can leave anything in it.
A run of all tests takes no copy of a database older than itself.
"""

import contextlib
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from common.locking import alone

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "test"
MADE_BY = ("migrations/*.py", "models.py", "models/*.py", "triggers.py", "append_only.py")
"""What the empty database depends on, in any room, beside the versions of the libraries."""
LIBRARIES = ROOT / "requirements.txt"
NOT_BEFORE = "QCF_TEST_DATABASE_NOT_BEFORE"
"""The variable with the moment, in seconds, since when the kept database must have been made; absent: any time."""
_IMPORT = re.compile(r"^(?:from|import) ([\w.]+)", re.M)
_MAKING, _RUNNING = 7_301_001, 7_301_002
"""Advisory locks on PostgreSQL: who makes the kept database; which numbers of copies are in use."""


def made_by() -> list[Path]:
    """The files that ``MADE_BY`` names, and the modules of ours that a migration imports."""
    rooms = [path for path in ROOT.iterdir() if (path / "__init__.py").exists() and path.name != "tests"]
    files = {file for room in rooms for pattern in MADE_BY for file in room.rglob(pattern)}
    migrations = [file.read_text(encoding="utf-8") for file in files if file.parent.name == "migrations"]
    imported = {ROOT / f"{name.replace('.', '/')}.py" for text in migrations for name in _IMPORT.findall(text)}
    return sorted(files | {file for file in imported if file.exists()})


def key() -> str:
    """Changes with whatever the empty database is made by."""
    digest = hashlib.sha256(LIBRARIES.read_bytes())
    for file in made_by():
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def in_use(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Inside, the connection and all that are opened like it reach a fresh copy of the kept database."""
    real = connection.settings_dict["NAME"]
    copied = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}[connection.vendor]
    with copied(connection) as name:
        _reach(connection, name)
        yield
        _reach(connection, real)


def _reach(connection: BaseDatabaseWrapper, name: str) -> None:
    """From now on this database; other threads open their connections by the same settings."""
    connection.close()
    connection.settings_dict["NAME"] = name


def _make(connection: BaseDatabaseWrapper, name: str) -> None:
    real = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    _reach(connection, real)


def _not_before() -> float:
    return float(os.environ.get(NOT_BEFORE) or 0)


@contextmanager
def _on_sqlite(connection: BaseDatabaseWrapper) -> Iterator[str]:
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{key()}.sqlite3"
    own = Path(tempfile.mkdtemp(dir=settings.VAR_DIR)) / "test.sqlite3"
    with alone(KEPT / "lock"):
        if not kept.exists() or kept.stat().st_mtime < _not_before():
            draft = KEPT / "draft.sqlite3"
            _make(connection, str(draft))
            draft.replace(kept)
            for old in set(KEPT.glob("*.sqlite3")) - {kept}:
                with contextlib.suppress(OSError):
                    old.unlink()
        shutil.copyfile(kept, own)
    yield str(own)


@contextmanager
def _on_postgresql(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """Copies are numbered; a number is in use while the process that took it is connected, however it ends."""
    desk = connection.copy()
    desk.settings_dict = {**connection.settings_dict, "NAME": "postgres"}
    family = f"qcf_test_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]}"
    with contextlib.closing(desk), desk.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MAKING])
        kept = _kept_on_postgresql(connection, cursor, family)
        own = f"qcf_test_run_{_free_number(cursor)}"
        cursor.execute(f"DROP DATABASE IF EXISTS {own} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {own} TEMPLATE {kept}")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_MAKING])
        yield own
        cursor.execute(f"DROP DATABASE {own} WITH (FORCE)")


def _free_number(cursor) -> int:
    for number in count():
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_RUNNING, number])
        if cursor.fetchone()[0]:
            return number
    raise AssertionError


def _kept_on_postgresql(connection: BaseDatabaseWrapper, cursor, family: str) -> str:
    """The name of the kept database, made unless it is there; that it is whole, its comment says, with the moment."""
    kept = f"{family}_{key()}"
    cursor.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE starts_with(datname, %s)",
        [family],
    )
    there = dict(cursor.fetchall())
    if float(there.get(kept) or 0) <= _not_before():
        for name in there:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        began = time.time()
        _make(connection, kept)
        cursor.execute(f"COMMENT ON DATABASE {kept} IS '{began}'")
    return kept
