"""When returns are due. The date is always given; nothing here asks what day it is."""

from datetime import date, timedelta

from django.conf import settings

from common.periods import Quarter

FIRST = Quarter(2017, 1)
"""The plan's first quarter; no return is older (a test compares it with the plan file)."""


def reporting_quarter(on: date) -> Quarter:
    """The quarter to report on the day: the latest that has ended, and never before the plan's first."""
    return max(Quarter.containing(on).plus(-1), FIRST)


def due_on(quarter: Quarter) -> date:
    """The last day for reporting a quarter; at the end of the calendar, its last day."""
    days_left = (date.max - quarter.last_day).days
    return quarter.last_day + timedelta(days=min(settings.RETURN_DUE_DAYS, days_left))


def fault_of_due(due: date, quarter: Quarter) -> str:
    """Why a day cannot be the last for reporting a quarter, in words; blank where it can."""
    if due > quarter.last_day:
        return ""
    return f"{quarter.label}的截止日期应晚于季末（{quarter.last_day:%Y-%m-%d}），通常为 {due_on(quarter):%Y-%m-%d}。"


def openable(on: date) -> list[Quarter]:
    """The quarters for which returns may be asked on the day, the latest first."""
    return list(FIRST.through(Quarter.containing(on)))[::-1]


def has_ended(quarter: Quarter, on: date) -> bool:
    return quarter.last_day < on


def can_open(quarter: Quarter, on: date) -> bool:
    """Whether a return for the quarter may be opened on the day: the quarter has begun and the plan covers it."""
    return quarter >= FIRST and quarter.first_day <= on
