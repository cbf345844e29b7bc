"""A worker, or another command, beside the server: it begins with it, is begun again when it dies, and ends with it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

PATIENCE_S = 10
"""How long a worker may finish what it has in hand before it is ended; the job is then begun again next time."""
PAUSE_S = 3
LONGEST_PAUSE_S = 60
"""One that dies as soon as it is begun is begun again after twice the pause each time, until it is this one."""


class WorkerBeside:
    """The process that is there now; whoever keeps it may ask that another take its place."""

    def __init__(self, command: str = "work") -> None:
        self.command = command
        self.process = _begun(command)
        self._leaving: list[subprocess.Popen] = []
        self._lock = threading.Lock()
        """Held while one takes the other's place, which a reload and the keeper may want at once."""

    def replace(self) -> None:
        """Begin another; what the present one has in hand it finishes, however long that takes."""
        with self._lock:
            self.process.stdin.close()
            self._leaving = [each for each in (*self._leaving, self.process) if each.poll() is None]
            self.process = _begun(self.command)

    def begin_again_if_dead(self) -> bool:
        """Whether it had died."""
        with self._lock:
            if self.process.poll() is None:
                return False
            self.process.stdin.close()
            self.process = _begun(self.command)
            return True

    def end(self) -> None:
        with self._lock:
            for process in (*self._leaving, self.process):
                _ended(process)


@contextmanager
def worker(command: str = "work") -> Iterator[WorkerBeside]:
    """Keep a worker, or another command that knows ``--beside``, in a process of its own for as long as the block runs."""
    over = threading.Event()
    beside = WorkerBeside(command)
    keeping = threading.Thread(target=_keep, args=[beside, over], daemon=True)
    keeping.start()
    try:
        yield beside
    finally:
        over.set()
        keeping.join()
        beside.end()


def _keep(beside: WorkerBeside, over: threading.Event) -> None:
    pause = PAUSE_S
    while not over.wait(pause):
        pause = min(2 * pause, LONGEST_PAUSE_S) if beside.begin_again_if_dead() else PAUSE_S


def _begun(command: str) -> subprocess.Popen:
    """Its standard input is a pipe of ours: when we are killed it ends, and the process sees that."""
    run = [sys.executable, str(settings.BASE_DIR / "manage.py"), command, "--beside"]
    return subprocess.Popen(run, stdin=subprocess.PIPE)


def _ended(process: subprocess.Popen) -> None:
    process.stdin.close()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
