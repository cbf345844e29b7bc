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


@contextmanager
def worker(command: str = "work") -> Iterator[None]:
    """Keep a worker, or another command that knows ``--beside``, in a process of its own for as long as the block runs."""
    over = threading.Event()
    current: list[subprocess.Popen] = [_begun(command)]
    keeping = threading.Thread(target=_keep, args=[current, over, command], daemon=True)
    keeping.start()
    try:
        yield
    finally:
        over.set()
        keeping.join()
        _ended(current[0])


def _keep(current: list[subprocess.Popen], over: threading.Event, command: str = "work") -> None:
    pause = PAUSE_S
    while not over.wait(pause):
        if current[0].poll() is None:
            pause = PAUSE_S
            continue
        current[0].stdin.close()
        current[0] = _begun(command)
        pause = min(2 * pause, LONGEST_PAUSE_S)


def _begun(command: str = "work") -> subprocess.Popen:
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
