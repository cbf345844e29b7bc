"""The two databases as a backup sees them: a snapshot in a file with the digests of its tables, put back, made and removed.

Each table's digest is over its rows in the order of the key and its columns in the order of their names, so that it stays
the same wherever the rows lie. Connections are the database's own: what is compared need not be the portal's database.
"""

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import psycopg2
from django.db import connections
from django.utils.crypto import get_random_string
from psycopg2 import extensions, sql

from common.exceptions import Refused

Tables = dict[str, dict[str, Any]]
"""By name, how many ``rows`` a table has and the ``sha256`` over them."""
_ROWS = 5000
_LOCK_WAIT = "20s"


class DatabaseSnapshot(Protocol):
    """A moment of the database that stays while others write."""

    file: Path

    @property
    def server(self) -> str: ...

    def tables(self) -> Tables: ...

    def rows(self, query: str) -> list[tuple]: ...


class Database(Protocol):
    """Where tables are backed up from, or restored to."""

    vendor: str

    def snapshot(self, folder: Path): ...

    def tables(self) -> Tables: ...

    def rows(self, query: str) -> list[tuple]: ...

    def has(self, table: str) -> bool: ...

    def load(self, file: Path) -> None: ...

    def beside(self, folder: Path): ...

    @property
    def url(self) -> str: ...


def own_database() -> Database:
    """The portal's."""
    given = connections["default"].settings_dict
    return Sqlite(Path(given["NAME"])) if given["ENGINE"].endswith("sqlite3") else Postgresql(given)


@dataclass
class Sqlite:
    """A database in a file."""

    path: Path
    vendor = "sqlite"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    @contextmanager
    def snapshot(self, folder: Path) -> Iterator[DatabaseSnapshot]:
        """A copy as of one moment; writers go on meanwhile."""
        target = folder / "database.sqlite3"
        with closing(sqlite3.connect(self.path, timeout=20)) as source:
            source.execute("VACUUM INTO ?", [str(target)])
        with closing(sqlite3.connect(target)) as reading:
            yield _SqliteRows(reading, target)

    def _reading(self) -> closing:
        return closing(sqlite3.connect(self.path, timeout=20))

    def tables(self) -> Tables:
        with self._reading() as reading:
            return _SqliteRows(reading, self.path).tables()

    def rows(self, query: str) -> list[tuple]:
        with self._reading() as reading:
            return reading.execute(query).fetchall()

    def has(self, table: str) -> bool:
        if not self.path.exists():
            return False
        return bool(self.rows(f"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{table}'"))

    def load(self, file: Path) -> None:
        """Put the file in the place of what is there; no write-ahead log of before may lie beside it."""
        draft = self.path.with_name(f".{self.path.name}.restoring")
        if os.stat(file).st_dev == os.stat(self.path.parent).st_dev:  # noqa: PTH116
            file.replace(draft)
        else:
            shutil.copyfile(file, draft)
        draft.chmod(0o600)
        self._settle()
        for beside in ("-wal", "-shm"):
            self.path.with_name(f"{self.path.name}{beside}").unlink(missing_ok=True)
        draft.replace(self.path)

    def _settle(self) -> None:
        """What stands in the log of before goes into its file, so that a log can be removed at any moment."""
        if self.path.exists():
            with self._reading() as reading, contextlib.suppress(sqlite3.DatabaseError):
                reading.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def beside(self, folder: Path) -> Iterator["Sqlite"]:
        """An empty database of its own, gone afterwards."""
        yield Sqlite(folder / "portal.sqlite3")


@dataclass
class _SqliteRows:
    connection: sqlite3.Connection
    file: Path
    server = sqlite3.sqlite_version

    def rows(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()

    def tables(self) -> Tables:
        ours = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        names = [name for (name,) in self.rows(f"{ours} ORDER BY name")]
        return {name: self._digested(name) for name in names if not name.startswith("_litestream")}

    def _digested(self, table: str) -> dict[str, Any]:
        about = self.rows(f'PRAGMA table_info("{table}")')
        columns = sorted(row[1] for row in about)
        key = [row[1] for row in sorted((row for row in about if row[5]), key=lambda row: row[5])] or ["rowid"]
        listed, ordered = (", ".join(f'"{name}"' for name in names) for names in (columns, key))
        sha256, count = hashlib.sha256(json.dumps(columns).encode()), 0
        cursor = self.connection.execute(f'SELECT {listed} FROM "{table}" ORDER BY {ordered}')
        while rows := cursor.fetchmany(_ROWS):
            count += len(rows)
            sha256.update(json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=bytes.hex).encode())
        return {"rows": count, "sha256": sha256.hexdigest()}


class Postgresql:
    """A database on a server, reached as Django's settings say."""

    vendor = "postgresql"

    def __init__(self, given: dict[str, Any], name: str = "") -> None:
        self._given, self.name = given, name or given["NAME"]

    @property
    def url(self) -> str:
        given = self._given
        person = quote(given["USER"], safe="") + (f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else "")
        asked = f"?{urlencode(given['OPTIONS'])}" if given.get("OPTIONS") else ""
        port = f":{given['PORT']}" if given["PORT"] else ""
        return f"postgres://{person}@{given['HOST']}{port}/{quote(self.name, safe='')}{asked}"

    @property
    def dsn(self) -> str:
        """Where it is, without the password."""
        given = self._given
        said = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "dbname": self.name}
        options = {key: value for key, value in (given.get("OPTIONS") or {}).items() if key != "password"}
        return extensions.make_dsn(**options, **{key: value for key, value in said.items() if value})

    @property
    def environment(self) -> dict[str, str]:
        """For a program of the server's that is to reach it."""
        password = self._given["PASSWORD"]
        return {**os.environ, **({"PGPASSWORD": password} if password else {})}

    def connect(self) -> extensions.connection:
        return psycopg2.connect(self.dsn, password=self._given["PASSWORD"] or None)

    @contextmanager
    def snapshot(self, folder: Path) -> Iterator[DatabaseSnapshot]:
        """A dump as of one moment, and the same moment to read from."""
        target = folder / "database.dump"
        with closing(self.connect()) as connection:
            connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
            reading = _PostgresqlRows(connection, target)
            ((name,),) = reading.rows("SELECT pg_export_snapshot()")
            run = [tool("pg_dump", connection.server_version // 10000), f"--dbname={self.dsn}", f"--snapshot={name}"]
            done = subprocess.run(
                [*run, "--format=custom", "--compress=1", "--no-owner", "--no-privileges", f"--file={target}"],
                env=self.environment,
                capture_output=True,
                text=True,
                errors="replace",
            )
            if done.returncode:
                raise Refused(f"pg_dump 未完成：{_last(done.stderr)}")
            yield reading

    def tables(self) -> Tables:
        with closing(self.connect()) as connection:
            return _PostgresqlRows(connection, Path()).tables()

    def rows(self, query: str) -> list[tuple]:
        with closing(self.connect()) as connection:
            return _PostgresqlRows(connection, Path()).rows(query)

    def has(self, table: str) -> bool:
        return self.rows(f"SELECT to_regclass('{table}')") != [(None,)]

    def load(self, file: Path) -> None:
        """Put the dump in the place of what is there, in one transaction: all of it, or nothing is changed.

        pg_restore alone would leave what it does not know of; hence its script goes through one session of psql, after
        everything of before is dropped, and is committed only once pg_restore has ended well.
        """
        with closing(self.connect()) as connection:
            major = connection.server_version // 10000
        writing = [tool("pg_restore", major), "--no-owner", "--no-privileges", "--exit-on-error", "--file=-", str(file)]
        running = [tool("psql", major), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={self.dsn}"]
        with (
            subprocess.Popen(writing, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as script,
            subprocess.Popen(
                running,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=self.environment,
            ) as session,
        ):
            try:
                session.stdin.write(_DROP_ALL.encode())
                shutil.copyfileobj(script.stdout, session.stdin)
                said = script.stderr.read()
                if script.wait() == 0:
                    session.stdin.write(b"COMMIT;\n")
                    session.stdin.close()
            except BrokenPipeError:
                script.kill()
                said = b""
            if script.wait():
                session.kill()
            complaint = session.stderr.read()
            if session.wait() or script.returncode:
                raise Refused(f"数据库未恢复，未作任何改动：{_last((said or complaint).decode(errors='replace'))}")

    @contextmanager
    def beside(self, folder: Path) -> Iterator["Postgresql"]:
        """An empty database on the same server, gone afterwards."""
        made = Postgresql(self._given, f"portal_drill_{get_random_string(8).lower()}")
        try:
            self._on_server(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(made.name)))
        except psycopg2.Error as error:
            raise Refused(f"无法建立演练用的数据库，数据库用户需要 CREATEDB 权限：{_last(str(error))}") from error
        try:
            yield made
        finally:
            self._on_server(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(made.name)))

    def _on_server(self, statement: sql.Composed) -> None:
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(statement)


_DROP_ALL = f"""
BEGIN;
SET LOCAL lock_timeout = '{_LOCK_WAIT}';
DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT c.oid::regclass AS name FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
  LOOP EXECUTE 'DROP TABLE IF EXISTS ' || each.name || ' CASCADE'; END LOOP;
  FOR each IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP EXECUTE 'DROP FUNCTION IF EXISTS ' || each.name || ' CASCADE'; END LOOP;
END $$;
"""


@dataclass
class _PostgresqlRows:
    connection: extensions.connection
    file: Path

    @property
    def server(self) -> str:
        return str(self.connection.server_version // 10000)

    def rows(self, query: str) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def tables(self) -> Tables:
        with self.connection.cursor() as cursor:
            cursor.execute("SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL bytea_output = 'hex'")
            cursor.execute(_COLUMNS)
            known: dict[str, list[tuple]] = {}
            for table, *column in cursor.fetchall():
                known.setdefault(table, []).append(tuple(column))
            return {table: self._digested(cursor, table, columns) for table, columns in known.items()}

    @staticmethod
    def _digested(cursor, table: str, about: list[tuple]) -> dict[str, Any]:
        """COPY writes a row a line, and a line break within a value in another way."""
        columns = [name for name, _, _ in about]
        key = sorted((place, name, is_text) for name, place, is_text in about if place is not None)
        query = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.Identifier(table),
            sql.SQL(", ").join(
                sql.SQL('{} COLLATE "C"' if is_text else "{}").format(sql.Identifier(name)) for _, name, is_text in key
            )
            if key
            else sql.SQL("1"),
        )
        digested = _Lines(json.dumps(columns).encode())
        cursor.copy_expert(query, digested, size=1024 * 1024)
        return {"rows": digested.count, "sha256": digested.sha256.hexdigest()}


_COLUMNS = """
SELECT c.relname, a.attname, array_position(i.indkey::int[], a.attnum::int), a.attcollation <> 0
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
ORDER BY c.relname COLLATE "C", a.attname COLLATE "C"
"""
"""Each column of each table: its name, its place in the key or NULL, whether it is text."""


class _Lines:
    def __init__(self, before: bytes) -> None:
        self.sha256, self.count = hashlib.sha256(before), 0

    def write(self, block: bytes) -> None:
        self.sha256.update(block)
        self.count += block.count(b"\n")


def tool(name: str, major: int) -> str:
    """The path of a program of PostgreSQL that is not older than a server of this major version; Refused where there is none."""
    found = [shutil.which(name), *map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_by_version))]
    versions = {path: _major(path) for path in found if path}
    fit = [path for path, version in versions.items() if version >= major]
    if fit:
        return fit[0]
    if versions:
        raise Refused(
            f"{name} 的版本是 {max(versions.values())}，低于数据库服务器的 {major}：请安装 postgresql-client-{major}。"
        )
    raise Refused(f"找不到 {name}：请安装 postgresql-client-{major}，或把它所在目录加入 PATH。")


def _by_version(path: Path) -> tuple[int, str]:
    version = path.parent.parent.name
    return (int(version) if version.isdecimal() else 0, version)


def _major(path: str) -> int:
    """The major version that a program says it is; 0 where it says none."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout.split()
    number = next((word.split(".")[0] for word in said if word[:1].isdecimal()), "0")
    return int("".join(filter(str.isdecimal, number[:2])) or 0)


def _last(said: str) -> str:
    """The last line of what a program said that says something."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "没有说明原因"
