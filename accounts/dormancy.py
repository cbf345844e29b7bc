"""Dormant accounts (长期未登录): whose nobody has used for PORTAL_DORMANT_DAYS, found and closed; and those whose time runs out."""

from datetime import timedelta

from django.conf import settings
from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from accounts.actions import close_dormant
from accounts.models import User
from common import clock

WARNED_DAYS = 14
"""For how long before an account is closed or its time ends its administrators are told."""


def _by_last_use() -> QuerySet[User]:
    """The active accounts with ``used_at``: the last login or use of a token, else when the account was opened."""
    return User.objects.active().annotate(
        used_at=Greatest(
            F("created_at"),
            Coalesce(F("active_since"), F("created_at")),
            Coalesce(F("last_login"), F("created_at")),
            Coalesce(Max("tokens__last_used_at"), F("created_at")),
        )
    )


def unused(days: int) -> QuerySet[User]:
    """The active accounts that nobody has used for ``days``, the longest unused first; none where dormancy is off."""
    if not settings.DORMANT_DAYS:
        return User.objects.none()
    before = clock.real_now() - timedelta(days=days)
    return _by_last_use().filter(used_at__lt=before).order_by("used_at", "pk")


def soon_dormant() -> QuerySet[User]:
    """The accounts that will be closed within WARNED_DAYS if nobody uses them."""
    return unused(max(settings.DORMANT_DAYS - WARNED_DAYS, 0))


def soon_over() -> QuerySet[User]:
    """The accounts whose time ends within WARNED_DAYS."""
    today = timezone.localdate(clock.real_now())
    ending = Q(valid_until__gte=today, valid_until__lte=today + timedelta(days=WARNED_DAYS))
    return User.objects.active().filter(ending).order_by("valid_until", "pk")


def close_unused() -> int:
    """Close the dormant accounts, each in a transaction of its own; how many were closed."""
    return sum(close_dormant(user) for user in unused(settings.DORMANT_DAYS))
