"""The system administrator's page: how each thing stands and what to do."""

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import requires
from accounts.posts import Power
from common import clock
from upkeep.checking import looked
from upkeep.hooks import StatusLight

URGENCY = {StatusLight.BAD: 0, StatusLight.NOTE: 1}
"""What stands first on the page; all else follows in its own order."""
TONES = {StatusLight.GOOD: "met", StatusLight.NOTE: "late", StatusLight.BAD: "missed", StatusLight.OFF: "pending"}


@require_safe
@requires(Power.SEE_STATUS)
def status(request):
    """系统状态: every check with its light, its figure and the way out; first what is amiss."""
    found = sorted(looked(), key=lambda row: URGENCY.get(row[1].light, len(URGENCY)))
    lights = [finding.light for _, finding in found]
    context = {
        "rows": [(check, finding, TONES[finding.light]) for check, finding in found],
        "is_installed": settings.PRODUCTION,
        "bad": lights.count(StatusLight.BAD),
        "notes": lights.count(StatusLight.NOTE),
        "at": clock.real_now(),
    }
    return render(request, "upkeep/status.html", context)
