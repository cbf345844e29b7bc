"""Everything is killed and gone, and comes back from the stream but for the last moment."""

import os
import signal
import sqlite3
import sys
from contextlib import closing, nullcontext
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks"))

import stream_loss

from accounts.models import AuditEntry
from common.exceptions import Refused
from jobs import worker_process
from qingcheng_fiber import serving
from tests.jobs.test_worker import on_test_database, wait_until
from upkeep.backups.databases import Sqlite
from upkeep.backups.restoring import Home
from upkeep.backups.streaming import Mirror, restore_cluster, restore_file, target
from upkeep.management.commands import stream as command
from upkeep.models import UpkeepEvent, UpkeepKind

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="litestream comes for Linux only")

UNDER_LOAD_S = 5
"""``benchmarks/stream_loss.py`` holds one second; a machine on which other tests run may wake the stream later."""


@pytest.mark.parametrize("loss_of", [stream_loss.sqlite_loss, stream_loss.postgresql_loss])
def test_stream_loses_the_last_moment_at_most(loss_of):
    with stream_loss.open_folder() as place:
        loss = loss_of(place, 1)
    assert loss.acknowledged > 10
    assert loss.seconds < UNDER_LOAD_S, loss


@pytest.mark.django_db(transaction=True)
def test_killed_stream_is_begun_again_and_its_program_never_outlives_it(monkeypatch, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("A slot in the tests' own cluster would make it keep its log for ever.")
    on_test_database(monkeypatch)
    monkeypatch.setenv("PORTAL_STREAM_TO", str(tmp_path / "stream"))
    monkeypatch.setattr(worker_process, "PAUSE_S", 0.1)
    with worker_process.worker("stream"):
        wait_until(lambda: len(programs(tmp_path)) == 1, "the program streams")
        ((program, command),) = programs(tmp_path)
        os.kill(command, signal.SIGKILL)
        wait_until(lambda: any(pid != program for pid, _ in programs(tmp_path)), "another one streams")
        assert program not in {pid for pid, _ in programs(tmp_path)}
        wait_until(lambda: UpkeepEvent.objects.filter(kind=UpkeepKind.STREAM, ok=True).exists(), "it is said")
        assert any((tmp_path / "stream/database").rglob("*.ltx"))
    wait_until(lambda: not programs(tmp_path), "nothing is left")


def programs(folder: Path) -> list[tuple[int, int]]:
    """The process of each litestream that was begun for us and lives, and of the command that began it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            variables = (process / "environ").read_bytes()
            parent = int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
        if words[0].endswith(b"litestream") and str(folder).encode() in variables:
            found.append((int(process.name), parent))
    return found


@pytest.mark.parametrize(("to", "commands"), [("", ["work"]), ("/elsewhere", ["stream", "work"])])
def test_server_keeps_a_stream_beside_it_where_one_is_asked_for(to, commands, settings, monkeypatch):
    settings.STREAM_TO, begun = to, []
    monkeypatch.setattr(worker_process, "worker", lambda command="work": begun.append(command) or nullcontext())
    monkeypatch.setattr(serving._Server, "serve", lambda self: None)
    monkeypatch.setattr(serving.multiprocessing, "set_start_method", lambda *_, **__: None)
    serving.serve("127.0.0.1", 1)
    assert sorted(begun) == commands


def test_mirror_copies_what_has_come_and_what_has_changed(tmp_path):
    source, to = tmp_path / "var", tmp_path / "copy"
    (source / "evidence/ke").mkdir(parents=True)
    (source / "audit-archive").mkdir()
    (source / "evidence/ke/kept-1").write_text("1")
    (source / "evidence/ke/.part-2").write_text("half")
    (source / "secret_key").write_text("secret")
    mirror = Mirror(source, to)

    assert (mirror.copy(), mirror.copy()) == (2, 0)
    (source / "evidence/ke/.part-2").rename(source / "evidence/ke/kept-2")
    (source / "evidence/ke/kept-1").unlink()
    (source / "keys").mkdir()
    (source / "keys/draft").write_text("new key")
    (source / "keys/draft").rename(source / "secret_key")
    (source / "audit-archive/audit-1-2.jsonl.gz").write_text("packed")
    (source / "jobs").mkdir()
    (source / "jobs/1").write_text("made again")
    assert mirror.copy() == 3

    copied = {path.relative_to(to).as_posix(): path.read_text() for path in to.rglob("*") if path.is_file()}
    assert copied == {
        "audit-archive/audit-1-2.jsonl.gz": "packed",
        "evidence/ke/kept-1": "1",
        "evidence/ke/kept-2": "half",
        "secret_key": "new key",
    }


def test_stream_is_refused_where_there_is_none(tmp_path, settings):
    settings.STREAM_TO = ""
    with pytest.raises(Refused, match="没有设置 PORTAL_STREAM_TO"):
        target()
    place = Home(Sqlite(tmp_path / "new/portal.sqlite3"), tmp_path / "new")
    with pytest.raises(Refused, match="没有 SQLite 的连续备份"):
        restore_file(tmp_path, place, consent="", before=lambda: None)
    with pytest.raises(Refused, match="没有 PostgreSQL 的基础备份"):
        restore_cluster(tmp_path, tmp_path / "cluster", tmp_path / "var")


def test_nothing_is_restored_over_anything(tmp_path):
    (tmp_path / "stream/base/20180720T000000Z").mkdir(parents=True)
    (tmp_path / "cluster").mkdir()
    (tmp_path / "cluster/PG_VERSION").write_text("15")
    with pytest.raises(Refused, match="不是空的，未作任何改动"):
        restore_cluster(tmp_path / "stream", tmp_path / "cluster", tmp_path / "var")
    with closing(sqlite3.connect(tmp_path / "portal.sqlite3")) as database, database:
        database.execute("CREATE TABLE accounts_user (id integer)")
        database.execute("INSERT INTO accounts_user VALUES (1)")
    with pytest.raises(Refused, match="此处已有数据"):
        place = Home(Sqlite(tmp_path / "portal.sqlite3"), tmp_path / "var")
        restore_file(tmp_path / "stream", place, consent="", before=lambda: None)


def test_cluster_whose_log_the_server_cannot_read_is_refused():
    """It would take what it cannot read for the end, and stop at the base; nothing is laid out."""
    with stream_loss.open_folder() as place:
        stream, cluster, portal = place / "stream", place / "cluster", place / "var"
        (stream / "base/20180720T000000Z").mkdir(parents=True)
        with pytest.raises(Refused, match="没有数据库日志"):
            restore_cluster(stream, cluster, portal)
        (stream / "wal").mkdir()
        segment = stream / "wal/000000010000000000000001"
        segment.touch(mode=0)
        with pytest.raises(Refused, match=r"不能读取连续备份的日志.*未作任何改动.*chgrp -R"):
            restore_cluster(stream, cluster, portal)
        assert not cluster.exists() and not portal.exists()
        if os.geteuid() == 0:
            with pytest.raises(Refused, match="没有用户 nobody-here"):
                restore_cluster(stream, cluster, portal, "nobody-here")
        segment.chmod(0o644)
        assert "已备好" in restore_cluster(stream, cluster, portal) and (cluster / "recovery.signal").exists()


def test_stream_that_runs_and_one_that_cannot_leave_their_traces(db, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "stream", lambda to, over, begun: begun())
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    settings.VAR_DIR, settings.STREAM_TO = tmp_path / "var", str(tmp_path / "stream")
    settings.VAR_DIR.mkdir()
    call_command("stream")
    settings.STREAM_TO = ""
    with pytest.raises(CommandError):
        call_command("stream")
    assert [event.ok for event in UpkeepEvent.objects.filter(kind=UpkeepKind.STREAM).order_by("pk")] == [True, False]
    assert AuditEntry.objects.filter(action="backup.stream").count() == 2
