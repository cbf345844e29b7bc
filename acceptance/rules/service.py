"""The service test: are users connected in time? (S19–S21; docs/rules.md, section 2)"""

from datetime import date
from fractions import Fraction
from typing import Protocol

import numpy as np

from acceptance.rules.facts import FOREVER, Areas, Orders
from acceptance.rules.plan import Service
from acceptance.rules.shares import needed


class Calendar(Protocol):
    """A table of working days; both refuse with a ValueError when it lacks a day that must be looked at."""

    def nth_after(self, day: date, n: int) -> date: ...

    def nth_after_each(self, days: np.ndarray, n: int) -> np.ndarray: ...


def due_on(accepted_on: date, needs_expansion: bool, service: Service, calendar: Calendar) -> date:
    """The day by which an order must be completed; the day of acceptance is day 0 (S20, S21; A22)."""
    if not needs_expansion:
        return calendar.nth_after(accepted_on, service.installation_days)
    expanded_on = calendar.nth_after(accepted_on, service.expansion_days)
    if service.expansion_then_installation.value:
        return calendar.nth_after(expanded_on, service.installation_days)
    return expanded_on


def due_dates(orders: Orders, service: Service, calendar: Calendar) -> np.ndarray:
    """The day by which each order of a column must be completed (S20, S21; A22)."""
    due = np.full(len(orders), FOREVER)
    plain, expanding = np.flatnonzero(~orders.needs_expansion), np.flatnonzero(orders.needs_expansion)
    due[plain] = calendar.nth_after_each(orders.accepted_on[plain], service.installation_days)
    due[expanding] = calendar.nth_after_each(orders.accepted_on[expanding], service.expansion_days)
    if service.expansion_then_installation.value:
        due[expanding] = calendar.nth_after_each(due[expanding], service.installation_days)
    return due


def done_on(orders: Orders) -> np.ndarray:
    """When an order was completed; one cancelled after its due date counts as completed on that day."""
    return np.minimum(orders.completed_on, orders.cancelled_on)


def withdrawn(orders: Orders, due: np.ndarray) -> np.ndarray:
    """Which orders were cancelled on or before their due date, and so count nowhere."""
    return orders.cancelled_on <= due


def counted(orders: Orders, due: np.ndarray, first_day: np.datetime64, last_day: np.datetime64) -> np.ndarray:
    """Which orders count in the period: due in it, or due before it and not completed before it began."""
    due_in_it = (first_day <= due) & (due <= last_day)
    left_over = (due < first_day) & (done_on(orders) >= first_day)
    return ~withdrawn(orders, due) & (due_in_it | left_over)


def late(orders: Orders, due: np.ndarray) -> np.ndarray:
    """Which orders were not completed by their due date, or not at all."""
    return done_on(orders) > due


class ServiceTest:
    """The counted and late orders of a period, for each area and operator, those of its ancestors included (A32)."""

    def __init__(
        self,
        orders: Orders,
        due: np.ndarray,
        areas: Areas,
        operators: int,
        first_day: np.datetime64,
        last_day: np.datetime64,
    ) -> None:
        in_period = counted(orders, due, first_day, last_day)
        self.counted = self._by_area(orders, in_period, areas, operators)
        self.late = self._by_area(orders, in_period & late(orders, due), areas, operators)

    @staticmethod
    def _by_area(orders: Orders, chosen: np.ndarray, areas: Areas, operators: int) -> np.ndarray:
        cell = orders.area[chosen] * operators + orders.operator[chosen]
        own = np.bincount(cell, minlength=len(areas) * operators).reshape(len(areas), operators)
        return areas.roll_down(own)

    def passes(self, on_time_share: Fraction) -> np.ndarray:
        """Whether each operator serves each area in time; without a counted order it does (A33)."""
        return self.counted - self.late >= needed(on_time_share, self.counted)
