"""A browser that is killed, and a cable to the portal that is pulled."""

import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.hands import ACTION_MS


class Killable:
    """A Chromium of our own with its profile on disk, that can be killed as a power cut would."""

    def __init__(self, browser: Browser, program: str, profile: Path, address: str) -> None:
        self.program, self.profile, self.address = program, profile, address
        self.type = browser.browser_type
        self.process: subprocess.Popen | None = None

    def open(self, session: str = "", *more: str) -> Page:
        """A page, signed in with the ``session`` if there is one; with ``more`` flags."""
        (self.profile / "DevToolsActivePort").unlink(missing_ok=True)
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        flags += ["--remote-debugging-port=0", f"--user-data-dir={self.profile}", *more]
        command = [self.program, *flags, "about:blank"]
        self.process = subprocess.Popen(command, start_new_session=True, **quiet)
        self.browser = self.type.connect_over_cdp(f"http://127.0.0.1:{self._port()}", timeout=ACTION_MS)
        context = self.browser.contexts[0]
        if session:
            self.sign_in(session)
        page = context.new_page()
        page.set_default_timeout(ACTION_MS)
        return page

    def sign_in(self, session: str) -> None:
        self.browser.contexts[0].add_cookies([{"name": "session", "value": session, "url": self.address}])

    def _port(self) -> int:
        """The one that Chromium took and wrote down; no other program can have it."""
        written = self.profile / "DevToolsActivePort"
        limit = time.monotonic() + ACTION_MS / 1000
        while time.monotonic() < limit:
            if written.exists() and written.read_text().count("\n"):
                return int(written.read_text().split("\n")[0])
            assert self.process.poll() is None, "Chromium ended at once."
            time.sleep(0.1)
        raise AssertionError("Chromium does not begin.")

    def kill(self) -> None:
        if self.process is None:
            return
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def holds(self, what: str | bytes) -> list[str]:
        """The files of the profile in which it stands as it is; a text in either of the ways in which browsers write it."""
        wanted = [what] if isinstance(what, bytes) else [what.encode("utf-8"), what.encode("utf-16-le")]
        files = [path for path in self.profile.rglob("*") if path.is_file()]
        return [str(path) for path in files if any(each in _bytes(path) for each in wanted)]


def _bytes(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes()
    return b""


class Cable:
    """Lies between a browser and the portal; it can be pulled, and it can lose an answer."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.is_pulled = False
        self.to_lose: list[bytes] = []
        """Beginnings of requests whose answer, one each, will not arrive."""
        self.sockets: set[socket.socket] = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def pull(self) -> None:
        self.is_pulled = True
        for each in list(self.sockets):
            self._close(each)

    def plug(self) -> None:
        self.is_pulled = False

    def close(self) -> None:
        self.pull()
        self._close(self.listener)

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                if self.is_pulled:
                    near.close()
                    continue
                threading.Thread(
                    target=self._join, args=(near, socket.create_connection(self.target)), daemon=True
                ).start()

    def _join(self, near: socket.socket, far: socket.socket) -> None:
        self.sockets |= {near, far}
        is_lost = threading.Event()
        back = threading.Thread(target=self._answers, args=(far, near, is_lost), daemon=True)
        back.start()
        with suppress(OSError):
            while data := near.recv(65536):
                for begin in [begin for begin in self.to_lose if data.startswith(begin)]:
                    self.to_lose.remove(begin)
                    is_lost.set()
                far.sendall(data)
        with suppress(OSError):
            far.shutdown(socket.SHUT_WR)
        back.join()
        for each in (near, far):
            self._close(each)
            self.sockets.discard(each)

    def _answers(self, far: socket.socket, near: socket.socket, is_lost: threading.Event) -> None:
        with suppress(OSError):
            while data := far.recv(65536):
                if is_lost.is_set():
                    break
                near.sendall(data)
        self._close(near)

    @staticmethod
    def _close(each: socket.socket) -> None:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
