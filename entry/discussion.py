"""What a form of figures declares, so that its cells can be talked about (docs/entry.md): who sees, who writes, what stands.

Apart from ``EntryForm``, which only those who type can open: a thread is carried on by those who review as well.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import PermissionDenied

from accounts.access import refusal
from accounts.posts import ROLE_GRANTS, Post, Power
from entry.forms import Value


@dataclass(frozen=True)
class CellFact:
    """Something that stands beside a figure: last quarter's, what the operators count, what is odd about it."""

    label: str
    text: str


@dataclass(frozen=True)
class CellEvent:
    """Something that happened to the figure ``label``: who, when, from what to what and why."""

    at: datetime
    by: str
    what: str
    before: int | None = None
    after: int | None = None
    why: str = ""
    label: str = ""

    @property
    def is_change(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class CellStory:
    """All that is known of a cell; ``state`` says in a word how it stands. ``events`` are as ``CellEvent``, oldest first."""

    value: Value
    state: str
    facts: list[CellFact] = field(default_factory=list)
    events: Collection[Any] = ()


class Discussion(ABC):
    """A form as those see it who talk about its cells."""

    kind: ClassVar[str]
    writing: ClassVar[tuple[Power, ...]]
    """Whoever sees the form and has one of these powers may write, and can be addressed."""
    columns: ClassVar[Mapping[str, str]]
    """What each column is called."""
    name: str
    title: str

    @classmethod
    @abstractmethod
    def opened(cls, user, name: str) -> Self:
        """The form of a name, for whoever may see it; else Http404, or PermissionDenied for the post."""

    @classmethod
    @abstractmethod
    def seen_by(cls, user, names: Iterable[str]) -> Mapping[str, Self]:
        """The forms, of those named, that the user may see, by their names; a few queries in all."""

    @property
    @abstractmethod
    def address(self) -> str:
        """The page of the form."""

    @property
    def closed(self) -> str:
        """Why nobody can write any more, in a sentence; blank while one can."""
        return ""

    @abstractmethod
    def place(self, code: str, column: str) -> tuple[str, str]:
        """What a row and a column are called, the column of a whole row blank; Http404 when there is no such cell."""

    @abstractmethod
    def value(self, code: str, column: str) -> Value:
        """What stands in a cell; None for a whole row."""

    @abstractmethod
    def story(self, code: str, column: str) -> CellStory:
        """All that is known of a cell, or of a row."""

    @classmethod
    def posts(cls) -> list[Post]:
        """Who may write, and can be addressed."""
        return [post for post, grants in ROLE_GRANTS.items() if grants.powers & set(cls.writing)]

    @classmethod
    def may_write(cls, user) -> bool:
        return any(user.may(power) for power in cls.writing)

    @classmethod
    def require_writer(cls, user) -> None:
        """PermissionDenied for a post that only reads."""
        if not cls.may_write(user):
            raise PermissionDenied(refusal(user, cls.writing))

    def label(self, code: str, column: str) -> str:
        """1号村·总户数."""
        return "·".join(filter(None, self.place(code, column)))


def text_of(value: Value) -> str:
    """A value as it is kept with a comment; blank for what is missing."""
    return "" if value is None else str(value)
