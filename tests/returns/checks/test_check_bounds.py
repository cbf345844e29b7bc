"""Each bound of a check: exactly at, just under, just over, and with something missing."""

import pytest

from areas.vocabulary import AreaKind
from common.periods import Quarter
from returns import checks
from returns.checks import BY_CODE, CHECKS, DECLARED, EDITABLE, Beside, Level, Registered, Terms, Using
from returns.sheet import sheet_of
from tests.returns.conftest import GOOD, QUARTER, TOWN, figures, fill, submitted

CODE = f"{TOWN}201"


def codes(line, beside: Beside, **terms: Terms) -> list[str]:
    using = Using(None, DECLARED | terms)
    return [problem.code for problem in checks.line_problems(line, beside, using)]


@pytest.mark.parametrize(("households", "registered", "is_whole", "is_odd"), [
    (75, 100, False, False), (74, 100, False, True), (76, 100, False, False),
    (125, 100, True, False), (126, 100, True, True), (126, 100, False, False), (999, 100, False, False),
    (0, 0, True, False), (1, 0, True, True), (None, 100, True, False), (100, None, True, False),
])  # fmt: skip
def test_households_against_the_registry(households, registered, is_whole, is_odd):
    beside = Beside(registered=None if registered is None else Registered(registered, is_whole))
    assert codes(figures(households, 0, 0, 0, 0), beside) == ["off_registry"] * is_odd


@pytest.mark.parametrize(("users", "counted", "is_odd"), [
    (110, 100, False), (111, 100, True), (90, 100, False), (89, 100, True), (109, 100, False),
    (0, 0, False), (1, 0, True), (None, 100, False), (110, None, False),
])  # fmt: skip
def test_users_against_the_operators(users, counted, is_odd):
    sums = None if counted is None else {"broadband_users": counted, "fibre_users": 0}
    assert codes(figures(500, 500, 500, users, 0), Beside(counted=sums)) == ["operators"] * is_odd


@pytest.mark.parametrize(("users", "bound", "is_said"), [
    (105, 5, False), (106, 5, True), (95, 5, False), (94, 5, True), (200, 0, False), (None, 5, False),
])  # fmt: skip
def test_users_against_what_the_sources_agree_on(users, bound, is_said):
    line = figures(500, 500, 500, users, 0)
    said = codes(line, Beside(agreed={"broadband_users": (100, "运营企业合计")}), against_sources=Terms(bound))
    assert said == ["against_sources"] * is_said


@pytest.mark.parametrize(("earlier", "bound", "is_odd"), [
    ([GOOD] * 3, 4, True), ([GOOD] * 2, 4, False), ([GOOD] * 4, 4, True), ([GOOD, GOOD, None], 4, False),
    ([GOOD, None, GOOD], 4, False), ([GOOD, GOOD, (100, 90, 80, 60, 49)], 4, False),
    ([GOOD], 2, True), ([None], 2, False), ([], 2, False), ([GOOD] * 4, 5, True), ([GOOD] * 3, 5, False),
])  # fmt: skip
def test_line_unchanged_for_quarters(earlier, bound, is_odd):
    past = tuple(None if each is None else figures(*each) for each in earlier)
    assert ("unchanged" in codes(figures(), Beside(earlier=past), unchanged=Terms(bound))) is is_odd


def test_line_with_a_figure_missing_is_not_unchanged():
    blank = figures(100, None, 80, 60, 50)
    assert "unchanged" not in codes(blank, Beside(earlier=(blank,) * 3))


@pytest.mark.parametrize(("now", "bound", "is_odd"), [(95, 5, False), (94, 5, True), (96, 5, False), (None, 5, False)])
def test_fall_within_a_bound(now, bound, is_odd):
    line = figures(now, 0, 0, 0, 0)
    assert codes(line, Beside(previous=figures(100, 0, 0, 0, 0)), fell=Terms(bound)) == ["fell"] * is_odd


@pytest.mark.parametrize(("users", "is_odd"), [(93, False), (94, True), (92, False), (None, False)])
def test_users_above_covered_households_within_a_bound(users, is_odd):
    code = "broadband_users_above_broadband_covered_households"
    assert codes(figures(100, 90, 80, users, 0), Beside(), **{code: Terms(3)}) == [code] * is_odd


@pytest.mark.parametrize(("fibre", "is_odd"), [(75, False), (76, True), (74, False), (25, False), (24, True)])
def test_coverage_within_another_bound(fibre, is_odd):
    """Of 100 covered households 50 had fibre; 25 points up or down are in order."""
    line, before = figures(100, 100, fibre, 0, 0), figures(100, 100, 50, 0, 0)
    found = codes(line, Beside(previous=before), coverage_moved=Terms(25), fell=Terms(1000))
    assert found == ["coverage_moved"] * is_odd


@pytest.mark.parametrize(("value", "is_wrong"), [(-1, True), (0, False), (2_147_483_647, False), (2_147_483_648, True)])
def test_range_of_a_figure(value, is_wrong):
    assert codes(figures(value, None, None, None, None), Beside()) == ["out_of_range"] * is_wrong


def test_every_check_is_declared_once_and_whole():
    assert len(BY_CODE) == len(CHECKS)
    for check in CHECKS:
        assert check.name and check.compared and check.terms == DECLARED[check.code]
        if check.bound:
            assert check.bound.least <= check.bound.default <= check.bound.most
    assert Level.ERROR not in {check.level for check in EDITABLE}, "what is wrong stays wrong, whatever the bureau sets"


def test_registered_households_are_those_in_force_at_the_quarters_end(make_return, make_area):
    quarterly_return = make_return()
    make_area(f"{CODE}201", permanent_households=40)
    make_area(f"{CODE}202", permanent_households=30, valid_from=QUARTER.last_day)
    make_area(f"{CODE}203", permanent_households=99, valid_to=QUARTER.last_day)
    first, second = sheet_of(quarterly_return).rows
    assert first.beside.registered == Registered(70, True) and second.beside.registered is None
    make_area(f"{CODE}204", kind=AreaKind.COMPOUND)
    assert sheet_of(quarterly_return).rows[0].beside.registered == Registered(70, False)


def test_earlier_quarters_are_those_reported(make_return, people):
    for back in (1, 2, 4):
        submitted(make_return(2, QUARTER.plus(-back)), people.clerk)
    fill(make_return(2, QUARTER.plus(-3)), people.clerk)
    beside = sheet_of(make_return()).rows[0].beside
    assert [each is not None for each in beside.earlier] == [True, True, False, True]
    assert beside.previous == beside.earlier[0]


def test_line_unchanged_for_a_year_asks_for_a_sentence(make_return, people):
    for back in (1, 2, 3):
        submitted(make_return(2, QUARTER.plus(-back)), people.clerk)
    quarterly_return = make_return()
    fill(quarterly_return, people.clerk)
    sheet = sheet_of(quarterly_return, complete=True)
    assert [problem.code for problem in sheet.rows[0].problems] == ["unchanged"] and len(sheet.faults) == 2


@pytest.mark.parametrize("villages", [2, 100])
def test_checks_run_in_a_fixed_number_of_queries(villages, make_return, people, django_assert_num_queries):
    quarterly_return = make_return(villages)
    fill(quarterly_return, people.clerk)
    with django_assert_num_queries(7):
        assert len(sheet_of(quarterly_return, complete=True).rows) == villages


def test_far_ends_of_the_calendar_are_checked(make_return):
    quarterly_return = make_return()
    quarterly_return.period = str(Quarter(1, 1).plus(5))
    assert sheet_of(quarterly_return).rows == [] or sheet_of(quarterly_return).rows[0].previous is None
