"""What is older than the setting says goes from the table into signed files, and the chain still holds over both."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts import archives, audit, retention, triggers
from accounts.audit import record, verified
from accounts.models import AuditArchive, AuditEntry
from common import clock
from common.exceptions import Refused
from qingcheng_fiber import env

pytestmark = pytest.mark.django_db
OLD = datetime(2018, 1, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.VAR_DIR, settings.AUDIT_MONTHS = tmp_path, 6
    return tmp_path / "audit-archive"


@pytest.fixture
def trail(monkeypatch):
    """Five old entries, and three of today."""
    with monkeypatch.context() as patch:
        patch.setattr(clock, "real_now", lambda: OLD)
        for number in range(5):
            record(action="test.act", by="某人", detail={"number": number})
    for number in range(3):
        record(action="test.act", by="某人", detail={"number": number})


def archived() -> AuditArchive:
    (made,) = retention.archive_expired(by="（服务器命令）")
    return made


def unguarded(*statements: str) -> None:
    """What someone does who lifts the triggers first."""
    triggers.remove(connection)
    triggers.GUARD_OF_ARCHIVES.remove(connection)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    triggers.install(connection)
    triggers.GUARD_OF_ARCHIVES.install(connection)


# Now, months, and before when it expires.
EXPIRIES = [
    ("2026-11-30", 6, "2026-05-30"),
    ("2026-08-31", 6, "2026-02-28"),
    ("2026-01-15", 12, "2025-01-15"),
]


@pytest.mark.parametrize(("now", "months", "before"), EXPIRIES)
def test_entry_expires_so_many_months_later(now, months, before):
    moment = datetime.fromisoformat(f"{now}T04:00:00+00:00")

    assert f"{retention.expires_before(moment, months):%Y-%m-%d}" == before


# What is set, and what is taken for it; None: the portal does not start.
MONTHS = [("", 0), ("0", 0), ("5", None), ("6", 6), ("60", 60), ("-1", None)]


@pytest.mark.parametrize(("text", "expected"), MONTHS)
def test_fewer_than_six_months_stop_the_start(text, expected, monkeypatch):
    monkeypatch.setenv("PORTAL_AUDIT_MONTHS", text)
    if expected is None:
        with pytest.raises(ImproperlyConfigured, match="PORTAL_AUDIT_MONTHS"):
            env.months("PORTAL_AUDIT_MONTHS", least=6)
    else:
        assert env.months("PORTAL_AUDIT_MONTHS", least=6) == expected


def test_old_entries_go_into_a_signed_file_and_the_chain_holds_over_both(trail, place):
    before = list(AuditEntry.objects.order_by("sequence").values())
    made = archived()

    assert (made.first_sequence, made.last_sequence, made.hash_before) == (1, 5, "")
    assert [entry.sequence for entry in AuditEntry.objects.order_by("sequence")] == [6, 7, 8, 9]
    kept = [{column: getattr(entry, column) for column in archives.COLUMNS} for entry in archives.entries(made)]
    assert kept == before[:5]
    assert made.hash_after == before[4]["hash"]
    assert AuditEntry.objects.get(action="audit.archive").facts["sha256"] == made.sha256
    assert json.loads((place / f"{made.file}.json").read_text()) == json.loads(made.document)
    assert verified() == audit.ChainVerification(9, AuditEntry.objects.get(pk=9).hash)


def test_nothing_is_archived_for_ever(trail, settings):
    settings.AUDIT_MONTHS = 0

    assert (retention.archive_expired(by="x"), retention.is_due()) == ([], False)
    assert AuditEntry.objects.count() == 8


def test_next_archive_continues_the_last(trail, monkeypatch):
    monkeypatch.setattr(retention, "PIECE", 2)
    made = retention.archive_expired(by="（服务器命令）")

    assert [(each.first_sequence, each.last_sequence) for each in made] == [(1, 2), (3, 4), (5, 5)]
    assert made[1].hash_before == made[0].hash_after
    assert not verified().problem
    assert audit.holds(made[0].hash_after) and not audit.holds("ab")


def test_killed_between_registration_and_thinning_the_next_run_goes_on(trail, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(retention, "thin", lambda archive: None)
        archived()
    assert AuditEntry.objects.count() == 9
    assert not verified().problem

    assert retention.archive_expired(by="x") == []
    assert AuditEntry.objects.count() == 4
    assert not verified().problem


def test_database_lets_nothing_go_that_is_not_archived(trail):
    archived()
    for table in (triggers.TABLE, triggers.ARCHIVES):
        with pytest.raises(DatabaseError, match="只能增加"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    with pytest.raises(DatabaseError, match="只能增加"), transaction.atomic():
        AuditArchive.objects.update(last_sequence=9)

    assert (AuditEntry.objects.count(), AuditArchive.objects.count()) == (4, 1)


def changed(path) -> None:
    lines = gzip.decompress(path.read_bytes()).replace("某人".encode(), "别人".encode())
    path.write_bytes(gzip.compress(lines))


def rewritten(path) -> None:
    """The file changed, and its digest in the table with it: only the signature tells."""
    changed(path)
    unguarded(f"UPDATE {triggers.ARCHIVES} SET sha256 = '{archives._sha256(path)}'")


# What is done to an archive, and what the verification says.
SPOILT = [
    (lambda path: path.unlink(), "不在"),
    (changed, "被改动过"),
    (rewritten, "与所签内容不符"),
    (lambda path: unguarded(f"DELETE FROM {triggers.ARCHIVES}"), "第 1 条缺失"),
    (lambda path: unguarded(f"UPDATE {triggers.ARCHIVES} SET document = '{{}}'"), "签名无法验证"),
]


@pytest.mark.parametrize(("spoil", "sentence"), SPOILT)
def test_missing_or_changed_archive_is_said(trail, place, spoil, sentence):
    made = archived()
    spoil(place / made.file)

    assert sentence in verified().problem
    with pytest.raises(CommandError, match=sentence):
        call_command("verify_audit")


def test_chain_that_does_not_hold_is_not_archived(trail):
    unguarded(f"UPDATE {triggers.TABLE} SET username = '别人' WHERE sequence = 3")
    with pytest.raises(Refused, match="第 3 条的内容与其摘要不符"):
        archived()

    assert (AuditEntry.objects.count(), AuditArchive.objects.count()) == (8, 0)


def test_row_that_is_left_must_say_what_its_archive_says(trail, monkeypatch):
    monkeypatch.setattr(retention, "thin", lambda archive: None)
    archived()
    unguarded(f"UPDATE {triggers.TABLE} SET hash = 'ab' WHERE sequence = 2")

    assert "第 2 条与归档文件" in verified().problem


def test_nothing_is_thinned_whose_file_is_gone(trail, place, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(retention, "thin", lambda archive: None)
        made = archived()
    (place / made.file).unlink()
    with pytest.raises(Refused, match="未删减"):
        retention.archive_expired(by="x")

    assert AuditEntry.objects.count() == 9


def test_entry_of_today_is_kept(trail):
    archived()

    assert AuditEntry.objects.filter(at__gt=clock.real_now() - timedelta(days=1)).count() == 4


def test_command_says_what_it_archived(trail, capsys, settings):
    call_command("archive_audit")
    call_command("archive_audit")
    settings.AUDIT_MONTHS = 0
    call_command("archive_audit")

    said = capsys.readouterr().out
    assert "第 1 至 5 条已归档：audit-000000001-000000005.jsonl.gz" in said
    assert "没有早于 6 个月的审计记录" in said and "永久保留" in said
