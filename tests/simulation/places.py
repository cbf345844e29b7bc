"""Places for lives: the county is built once, and each life gets a copy of its own, files and all; what is restored gets a fresh one."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from upkeep.backups.databases import own_database
from upkeep.backups.making import make
from upkeep.backups.restoring import BackupRestored, Home, restore

_NUMBERS = itertools.count()


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """Inside, the connection reaches a copy of the database that it reached, and files lie in a copy of ``folder``."""
    before, var = connection.settings_dict["NAME"], settings.VAR_DIR
    connection.close()
    own = Path(tempfile.mkdtemp(prefix="life-"))
    shutil.copytree(folder, own / "var")
    name = _copy(str(before), own)
    try:
        _reach(name, own / "var")
        yield own / "var"
    finally:
        _reach(before, var)
        _drop(name)
        shutil.rmtree(own, ignore_errors=True)


@contextmanager
def restored() -> Iterator[BackupRestored]:
    """Inside, the connection reaches an empty database, and files an empty folder, into which the portal's backup of here was put."""
    before, var = connection.settings_dict["NAME"], settings.VAR_DIR
    connection.close()
    with tempfile.TemporaryDirectory(prefix="restored-") as folder:
        own = Path(folder)
        made = make(own / "archives", [])
        with own_database().beside(own) as database:
            found = restore(made.path, Home(database, own / "var"), [])
            try:
                _reach(str(database.path) if connection.vendor == "sqlite" else database.name, own / "var")
                yield found
            finally:
                _reach(before, var)


def _reach(name: object, var: object) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    settings.VAR_DIR = var


def _copy(name: str, own: Path) -> str:
    if connection.vendor == "sqlite":
        return shutil.copyfile(name, str(own / "life.sqlite3"))
    new = f"qcf_life_{os.getpid()}_{next(_NUMBERS)}"
    _on_server(f'DROP DATABASE IF EXISTS "{new}" WITH (FORCE)', f'CREATE DATABASE "{new}" TEMPLATE "{name}"')
    return new


def _drop(name: str) -> None:
    if connection.vendor != "sqlite":
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(*statements: str) -> None:
    desk = connection.copy()
    desk.settings_dict = {**connection.settings_dict, "NAME": "postgres"}
    with closing(desk), desk.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
