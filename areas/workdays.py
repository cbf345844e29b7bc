"""Working days (工作日) by the State Council's notices; days outside the table are refused, never guessed (S20, S21)."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache, lru_cache

import chinese_calendar
import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
_DAY = np.timedelta64(1, "D")


class DayUnknown(ValueError):
    """The table of working days lacks ``day``, so nothing can be counted over it."""

    def __init__(self, day: date) -> None:
        super().__init__(f"工作日表里没有 {day}，期限无法计算：请先按国务院办公厅的放假通知补录这一天起的工作日。")
        self.day = day


class WorkingDays:
    """The table of working days, from a mapping of days to whether they are worked."""

    def __init__(self, table: Mapping[date, bool]) -> None:
        days = np.array(sorted(table), "datetime64[D]")
        self._first = days[0] if len(days) else np.datetime64("2000-01-01")
        span = int((days[-1] - self._first) / _DAY) + 1 if len(days) else 0
        known, working = np.zeros(span + 1, bool), np.zeros(span + 1, bool)
        positions = ((days - self._first) / _DAY).astype(np.int64)
        known[positions] = True
        working[positions] = [table[day] for day in days.tolist()]
        unknown = np.flatnonzero(~known)
        self._next_unknown = unknown[np.searchsorted(unknown, np.arange(span + 1))]
        self._worked = np.flatnonzero(working)
        self._span = span

    def nth_after(self, day: date, n: int) -> date:
        """The n-th working day after ``day``, which is day 0 itself and need not be in the table.

        DayUnknown when a day after it, up to the result, is missing.
        """
        result: date = self.nth_after_each(np.array([day], "datetime64[D]"), n)[0].item()
        return result

    def nth_after_each(self, days: Days, n: int | npt.NDArray[np.int64]) -> Days:
        """``nth_after`` for each day; DayUnknown for the first that cannot be counted."""
        days = np.asarray(days, "datetime64[D]")
        counts = np.broadcast_to(np.asarray(n, np.int64), days.shape)
        if np.any(counts < 0):
            raise ValueError("工作日数不能为负。")
        following = ((days - self._first) / _DAY).astype(np.int64) + 1
        in_table = (following >= 0) & (following <= self._span)
        start = np.where(in_table, following, self._span)
        gap = np.where(in_table, self._next_unknown[start], following)
        rank = np.searchsorted(self._worked, start) + counts - 1
        worked = np.append(self._worked, self._span)
        found = np.where(
            rank < len(self._worked), worked[np.minimum(np.maximum(rank, 0), len(self._worked))], self._span
        )
        refused = (counts > 0) & (~in_table | (found >= gap))
        if np.any(refused):
            missing = self._first + gap[np.argmax(refused)] * _DAY
            raise DayUnknown(min(missing, np.datetime64(date.max)).item())
        return np.where(counts > 0, self._first + found * _DAY, days)

    def known_until(self, day: date) -> date:
        """The last day up to which the table knows every day from ``day`` on; the day before it where it does not know even that."""
        at = int((np.datetime64(day, "D") - self._first) / _DAY)
        gap = int(self._next_unknown[at]) if 0 <= at <= self._span else at
        return day + timedelta(days=gap - at - 1)

    def between_each(self, days: Days, last: Days) -> npt.NDArray[np.int64]:
        """How many working days lie after each day, up to the one in ``last``; those beyond the table are not counted."""
        after = ((np.asarray(days, "datetime64[D]") - self._first) / _DAY).astype(np.int64) + 1
        until = ((np.asarray(last, "datetime64[D]") - self._first) / _DAY).astype(np.int64) + 1
        return np.searchsorted(self._worked, until) - np.searchsorted(self._worked, after)


@cache
def notices() -> Mapping[date, bool]:
    """The days of the State Council's notices that the library holds: whole years, without a gap."""
    years = {day.year for day in chinese_calendar.constants.holidays}
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    span = (last - first).days + 1
    return {day: chinese_calendar.is_workday(day) for day in (first + timedelta(days=i) for i in range(span))}


def load() -> WorkingDays:
    """The table as it stands: the notices, extended and overridden by the bureau's own days."""
    from areas.models import CalendarDay

    return _extended(tuple(CalendarDay.objects.values_list("day", "is_working")))


@lru_cache(maxsize=2)
def _extended(days: tuple[tuple[date, bool], ...]) -> WorkingDays:
    return WorkingDays({**notices(), **dict(days)})
