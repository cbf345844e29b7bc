"""The items of rooms that change by nothing but what the audit trail tells of, the verdicts and the day, kept until one of them does.

Such a room registers with ``hooks.STEADY``. Writers of the trail queue on its end, so that its order is that in which what it
tells of came to be there: whoever has seen it up to an entry has seen all that came before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache

from accounts.models import AuditEntry, User
from common import clock, replica
from inbox.hooks import FOLLOWED, STEADY, InboxItem

KEPT_SECONDS = 3600
FAR = 1000
"""More entries than this since the last look are not read one by one: what is kept is taken for old."""
QUIET = (
    *("export", "personal.look", "return.look", "access.refused", "session.login", "session.logout", "session.failed"),
    *("return.save", "count.save", "comment.write", "workbook.download", "document.export", "wording.preview"),
)
"""Entries after which these items are what they were: somebody looked, came or went, or typed a figure of a draft."""


@dataclass(frozen=True)
class TrailSeen:
    """The trail up to an entry, and the last one of any consequence; each by its hash."""

    sequence: int
    end: str
    told: str


_seen: TrailSeen | None = None
"""As this process last saw it; threads that look at once see the same."""


def trail_version() -> str:
    """Changes with every entry of the trail but the quiet ones; blank while it is empty. One query, two after a gap."""
    global _seen
    seen, newest = _seen, AuditEntry.objects.order_by("sequence").values_list("sequence", "action", "hash")
    found = list(newest.filter(sequence__gte=seen.sequence)[: FAR + 1]) if seen else []
    if seen and 0 < len(found) <= FAR and found[0][2] == seen.end:
        told = next((digest for _, action, digest in reversed(found[1:]) if action not in QUIET), seen.told)
    else:
        found = list(newest.reverse()[:1])
        told = found[-1][2] if found else ""
    _seen = TrailSeen(found[-1][0], found[-1][2], told) if found else None
    return told


def steady(user: User) -> Iterable[InboxItem]:
    """The items of the rooms that registered as steady, as they were last asked for while nothing has changed since.

    Nothing is kept where a standby is read from: the trail is the primary's, and may tell of what the standby does not have yet.
    """
    trail = "" if replica.is_set() else trail_version()
    if not trail:
        return _asked(user)
    followed = tuple(version(user) for version in FOLLOWED)
    said = repr((trail, followed, user.pk, user.post, user.unit, user.scope, clock.today()))
    key = f"inbox/{sha256(said.encode()).hexdigest()}"
    items = cache.get(key)
    if items is None:
        items = _asked(user)
        cache.set(key, items, KEPT_SECONDS)
    return items


def _asked(user: User) -> list[InboxItem]:
    return [item for registered in STEADY for item in registered(user)]
