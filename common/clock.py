"""What day and what time it is: the only module that asks the machine. Everything beneath the views is told.

Two questions, and each moment that is kept answers one of them. ``now``: when did it happen in the life of the district,
as papers, receipts, histories and lists show it. ``real_now``: what must go on whatever day the portal stands on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

_behind: ContextVar[timedelta | None] = ContextVar("behind", default=None)
"""How far the told moment lies behind the real one; None: nothing is told."""


def now() -> datetime:
    """The moment of business, in Asia/Shanghai; where the portal stands on another day, this time of that day."""
    moment, behind = timezone.localtime(), _behind.get()
    if behind is not None:
        return moment - behind
    return datetime.combine(settings.PORTAL_TODAY or moment.date(), moment.timetz())


def today() -> date:
    """Today in Asia/Shanghai, or the day on which the demonstration stands (PORTAL_TODAY)."""
    return now().date()


def real_now() -> datetime:
    """The machine's moment in UTC, whatever day the portal stands on.

    For what is measured and not told: the audit trail's own moment, sessions, passwords, tokens and whatever else
    expires, throttles, and how long a background job has been running or a screen has been silent.
    """
    return timezone.now()


@contextmanager
def standing_on(day: date, hour: int = 9) -> Iterator[None]:
    """A context in which the portal's clock starts at ``hour`` o'clock on ``day`` and runs on from there.

    For the demonstration alone, whose story lies in the past.
    """
    moment = timezone.localtime()
    token = _behind.set(moment - datetime.combine(day, time(hour), moment.tzinfo))
    try:
        yield
    finally:
        _behind.reset(token)
