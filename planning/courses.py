"""Tasks against what stands in the register on a day, as plain rows for ``planning.following``."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np
from django.db.models import Q

from acceptance import plan as plans
from areas.dated import value_of
from areas.models import AccessPoint, DatedValue, ServiceOrder
from areas.tiles import around
from areas.vocabulary import DatedTable
from common.lookups import among
from planning.following import WITHIN_M, BuiltPoint, Promise, TaskCourse, TaskState, followed
from planning.models import BuildPlan, PlanTask, TaskAction


def courses_of(tasks: Iterable[PlanTask], on: date) -> dict[int, TaskCourse]:
    """How each task stands as of a day, by its primary key; all tasks of each plan, for a point answers for one of them. Three queries.

    The tasks come with their plans and those with their withdrawals: of a withdrawn plan nothing is left to be done.
    """
    every = sorted(tasks, key=lambda each: (each.plan_id, each.number))
    points, settled = built_points(every, on), _settled({order for each in every for order in each.orders})
    found: dict[int, TaskCourse] = {}
    for _, some in groupby(every, key=lambda each: each.plan_id):
        own = list(some)
        courses = followed([promise_of(each, each.plan) for each in own], points, settled, on)
        found |= {each.pk: _if_withdrawn(courses[each.number], each.plan) for each in own}
    return found


def _if_withdrawn(course: TaskCourse, plan: BuildPlan) -> TaskCourse:
    is_left = course.state in (TaskState.OPEN, TaskState.OVERDUE)
    return replace(course, state=TaskState.WITHDRAWN) if is_left and plan.is_withdrawn else course


def promise_of(task: PlanTask, plan: BuildPlan) -> Promise:
    return Promise(
        number=task.number,
        action=task.action,
        operator=task.operator_id,
        since=plan.since,
        due_on=plan.due_on,
        lon=task.lon,
        lat=task.lat,
        ap_id=task.ap_id,
        orders=tuple(task.orders),
    )


def built_points(tasks: Sequence[PlanTask], on: date) -> list[BuiltPoint]:
    """The access points that may answer for some tasks: those around planned places, and those that are to be changed; two queries."""
    new = [each for each in tasks if each.action == TaskAction.NEW]
    wanted = Q(ap_id__in=[each.ap_id for each in tasks if each.ap_id])
    if new:
        lon, lat = np.array([each.lon for each in new]), np.array([each.lat for each in new])
        wanted |= around(lon, lat, WITHIN_M)
    rows = list(AccessPoint.objects.filter(wanted, lon__isnull=False).order_by("ap_id"))
    steps = _steps([each.ap_id for each in rows], on)
    least = plans.current().capability.min_mbps
    return [
        BuiltPoint(
            ap_id=row.ap_id,
            operator=row.operator_id,
            lon=row.lon,
            lat=row.lat,
            opened_on=row.opened_on,
            closed_on=row.closed_on,
            fast_on=_fast_on(row, steps.get(row.ap_id, ()), least),
        )
        for row in rows
    ]


def _steps(keys: Sequence[str], on: date) -> dict[str, list[tuple[date, str, object]]]:
    """What changed of the rates and services of points by a day, in order."""
    found: dict[str, list[tuple[date, str, object]]] = {}
    changes = DatedValue.objects.filter(
        among("key", sorted(keys)), table=DatedTable.ACCESS_POINTS, effective_on__lte=on
    )
    names = ("key", "effective_on", "column", "value")
    for key, day, column, text in changes.order_by("effective_on", "pk").values_list(*names):
        found.setdefault(key, []).append((day, column, value_of(DatedTable.ACCESS_POINTS, column, text)))
    return found


def _fast_on(point: AccessPoint, steps: Iterable[tuple[date, str, object]], least: int) -> date | None:
    """Since when a point is fast enough and carries more than television; None when it is not."""
    values: dict[str, Any] = {"downstream_mbps": point.downstream_mbps, "tv_only": point.tv_only}

    def is_fast() -> bool:
        return values["downstream_mbps"] >= least and not values["tv_only"]

    since = point.opened_on if is_fast() else None
    for day, column, value in steps:
        values[column] = value
        since = (since or day) if is_fast() else None
    return since


def _settled(orders: set[str]) -> dict[str, date]:
    """When orders were completed or cancelled, of those that were."""
    rows = ServiceOrder.objects.filter(order_id__in=orders) if orders else ()
    days = {each.order_id: each.completed_on or each.cancelled_on for each in rows}
    return {order: day for order, day in days.items() if day}
