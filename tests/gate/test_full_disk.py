"""A disk that is really full, under the real server: reading goes on, saving says 507, and all is well again with room.

The disk is a small tmpfs of its own, where the machine lets us mount one; else no test, for nothing else is a full disk.
"""

import http.cookiejar
import re
import shutil
import sqlite3
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client

from acceptance.judging import judging
from accounts.posts import Post
from tests.jobs.test_worker import on_test_database, wait_until
from tests.qingcheng_fiber.test_serving import Service
from tests.scenes import TOWN, build_district

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTES = 24
ALONE = "import contextlib, jobs.worker_process\njobs.worker_process.worker = contextlib.nullcontext"
"""The server without a worker beside it, whose connection would keep SQLite's log where it is most of the time."""


@pytest.fixture
def disk(tmp_path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=777", "none", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Write until nothing more fits."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (2**20, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


class Browser:
    """Somebody who is signed in, at a server in another process."""

    def __init__(self, service: Service, client: Client) -> None:
        self.service, self.key = service, client.cookies["session"].value
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        cookies = "; ".join([f"session={self.key}", *(f"{each.name}={each.value}" for each in self.jar)])
        body = None if data is None else urllib.parse.urlencode(data).encode()
        origin = {"Cookie": cookies, "Origin": f"http://{self.service.address}"}
        asked = urllib.request.Request(f"http://{self.service.address}{path}", body, origin)
        try:
            with self.opener.open(asked, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def save(self, account: str, email: str) -> tuple[int, str]:
        """Keep another's mail address, at whose page ``account`` lies."""
        _, page = self.ask(f"{account}edit/")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        said = {"name": "陈经办", "unit": "源潭镇", "email": email}
        return self.ask(f"{account}edit/", {"csrfmiddlewaretoken": token[1], **said})


READ = ("/", "/areas/", "/inbox/", f"/areas/{TOWN}/", "/accounts/me/", "/jobs/", "/findings/")


@pytest.fixture
def service(disk, monkeypatch, make_area, make_user, client) -> Iterator[tuple[Service, Browser, Browser, str]]:
    """The server with its database, if that is a file, and all else on the small disk; a clerk, an administrator, the clerk's account."""
    build_district(make_area)
    judging.ensure_current("441802")
    clerk, admin = make_user(Post.CLERK, area=TOWN), Client()
    client.force_login(clerk)
    admin.force_login(make_user(Post.SYSTEM_ADMIN))
    old = SessionStore(client.cookies["session"].value)
    old["used_at"] = 0  # Used long ago: each reading wants to write it down.
    old.save()
    on_test_database(monkeypatch)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(disk / "portal.sqlite3")])
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{disk / 'portal.sqlite3'}")
    monkeypatch.setenv("PORTAL_VAR", str(disk))
    monkeypatch.setenv("PORTAL_SECRET_KEY", settings.SECRET_KEY)
    monkeypatch.setenv("PORTAL_DISK_RESERVE_MB", "0")
    begun = Service(1, ALONE)
    wait_until(begun.answers, "the portal answers")
    yield begun, Browser(begun, client), Browser(begun, admin), f"/accounts/users/{clerk.pk}/"
    begun.end()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="its database is a file of the portal's own")
def test_sqlite_on_a_full_disk_is_read_and_says_507_to_who_saves(service, disk):
    _, browser, admin, account = service
    addresses = [path for path in READ if browser.ask(path)[0] == 200]
    assert len(addresses) >= 5
    status, page = admin.save(account, "before@example.cn")
    assert status == 200 and "before@example.cn" in page
    with closing(
        sqlite3.connect(disk / "portal.sqlite3")
    ) as database:  # What the log holds still would leave room in it.
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ballast = fill(disk)

    for _ in range(2):
        assert [(path, browser.ask(path)[0]) for path in addresses] == [(path, 200) for path in addresses]
        status, page = admin.save(account, "full@example.cn")
        assert status == 507 and "磁盘已满" in page and "full@example.cn" in page and "重新提交" in page

    ballast.unlink()
    assert "before@example.cn" in browser.ask("/accounts/me/")[1]
    assert admin.save(account, "after@example.cn")[0] == 200
    assert "after@example.cn" in browser.ask("/accounts/me/")[1]
    with closing(sqlite3.connect(disk / "portal.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (saved,) = database.execute(
            "SELECT count(*) FROM accounts_auditentry WHERE detail LIKE '%@example.cn%'"
        ).fetchone()
    assert saved <= 2
