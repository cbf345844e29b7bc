"""The portal upgraded from v1 and taken back again under people, through nginx with TLS, as docs/operations.md says.

v1 is served from its own code, by this environment's packages where they are those it pins (else its own `manage.py` makes it a `.venv`).
People read and save all the time; while the portal is closed they meet nginx's page that says when to come back, and come
back. Nothing else may meet them, and what was acknowledged is there after each change of version, and at the end.

    python benchmarks/upgrade_under_load.py [--database postgresql]
"""

import argparse
import http.client
import os
import re
import resource
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from measuring import ROOT, machine
from serving import TODAY, Answer, Browser, Cluster, Served, wait_until

BEFORE = "v1"
PASSWORD = "Qing-Cheng-2018-upgrade"
PAUSE_S, AWAY_S = 0.3, 1.0
"""Between two requests of one person, far below what nginx allows an address; between two looks at a closed portal."""
CLOSED = "请一分钟后刷新本页"
"""What the page of a closed portal says of coming back."""

PREPARES = """
import sys, django
django.setup()
from accounts.models import User
from areas.models import Area
from areas.periods import Quarter
from returns.beginning import begin
county, town, password = "441802", "441802103", sys.argv[1]
Area.objects.create(code=county, name="清城区", kind="district", county=county)
town = Area.objects.create(code=town, name="源潭镇", kind="town", county=county, parent_id=county)
for number in range(1, 5):
    village = dict(code=f"{town.code}20{number}", name=f"{number}村", kind="village", county=county, parent=town)
    Area.objects.create(**village)
for number in range(1, 5):
    User.objects.create_user(f"clerk{number}", password, name=f"经办{number}", post="clerk", area=town)
print(begin(town, Quarter(2018, 2), User.objects.get(username="clerk1")).pk)
"""
"""A town with four villages and four clerks, by the code of then; prints the key of its return."""
TYPED = """
SELECT l.area_id, e.after FROM returns_figureentry e JOIN returns_returnline l ON l.id = e.line_id
WHERE e.figure = 'households'
"""
"""What was ever saved, as the tables of both versions hold it."""


class TlsBrowser(Browser):
    """A browser at the proxy, under the portal's name; the certificate is checked."""

    csrf = "__Host-csrf"

    def __init__(self, port: int, trusted: ssl.SSLContext, host: str) -> None:
        super().__init__(port, {})
        self._trusted, self._host = trusted, host

    def _begun(self) -> http.client.HTTPConnection:
        return _TlsConnection(self._port, self._trusted, self._host)

    def _ask(self, method: str, path: str, body: str | bytes | None = None, headers: dict | None = None) -> Answer:
        said = {"Host": self._host, "Referer": f"https://{self._host}/", **(headers or {})}
        return super()._ask(method, path, body, said)


class _TlsConnection(http.client.HTTPConnection):
    def __init__(self, port: int, trusted: ssl.SSLContext, host: str) -> None:
        super().__init__("127.0.0.1", port, timeout=120)
        self._trusted, self._named = trusted, host

    def connect(self) -> None:
        super().connect()
        self.sock = self._trusted.wrap_socket(self.sock, server_hostname=self._named)


class Person(threading.Thread):
    """Somebody who uses the portal until she is told to stop, comes back when it was closed, and logs in when she has to.

    ``served`` are the moments at which she was answered, ``closed`` how often she met the page of a closed portal.
    """

    def __init__(self, browser: Browser, username: str, owner: int) -> None:
        super().__init__(daemon=True)
        self.browser, self.username, self.owner = browser, username, owner
        self.stopped, self.served, self.closed, self.errors = threading.Event(), [], 0, []

    def run(self) -> None:
        while not self.stopped.wait(PAUSE_S):
            try:
                self.act()
            except SystemExit:
                return
            except (OSError, AssertionError, KeyError, TypeError, ValueError) as fault:
                self.errors.append(f"{self.username}: {fault!r}"[:500])

    def act(self) -> None:
        raise NotImplementedError

    def answered(self, ask: Callable[[], Answer]) -> Answer:
        """What the portal answers, once it is open; AssertionError for anything that closes it without saying so."""
        while True:
            answer = ask()
            if answer.status not in (502, 503):
                self.served.append(time.monotonic())
                return answer
            assert CLOSED in answer.text, (answer.status, answer.text[-300:])
            self.closed += 1
            if self.stopped.wait(AWAY_S):
                raise SystemExit

    def page(self, path: str) -> Answer:
        """A page of hers; she is led to the login first where she is not known any more."""
        answer = self.answered(lambda: self.browser.get(path))
        if answer.status == 302 and "/accounts/login/" in answer.headers["Location"]:
            self.login()
            answer = self.answered(lambda: self.browser.get(path))
        assert answer.status == 200, (path, answer.status, answer.headers["Location"])
        return answer

    def login(self) -> None:
        self.answered(lambda: self.browser.get("/accounts/login/"))
        said = {"username": self.username, "password": PASSWORD, "next": ""}
        answer = self.answered(lambda: self.browser.post("/accounts/login/", said))
        assert answer.status == 302, ("login", answer.status)


class Reader(Person):
    """Reads her own page, the list and the return, in turn."""

    def act(self) -> None:
        for path in ("/accounts/me/", "/returns/", f"/returns/{self.owner}/"):
            self.page(path)
            if self.stopped.wait(PAUSE_S):
                return


class Saver(Person):
    """Types into a cell of the return, each time a greater number, at the address that her page names; ``kept`` was acknowledged."""

    def __init__(self, browser: Browser, username: str, owner: int, village: str) -> None:
        super().__init__(browser, username, owner)
        self.village, self.kept, self._number, self._address = village, [], 0, ""

    def act(self) -> None:
        if not self._address:
            self._open()
        self._number += 1
        cell = {"code": self.village, "name": "households", "text": str(self._number), "seen": [self._seen]}
        said, closed = {"user": self._user, "cells": [cell]}, self.closed
        answer = self.answered(lambda: self.browser.send(self._address, said, self._token))
        if self.closed > closed or answer.status == 302:
            # Her page is of another time: she loads it again, as that of the closed portal asks of her.
            self._address = ""
        else:
            assert answer.status == 200, (self._address, answer.status, answer.text[-300:])
        if answer.status == 200:
            self._seen = self._number
            self.kept.append((self.village, self._number))

    def _open(self) -> None:
        shown = self.page(f"/returns/{self.owner}/").text
        self._user = int(re.search(r'data-user="(\d+)"', shown)[1])
        address = re.search(r'data-url="([^"]+)"', shown)[1]
        stands = self.page(address).json
        self._token, self._seen = stands["token"], stands["lines"][self.village][0]
        self._address = address


class Installation:
    """The portal on one database and one port, in one of the two versions; and the people in front of it."""

    def __init__(self, folder: Path, before: Path, proxy_of: Callable) -> None:
        self.folder, self.trees = folder, {BEFORE: before, "now": ROOT}
        self.service = Served(folder, 2, before)
        wait_until(self.service.answers, f"{BEFORE} answers")
        self.proxy = proxy_of(f"127.0.0.1:{self.service.port}")
        self.people: list[Person] = []
        self.outages: dict[str, float] = {}

    def change(self, to: str, *commands: list[str]) -> None:
        """Close, stop, run the commands of the newer version, begin the other one, open; how long nobody was served."""
        self.proxy.maintenance.touch()
        closed = time.monotonic()
        self.service.stop()
        for command in commands:
            began = time.monotonic()
            run(ROOT, *command)
            print(f"  {' '.join(command[:2])}: {time.monotonic() - began:.1f} s")
        self.service.tree = self.trees[to]
        self.service.begin()
        wait_until(self.service.answers, f"{to} answers")
        self.proxy.maintenance.unlink()
        opened = time.monotonic()
        self._everybody_is_served()
        last = max(at for each in self.people for at in each.served if at < opened)
        first = min(at for each in self.people for at in each.served if at >= opened)
        self.outages[to] = first - max(last, closed)

    def _everybody_is_served(self) -> None:
        counts = [len(each.served) for each in self.people]
        wait_until(
            lambda: all(len(each.served) > count + 8 for each, count in zip(self.people, counts, strict=True)),
            "everybody is served",
        )

    def send_home(self) -> None:
        """Everybody ends what she is about."""
        for each in self.people:
            each.stopped.set()
        for each in self.people:
            each.join()

    def lost(self) -> list[tuple[str, int]]:
        """What was acknowledged and is not there."""
        from upkeep.backups.databases import own_database

        acknowledged = [kept for each in self.people if isinstance(each, Saver) for kept in list(each.kept)]
        there = {(area, int(after)) for area, after in own_database().rows(TYPED) if after is not None}
        return [kept for kept in acknowledged if kept not in there]


def run(tree: Path, *command: str) -> str:
    """What a command of a version says."""
    done = subprocess.run([sys.executable, "manage.py", *command], cwd=tree, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command}: {(done.stderr or done.stdout)[-3000:]}")
    return done.stdout


def prepared(before: Path) -> int:
    """The earlier version's own database, with its people; the key of the return that they fill."""
    run(before, "migrate", "-v0")
    own = before / ".venv/bin/python"
    command = [str(own) if own.exists() else sys.executable, "-c", PREPARES, PASSWORD]
    done = subprocess.run(command, cwd=before, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return int(done.stdout)


@contextmanager
def installed(folder: Path, database: str) -> Iterator[Installation]:
    """The earlier version behind nginx, with two readers and two savers at work; nothing of it is left."""
    os.environ |= {
        "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3", "PORTAL_VAR": str(folder / "var"), "PORTAL_TODAY": TODAY,
        "PORTAL_MODE": "local", "PORTAL_HTTPS": "1", "PORTAL_BEHIND_PROXY": "1", "PORTAL_LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "qingcheng_fiber.settings",
    }  # fmt: skip
    cluster = Cluster(folder) if database == "postgresql" else None
    if cluster:
        os.environ["DATABASE_URL"] = cluster.named("postgres")
    import django

    django.setup()
    from tests.upkeep.going_back import code_of
    from tests.upkeep.installed import HOST, Proxy

    os.environ["PORTAL_ALLOWED_HOSTS"] = f"{HOST},127.0.0.1"
    (folder / "nginx").mkdir()
    before = code_of(BEFORE, folder / BEFORE)
    if before is None:
        sys.exit(1)
    owner = prepared(before)
    place = Installation(folder, before, lambda address: Proxy(folder / "nginx", address))
    try:
        with place.proxy as proxy:
            trusted = ssl.create_default_context(cafile=folder / "nginx/portal.crt")
            browsers = [TlsBrowser(proxy.port, trusted, HOST) for _ in range(4)]
            place.people = [
                *(Reader(browsers[each], f"clerk{each + 1}", owner) for each in (0, 1)),
                *(Saver(browsers[each], f"clerk{each + 1}", owner, f"44180210320{each}") for each in (2, 3)),
            ]
            for each in place.people:
                each.start()
            wait_until(lambda: all(len(each.served) > 10 for each in place.people), "everybody is served")
            yield place
    finally:
        place.service.end()
        if cluster:
            cluster.stop()


def tried(folder: Path, database: str) -> int:
    """Up and down again; how much of it is not as it should be."""
    lost = []
    (folder / "var").mkdir(mode=0o700)
    with installed(folder, database) as place:
        for to, commands in (
            ("now", (["migrate", "-v0"], ["verify_all"])),
            (BEFORE, (["downgrade", BEFORE, "--backup", str(folder / "var/backup"), "--consent", "同意降级"],)),
        ):
            place.change(to, *commands)
            lost += place.lost()
            seconds = f"{place.outages[to]:.1f} s"
            print(f"to {to}: nobody was served for {seconds}, from the last page of before to the first one after")
        run(place.trees[BEFORE], "verify_audit")
        place.send_home()
        lost += place.lost()
        print(machine())
    saved = sum(len(each.kept) for each in place.people if isinstance(each, Saver))
    errors = [error for each in place.people for error in each.errors]
    print(f"answered with a page of the portal: {sum(len(each.served) for each in place.people)}")
    print(f"answered with the page of a closed portal: {sum(each.closed for each in place.people)}")
    print(f"errors: {len(errors)}, limit 0", *errors[:5], sep="\n  ")
    print(f"saves acknowledged: {saved}, lost: {len(set(lost))}, limit 0", *lost[:5], sep="\n  ")
    return len(errors) + len(lost)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="upgrade-"))
    folder.chmod(0o755)
    try:
        wrong = tried(folder, given.database)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    of = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"processor time of all that was begun: {of.ru_utime + of.ru_stime:.0f} s")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
