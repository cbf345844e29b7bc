"""Context of every page: the portal's name, the navigation, the mark of the demonstration."""

from django.conf import settings
from django.http import HttpRequest

from acceptance.judging import standing
from accounts.posts import Power
from qingcheng_fiber.navigation import navigation

PORTAL_NAME = "清城区全光网城市建设进度门户"


def portal(request: HttpRequest) -> dict:
    user = getattr(request, "user", None)
    is_known = bool(user and user.is_authenticated)
    return {
        "portal_name": PORTAL_NAME,
        "demonstration": settings.DEMONSTRATION,
        "stands_on": settings.PORTAL_TODAY,
        "verdicts_seen": standing.seen,
        "navigation": navigation(user, request.path) if is_known else None,
        "may_search": is_known and user.may(Power.SEE_NETWORK),
        "may_plan": is_known and user.may(Power.MAKE_PLANS),
        "inbox_unread": None,
    }
