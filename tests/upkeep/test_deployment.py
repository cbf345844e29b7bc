"""What deploy/ holds, tried: units, rotation, nginx with TLS in front of the service, and what ``deploy_check`` finds missing."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from granian.http import HTTP1Settings

from accounts.models import AuditEntry, User
from accounts.posts import Post
from tests.jobs.test_worker import on_test_database, wait_until
from tests.qingcheng_fiber.test_serving import Service
from tests.upkeep.installed import DEPLOY, HOST, Crowd, Proxy, changed, free_port
from upkeep.backups.archive import Identity
from upkeep.checks import deployment
from upkeep.checks.deployment import ways
from upkeep.hooks import StatusLight

UNITS = DEPLOY / "systemd"
MOST_EXPOSED = 20
"""Tenths of systemd's exposure level, 0 (nothing within reach) to 100."""


def wanted(program: str) -> pytest.MarkDecorator:
    """Where it is missing the test is left out; .ci/run installs it."""
    return pytest.mark.skipif(not shutil.which(program), reason=f"no {program} here")


@pytest.fixture
def unit_folder(tmp_path, monkeypatch) -> Path:
    """The units as an administrator lays them by the handbook's own lines, with an interpreter that is there."""
    handbook = (settings.BASE_DIR / "docs/operations.md").read_text("utf-8")
    (lines,) = re.findall(r"cd /srv/portal/deploy/systemd\n.*?(?=systemctl)", handbook, re.S)
    here = changed(lines, {"/srv/portal": str(settings.BASE_DIR), "/etc/systemd/system": str(tmp_path)})
    subprocess.run(["bash", "-ec", here], check=True)
    for unit in tmp_path.glob("*.service"):
        unit.write_text(unit.read_text().replace("/srv/portal/.venv/bin/python", sys.executable))
    monkeypatch.setenv("SYSTEMD_UNIT_PATH", f"{tmp_path}:")
    return tmp_path


@wanted("systemd-analyze")
def test_units_are_sound_and_closed(unit_folder):
    services = sorted(unit.name for unit in unit_folder.glob("*.service"))
    units = [*services, *(unit.name for unit in unit_folder.glob("*.timer"))]
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(unit_folder / unit for unit in units)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert (verified.returncode, verified.stderr) == (0, "")
    for service in services:
        command = ["systemd-analyze", "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", service]
        judged = subprocess.run(command, capture_output=True, text=True)
        assert judged.returncode == 0, judged.stdout.splitlines()[-1]


def variables_of(folder: Path, unit: str) -> list[str]:
    """The files of variables of a unit in systemd's order: its own, then its drop-ins' by their names, in whatever folder."""
    beside = [*folder.glob(f"{unit}.service.d/*"), *(folder.glob("portal-.service.d/*") if "-" in unit else [])]
    files = [folder / f"{unit}.service", *sorted(beside, key=lambda file: file.name)]
    lines = [line for file in files for line in file.read_text().splitlines()]
    return [line.partition("=")[2] for line in lines if line.startswith("EnvironmentFile=")]


def test_what_the_portals_role_may_not_runs_as_the_owner(unit_folder, monkeypatch):
    """The owner's variables come last, so that their DATABASE_URL holds; nothing else has them."""
    monkeypatch.setattr(deployment, "UNITS", unit_folder)
    for unit in (each.stem for each in unit_folder.glob("*.service")):
        expected = ["/etc/portal/portal.env", *(["-/etc/portal/owner.env"] if unit in deployment.BY_OWNER else [])]
        assert variables_of(unit_folder, unit) == expected, unit
        assert deployment._runs_as_owner(unit) == (unit in deployment.BY_OWNER)


def test_timers_run_commands_that_there_are():
    for unit in UNITS.glob("portal-*.service"):
        assert unit.with_suffix(".timer").exists()
        (line,) = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
        command, *options = line.partition(" manage.py ")[2].split()
        helped = subprocess.run(
            [sys.executable, "manage.py", command, "--help"], cwd=settings.BASE_DIR, capture_output=True, text=True
        )
        assert helped.returncode == 0, unit.name
        assert all(option in helped.stdout for option in options if option.startswith("--"))


@wanted("logrotate")
def test_logs_are_rotated_and_kept_half_a_year(tmp_path):
    shipped = changed((DEPLOY / "logrotate/portal").read_text(), {"/var/log/nginx": str(tmp_path)})
    rotation = tmp_path / "portal"
    rotation.write_text(shipped)
    rotation.chmod(0o644)
    tmp_path.chmod(0o755)
    logs = [tmp_path / "portal.access.log", tmp_path / "portal.error.log"]
    for log in logs:
        log.write_text("asked\n")
    subprocess.run(["logrotate", "--force", "--state", tmp_path / "state", rotation], check=True, capture_output=True)
    assert [log.read_text() for log in logs] == ["", ""]
    assert len(list(tmp_path.glob("portal.*.log-*"))) == 2
    (days,) = [int(line.split()[1]) for line in shipped.splitlines() if line.strip().startswith("rotate ")]
    assert days > 183


def test_pages_that_nginx_shows_are_shipped():
    shown = re.findall(r"error_page ([\d ]+) /portal-pages/(\S+);", (DEPLOY / "nginx/portal.conf").read_text())
    assert {file for _, file in shown} == {page.name for page in (DEPLOY / "pages").iterdir()}
    (closed,) = [file for statuses, file in shown if "503" in statuses]
    assert "维护" in (DEPLOY / "pages" / closed).read_text("utf-8"), "503 is nginx's own: closed for maintenance"


@wanted("nginx")
def test_nginx_ends_an_idle_connection_before_the_portal_does():
    """A save that is sent along one that the portal is just closing is not sent again: 502."""
    said = re.search(r"keepalive_timeout (\d+)s;", (DEPLOY / "nginx/portal.conf").read_text())
    assert int(said[1]) * 1000 < HTTP1Settings().header_read_timeout


def test_nginx_says_of_itself_what_the_portal_would(tmp_path):
    """Its own pages insist on https, pages are led there under the portal's own name, and the API is not."""
    with Proxy(tmp_path, f"127.0.0.1:{free_port()}") as proxy:
        away = proxy.get("/")
        assert away.status == 502 and "max-age=31536000" in away.headers["Strict-Transport-Security"]
        assert (proxy.in_clear("/"), proxy.in_clear("/api/areas/")) == ((308, f"https://{HOST}/"), (403, ""))


@pytest.mark.any_database
@wanted("nginx")
@pytest.mark.django_db(transaction=True)
def test_portal_behind_nginx_stays_up(tmp_path, monkeypatch, make_user):
    """In production, over TLS: reloaded under load, killed, closed for maintenance; a stranger's word is not taken."""
    on_test_database(monkeypatch)
    for name, value in _variables(tmp_path).items():
        monkeypatch.setenv(name, value)
    _manage("collectstatic", "--no-input", "-v0")
    cookie = {"Cookie": f"__Host-session={_session(make_user(Post.LEADER))}"}
    service = Service(2)
    try:
        with Proxy(tmp_path, service.address) as proxy, contextlib.ExitStack() as stack:
            wait_until(lambda: proxy.get("/accounts/me/", **cookie).status == 200, "the portal answers")
            crowd = stack.enter_context(Crowd(proxy, cookie))
            wait_until(lambda: crowd.seen[200] > 10, "people see their pages")
            page = proxy.get("/accounts/login/")
            assert "max-age=31536000" in page.headers["Strict-Transport-Security"] and page.headers["Server"] == "nginx"
            assert proxy.get("/metrics").status == proxy.get("/readyz").status == 404

            before = service.servers()
            os.kill(service.process.pid, signal.SIGHUP)
            wait_until(lambda: len(service.servers()) == 2 and before.isdisjoint(service.servers()), "all are new")
            seen = crowd.seen[200]
            wait_until(lambda: crowd.seen[200] > seen + 10, "people still see their pages")
            assert set(crowd.seen) == {200}, dict(crowd.seen)

            proxy.get("/accounts/audit/", **cookie, **{"X-Forwarded-For": "203.0.113.9"})
            assert AuditEntry.objects.get(action="access.refused").address == "127.0.0.1"

            proxy.maintenance.touch()
            closed = proxy.get("/")
            assert closed.status == 503 and "维护" in closed.text
            proxy.maintenance.unlink()
            service.end()
            away = proxy.get("/")
            assert away.status == 502 and "门户" in away.text and "nginx" not in away.text
    finally:
        service.end()


def _variables(place: Path) -> dict[str, str]:
    """The shipped file of variables, filled in; the database is the test's."""
    lines = [line for line in (DEPLOY / "portal.env").read_text().splitlines() if line and not line.startswith("#")]
    shipped = dict(line.split("=", 1) for line in lines)
    filled = {"PORTAL_SECRET_KEY": settings.SECRET_KEY, "PORTAL_VAR": str(place / "var"), "PORTAL_STREAM_TO": ""}
    assert shipped.keys() >= filled.keys()
    del shipped["DATABASE_URL"]
    return shipped | filled | {"PORTAL_STATIC_ROOT": str(place / "static")}


def _session(user) -> str:
    client = Client()
    client.force_login(user)
    return client.session.session_key


def _manage(*command: str) -> None:
    subprocess.run([sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, check=True, capture_output=True)


# What is missing -----------------------------------------------------------------------------------------------------


def found(capsys) -> tuple[dict[str, str], str]:
    """The lights by the checks' labels, and what the command ended with."""
    ended = ""
    try:
        call_command("deploy_check")
    except CommandError as problem:
        ended = str(problem)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("[")]
    return {line.split("] ", 1)[1].split("：")[0]: line[1 : line.index("]")] for line in lines}, ended


@pytest.fixture
def in_production(settings, tmp_path, make_user):
    settings.PRODUCTION, settings.ALLOWED_HOSTS, settings.BEHIND_PROXY = True, ["gw.qingcheng.gov.cn"], True
    settings.PUBLIC_ADDRESS, settings.VAR_DIR = "https://gw.qingcheng.gov.cn", tmp_path
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD = 1, True, True
    settings.SECRET_KEY = "".join(map(chr, range(48, 110)))
    settings.SILENCED_SYSTEM_CHECKS = ["templates.E002"]  # What pytest-django puts there.
    tmp_path.chmod(0o750)
    for post in (Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN, Post.AUDITOR):
        make_user(post)


MISSING = [
    ({"PRODUCTION": False}, "运行模式"),
    ({"SECURE_HSTS_SECONDS": 0}, "运行模式"),
    ({"ALLOWED_HOSTS": ["*"]}, "门户名称"),
    ({"ALLOWED_HOSTS": [HOST]}, "门户名称"),
    ({"PUBLIC_ADDRESS": "http://gw.qingcheng.gov.cn"}, "门户名称"),
    ({"PUBLIC_ADDRESS": "https://other.gov.cn"}, "门户名称"),
    ({"BEHIND_PROXY": False}, "代理"),
    ({"EMAIL_HOST": "mail.gov.cn"}, "传输加密"),
]


@pytest.mark.parametrize(("changes", "label"), MISSING)
def test_what_a_setting_lacks_is_told(changes, label, in_production, settings, capsys):
    assert found(capsys)[0][label] == StatusLight.GOOD.label
    for name, value in changes.items():
        setattr(settings, name, value)
    lights, ended = found(capsys)
    assert lights[label] == StatusLight.BAD.label and label in ended


KEY = Identity.generate()


@pytest.mark.parametrize(
    ("said", "light"),
    [
        ([], StatusLight.BAD),
        (["in-clear"], StatusLight.NOTE),
        ([str(KEY.to_public())], StatusLight.GOOD),
        (["in-clear", str(KEY.to_public())], StatusLight.BAD),
        ([str(KEY)], StatusLight.BAD),
    ],
)
def test_backups_that_nobody_encrypts_are_told(said, light, settings):
    settings.BACKUP_RECIPIENTS = said
    finding = deployment.encrypted_backups()
    assert finding.light is light and str(KEY) not in finding.why


HERE, ELSEWHERE = {"HOST": "127.0.0.1", "OPTIONS": {}}, {"HOST": "10.0.0.5", "OPTIONS": {"sslmode": "prefer"}}


@pytest.mark.parametrize(
    ("databases", "named"),
    [
        ({"default": HERE}, ""),
        ({"default": {"NAME": "portal.sqlite3"}}, ""),
        ({"default": {"HOST": "/run/postgresql"}}, ""),
        ({"default": ELSEWHERE}, "数据库"),
        ({"default": ELSEWHERE | {"OPTIONS": {"sslmode": "verify-full"}}}, ""),
        ({"default": HERE, "replica": ELSEWHERE}, "只读副本"),
    ],
)
def test_database_that_is_asked_in_clear_is_told(databases, named, monkeypatch):
    here = SimpleNamespace(DATABASES=databases, EMAIL_HOST="localhost", EMAIL_USE_TLS=False, EMAIL_USE_SSL=False)
    monkeypatch.setattr("upkeep.checks.deployment.settings", here)
    finding = ways()
    assert (finding.light is StatusLight.BAD, finding.figure) == (bool(named), named or "没有明文外连")


def test_timers_that_are_not_on_are_told(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(deployment, "UNITS", tmp_path)
    assert deployment.timers().light is StatusLight.OFF
    (tmp_path / "portal.service").touch()
    (tmp_path / "timers.target.wants").mkdir()
    shipped = {timer.name for timer in UNITS.glob("*.timer")}
    assert shipped > {"portal-backup.timer", "portal-verify.timer", "portal-recheck.timer", "portal-archive.timer"}
    for name in shipped - {"portal-recheck.timer", "portal-remind.timer"}:
        (tmp_path / "timers.target.wants" / name).symlink_to(tmp_path / name)
    finding = deployment.timers()
    assert (finding.light, finding.figure) == (StatusLight.BAD, "缺portal-recheck.timer")
    (tmp_path / "timers.target.wants/portal-recheck.timer").symlink_to(tmp_path / "portal-recheck.timer")
    assert deployment.timers().light is StatusLight.GOOD
    settings.EMAIL_HOST = "mail.gov.cn"
    assert deployment.timers().figure == "缺portal-remind.timer"


def test_drill_that_would_run_without_the_owners_role_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(deployment, "UNITS", tmp_path)
    monkeypatch.setattr(deployment, "OWNER_ENV", str(tmp_path / "owner.env"))
    monkeypatch.setattr(deployment, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setattr(deployment, "_may_all", lambda: False)
    (tmp_path / "portal.service").touch()
    assert deployment.owner().figure == "缺portal-drill、portal-archive"
    for unit in deployment.BY_OWNER:
        (tmp_path / f"{unit}.service.d").mkdir()
        (tmp_path / f"{unit}.service.d/owner.conf").write_text(f"[Service]\nEnvironmentFile=-{tmp_path}/owner.env\n")
    assert deployment.owner().figure == f"缺 {tmp_path}/owner.env"
    (tmp_path / "owner.env").touch()
    assert deployment.owner().light is StatusLight.GOOD


@pytest.mark.django_db
def test_portals_role_is_asked_what_it_may():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles.")
    assert deployment._may_all()
    call_command("database_roles", owner="qcf_test_owner", portal="qcf_test_portal", apply=True)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE qcf_test_portal")
        assert not deployment._may_all()
        cursor.execute("RESET ROLE")


def test_what_the_place_lacks_is_told(in_production, tmp_path, make_area, capsys):
    lights, _ = found(capsys)
    assert (lights["数据文件夹权限"], lights["三员"], lights["台账"]) == ("正常", "正常", "异常")
    make_area("441802")
    tmp_path.chmod(0o755)
    User.objects.filter(post=Post.AUDITOR).update(is_active=False)
    lights, ended = found(capsys)
    assert (lights["数据文件夹权限"], lights["三员"], lights["台账"]) == ("异常", "异常", "正常")
    assert "数据文件夹权限" in ended and "三员" in ended
