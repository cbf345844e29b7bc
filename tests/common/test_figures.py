"""How figures are written: cut, never rounded up; missing, never 0."""

from datetime import UTC, date, datetime

import pytest

from common.templatetags.figures import count, failure_rate, plain_date, quarter, rate


@pytest.mark.parametrize(
    ("numerator", "denominator", "written"),
    [
        (899, 1000, "89.9%"),
        (8999, 10000, "89.9%"),
        (9000, 10000, "90.0%"),
        (2, 3, "66.6%"),
        (0, 5, "0.0%"),
        (5, 5, "100.0%"),
        (10**17 - 1, 10**17, "99.9%"),
        (None, 5, "—"),
        (5, None, "—"),
        (5, 0, "—"),
        (0, 0, "—"),
    ],
)
def test_rate_is_cut(numerator, denominator, written):
    assert rate(numerator, denominator) == written


def test_count_has_thousands():
    assert (count(1234567), count(0), count(None)) == ("1,234,567", "0", "—")


def test_quarter_is_written_for_people():
    assert (quarter("2018Q2"), quarter("2018Q9"), quarter("")) == ("2018年第二季度", "2018Q9", "—")


def test_dates_are_written_for_people():
    assert plain_date(date(2018, 6, 3)) == "2018年6月3日"
    assert plain_date(datetime(2026, 3, 31, 16, 30, tzinfo=UTC)) == "2026年4月1日 00:30"
    assert plain_date(None) == "—"


@pytest.mark.parametrize(
    ("failed", "checked", "written"),
    [
        (1, 15, "6.7%"),
        (1, 10, "10.0%"),
        (0, 15, "0.0%"),
        (1, 3000, "0.1%"),
        (15, 15, "100.0%"),
        (1, 0, "—"),
        (None, 5, "—"),
    ],
)
def test_failure_rate_is_rounded_up(failed, checked, written):
    assert failure_rate(failed, checked) == written
