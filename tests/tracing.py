"""Which files of the rooms a request passes through, and how often it changes from one to another.

What every request passes (middleware, who may, the trail, what is sealed, what is counted of requests, the engine of moves, the helpers of ``common``) is known after
the first and not counted; nor is a module that is loaded on the way.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django.conf import settings

from witness.kinds import kinds

ROOT = str(settings.BASE_DIR) + "/"
EVERYWHERE = (
    "qingcheng_fiber/",
    "accounts/",
    "workflow/",
    "witness/",
    "upkeep/",
    "common/",
    "acceptance/middleware.py",
    "acceptance/judging/standing.py",
    "acceptance/judging/working_off.py",
    "areas/changes.py",
)
NO_ROOMS = ("tests/", "benchmarks/", "manage.py", ".venv/", "node_modules/")


class Trace:
    """The files passed, in the order in which functions in them were first called, and the number of switches."""

    def __init__(self) -> None:
        self.files: dict[str, int] = {}
        self.switches = 0
        self._last = ""

    def enter(self, frame: FrameType, event: str, _) -> None:
        name = frame.f_code.co_filename
        if event != "call" or not name.startswith(ROOT) or frame.f_code.co_name == "<module>":
            return
        name = name[len(ROOT) :]
        if name.startswith((*EVERYWHERE, *NO_ROOMS)) or "/migrations/" in name:
            return
        self.files[name] = self.files.get(name, 0) + 1
        if name != self._last:
            self._last = name
            self.switches += 1


@contextmanager
def traced() -> Iterator[Trace]:
    """Follow the calls of this thread, whatever else follows them (coverage, say) is put back afterwards."""
    trace, before = Trace(), sys.getprofile()
    kinds()  # A registry that is read once.
    assert threading.current_thread() is threading.main_thread()
    sys.setprofile(trace.enter)
    try:
        yield trace
    finally:
        sys.setprofile(before)


def within(trace: Trace, *, files: int, switches: int) -> bool:
    """Whether a reader opens at most so many files, and turns from one to another at most so often; else they are listed."""
    passed = "\n".join(f"{count:6} {name}" for name, count in trace.files.items())
    assert len(trace.files) <= files and trace.switches <= switches, (
        f"{len(trace.files)} files, {trace.switches} switches\n{passed}"
    )
    return True
