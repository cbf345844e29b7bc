"""What a reviewer has before her: the figures beside others, what is odd, what changed, and who has opened it."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area, Operator
from common.exceptions import Refused
from common.periods import Quarter
from returns import actions, surveying
from returns.counts import counts
from returns.counts.counts import CountInput
from returns.entry.saving import save_lines
from returns.models import LineStatus, Return, ReturnLine, ReturnState
from returns.review import decisions
from returns.review.decisions import Doubt
from returns.review.history import ReturnHistory, events
from returns.review.objections import compare
from returns.review.reviewing import review_of
from returns.sheet import sheet_of
from tests.returns.conftest import GOOD, ON, QUARTER, SAID, TOWN, approved, fill, report, submitted, typed

CODE, SECOND = f"{TOWN}201", f"{TOWN}202"
LESS = (100, 90, 79, 60, 50)


def review(quarterly_return: Return):
    sheet = sheet_of(quarterly_return)
    survey = surveying.lay(sheet)
    compare(sheet)
    return review_of(sheet, survey)


def reading(quarterly_return: Return, figure: str, code: str = CODE):
    row = next(each for each in review(quarterly_return).rows if each.area.code == code)
    return next(each for each in row.readings if each.cell.figure.name == figure)


@pytest.fixture
def client_of():
    def log_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def count(make_user):
    def save(operator: str, area: str, broadband: int, fibre: int):
        by = make_user(Post.OPERATOR, operator=operator)
        row = CountInput({"broadband_users": broadband, "fibre_users": fibre})
        return counts.save(operator=Operator.objects.get(pk=operator), quarter=QUARTER, rows={area: row}, on=ON, by=by)

    return save


def test_clean_rows_are_folded_and_odd_ones_open(make_return, people):
    submitted(make_return(2, QUARTER.plus(-1)), people.clerk)
    quarterly_return = make_return()
    seen = {code: typed(*(LESS if code == CODE else GOOD), explanation=SAID) for code in (CODE, SECOND)}
    save_lines(quarterly_return=quarterly_return, rows=seen, by=people.clerk)
    found = review(report(quarterly_return, people.clerk))
    assert [each.is_open for each in found.rows] == [True, False] and len(found.closed) == 1


def test_year_ago_registry_and_operators_stand_beside(make_return, make_area, people, count):
    past = submitted(make_return(2, Quarter(2018, 1)), people.clerk)
    make_area(f"{CODE}201", permanent_households=70)
    make_area(f"{CODE}202", permanent_households=25)
    for operator in ("telecom", "mobile"):
        count(operator, CODE, 30, 25)
    count("telecom", SECOND, 30, 25)
    quarterly_return = submitted(make_return(), people.clerk)

    assert past.period == "2018Q1" and reading(quarterly_return, "households").year_ago == 100
    assert reading(quarterly_return, "households").registered == 95
    assert (reading(quarterly_return, "broadband_users").counted, reading(quarterly_return, "fibre_users").counted) == (
        60,
        50,
    )
    lacking = reading(quarterly_return, "broadband_users", SECOND)
    assert (lacking.counted, lacking.uncounted) == (None, "mobile")
    assert not reading(quarterly_return, "households").has_counts


def test_what_became_odd_after_submission_is_said_to_be_late(make_return, people, count, client_of):
    quarterly_return = submitted(make_return(), people.clerk)
    for operator in ("telecom", "mobile"):
        count(operator, CODE, 10, 5)
    (first, _) = review(quarterly_return).rows
    assert {each.code for each in first.late} == {"oddities", "operators"}
    page = client_of(people.reviewer).get(reverse("returns:review", args=[quarterly_return.pk])).content.decode()
    assert "报送之后出现" in page


def test_every_figure_tells_who_typed_it(make_return, people, client_of):
    quarterly_return = submitted(make_return(), people.clerk)
    told = reading(quarterly_return, "fibre_users").events
    assert (told[0].by, told[0].what, told[0].before, told[0].after) == ("陈经办", "填写", None, 50)
    page = client_of(people.reviewer).get(reverse("returns:review", args=[quarterly_return.pk])).content.decode()
    assert "<summary>陈经办 填写</summary>" in page and f"/villages/{CODE}/?figure=fibre_users" in page


def test_history_of_all_is_the_history_of_each(make_return, people):
    quarterly_return = submitted(make_return(), people.clerk)
    decisions.send_back(
        quarterly_return=quarterly_return,
        version=quarterly_return.version,
        doubts=[Doubt(CODE, "fibre_users", "jump")],
        by=people.reviewer,
    )
    every = ReturnHistory(quarterly_return)
    for code in (CODE, SECOND):
        assert every.of(code) == events(quarterly_return, code)
        assert every.of(code, "fibre_users") == events(quarterly_return, code, "fibre_users")
    assert any(each.what == "退回" for each in every.of(CODE, "fibre_users"))
    assert not any(each.what == "退回" for each in every.of(SECOND, "fibre_users"))


def test_second_reading_shows_what_changed(make_return, people, client_of):
    quarterly_return = submitted(make_return(), people.clerk)
    doubts = [Doubt(CODE, "fibre_users", "jump")]
    decisions.send_back(
        quarterly_return=quarterly_return, version=quarterly_return.version, doubts=doubts, by=people.reviewer
    )
    quarterly_return.refresh_from_db()
    save_lines(quarterly_return=quarterly_return, rows={CODE: typed(100, 90, 80, 60, 49, seen=GOOD)}, by=people.clerk)
    quarterly_return = report(quarterly_return, people.clerk)
    address = reverse("returns:review", args=[quarterly_return.pk])
    page = client_of(people.reviewer).get(address).content.decode()
    assert f'id="v-{CODE}"' in page and f'id="v-{SECOND}"' not in page
    assert f'id="f-{CODE}-fibre_users"' in page and f'id="f-{CODE}-households"' not in page
    assert f'id="v-{SECOND}"' in client_of(people.reviewer).get(address + "?all=1").content.decode()


@pytest.mark.parametrize("villages", [2, 100])
def test_review_costs_the_same_however_many_villages(
    villages, make_return, people, client_of, django_assert_num_queries
):
    quarterly_return, client = submitted(make_return(villages), people.clerk), client_of(people.reviewer)
    address = reverse("returns:review", args=[quarterly_return.pk])
    client.get(address)
    with django_assert_num_queries(32):
        assert client.get(address).status_code == 200


# Recall until the reviewer opens it


def test_submitted_return_is_recalled_until_a_reviewer_opens_it(make_return, people, client_of):
    quarterly_return = submitted(make_return(), people.clerk)
    client_of(people.leader).get(reverse("returns:return", args=[quarterly_return.pk]))
    actions.withdraw(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    quarterly_return = report(Return.objects.get(pk=quarterly_return.pk), people.clerk)

    client_of(people.reviewer).get(reverse("returns:review", args=[quarterly_return.pk]))
    quarterly_return.refresh_from_db()
    with pytest.raises(Refused, match="王审核已打开"):
        actions.withdraw(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    quarterly_return.refresh_from_db()
    assert quarterly_return.state == ReturnState.SUBMITTED
    assert set(quarterly_return.lines.values_list("status", flat=True)) == {LineStatus.SUBMITTED}


def test_township_is_told_that_it_was_opened(make_return, people, client_of):
    quarterly_return = submitted(make_return(), people.clerk)
    clerk, address = client_of(people.clerk), reverse("returns:return", args=[quarterly_return.pk])
    assert "撤回</button>" in clerk.get(address).content.decode()
    client_of(people.reviewer).get(reverse("returns:review", args=[quarterly_return.pk]))
    page = clerk.get(address).content.decode()
    assert "撤回</button>" not in page and "已打开，不能撤回" in page
    answer = clerk.post(reverse("returns:withdraw", args=[quarterly_return.pk]), {"version": quarterly_return.version})
    assert answer.status_code == 409 and "联系审核员退回" in answer.content.decode()


def test_opening_is_noted_once_and_binds_nobody(make_return, make_user, people, client_of):
    quarterly_return = submitted(make_return(), people.clerk)
    other = make_user(Post.REVIEWER)
    for user in (people.reviewer, people.reviewer, other):
        client_of(user).get(reverse("returns:review", args=[quarterly_return.pk]))
    assert (
        quarterly_return.moves.filter(action="look").count()
        == AuditEntry.objects.filter(action="return.look").count()
        == 1
    )
    quarterly_return.refresh_from_db()
    decisions.approve(quarterly_return=quarterly_return, version=quarterly_return.version, by=other)


def test_opening_before_a_recall_does_not_count_after_it(make_return, people):
    quarterly_return = submitted(make_return(), people.clerk)
    decisions.look(quarterly_return=quarterly_return, by=people.reviewer)
    decisions.send_back(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="核对", by=people.reviewer
    )
    quarterly_return = report(Return.objects.get(pk=quarterly_return.pk), people.clerk)
    actions.withdraw(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    assert Return.objects.get(pk=quarterly_return.pk).state == ReturnState.DRAFT


def test_what_is_said_of_many_figures_may_be_longer_than_a_reason(make_return, people):
    quarterly_return = submitted(make_return(), people.clerk)
    doubts = [Doubt(CODE, name, "other", "长" * 300) for name in ("households", "fibre_users")]
    asked = {"quarterly_return": quarterly_return, "version": quarterly_return.version, "by": people.reviewer}
    with pytest.raises(Refused, match="原因有 501 字"):
        decisions.send_back(**asked, doubts=doubts, reason="短" * 501)
    step = decisions.send_back(**asked, doubts=doubts, reason="短" * 500)
    assert len(step.reason) > 1_100 and step.reason.startswith("短" * 500)


@pytest.mark.parametrize("who", ["clerk", "head", "leader", "neighbour"])
def test_only_a_reviewer_opens(who, make_return, people):
    assert decisions.look(quarterly_return=submitted(make_return(), people.clerk), by=getattr(people, who)) is False


def test_a_figure_that_is_no_longer_there_is_told(make_return, people):
    """A village that a package removed from a return keeps the page whole."""
    quarterly_return = submitted(make_return(), people.clerk)
    ReturnLine.objects.filter(quarterly_return=quarterly_return, area_id=SECOND).delete()
    Area.objects.filter(pk=SECOND).update(valid_to=ON)
    assert len(review(quarterly_return).rows) == 2


def test_sums_of_other_villages_are_not_compared(make_return, people):
    approved(make_return(1, QUARTER.plus(-1)), people.clerk, people.reviewer)
    quarterly_return = make_return(2)
    fill(quarterly_return, people.clerk, 120, 90, 80, 60, 50)
    assert {cell.change for cell in sheet_of(quarterly_return).total.cells} == {None}, "one village is new"
    ReturnLine.objects.filter(quarterly_return=quarterly_return).exclude(area_id=f"{TOWN}201").delete()
    Area.objects.filter(code=f"{TOWN}202").update(valid_to=QUARTER.first_day)
    assert [cell.change for cell in sheet_of(quarterly_return).total.cells] == [20, 0, 0, 0, 0]
