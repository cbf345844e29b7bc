"""Room on the disk for the counts of this process, taken before the first of them.

Counts are written through memory into files with holes (``prometheus_client``); a process that writes into a hole of a full disk is
killed at once. So the files are filled first, and where there is no room for them the process counts for itself alone.
"""

import contextlib
import os
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BYTES = {"counter": 512 * 1024, "histogram": 1024 * 1024}
"""Enough for all views with all methods and classes of status."""


def take() -> None:
    """Fill this process's files, or do without them."""
    if FOLDER not in os.environ:
        return
    files = {Path(os.environ[FOLDER]) / f"{kind}_{os.getpid()}.db": size for kind, size in BYTES.items()}
    try:
        for path, size in files.items():
            with path.open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, size)
    except OSError:
        del os.environ[FOLDER]
        with contextlib.suppress(OSError):
            for path in files:
                path.unlink(missing_ok=True)


if hasattr(os, "posix_fallocate"):
    take()
