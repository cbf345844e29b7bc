"""Which rows of a ledger go into a workbook: those in scope that the list's filter finds."""

from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace

from django.db.models import QuerySet
from django.http import QueryDict

from accounts.models import User
from common.listing import Request, described
from workbooks.ledgers.declared import WorkbookLedger


@dataclass(frozen=True)
class RowSelection:
    """The rows that a filter selects, in order, with the condition in words and the filter's errors."""

    rows: QuerySet
    condition: str
    problems: tuple[str, ...]

    @cached_property
    def count(self) -> int:
        return self.rows.count()


def chosen(ledger: WorkbookLedger, query: str, user: User) -> RowSelection:
    """The rows that the ``query`` of the list's address finds."""
    asked = Request(ledger.listing, QueryDict(query))
    _, used = asked.narrowed(SimpleNamespace(user=user), ledger.rows(user))
    key = ledger.handler.attributes.get(ledger.table.key[0], ledger.table.key[0])
    rows = used.qs.order_by(key)
    return RowSelection(rows, "；".join(described(used.form)), tuple(asked.problems))
