"""Who else has a form open, and in which row: told by their pages every few seconds, forgotten soon after."""

from datetime import timedelta

from common import clock
from entry.forms import EntryForm
from entry.models import Presence

HEARD_FOR = timedelta(seconds=30)
"""A page that has not been heard of for so long is closed, hidden or cut off."""


def note(form: EntryForm, user, row: str) -> None:
    """The user's page of the form is open, and he stands in this row; one query."""
    Presence.objects.bulk_create(
        [Presence(kind=form.kind, name=form.name, user=user, row=row, at=clock.real_now())],
        update_conflicts=True,
        unique_fields=["kind", "name", "user"],
        update_fields=["row", "at"],
    )


def others(form: EntryForm, user) -> list[dict]:
    """Name and row of everybody else whose page of the form is open; one query."""
    here = Presence.objects.filter(kind=form.kind, name=form.name, at__gt=clock.real_now() - HEARD_FOR)
    return [{"name": name, "row": row} for name, row in here.exclude(user=user).values_list("user__name", "row")]
