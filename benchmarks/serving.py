"""What the commands share that try the portal as a service: a database of its own, `manage.py serve` with real processes, and
browsers that speak HTTP to it.
"""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TODAY = "2018-07-02"
PATIENCE_S = 120
STOPPING_S = 40
"""As deploy/systemd/portal.service waits."""


def wait_until(holds: Callable[[], bool], what: str) -> float:
    """Seconds until it holds; AssertionError after PATIENCE_S."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < PATIENCE_S, f"not within {PATIENCE_S} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """A PostgreSQL server of its own, whose processes may be killed."""

    def __init__(self, folder: Path) -> None:
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        self._bin = binaries[-1] if binaries else Path(shutil.which("initdb") or "initdb").parent
        self._as = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        self.data, self.port = folder / "cluster", free_port()
        self.data.mkdir()
        if self._as:
            shutil.chown(self.data, "postgres")
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.start()

    def named(self, database: str) -> str:
        """The address of a database."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def _run(self, command: str, *arguments: str) -> bool:
        done = subprocess.run(
            [*self._as, str(self._bin / command), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        return done.returncode == 0

    def start(self) -> None:
        """Begin it, again where the lock file of a killed one still stands."""
        options = f"-h 127.0.0.1 -p {self.port} -k {self.data}"
        log = str(self.data / "log")
        wait_until(
            lambda: self._run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", options, "start"), "PostgreSQL"
        )

    @property
    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def backends(self) -> list[int]:
        """The processes that serve connections."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.postmaster)], capture_output=True, text=True
        )
        rows = [line.split(None, 1) for line in listed.stdout.splitlines()]
        return [int(pid) for pid, command in rows if "127.0.0.1(" in command]

    def kill_postmaster(self) -> None:
        """As the kernel does when memory is short; its children see that and end."""
        pid = self.postmaster
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), "the postmaster is gone")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")


class Served:
    """``manage.py serve`` of a checkout with two processes in a group of its own, begun again where it was killed."""

    def __init__(self, folder: Path, processes: int = 2, tree: Path = ROOT) -> None:
        self.port, self.processes, self.tree = free_port(), processes, tree
        self._log = (folder / "serve.log").open("ab")
        self.begin()

    def begin(self) -> None:
        command = [sys.executable, "manage.py", "serve", f"127.0.0.1:{self.port}", "--processes", str(self.processes)]
        self.process = subprocess.Popen(
            command, cwd=self.tree, start_new_session=True, stdout=self._log, stderr=self._log, stdin=subprocess.DEVNULL
        )

    def answers(self) -> bool:
        try:
            # Where only https is served, whoever asks in clear is led there.
            return Browser(self.port, {}).get("/accounts/login/").status in (200, 301)
        except OSError:
            return False

    def all_answer(self) -> bool:
        """So many new connections that each process has got one."""
        return all(self.answers() for _ in range(8 * self.processes))

    def group(self) -> dict[int, str]:
        """The living processes of the group but the parent, with their commands."""
        listed = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,pgid=,stat=,args="], capture_output=True, text=True)
        rows = [line.split(None, 3) for line in listed.stdout.splitlines()]
        return {
            int(pid): command
            for pid, group, state, command in (row for row in rows if len(row) == 4)
            if int(group) == self.process.pid != int(pid) and not state.startswith("Z")
        }

    def workers(self) -> list[int]:
        """The processes that answer."""
        return [pid for pid, said in self.group().items() if "--beside" not in said and "resource_tracker" not in said]

    def job_workers(self) -> list[int]:
        return [pid for pid, said in self.group().items() if "--beside" in said]

    def stop(self) -> None:
        """End as a service manager ends it: what is in hand is finished, and what is left after that is killed."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOPPING_S)
        self.end()

    def end(self) -> None:
        """Kill the whole group, and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        wait_until(lambda: not self.group(), "the group is gone")


class Answer:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


class Browser:
    """One person's browser: cookies, forms, one connection that is begun anew where it broke."""

    csrf = "csrf"

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self._port, self.cookies = port, dict(cookies)
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, said: dict) -> Answer:
        """A form; OSError or HTTPException where no answer came."""
        body = urlencode(said | {"csrfmiddlewaretoken": self.cookies.get(self.csrf, "")}, doseq=True)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def send(self, path: str, said: dict, token: str) -> Answer:
        headers = {"Content-Type": "application/json", "X-CSRFToken": token}
        return self._ask("POST", path, json.dumps(said), headers)

    def upload(self, path: str, said: dict[str, str], name: str, data: bytes) -> Answer:
        mark = "benchmark-of-the-portal"
        fields = said | {"csrfmiddlewaretoken": self.cookies.get(self.csrf, "")}
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: image/jpeg\r\n\r\n'
        body = "".join(parts).encode() + head.encode() + data + f"\r\n--{mark}--\r\n".encode()
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"})

    def _ask(self, method: str, path: str, body: str | bytes | None = None, headers: dict | None = None) -> Answer:
        is_old = self._connection is not None
        try:
            if self._connection is None:
                self._connection = self._begun()
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            data = body.encode() if isinstance(body, str) else body
            self._connection.request(method, path, data, {"Cookie": cookies, **(headers or {})})
            answer = Answer(self._connection.getresponse())
        except (OSError, http.client.HTTPException) as broken:
            self.close()
            if is_old and isinstance(broken, (http.client.RemoteDisconnected, BrokenPipeError)):
                return self._ask(method, path, body, headers)  # It had lain idle; so does every browser.
            raise OSError(str(broken)) from broken
        for header in answer.headers.get_all("Set-Cookie", []):
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def _begun(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


@contextmanager
def county_served(
    database: str, processes: int = 2
) -> Iterator[tuple[Served, Cluster | None, dict[str, dict[str, str]]]]:
    """The county of the simulation, served: the service, its cluster on ``postgresql``, and each person's cookies."""
    folder = Path(tempfile.mkdtemp(prefix="served-"))
    folder.chmod(0o755)
    cluster = Cluster(folder) if database == "postgresql" else None
    os.environ |= {
        "PORTAL_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "qingcheng_fiber.settings",
        "PORTAL_TODAY": TODAY,
    }
    os.environ["DATABASE_URL"] = cluster.named("postgres") if cluster else f"sqlite:///{folder}/none.sqlite3"
    try:
        with _prepared(folder) as (name, cookies):
            os.environ["DATABASE_URL"] = cluster.named(name) if cluster else f"sqlite:///{name}"
            service = Served(folder, processes)
            try:
                wait_until(service.all_answer, "every process answers")
                yield service, cluster, cookies
            finally:
                service.end()
    finally:
        if cluster:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _prepared(folder: Path) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """The county in a database: both towns have a return to fill, the first one a report that is drafted."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from tests import kept_database
    from tests.simulation import county, invariants
    from tests.simulation.business import Business, Step
    from tests.simulation.deeds import Portal

    settings.ALLOWED_HOSTS = ["*"]
    settings.PLAN_FILE = invariants.plan_file("ours")
    os.environ["PORTAL_PLAN"] = str(settings.PLAN_FILE)
    with kept_database.in_use(connection) if connection.vendor == "sqlite" else _migrated():
        county.build(folder)
        portal = Portal(Business(False, True))
        first, second = county.TOWNS
        leaf = county.leaves(county.VILLAGES[first][1])[0]
        for step in (
            Step("open", "clerk1", (first, "2018Q2")),
            Step("open", "clerk2", (second, "2018Q2")),
            Step("start", "clerk1", (first, "2018Q1", leaf)),
        ):
            assert [send() for send in portal.sends(step)][-1].status_code == 302, step
        cookies = {who: {each.key: each.value for each in portal.client(who).cookies.values()} for who in county.PEOPLE}
        name = str(connection.settings_dict["NAME"])
        connection.close()
        yield name, cookies


@contextmanager
def _migrated() -> Iterator[None]:
    """The database of a cluster that may be killed: nothing of it is removed in the end, for it goes with the cluster."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    yield
