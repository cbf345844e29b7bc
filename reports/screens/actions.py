"""Create a screen with its secret address, and withdraw it."""

from django.db import transaction

from accounts.audit import record
from areas.models import Area
from common import clock
from reports.screens.models import Screen


@transaction.atomic
def give(*, name: str, area: Area, seen: int, by) -> Screen:
    """Let a screen in a place show the progress of ``area``.

    ``seen``: the latest screen that the page showed, 0 for none. The same form posted again gives no second one.
    """
    # The area's row is held, so that of two posts at once the second finds the screen of the first.
    Area.objects.select_for_update().get(pk=area.pk)
    given = Screen.objects.in_use().filter(area=area, name=name, created_by=by, pk__gt=seen).first()
    if given:
        return given
    screen = Screen.objects.create(name=name, area=area, created_by=by)
    record(action="screen.give", by=by, subject=screen)
    return screen


@transaction.atomic
def withdraw(screen: Screen, *, by) -> bool:
    """From now on the screen's address shows nothing; False where somebody was faster."""
    withdrawn = Screen.objects.in_use().filter(pk=screen.pk).update(withdrawn_by=by, withdrawn_at=clock.real_now())
    if withdrawn:
        record(action="screen.withdraw", by=by, subject=screen)
    return bool(withdrawn)
