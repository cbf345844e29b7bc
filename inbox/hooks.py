"""What rooms above put into the inbox: what is to be done by whom, and where the things lie that somebody handled."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from accounts.models import AuditEntry, User
from common.registry import Registry


@dataclass(frozen=True, kw_only=True)
class InboxAct:
    """A button beside an item that settles it at once: a form that posts ``fields`` to ``url``."""

    label: str
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class InboxItem:
    """Something that waits (待办).

    ``key`` names it for good, ``version`` changes when there is news, by which it is unread again. ``who`` has it in
    words; blank: whoever asks. ``words`` are the other side's: why it came back, the urging, the comment.
    ``since`` is when it came to whoever has it, ``latest`` when the newest part of it came, where it is many things.
    ``due_of`` says whose last day ``due`` is where it is not the holder's: it sorts, and makes nobody late.
    ``other`` is the side that one may call about it: BUREAU, ``bureau_of`` a county, GOVERNMENT, a township's code, an operator's.
    """

    key: str
    version: str
    kind: str
    title: str
    url: str
    state: str
    since: datetime | None = None
    latest: datetime | None = None
    due: date | None = None
    due_of: str = ""
    who: str = ""
    words: str = ""
    other: str = ""
    acts: tuple[InboxAct, ...] = ()

    @property
    def is_mine(self) -> bool:
        return not self.who

    @property
    def news_at(self) -> datetime | None:
        return self.latest or self.since

    def days_left(self, on: date) -> int | None:
        """Days that the holder has, negative once they are over; None when nothing says by when."""
        return (self.due - on).days if self.due and not self.due_of else None


PENDING: Registry[Callable[[User], Iterable[InboxItem]]] = Registry()
"""What a person has to do, and what waits for others."""

STEADY: Registry[Callable[[User], Iterable[InboxItem]]] = Registry()
"""What waits, of rooms whose items change by nothing but entries of the trail, by what FOLLOWED follows, and with the day (``keeping``)."""

FOLLOWED: Registry[Callable[[User], object]] = Registry()
"""What else changes steady items, as a version of it for a person: the verdicts that she sees."""

PLACES: Registry[Callable[[User, list[AuditEntry]], Mapping[int, str]]] = Registry()
"""Where that lies which entries of the audit trail tell of, by their sequence; only what the person may still see."""

NEWS: Registry[Callable[[User, datetime], Iterable[str]]] = Registry()
"""What changed in a person's sight since a moment and waits for nobody: lines for the digest by mail."""
