"""Service orders by quarter and operator: how many counted, how many were late, in how many working days (S19–S21)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from django.db.models import QuerySet

from acceptance.rules.facts import FOREVER, Orders
from acceptance.rules.plan import Plan
from acceptance.rules.service import counted, done_on, due_dates, late, withdrawn
from areas import workdays
from common.periods import Quarter

_FIELDS = ("order_id", "operator_id", "accepted_on", "completed_on", "cancelled_on", "needs_expansion")


@dataclass(frozen=True)
class Served:
    """The orders that count in a quarter; ``days`` is the median of working days to completion, None where none was completed."""

    operator: str
    counted: int
    late: int
    days: int | None

    @property
    def in_time(self) -> int:
        return self.counted - self.late


class Performance:
    """How the orders of a queryset were served, as the service test counts them (docs/rules.md, section 2)."""

    def __init__(self, orders: QuerySet, plan: Plan) -> None:
        self.rows = list(orders.order_by("order_id").values_list(*_FIELDS))
        self.plan, self.calendar = plan, workdays.load()

    @cached_property
    def operators(self) -> list[str]:
        return sorted({row[1] for row in self.rows})

    @cached_property
    def orders(self) -> Orders:
        number = {code: place for place, code in enumerate(self.operators)}
        return Orders(
            order_id=[row[0] for row in self.rows],
            operator=np.array([number[row[1]] for row in self.rows], np.int64),
            area=np.zeros(len(self.rows), np.int64),
            accepted_on=np.array([row[2] for row in self.rows], "datetime64[D]"),
            completed_on=_ends(row[3] for row in self.rows),
            cancelled_on=_ends(row[4] for row in self.rows),
            needs_expansion=np.array([row[5] for row in self.rows], np.bool_),
        )

    @cached_property
    def due(self) -> np.ndarray:
        return due_dates(self.orders, self.plan.service, self.calendar)

    def of(self, quarter: Quarter) -> list[Served]:
        """The operators with an order that counts in the quarter."""
        first, last = np.datetime64(quarter.first_day), np.datetime64(quarter.last_day)
        chosen = counted(self.orders, self.due, first, last)
        return [self._served(place, chosen, last) for place in np.unique(self.orders.operator[chosen]).tolist()]

    def numbers(self, quarter: Quarter) -> tuple[list[str], list[str]]:
        """The numbers of the orders that count in the quarter: those in time, and those that are late."""
        chosen = counted(self.orders, self.due, np.datetime64(quarter.first_day), np.datetime64(quarter.last_day))
        is_late = late(self.orders, self.due)
        numbers = self.orders.order_id
        return (
            [numbers[place] for place in np.flatnonzero(chosen & ~is_late).tolist()],
            [numbers[place] for place in np.flatnonzero(chosen & is_late).tolist()],
        )

    def total(self, quarter: Quarter) -> tuple[int, int]:
        """How many orders were in time and how many count, of all operators."""
        served = self.of(quarter)
        return sum(each.in_time for each in served), sum(each.counted for each in served)

    def _served(self, place: int, chosen: np.ndarray, last: np.datetime64) -> Served:
        own = chosen & (self.orders.operator == place)
        is_late = own & late(self.orders, self.due)
        completed = own & (self.orders.completed_on <= last)
        return Served(self.operators[place], int(own.sum()), int(is_late.sum()), self._median_days(completed))

    def _median_days(self, completed: np.ndarray) -> int | None:
        if not completed.any():
            return None
        days = self.calendar.between_each(self.orders.accepted_on[completed], self.orders.completed_on[completed])
        return int(np.median(days))

    def overdue(self, on: date) -> list[str]:
        """The numbers of orders past their due date and not done on the day, the oldest first."""
        last = np.datetime64(on)
        waiting = (self.due < last) & (done_on(self.orders) > last) & ~withdrawn(self.orders, self.due)
        waiting &= self.orders.accepted_on <= last
        found = np.flatnonzero(waiting)
        return [self.orders.order_id[place] for place in found[np.argsort(self.due[found], kind="stable")].tolist()]


def _ends(days: Iterator) -> np.ndarray:
    found = np.array(list(days), "datetime64[D]")
    found[np.isnat(found)] = FOREVER
    return found
