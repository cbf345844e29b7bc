"""The service as a process: what dies is begun again, what cannot live ends it, and it stops when it is told to."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection

from acceptance.judging import judging
from accounts.posts import Post
from tests.jobs.test_worker import PATIENCE_S, on_test_database, wait_until
from tests.scenes import build_district

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here"),
]

BROKEN = "import sys; sys.modules['qingcheng_fiber.wsgi'] = None"
"""No server process can load the portal: each dies as soon as it begins."""
MORTAL = "import sys, pathlib; '--beside' in sys.argv and pathlib.Path({path!r}).exists() and sys.exit(1)"
"""No job worker can begin while there is a certain file."""
SETS_A_PAPER = "import typst; typst.compile(b'= Paper')"


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


class Service:
    """``manage.py serve`` in a process group of its own, as a service manager or a terminal begins it."""

    def __init__(self, processes: int, before: str = "", *options: str) -> None:
        self.address = free_address()
        arguments = ["manage.py", "serve", self.address, "--processes", str(processes), *options]
        script = (
            f"{before}\nimport runpy, sys\nsys.argv = {arguments}\nrunpy.run_path('manage.py', run_name='__main__')"
        )
        # A file, for a pipe that nobody empties would soon hold up whoever logs.
        self.log = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-c", script], cwd=settings.BASE_DIR, start_new_session=True, stderr=self.log
        )

    def said(self) -> str:
        """What stands in the log by now."""
        return os.pread(self.log.fileno(), 1_000_000, 0).decode()

    def answers(self) -> bool:
        try:
            return bool(self.get("/accounts/login/"))
        except OSError:
            return False

    def get(self, path: str, session: str = "") -> bytes:
        """The page, as the owner of ``session``; OSError when there is none, or none within its time."""
        asked = urllib.request.Request(f"http://{self.address}{path}", headers={"Cookie": f"session={session}"})
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.read()

    def group(self) -> dict[int, str]:
        """The other processes of the group that live, with their commands."""
        listed = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=,pgid=,stat=,args="], capture_output=True, text=True
        ).stdout
        rows = [line.split(None, 3) for line in listed.splitlines()]
        return {
            int(pid): command
            for pid, group, state, command in (row for row in rows if len(row) == 4)
            if int(group) == self.process.pid != int(pid) and not state.startswith("Z")
        }

    def servers(self) -> set[int]:
        """The processes that answer; beside them are those that end with their parents."""
        others = ("--beside", "resource_tracker", "gate.child")
        return {pid for pid, command in self.group().items() if not any(other in command for other in others)}

    def job_workers(self) -> set[int]:
        return {pid for pid, command in self.group().items() if "--beside" in command}

    def end(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


@pytest.fixture
def begin(monkeypatch) -> Iterator[Callable[..., Service]]:
    on_test_database(monkeypatch)
    begun: list[Service] = []

    def begin(processes: int, before: str = "", *options: str) -> Service:
        begun.append(Service(processes, before, *options))
        return begun[-1]

    yield begin
    for service in begun:
        service.end()


@contextmanager
def waiting_at_the_door(service: Service, servers: set[int]) -> Iterator[socket.socket]:
    """Somebody who has asked while no process looks, for they are all stopped."""
    for server in servers:
        os.kill(server, signal.SIGSTOP)
    host, _, port = service.address.partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as caller:
        caller.sendall(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        yield caller


@pytest.mark.any_database
@pytest.mark.parametrize("processes", [1, 2])
def test_killed_server_process_is_begun_again(processes, begin):
    service = begin(processes)
    wait_until(lambda: service.answers() and len(service.servers()) == processes, "the portal answers")
    before = service.servers()
    with waiting_at_the_door(service, before) as caller:
        os.kill(min(before), signal.SIGKILL)
        for stopped in before - {min(before)}:
            os.kill(stopped, signal.SIGCONT)
        wait_until(lambda: len(service.servers() - {min(before)}) == processes, "another process is begun")
        wait_until(service.answers, "the portal answers again")
        assert caller.recv(12) == b"HTTP/1.1 200", "who was waiting when the process died is answered by another"
    assert service.process.poll() is None


@pytest.mark.any_database
def test_killed_job_worker_is_begun_again(begin):
    service = begin(1)
    wait_until(lambda: service.answers() and len(service.job_workers()) == 1, "the worker is there")
    (killed,) = service.job_workers()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: service.job_workers() and killed not in service.job_workers(), "another worker is begun")
    assert service.answers()


@pytest.mark.any_database
@pytest.mark.parametrize("stop", ["one by one", "all at once"])
def test_service_stops_with_all_its_processes(stop, begin):
    """SIGTERM as a service manager sends it, Ctrl-C as a terminal sends it to everybody."""
    service = begin(2)
    wait_until(lambda: service.answers() and len(service.servers()) == 2, "the portal answers")
    os.kill(min(service.servers()), signal.SIGKILL)
    wait_until(lambda: len(service.servers()) == 2, "another process is begun")
    if stop == "one by one":
        service.process.terminate()
    else:
        os.killpg(service.process.pid, signal.SIGINT)
    assert service.process.wait(PATIENCE_S) == 0
    wait_until(lambda: not service.group(), "nothing is left")


@pytest.mark.any_database
def test_papers_are_set_though_the_parent_set_some_before(begin, make_area, make_user, client):
    """As the demonstration does: its story makes papers, and setting one begins threads that no fork takes along."""
    build_district(make_area)
    judging.ensure_current("441802")
    client.force_login(make_user(Post.LEADER))
    service = begin(1, SETS_A_PAPER)
    wait_until(service.answers, "the portal answers")

    paper = service.get("/progress/brief/pdf/?period=2018Q2", client.cookies["session"].value)

    assert paper.startswith(b"%PDF")


@pytest.mark.any_database
@pytest.mark.parametrize("processes", [1, 2])
def test_service_whose_processes_cannot_live_ends_and_says_so(processes, begin, monkeypatch, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(BROKEN)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{settings.BASE_DIR}")
    service = begin(processes)
    assert service.process.wait(PATIENCE_S) == 1
    assert "服务器进程接连异常退出" in service.said()
    wait_until(lambda: not service.group(), "nothing is left")


class Crowd:
    """People who ask for one page after the other, all at once; what they were not given, in words."""

    def __init__(self, service: Service, people: int = 4) -> None:
        self.answers, self.failures, self._over = 0, [], threading.Event()
        self._people = [threading.Thread(target=self._ask, args=[service]) for _ in range(people)]

    def _ask(self, service: Service) -> None:
        while not self._over.wait(0.05):
            try:
                service.get("/accounts/login/")
            except Exception as fault:
                self.failures.append(repr(fault))
            self.answers += 1

    @contextmanager
    def asking(self) -> Iterator["Crowd"]:
        for person in self._people:
            person.start()
        try:
            yield self
        finally:
            self._over.set()
            for person in self._people:
                person.join()


def policy(service: Service) -> str:
    with urllib.request.urlopen(f"http://{service.address}/accounts/login/", timeout=20) as answer:
        return answer.headers["Content-Security-Policy"]


@pytest.mark.any_database
@pytest.mark.parametrize("processes", [1, 2])
def test_reload_under_load_fails_no_request_and_takes_new_settings(processes, begin, tmp_path):
    variables = tmp_path / "portal.env"
    variables.write_text("PORTAL_MAP_TILES=https://before.example/{z}/{x}/{y}\n")
    service = begin(processes, "", "--env-file", str(variables))
    wait_until(lambda: service.answers() and len(service.servers()) == processes, "the portal answers")
    before, workers = service.servers(), service.job_workers()
    assert "https://before.example" in policy(service)

    with Crowd(service).asking() as crowd:
        wait_until(lambda: crowd.answers > 20, "the crowd is at it")
        variables.write_text("# another\nPORTAL_MAP_TILES='https://after.example/{z}/{x}/{y}'\n")
        service.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(service.servers()) == processes and before.isdisjoint(service.servers()), "all are new")
        wait_until(lambda: service.job_workers().isdisjoint(workers), "the job worker is new")
        asked = crowd.answers
        wait_until(lambda: crowd.answers > asked + 20, "the crowd is still at it")

    assert crowd.failures == [], service.said()[-3000:]
    assert "https://after.example" in policy(service)


@pytest.mark.any_database
def test_reload_that_cannot_be_leaves_the_portal_as_it_is(begin, tmp_path):
    variables = tmp_path / "portal.env"
    variables.write_text("PORTAL_UPLOAD_MB=20\n")
    service = begin(1, "", "--env-file", str(variables))
    wait_until(lambda: service.answers() and len(service.servers()) == 1, "the portal answers")
    before = service.servers() | service.job_workers()

    for wrong, said in (("PORTAL_UPLOAD_MB=many", "没有重新加载完"), ("PORTAL_UPLOAD_MB", "第 1 行应为 名称=值")):
        variables.write_text(wrong)
        service.process.send_signal(signal.SIGHUP)
        wait_until(lambda said=said: said in service.said(), "it says so")

    assert service.servers() | service.job_workers() == before
    assert service.answers()


# How it stands ---------------------------------------------------------------------------------------------------------


def unready(service: Service) -> set[str]:
    """The checks of /readyz that say no."""
    try:
        answer = service.get("/readyz")
    except urllib.error.HTTPError as refused:
        assert refused.code == 503
        answer = refused.read()
    return {key for key, check in json.loads(answer)["checks"].items() if not check["ok"]}


def counted(service: Service, view: str) -> float:
    """How many requests of a view all processes have answered together."""
    told = service.get("/metrics").decode()
    return sum(float(number) for number in re.findall(rf'portal_requests_total{{.*view="{view}"}} (\S+)', told))


@pytest.mark.any_database
def test_service_tells_how_it_stands_over_all_its_processes(begin, monkeypatch, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(MORTAL.format(path=str(tmp_path / "no-worker")))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{settings.BASE_DIR}")
    monkeypatch.setenv("PORTAL_WORKER_SILENT_SECONDS", "6")
    service = begin(2)
    wait_until(lambda: service.answers() and len(service.servers()) == 2, "the portal answers")
    wait_until(lambda: unready(service) == set(), "the worker is heard of")

    asked = counted(service, "accounts:login")
    for _ in range(20):
        service.get("/accounts/login/")
    assert counted(service, "accounts:login") == asked + 20
    os.kill(min(service.servers()), signal.SIGKILL)
    wait_until(lambda: len(service.servers()) == 2, "another process is begun")
    assert counted(service, "accounts:login") == asked + 20, "what the dead process counted remains"

    (tmp_path / "no-worker").touch()
    for worker in service.job_workers():
        os.kill(worker, signal.SIGKILL)
    wait_until(lambda: unready(service) == {"worker"}, "the dead worker is missed")
    assert service.get("/healthz") == b"ok\n"


@pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="SQLite has no server that could be restarted"
)
def test_database_restarted_under_persistent_connections_fails_no_request(begin, make_user, client):
    client.force_login(make_user(Post.LEADER))
    session, service = client.cookies["session"].value, begin(2)
    wait_until(lambda: service.answers() and len(service.servers()) == 2, "the portal answers")

    def everybody() -> list[bytes]:
        with ThreadPoolExecutor(8) as people:
            return list(people.map(lambda _: service.get("/jobs/", session), range(40)))

    everybody()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        ended = cursor.fetchone()[0]

    assert ended >= 4
    assert all("我的任务进度" in page.decode() for page in everybody())
