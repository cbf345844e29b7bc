"""What a planted fault is, and how it comes into a tree and leaves it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True)
class Plant:
    """In ``file`` ``new`` stands in the place of ``old``, which is there once; then every one of ``tests`` must fail.

    ``on``: the database on which they do.
    """

    name: str
    file: str
    old: str
    new: str
    tests: Sequence[str]
    on: str = SQLITE

    @contextmanager
    def standing_in(self, tree: Path) -> Iterator[None]:
        """A context in which the fault stands in the files of ``tree``. ValueError when its text is not there, or more than once."""
        path = tree / self.file
        sound, stamp = path.read_text("utf-8"), path.stat().st_mtime_ns
        if sound.count(self.old) != 1:
            raise ValueError(f"{self.name}: its old text is {sound.count(self.old)} times in {self.file}")
        path.write_text(sound.replace(self.old, self.new), "utf-8")
        _stamp(path, stamp + _LATER)
        try:
            yield
        finally:
            path.write_text(sound, "utf-8")
            _stamp(path, stamp)


_LATER = 3_600 * 10**9
"""By so many nanoseconds a planted file is younger, lest what was compiled of the sound one be taken for it."""


def _stamp(path: Path, at: int) -> None:
    os.utime(path, ns=(at, at))


def plain(test: str) -> str:
    """A test without its parameters and its class: as docs/security.md names it."""
    file, *_, name = test.partition("[")[0].split("::")
    return f"{file}::{name}"
