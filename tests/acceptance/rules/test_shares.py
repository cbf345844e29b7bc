"""Section 3: shares, rates and missing data — decided exactly when what is missing cannot change it."""

from fractions import Fraction

import numpy as np
import pytest

from acceptance.rules.shares import (
    ANSWER_WORDS,
    AREA_WORDS,
    CRITERION_WORDS,
    State,
    Tally,
    all_of,
    count_state,
    lacking,
    needed,
    rate_state,
    share_state,
    tally,
)
from tests.acceptance.rules.building import percent


def column(*numbers):
    return np.array(numbers, dtype=np.int64)


@pytest.mark.parametrize(
    ("share", "total", "expected"),
    [
        pytest.param(percent(90), 16, 15, id="源潭：16个行政村的90%是15个"),
        pytest.param(percent(90), 6, 6, id="龙塘：6个的90%是6个"),
        pytest.param(percent(90), 15, 14, id="石角：15个的90%是14个"),
        pytest.param(percent(90), 18, 17, id="飞来峡：18个的90%是17个"),
        pytest.param(percent(90), 10, 9, id="ten: exactly nine"),
        pytest.param(percent(90), 11, 10, id="eleven: 9.9 is ten"),
        pytest.param(percent(90), 1, 1, id="one of one"),
        pytest.param(percent(90), 0, 0, id="none of none"),
        pytest.param(percent(80), 5, 4, id="four fifths of five"),
        pytest.param(percent(80), 6, 5, id="four fifths of six"),
        pytest.param(percent(100), 7, 7, id="all of seven"),
        pytest.param(Fraction("0.07"), 100, 7, id="7% of 100 is 7, which 0.07 * 100 in binary exceeds"),
        pytest.param(Fraction(2, 3), 3, 2, id="two thirds of three"),
        pytest.param(Fraction(2, 3), 4, 3, id="two thirds of four"),
        pytest.param(percent(90), 10**15, 9 * 10**14, id="exact beyond what a float could hold with a fraction"),
    ],
)
def test_needed_is_the_exact_ceiling(share, total, expected):
    assert needed(share, column(total)).tolist() == [expected]


SHARES = [
    # threshold, passed, failed, unknown, state
    pytest.param(90, 0, 0, 0, State.LEFT_OUT, id="nobody: not applicable"),
    pytest.param(90, 9, 1, 0, State.PASSED, id="exactly at"),
    pytest.param(90, 8, 2, 0, State.FAILED, id="just under"),
    pytest.param(90, 10, 0, 0, State.PASSED, id="just over"),
    pytest.param(90, 9, 0, 1, State.PASSED, id="at, and what is missing cannot change it"),
    pytest.param(90, 8, 1, 1, State.UNKNOWN, id="one under, one missing could bring it"),
    pytest.param(90, 8, 2, 1, State.FAILED, id="of 11 ten are needed: the missing one cannot bring two"),
    pytest.param(90, 0, 0, 1, State.UNKNOWN, id="only unknown"),
    pytest.param(90, 0, 1, 9, State.UNKNOWN, id="nine missing could all pass"),
    pytest.param(90, 0, 2, 8, State.FAILED, id="eight missing cannot suffice"),
    pytest.param(100, 5, 0, 0, State.PASSED, id="all"),
    pytest.param(100, 4, 1, 0, State.FAILED, id="all but one"),
    pytest.param(100, 4, 0, 1, State.UNKNOWN, id="all but one missing"),
    pytest.param(50, 1, 1, 0, State.PASSED, id="half is 以上 half (A26)"),
    pytest.param(50, 1, 2, 0, State.FAILED, id="a third is not half"),
]


@pytest.mark.parametrize(("threshold", "passed", "failed", "unknown", "state"), SHARES)
def test_a_share(threshold, passed, failed, unknown, state):
    members = Tally(column(passed), column(failed), column(unknown))

    assert share_state(members, percent(threshold)).tolist() == [state]


def test_shares_are_judged_in_columns_as_one_by_one():
    rows = [each.values for each in SHARES if each.values[0] == 90]
    members = Tally(*(column(*numbers) for numbers in zip(*[row[1:4] for row in rows], strict=True)))

    assert share_state(members, percent(90)).tolist() == [row[4] for row in rows]


@pytest.mark.parametrize(
    ("numerator", "denominator", "missing", "state"),
    [
        pytest.param(80, 100, 0, State.PASSED, id="exactly at"),
        pytest.param(79, 100, 0, State.FAILED, id="just under"),
        pytest.param(81, 100, 0, State.PASSED, id="just over"),
        pytest.param(80, 101, 0, State.FAILED, id="79.2% is not 80%"),
        pytest.param(799_999, 1_000_000, 0, State.FAILED, id="79.9999% is not 80%"),
        pytest.param(0, 0, 0, State.LEFT_OUT, id="no broadband user: not applicable (A29)"),
        pytest.param(100, 100, 1, State.UNKNOWN, id="a return missing, though those at hand would meet it"),
        pytest.param(0, 100, 1, State.UNKNOWN, id="a return missing, though those at hand fall short"),
        pytest.param(0, 0, 1, State.UNKNOWN, id="a return missing goes before nothing to divide by"),
        pytest.param(0, 0, 5, State.UNKNOWN, id="all returns missing"),
    ],
)
def test_a_rate(numerator, denominator, missing, state):
    found = rate_state(column(numerator), column(denominator), column(missing), percent(80))

    assert found.tolist() == [state]


@pytest.mark.parametrize(
    ("passed", "unknown", "wanted", "state"),
    [
        (10, 0, 10, State.PASSED),
        (9, 0, 10, State.FAILED),
        (11, 0, 10, State.PASSED),
        (9, 1, 10, State.UNKNOWN),
        (8, 1, 10, State.FAILED),
        (0, 10, 10, State.UNKNOWN),
        (0, 0, 0, State.PASSED),
    ],
)
def test_a_count(passed, unknown, wanted, state):
    members = Tally(column(passed), column(7), column(unknown))

    assert count_state(members, column(wanted)).tolist() == [state]


@pytest.mark.parametrize(("wanted", "passed", "gap"), [(15, 14, 1), (15, 15, 0), (15, 16, 0), (15, 0, 15), (0, 0, 0)])
def test_the_gap_is_never_negative(wanted, passed, gap):
    assert lacking(column(wanted), column(passed)).tolist() == [gap]


L, P, F, U = State.LEFT_OUT, State.PASSED, State.FAILED, State.UNKNOWN


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (P, P, P), (P, F, F), (P, U, U), (P, L, P),
        (F, P, F), (F, F, F), (F, U, F), (F, L, F),
        (U, P, U), (U, F, F), (U, U, U), (U, L, U),
        (L, P, P), (L, F, F), (L, U, U), (L, L, L),
    ],
)  # fmt: skip
def test_an_outcome_from_two_hard_criteria(first, second, together):
    assert all_of([column(first), column(second)]).tolist() == [together]


@pytest.mark.parametrize("state", list(State))
def test_an_outcome_from_one_hard_criterion(state):
    assert all_of([column(state)]).tolist() == [state]


def test_members_are_counted_by_group_and_those_left_out_count_nowhere():
    states = column(P, P, F, U, L, P, U, U)
    group = column(0, 0, 0, 0, 0, 2, 2, 2)

    found = tally(states, group, 4)

    assert found.passed.tolist() == [2, 0, 1, 0]
    assert found.failed.tolist() == [1, 0, 0, 0]
    assert found.unknown.tolist() == [1, 0, 2, 0]
    assert found.total.tolist() == [4, 0, 3, 0]


def test_an_unknown_member_more_where_one_is_missing():
    members = Tally(column(1, 2), column(3, 4), column(5, 6))

    found = members.with_unknown(np.array([True, False]))

    assert (found.passed.tolist(), found.failed.tolist(), found.unknown.tolist()) == ([1, 2], [3, 4], [6, 6])
    assert (members[1].passed, members[1].failed, members[1].unknown, members[1].total) == (2, 4, 6, 12)


def test_what_a_state_is_called():
    assert [CRITERION_WORDS[state] for state in (L, P, F, U)] == ["not_applicable", "met", "short", "unknown"]
    assert [AREA_WORDS[state] for state in (L, P, F, U)] == [
        "not_applicable",
        "achieved",
        "not_achieved",
        "undetermined",
    ]
    assert [ANSWER_WORDS[state] for state in (L, P, F, U)] == ["not_applicable", "yes", "no", "unknown"]
