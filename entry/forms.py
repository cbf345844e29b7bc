"""What a form of figures declares, so that one engine serves all of them (docs/entry.md)."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

Value = int | str | None
Values = Mapping[str, Value]
"""A row by its columns; None is missing, never 0."""
Changes = Mapping[str, dict[str, list]]
"""What is to be written: by row, by column, [before, after]."""

FIGURE, SENTENCE, CHOICE = "figure", "sentence", "choice"


@dataclass(frozen=True)
class EntryColumn:
    """A column: a whole number of ``unit`` from ``minimum`` to ``maximum``, a sentence, or one of ``choices`` (value, label).

    ``read`` is told what was typed, and raises ValueError with a sentence when it cannot be read.
    """

    name: str
    label: str
    read: Callable[[str], Value]
    unit: str = ""
    help: str = ""
    minimum: int | None = None
    maximum: int | None = None
    kind: str = FIGURE
    choices: tuple[tuple[str, str], ...] = ()


class EntryForm(ABC):
    """A form of figures that is open before a user: which columns, which rows, and how they are kept."""

    kind: ClassVar[str]
    columns: ClassVar[tuple[EntryColumn, ...]]
    pages: ClassVar[str]
    """At which addresses such forms are filled in, as a regular expression that browsers know: they open without a network."""
    name: str

    @classmethod
    @abstractmethod
    def opened(cls, user, name: str) -> Self:
        """The form of a name, if it lies in the user's scope; else Http404, or PermissionDenied for his post."""

    @property
    def discussed(self) -> str:
        """How it is called where its cells are talked about (entry.discussion), by others than who types as well."""
        return self.name

    @property
    @abstractmethod
    def is_open(self) -> bool:
        """Whether the user can change anything in it now."""

    @abstractmethod
    def values(self) -> dict[str, Values]:
        """Every row as it is kept, by its code; writes nothing."""

    @property
    @abstractmethod
    def number(self) -> int:
        """How far it has been changed: grows with every change, as this process last read it."""

    @abstractmethod
    def hold(self) -> None:
        """Keep others out until the transaction ends; Refused or PermissionDenied when nothing may be changed."""

    @abstractmethod
    def take(self, codes: Collection[str]) -> dict[str, Values]:
        """These rows as they are kept, to be changed after ``hold``; Refused when one is no row of the form."""

    def is_locked(self, code: str, name: str) -> bool:
        """Whether a cell of a row that was taken can no longer be changed."""
        return False

    @abstractmethod
    def keep(self, changed: Changes) -> None:
        """Write what changed in rows that were taken, with the domain's own history and the audit trail.

        Where that is known afterwards, ``number`` has grown by this change alone: a page that adds up need not ask again.
        """

    @abstractmethod
    def release(self) -> None:
        """Take back what ``hold`` did in expectation of a change: nothing changed."""

    @abstractmethod
    def hands(self, codes: Collection[str]) -> dict[tuple[str, str], str]:
        """Who typed what stands in the cells of these rows, by row and column, where that is known."""

    @abstractmethod
    def problems(self, codes: Collection[str] | None, *, is_checking: bool) -> dict:
        """What is wrong with these rows (None: with all) and what hangs on them, ready for JSON.

        ``rows``: each with ``code``, ``values`` in the order of the columns, ``notes`` (by column: level, sentence,
        code), ``asks`` (whether a sentence is asked for), ``faults`` (``text`` and ``href``), ``state`` (in a word,
        where the form has such). ``total``: the sums by column.
        """
