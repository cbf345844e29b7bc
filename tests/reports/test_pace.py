"""Pace: what the last quarters brought, and whether that is enough."""

import pytest

from common.periods import Quarter
from reports.pace import PacePoint, pace

FIRST = Quarter(2017, 4)
DUE = Quarter(2018, 4)


def course(*passed: int, needed: int = 100, unknown: int = 0) -> list[PacePoint]:
    return [PacePoint(FIRST.plus(place), number, needed, unknown) for place, number in enumerate(passed)]


@pytest.mark.parametrize(
    ("passed", "reaches", "said"),
    [
        ((40, 60, 80), True, "最近 2 个季度共增加 40，预计约在2018年第三季度前后达到"),
        ((40, 50, 60), False, "预计到期尚差约 20，约在2019年第二季度前后达到"),
        ((60, 60, 60), False, "最近 2 个季度没有增加，预计到期不能达到，尚差 40"),
        ((60, 58, 57), False, "最近 2 个季度共减少 3"),
        ((50, 51, 52), False, "两年内不能达到"),
        ((60, 70, 80), True, "预计约在2018年第四季度前后达到"),
        ((60, 70, 79), False, "预计到期尚差约 2"),
    ],
)
def test_pace_before_the_due_date(passed, reaches, said):
    found = pace(course(*passed), DUE, is_rate=False)

    assert found.reaches is reaches
    assert said in found.words


def test_pace_looks_back_three_quarters_and_no_farther():
    assert pace(course(0, 90, 91, 92, 93), DUE, is_rate=False).gain == 3


def test_pace_after_the_due_date_says_when_it_is_made_up():
    assert pace(course(90, 92), FIRST, is_rate=False).words == "最近 1 个季度共增加 2，预计约在2019年第一季度前后补足。"
    assert pace(course(10, 11), FIRST, is_rate=False).text == "预计难以补足"


def test_pace_of_one_quarter_cannot_be_told():
    assert pace(course(40), DUE, is_rate=False).reaches is None


def test_pace_of_a_rate_with_missing_returns_cannot_be_told():
    assert pace(course(40, 60, unknown=1), DUE, is_rate=True).gain is None
    assert pace(course(40, 60, unknown=1), DUE, is_rate=False).gain == 20
