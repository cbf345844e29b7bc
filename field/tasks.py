"""Where the visits lie that somebody made, for the inbox; a visit asks nothing of anybody, but what is proposed by it does."""

from collections.abc import Mapping

from accounts.models import AuditEntry, User
from field.models import Visit
from inbox.places import of_rows


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the visits lie of which entries of the trail tell."""
    return of_rows(entries, Visit.objects.visible_to(user), "field:visit")
