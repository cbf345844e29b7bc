"""Which tasks of a plan came true, in time or late, and what is left of each. Pure: rows in, states out.

A new access point has come true when one of the same operator that counts (fast enough, not television only) was opened
after the plan's facts within ``WITHIN_M`` of the planned place; one point answers for one task.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from areas.geodesy import geodesic_m

WITHIN_M = 50
"""Metres between the planned and the built place, both included, within which it is the same."""


class TaskState(StrEnum):
    """How a task stands on a day."""

    BEFORE = "before"
    """All of its orders were settled before the plan's facts, too late; nothing is left to be done."""
    DONE = "done"
    LATE = "late"
    OPEN = "open"
    OVERDUE = "overdue"
    WITHDRAWN = "withdrawn"
    """Not done when the plan was withdrawn."""

    @property
    def is_done(self) -> bool:
        return self in (TaskState.DONE, TaskState.LATE)


@dataclass(frozen=True)
class Promise:
    """What a task asks for: ``since`` is the day of the plan's facts, ``due_on`` the last day in time."""

    number: int
    action: str
    operator: str
    since: date
    due_on: date
    lon: float | None = None
    lat: float | None = None
    ap_id: str = ""
    orders: tuple[str, ...] = ()


@dataclass(frozen=True)
class BuiltPoint:
    """An access point as it is on the day; ``fast_on`` is since when it is fast enough and carries more than television, None: it is not."""

    ap_id: str
    operator: str
    lon: float
    lat: float
    opened_on: date
    closed_on: date | None = None
    fast_on: date | None = None

    def counts(self, on: date) -> bool:
        """Whether it is open and fast enough on a day."""
        is_open = self.opened_on <= on and (self.closed_on is None or self.closed_on > on)
        return is_open and self.fast_on is not None and self.fast_on <= on


@dataclass(frozen=True)
class TaskCourse:
    """How a task stands: since when it is done (None: not known, or not done), by which point, how far from the planned place.

    ``left`` are the orders that are not settled.
    """

    state: TaskState
    done_on: date | None = None
    ap_id: str = ""
    distance_m: float | None = None
    left: tuple[str, ...] = ()


def followed(
    promises: Sequence[Promise], points: Iterable[BuiltPoint], settled: Mapping[str, date], on: date
) -> dict[int, TaskCourse]:
    """The course of each task by its number, as of ``on``; ``settled`` says when orders were completed or cancelled."""
    counting = {point.ap_id: point for point in points if point.counts(on)}
    built = _matched([each for each in promises if each.action == "new"], list(counting.values()))
    courses = {}
    for promise in promises:
        if promise.action == "new":
            courses[promise.number] = built.get(promise.number) or TaskCourse(_undone(promise, on))
        elif promise.action == "orders":
            courses[promise.number] = _orders(promise, settled, on)
        else:
            courses[promise.number] = _point(promise, counting.get(promise.ap_id), on)
    return courses


def _undone(promise: Promise, on: date) -> TaskState:
    return TaskState.OVERDUE if on > promise.due_on else TaskState.OPEN


def _done(promise: Promise, day: date | None) -> TaskState:
    return TaskState.DONE if day is None or day <= promise.due_on else TaskState.LATE


def _point(promise: Promise, point: BuiltPoint | None, on: date) -> TaskCourse:
    """An upgrade or an opening: done once the point itself counts; a day before the plan's facts says nothing of when."""
    if point is None:
        return TaskCourse(_undone(promise, on))
    day = max(point.opened_on, point.fast_on or point.opened_on)
    known = day if day > promise.since else None
    return TaskCourse(_done(promise, known), known, point.ap_id)


def _orders(promise: Promise, settled: Mapping[str, date], on: date) -> TaskCourse:
    done = {order: settled[order] for order in promise.orders if order in settled and settled[order] <= on}
    left = tuple(order for order in promise.orders if order not in done)
    if left:
        return TaskCourse(_undone(promise, on), left=left)
    last = max(done.values())
    return TaskCourse(TaskState.BEFORE if last <= promise.since else _done(promise, last), last)


def _matched(promises: list[Promise], points: list[BuiltPoint]) -> dict[int, TaskCourse]:
    """As many tasks as can be have a point of their own; of a task's points the nearest is tried first."""
    near = {promise.number: _near(promise, points) for promise in promises}
    taken: dict[str, Promise] = {}

    def find(promise: Promise, tried: set[str]) -> bool:
        for _, point in near[promise.number]:
            if point.ap_id in tried:
                continue
            tried.add(point.ap_id)
            if point.ap_id not in taken or find(taken[point.ap_id], tried):
                taken[point.ap_id] = promise
                return True
        return False

    for promise in promises:
        find(promise, set())
    return {
        promise.number: TaskCourse(_done(promise, point.opened_on), point.opened_on, point.ap_id, metres)
        for promise in promises
        for metres, point in near[promise.number]
        if taken.get(point.ap_id) is promise
    }


def _near(promise: Promise, points: list[BuiltPoint]) -> list[tuple[float, BuiltPoint]]:
    """The points that may be what was planned, with their distance in metres, the nearest first."""
    ours = [each for each in points if each.operator == promise.operator and each.opened_on > promise.since]
    if not ours:
        return []
    lon, lat = np.array([each.lon for each in ours]), np.array([each.lat for each in ours])
    metres = geodesic_m(np.full_like(lon, promise.lon), np.full_like(lat, promise.lat), lon, lat)
    found = [(float(away), each) for away, each in zip(metres, ours, strict=True) if away <= WITHIN_M]
    return sorted(found, key=lambda pair: (pair[0], pair[1].ap_id))
