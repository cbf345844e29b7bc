"""Registry of what the worker looks after besides the jobs that somebody began."""

from collections.abc import Callable
from functools import wraps
from time import monotonic

from common.registry import Registry

CHORES: Registry[Callable[[], object]] = Registry()
"""Asked every second, beside the jobs: each finds by itself whether there is anything to do, with as little as one query."""

BEATS: Registry[Callable[[], object]] = Registry()
"""Called every BEAT_S seconds for as long as a worker lives, from a thread of its own that no job and no chore holds up."""


def every(seconds: float) -> Callable[[Callable[[], object]], Callable[[], None]]:
    """Makes a chore one that each worker does as it begins, then once in so many seconds; one that failed is done again at once."""

    def timed(chore: Callable[[], object]) -> Callable[[], None]:
        due = float("-inf")

        @wraps(chore)
        def asked() -> None:
            nonlocal due
            if (now := monotonic()) >= due:
                chore()
                due = now + seconds

        return asked

    return timed
