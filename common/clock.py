"""What day and what time it is, for the views and for rows that note when they were made; everything else is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

_behind: ContextVar[timedelta | None] = ContextVar("behind", default=None)
"""How far the told moment lies behind the real one; None: nothing is told."""


def now() -> datetime:
    """This moment in Asia/Shanghai; where the portal stands on another day, this time of that day.

    The audit trail does not ask here: it always tells the real moment.
    """
    moment, behind = timezone.localtime(), _behind.get()
    if behind is not None:
        return moment - behind
    return datetime.combine(settings.PORTAL_TODAY or moment.date(), moment.timetz())


def today() -> date:
    """Today in Asia/Shanghai, or the day on which the demonstration stands (PORTAL_TODAY)."""
    return now().date()


@contextmanager
def standing_on(day: date, hour: int = 9) -> Iterator[None]:
    """Inside, the portal takes it to be ``hour`` o'clock on ``day``, and time goes on from there.

    For the demonstration alone, whose story lies in the past.
    """
    moment = timezone.localtime()
    token = _behind.set(moment - datetime.combine(day, time(hour), moment.tzinfo))
    try:
        yield
    finally:
        _behind.reset(token)
