"""Throttling of failed logins per user name and address, so that an attacker locks out nobody else."""

from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import transaction

from accounts.models import LoginFailures

FREE_FAILURES = 2
"""After these the pauses begin: 2 seconds, 4, 8 …"""


def pause_after(failures: int) -> int:
    """Seconds until the next attempt, after so many failures in a row."""
    if failures >= settings.LOGIN_FAILURES:
        return 60 * settings.LOGIN_LOCK_MINUTES
    return 2 ** (failures - FREE_FAILURES) if failures > FREE_FAILURES else 0


@transaction.atomic
def seconds_to_wait(*, username: str, address: str, now: datetime) -> int:
    """0: go ahead, and this attempt counts as a failure until ``forget`` says otherwise; else the seconds to wait.

    Counting comes before checking the password, so that many attempts at once gain nothing.
    """
    row, _ = LoginFailures.objects.get_or_create(username=username, address=address)
    row = LoginFailures.objects.select_for_update().get(pk=row.pk)
    since = (now - row.last_at).total_seconds() if row.last_at else float("inf")
    if since >= 60 * settings.LOGIN_LOCK_MINUTES:
        row.failures = 0
    if since < pause_after(row.failures):
        return ceil(pause_after(row.failures) - since)
    row.failures += 1
    row.last_at = now
    row.save()
    return 0


def forget(*, username: str, address: str, now: datetime) -> None:
    """Forget the failures of a name at an address after a successful login, and delete rows older than a day."""
    LoginFailures.objects.filter(username=username, address=address).delete()
    LoginFailures.objects.filter(last_at__lt=now - timedelta(days=1)).delete()


def locked(username: str, now: datetime, address: str | None = None):
    """The rows that lock ``username`` at ``now``, from all addresses or from one."""
    begun = now - timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    rows = LoginFailures.objects.filter(username=username, failures__gte=settings.LOGIN_FAILURES, last_at__gt=begun)
    return rows if address is None else rows.filter(address=address)
