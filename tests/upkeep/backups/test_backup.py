"""A portal is destroyed for real and comes back; a backup that is not good says so and leaves nothing half done."""

import errno
import os
import sqlite3
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from accounts.audit import verified
from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area
from inspection.models import Evidence
from tests.inspection.conftest import COVERED, chain, day, district, people
from tests.upkeep.backups.conftest import contents, destroy
from upkeep.backups import archive, drill, making
from upkeep.backups.archive import Identity
from upkeep.backups.databases import Postgresql, tool
from upkeep.backups.making import ASIDE
from upkeep.backups.restoring import CONSENT, RESTORED
from upkeep.models import UpkeepEvent, UpkeepKind

__all__ = ["chain", "day", "district", "people"]

KEY = Identity.generate()


def backup(to: Path, *options: str) -> Path:
    call_command("backup", str(to), *options, stdout=StringIO())
    return newest(to)


def newest(folder: Path) -> Path:
    return max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)


def restore(path: Path, *options: str) -> str:
    said = StringIO()
    call_command("restore", str(path), *options, stdout=said, stderr=said)
    connection.close()
    return said.getvalue()


def refusal(command: str, *arguments) -> str:
    with pytest.raises(CommandError) as ended:
        call_command(command, *map(str, arguments), stdout=StringIO())
    assert ended.value.returncode == 1
    return str(ended.value)


@pytest.fixture
def lived_in(doomed, make_user):
    """A portal in which somebody has worked: an account, and its trail."""
    make_user(Post.CLERK)
    return doomed


def test_everything_is_destroyed_and_comes_back(doomed, request, tmp_path):
    """A report with its evidence, ratified; then neither database nor file is left."""
    request.getfixturevalue("chain").ratified(COVERED)
    (doomed.var / "keys").mkdir()
    (doomed.var / "keys/certificates.pem").write_bytes(b"private")
    path = backup(tmp_path / "backups", "--recipient", str(KEY.to_public()))
    (tmp_path / "key").write_text(f"# made by a test\n{KEY}\n")
    files, tables, evidence = contents(doomed), doomed.database.tables(), Evidence.objects.count()

    destroy(doomed)
    said = restore(path, "--identity", str(tmp_path / "key"))

    found = doomed.database.tables()
    written_since = {
        "accounts_auditentry",
        "accounts_audithead",
        "upkeep_upkeepevent",
        "witness_leaf",
        "witness_loghead",
    }
    assert {name for name in tables if found.get(name) != tables[name]} <= written_since
    assert found.keys() == tables.keys() and sum(each["rows"] for each in found.values()) > 200
    assert {name: each for name, each in contents(doomed).items() if not name.startswith(RESTORED)} == files
    assert len(files) > evidence > 0 and Evidence.objects.count() == evidence
    assert (
        AuditEntry.objects.filter(action="backup.restore").count() == 1
        and not verified().problem
        and "均与备份一致" in said
        and "没有证书签名密钥" not in said
    )
    assert path.stat().st_mode & 0o777 == 0o600 and b"private" not in path.read_bytes()
    assert [event.kind for event in UpkeepEvent.objects.all()] == [UpkeepKind.VERIFY]


def test_backup_leaves_the_portals_folder_encrypted_unless_it_is_said(lived_in, settings, tmp_path):
    settings.BACKUP_RECIPIENTS = []
    said = refusal("backup", tmp_path / "backups")
    assert "须加密" in said and "--in-clear" in said and not (tmp_path / "backups").exists()
    assert "须加密" in UpkeepEvent.objects.get(kind=UpkeepKind.BACKUP, ok=False).detail["problem"]
    assert "不能同时使用" in refusal("backup", tmp_path / "b", "--in-clear", "--recipient", KEY.to_public())
    assert backup(tmp_path / "backups", "--in-clear").suffix == ".tar"
    assert backup(lived_in.var / "backups").suffix == ".tar"
    settings.BACKUP_RECIPIENTS = [str(KEY.to_public())]
    assert backup(tmp_path / "encrypted").suffix == ".age"
    assert backup(tmp_path / "asked", "--in-clear").suffix == ".tar"


def test_backup_is_taken_while_others_write(lived_in, tmp_path):
    """What is not committed is not in it, and neither waits for the other."""
    with closing(other_connection(lived_in)) as other, closing(other.cursor()) as cursor:
        cursor.execute("BEGIN" if connection.vendor == "postgresql" else "BEGIN IMMEDIATE")
        cursor.execute("UPDATE areas_area SET name = 'uncommitted'")
        made = making.make(tmp_path / "backups", [])
        other.rollback()
    assert not made.missing
    name = Area.objects.first().name
    destroy(lived_in)
    assert "恢复之后没有证书签名密钥" in restore(made.path)
    assert Area.objects.first().name == name


def other_connection(place):
    if isinstance(place.database, Postgresql):
        return place.database.connect()
    return sqlite3.connect(place.database.path, isolation_level=None)


def test_missing_evidence_makes_no_good_backup(doomed, request, tmp_path, monkeypatch):
    monkeypatch.setattr(drill, "VERIFYING", ())
    request.getfixturevalue("chain").sent()
    lost = Evidence.objects.first()
    (doomed.var / "evidence" / lost.key[:2] / lost.key).unlink()

    said = refusal("backup", tmp_path / "backups", "--keep-days", 1)

    assert f"有 1 个不在磁盘上：evidence/{lost.key[:2]}/{lost.key}" in said
    (kept,) = (tmp_path / "backups").iterdir()
    assert kept.name.endswith("-incomplete.tar")
    event = UpkeepEvent.objects.get(kind=UpkeepKind.BACKUP)
    assert (event.ok, event.size) == (False, kept.stat().st_size)
    assert "备份缺少材料" in refusal("backup_drill", kept)


def test_backup_on_a_full_disk_leaves_nothing_but_a_sentence(lived_in, tmp_path, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(making.os, "fsync", full)
    assert "磁盘已满，请清理磁盘" in refusal("backup", tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []
    assert UpkeepEvent.objects.get(kind=UpkeepKind.BACKUP).ok is False


def test_backup_that_is_read_back_wrong_is_thrown_away(lived_in, tmp_path, monkeypatch):
    """A disk that writes something else than it was given."""
    digested = archive._Digested.read

    def lying(self, size: int = -1) -> bytes:
        block = digested(self, size)
        return block.replace(b"secret", b"Secret") if block[:6] == b"secret" else block

    monkeypatch.setattr(archive._Digested, "read", lying)
    assert "备份已损坏或不完整" in refusal("backup", tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_what_a_killed_backup_left_is_swept(lived_in, tmp_path):
    (tmp_path / "backups/.portal-ffffffff-abc").mkdir(parents=True)
    (tmp_path / f"backups/.portal-{making.mark()}-abc/archive").mkdir(parents=True)
    path = backup(tmp_path / "backups")
    assert {each.name for each in path.parent.iterdir()} == {path.name, ".portal-ffffffff-abc"}


def test_backup_thins_its_own_and_nothing_else(lived_in, tmp_path):
    folder = tmp_path / "backups"
    old = {f"portal-{making.mark()}-2018072{day}T000000Z.tar" for day in range(1, 5)}
    others = {"portal-ffffffff-20180721T000000Z.tar", "notes.txt"}
    folder.mkdir()
    for name in old | others:
        (folder / name).touch()
    (folder / f"portal-{making.mark()}-20180720T000000Z.tar").symlink_to(folder / "notes.txt")

    path = backup(folder, "--keep-days", "2")

    left = {each.name for each in folder.iterdir()}
    assert left & old == {f"portal-{making.mark()}-20180724T000000Z.tar"}
    assert left > others | {path.name} and len(left) == 5
    assert UpkeepEvent.objects.get(kind=UpkeepKind.THIN).detail["removed"] == sorted(old - left)


def test_restore_needs_an_empty_place_or_the_word_of_consent(lived_in, tmp_path):
    path = backup(tmp_path / "backups")
    Area.objects.update(name="后来改的")
    (lived_in.var / "evidence/ke").mkdir(parents=True)
    (lived_in.var / "evidence/ke/kept-later").write_bytes(b"later")
    before, files = lived_in.database.tables(), contents(lived_in)

    for word in ("", "yes"):
        assert "此处已有数据，未作任何改动" in refusal("restore", path, "--into-nonempty", word)
    assert (lived_in.database.tables(), contents(lived_in)) == (before, files)
    said = restore(path, "--into-nonempty", CONSENT)

    assert not Area.objects.filter(name="后来改的").exists()
    (aside,) = lived_in.var.glob(f"{ASIDE}*")
    assert (aside / "evidence/ke/kept-later").read_bytes() == b"later" and str(aside) in said
    assert not (lived_in.var / "evidence").exists()


def test_failed_restore_changes_nothing(lived_in, tmp_path, monkeypatch):
    """The database cannot be loaded: the files that were put in their places already go back."""
    path = backup(tmp_path / "backups")
    (lived_in.var / "secret_key").write_text("other")
    before, files = lived_in.database.tables(), contents(lived_in)

    def broken(self, file: Path) -> None:
        assert (lived_in.var / "secret_key").read_text() == "secret"
        damaged = file.read_bytes()
        file.write_bytes(damaged[: len(damaged) // 2])
        load(self, file)
        raise OSError(errno.EIO, "planted")

    kind = type(lived_in.database)
    load = kind.load if connection.vendor == "postgresql" else lambda self, file: None
    monkeypatch.setattr(kind, "load", broken)
    assert "未" in refusal("restore", path, "--into-nonempty", CONSENT)
    assert (lived_in.database.tables(), contents(lived_in)) == (before, files)


def test_newer_archive_is_refused_and_an_older_one_brought_up_to_date(lived_in, tmp_path):
    MigrationRecorder(connection).record_applied("upkeep", "9999_from_the_future")
    newer = backup(tmp_path / "newer")
    MigrationRecorder(connection).record_unapplied("upkeep", "9999_from_the_future")
    executor = MigrationExecutor(connection)
    executor.migrate([("inbox", executor.loader.graph.leaf_nodes("inbox")[0][1])])
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("upkeep").get_models():
            editor.delete_model(model)
    for app, name in list(MigrationRecorder(connection).applied_migrations()):
        if app == "upkeep":
            MigrationRecorder(connection).record_unapplied(app, name)
    older = making.make(tmp_path / "older", []).path
    destroy(lived_in)

    assert "（如 upkeep.9999_from_the_future）" in refusal("restore", newer)
    assert not lived_in.database.has("accounts_user")
    restore(older)
    assert [event.kind for event in UpkeepEvent.objects.all()] == [UpkeepKind.VERIFY]


def test_archive_of_the_other_database_is_refused(lived_in, tmp_path, monkeypatch):
    monkeypatch.setattr(type(lived_in.database), "vendor", "other")
    path = backup(tmp_path / "backups")
    monkeypatch.undo()
    destroy(lived_in)
    assert "备份来自 other" in refusal("restore", path)


def test_drill_restores_beside_the_portal(lived_in, tmp_path):
    before = contents(lived_in)
    call_command("backup_drill", stdout=(said := StringIO()))
    assert "演练通过" in said.getvalue() and "文件 1 个" in said.getvalue()
    assert contents(lived_in) == before
    event = UpkeepEvent.objects.get(kind=UpkeepKind.DRILL)
    assert event.ok and event.detail["rows"] > 100


def test_drill_finds_what_differs(lived_in, tmp_path, monkeypatch):
    path = backup(tmp_path / "backups")
    kind = type(lived_in.database)
    load = kind.load

    def forgetful(self, file: Path) -> None:
        load(self, file)
        query = "DELETE FROM accounts_user"
        with closing(other_connection(type(lived_in)(self, lived_in.var))) as other, closing(other.cursor()) as cursor:
            cursor.execute(query)
            other.commit()

    monkeypatch.setattr(kind, "load", forgetful)
    monkeypatch.setattr(drill, "VERIFYING", ())
    assert "数据表 accounts_user 与备份不符" in refusal("backup_drill", path)
    assert UpkeepEvent.objects.get(kind=UpkeepKind.DRILL).ok is False


@pytest.mark.parametrize(("version", "sentence"), [(None, "找不到 pg_none"), (12, "低于数据库服务器的 15")])
def test_tool_that_is_missing_or_too_old_is_named(version, sentence, tmp_path, monkeypatch):
    if version:
        (tmp_path / "pg_none").write_text(f"#!/bin/sh\necho 'pg_none (PostgreSQL) {version}.3'\n")
        (tmp_path / "pg_none").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(Exception, match=sentence):
        tool("pg_none", 15)


def test_unencrypted_backup_leaves_passwords_out_and_says_so(monkeypatch):
    given = {
        "PORTAL_MAIL_PASSWORD": "x",
        "PORTAL_SECRET_KEY": "y",
        "PORTAL_MODE": "local",
        "PATH": "/",
        "PORTAL_VAR": "",
    }
    assert making._settings(given, False) == ({"PORTAL_MODE": "local"}, ["PORTAL_MAIL_PASSWORD", "PORTAL_SECRET_KEY"])
    assert making._settings(given, True)[0].keys() == {"PORTAL_MODE", "PORTAL_MAIL_PASSWORD", "PORTAL_SECRET_KEY"}


def test_private_key_given_by_mistake_is_written_down_nowhere(lived_in, tmp_path):
    private = str(KEY)
    said = refusal("backup", tmp_path / "backups", "--recipient", private)
    kept = [said, str(UpkeepEvent.objects.get().detail), *AuditEntry.objects.values_list("detail", flat=True)]

    assert "私钥" in said and not any(private[20:40] in each for each in kept)
