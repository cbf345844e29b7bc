"""The terms of checks: bounds, advice before blocking, who sets them, and what a submission keeps of them."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from areas.models import Area
from common.exceptions import Refused, Stale
from common.periods import Quarter
from returns import actions, checks
from returns.checks import Beside, Level, Using
from returns.checks import terms as check_terms
from returns.models import Checking, CheckTerms, Return
from returns.review import decisions
from returns.sheet import sheet_of
from tests.returns.conftest import QUARTER, SAID, TOWN, figures, fill, report, submitted

COUNTY = TOWN[:6]
LESS = (100, 90, 79, 60, 50)


@pytest.fixture
def set_terms(people):
    """The bureau's head sets terms, seeing the latest."""

    def set_(code: str, bound: int, blocks_from: str = "", *, reason: str = "按去年的情况", number=None, by=None):
        latest = check_terms.set_in(COUNTY).get(code)
        seen = number if number is not None else latest.number if latest else 0
        county = Area.objects.get(code=COUNTY)
        return check_terms.set_terms(
            county=county, code=code, bound=bound, blocks_from=blocks_from, reason=reason, number=seen,
            by=by or people.bureau_head,
        )  # fmt: skip

    return set_


@pytest.mark.parametrize(("quarter", "level"), [
    (Quarter(2018, 4), Level.ADVICE), (Quarter(2019, 1), Level.ODDITY), (Quarter(2019, 2), Level.ODDITY),
])  # fmt: skip
def test_check_advises_before_the_quarter_from_which_it_blocks(quarter, level):
    terms = checks.DECLARED | {"fell": checks.Terms(0, "2019Q1")}
    (problem,) = checks.line_problems(figures(*LESS), Beside(figures()), Using(quarter, terms))
    assert (problem.level, problem.is_oddity) == (level, level == Level.ODDITY)
    assert problem.message.endswith("请核对。") is (level == Level.ADVICE)


def test_advice_asks_for_no_sentence(make_return, people, set_terms):
    submitted(make_return(2, QUARTER.plus(-1)), people.clerk)
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk, *LESS)
    assert len(sheet_of(quarterly_return, complete=True).faults) == 2
    set_terms("fell", 0, "2019Q2")
    sheet = sheet_of(quarterly_return, complete=True)
    assert sheet.faults == [] and [each.level for each in sheet.rows[0].problems] == [Level.ADVICE]
    assert report(quarterly_return, people.clerk).state == "submitted"


def test_bound_counts_at_once_and_the_old_stays(make_return, people, set_terms):
    submitted(make_return(2, QUARTER.plus(-1)), people.clerk)
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk, *LESS)
    set_terms("fell", 1)
    assert sheet_of(quarterly_return).odd_rows == []
    set_terms("fell", 0, reason="恢复")
    assert len(sheet_of(quarterly_return).odd_rows) == 2
    assert list(CheckTerms.objects.values_list("number", "bound", "reason")) == [(1, 1, "按去年的情况"), (2, 0, "恢复")]
    detail = json.loads(AuditEntry.objects.filter(action="check.set_terms").latest("sequence").detail)
    assert detail["bound"] == [1, 0] and detail["reason"] == "恢复"


def test_submission_keeps_by_what_it_was_checked(make_return, people, set_terms):
    submitted(make_return(2, QUARTER.plus(-1)), people.clerk)
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk, *LESS, explanation=SAID)
    quarterly_return = report(quarterly_return, people.clerk)
    set_terms("fell", 50, reason="放宽")

    assert len(sheet_of(quarterly_return).odd_rows) == 2, "a submitted return is read by the terms of its submission"
    kept = Checking.objects.get(move__quarterly_return=quarterly_return)
    assert kept.terms["fell"] == {"bound": 0, "blocks_from": "", "level": "oddity"}
    assert [(each["area"], each["figure"], each["level"]) for each in kept.found] == [
        (f"{TOWN}201", "fibre_covered_households", "oddity"), (f"{TOWN}202", "fibre_covered_households", "oddity"),
    ]  # fmt: skip

    decisions.send_back(
        quarterly_return=quarterly_return, version=quarterly_return.version, reason="重填", by=people.reviewer
    )
    assert sheet_of(Return.objects.get(pk=quarterly_return.pk)).odd_rows == [], (
        "with the township again, what holds now counts"
    )


@pytest.mark.parametrize(("code", "bound", "blocks_from", "reason", "says"), [
    ("coverage_moved", 0, "", "因", "1 至 100"),
    ("coverage_moved", 101, "", "因", "1 至 100"),
    ("unchanged", 1, "", "因", "2 至 12"),
    ("fell", 5, "2019年", "因", "不是季度"),
    ("fell", 5, "", "  ", "原因"),
    ("fell", 5, "", "长" * 501, "有 501 字，最多 500 字"),
    ("fell", 0, "", "因", "无变化"),
    ("missing", 1, "", "因", "没有该"),
    ("nothing", 1, "", "因", "没有该"),
])  # fmt: skip
def test_terms_that_cannot_be_are_refused(code, bound, blocks_from, reason, says, set_terms):
    with pytest.raises(Refused, match=says):
        set_terms(code, bound, blocks_from, reason=reason)
    assert not CheckTerms.objects.exists()


@pytest.mark.parametrize("bound", [1, 100])
def test_ends_of_a_bound_are_allowed(bound, set_terms):
    assert set_terms("coverage_moved", bound).bound == bound


def test_second_hand_is_told(set_terms):
    set_terms("fell", 3)
    with pytest.raises(Stale):
        set_terms("fell", 4, number=0)


@pytest.mark.parametrize("who", ["clerk", "head", "reviewer", "leader"])
def test_only_the_head_of_the_bureau_sets(who, set_terms, people):
    with pytest.raises(PermissionDenied):
        set_terms("fell", 3, by=getattr(people, who))


def test_terms_without_a_reason_cannot_be_stored(people):
    with pytest.raises(IntegrityError):
        CheckTerms.objects.create(county=COUNTY, code="fell", number=1, bound=1, by=people.bureau_head)


def test_terms_of_one_county_do_not_bear_on_another(set_terms):
    set_terms("fell", 3)
    assert check_terms.using("441803", QUARTER).terms["fell"].bound == 0


def test_page_sets_and_tells(people, make_area):
    client = Client()
    client.force_login(people.bureau_head)
    address = reverse("returns:check_terms", args=["coverage_moved"])
    given = {"bound": "25", "blocks_from": "2019q2", "reason": "<b>新规则</b>", "number": "0"}
    assert client.get(address).status_code == 200
    assert client.post(address, given).status_code == 302
    page = client.get(reverse("returns:checks")).content.decode()
    assert "变动不多于 25 个百分点" in page and "自2019年第二季度起，此前只提示" in page
    assert "&lt;b&gt;新规则" in page and "此前：变动不多于 20 个百分点" in page
    again = client.post(address, given)
    assert again.status_code == 422 and "他人修改" in again.content.decode()


@pytest.mark.parametrize("given", [
    {"bound": "x"}, {"bound": "9" * 40}, {"bound": "-1"}, {"blocks_from": "2019Q9"},
    {"reason": ""}, {"reason": "\0"}, {"number": "x"}, {"number": "9" * 40}, {"number": ""},
])  # fmt: skip
def test_page_answers_garbage(given, people):
    client = Client()
    client.force_login(people.bureau_head)
    answer = client.post(
        reverse("returns:check_terms", args=["fell"]),
        {"bound": "5", "blocks_from": "", "reason": "因", "number": "0"} | given,
    )
    assert answer.status_code == 422 and not CheckTerms.objects.exists()
    assert client.get("/returns/checks/%00/").status_code == 404
    assert client.get("/returns/checks/missing/").status_code == 404


def test_what_the_browser_is_told_is_json(make_return, set_terms):
    set_terms("fell", 3, "2019Q2")
    told = {each["code"]: each for each in checks.for_browser(sheet_of(make_return()).using)}
    assert json.loads(json.dumps(told)) == told
    assert (told["fell"]["bound"], told["fell"]["level"]) == (3, "advice")
    assert told["fibre_users_above_broadband_users"]["rule"] == {
        "figure": "fibre_users", "limit": "broadband_users", "kind": "above",
    }  # fmt: skip
    assert "off_registry" not in told


def test_late_oddity_does_not_hold_up_the_signature(make_return, people, set_terms):
    submitted(make_return(2, QUARTER.plus(-1)), people.clerk)
    quarterly_return = make_return()
    set_terms("fell", 5)
    fill(quarterly_return, people.clerk, *LESS)
    actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    set_terms("fell", 0, reason="收紧")
    actions.submit(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.head)
    assert len(sheet_of(Return.objects.get(pk=quarterly_return.pk)).odd_rows) == 2
