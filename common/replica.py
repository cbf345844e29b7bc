"""A PostgreSQL standby from which is read: how far it has come, and whether it is asked at all.

What it is asked, ``qingcheng_fiber.replica`` says. Here every process remembers, once a second, how far the primary had come;
so how far behind the standby lies is known by one clock, even when nothing is written, or the line between the two is cut:
it was level with the primary at the last moment whose position it has replayed, and maybe later.
"""

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

ALIAS = "replica"
LOOKED_S, AWAY_S = 1.0, 10.0
"""How long a look holds; how long a standby that did not answer is left alone, since to try may take two seconds."""
UNKNOWN = "落后多少尚不清楚"
_FLUSHED, _COMMITS_LATER = "pg_current_wal_flush_lsn()", "current_setting('synchronous_commit') = 'off'"
FAULTS = (DatabaseError, InterfaceError)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReplicaStanding:
    """How the standby was found: how far it may be behind, None where it was not seen to follow; why it is not asked."""

    lag_s: float | None = None
    replayed: int = 0
    fault: str = ""

    @property
    def is_asked(self) -> bool:
        return not self.fault


def is_set() -> bool:
    """Whether there is a standby at all."""
    return ALIAS in settings.DATABASES


class Following:
    """By when the standby had what the primary had: moments and how far the primary had come by then, in bytes."""

    def __init__(self) -> None:
        self.seen: deque[tuple[float, int]] = deque(maxlen=3_600)

    def judged(self, now: float, primary: int, replayed: int, limit: float) -> ReplicaStanding:
        """How the standby stands that has replayed so much now."""
        if self.seen and primary < self.seen[-1][1]:
            self.seen.clear()  # Another primary, or an older state of it.
        self.seen.append((now, primary))
        while len(self.seen) > 1 and self.seen[1][1] <= replayed:
            self.seen.popleft()
        (level_at, position), *later = self.seen
        if position > replayed:
            return ReplicaStanding(None, replayed, UNKNOWN)
        # It lacks what came between two looks, at the earliest right after the first of them.
        lag = now - level_at if later else 0.0
        if lag <= limit:
            return ReplicaStanding(lag, replayed)
        is_sure = now - later[0][0] > limit
        return ReplicaStanding(lag, replayed, f"落后超过 {limit:g} 秒" if is_sure else UNKNOWN)


_following = Following()
_lock = threading.Lock()
_standing = ReplicaStanding(fault=UNKNOWN)
_look_at = float("-inf")
"""When to look again."""


def standing(*, anew: bool = False) -> ReplicaStanding:
    """How the standby stands, as of a moment ago; with ``anew``, now. RuntimeError where none is set, and no other fault."""
    if not is_set():
        raise RuntimeError("No replica is set.")
    # Who comes while another looks takes what was seen before.
    if (anew or time.monotonic() >= _look_at) and _lock.acquire(blocking=anew):
        try:
            _look()
        finally:
            _lock.release()
    return _standing


def failed() -> None:
    """Something that it was asked went wrong: it is not asked again before it has been looked at."""
    global _standing, _look_at
    _standing, _look_at = ReplicaStanding(fault=UNKNOWN), float("-inf")
    connections[ALIAS].close()


def written() -> int:
    """How far the primary has come: behind whatever this request has committed, on the disk or about to be there."""
    return _asked("default", f"CASE WHEN {_COMMITS_LATER} THEN pg_current_wal_insert_lsn() ELSE {_FLUSHED} END")[0]


def _look() -> None:
    global _standing, _look_at
    before, away_s = _standing, LOOKED_S
    try:
        # The primary first: what the standby has replayed when it is asked, the primary may have had for longer.
        primary, cluster = _asked("default", _FLUSHED)
        replayed, its_cluster = _asked(ALIAS, "pg_last_wal_replay_lsn()")
        if replayed is None or cluster != its_cluster:
            raise DatabaseError("PORTAL_REPLICA_URL 指向的不是本库的只读副本")
        _standing = _following.judged(time.monotonic(), primary, replayed, settings.REPLICA_LAG_S)
    except FAULTS as fault:
        connections[ALIAS].close()
        _standing, away_s = ReplicaStanding(fault=str(fault).strip() or type(fault).__name__), AWAY_S
    _look_at = time.monotonic() + away_s
    _tell(before, _standing)


def _tell(before: ReplicaStanding, now: ReplicaStanding) -> None:
    """A line of the log when it is asked, or not asked, from now on."""
    if now.fault not in ("", UNKNOWN, before.fault):
        log.warning("The replica is not asked: %s", now.fault)
    elif now.is_asked and not before.is_asked:
        log.info("The replica is asked.")


def _asked(alias: str, function: str) -> tuple:
    """A position in the log of changes, in bytes, and whose log it is."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT ({function} - '0/0')::bigint, system_identifier FROM pg_control_system()")
        return cursor.fetchone()
