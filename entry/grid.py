"""What a page shows a form of figures with: one table for all forms (templates/entry/), what is a domain's own beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.timezone import localtime

from common.clock import now
from entry.forms import CHOICE, FIGURE, EntryForm
from entry.threads import ThreadMarks, marks_of


@dataclass(frozen=True)
class GridParts:
    """Templates of the domain's own, blank for none; each gets ``row`` and ``grid``, ``cell`` besides that of a cell.

    ``head``: behind the name of a row; ``cell``: beneath a cell; ``heads`` and ``tail``: the columns that nobody types,
    their headings and a row's cells; ``beneath``: table rows under a row; ``foot``: the table's foot; ``buttons``.
    """

    head: str = ""
    cell: str = ""
    heads: str = ""
    tail: str = ""
    beneath: str = ""
    foot: str = ""
    buttons: str = ""


@dataclass(frozen=True)
class EntryGrid:
    """The table of a form, with all that the scripts must know of it.

    ``rows`` have ``area`` (code, name), ``within`` (the code of the row that it is folded under, or blank), ``seen`` (what
    the page shows of it, as JSON), ``is_locked``, ``faults`` (text, href) and ``cells``: each with ``figure`` (name, label,
    help), ``name`` (of its field), ``text``, ``value``, ``before``, ``change_text``, ``problems`` (level, message, code),
    ``error``, ``is_wrong``, ``is_locked``, ``is_unsaved``, ``is_contested``, ``theirs`` and ``theirs_by``.
    """

    form: EntryForm
    rows: Sequence[Any]
    address: str
    caption: str
    corner: str
    counted: str
    parts: GridParts
    complete: int = 0
    faults: Sequence[Any] = ()
    is_checking: bool = False
    checks: Sequence[dict] = ()
    rates: Sequence[tuple[str, str, str]] = ()
    every_missing: str = ""
    weighing: dict[str, Any] = field(default_factory=dict)
    """By what the sentence of a row is weighed (static/js/entry-sentences.js); nothing where any will do."""
    own: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def marks(self) -> ThreadMarks:
        """Where something is said about a cell."""
        return marks_of(self.form.kind, self.form.discussed)

    @property
    def shown_at(self) -> str:
        """The moment of the page by the portal's clock: 4月8日 09:05."""
        moment = localtime(now())
        return f"{moment.month}月{moment.day}日 {moment:%H:%M}"

    @property
    def figures(self) -> list:
        """The columns of figures."""
        return [column for column in self.form.columns if column.kind == FIGURE]

    @property
    def choices(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """What can be chosen in each column of that kind, for the templates."""
        return {column.name: column.choices for column in self.form.columns if column.kind == CHOICE}

    @property
    def top(self) -> list:
        """The rows that are folded under no other."""
        return [row for row in self.rows if not row.within]

    @property
    def said(self) -> dict:
        """For the scripts: columns, the checks that run in the browser, rates of two columns, words."""
        return {
            "columns": [{"name": each.name, "label": each.label, "kind": each.kind} for each in self.form.columns],
            "checks": list(self.checks),
            "rates": [list(rate) for rate in self.rates],
            "isChecking": self.is_checking,
            "everyMissing": self.every_missing,
            "weighing": self.weighing,
        }
