"""Registry of what the worker looks after besides the jobs that somebody began."""

from collections.abc import Callable

from common.registry import Registry

CHORES: Registry[Callable[[], object]] = Registry()
"""Asked every second, beside the jobs: each finds by itself whether there is anything to do, with as little as one query."""

BEATS: Registry[Callable[[], object]] = Registry()
"""Called every BEAT_S seconds for as long as a worker lives, from a thread of its own that no job and no chore holds up."""
