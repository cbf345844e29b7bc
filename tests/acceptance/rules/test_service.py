"""Section 2, the service test: due dates over the State Council's calendar, and who counts at the edges of a period."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest

from acceptance.rules.facts import FOREVER
from acceptance.rules.service import ServiceTest, counted, done_on, due_dates, due_on, late, withdrawn
from areas.workdays import DayUnknown, WorkingDays
from tests.acceptance.rules.building import NATURAL, TOWN, VILLAGE, Scene, calendar, percent, plan_with, the_plan

DUE = [
    # accepted, needs expansion, due
    pytest.param("2018-03-01", False, "2018-03-15", id="ten working days, the day of acceptance being day 0"),
    pytest.param("2018-03-01", True, "2018-03-22", id="fifteen with expansion: 15 replaces 10 (A22)"),
    pytest.param("2018-03-03", False, "2018-03-16", id="accepted on a Saturday"),
    pytest.param(
        "2018-02-14", False, "2018-03-06", id="over the Spring Festival, its worked Saturday 2018-02-24 counted"
    ),
    pytest.param("2018-02-14", True, "2018-03-13", id="over the Spring Festival, with expansion"),
    pytest.param("2018-09-17", False, "2018-09-30", id="due on a worked Sunday before National Day"),
    pytest.param("2018-09-18", False, "2018-10-08", id="the next day's is due after the holiday week"),
    pytest.param("2018-04-27", False, "2018-05-14", id="over Labour Day, Saturday 2018-04-28 worked"),
]


@pytest.mark.parametrize(("accepted", "expansion", "due"), DUE)
def test_the_due_date(accepted, expansion, due):
    service = the_plan().service
    orders = Scene(VILLAGE).order(VILLAGE, accepted, needs_expansion=expansion).facts().orders

    assert due_on(date.fromisoformat(accepted), expansion, service, calendar()) == date.fromisoformat(due)
    assert due_dates(orders, service, calendar()).astype(str).tolist() == [due]


@pytest.mark.parametrize(
    ("accepted", "expansion", "due"),
    [
        pytest.param("2018-03-01", True, "2018-04-08", id="ten more after the fifteenth, on a worked Sunday"),
        pytest.param("2018-09-14", True, "2018-10-25", id="over National Day"),
        pytest.param("2018-03-01", False, "2018-03-15", id="without expansion nothing changes"),
    ],
)
def test_the_due_date_where_installation_follows_expansion(accepted, expansion, due):
    service = plan_with(expansion_then_installation=True).service
    orders = Scene(VILLAGE).order(VILLAGE, accepted, needs_expansion=expansion).facts().orders

    assert due_on(date.fromisoformat(accepted), expansion, service, calendar()) == date.fromisoformat(due)
    assert due_dates(orders, service, calendar()).astype(str).tolist() == [due]


def test_the_plan_says_how_many_days():
    service = plan_with(installation=1, expansion=3).service
    scene = Scene(VILLAGE).order(VILLAGE, "2018-03-01").order(VILLAGE, "2018-03-01", needs_expansion=True)

    assert due_dates(scene.facts().orders, service, calendar()).astype(str).tolist() == ["2018-03-02", "2018-03-06"]


def test_a_day_that_the_calendar_lacks_is_refused():
    march = {date(2018, 3, 1) + timedelta(days=days): True for days in range(10)}
    orders = Scene(VILLAGE).order(VILLAGE, "2018-03-01").facts().orders

    with pytest.raises(DayUnknown):
        due_dates(orders, the_plan().service, WorkingDays(march))


FIRST, LAST = "2018-04-01", "2018-06-30"
BEFORE, AFTER = "2018-03-31", "2018-07-01"

ORDERS = [
    # due, completed, cancelled; counts in the period, is late
    pytest.param(FIRST, FIRST, None, True, False, id="due on the first day, done that day"),
    pytest.param(LAST, LAST, None, True, False, id="due on the last day, done that day"),
    pytest.param(AFTER, FIRST, None, False, False, id="due the day after the period counts later, though done in it"),
    pytest.param(AFTER, None, None, False, True, id="due the day after the period, open"),
    pytest.param(LAST, AFTER, None, True, True, id="due on the last day, done the day after: late"),
    pytest.param("2018-05-10", "2018-05-10", None, True, False, id="done on the due date"),
    pytest.param("2018-05-10", "2018-05-11", None, True, True, id="done the day after"),
    pytest.param("2018-05-10", "2018-05-09", None, True, False, id="done the day before"),
    pytest.param("2018-05-10", None, None, True, True, id="never done"),
    pytest.param("2018-05-10", BEFORE, None, True, False, id="due in the period, done before it began: counts"),
    pytest.param(BEFORE, BEFORE, None, False, False, id="due and done before the period"),
    pytest.param(BEFORE, FIRST, None, True, True, id="left over: due before, done on the first day"),
    pytest.param(BEFORE, None, None, True, True, id="left over: due before, never done"),
    pytest.param(
        "2018-03-01", BEFORE, None, False, True, id="due before, done late but the day before the period began"
    ),
    pytest.param("2018-03-01", "2018-09-01", None, True, True, id="left over, done after the period"),
    pytest.param("2018-05-10", None, "2018-05-10", False, False, id="cancelled on the due date: counts nowhere"),
    pytest.param("2018-05-10", None, "2018-05-09", False, False, id="cancelled before the due date"),
    pytest.param("2018-05-10", None, "2018-05-11", True, True, id="cancelled the day after: as completed on that day"),
    pytest.param(BEFORE, None, FIRST, True, True, id="due before, cancelled on the first day: left over"),
    pytest.param("2018-03-01", None, BEFORE, False, True, id="due before, cancelled late before the period began"),
    pytest.param(BEFORE, None, BEFORE, False, False, id="due before, cancelled that day: counts nowhere"),
]


@pytest.mark.parametrize(("due", "completed", "cancelled", "counts", "is_late"), ORDERS)
def test_who_counts_and_who_is_late(due, completed, cancelled, counts, is_late):
    orders = Scene(VILLAGE).order(VILLAGE, "2018-01-02", completed, cancelled).facts().orders
    dues = np.array([due], dtype="datetime64[D]")

    found = counted(orders, dues, np.datetime64(FIRST), np.datetime64(LAST))

    assert found.tolist() == [counts]
    if counts:
        assert late(orders, dues).tolist() == [is_late]


def test_an_order_is_done_when_completed_or_cancelled():
    scene = Scene(VILLAGE).order(VILLAGE, "2018-01-02", "2018-02-01").order(VILLAGE, "2018-01-02", None, "2018-02-02")
    orders = scene.order(VILLAGE, "2018-01-02").facts().orders

    assert done_on(orders).tolist() == [date(2018, 2, 1), date(2018, 2, 2), FOREVER.item()]
    assert withdrawn(orders, np.array(["2018-02-02"] * 3, dtype="datetime64[D]")).tolist() == [False, True, False]


PASSING = [
    # on-time share, orders on time, late; passes
    pytest.param(100, 0, 0, True, id="no counted order: passes (A33)"),
    pytest.param(100, 5, 0, True, id="no late order"),
    pytest.param(100, 99, 1, False, id="one late of a hundred"),
    pytest.param(95, 19, 1, True, id="95% of 20 is 19"),
    pytest.param(95, 18, 2, False, id="18 of 20 is under 95%"),
    pytest.param(95, 18, 1, False, id="18 of 19 is 94.7%"),
    pytest.param(95, 0, 1, False, id="the only order late"),
    pytest.param(95, 0, 0, True, id="no counted order passes any share"),
]


@pytest.mark.parametrize(("share", "on_time", "delayed", "passes"), PASSING)
def test_the_on_time_share(share, on_time, delayed, passes):
    scene = Scene(VILLAGE)
    for _ in range(on_time):
        scene.order(VILLAGE, "2018-04-02", "2018-04-10")
    for _ in range(delayed):
        scene.order(VILLAGE, "2018-04-02", "2018-05-30")
    facts = scene.facts(operators=["telecom"])

    test = _service_test(facts)

    row = facts.areas.code.index(VILLAGE)
    assert (test.counted[row, 0], test.late[row, 0]) == (on_time + delayed, delayed)
    assert bool(test.passes(percent(share))[row, 0]) == passes


def _service_test(facts) -> ServiceTest:
    due = due_dates(facts.orders, the_plan().service, calendar())
    return ServiceTest(facts.orders, due, facts.areas, len(facts.operators), np.datetime64(FIRST), np.datetime64(LAST))


def test_an_order_bears_on_what_lies_at_and_beneath_its_area_for_its_operator_alone():
    scene = Scene(NATURAL, "441802103201002", "441802103202001")
    scene.order(VILLAGE, "2018-04-02").order(NATURAL, "2018-04-02", operator="mobile")
    facts = scene.facts()

    test = _service_test(facts)

    assert facts.operators == ["mobile", "telecom"]
    late_orders = dict(zip(facts.areas.code, test.late.tolist(), strict=True))
    assert late_orders == {
        "441802": [0, 0],
        TOWN: [0, 0],
        VILLAGE: [0, 1],
        NATURAL: [1, 1],
        "441802103201002": [0, 1],
        "441802103202": [0, 0],
        "441802103202001": [0, 0],
    }
    assert test.passes(Fraction(1)).tolist() == [[each[0] == 0, each[1] == 0] for each in late_orders.values()]


EDGES = [
    # accepted, completed; how the site stands in 2018Q2 and in 2018Q3
    pytest.param("2018-06-14", "2018-06-29", "yes", "yes", id="due on the last working day of the quarter, on time"),
    pytest.param("2018-06-14", "2018-07-02", "no", "no", id="due in the quarter, done in the next: late in both"),
    pytest.param("2018-06-15", "2018-07-03", "yes", "no", id="due in the next quarter: late only there"),
    pytest.param("2018-06-14", "2018-06-30", "no", "yes", id="done late within the quarter: the next is clean"),
    pytest.param("2018-06-14", None, "no", "no", id="never done: late from its due date on"),
    pytest.param("2018-03-16", "2018-04-02", "no", "yes", id="due 2018-03-30, done on the second day of the quarter"),
    pytest.param("2018-03-16", "2018-03-31", "yes", "yes", id="due and done before the quarter, though late"),
]


@pytest.mark.parametrize(("accepted", "completed", "in_q2", "in_q3"), EDGES)
def test_a_site_at_the_edges_of_quarters(accepted, completed, in_q2, in_q3):
    judged = Scene(NATURAL).sites_at(NATURAL, capable=1).order(NATURAL, accepted, completed).judged()
    (site,) = judged.evaluation()["sites"]

    for period, expected in (("2018Q2", in_q2), ("2018Q3", in_q3)):
        reason = "" if expected == "yes" else "service_late"
        assert judged.capable(site["site_id"], period) == (expected, reason), period
