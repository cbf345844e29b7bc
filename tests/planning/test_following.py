"""Which tasks came true: tables of what was planned and what stands there, at the metre and on the day."""

from datetime import date

import pytest

from planning.following import BuiltPoint, Promise, TaskState, followed
from tests.acceptance.rules.building import north_of_foot

SINCE, DUE, ON = date(2018, 12, 31), date(2019, 3, 31), date(2019, 6, 30)


def planned(number=1, metres=0.0, action="new", **more) -> Promise:
    lon, lat = north_of_foot(metres)
    return Promise(number, action, more.pop("operator", "telecom"), SINCE, DUE, lon, lat, **more)


def built(ap_id="DX-1", metres=0.0, opened=date(2019, 2, 1), **more) -> BuiltPoint:
    lon, lat = north_of_foot(metres)
    fast_on = more.pop("fast_on", opened)
    return BuiltPoint(ap_id, more.pop("operator", "telecom"), lon, lat, opened, fast_on=fast_on, **more)


@pytest.mark.parametrize(
    ("point", "state"),
    [
        (built(metres=49.99), TaskState.DONE),
        (built(metres=50.01), TaskState.OVERDUE),
        (built(operator="mobile"), TaskState.OVERDUE),
        (built(opened=SINCE), TaskState.OVERDUE),
        (built(opened=date(2019, 1, 1)), TaskState.DONE),
        (built(opened=DUE), TaskState.DONE),
        (built(opened=date(2019, 4, 1)), TaskState.LATE),
        (built(opened=ON), TaskState.LATE),
        (built(opened=date(2019, 7, 1)), TaskState.OVERDUE),
        (built(closed_on=ON), TaskState.OVERDUE),
        (built(closed_on=date(2019, 7, 1)), TaskState.DONE),
        (built(fast_on=None), TaskState.OVERDUE),
    ],
)
def test_new_point_comes_true(point, state):
    assert followed([planned()], [point], {}, ON)[1].state == state


@pytest.mark.parametrize(("on", "state"), [(DUE, TaskState.OPEN), (date(2019, 4, 1), TaskState.OVERDUE)])
def test_what_is_not_built_is_overdue_after_its_day(on, state):
    assert followed([planned()], [], {}, on)[1].state == state


def test_new_point_says_by_what_it_came_true_and_how_far_away():
    course = followed([planned()], [built(metres=30)], {}, ON)[1]

    assert (course.ap_id, course.done_on, round(course.distance_m)) == ("DX-1", date(2019, 2, 1), 30)


def test_point_answers_for_one_task():
    courses = followed([planned(1), planned(2, metres=10)], [built(metres=5)], {}, ON)

    assert sorted(each.state for each in courses.values()) == [TaskState.DONE, TaskState.OVERDUE]


def test_as_many_tasks_as_can_be_have_a_point():
    """The nearest point of the first is the only one of the second."""
    promises = [planned(1), planned(2, metres=60)]
    points = [built("A", metres=20), built("B", metres=-45)]

    courses = followed(promises, points, {}, ON)

    assert {number: each.ap_id for number, each in courses.items()} == {1: "B", 2: "A"}


@pytest.mark.parametrize("action", ["upgrade", "open"])
@pytest.mark.parametrize(
    ("point", "state", "done_on"),
    [
        (built(opened=date(2017, 1, 1), fast_on=date(2019, 3, 31)), TaskState.DONE, date(2019, 3, 31)),
        (built(opened=date(2017, 1, 1), fast_on=date(2019, 4, 1)), TaskState.LATE, date(2019, 4, 1)),
        (built(opened=date(2017, 1, 1), fast_on=None), TaskState.OVERDUE, None),
        (built(opened=date(2017, 1, 1), fast_on=date(2017, 1, 1)), TaskState.DONE, None),
        (built("DX-2"), TaskState.OVERDUE, None),
    ],
)
def test_changed_point_comes_true_when_it_counts(action, point, state, done_on):
    course = followed([planned(action=action, ap_id="DX-1")], [point], {}, ON)[1]

    assert (course.state, course.done_on) == (state, done_on)


@pytest.mark.parametrize(
    ("completed", "state", "left"),
    [
        ({"A": DUE, "B": date(2019, 1, 2)}, TaskState.DONE, ()),
        ({"A": date(2019, 4, 1), "B": date(2019, 1, 2)}, TaskState.LATE, ()),
        ({"A": DUE}, TaskState.OVERDUE, ("B",)),
        ({"A": SINCE, "B": SINCE}, TaskState.BEFORE, ()),
        ({"A": SINCE, "B": date(2019, 1, 1)}, TaskState.DONE, ()),
        ({"A": DUE, "B": date(2019, 7, 1)}, TaskState.OVERDUE, ("B",)),
    ],
)
def test_orders_come_true_when_all_are_settled(completed, state, left):
    course = followed([planned(action="orders", orders=("A", "B"))], [], completed, ON)[1]

    assert (course.state, course.left) == (state, left)
