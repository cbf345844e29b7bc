"""The portal as deploy/ sets it up, on this machine and under other names: the shipped files, with their paths changed and nothing else."""

import http.client
import os
import socket
import ssl
import subprocess
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path

from django.conf import settings

from tests.jobs.test_worker import wait_until
from tests.qingcheng_fiber.test_serving import free_address

DEPLOY = Path(settings.BASE_DIR) / "deploy"
HOST = "gw.example.gov.cn"
ATTEMPT_S = 120
"""As long as nginx itself waits for the portal: on a busy machine a late page is no lost one."""


def free_port() -> int:
    return int(free_address().rpartition(":")[2])


def changed(text: str, changes: Mapping[str, str]) -> str:
    """The text with each of these in place of the other; whatever is not there any more is an error of the test's table."""
    for shipped, here in changes.items():
        assert shipped in text, f"{shipped!r} does not stand in the shipped file"
        text = text.replace(shipped, here)
    return text


class Proxy:
    """nginx with the shipped configuration, in front of ``portal`` (host:port)."""

    def __init__(self, place: Path, portal: str) -> None:
        self.place, self.plain, self.port = place, free_port(), free_port()
        self.maintenance = place / "maintenance"
        self._certificate()
        passed_on = (DEPLOY / "nginx/portal-proxy.conf").read_text()
        (place / "proxy.conf").write_text(changed(passed_on, {"/etc/portal/maintenance": str(self.maintenance)}))
        changes = {
            "server 127.0.0.1:8000;": f"server {portal};",
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl http2;\n": "",
            "/etc/portal/tls": str(place),
            "/etc/nginx/portal-proxy.conf": str(place / "proxy.conf"),
            "/srv/portal/": f"{settings.BASE_DIR}/",
            "/var/log/nginx": str(place),
        }
        shipped = changed((DEPLOY / "nginx/portal.conf").read_text(), changes)
        folders = "".join(
            f"{kind}_temp_path {place / kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self.configuration = place / "nginx.conf"
        self.configuration.write_text(
            f"{'user root;' if os.geteuid() == 0 else ''}\nworker_processes 1;\npid {place}/nginx.pid;\ndaemon off;\n"
            f"error_log {place}/nginx.log;\nevents {{}}\nhttp {{\n{folders}{shipped}\n}}\n"
        )
        self.process: subprocess.Popen | None = None

    def _certificate(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", self.place / "portal.key",
             "-out", self.place / "portal.crt"],
            check=True, capture_output=True,
        )  # fmt: skip

    def __enter__(self) -> "Proxy":
        tested = subprocess.run(["nginx", "-t", "-c", self.configuration], capture_output=True, text=True)
        assert tested.returncode == 0, tested.stderr
        self.process = subprocess.Popen(["nginx", "-c", str(self.configuration)], stderr=subprocess.DEVNULL)
        wait_until(lambda: self.get("/portal-pages/").status == 404, "nginx answers")
        return self

    def __exit__(self, *problem) -> None:
        self.process.terminate()
        self.process.wait(ATTEMPT_S)

    def get(self, path: str, **headers: str) -> "Answer":
        """What nginx answers over TLS, its certificate checked; status 0 where nobody answers whole."""
        return _answer(self.port, path, self.place / "portal.crt", headers)

    def in_clear(self, path: str) -> tuple[int, str]:
        """The status of an answer over http, and where it leads; asked under a name that is not the portal's."""
        connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=ATTEMPT_S)
        try:
            connection.request("GET", path, headers={"Host": "evil.example"})
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Location", "")
        finally:
            connection.close()


@dataclass(frozen=True)
class Answer:
    status: int
    text: str = ""
    headers: Message = field(default_factory=Message)
    """By their names, in whatever case."""


def _answer(port: int, path: str, certificate: Path, headers: Mapping[str, str]) -> Answer:
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=ATTEMPT_S)
    try:
        plain = socket.create_connection(("127.0.0.1", port), ATTEMPT_S)
        connection.sock = ssl.create_default_context(cafile=certificate).wrap_socket(plain, server_hostname=HOST)
        connection.request("GET", path, headers={"Host": HOST, **headers})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode(errors="replace"), answer.headers)
    except (OSError, http.client.HTTPException):
        return Answer(0)
    finally:
        connection.close()


class Crowd:
    """Four times one person who asks for her own page again and again, through the proxy; ``seen`` counts the answers by status."""

    def __init__(self, proxy: Proxy, headers: Mapping[str, str]) -> None:
        self.seen: Counter[int] = Counter()
        self._proxy, self._headers, self._over = proxy, headers, threading.Event()
        self._people = [threading.Thread(target=self._ask, daemon=True) for _ in range(4)]

    def _ask(self) -> None:
        while not self._over.wait(0.1):
            self.seen[self._proxy.get("/accounts/me/", **self._headers).status] += 1

    def __enter__(self) -> "Crowd":
        for person in self._people:
            person.start()
        return self

    def __exit__(self, *problem) -> None:
        self._over.set()
        for person in self._people:
            person.join()
