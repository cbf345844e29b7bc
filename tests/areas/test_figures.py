"""How figures are written: cut, never rounded up; missing, never 0."""

from datetime import UTC, date, datetime

import pytest

from areas.templatetags.figures import count, plain_date, quarter, rate, share_width, wan


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


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "—"),
        (0, "0"),
        (9999, "9,999"),
        (10_000, "1.0万"),
        (19_999, "1.9万"),
        (99_999_999, "9,999.9万"),
        (123_456_789, "1.2亿"),
        (-19_999, "-1.9万"),
    ],
)
def test_wan_is_cut(value, written):
    assert wan(value) == written


def test_count_has_thousands():
    assert (count(1234567), count(0), count(None)) == ("1,234,567", "0", "—")


def test_quarter_is_written_for_people():
    assert (quarter("2018Q2"), quarter("2018Q9"), quarter("")) == ("2018年第二季度", "2018Q9", "—")


def test_dates_are_written_for_people():
    assert plain_date(date(2018, 6, 3)) == "2018年6月3日"
    assert plain_date(datetime(2026, 3, 31, 16, 30, tzinfo=UTC)) == "2026年4月1日 00:30"
    assert plain_date(None) == "—"


@pytest.mark.parametrize(
    ("numerator", "denominator", "width"), [(1, 3, "33.3"), (3, 2, "100.0"), (None, 3, "0"), (1, 0, "0")]
)
def test_bar_is_as_long_as_its_share(numerator, denominator, width):
    assert share_width(numerator, denominator) == width
