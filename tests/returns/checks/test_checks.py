"""Each inequality at its limit, just over it, and with a figure missing."""

from fractions import Fraction

import pytest

from returns import checks
from returns.checks import errors, oddities, problems, rate
from tests.returns.conftest import figures


def found(*args, **kwargs) -> list[tuple[str, str]]:
    return [(problem.figure, problem.code) for problem in problems(*args, **kwargs)]


@pytest.mark.parametrize(("line", "expected"), [
    ((100, 100, 100, 60, 60), []),
    ((100, 101, 100, 60, 60), [("broadband_covered_households", "broadband_covered_households_above_households")]),
    ((100, 90, 91, 60, 60), [("fibre_covered_households", "fibre_covered_households_above_broadband_covered_households")]),
    ((100, 90, 80, 60, 61), [("fibre_users", "fibre_users_above_broadband_users")]),
    ((0, 0, 0, 0, 0), []),
    ((None, 101, 100, 60, 60), []),
    ((100, None, 200, 60, 60), []),
    ((100, 90, 80, None, 61), []),
])  # fmt: skip
def test_errors_stand_on_the_first_named_column(line, expected):
    assert [(p.figure, p.code) for p in errors(figures(*line))] == expected


def test_every_error_at_once_in_the_order_of_the_columns():
    assert [p.figure for p in errors(figures(1, 2, 3, 4, 5))] == [
        "broadband_covered_households", "fibre_covered_households", "fibre_users",
    ]  # fmt: skip


def test_missing_figures_count_only_on_submission():
    line = figures(100, None, 80, None, 0)
    assert found(line) == []
    assert found(line, complete=True) == [("broadband_covered_households", "missing"), ("broadband_users", "missing")]


def test_absent_key_is_a_missing_figure():
    assert len(errors({}, complete=True)) == 5


@pytest.mark.parametrize(("line", "expected"), [
    ((100, 60, 60, 60, 60), []),
    ((100, 60, 60, 61, 60), [("broadband_users", "broadband_users_above_broadband_covered_households")]),
    ((100, 90, 60, 80, 61), [("fibre_users", "fibre_users_above_fibre_covered_households")]),
    ((100, 90, None, 80, 61), []),
])  # fmt: skip
def test_users_above_covered_households_are_odd(line, expected):
    assert [(p.figure, p.code) for p in oddities(figures(*line))] == expected


@pytest.mark.parametrize(("now", "expected"), [(100, []), (99, [("households", "fell")]), (101, []), (None, [])])
def test_figure_that_fell_is_odd(now, expected):
    assert found(figures(now, 10, 5, 5, 5), figures(100, 10, 5, 5, 5)) == expected


def test_fall_to_zero_is_a_fall():
    assert ("fibre_users", "fell") in found(figures(100, 90, 80, 60, 0), figures(100, 90, 80, 60, 1))


@pytest.mark.parametrize(("before", "now", "is_odd"), [
    ((100, 100, 50, 60, 30), (100, 100, 70, 60, 30), False),
    ((100, 100, 50, 60, 30), (100, 100, 71, 60, 30), True),
    ((1000, 1000, 500, 60, 30), (3000, 3000, 2100, 60, 30), False),
    ((1000, 1000, 500, 60, 30), (3000, 3000, 2101, 60, 30), True),
    ((100, 0, 0, 0, 0), (100, 100, 100, 60, 30), False),
    ((100, 100, 50, 60, 30), (100, None, 71, 60, 30), False),
])  # fmt: skip
def test_coverage_may_move_by_twenty_points(before, now, is_odd):
    assert (("fibre_covered_households", "coverage_moved") in found(figures(*now), figures(*before))) is is_odd


@pytest.mark.parametrize(("fibre_users", "is_odd"), [(62, False), (63, True), (65, True), (38, False), (37, True)])
def test_penetration_may_move_by_twelve_points(fibre_users, is_odd):
    before, now = figures(100, 100, 100, 100, 50), figures(100, 100, 100, 100, fibre_users)
    odd = checks.line_problems(now, checks.Beside(previous=before), checks.Using())
    assert ("penetration_moved" in [each.code for each in odd]) is is_odd


def test_penetration_that_sank_is_odd_too():
    assert ("fibre_users", "penetration_moved") in found(figures(100, 90, 80, 100, 50), figures(100, 90, 80, 70, 50))


def test_nothing_is_compared_without_an_earlier_quarter():
    assert found(figures(1, 1, 1, 1, 1), None) == []


def test_zeros_are_figures():
    assert found(figures(0, 0, 0, 0, 0), figures(0, 0, 0, 0, 0), complete=True) == []


def test_messages_say_values_and_what_to_do():
    (problem,) = errors(figures(100, 90, 80, 60, 61))
    assert problem.value == 61
    assert problem.message == "光网用户数（61）大于宽带用户数（60），不应超过：请核对后改正。"


def test_shown_rates_are_cut_not_rounded():
    (problem,) = oddities(figures(10_000, 10_000, 8_999, 60, 60), figures(10_000, 10_000, 2_000, 60, 60))
    assert "20.0% → 89.9%" in problem.message


@pytest.mark.parametrize(("line", "expected"), [
    (figures(), Fraction(8, 9)), (figures(1, 0, 0, 0, 0), None), (figures(1, None, 0, 0, 0), None), (None, None),
])  # fmt: skip
def test_rate_is_exact_or_none(line, expected):
    assert rate(line, "fibre_covered_households", "broadband_covered_households") == expected
