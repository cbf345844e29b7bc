"""The audit trail: what an entry says, that none can be changed, and that the chain tells when one was."""

import json
import threading
from datetime import UTC

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts import audit, triggers
from accounts.audit import record, verified
from accounts.checks import audit_hash_exists
from accounts.models import AuditEntry, AuditHead, User
from accounts.posts import Post
from returns.models import Return

pytestmark = pytest.mark.django_db
TABLE = triggers.TABLE


def write(count: int) -> list[AuditEntry]:
    return [record(action="test.act", by="某人", detail={"number": number}) for number in range(count)]


def tamper(*statements: str) -> None:
    """What someone does who has the database and lifts the triggers first."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    triggers.install(connection)


def test_entry_says_who_when_where_what(make_user, rf):
    clerk = make_user(Post.CLERK)
    subject = Return.objects.create(township_id="441802103", county="441802", period="2018Q2")

    record(
        action="return.submit",
        by=clerk,
        subject=subject,
        detail={"state": ["draft", "submitted"]},
        request=rf.get("/", REMOTE_ADDR="10.0.0.9"),
    )

    entry = AuditEntry.objects.get()
    assert (entry.by, entry.username, entry.address, entry.action) == (
        clerk,
        clerk.username,
        "10.0.0.9",
        "return.submit",
    )
    assert (entry.subject_type, entry.subject_key, entry.subject_name) == (
        "returns.return",
        str(subject.pk),
        str(subject),
    )
    assert (entry.area_code, entry.facts, entry.result) == ("441802103", {"state": ["draft", "submitted"]}, "ok")
    assert entry.at.tzinfo == UTC
    assert (entry.sequence, entry.previous, entry.algorithm, len(entry.hash)) == (1, "", "sha256", 64)


def test_address_of_the_request_is_taken_without_passing_it():
    token = audit.current_address.set("10.1.1.1")
    try:
        assert record(action="test.act", by="某人").address == "10.1.1.1"
    finally:
        audit.current_address.reset(token)


# The nearest address, X-Forwarded-For, the address that counts; 127.0.0.1 and 10.0.0.1 are proxies of ours.
ADDRESSES = [
    ("10.9.9.9", "", "10.9.9.9"),
    ("10.9.9.9", "1.1.1.1", "10.9.9.9"),
    ("127.0.0.1", "", "127.0.0.1"),
    ("127.0.0.1", "1.1.1.1", "1.1.1.1"),
    ("127.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
    ("127.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.1", "1.1.1.1"),
    ("127.0.0.1", "10.0.0.1", "10.0.0.1"),
    ("127.0.0.1", "x" * 60, "x" * 45),
]


@pytest.mark.parametrize(("nearest", "forwarded", "expected"), ADDRESSES)
def test_only_our_proxies_are_believed(nearest, forwarded, expected, rf, settings):
    settings.PROXIES = ["127.0.0.1", "10.0.0.1"]
    request = rf.get("/", REMOTE_ADDR=nearest, headers={"x-forwarded-for": forwarded} if forwarded else {})

    assert audit.address_of(request) == expected


def test_unknown_hash_stops_the_start(settings):
    settings.AUDIT_HASH = "nohash"

    assert [error.id for error in audit_hash_exists(None)] == ["accounts.E001"]


def test_account_entries_belong_to_no_area(make_user):
    clerk = make_user(Post.CLERK)

    assert record(action="account.edit", by="某人", subject=clerk).area_code == ""


def test_text_a_database_may_refuse_is_cleaned():
    entry = record(action="test.act", by="a\0b\ud800", detail={"name": "x\0\ud800", "when": [None, 1.5]})

    entry.refresh_from_db()
    assert entry.username == "ab?"
    assert not verified().problem


def test_entries_are_chained():
    first, second, third = write(3)

    assert [entry.sequence for entry in (first, second, third)] == [1, 2, 3]
    assert (second.previous, third.previous) == (first.hash, second.hash)
    assert verified() == audit.ChainVerification(3, third.hash)


def test_entry_is_undone_with_its_transaction():
    write(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        write(2)
        raise RuntimeError

    assert verified().count == 1
    assert write(1)[0].sequence == 2


def test_hash_algorithm_is_a_setting_and_kept_in_the_row(settings):
    write(1)
    settings.AUDIT_HASH = "sm3"
    write(1)
    settings.AUDIT_HASH = "sha256"
    write(1)

    assert [entry.algorithm for entry in AuditEntry.objects.order_by("pk")] == ["sha256", "sm3", "sha256"]
    assert not verified().problem


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET action = 'other' WHERE sequence = 1",
        f"DELETE FROM {TABLE} WHERE sequence = 2",
        f"DELETE FROM {TABLE}",
        pytest.param(
            f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {TABLE}",
            marks=pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no TRUNCATE"),
        ),
        pytest.param(
            f"INSERT OR REPLACE INTO {TABLE} SELECT * FROM {TABLE} WHERE sequence = 1",
            marks=pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows"),
        ),
    ],
)
def test_database_refuses_changes(statement):
    write(2)
    with pytest.raises(DatabaseError, match="审计记录只能增加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert verified().count == 2


def test_orm_cannot_change_entries_either():
    (entry,) = write(1)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(username="别人")
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()


# What is done to a chain of five, and where the verification says that it breaks.
TAMPERINGS = [
    ([f"UPDATE {TABLE} SET username = 'other' WHERE sequence = 3"], 2, "第 3 条的内容与其摘要不符"),
    ([f"UPDATE {TABLE} SET detail = '{{}}' WHERE sequence = 1"], 0, "第 1 条的内容与其摘要不符"),
    ([f"UPDATE {TABLE} SET result = 'failed' WHERE sequence = 5"], 4, "第 5 条的内容与其摘要不符"),
    ([f"UPDATE {TABLE} SET at = '2018-06-30 00:00:00+00:00' WHERE sequence = 4"], 3, "第 4 条的内容与其摘要不符"),
    ([f"UPDATE {TABLE} SET hash = 'ab' WHERE sequence = 2"], 1, "第 2 条的内容与其摘要不符"),
    ([f"UPDATE {TABLE} SET previous = 'ab' WHERE sequence = 2"], 1, "第 2 条记载的上一条摘要与第 1 条不符"),
    ([f"UPDATE {TABLE} SET algorithm = 'nohash' WHERE sequence = 2"], 1, "本机不支持"),
    ([f"DELETE FROM {TABLE} WHERE sequence = 3"], 2, "第 3 条缺失"),
    ([f"DELETE FROM {TABLE} WHERE sequence = 1"], 0, "第 1 条缺失"),
    ([f"DELETE FROM {TABLE} WHERE sequence = 5"], 4, "末尾的记录被删除或增补"),
    ([f"DELETE FROM {TABLE}"], 0, "末尾的记录被删除或增补"),
    (["DELETE FROM accounts_audithead"], 5, "末尾的记录被删除或增补"),
]


@pytest.mark.parametrize(("statements", "count", "problem"), TAMPERINGS)
def test_tampering_is_found_where_it_happened(statements, count, problem):
    write(5)
    tamper(*statements)

    finding = verified()
    assert finding.count == count
    assert problem in finding.problem


def test_rehashed_entry_breaks_at_the_next():
    write(3)
    changed = AuditEntry.objects.get(pk=2)
    changed.username = "别人"
    tamper(f"UPDATE {TABLE} SET username = '别人', hash = '{audit.digest(changed)}' WHERE sequence = 2")

    assert "第 3 条记载的上一条摘要与第 2 条不符" in verified().problem


def test_verify_audit_says_count_and_last_hash(capsys):
    last = write(3)[-1]

    call_command("verify_audit")
    call_command("verify_audit", expect=last.hash)

    assert f"共 3 条，末条摘要 {last.hash}" in capsys.readouterr().out


def test_verify_audit_of_an_empty_trail(capsys):
    call_command("verify_audit")

    assert "共 0 条" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoil", "options", "sentence"),
    [
        (lambda: tamper(f"DELETE FROM {TABLE} WHERE sequence = 2"), {}, "第 2 条缺失"),
        (lambda: triggers.remove(connection), {}, "缺少防止改动的触发器"),
        (lambda: None, {"expect": "ab"}, "找不到摘要 ab"),
    ],
)
def test_verify_audit_fails_with_code_1(spoil, options, sentence):
    write(3)
    spoil()
    with pytest.raises(CommandError, match=sentence) as refused:
        call_command("verify_audit", **options)

    assert refused.value.returncode == 1


def test_verify_audit_puts_triggers_back():
    write(1)
    lost = triggers.remove(connection) or triggers.missing(connection)

    call_command("verify_audit", protect=True)

    assert triggers.missing(connection) == []
    assert AuditEntry.objects.get(action="audit.protect").facts == {"missing": lost}


def test_visible_to_the_auditor_whole_and_to_others_where_they_sit(make_user, make_area):
    own, other = make_area("441802103201"), make_area("441802105201")
    clerk, reviewer, admin = make_user(Post.CLERK), make_user(Post.REVIEWER), make_user(Post.SYSTEM_ADMIN)
    for subject in (own, other, clerk):
        record(action="test.act", by="某人", subject=subject)

    seen = {
        user.post: AuditEntry.objects.visible_to(user).count()
        for user in (clerk, reviewer, admin, make_user(Post.AUDITOR))
    }
    assert seen == {"clerk": 1, "reviewer": 2, "system_admin": 0, "auditor": 3}


def test_detail_reads_the_same_however_it_was_ordered():
    assert audit.canonical({"b": 1, "a": [None, "甲"]}) == '{"a":[null,"甲"],"b":1}'
    assert json.loads(audit.canonical({"a": 1})) == {"a": 1}


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_keep_one_chain():
    writers, each = 6, 8
    failures = []

    def work(number: int) -> None:
        try:
            for turn in range(each):
                with transaction.atomic():
                    User.objects.filter(username="nobody").update(name="x")
                    record(action="test.act", by=f"写者{number}", detail={"turn": turn})
        except Exception as problem:
            failures.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert verified().count == AuditHead.objects.get().sequence == writers * each
    assert not verified().problem


@pytest.mark.django_db(transaction=True)
def test_triggers_hold_after_a_flush_too():
    write(1)
    assert triggers.missing(connection) == []
    with pytest.raises(DatabaseError):
        AuditEntry.objects.all().delete()
