"""The State Council's table of a year (放假安排): read whole or not at all, and taken into the table of working days.

Of what was known nothing changes unasked, for due dates and verdicts were computed from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction

from accounts import audit
from areas import changes
from areas.models import Area, CalendarDay
from areas.package.reading import csv_sheet
from areas.package.tables import Unreadable
from areas.vocabulary import AreaKind
from areas.workdays import notices
from common.exceptions import Refused
from common.values import TextPlace, UnreadableValue, read_day

COLUMNS = ("日期", "休/班", "名称")
WORDS = {"休": False, "班": True}
HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
"""What every year has, by the Regulation on Public Holidays: a table without one is cut short."""
EVE = 29
"""New Year's holiday may begin in the year before, on this day of December at the earliest."""
SHOWN = 10
"""Days that a sentence names."""


class MalformedCalendar(Refused):
    """A table that cannot be taken; ``problems`` are sentences, each with its row and column."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"放假安排有 {len(problems)} 处问题，未补录任何一天。")
        self.problems = problems


@dataclass(frozen=True)
class CalendarYear:
    """Every day of a year and whether it is worked, with the days before it that its first holiday takes in."""

    year: int
    days: Mapping[date, bool]


@dataclass(frozen=True)
class CalendarTaken:
    """The days that were not known before, and those that were known otherwise."""

    added: Sequence[date]
    corrected: Sequence[date]


@dataclass(frozen=True)
class _Row:
    line: int
    day: date
    is_working: bool
    name: str


def read(file: Path) -> CalendarYear:
    """The year of a CSV file with the columns 日期, 休/班, 名称; MalformedCalendar with everything that is wrong with it."""
    try:
        records = [(line, [cell.strip() for cell in cells]) for line, cells in csv_sheet(file).rows]
    except Unreadable as problem:
        raise MalformedCalendar([str(problem)]) from None
    records = [(line, cells) for line, cells in records if any(cells)]
    if not records or tuple(records[0][1]) != COLUMNS:
        raise MalformedCalendar([f"第 1 行：表头应为“{'，'.join(COLUMNS)}”。"])
    problems: list[str] = []
    rows = [row for line, cells in records[1:] if (row := _row(line, cells, problems))]
    if not problems:
        problems += _amiss(rows)
    if problems:
        raise MalformedCalendar(problems)
    year = max(row.day.year for row in rows)
    said = {row.day: row.is_working for row in rows}
    return CalendarYear(year, {day: day.weekday() < 5 for day in _days(year)} | said)


def _row(line: int, cells: list[str], problems: list[str]) -> _Row | None:
    """The row as it is meant; None, and what is wrong with it is added to the problems."""
    before = len(problems)
    if len(cells) != len(COLUMNS):
        problems.append(f"第 {line} 行：应有 {len(COLUMNS)} 列（{'，'.join(COLUMNS)}），现有 {len(cells)} 列。")
        return None
    written, word, name = cells
    day = None
    try:
        day = read_day(written, place=TextPlace.SHEET)
    except UnreadableValue as problem:
        problems.append(f"第 {line} 行 日期 列：{problem}")
    else:
        if day is None:
            problems.append(f"第 {line} 行 日期 列：未填写。")
    if word not in WORDS:
        problems.append(f"第 {line} 行 休/班 列：“{word}”无法识别，应为“休”或“班”。")
    if not name:
        problems.append(f"第 {line} 行 名称 列：未填写，应为节日名称，例如“国庆节”。")
    if word == "班" and day and day.weekday() < 5:
        problems.append(f"第 {line} 行 日期 列：{day} 不是周六、周日，本来上班，请核对日期。")
    return _Row(line, day, WORDS[word], name) if day and len(problems) == before else None


def _amiss(rows: Sequence[_Row]) -> Iterator[str]:
    """What is wrong with the rows together."""
    if not rows:
        yield "没有一天：表头之下每行一天。"
        return
    year = max(row.day.year for row in rows)
    first: dict[date, int] = {}
    for row in rows:
        if row.day in first:
            yield f"第 {row.line} 行 日期 列：{row.day} 与第 {first[row.day]} 行重复。"
        first.setdefault(row.day, row.line)
        if row.day.year != year and row.day < date(year - 1, 12, EVE):
            yield f"第 {row.line} 行 日期 列：{row.day} 不在 {year} 年，一份文件只写一年的安排。"
    for name in HOLIDAYS:
        if not any(name in row.name for row in rows if not row.is_working):
            yield f"名称 列：缺{name}的放假日期。"


def _days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=each) for each in range((date(year + 1, 1, 1) - first).days)]


@transaction.atomic
def take(table: CalendarYear, *, document: str, correct: bool, by) -> CalendarTaken:
    """Take a year into the table of working days, on the authority of a document; all verdicts are given again where a day changes.

    Refused, and nothing is taken, where a day that was known would change and nobody said that it is to be corrected.
    """
    known = {**notices(), **dict(CalendarDay.objects.values_list("day", "is_working"))}
    added = sorted(day for day in table.days if day not in known)
    corrected = sorted(day for day, is_working in table.days.items() if known.get(day, is_working) != is_working)
    if corrected and not correct:
        named = "、".join(
            f"{day}（现为{_word(known[day])}，文件为{_word(table.days[day])}）" for day in corrected[:SHOWN]
        )
        more = f"等 {len(corrected)} 天" if len(corrected) > SHOWN else ""
        raise Refused(
            f"与现有工作日表不同：{named}{more}。据此算过的期限和评定会随之改变，未补录任何一天；"
            "对照通知原文核对无误的，加上 --correct 再次执行。"
        )
    if added or corrected:
        rows = [CalendarDay(day=day, is_working=table.days[day], source=document) for day in (*added, *corrected)]
        CalendarDay.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["day"], update_fields=["is_working", "source"]
        )
        if corrected:
            for county in Area.objects.filter(kind=AreaKind.DISTRICT).values_list("code", flat=True):
                changes.note(county)
        audit.record(
            action="calendar.take",
            by=by,
            detail={
                "year": table.year,
                "document": document,
                "count": len(rows),
                "corrected": [str(day) for day in corrected],
            },
        )
    return CalendarTaken(added, corrected)


def _word(is_working: bool) -> str:
    return "上班" if is_working else "放假"
