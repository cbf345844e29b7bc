"""A lock between processes, released when its holder dies; standard library only, since set-up needs it first."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _seize(file: IO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _seize(file: IO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def alone(path: Path, waiting: str = "") -> Iterator[None]:
    """Hold the lock at ``path``, after any other process that has it; ``waiting`` is said once when one has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        while True:
            try:
                _seize(file)
                break
            except OSError:
                if waiting:
                    print(waiting, file=sys.stderr, flush=True)
                    waiting = ""
                time.sleep(0.2)
        yield
