"""What is owed and what waits, on a day."""

from datetime import date

import pytest

from acceptance.plan import current
from common.periods import Quarter
from returns import actions
from returns.models import Checking, Return
from returns.review import decisions
from returns.rounds import calendar
from returns.tasks import owed_by, waiting_for
from tests.returns.conftest import GOOD, ON, SAID, TOWN, approved, fill, report, submitted


@pytest.mark.parametrize(("on", "quarter"), [
    (date(2019, 3, 31), Quarter(2018, 4)), (date(2019, 4, 1), Quarter(2019, 1)), (date(2019, 6, 30), Quarter(2019, 1)),
    (date(2017, 3, 31), Quarter(2017, 1)), (date(2016, 1, 1), Quarter(2017, 1)),
])  # fmt: skip
def test_reporting_quarter_is_the_latest_that_ended(on, quarter):
    assert calendar.reporting_quarter(on) == quarter


def test_return_is_due_fifteen_days_after_the_quarter(settings):
    assert calendar.due_on(Quarter(2019, 1)) == date(2019, 4, 15)
    settings.RETURN_DUE_DAYS = 0
    assert calendar.due_on(Quarter(2019, 1)) == date(2019, 3, 31)


def states(user) -> list[tuple[str, str]]:
    return [(task.due.isoformat(), task.state) for task in owed_by(user, ON) if task.due]


def test_clerk_owes_every_quarter_that_ended(make_area, people):
    make_area(f"{TOWN}201", valid_from=date(2018, 10, 1))
    assert states(people.clerk) == [("2019-01-15", "未开始"), ("2019-04-15", "未开始")]
    assert states(people.head) == states(people.clerk)


def test_nothing_overdue_disappears_until_it_is_reported(make_area, make_return, people):
    make_area(f"{TOWN}201", valid_from=date(2018, 7, 1))
    make_return(1, Quarter(2018, 3))
    quarterly_return = submitted(make_return(1, Quarter(2018, 4)), people.clerk)
    assert states(people.clerk) == [("2018-10-15", "未开始"), ("2019-04-15", "未开始")]

    decisions.send_back(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="请核对", by=people.reviewer
    )
    assert [(task.state, task.words) for task in owed_by(people.clerk, ON)] == [
        ("未开始", ""),
        ("已退回", "王审核：请核对"),
        ("未开始", ""),
    ]


def test_village_out_of_force_with_its_parent_owes_nothing(make_area, people):
    make_area(f"{TOWN}201")
    people.clerk.area.valid_to = date(2017, 4, 1)
    people.clerk.area.save()
    assert states(people.clerk) == [("2017-04-15", "未开始")]


def test_open_correction_is_owed(make_area, make_return, people):
    make_area(f"{TOWN}201", valid_from=date(2019, 1, 1))
    quarterly_return = approved(make_return(1), people.clerk, people.reviewer)
    assert owed_by(people.clerk, ON) == []
    actions.correct(quarterly_return=quarterly_return, version=quarterly_return.version, reason="填错", by=people.clerk)
    (task,) = owed_by(people.clerk, ON)
    assert (task.state, task.words) == ("已审核，更正填报中", "填错") and "（更正）" in task.title


@pytest.mark.parametrize("who", ["reviewer", "leader"])
def test_district_owes_nothing(who, make_return, people):
    make_return()
    assert owed_by(getattr(people, who), ON) == []


def test_queue_stands_by_due_date_and_marks_what_came_again(make_return, people):
    submitted(make_return(), people.clerk)
    quarterly_return = submitted(make_return(2, Quarter(2018, 4)), people.clerk)
    decisions.send_back(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="请核对", by=people.reviewer
    )
    quarterly_return = Return.objects.get(pk=quarterly_return.pk)
    report(quarterly_return, people.clerk)

    tasks = waiting_for(people.reviewer)
    assert [(task.due.isoformat(), task.state) for task in tasks] == [
        ("2019-01-15", "已报送"),
        ("2019-04-15", "已报送"),
    ]
    assert [task.title.endswith("（退回后重新报送）") for task in tasks] == [True, False]
    assert waiting_for(people.clerk) == [] == waiting_for(people.leader)


def test_reviewer_reads_how_many_figures_were_odd_at_the_submission(make_return, people, django_assert_num_queries):
    approved(make_return(2, Quarter(2018, 4)), people.clerk, people.reviewer)
    odd, sound = make_return(2), make_return(2, Quarter(2018, 3))
    fill(odd, people.clerk, *(each - 1 for each in GOOD), explanation=SAID)
    report(Return.objects.get(pk=odd.pk), people.clerk)
    submitted(sound, people.clerk)

    with django_assert_num_queries(3):
        tasks = waiting_for(people.reviewer)
    kept = Checking.objects.get(move__quarterly_return=odd)
    number = sum(each["level"] == "oddity" for each in kept.found)
    assert number >= 10 and [task.words for task in tasks] == ["", f"需核对 {number} 项"]


def test_tasks_cost_a_fixed_number_of_queries(make_return, people, django_assert_num_queries):
    make_return(30)
    with django_assert_num_queries(7):
        owed_by(people.clerk, ON)
    with django_assert_num_queries(1):
        waiting_for(people.reviewer)


def test_first_quarter_is_that_of_the_plan():
    assert current().first_period == calendar.FIRST
