"""Working days against the State Council's notices of 2017–2019, typed here from the notices themselves."""

import sys
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from areas.workdays import DayUnknown, WorkingDays, load, notices


def days(first: str, last: str) -> set[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return {start + timedelta(days=i) for i in range((end - start).days + 1)}


# The General Office's notices for 2017, 2018 and 2019, with that of March 2019 on Labour Day: holidays, and weekend days worked.
HOLIDAYS = (
    days("2017-01-01", "2017-01-02") | days("2017-01-27", "2017-02-02") | days("2017-04-02", "2017-04-04")
    | days("2017-04-29", "2017-05-01") | days("2017-05-28", "2017-05-30") | days("2017-10-01", "2017-10-08")
    | days("2017-12-30", "2018-01-01") | days("2018-02-15", "2018-02-21") | days("2018-04-05", "2018-04-07")
    | days("2018-04-29", "2018-05-01") | days("2018-06-16", "2018-06-18") | days("2018-09-22", "2018-09-24")
    | days("2018-10-01", "2018-10-07") | days("2018-12-30", "2019-01-01") | days("2019-02-04", "2019-02-10")
    | days("2019-04-05", "2019-04-07") | days("2019-05-01", "2019-05-04") | days("2019-06-07", "2019-06-09")
    | days("2019-09-13", "2019-09-15") | days("2019-10-01", "2019-10-07")
)  # fmt: skip
WORKED = {
    date.fromisoformat(day)
    for day in (
        "2017-01-22", "2017-02-04", "2017-04-01", "2017-05-27", "2017-09-30", "2018-02-11", "2018-02-24", "2018-04-08",
        "2018-04-28", "2018-09-29", "2018-09-30", "2018-12-29", "2019-02-02", "2019-02-03", "2019-04-28", "2019-05-05",
        "2019-09-29", "2019-10-12",
    )
}  # fmt: skip


def test_every_day_of_2017_to_2019_is_as_the_notices_say():
    table = notices()

    for day in days("2017-01-01", "2019-12-31"):
        assert table[day] == (day in WORKED or (day.weekday() < 5 and day not in HOLIDAYS)), day


def test_the_day_itself_is_day_0():
    calendar = WorkingDays(notices())

    assert calendar.nth_after(date(2018, 3, 1), 0) == date(2018, 3, 1)
    assert calendar.nth_after(date(2018, 3, 1), 1) == date(2018, 3, 2)
    assert calendar.nth_after(date(2018, 3, 3), 1) == date(2018, 3, 5)  # accepted on a Saturday


def test_counting_over_the_spring_festival_and_its_worked_saturday():
    calendar = WorkingDays(notices())

    assert calendar.nth_after(date(2018, 2, 14), 10) == date(2018, 3, 6)
    assert calendar.nth_after(date(2018, 2, 14), 15) == date(2018, 3, 13)


def test_a_column_is_counted_like_its_days():
    calendar = WorkingDays(notices())
    column = np.arange("2017-01-01", "2019-12-01", dtype="datetime64[D]")

    for n in (0, 1, 10, 15):
        together = calendar.nth_after_each(column, n)
        for day, due in zip(column[::17].tolist(), together[::17].tolist(), strict=True):
            assert due == _slowly(day, n)
    mixed = calendar.nth_after_each(column[:2], np.array([10, 15]))
    assert mixed.tolist() == [_slowly(date(2017, 1, 1), 10), _slowly(date(2017, 1, 2), 15)]


def _slowly(day: date, n: int) -> date:
    table = notices()
    while n:
        day += timedelta(days=1)
        n -= table[day]
    return day


@pytest.mark.parametrize(
    ("day", "n", "missing"),
    [
        (date(2003, 12, 30), 1, date(2003, 12, 31)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
        (date(2026, 12, 20), 10, date(2027, 1, 1)),
        (date(1, 1, 1), 1, date(1, 1, 2)),
        (date(9999, 12, 31), 10, date(9999, 12, 31)),
    ],
)
def test_a_day_that_the_table_lacks_is_refused_by_name(day, n, missing):
    with pytest.raises(DayUnknown, match=str(missing)) as refusal:
        WorkingDays(notices()).nth_after(day, n)

    assert refusal.value.day == missing


def test_the_day_of_acceptance_need_not_be_in_the_table():
    assert WorkingDays(notices()).nth_after(date(2003, 12, 31), 1) == date(2004, 1, 2)


def test_a_gap_is_refused_only_when_it_must_be_crossed():
    table = dict.fromkeys(days("2018-01-01", "2018-01-31"), True)
    del table[date(2018, 1, 10)]
    calendar = WorkingDays(table)

    assert calendar.nth_after(date(2018, 1, 1), 8) == date(2018, 1, 9)
    assert calendar.nth_after(date(2018, 1, 10), 1) == date(2018, 1, 11)
    with pytest.raises(DayUnknown, match="2018-01-10"):
        calendar.nth_after(date(2018, 1, 1), 9)
    with pytest.raises(DayUnknown, match="2018-01-10"):
        calendar.nth_after_each(np.array(["2018-01-12", "2018-01-05"], "datetime64[D]"), 10)


def test_how_far_every_day_is_known():
    table = dict.fromkeys(days("2018-01-01", "2018-01-31"), True)
    del table[date(2018, 1, 10)]
    calendar = WorkingDays(table)

    known = {2: 9, 9: 9, 10: 9, 11: 31, 31: 31}
    for day, last in known.items():
        assert calendar.known_until(date(2018, 1, day)) == date(2018, 1, last)
    assert calendar.known_until(date(2017, 12, 31)) == date(2017, 12, 30)
    assert calendar.known_until(date(2018, 2, 5)) == date(2018, 2, 4)


def test_an_empty_table_counts_nothing():
    with pytest.raises(DayUnknown, match="2018-01-02"):
        WorkingDays({}).nth_after(date(2018, 1, 1), 1)
    assert len(WorkingDays({}).nth_after_each(np.array([], "datetime64[D]"), 10)) == 0


def test_a_negative_count_is_a_programmers_mistake():
    with pytest.raises(ValueError, match=r"^工作日数不能为负。$"):
        WorkingDays(notices()).nth_after(date(2018, 1, 1), -1)


def test_the_notices_are_whole_years_without_a_gap():
    table = list(notices.__wrapped__())

    assert (table[0], table[-1]) == (date(2004, 1, 1), date(table[-1].year, 12, 31))
    assert len(table) == (table[-1] - table[0]).days + 1 == len(days(str(table[0]), str(table[-1])))


@pytest.mark.parametrize("day", [date(1999, 1, 1), date(2003, 12, 31), date(2040, 1, 1)])
def test_no_day_after_is_the_day_itself_even_outside_the_table(day):
    assert WorkingDays(notices()).nth_after(day, 0) == day


def test_a_table_may_begin_at_any_time_and_days_come_as_a_list():
    calendar = WorkingDays(dict.fromkeys(days("1998-12-28", "1999-01-08"), True))

    assert calendar.nth_after(date(1998, 12, 28), 5) == date(1999, 1, 2)
    assert calendar.nth_after_each([date(1998, 12, 28), date(1999, 1, 1)], 2).tolist() == [
        date(1998, 12, 30),
        date(1999, 1, 3),
    ]


def test_the_table_is_read_with_the_bureaus_days(monkeypatch):
    """Without the database: what the one before asks of it."""

    class Bureau:
        @staticmethod
        def values_list(*columns):
            row = {"day": date(2018, 3, 2), "is_working": False}
            return [tuple(row[column] for column in columns)]

    models = SimpleNamespace(CalendarDay=SimpleNamespace(objects=Bureau))
    monkeypatch.setitem(sys.modules, "areas.models", models)

    assert load().nth_after(date(2018, 3, 1), 1) == date(2018, 3, 5)


@pytest.mark.django_db
def test_the_bureau_extends_and_corrects_the_table():
    from areas.models import CalendarDay  # here, so that the other tests need no database

    CalendarDay.objects.create(day=date(2018, 3, 2), is_working=False, source="国办发明电〔2018〕1号")
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, is_working=day.weekday() < 5, source="国办发明电〔2026〕9号")
        for day in days("2027-01-01", "2027-01-10")
    )

    calendar = load()

    assert calendar.nth_after(date(2018, 3, 1), 1) == date(2018, 3, 5)
    assert calendar.nth_after(date(2026, 12, 31), 1) == date(2027, 1, 1)
