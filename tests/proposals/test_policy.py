"""Who accepts what: the declared table with its boundaries, and what the bureau sets."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from areas.models import Area
from common.exceptions import Refused, Stale
from proposals import policy
from proposals.drafts import ItemDraft
from proposals.policy import Policy
from proposals.vocabulary import Act, ApprovalLevel
from tests import scenes

TODAY = date(2018, 8, 15)
POINT = {"opened_on": date(2017, 1, 1), "closed_on": None, "downstream_mbps": 100.0}
ORDER = {"accepted_on": date(2018, 7, 9), "completed_on": None, "cancelled_on": None, "needs_expansion": False}
"""Due on 23 July 2018, after ten working days."""

pytestmark = pytest.mark.django_db


def level(table: str, act: Act, texts: dict, before=None, on=None, values=None) -> ApprovalLevel:
    draft = ItemDraft(table, "x", act, values or {name: new for name, (_, new) in texts.items()}, on)
    [found] = set(Policy("441802", TODAY).levels(draft, before, texts).values())
    return found


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        ("areas", "name", ApprovalLevel.AT_ONCE),
        ("areas", "permanent_households", ApprovalLevel.BUREAU),
        ("areas", "kind", ApprovalLevel.BUREAU),
        ("areas", "setting", ApprovalLevel.BUREAU),
        ("areas", "demonstration", ApprovalLevel.BUREAU),
        ("areas", "valid_to", ApprovalLevel.BUREAU),
        ("sites", "name", ApprovalLevel.AT_ONCE),
        ("sites", "lon", ApprovalLevel.BUREAU),
        ("sites", "area_code", ApprovalLevel.BUREAU),
        ("sites", "valid_from", ApprovalLevel.BUREAU),
        ("access_points", "name", ApprovalLevel.AT_ONCE),
        ("access_points", "ports_used", ApprovalLevel.AT_ONCE),
        ("access_points", "lon", ApprovalLevel.BUREAU),
        ("access_points", "operator", ApprovalLevel.BUREAU),
        ("successions", "kind", ApprovalLevel.TWO),
    ],
)
def test_declared(table, column, expected):
    assert level(table, Act.CORRECT, {column: ["1", "2"]}, before=POINT) == expected


@pytest.mark.parametrize(
    ("act", "day", "expected"),
    [
        (Act.ADD, "2018-08-15", ApprovalLevel.AT_ONCE),
        (Act.ADD, "2018-07-16", ApprovalLevel.AT_ONCE),
        (Act.ADD, "2018-07-15", ApprovalLevel.BUREAU),
        (Act.ADD, "nonsense", ApprovalLevel.BUREAU),
        (Act.CHANGE, "2018-07-16", ApprovalLevel.AT_ONCE),
        (Act.CHANGE, "2018-07-15", ApprovalLevel.BUREAU),
        (Act.END, "2018-07-16", ApprovalLevel.AT_ONCE),
        (Act.END, "2018-07-15", ApprovalLevel.BUREAU),
        (Act.VOID, "2018-08-15", ApprovalLevel.BUREAU),
    ],
)
def test_access_point_is_news_for_thirty_days(act, day, expected):
    """The 30th day back counts, the 31st does not."""
    column = {Act.ADD: "opened_on", Act.END: "closed_on", Act.VOID: "closed_on"}.get(act, "downstream_mbps")
    on = None if act == Act.ADD else date.fromisoformat(day)
    new = day if column.endswith("_on") else "50"
    assert level("access_points", act, {column: [None, new]}, before=POINT, on=on) == expected


def test_day_of_a_quarter_that_has_ended_is_no_news():
    found = Policy("441802", date(2018, 7, 2))
    draft = ItemDraft("access_points", "x", Act.ADD, {"opened_on": "2018-06-30"})
    assert found.levels(draft, None, {"opened_on": [None, "2018-06-30"]}) == {"opened_on": ApprovalLevel.BUREAU}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("2017-01-01", "2018-08-01", ApprovalLevel.BUREAU), ("2018-08-01", "2017-01-01", ApprovalLevel.BUREAU), ("2018-08-01", "2018-08-10", ApprovalLevel.AT_ONCE)],
)  # fmt: skip
def test_corrected_opening_is_news_only_where_both_days_are(old, new, expected):
    before = POINT | {"opened_on": date.fromisoformat(old)}
    assert level("access_points", Act.CORRECT, {"opened_on": [old, new]}, before=before) == expected


@pytest.mark.parametrize(
    ("column", "new", "today", "expected"),
    [
        ("completed_on", "2018-07-23", date(2018, 7, 23), ApprovalLevel.AT_ONCE),
        ("completed_on", "2018-07-23", date(2018, 7, 24), ApprovalLevel.BUREAU),
        ("completed_on", "2018-07-24", date(2018, 7, 24), ApprovalLevel.AT_ONCE),
        ("cancelled_on", "2018-07-20", date(2018, 7, 24), ApprovalLevel.BUREAU),
        ("accepted_on", "2018-07-08", date(2018, 7, 23), ApprovalLevel.AT_ONCE),
        ("accepted_on", "2018-07-20", date(2018, 7, 23), ApprovalLevel.BUREAU),
        ("accepted_on", "2018-07-20", date(2018, 7, 24), ApprovalLevel.BUREAU),
        ("needs_expansion", "1", date(2018, 7, 24), ApprovalLevel.BUREAU),
        ("area_code", "441802103201", date(2018, 7, 24), ApprovalLevel.BUREAU),
    ],
)
def test_order_that_was_due_already(column, new, today, expected):
    """Due on 23 July: that day it is not late yet."""
    draft = ItemDraft("service_orders", "x", Act.CORRECT, {column: new})
    assert Policy("441802", today).levels(draft, ORDER, {column: ["", new]}) == {column: expected}


@pytest.mark.parametrize(
    ("today", "expected"), [(date(2018, 7, 23), ApprovalLevel.AT_ONCE), (date(2018, 7, 24), ApprovalLevel.BUREAU)]
)
def test_order_is_voided_by_the_bureau_once_it_was_due(today, expected):
    draft = ItemDraft("service_orders", "x", Act.VOID)
    assert Policy("441802", today).levels(draft, ORDER, {"cancelled_on": ["", "2018-07-02"]}) == {
        "cancelled_on": expected
    }


def test_completion_that_was_in_time_is_not_quietly_taken_back():
    before = ORDER | {"completed_on": date(2018, 7, 20)}
    assert (
        level("service_orders", Act.CORRECT, {"completed_on": ["2018-07-20", ""]}, before=before)
        == ApprovalLevel.BUREAU
    )


def test_bureau_sets_another_level(people):
    county = Area.objects.get(pk="441802")
    given = {"county": county, "table": "areas", "column": "name", "level": 1, "reason": "地名须核", "number": 0}
    with pytest.raises(PermissionDenied):
        policy.set_level(**given, by=people.clerk)
    policy.set_level(**given, by=people.head)

    assert level("areas", Act.CORRECT, {"name": ["黄岗", "黄冈"]}) == ApprovalLevel.BUREAU
    with pytest.raises(Stale):
        policy.set_level(**given | {"level": 2}, by=people.head)
    with pytest.raises(Refused, match="没有变化"):
        policy.set_level(**given | {"number": 1}, by=people.head)
    with pytest.raises(Refused, match="写明原因"):
        policy.set_level(**given | {"number": 1, "level": 2, "reason": " "}, by=people.head)
    with pytest.raises(Refused, match="没有该项目"):
        policy.set_level(**given | {"column": "code"}, by=people.head)


def test_page_says_that_orders_that_were_due_are_voided_by_the_bureau():
    [row] = [row for row in Policy("441802", TODAY).shown() if (row.table, row.column) == ("service_orders", "")]
    assert row.condition == "作废已到期的工单，新增到期已过 30 天或在往季到期、按期完成或撤单的，须区经信局审定"


def test_every_row_of_the_table_is_shown():
    rows = Policy("441802", TODAY).shown()
    assert len(rows) > 30 and len({(row.table, row.column) for row in rows}) == len(rows)


def test_nobody_profits_from_what_he_lowered_himself(people, propose):
    """The head lets households be set at once: her own still wait, a clerk's do not."""
    county = Area.objects.get(pk="441802")
    policy.set_level(
        county=county,
        table="areas",
        column="permanent_households",
        level=0,
        reason="清点期间",
        number=0,
        by=people.head,
    )
    own, _ = propose(ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": "19"}), by=people.head)
    other, _ = propose(ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": "31"}))

    assert own.items.get().level == ApprovalLevel.BUREAU
    assert other.items.get().level == ApprovalLevel.AT_ONCE
