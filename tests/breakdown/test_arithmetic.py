"""Shares and sums without a database: exact, in whatever order, and refused with the arithmetic."""

import random

import pytest

from breakdown.arithmetic import LineRead, apportion, faults, stepped
from common.periods import Quarter

QUARTERS = [Quarter.parse("2018Q3"), Quarter.parse("2018Q4")]


@pytest.mark.parametrize(
    ("total", "weights", "most", "shares"),
    [
        (10, {"a": 1, "b": 1, "c": 1}, 9, {"a": 4, "b": 3, "c": 3}),
        (7, {"a": 3, "b": 2, "c": 2}, 9, {"a": 3, "b": 2, "c": 2}),
        (5, {"a": 1, "b": 9}, 3, {"a": 2, "b": 3}),
        (9, {"a": 1, "b": 9}, 3, {"a": 3, "b": 3}),
        (3, {"a": 0, "b": 0}, 5, {"a": 2, "b": 1}),
        (2, {"a": 0, "b": 1}, 1, {"a": 1, "b": 1}),
        (0, {"a": 1}, 5, {"a": 0}),
    ],
)
def test_shares_by_largest_remainder_and_within_bounds(total, weights, most, shares):
    assert apportion(total, weights, dict.fromkeys(weights, most)) == shares


def test_shares_do_not_depend_on_the_order_and_make_up_the_whole():
    draw = random.Random(7)
    for _ in range(200):
        keys = [f"v{number}" for number in range(draw.randint(1, 9))]
        weights = {key: draw.randint(0, 50) for key in keys}
        most = {key: draw.randint(0, 20) for key in keys}
        total = draw.randint(0, 120)
        shares = apportion(total, weights, most)
        draw.shuffle(keys)

        assert apportion(total, {key: weights[key] for key in keys}, most) == shares
        assert sum(shares.values()) == min(total, sum(most.values()))
        assert all(shares[key] <= most[key] for key in keys)


def test_steps_of_parts_never_fall_short_of_the_whole():
    assert stepped(3, 7, 4) == (5, 7, 9, 10)
    assert all(a + b >= c for a, b, c in zip(stepped(1, 2, 4), stepped(2, 5, 4), stepped(3, 7, 4), strict=True))


def line(key, level, area, *targets, base=0, total=20, needed=0) -> LineRead:
    return LineRead(key, level, area, key, base, total, needed, targets)


TOWN, VILLAGE, OTHER, STREET = "441802103", "441802103201", "441802103202", "441802006"


@pytest.mark.parametrize(
    ("lines", "needed", "by_township", "said"),
    [
        (
            [line("甲镇", "township", TOWN, 2, 3), line("乙街", "township", STREET, 1, 4)],
            9,
            False,
            "2018年第四季度合计 3 + 4 = 7 比目标 9 少 2，请调高街镇指标。",
        ),
        ([line("甲镇", "township", TOWN, 2, 3, needed=5)], 0, True, "甲镇2018年第四季度指标 3 比目标 5 少 2。"),
        (
            [
                line("甲镇", "township", TOWN, 2, 6),
                line("东村", "village", VILLAGE, 1, 2),
                line("西村", "village", OTHER, 1, 3),
            ],
            6,
            False,
            "甲镇2018年第四季度：村居合计 2 + 3 = 5 比目标 6 少 1。",
        ),
        (
            [line("甲镇", "township", TOWN, 4, 6, base=2), line("电信", "operator", TOWN, 2, 3)],
            6,
            False,
            "甲镇2018年第四季度：运营企业新增合计 3 比须新增 6 − 2 = 4 少 1。",
        ),
        (
            [line("住建局", "lead_unit", "441802", 4, 8), line("甲镇", "township", TOWN, 4, 6)],
            6,
            False,
            "住建局2018年第四季度：街镇合计 6 比目标 8 少 2。",
        ),
        ([line("甲镇", "township", TOWN, 5, 3)], 3, False, "甲镇2018年第四季度指标 3 比上季的 5 少 2。"),
        ([line("甲镇", "township", TOWN, 5, 21)], 3, False, "甲镇2018年第四季度指标 21 比对象总数 20 多 1。"),
        ([line("甲镇", "township", TOWN, 5, None)], 3, False, "甲镇2018年第四季度没有填写指标，请填写。"),
    ],
)
def test_what_cannot_reach_the_target_is_said_with_the_arithmetic(lines, needed, by_township, said):
    found = faults(lines, QUARTERS, needed, by_township=by_township)

    assert [fault.text for fault in found] == [said]


def test_what_sums_up_has_no_fault():
    lines = [
        line("住建局", "lead_unit", "441802", 4, 6),
        line("甲镇", "township", TOWN, 4, 6, base=2),
        line("东村", "village", VILLAGE, 4, 6),
        line("电信", "operator", TOWN, 2, 4),
    ]

    assert faults(lines, QUARTERS, 6, by_township=False) == []
