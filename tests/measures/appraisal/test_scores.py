"""Weights and points, worked out on paper. No database."""

from fractions import Fraction

import pytest

from measures.appraisal.scores import ScoreLine, WrongWeights, read_weights, score, shown

LABELS = {"a": "点位", "b": "自然村", "c": "季报"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"a": "100"}, {"a": "100"}),
        ({"a": "33.33", "b": "33.33", "c": "33.34"}, {"a": "33.33", "b": "33.33", "c": "33.34"}),
        ({"a": " 40% ", "b": "60％", "c": "0"}, {"a": "40", "b": "60"}),
    ],
)
def test_weights_that_sum_to_a_hundred_are_kept(typed, kept):
    assert read_weights(typed, LABELS) == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "权重合计 0，应为 100：尚差 100"),
        ({"a": "33.33", "b": "33.33", "c": "33.33"}, "权重合计 99.99，应为 100：尚差 0.01"),
        ({"a": "60", "b": "50"}, "权重合计 110，应为 100：多出 10"),
        ({"a": "-1", "b": "101"}, "点位：“-1”不是权重"),
        ({"a": "很高"}, "点位：“很高”不是权重"),
        ({"a": "NaN"}, "点位：“NaN”不是权重"),
        ({"a": "99.999", "b": "0.001"}, "最多两位小数"),
        ({"a": "1e9999999"}, "不是权重"),
    ],
)
def test_wrong_weights_are_told_with_the_arithmetic(typed, words):
    with pytest.raises(WrongWeights, match=words):
        read_weights(typed, LABELS)


@pytest.mark.parametrize(
    ("lines", "points", "words"),
    [
        ([(50, 1, 3), (50, 2, 3)], Fraction(50), "50.00"),
        ([(100, 2, 3)], Fraction(200, 3), "66.66"),
        ([(40, 3, 4), (60, 0, 0)], Fraction(75), "75.00"),
        ([(40, 0, 0), (60, 0, 0)], None, "—"),
        ([(100, 0, 7)], Fraction(0), "0.00"),
        ([(Fraction("33.33"), 1, 1), (Fraction("66.67"), 1, 1)], Fraction(100), "100.00"),
    ],
)
def test_points_are_exact_and_what_does_not_apply_is_left_out(lines, points, words):
    found = score([ScoreLine(Fraction(weight), passed, total) for weight, passed, total in lines])

    assert found == points and shown(found) == words
