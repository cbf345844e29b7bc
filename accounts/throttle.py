"""Throttling of failed logins: by name and address, by name, by address and for the whole portal, with growing pauses.

Strangers answer to all four counters. A pair of a name and an address from which its owner logged in of late (``known``)
answers to its own alone, so that no stranger's guessing locks anybody out; the whole portal's ceiling delays it by
seconds. How many passwords that leaves to an attacker is worked out in docs/logins.md and held by a test.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import FailureKind, LoginFailures

DAY = 24 * 60 * 60
MOST = 10_000
"""Failures that are counted; more change nothing."""

COURTESY = 2
"""Seconds by which the whole portal's ceiling delays a known pair at most."""

KEPT_DAYS = 7
"""For how long counters are kept, and an alarm is shown that nobody has cleared."""


@dataclass(frozen=True)
class Ceiling:
    """Failures that cost nothing, failures from which the longest pause holds, that pause and the quiet after which all is forgotten.

    Between the two numbers pauses are 2 seconds, 4, 8 …
    """

    free: int
    ceiling: int
    longest: int
    forgotten: int

    def pause_after(self, failures: int) -> int:
        """Seconds until the next attempt, after so many failures."""
        if failures >= self.ceiling:
            return self.longest
        return min(2 ** (failures - self.free), self.longest) if failures > self.free else 0

    def counted(self, row: LoginFailures, now: datetime) -> int:
        """The failures that are not yet forgotten."""
        return row.failures if row.last_at and _since(row, now) < self.forgotten else 0


def ceilings() -> dict[str, Ceiling]:
    """The ceiling of each counter."""
    lock = 60 * settings.LOGIN_LOCK_MINUTES
    pair, many = Ceiling(2, settings.LOGIN_FAILURES, lock, lock), max(lock, 900)
    return {
        FailureKind.PAIR: pair,
        FailureKind.ACCOUNT: Ceiling(10, 20, many, DAY),
        FailureKind.ADDRESS: Ceiling(20, 30, many, DAY),
        FailureKind.WHOLE: Ceiling(100, 105, 30, 3600),
        FailureKind.CODE_PAIR: pair,
        FailureKind.CODE_ACCOUNT: Ceiling(5, 10, many, DAY),
    }


PASSWORD = (FailureKind.WHOLE, FailureKind.ACCOUNT, FailureKind.ADDRESS, FailureKind.PAIR)
CODE = (FailureKind.WHOLE, FailureKind.CODE_ACCOUNT, FailureKind.CODE_PAIR)
"""The counters to which a stranger's attempt answers; a known pair's to the last of them alone."""


@transaction.atomic
def seconds_to_wait(
    *, username: str, address: str, now: datetime, known: bool = False, steps: tuple[FailureKind, ...] = PASSWORD
) -> int:
    """0: go ahead, and this attempt counts as a failure until ``forget`` says otherwise; else the seconds to wait.

    Counting comes before checking the password, so that many attempts at once gain nothing. An attempt that has
    to wait leaves nothing behind. Strangers take turns at the whole portal's row.
    """
    limits, rows = ceilings(), _held(username, address, steps[-1:] if known else steps)
    waits = [limits[row.kind].pause_after(limits[row.kind].counted(row, now)) - _since(row, now) for row in rows]
    if known:
        waits.append(_courtesy(limits[FailureKind.WHOLE], now))
    if max(waits) > 0:
        return ceil(max(waits))
    for row in rows:
        row.failures = min(limits[row.kind].counted(row, now) + 1, MOST)
        row.last_at = now
        row.save()
    return 0


def _since(row: LoginFailures, now: datetime) -> float:
    return (now - row.last_at).total_seconds() if row.last_at else float("inf")


def _keys(username: str, address: str, steps: tuple[FailureKind, ...]) -> list[dict[str, str]]:
    """What names each counter's row."""
    blank = {
        FailureKind.WHOLE: {"username": "", "address": ""},
        FailureKind.ACCOUNT: {"username": username, "address": ""},
        FailureKind.CODE_ACCOUNT: {"username": username, "address": ""},
        FailureKind.ADDRESS: {"username": "", "address": network(address)},
    }
    pair = {"username": username, "address": address}
    return [{"kind": step, **blank.get(step, pair)} for step in steps]


def network(address: str) -> str:
    """The address itself, of IPv6 its network of 64 bits: whoever has one has all of them; ``::ffff:10.0.0.1`` is IPv4."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6 and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return address if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))


def _held(username: str, address: str, steps: tuple[FailureKind, ...]) -> list[LoginFailures]:
    """The counters' rows, the first of them locked until the transaction ends; the others are made when they are needed."""
    first, *others = _keys(username, address, steps)
    LoginFailures.objects.get_or_create(**first)
    held = LoginFailures.objects.select_for_update()
    rows = [held.get(**first)]
    return rows + [held.filter(**key).first() or LoginFailures(**key) for key in others]


def _courtesy(whole: Ceiling, now: datetime) -> float:
    """Seconds that a known pair waits while strangers are at the whole portal's ceiling."""
    row = LoginFailures.objects.filter(kind=FailureKind.WHOLE).first() or LoginFailures()
    return COURTESY - _since(row, now) if whole.counted(row, now) >= whole.ceiling else 0


def forget(
    *,
    username: str,
    address: str,
    now: datetime,
    known: bool = False,
    steps: tuple[FailureKind, ...] = PASSWORD,
) -> None:
    """Take back what a successful attempt counted, the pair's failures before it included, and sweep old counters.

    The other counters lose this one attempt only: a login in between must not make room for the next guesses.
    """
    *shared, pair = _keys(username, address, steps)
    LoginFailures.objects.filter(**pair).delete()
    for key in [] if known else shared:
        LoginFailures.objects.filter(**key, failures__gt=0).update(failures=F("failures") - 1)
    LoginFailures.objects.filter(last_at__lt=now - timedelta(days=KEPT_DAYS)).delete()


def reached(
    *,
    username: str,
    address: str,
    now: datetime,
    known: bool = False,
    steps: tuple[FailureKind, ...] = PASSWORD,
) -> list[LoginFailures]:
    """The counters whose ceiling the attempt that just failed reached; an alarm is due for each that is not a pair's."""
    limits, found = ceilings(), []
    for key in _keys(username, address, steps[-1:] if known else steps):
        at = LoginFailures.objects.filter(**key, failures=limits[key["kind"]].ceiling)
        at.update(reached_at=now)
        found += at
    return found


def locked(username: str, now: datetime, address: str | None = None):
    """The rows that lock ``username`` at ``now``, from all addresses or from one."""
    begun = now - timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    rows = LoginFailures.objects.filter(
        kind=FailureKind.PAIR, username=username, failures__gte=settings.LOGIN_FAILURES, last_at__gt=begun
    )
    return rows if address is None else rows.filter(address=address)


def alarms(now: datetime):
    """The counters of a name, an address or the whole whose ceiling was reached of late, and that nobody has cleared."""
    begun = now - timedelta(days=KEPT_DAYS)
    pairs = (FailureKind.PAIR, FailureKind.CODE_PAIR)
    return LoginFailures.objects.filter(reached_at__gt=begun).exclude(kind__in=pairs).order_by("-reached_at", "pk")
