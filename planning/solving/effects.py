"""The facts with the actions of a plan applied, as the rules would find them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from acceptance.rules.facts import FOREVER, AccessPoints, Dated, Facts, Orders
from acceptance.rules.judge import County, Period
from planning.solving.actions import NEW, OPEN, ORDERS, UPGRADE, BuildAction

RATE = "downstream_mbps"


def applied(period: Period, actions: Sequence[BuildAction]) -> Facts:
    """The county's facts from the beginning, with everything that the actions do on the period's as-of date.

    New access points stand after the old ones, in the order of the actions.
    """
    county, as_of = period.county, period.as_of
    points = county.facts.access_points
    points = _opened(points, [each.point for each in actions if each.kind == OPEN], as_of)
    points = _faster(points, [each.point for each in actions if each.kind == UPGRADE], as_of, county)
    points = _with_new(points, [each for each in actions if each.kind == NEW], as_of, county)
    orders = [row for each in actions if each.kind == ORDERS for row in each.orders]
    return replace(county.facts, access_points=points, orders=_completed(county.facts.orders, orders, county.due))


def judged(period: Period, actions: Sequence[BuildAction]) -> Period:
    """The period as the rules judge it with the actions applied."""
    county = period.county
    return County(applied(period, actions), county.plan, county.calendar).period(period.quarter)


def _opened(points: AccessPoints, rows: list[int], as_of: np.datetime64) -> AccessPoints:
    if not rows:
        return points
    opened, closed = points.opened_on.copy(), points.closed_on.copy()
    for row in rows:
        if opened[row] > as_of:
            opened[row] = as_of
        else:
            closed[row] = FOREVER
    return replace(points, opened_on=opened, closed_on=closed)


def _faster(points: AccessPoints, rows: list[int], as_of: np.datetime64, county: County) -> AccessPoints:
    """The least rate of the plan from the date on, in place of what else was to begin that very day."""
    if not rows:
        return points
    old = points.dated.get(RATE)
    values = list(zip(old.since, old.row.tolist(), old.value.tolist(), strict=True)) if old else []
    kept = [each for each in values if each[0] != as_of or each[1] not in rows]
    new = [(as_of, row, county.plan.capability.min_mbps) for row in rows]
    since, row, value = zip(*sorted(kept + new), strict=True)
    dated = Dated(
        np.array(row, dtype=np.int64), np.array(since, dtype="datetime64[D]"), np.array(value, dtype=np.float64)
    )
    return replace(points, dated={**points.dated, RATE: dated})


def _with_new(points: AccessPoints, new: list[BuildAction], as_of: np.datetime64, county: County) -> AccessPoints:
    if not new:
        return points

    def longer(column: np.ndarray, values: list) -> np.ndarray:
        return np.concatenate([column, np.array(values, dtype=column.dtype if len(column) else None)])

    many = len(new)
    return replace(
        points,
        ap_id=points.ap_id + [""] * many,
        operator=longer(points.operator, [each.operator for each in new]).astype(np.int64),
        lon=longer(points.lon, [each.lon for each in new]),
        lat=longer(points.lat, [each.lat for each in new]),
        downstream_mbps=longer(points.downstream_mbps, [float(county.plan.capability.min_mbps)] * many),
        tv_only=longer(points.tv_only, [False] * many).astype(bool),
        opened_on=longer(points.opened_on, [as_of] * many).astype("datetime64[D]"),
        closed_on=longer(points.closed_on, [FOREVER] * many).astype("datetime64[D]"),
    )


def _completed(orders: Orders, rows: list[int], due: np.ndarray) -> Orders:
    """Completed on the very day on which they were due, and not cancelled."""
    if not rows:
        return orders
    completed, cancelled = orders.completed_on.copy(), orders.cancelled_on.copy()
    completed[rows], cancelled[rows] = due[rows], FOREVER
    return replace(orders, completed_on=completed, cancelled_on=cancelled)
