"""The operators' counts: whose they are, what can be given, how they add up, and what they are set beside."""

import json
from datetime import date
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.posts import Post
from areas.models import Area, Operator
from common import clock
from common.exceptions import Refused
from returns import actions
from returns.checks import percent
from returns.counts import comparison, counts, tasks
from returns.counts.comparison import Agreement
from returns.counts.counts import CountInput
from returns.models import CountDraft, OperatorCount, Round
from returns.rounds import rounds
from returns.sheet import sheet_of
from tests.returns.conftest import ON, QUARTER, TOWN, fill, report, submitted

OTHER = "441802105"
VILLAGE, SECOND = f"{TOWN}201", f"{TOWN}202"
BLANK = {"broadband_users": None, "fibre_users": None}


def given(broadband, fibre, seen=None) -> CountInput:
    shown = None if seen is None else dict(zip(BLANK, seen, strict=True))
    return CountInput({"broadband_users": broadband, "fibre_users": fibre}, shown)


def stored(operator: str = "telecom") -> dict[str, tuple]:
    return {
        each.area_id: (each.broadband_users, each.fibre_users)
        for each in OperatorCount.objects.filter(operator=operator)
    }


@pytest.fixture
def operators(make_user, make_area):
    """Two operators, each with somebody who counts, and two towns with villages."""
    for code in (VILLAGE, SECOND, f"{OTHER}201"):
        make_area(code)
    return {code: make_user(Post.OPERATOR, operator=code) for code in ("telecom", "mobile")}


@pytest.fixture
def count(operators):
    def save(operator="telecom", quarter=QUARTER, on=ON, by=None, **rows):
        by = by or operators[operator]
        wanted = {
            code.removeprefix("a"): each if isinstance(each, CountInput) else given(*each)
            for code, each in rows.items()
        }
        return counts.save(operator=Operator.objects.get(pk=operator), quarter=quarter, rows=wanted, on=on, by=by)

    return save


def test_counts_are_kept_and_the_trail_says_so(count):
    saved = count(**{TOWN: (100, 80), VILLAGE: (60, 50)})
    assert (saved.created, stored()) == (2, {TOWN: (100, 80), VILLAGE: (60, 50)})
    detail = json.loads(AuditEntry.objects.get(action="count.save").detail)
    assert detail[TOWN] == {"broadband_users": [None, 100], "fibre_users": [None, 80]}


def test_count_is_of_the_moment_in_which_it_was_last_changed(count):
    with clock.standing_on(date(2019, 4, 2)):
        count(a441802103=(300, 200))
    with clock.standing_on(date(2019, 4, 3)):
        count(a441802103=(310, 200))
    assert timezone.localdate(OperatorCount.objects.get().at) == date(2019, 4, 3)


def test_same_counts_twice_have_one_effect(count):
    count(**{TOWN: (100, 80)})
    again = count(**{TOWN: (100, 80)})
    assert (again.created, again.changed, again.unchanged) == (0, 0, 1)
    assert AuditEntry.objects.filter(action="count.save").count() == 1


def test_count_can_be_taken_back(count):
    count(**{TOWN: (100, 80)})
    assert count(**{TOWN: (None, None)}).removed == 1
    assert stored() == {}


def test_blank_is_not_zero(count):
    assert count(**{TOWN: (None, None)}).unchanged == 1
    count(**{TOWN: (0, 0)})
    assert stored() == {TOWN: (0, 0)}


@pytest.mark.parametrize(("figures", "where"), [
    ((100, 101), "fibre_users"), ((100, None), "fibre_users"), ((None, 5), "broadband_users"),
    ((-1, -1), "broadband_users"), ((2_147_483_648, 1), "broadband_users"),
])  # fmt: skip
def test_counts_that_cannot_be_are_refused(figures, where, count):
    with pytest.raises(counts.Unsound) as refused:
        count(**{TOWN: figures, VILLAGE: (1, 1)})
    assert refused.value.faults[0].figure == where and not stored()


@pytest.mark.parametrize(("fibre", "is_sound"), [(99, True), (100, True), (101, False)])
def test_fibre_users_are_at_most_broadband_users(fibre, is_sound, count):
    if is_sound:
        assert count(**{TOWN: (100, fibre)}).created == 1
    else:
        with pytest.raises(counts.Unsound):
            count(**{TOWN: (100, fibre)})


@pytest.mark.parametrize(("own", "is_sound"), [(99, False), (100, True), (101, True)])
def test_township_has_at_least_the_users_of_its_villages(own, is_sound, count):
    count(**{VILLAGE: (60, 0), SECOND: (40, 0)})
    if is_sound:
        assert count(**{TOWN: (own, 0)}).created == 1
    else:
        with pytest.raises(counts.Unsound, match="1 处"):
            count(**{TOWN: (own, 0)})


@pytest.mark.parametrize("code", ["441802", "441802999", f"{TOWN}201201", f"{TOWN}299", "x", "9" * 300])
def test_area_for_which_nobody_counts_is_refused(code, count, make_area):
    make_area(f"{VILLAGE}201")
    with pytest.raises(counts.Unsound):
        count(**{code: (1, 1)})


def test_quarter_that_has_not_begun_is_refused(count):
    with pytest.raises(Refused, match="尚未开始"):
        count(quarter=QUARTER.plus(2), **{TOWN: (1, 1)})
    with pytest.raises(Refused):
        count(quarter=QUARTER.plus(-9), **{TOWN: (1, 1)})


def test_nobody_counts_for_another(count, operators, people):
    for by in (operators["mobile"], people.clerk, people.bureau_head):
        with pytest.raises(PermissionDenied):
            count(by=by, **{TOWN: (1, 1)})


@pytest.mark.parametrize(("seen", "mine", "result"), [
    ((None, None), (7, 7), None), ((10, 8), (7, 7), (7, 7)), ((None, None), (10, 8), (10, 8)),
])  # fmt: skip
def test_colleagues_figure_is_not_overwritten_unseen(seen, mine, result, count):
    count(**{TOWN: (10, 8)})
    if result is None:
        with pytest.raises(counts.CountsOvertaken) as stale:
            count(**{TOWN: given(*mine, seen)})
        assert stale.value.theirs == {TOWN: {"broadband_users": 10, "fibre_users": 8}}
    else:
        count(**{TOWN: given(*mine, seen)})
    assert stored()[TOWN] == (result or (10, 8))


def test_the_database_holds_each_count_once(count, operators):
    count(**{TOWN: (10, 8)})
    with pytest.raises(IntegrityError):
        row = OperatorCount.objects.get()
        row.pk = None
        row.save(force_insert=True)


def test_sums_leave_out_what_an_operator_has_not_counted(count):
    count(**{TOWN: (100, 80), VILLAGE: (60, 50)})
    assert OperatorCount.objects.all().sums() == {}
    count("mobile", **{TOWN: (10, 5)})
    assert OperatorCount.objects.all().sums() == {TOWN: {"broadband_users": 110, "fibre_users": 85}}


# The comparison


@pytest.fixture
def compared(people, operators):
    def rows(bound=10):
        return {area.code: area for area in comparison.townships(people.reviewer, "441802", QUARTER, 2, bound)}

    return rows


@pytest.mark.parametrize(("users", "agreement"), [
    (132, Agreement.AGREES), (134, Agreement.OFF), (110, Agreement.AGREES), (109, Agreement.OFF), (108, Agreement.OFF),
])  # fmt: skip
def test_tolerance_is_a_share_of_the_operators_sum(users, agreement, make_return, people, count, compared):
    """120 reported; 10 percent of 132 is 13.2, of 134 13.4, of 110 11, of 109 10.9."""
    submitted(make_return(), people.clerk)
    count(**{TOWN: (users, 100)})
    count("mobile", **{TOWN: (0, 0)})
    assert compared()[TOWN].agreement == agreement


def test_missing_operator_is_missing_and_never_zero(make_return, people, count, compared):
    submitted(make_return(), people.clerk)
    count(**{TOWN: (100, 80)})
    area = compared()[TOWN]
    listed = comparison.listing(list(Operator.objects.all()), QUARTER, "比对", is_drilled=False)
    told = {column.key: column.of(area) for column in listed.columns}
    assert area.agreement == Agreement.LACKING
    assert (told["theirs_broadband_users"], told["difference_broadband_users"]) == (None, None)
    assert (told["missing"], told["telecom_broadband_users"], told["mobile_broadband_users"]) == ("mobile", 100, None)


def test_unreported_township_is_compared_with_nothing(make_return, people, count, compared):
    fill(make_return(), people.clerk)
    for operator in ("telecom", "mobile"):
        count(operator, **{TOWN: (50, 40)})
    area = compared()[TOWN]
    assert (area.agreement, area.difference_broadband_users) == (Agreement.UNREPORTED, None)


def test_comparison_page_of_townships_and_villages(make_return, people, count, django_assert_num_queries):
    submitted(make_return(), people.clerk)
    for operator in ("telecom", "mobile"):
        count(operator, **{TOWN: (60, 50), VILLAGE: (50, 30)})
    client = Client()
    client.force_login(people.reviewer)
    address = reverse("returns:comparison", args=[QUARTER])
    client.get(address)
    with django_assert_num_queries(8):
        page = client.get(address).content.decode()
    assert "相符" in page and "有企业未报" in page and "2019年第一季度用户数比对" in page
    villages = client.get(reverse("returns:comparison_villages", args=[QUARTER, TOWN])).content.decode()
    assert "超出允差" in villages and "有企业未报" in villages
    export = client.get(address + "?export=csv")
    assert "宽带：企业合计" in b"".join(export.streaming_content).decode()
    assert client.get(address + "?agreement=%00&sort=share_fibre_users").status_code == 200


def test_township_sees_its_own_row_only(make_return, people, count):
    client = Client()
    client.force_login(people.clerk)
    make_return()
    page = client.get(reverse("returns:comparison", args=[QUARTER])).content.decode()
    assert f"区域{TOWN}" in page and f"区域{OTHER}" not in page


@pytest.mark.parametrize(("value", "text"), [
    (Fraction(-1, 8), "-12.5%"), (Fraction(1, 3), "33.3%"), (Fraction(-1, 3000), "0.0%"), (Fraction(0), "0.0%"),
])  # fmt: skip
def test_percent_is_cut_towards_zero(value, text):
    assert percent(value) == text


# The check against the operators


def test_village_that_contradicts_the_operators_is_odd(make_return, people, count):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    for operator, users in (("telecom", 40), ("mobile", 14)):
        count(operator, **{VILLAGE: (users, users // 2)})
    first, second = sheet_of(quarterly_return).rows
    assert [(each.code, each.figure) for each in first.problems] == [
        ("operators", "broadband_users"), ("operators", "fibre_users"),
    ]  # fmt: skip
    assert "60）与运营企业合计（54）相差 +6（11.1%），超过 10%" in first.problems[0].message
    assert second.problems == []


def test_township_sum_is_compared_where_a_village_is_not_counted(make_return, people, count):
    """120 and 100 reported over two villages."""
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    for operator in ("telecom", "mobile"):
        count(operator, **{TOWN: (80, 50)})
    sheet = sheet_of(quarterly_return, complete=True)
    assert sheet.faults == [] and [each.figure for each in sheet.total_problems] == ["broadband_users"]
    with pytest.raises(actions.ReturnNotReady) as refused:
        actions.hand_up(quarterly_return=quarterly_return, version=quarterly_return.version, by=people.clerk)
    assert [fault.href for fault in refused.value.faults] == ["#explanation"]

    quarterly_return.refresh_from_db()
    actions.hand_up(
        quarterly_return=quarterly_return,
        version=quarterly_return.version,
        by=people.clerk,
        explanation="含企业专线 <b>",
    )
    quarterly_return.refresh_from_db()
    assert quarterly_return.explanation == "含企业专线 <b>"


def test_clerk_says_why_on_the_page_of_answers(make_return, people, count):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    for operator in ("telecom", "mobile"):
        count(operator, **{TOWN: (80, 50)})
    client = Client()
    client.force_login(people.clerk)
    address = reverse("returns:check", args=[quarterly_return.pk])
    assert "合计与运营企业数据不符" in client.get(address).content.decode()
    version = {"version": quarterly_return.version}
    for said in ("", "长" * 501, "情况属实，已核实"):
        answer = client.post(address, version | {"explanation": said})
        assert answer.status_code == 422 and "explanation_error" in answer.content.decode()
    assert client.post(address, version | {"explanation": "含企业专线四十条"}).status_code == 302


def test_villages_counted_by_all_are_compared_alone(make_return, people, count):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    for operator in ("telecom", "mobile"):
        count(operator, **{TOWN: (80, 50), VILLAGE: (30, 25), SECOND: (30, 25)})
    assert sheet_of(quarterly_return).total_problems == [] and sheet_of(quarterly_return).odd_rows == []


# What an operator owes


def test_operator_owes_the_rounds_it_has_not_counted(count, operators, people):
    rounds.open_round(county="441802", quarter=QUARTER, due=ON, note="", on=ON, by=people.reviewer)
    (task,) = tasks.owed_by(operators["telecom"], ON)
    assert (task.due, task.state, task.words) == (ON, "未填报", "今天截止。")
    count(**{TOWN: (10, 5)})
    assert tasks.owed_by(operators["telecom"], ON)[0].state == "已填 1 / 2 个街镇"
    count(**{OTHER: (10, 5)})
    assert tasks.owed_by(operators["telecom"], ON) == []
    assert len(tasks.owed_by(operators["mobile"], ON)) == 1
    assert tasks.owed_by(people.clerk, ON) == []


@pytest.fixture
def form(operators, people):
    """The page of a round, as the operator's clerk sees it."""
    Round.objects.create(county="441802", period=str(QUARTER), due=ON)
    client = Client()
    client.force_login(operators["telecom"])
    return client, reverse("returns:counts", args=["441802", QUARTER])


def cells(code: str, broadband: str, fibre: str, was: str = "[null,null]") -> dict[str, str]:
    return {f"f-{code}-broadband_users": broadband, f"f-{code}-fibre_users": fibre, f"was-{code}": was}


def test_form_takes_what_is_typed(form):
    client, address = form
    assert client.post(address, cells(TOWN, "1,200", "１０００") | cells(VILLAGE, "", "")).status_code == 302
    assert stored() == {TOWN: (1200, 1000)}
    page = client.get(address).content.decode()
    assert 'value="1200"' in page and 'value="[1200,1000]"' in page and "已计入" in page


@pytest.mark.parametrize(("typed", "says"), [(("1e5", "3"), "科学计数法"), (("-3", "1"), "负数")])
def test_unreadable_figure_keeps_no_other_from_being_saved(typed, says, form):
    client, address = form
    answer = client.post(address, cells(TOWN, *typed) | cells(OTHER, "77", "66"))
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page and f'value="{typed[0]}"' in page
    assert stored() == {OTHER: (77, 66)}
    assert CountDraft.objects.get().figures == {"broadband_users": None, "fibre_users": int(typed[1])}


@pytest.mark.parametrize(("typed", "says"), [(("10", "11"), "不应超过"), (("10", ""), "未填")])
def test_figures_that_contradict_are_kept_and_do_not_count(typed, says, form):
    client, address = form
    assert client.post(address, cells(TOWN, *typed)).status_code == 302
    page = client.get(address).content.decode()
    assert says in page and "未计入" in page and 'value="10"' in page and not stored()


def test_form_shows_a_colleagues_figure_beside_ones_own(form, count, make_user):
    client, address = form
    count(by=make_user(Post.OPERATOR, operator="telecom", name="钱同事"), **{TOWN: (10, 8)})
    answer = client.post(address, cells(TOWN, "7", "7"))
    assert answer.status_code == 409 and "钱同事已填" in answer.content.decode().replace("\n", "").replace(" ", "")
    assert client.post(address, cells(TOWN, "7", "7", "[10,8]")).status_code == 302
    assert stored() == {TOWN: (7, 7)}


@pytest.mark.parametrize("was", ["\0", "x", "1", "[1,2,3]", "9" * 50, "[[],{}]", "[" * 9999, '["²","³"]'])
def test_form_answers_garbage(was, form):
    client, address = form
    assert client.post(address, cells(TOWN, "7\0", "7", was)).status_code < 500


def test_field_of_an_area_that_is_none_is_refused_in_words(form):
    client, address = form
    answer = client.post(address, cells("441802999", "7", "7"))
    assert answer.status_code == 409 and "441802999 不是" in answer.content.decode()


def test_form_and_index_cost_a_fixed_number_of_queries(form, make_area, django_assert_num_queries):
    client, address = form
    for number in range(210, 260):
        make_area(f"{TOWN}{number}")
    for page, queries in ((address, 10), (reverse("returns:counts_index"), 5)):
        client.get(page)
        with django_assert_num_queries(queries):
            assert client.get(page).status_code == 200


def test_round_that_is_not_there_is_not_found(form):
    client, _ = form
    for county, quarter in (("441802", "2018Q1"), ("441803", "2019Q1"), ("x", "2019Q1")):
        assert client.get(f"/returns/operators/{county}/{quarter}/").status_code == 404


def test_report_of_a_return_stands_beside_the_counts(make_return, people, count, compared):
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    report(quarterly_return, people.clerk)
    for operator in ("telecom", "mobile"):
        count(operator, **{TOWN: (60, 50)})
    assert compared()[TOWN].difference_broadband_users == 0
    assert Area.objects.get(code=TOWN).operator_counts.count() == 2
