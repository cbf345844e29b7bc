"""A portal that may be destroyed: a database of its own beside that of the tests, and a folder of its own."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from psycopg2 import sql

from upkeep.backups.databases import Postgresql, own_database
from upkeep.backups.restoring import Home


@pytest.fixture
def doomed(transactional_db, settings, tmp_path) -> Iterator[Home]:
    """What the test makes is made in a copy of the test database, which is gone afterwards whatever became of it."""
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    settings.BACKUP_RECIPIENTS = ["in-clear"]
    (settings.VAR_DIR / "secret_key").write_text("secret", "ascii")
    real = connection.settings_dict["NAME"]
    connection.close()
    if connection.vendor == "sqlite":
        copy = str(shutil.copyfile(real, settings.VAR_DIR / "portal.sqlite3"))
    else:
        copy = f"{real}_doomed"
        on_server(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), copy, real)
    connection.settings_dict["NAME"] = copy
    yield Home(own_database(), settings.VAR_DIR)
    connection.close()
    connection.settings_dict["NAME"] = real
    if connection.vendor == "postgresql":
        on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), copy)


def destroy(place: Home) -> None:
    """Nothing is left of the portal: neither its database nor any file."""
    connection.close()
    shutil.rmtree(place.var)
    place.var.mkdir()
    if isinstance(place.database, Postgresql):
        on_server(sql.SQL("DROP DATABASE {} WITH (FORCE)"), place.database.name)
        on_server(sql.SQL("CREATE DATABASE {} TEMPLATE template0"), place.database.name)


def on_server(statement: sql.SQL, *names: str) -> None:
    desk = Postgresql(connection.settings_dict, "postgres")
    with closing(psycopg2.connect(desk.dsn, password=connection.settings_dict["PASSWORD"])) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(statement.format(*map(sql.Identifier, names)))


def contents(place: Home) -> dict[str, bytes]:
    """All files of the portal's own, with what is in them."""
    paths = (path for path in Path(place.var).rglob("*") if path.is_file() and ".sqlite3" not in path.name)
    return {
        path.relative_to(place.var).as_posix(): path.read_bytes() for path in paths if not path.name.endswith(".lock")
    }
