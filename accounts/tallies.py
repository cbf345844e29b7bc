"""What happens again and again is written into the audit trail once, and once more with how often.

A flood of refusals must not fill the disk, nor make everybody wait at the end of the chain. So the first of a kind is
an entry at once, and those that follow within its period are counted in memory and written as a second entry when it is
over: by the next that is noted, by a timer, or when the process ends in order. Each process counts for itself. What a
killed one takes along is the count of the repetitions of its last period, never that there was one.
"""

import atexit
import logging
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)

MOST = 100
"""Kinds that are told apart at a time; all beyond are one for each person, and one for all visitors, so that a thousand
addresses fill no disk either, and hide nobody's deeds."""
BEYOND = "（其他来源）"


@dataclass(frozen=True)
class Told:
    """What an entry of the trail will say; ``by`` is a user, or a word where there is none."""

    action: str
    result: str
    by: Any
    address: str
    detail: dict
    subject: Any = None


@dataclass
class Count:
    """How many times something happened of which no entry tells yet, and until when it is counted."""

    told: Told
    ends: float
    times: int = 0


class Repetitions:
    """Counts by kind, ``most`` of them, each over a period of ``seconds``; ``write`` makes an entry of what was told, so many times."""

    def __init__(self, *, seconds: int, write: Callable[[Told, int], None], most: int = MOST) -> None:
        self.seconds, self.most = seconds, most
        self._write = write
        self._counts: dict[Hashable, Count] = {}
        self._lock = threading.Lock()
        self._timer: object = None
        atexit.register(self.flush)

    def note(self, kind: Hashable, told: Told) -> None:
        """Write it down when it is the first of its kind in its period, count it otherwise."""
        now = monotonic()
        with self._lock:
            due = self._over(now)
            if kind not in self._counts and len(self._counts) >= self.most:
                kind, told = _beyond(told)
            if kind in self._counts:
                self._counts[kind].times += 1
                self._wake()
            else:
                self._counts[kind] = Count(told, now + self.seconds)
                due.append(Count(told, now, times=1))
        self._tell(due)

    def flush(self) -> None:
        """Write down all that is counted."""
        with self._lock:
            due = self._over(float("inf"))
        self._tell(due)

    def forget(self) -> None:
        """As if nothing had been noted."""
        with self._lock:
            self._counts.clear()
            self._timer = None

    def _over(self, now: float) -> list[Count]:
        """Take out what is counted no longer; those of which something is still to be told."""
        ended = [kind for kind, count in self._counts.items() if count.ends <= now]
        return [count for count in map(self._counts.pop, ended) if count.times]

    def _tell(self, due: list[Count]) -> None:
        """Write them down; what the database does not take is counted on."""
        for count in due:
            try:
                self._write(count.told, count.times)
            except DatabaseError:
                log.exception("The audit trail did not take what was counted; trying again")
                with self._lock:
                    again = Count(count.told, monotonic() + self.seconds)
                    self._counts.setdefault(("again", count.told.action), again).times += count.times
                    self._wake()

    def _wake(self) -> None:
        """See to it that what is counted is told though nothing more may come."""
        if self._timer is None:
            self._timer = later(self.seconds + 1, self._ring)

    def _ring(self) -> None:
        with self._lock:
            self._timer = None
            due = self._over(monotonic())
            if self._counts:
                self._wake()
        try:
            self._tell(due)
        finally:
            connection.close()


def _beyond(told: Told) -> tuple[Hashable, Told]:
    """The kind of all that is not told apart any more: a person's own, or the one of all visitors."""
    if isinstance(told.by, str):
        return (BEYOND, told.action, ""), Told(told.action, told.result, BEYOND, "", {})
    return (BEYOND, told.action, told.by.pk), Told(told.action, told.result, told.by, told.address, {})


def later(seconds: int, call: Callable[[], None]) -> threading.Timer | None:
    """Call it from a thread of its own, which keeps no process alive."""
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()
    return timer
