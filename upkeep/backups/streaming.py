"""Continuous protection: whatever is committed, or kept as a file, is in another folder less than a second later.

SQLite's log is streamed by litestream, PostgreSQL's by pg_receivewal; the portal's own files are copied beside it.
"""

import contextlib
import ctypes
import json
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
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from django.conf import settings

from common import clock
from common.exceptions import Refused
from upkeep.backups.databases import Database, Postgresql, Sqlite, own_database, tool
from upkeep.backups.making import files, is_kept, reason, var
from upkeep.backups.restoring import RESTORED, Home, put, require_empty

EVERY_S = 0.25
"""How often files are looked for, and SQLite's log is read."""
PROVEN_S = 5
"""One that runs so long has begun well."""
DATABASE, FILES, WAL, BASE = "database", "files", "wal", "base"
SLOT = "portal_stream"
SNAPSHOT_HOURS, KEPT_HOURS = 24, 168


def target() -> Path:
    """The folder that PORTAL_STREAM_TO names; Refused where it names none."""
    if not settings.STREAM_TO:
        raise Refused("没有设置 PORTAL_STREAM_TO，不做连续备份。")
    return Path(settings.STREAM_TO)


@contextlib.contextmanager
def log_stream(to: Path) -> Iterator[subprocess.Popen]:
    """The program that streams the database's log, for as long as the block runs, and never longer than this process."""
    database = own_database()
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (
        _postgresql_stream(database, to)
        if isinstance(database, Postgresql)
        else _sqlite_stream(database, to) as process
    ):
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@contextlib.contextmanager
def _sqlite_stream(database: Database, to: Path) -> Iterator[subprocess.Popen]:
    said = {
        "snapshot": {"interval": f"{SNAPSHOT_HOURS}h", "retention": f"{KEPT_HOURS}h"},
        "logging": {"level": "warn", "stderr": True},
        "dbs": [
            {
                "path": str(cast(Sqlite, database).path),
                "monitor-interval": f"{EVERY_S}s",
                "replica": {"type": "file", "path": str(to / DATABASE), "sync-interval": f"{EVERY_S}s"},
            }
        ],
    }
    with tempfile.TemporaryDirectory(prefix=".stream-", dir=var()) as folder:
        # JSON is YAML, which litestream reads.
        config = Path(folder) / "litestream.yml"
        config.write_text(json.dumps(said), "utf-8")
        run = [litestream(), "replicate", "-no-expand-env", "-config", str(config)]
        yield subprocess.Popen(run, preexec_fn=_end_with_parent)


@contextlib.contextmanager
def _postgresql_stream(database: Postgresql, to: Path) -> Iterator[subprocess.Popen]:
    """A slot makes the server keep what was not streamed yet; without a base the stream would be of no use."""
    receive = [_tool(database, "pg_receivewal"), f"--dbname={database.dsn}", f"--slot={SLOT}", "--no-password"]
    _run([*receive, "--create-slot", "--if-not-exists"], database)
    (to / WAL).mkdir(exist_ok=True, mode=0o700)
    if not any((to / BASE).glob("*")):
        take_base(to)
    run = [*receive, f"--directory={to / WAL}", "--synchronous", "--no-loop", "--status-interval=1"]
    yield subprocess.Popen(run, env=database.environment, preexec_fn=_end_with_parent)


def take_base(to: Path) -> Path:
    """A copy of the whole cluster from which the stream goes on; those before it may then be removed by hand."""
    database = own_database()
    if not isinstance(database, Postgresql):
        raise Refused("只有 PostgreSQL 需要基础备份；SQLite 的连续备份自带。")
    (to / BASE).mkdir(parents=True, exist_ok=True, mode=0o700)
    done = to / BASE / f"{clock.real_now():%Y%m%dT%H%M%SZ}"
    with tempfile.TemporaryDirectory(prefix=".base-", dir=to) as folder:
        draft = Path(folder) / "base"
        run = [_tool(database, "pg_basebackup"), f"--dbname={database.dsn}", f"--pgdata={draft}", "--no-password"]
        _run([*run, "--checkpoint=fast", "--wal-method=stream"], database)
        draft.rename(done)
    return done


def _tool(database: Postgresql, name: str) -> str:
    with closing(database.connect()) as connection:
        return tool(name, connection.server_version // 10000)


def _run(command: list[str], database: Postgresql) -> None:
    done = subprocess.run(command, env=database.environment, capture_output=True, text=True, errors="replace")
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise Refused(f"{Path(command[0]).name} 未完成：{said[-1] if said else done.returncode}")


def litestream() -> str:
    """Where the program is: beside the Python that runs, else on the PATH. Refused where there is none."""
    beside = Path(sys.executable).with_name("litestream")
    found = str(beside) if beside.exists() else shutil.which("litestream")
    if not found:
        raise Refused("找不到 litestream：SQLite 的连续备份只在 Linux 上提供。")
    return found


def _end_with_parent() -> None:
    """Linux ends the program when we are killed: two streams of one database would harm each other."""
    die_with_parent = 1
    ctypes.CDLL(None).prctl(die_with_parent, signal.SIGTERM)


def stream(to: Path, over: threading.Event, began_well: Callable[[], object]) -> None:
    """Stream until it is over; ``began_well`` is called once it has gone on for a while. Refused when it ends by itself."""
    with log_stream(to) as process:
        mirror, began, is_told = Mirror(var(), to / FILES), time.monotonic(), False
        while not over.wait(EVERY_S):
            if process.poll() is not None:
                raise Refused(f"连续备份的程序已退出（{process.returncode}），原因见日志。")
            mirror.copy()
            if not is_told and time.monotonic() - began > PROVEN_S:
                is_told = True
                began_well()
        mirror.copy()


class Mirror:
    """The portal's files, copied as they come; a file that is let go stays in the copy."""

    def __init__(self, source: Path, to: Path) -> None:
        self._source, self._to = source, to
        self._seen: dict[Path, int] = {}

    def copy(self) -> int:
        """Copy what has come since; how many files. Only folders in which something has come or gone are looked into."""
        stamps = {folder: folder.stat().st_mtime_ns for folder in {self._source, *self._folders()}}
        changed = {folder for folder, stamp in stamps.items() if self._seen.get(folder) != stamp}
        found = [path for path in files(self._source) if path.parent in changed] if changed else []
        copied = sum(self._copied(path) for path in found)
        self._seen = stamps
        return copied

    def _folders(self) -> Iterator[Path]:
        """Whatever folder a room keeps files in, and those directly in it."""
        for entry in os.scandir(self._source):
            if entry.is_dir() and is_kept(entry.name):
                yield Path(entry.path)
                yield from (Path(inner.path) for inner in os.scandir(entry.path) if inner.is_dir())

    def _copied(self, path: Path) -> bool:
        to = self._to / path.relative_to(self._source)
        said = path.stat()
        if to.exists() and (to.stat().st_size, to.stat().st_mtime_ns) == (said.st_size, said.st_mtime_ns):
            return False
        to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = to.with_name(f".{to.name}.part")
        shutil.copy2(path, draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(to)
        return True


def restore_file(stream: Path, place: Home, *, consent: str, before: Callable[[], object]) -> Path | None:
    """SQLite and the files as they were last streamed, put in their places; where the files lie that were there before."""
    try:
        place.var.mkdir(parents=True, exist_ok=True)
        was_empty = require_empty(place, consent)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=place.var) as scratch:
            staged = Path(scratch)
            restored = staged / "database.sqlite3"
            _streamed_database(stream, restored)
            (staged / RESTORED).mkdir()
            if (stream / FILES).exists():
                shutil.copytree(stream / FILES, staged / FILES)
            before()
            aside = put(place, staged / FILES, staged / RESTORED, restored)
    except (OSError, sqlite3.Error) as error:
        raise Refused(f"未恢复任何内容：{reason(error)}。") from error
    if was_empty:
        shutil.rmtree(aside)
    return None if was_empty else aside


def _streamed_database(stream: Path, to: Path) -> None:
    if not (stream / DATABASE).is_dir():
        raise Refused(f"{stream} 中没有 SQLite 的连续备份。")
    url = f"file://{(stream / DATABASE).resolve()}"
    run = [litestream(), "restore", "-integrity-check", "full", "-o", str(to), url]
    done = subprocess.run(run, capture_output=True, text=True, errors="replace")
    if done.returncode or not to.exists():
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Refused(f"连续备份无法恢复，未作任何改动：{said[-1] if said else '没有说明原因'}")


def restore_cluster(stream: Path, cluster: Path, portal: Path, server_user: str = "postgres") -> str:
    """Lay out a data directory that recovers to the last moment streamed; how to start it, in a sentence.

    Refused, before anything is written, where the directory is in use, nothing was streamed, or the server could not read it:
    what it cannot read it takes for the end. Whoever runs the server starts it, and it recovers.
    """
    bases = sorted((stream / BASE).glob("*"))
    if not bases:
        raise Refused(f"{stream} 中没有 PostgreSQL 的基础备份。")
    if cluster.exists() and any(cluster.iterdir()):
        raise Refused(f"{cluster} 不是空的，未作任何改动。")
    _require_readable(stream / WAL, server_user)
    cluster.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(bases[-1], cluster, dirs_exist_ok=True)
    cluster.chmod(0o700)
    wal = (stream / WAL).resolve()
    command = f'cp "{wal}/%f" "%p" 2>/dev/null || cp "{wal}/%f.partial" "%p"'
    with (cluster / "postgresql.auto.conf").open("a", encoding="utf-8") as conf:
        conf.write(f"\nrestore_command = '{command}'\nrecovery_target_timeline = 'latest'\n")
    (cluster / "recovery.signal").touch()
    if (stream / FILES).exists():
        shutil.copytree(stream / FILES, portal, dirs_exist_ok=True)
    return (
        f"数据目录 {cluster} 已备好，起自 {bases[-1].name} 的基础备份；PORTAL_VAR 的文件已恢复。请把目录交给 postgres 用户，"
        "启动数据库：它会自行恢复到最后一刻。之后执行 verify_audit 和 verify_all。"
    )


def _require_readable(wal: Path, user: str) -> None:
    """Refused unless the user that runs the database can read all of the log; asked of the system itself, as that user where we are root."""
    if not wal.is_dir():
        raise Refused(f"{wal.parent} 中没有数据库日志（{wal.name}），未作任何改动。")
    import pwd  # Windows has none, and no stream.

    becoming: dict[str, Any] = {}
    if os.geteuid() == 0:
        try:
            account = pwd.getpwnam(user)
        except KeyError:
            raise Refused(f"没有用户 {user}：请用 --server-user 给出运行数据库的用户，未作任何改动。") from None
        groups = os.getgrouplist(user, account.pw_gid)
        becoming = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": groups}
    else:
        user = pwd.getpwuid(os.geteuid()).pw_name
    hidden = ["(", "-type", "d", "!", "-executable", "-o", "!", "-readable", ")", "-print", "-quit"]
    asked = subprocess.run(
        ["find", str(wal.resolve()), *hidden], cwd="/", capture_output=True, text=True, errors="replace", **becoming
    )
    if asked.returncode or asked.stdout:
        raise Refused(
            f"用户 {user} 不能读取连续备份的日志（{asked.stdout.strip() or wal}），数据库启动后会停在基础备份的时刻：未作任何改动。"
            f"请执行 chgrp -R {user} {wal}; chmod -R g+rX {wal}，上级文件夹也须能进入（chmod o+x），再恢复。"
        )
