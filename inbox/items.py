"""A person's inbox as it stands: what is to be done first, what waits for others, what was done of late."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts import wording
from accounts.contacts import Contact, contacts
from accounts.models import AuditEntry
from common import clock
from gate.disk import left_out_when_full
from inbox.hooks import PENDING, PLACES, InboxItem
from inbox.keeping import steady
from inbox.models import OpenedItem

SHOWN_FIRST = 8
"""Items on the home page; what is overdue stands there in any case."""

DONE_DAYS = 90
DONE_SHOWN = 100
_SILENT = (
    *("export", "return.look", "workbook.download", "workbook.history", "ledger.download", "document.export"),
    *("proposal.download", "spot_check.download", "wording.preview", "personal.look", "measure.download"),
)
"""Entries of the trail by which nothing was done."""


@dataclass(frozen=True)
class InboxRow:
    """An item as it stands in a list: whether it was opened in this version, how many days it has, whom to call."""

    item: InboxItem
    is_unread: bool
    days_left: int | None
    contacts: tuple[Contact, ...] = ()

    @property
    def is_overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def left_words(self) -> str:
        """剩余 3 天, 今天截止, 逾期 2 天; blank where nothing says by when."""
        if self.days_left is None:
            return ""
        if self.days_left < 0:
            return f"逾期 {-self.days_left} 天"
        return f"剩余 {self.days_left} 天" if self.days_left else "今天截止"


@dataclass(frozen=True)
class Inbox:
    """What waits: ``mine`` for the person, ``theirs`` for others; what is due first stands first. ``opened``: the seen marks."""

    mine: list[InboxRow]
    theirs: list[InboxRow]
    opened: Mapping[str, str]

    @property
    def unread(self) -> int:
        return sum(row.is_unread for row in self.mine)

    @property
    def late(self) -> int:
        return sum(row.is_overdue for row in self.mine)

    @property
    def first(self) -> list[InboxRow]:
        """The first of one's own items, and all that are overdue."""
        return [row for place, row in enumerate(self.mine) if place < SHOWN_FIRST or row.is_overdue]

    @property
    def theirs_late(self) -> int:
        return sum(row.is_overdue for row in self.theirs)


@dataclass(frozen=True)
class DoneDeed:
    """Something that the person did: what, about what, when, and where it lies (blank: nowhere that she may see)."""

    at: datetime
    what: str
    about: str
    url: str
    times: int = 1


def pending(user) -> list[InboxItem]:
    """All that rooms say of a person's work, in their order."""
    return [*(item for registered in PENDING for item in registered(user)), *steady(user)]


def of(user, with_contacts: bool = True) -> Inbox:
    """The person's inbox on this day; whom to call only where that is shown, for each such look is in the audit trail."""
    items, on = sorted(pending(user), key=_urgency), clock.today()
    opened = dict(OpenedItem.objects.filter(user=user).values_list("key", "version"))
    people = contacts(user, {item.other for item in items if item.other and with_contacts})

    def row(item: InboxItem) -> InboxRow:
        is_unread = item.is_mine and opened.get(item.key) != item.version
        return InboxRow(item, is_unread, item.days_left(on), people.get(item.other, ()))

    return Inbox(
        [row(item) for item in items if item.is_mine], [row(item) for item in items if not item.is_mine], opened
    )


def _urgency(item: InboxItem) -> tuple:
    """By due date; what has none stands after that, the oldest first."""
    since = timezone.localtime(item.since).date() if item.since else date.max
    return (item.due or date.max, since, item.key)


def mark_opened(user, items: Iterable[InboxItem]) -> None:
    """Keep that the person has seen these items as they are now."""
    mark_seen(user, {item.key: item.version for item in items})


def mark_seen(user, versions: Mapping[str, str]) -> None:
    """Keep by key in which version the person has seen something."""
    seen = [OpenedItem(user=user, key=key, version=version, at=clock.now()) for key, version in versions.items()]
    with left_out_when_full("that something was seen"):
        OpenedItem.objects.bulk_create(
            seen, update_conflicts=True, unique_fields=["user", "key"], update_fields=["version", "at"]
        )


def done(user) -> list[DoneDeed]:
    """What the person did in the last DONE_DAYS days, the latest first, at most DONE_SHOWN, as the audit trail has it.

    The same done to the same thing on one day is one line.
    """
    after = clock.real_now() - timedelta(days=DONE_DAYS)
    entries = AuditEntry.objects.filter(by=user, at__gte=after, result="ok").exclude(action__in=_SILENT)
    latest = list(entries.order_by("-sequence")[: 5 * DONE_SHOWN])
    urls = {sequence: url for place in PLACES for sequence, url in place(user, latest).items()}
    found: dict[tuple, list[AuditEntry]] = {}
    for entry in latest:
        if entry.sequence in urls:
            key = (entry.action, entry.subject_type, entry.subject_key, timezone.localtime(entry.at).date())
            found.setdefault(key, []).append(entry)
    return [_deed(entries, urls) for entries in found.values()][:DONE_SHOWN]


def _deed(entries: list[AuditEntry], urls: dict[int, str]) -> DoneDeed:
    first = entries[0]
    return DoneDeed(first.at, wording.action_label(first), first.subject_name, urls[first.sequence], len(entries))
