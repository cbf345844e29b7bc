"""How the portal stands, as the probes, the metrics, the administrator's page and her inbox tell it."""

import re
import shutil
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command, get_commands
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from accounts.models import LoginFailures
from accounts.posts import Post
from areas import workdays as calendar
from common import clock, replica
from common.replica import ReplicaStanding
from inbox import items
from jobs.models import Job, JobState
from reports.certificates import signing
from upkeep import auditing
from upkeep.checking import looked
from upkeep.checks import service
from upkeep.checks.deployment import DEPLOYMENT
from upkeep.heartbeat import beat
from upkeep.hooks import CHECKS, StatusLight
from upkeep.models import Heartbeat, UpkeepEvent
from witness.verifying import Verification

GB = 1024**3
ROOT = Path(service.__file__).parents[2]


def light(key: str) -> StatusLight:
    ((_, finding),) = looked(lambda check: check.key == key)
    assert finding.light in (StatusLight.GOOD, StatusLight.OFF) or finding.todo
    return finding.light


def event(kind: str, *, ok: bool = True, **ago) -> None:
    UpkeepEvent.objects.create(kind=kind, ok=ok, at=clock.real_now() - timedelta(**ago), size=5 * GB)


@pytest.fixture
def in_order(db, settings, make_user):
    """Nothing is amiss."""
    settings.BACKUP_HOURS = 26
    settings.PORTAL_TODAY = date(2026, 11, 30)
    beat()
    for kind in ("backup", "drill", "verify"):
        event(kind, hours=1)


def free(monkeypatch, bytes_: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=bytes_))


# What each check says ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("free_mb", "expected"),
    [(2048, StatusLight.GOOD), (2047, StatusLight.NOTE), (1024, StatusLight.NOTE), (1023, StatusLight.BAD)],
)
@pytest.mark.parametrize("key", ["disk", "temporary_disk"])
def test_disk_is_told_before_it_is_full(key, free_mb, expected, monkeypatch):
    free(monkeypatch, free_mb * 1024**2)

    assert light(key) is expected


def test_disk_that_cannot_be_written_is_bad(monkeypatch):
    free(monkeypatch, 100 * GB)
    monkeypatch.setattr(service.os, "access", lambda path, mode: False)

    assert light("disk") is StatusLight.BAD


@pytest.mark.django_db
def test_worker_is_heard_of_or_bad(settings):
    assert light("worker") is StatusLight.BAD
    beat()
    assert light("worker") is StatusLight.GOOD
    Heartbeat.objects.update(at=clock.real_now() - timedelta(seconds=settings.WORKER_SILENT_SECONDS + 1))
    assert light("worker") is StatusLight.BAD
    beat()
    assert light("worker") is StatusLight.GOOD
    assert Heartbeat.objects.count() == 1


@pytest.mark.django_db
def test_migrations_missing_and_unknown():
    assert light("migrations") is StatusLight.GOOD
    recorder = MigrationRecorder(connection)
    recorder.record_applied("upkeep", "9999_later")
    assert light("migrations") is StatusLight.NOTE
    recorder.record_unapplied("upkeep", "0001_events")
    assert light("migrations") is StatusLight.BAD


@pytest.mark.parametrize(("minutes", "expected"), [(0, StatusLight.GOOD), (6, StatusLight.NOTE), (31, StatusLight.BAD)])
def test_queue_by_how_long_the_first_waits(minutes, expected, make_user):
    by, since = make_user(Post.CLERK), clock.real_now() - timedelta(minutes=minutes)
    Job.objects.create(work="", title="任务", unit="行", by=by, seat="", state=JobState.WAITING, queued_at=since)

    assert light("queue") is expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "hours", "expected"),
    [
        ([], 26, StatusLight.BAD),
        ([], 0, StatusLight.OFF),
        ([(True, 25)], 26, StatusLight.GOOD),
        ([(True, 27)], 26, StatusLight.BAD),
        ([(True, 27)], 0, StatusLight.GOOD),
        ([(True, 25), (False, 1)], 26, StatusLight.NOTE),
        ([(False, 1)], 26, StatusLight.BAD),
    ],
)
def test_backup_by_age_and_by_what_failed_since(told, hours, expected, settings):
    settings.BACKUP_HOURS = hours
    for ok, age in told:
        event("backup", ok=ok, hours=age)

    assert light("backup") is expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "key", "none", "old"),
    [
        ("drill", "drill", StatusLight.NOTE, StatusLight.NOTE),
        ("verify", "verification", StatusLight.NOTE, StatusLight.NOTE),
        ("stream", "stream", StatusLight.NOTE, StatusLight.GOOD),
    ],
)
def test_what_keeps_the_portal_by_its_last_run(kind, key, none, old, settings):
    settings.STREAM_TO = "/elsewhere"
    assert light(key) is none
    event(kind, days=101)
    assert light(key) is old
    event(kind, hours=2)
    assert light(key) is StatusLight.GOOD
    event(kind, ok=False, hours=1)
    assert light(key) is StatusLight.BAD


def test_stream_that_nobody_asked_for_is_no_fault(settings):
    settings.STREAM_TO = ""

    assert light("stream") is StatusLight.OFF


@pytest.mark.django_db
def test_certificate_key_missing_unreadable_and_open_to_others(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    assert light("certificate_key") is StatusLight.OFF
    settings.PRODUCTION = True
    assert light("certificate_key") is StatusLight.BAD
    settings.PRODUCTION = False
    signing.private_key()
    assert light("certificate_key") is StatusLight.GOOD
    signing.kept_at().chmod(0o644)
    assert light("certificate_key") is StatusLight.NOTE
    signing.kept_at().write_text("cut sho")
    assert light("certificate_key") is StatusLight.BAD
    settings.CERTIFICATE_KEY = str(tmp_path / "absent.pem")
    assert light("certificate_key") is StatusLight.BAD


@pytest.mark.django_db
def test_certificate_key_that_was_lost_is_told_though_another_was_made(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    first = signing.private_key()
    call_command("verify_all", stdout=StringIO())
    signing.rotate(clock.today())
    assert light("certificate_key") is StatusLight.GOOD

    (signed_until,) = signing.folder().glob("until-*.pub")
    signed_until.unlink()
    assert light("certificate_key") is StatusLight.BAD
    signing.kept_at().unlink()
    assert light("certificate_key") is StatusLight.BAD
    signing.kept_at().write_bytes(first)
    signing.kept_at().chmod(0o600)
    assert light("certificate_key") is StatusLight.GOOD


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 30), StatusLight.GOOD),
        (date(2026, 12, 1), StatusLight.NOTE),
        (date(2026, 12, 31), StatusLight.NOTE),
        (date(2027, 1, 1), StatusLight.BAD),
    ],
)
def test_calendar_without_the_next_year_is_told_from_december_on(today, expected, settings, monkeypatch):
    year = calendar.WorkingDays({date(2026, 1, 1) + timedelta(days=each): True for each in range(365)})
    monkeypatch.setattr(calendar, "load", lambda: year)
    settings.PORTAL_TODAY = today
    assert light("workdays") is expected
    both = calendar.WorkingDays({date(2026, 1, 1) + timedelta(days=each): True for each in range(1096)})
    monkeypatch.setattr(calendar, "load", lambda: both)
    assert light("workdays") is StatusLight.GOOD


@pytest.mark.django_db
def test_many_locked_at_once_are_told():
    for number in range(9):
        LoginFailures.objects.create(username=f"u{number}", address="10.0.0.1", failures=5, last_at=clock.real_now())
    assert light("logins") is StatusLight.GOOD
    LoginFailures.objects.create(username="u9", address="10.0.0.1", failures=5, last_at=clock.real_now())
    assert light("logins") is StatusLight.NOTE


REPLICAS = [
    (ReplicaStanding(0.4, 9), StatusLight.GOOD, ""),
    (ReplicaStanding(9.0, 9, "落后超过 5 秒"), StatusLight.NOTE, "从库落后超过 5 秒"),
    (ReplicaStanding(fault="connection refused"), StatusLight.NOTE, "从库没有应答"),
]


def test_replica_by_how_far_it_is_behind(monkeypatch):
    assert light("replica") is StatusLight.OFF
    monkeypatch.setattr(replica, "is_set", lambda: True)
    for standing, expected, why in REPLICAS:
        monkeypatch.setattr(replica, "standing", lambda anew, standing=standing: standing)
        ((_, finding),) = looked(lambda check: check.key == "replica")
        assert finding.light is expected and finding.why.startswith(why)


def test_mail_without_server_and_without_address(settings):
    assert light("mail") is StatusLight.OFF
    settings.EMAIL_HOST = "mail.example"
    assert light("mail") is StatusLight.NOTE
    settings.PORTAL_ADDRESS = "https://gw.example/"
    assert light("mail") is StatusLight.GOOD


def test_version_that_nobody_knows_is_told(monkeypatch):
    monkeypatch.setattr(service, "_version", lambda: "v1-3-gabc")
    assert light("versions") is StatusLight.GOOD
    monkeypatch.setattr(service, "_version", lambda: "")
    assert light("versions") is StatusLight.NOTE


def test_check_that_fails_is_an_answer(monkeypatch):
    def fail(*told):
        raise ZeroDivisionError

    monkeypatch.setattr(shutil, "disk_usage", fail)

    assert light("disk") is StatusLight.BAD


# Who is told -----------------------------------------------------------------------------------------------------------


def ready(**headers):
    return Client().get("/readyz", **headers)


def test_all_in_order_is_ready(in_order):
    answer = ready()

    assert answer.status_code == 200, answer.text
    assert answer.json()["ready"] is True
    assert set(answer.json()["checks"]) == {"database", "migrations", "disk", "temporary_disk", "worker", "backup"}


def test_dead_worker_is_not_ready(in_order):
    Heartbeat.objects.update(at=clock.real_now() - timedelta(minutes=1))
    answer = ready()

    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == {"ok": False, "why": "后台程序没有信号：评定不会更新，任务不会办理。"}
    assert [key for key, check in answer.json()["checks"].items() if not check["ok"]] == ["worker"]


def test_not_ready_is_no_error_in_the_log(in_order, caplog):
    Heartbeat.objects.all().delete()

    assert ready().status_code == 503
    assert [record for record in caplog.records if record.name == "django.request"] == []


def test_database_away_is_not_ready_and_asked_once(in_order, monkeypatch):
    asked = []

    def away():
        asked.append(1)
        raise OperationalError("could not connect")

    with monkeypatch.context() as patch:
        patch.setattr(connections["default"], "cursor", away)
        answer = ready()

    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert {key for key, check in checks.items() if check["ok"]} == {"disk", "temporary_disk"}
    assert checks["worker"]["why"] == "数据库没有应答，或结构不符。"
    assert len(asked) == 1


def test_administrator_has_in_the_inbox_what_is_bad(in_order, make_user):
    administrator, clerk = make_user(Post.SYSTEM_ADMIN), make_user(Post.CLERK)
    assert [row.item.title for row in items.of(administrator).mine if row.item.key.startswith("upkeep:")] == []
    UpkeepEvent.objects.filter(kind="backup").update(at=clock.real_now() - timedelta(hours=30))

    (told,) = [row.item for row in items.of(administrator).mine if row.item.key.startswith("upkeep:")]
    assert (told.title, told.state) == ("备份：超过 26 小时没有完整的备份。", "异常")
    assert told.url == "/upkeep/#backup"
    assert not [row for row in items.of(clerk).mine if row.item.key.startswith("upkeep:")]


def test_page_says_how_each_thing_stands_and_what_to_do(in_order, make_user, client):
    client.force_login(make_user(Post.SYSTEM_ADMIN))
    Heartbeat.objects.all().delete()
    page = client.get(reverse("upkeep:status")).text

    assert "1 项异常，请立即处理" in page
    assert "systemctl restart portal" in page
    assert "1 小时前，5 GB" in page
    for check, _ in looked():
        assert f'id="{check.key}"' in page


def test_auditor_is_told_of_tampering_and_where(in_order, make_user, client, monkeypatch):
    """The system administrator was the only one to know, whom it may be about."""
    auditor = make_user(Post.AUDITOR)
    assert list(auditing.pending(auditor)) == []
    changed = ["季报行（returns_returnline 57） 光网覆盖户数 存证 800，现为 900。", "审计链不完整：第 3 条。"]
    monkeypatch.setattr("upkeep.management.commands.verify_all.verified", lambda: Verification(problems=changed))
    with pytest.raises(CommandError):
        call_command("verify_all", stdout=StringIO(), stderr=StringIO())

    (item,) = auditing.pending(auditor)
    assert item.title == "防篡改核验发现 2 处与存证不符" and list(auditing.pending(make_user(Post.CLERK))) == []
    client.force_login(auditor)
    assert (
        "不符之处：季报行（returns_returnline 57） 光网覆盖户数 存证 800，现为 900。、审计链"
        in client.get(item.url).text
    )


def test_what_is_amiss_stands_first(in_order, make_user, client):
    client.force_login(make_user(Post.SYSTEM_ADMIN))
    event("drill", ok=False, minutes=1)
    rows = re.findall(r'<tr id="(\w+)"', client.get(reverse("upkeep:status")).text)

    assert rows[0] == "drill" and set(rows) == {check.key for check, _ in looked()}


SHORT_FORM = re.compile(r"(?:ALSO=\S+ )?portal(?:_root)? (\w+)")


@pytest.mark.django_db
def test_commands_of_an_installed_portal_load_its_settings(settings, tmp_path):
    """``python3 manage.py migrate`` without them makes a database of its own, and says that all is well."""
    settings.PRODUCTION, settings.STATIC_ROOT, settings.VAR_DIR = True, "", tmp_path
    settings.BACKUP_HOURS = 26
    MigrationRecorder(connection).record_unapplied("upkeep", "0001_events")
    event("verify", days=9)
    every = [check().command for check in (*CHECKS, *DEPLOYMENT)]

    assert "ALSO=/etc/portal/owner.env portal migrate" in every
    assert not [line for line in every if "manage.py" in line]
    typed = [found for line in every for found in SHORT_FORM.findall(line)]
    assert {"verify_all", "verify_audit", "import_package", "create_user"} <= set(typed) <= set(get_commands())
    units = {found for line in every for found in re.findall(r"systemctl start (\S+)", line)}
    assert units == {"portal-backup", "portal-drill"}
    assert all((ROOT / f"deploy/systemd/{unit}.service").exists() for unit in units)


def test_headings_of_the_manual_that_checks_name_are_there():
    manual = (ROOT / "docs/operations.md").read_text("utf-8")
    headings = set(re.findall(r"^#+ (.+)$", manual, re.M))

    named = {check.manual for check in CHECKS if check.manual}
    assert len(named) > 8 and named - headings == set()
