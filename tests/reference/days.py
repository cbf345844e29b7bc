"""Quarters and working days, the latter typed from the State Council's notices for 2016 to 2019."""

from datetime import date, timedelta

FIRST_DAY, LAST_DAY = date(2016, 1, 1), date(2019, 12, 31)

# 国办发明电〔2015〕18号 (2016), 〔2016〕17号 (2017), 〔2017〕12号 (2018), 〔2018〕15号 and 〔2019〕3号 (2019).
# A line a holiday: the first and the last day off, then the weekend days worked for it.
NOTICES = """
2016-01-01 2016-01-03
2016-02-07 2016-02-13 2016-02-06 2016-02-14
2016-04-02 2016-04-04
2016-04-30 2016-05-02
2016-06-09 2016-06-11 2016-06-12
2016-09-15 2016-09-17 2016-09-18
2016-10-01 2016-10-07 2016-10-08 2016-10-09
2016-12-31 2017-01-02
2017-01-27 2017-02-02 2017-01-22 2017-02-04
2017-04-02 2017-04-04 2017-04-01
2017-04-29 2017-05-01
2017-05-28 2017-05-30 2017-05-27
2017-10-01 2017-10-08 2017-09-30
2017-12-30 2018-01-01
2018-02-15 2018-02-21 2018-02-11 2018-02-24
2018-04-05 2018-04-07 2018-04-08
2018-04-29 2018-05-01 2018-04-28
2018-06-16 2018-06-18
2018-09-22 2018-09-24
2018-10-01 2018-10-07 2018-09-29 2018-09-30
2018-12-30 2019-01-01 2018-12-29
2019-02-04 2019-02-10 2019-02-02 2019-02-03
2019-04-05 2019-04-07
2019-05-01 2019-05-04 2019-04-28 2019-05-05
2019-06-07 2019-06-09
2019-09-13 2019-09-15
2019-10-01 2019-10-07 2019-09-29 2019-10-12
"""


def _read_notices() -> tuple[set[date], set[date]]:
    """The days off and the weekend days worked."""
    off: set[date] = set()
    worked: set[date] = set()
    for line in NOTICES.split("\n"):
        days = [date.fromisoformat(text) for text in line.split()]
        if not days:
            continue
        first, last, *made_up = days
        while first <= last:
            off.add(first)
            first += timedelta(days=1)
        worked.update(made_up)
    return off, worked


OFF, WORKED = _read_notices()


# "Working days are those of the State Council's yearly notices, including weekend days declared working days (调休)."
def is_working_day(day: date) -> bool:
    """Whether people work on ``day``; LookupError when the notices do not reach it."""
    # "A day can be counted only when the table holds that very day; otherwise the computation is refused."
    if not FIRST_DAY <= day <= LAST_DAY:
        raise LookupError(day)
    if day in WORKED:
        return True
    if day in OFF:
        return False
    return day.weekday() < 5


# "The day of acceptance is day 0."
def working_days_after(day: date, number: int) -> date:
    """The ``number``-th working day after ``day``."""
    while number > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            number -= 1
    return day


def first_day(period: str) -> date:
    """Of a quarter written ``2018Q2``."""
    return date(int(period[:4]), {"1": 1, "2": 4, "3": 7, "4": 10}[period[5]], 1)


# "as-of date = the last day of the period."
def last_day(period: str) -> date:
    month, day = {"1": (3, 31), "2": (6, 30), "3": (9, 30), "4": (12, 31)}[period[5]]
    return date(int(period[:4]), month, day)


def quarters(first: str, last: str) -> list[str]:
    """Every quarter from ``first`` to ``last``, both included."""
    every = [f"{year}Q{number}" for year in range(int(first[:4]), int(last[:4]) + 1) for number in (1, 2, 3, 4)]
    return [period for period in every if first <= period <= last]
