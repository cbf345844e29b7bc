"""The quarter: how it is written, where it begins and ends, and how quarters follow each other."""

from datetime import date

import pytest

from common.periods import Quarter


@pytest.mark.parametrize(
    ("text", "year", "number"),
    [("2018Q2", 2018, 2), ("0001Q1", 1, 1), ("9999Q4", 9999, 4), ("2017Q1", 2017, 1), ("2017Q3", 2017, 3)],
)
def test_a_quarter_is_read_as_it_is_written(text, year, number):
    quarter = Quarter.parse(text)

    assert (quarter.year, quarter.number) == (year, number)
    assert str(quarter) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2018",
        "2018Q",
        "2018Q0",
        "2018Q5",
        "2018q2",
        "18Q2",
        "02018Q2",
        "2018Q22",
        " 2018Q2",
        "2018Q2\n",
        "2018-2",
        "0000Q1",
        "２０１８Q2",
    ],
)
def test_anything_else_is_refused_with_what_was_written(text):
    with pytest.raises(ValueError) as refusal:
        Quarter.parse(text)

    assert str(refusal.value) == f"“{text}”不是季度：应写作四位年份加 Q1 至 Q4，例如 2018Q2。"


@pytest.mark.parametrize(
    ("text", "first", "last", "label"),
    [
        ("2018Q1", "2018-01-01", "2018-03-31", "2018年第一季度"),
        ("2018Q2", "2018-04-01", "2018-06-30", "2018年第二季度"),
        ("2018Q3", "2018-07-01", "2018-09-30", "2018年第三季度"),
        ("2018Q4", "2018-10-01", "2018-12-31", "2018年第四季度"),
        ("9999Q4", "9999-10-01", "9999-12-31", "9999年第四季度"),
        ("9999Q3", "9999-07-01", "9999-09-30", "9999年第三季度"),
        ("0001Q4", "0001-10-01", "0001-12-31", "1年第四季度"),
    ],
)
def test_a_quarter_from_its_first_day_to_its_last(text, first, last, label):
    quarter = Quarter.parse(text)

    assert (quarter.first_day, quarter.last_day) == (date.fromisoformat(first), date.fromisoformat(last))
    assert quarter.label == label
    for day in (quarter.first_day, quarter.last_day):
        assert Quarter.containing(day) == quarter


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_its_quarter(month):
    assert str(Quarter.containing(date(2018, month, 15))) == f"2018Q{1 + (month - 1) // 3}"


@pytest.mark.parametrize(
    ("text", "step", "other"),
    [
        ("2018Q2", 0, "2018Q2"), ("2018Q2", 1, "2018Q3"), ("2018Q4", 1, "2019Q1"), ("2018Q1", -1, "2017Q4"),
        ("2018Q2", 4, "2019Q2"), ("2018Q2", -5, "2017Q1"), ("2017Q1", 8, "2019Q1"),
    ],
)  # fmt: skip
def test_steps(text, step, other):
    assert str(Quarter.parse(text).plus(step)) == other


def test_from_one_quarter_through_another():
    def through(first, last):
        return [str(quarter) for quarter in Quarter.parse(first).through(Quarter.parse(last))]

    assert through("2017Q4", "2018Q2") == ["2017Q4", "2018Q1", "2018Q2"]
    assert through("2018Q2", "2018Q2") == ["2018Q2"]
    assert through("2018Q2", "2018Q1") == []


def test_quarters_compare_in_time():
    quarters = [Quarter.parse(text) for text in ("2018Q1", "2017Q4", "2018Q3")]

    assert [str(quarter) for quarter in sorted(quarters)] == ["2017Q4", "2018Q1", "2018Q3"]
