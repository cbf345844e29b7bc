"""Work on many cores with a progress bar that tells the rest of the time, and the memory that all of it takes."""

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Progress:
    """A bar on standard error: how much is done, and how long the rest will take at the pace so far."""

    def __init__(self, what: str, total: float) -> None:
        self._what, self._total, self._done = what, total, 0.0
        self._begun = time.perf_counter()
        self._terminal = sys.stderr.isatty()
        self._shown = 0.0 if self._terminal else self._begun

    def advance(self, amount: float) -> None:
        self._done += amount
        now = time.perf_counter()
        if now - self._shown > (0.2 if self._terminal else 10) or self._done >= self._total:
            self._shown = now
            self._show(now - self._begun)

    def _show(self, elapsed: float) -> None:
        done = min(1.0, self._done / self._total) if self._total else 1.0
        rest = elapsed * (1 - done) / done if done else 0.0
        bar = "█" * int(30 * done) + "░" * (30 - int(30 * done))
        line = f"{self._what} {bar} {100 * done:5.1f} %, {_clock(elapsed)} so far, {_clock(rest)} to go"
        print(f"\r{line} " if self._terminal else line, end="" if self._terminal else "\n", file=sys.stderr, flush=True)
        if self._terminal and done >= 1:
            print(file=sys.stderr)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def in_parallel(work: Callable, pieces: Sequence, *, processes: int, prepare: Callable[[], None]) -> Iterator:
    """What ``work`` gives for each piece, as it comes; ``prepare`` runs once in each process.

    One process works here itself, so that a single core needs no second one.
    """
    if processes <= 1 or len(pieces) <= 1:
        prepare()
        yield from map(work, pieces)
        return
    with multiprocessing.get_context("fork").Pool(processes, initializer=prepare) as pool:
        yield from pool.imap_unordered(work, pieces)


class Memory:
    """The most memory that this process, its workers and the database server's processes took at once, in bytes.

    A page that several share (the server's buffers) is counted once. Known only on Linux, and of the server only where
    it runs on the same machine and may be looked at.
    """

    def __init__(self, backend: int, every_s: float = 1.0) -> None:
        """``backend``: the number of one of the server's processes, as pg_backend_pid() gives it."""
        self.peak = self.server_peak = 0
        self._every_s, self._over = every_s, threading.Event()
        self._server = _parent(Path(f"/proc/{backend}"))
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self._thread.start()
        return self

    def __exit__(self, *_error) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every_s):
            ours, servers = _family(os.getpid()), _family(self._server)
            self.peak, self.server_peak = max(self.peak, ours + servers), max(self.server_peak, servers)

    def __str__(self) -> str:
        if not self.peak:
            return "memory not measured"
        server = f"{self.server_peak / 1e9:.2f} GB of it the server" if self.server_peak else "without the server"
        return f"peak memory {self.peak / 1e9:.2f} GB of all processes, {server}"


def _parent(folder: Path) -> int:
    """The number of the process that started this one; 0 where that cannot be known."""
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _family(head: int) -> int:
    """Proportional set sizes of a process and of those that it started."""
    if not head:
        return 0
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        if int(folder.name) == head or _parent(folder) == head:
            total += _proportional(folder)
    return total


def _proportional(folder: Path) -> int:
    try:
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
