"""The actions of a build plan: which there are in a period, and what they reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from acceptance.rules.capability import is_fast, is_open, is_television
from acceptance.rules.facts import Facts
from acceptance.rules.judge import Period
from acceptance.rules.service import counted, late

KINDS = ("new", "upgrade", "open", "orders")
"""In the order in which they are printed, and of the objective ``fewest``."""
NEW, UPGRADE, OPEN, ORDERS = KINDS


@dataclass(frozen=True)
class BuildAction:
    """One action of a plan; operators, access points, areas and orders by their rows in the facts, -1 and nothing where none.

    A ``new`` point lies at ``lon``, ``lat``; ``orders`` bear on ``area`` and complete the rows in ``orders``.
    """

    kind: str
    operator: int
    lon: float = 0.0
    lat: float = 0.0
    point: int = -1
    area: int = -1
    orders: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """How much it adds to the objective of its kind: late orders for ``orders``, else 1."""
        return len(self.orders) if self.kind == ORDERS else 1

    def key(self, facts: Facts) -> dict[str, Any]:
        """The key fields of the answer."""
        if self.kind == NEW:
            return {"operator": facts.operators[self.operator], "lon": self.lon, "lat": self.lat}
        if self.kind == ORDERS:
            return {"operator": facts.operators[self.operator], "area_code": facts.areas.code[self.area]}
        return {"ap_id": facts.access_points.ap_id[self.point]}

    def order(self, facts: Facts) -> tuple:
        """Where it stands among the actions of an answer."""
        return KINDS.index(self.kind), *self.key(facts).values()


def upgrades(period: Period) -> np.ndarray:
    """Access points that are open, carry more than television and are only too slow."""
    points, capability = period.facts.access_points, period.county.plan.capability
    return is_open(points, period.as_of) & ~is_fast(points, capability) & ~is_television(points, capability)


def openings(period: Period) -> np.ndarray:
    """Access points that are fast enough, carry more than television and are not open."""
    points, capability = period.facts.access_points, period.county.plan.capability
    return ~is_open(points, period.as_of) & is_fast(points, capability) & ~is_television(points, capability)


def late_orders(period: Period) -> dict[tuple[int, int], tuple[int, ...]]:
    """The late orders that count in the period, by the area that they name and the operator."""
    orders, due = period.facts.orders, period.county.due
    first = np.datetime64(period.quarter.first_day)
    rows = np.flatnonzero(counted(orders, due, first, period.as_of) & late(orders, due)).tolist()
    found: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        found.setdefault((int(orders.area[row]), int(orders.operator[row])), []).append(row)
    return {key: tuple(each) for key, each in found.items()}


def point_actions(period: Period) -> list[BuildAction]:
    """Every upgrade and every opening that there is."""
    operator = period.facts.access_points.operator
    return [
        BuildAction(kind, int(operator[point]), point=point)
        for kind, some in ((UPGRADE, upgrades(period)), (OPEN, openings(period)))
        for point in np.flatnonzero(some).tolist()
    ]


def order_actions(period: Period) -> list[BuildAction]:
    """Every set of late orders that there is."""
    return [
        BuildAction(ORDERS, operator, area=area, orders=rows)
        for (area, operator), rows in sorted(late_orders(period).items())
    ]


def count(actions: Sequence[BuildAction]) -> dict[str, int]:
    """How much of each kind, as an answer's ``value`` has it."""
    return {kind: sum(each.size for each in actions if each.kind == kind) for kind in KINDS}


Costs = Mapping[str, Sequence[int]]
"""Yuan by the kind of action, for each operator."""


def cost(actions: Sequence[BuildAction], costs: Costs) -> int:
    """Yuan for all of them."""
    return sum(costs[each.kind][each.operator] * each.size for each in actions)
