"""Tasks for the home page: returns that a township still owes, and returns that wait for a reviewer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL
from common.periods import Quarter
from returns.models import EDITABLE, Return, ReturnMove, ReturnState, ReturnStatus
from returns.rounds import calendar, rounds

NOT_OPENED = ReturnStatus.NOT_BEGUN.label
OWED = (*EDITABLE, ReturnState.SIGNING)
"""What stands so the township has still to report."""


@dataclass(frozen=True)
class ReturnTask:
    """Something to do: where, by when, how it stands in words, why it came back (blank: it did not), what presses."""

    label: str
    url: str
    due: date
    state: str
    reason: str = ""
    notice: str = ""


def owed_by(user, on: date) -> list[ReturnTask]:
    """What the user's township has still to report on the day, the oldest first; nothing overdue disappears."""
    township = user.area
    if (
        township is None
        or township.kind not in TOWNSHIPS
        or not (user.may(Power.ENTER_RETURNS) or user.may(Power.SIGN_RETURNS))
    ):
        return []
    returns = list(Return.objects.standing().visible_to(user).with_status().order_by("period", "revision"))
    opened = {entry.period for entry in returns}
    course = rounds.TownshipRounds(township, on)
    tasks = [_unopened(township, quarter, course) for quarter in _expected(township, on) if str(quarter) not in opened]
    reasons = _reasons([entry for entry in returns if entry.state == ReturnState.RETURNED])
    signs = user.may(Power.SIGN_RETURNS)
    tasks += [
        _unfinished(township, entry, reasons.get(entry.pk, ""), course, signs)
        for entry in returns
        if entry.state in OWED
    ]
    return sorted(tasks, key=lambda task: task.due)


def waiting_for(user) -> list[ReturnTask]:
    """The returns that the user may decide or confirm, by due date and then in the order in which they came."""
    states = [ReturnState.SUBMITTED, ReturnState.REVIEWING] if user.may(Power.REVIEW_RETURNS) else []
    states += [ReturnState.PASSED] if user.may(Power.CONFIRM_RETURNS) else []
    if not states:
        return []
    sent_back = ReturnMove.objects.filter(quarterly_return=OuterRef("pk"), to_state=ReturnState.RETURNED)
    queue = Return.objects.visible_to(user).filter(state__in=states).with_status().select_related("township")
    queue = queue.annotate(came_again=Exists(sent_back)).order_by("period", "township_id", "revision")
    entries = list(queue)
    dues = rounds.due_days(user.area_id[:6]) if entries else {}
    tasks = [_submitted(entry, dues.get(entry.period) or calendar.due_on(entry.quarter)) for entry in entries]
    return sorted(tasks, key=lambda task: task.due)


def _expected(township: Area, on: date) -> Iterator[Quarter]:
    """The quarters that ended by the day and in which the township had villages."""
    last = calendar.reporting_quarter(on)
    intervals = _intervals(township)
    for quarter in calendar.FIRST.through(last):
        day = quarter.last_day
        if day < on and any(all(_holds(begin, end, day) for begin, end in interval) for interval in intervals):
            yield quarter


def _intervals(township: Area) -> list[list[tuple[date | None, date | None]]]:
    """For each village its own interval and those of its ancestors (docs/rules.md, section 1: in force with all of them)."""
    paths = ("", "parent__", "parent__parent__")
    names = [f"{path}{name}" for path in paths for name in ("valid_from", "valid_to")]
    rows = Area.objects.beneath(township.code).filter(kind__in=VILLAGE_LEVEL).values_list(*names)
    return [list(zip(row[::2], row[1::2], strict=True)) for row in rows]


def _holds(begin: date | None, end: date | None, day: date) -> bool:
    return (begin is None or begin <= day) and (end is None or day < end)


def _reasons(returned: list[Return]) -> dict[int, str]:
    """Why each was last sent back."""
    moves = ReturnMove.objects.filter(quarterly_return__in=returned, to_state=ReturnState.RETURNED).order_by("pk")
    return {move.quarterly_return_id: move.reason for move in moves}


def _unopened(township: Area, quarter: Quarter, course: rounds.TownshipRounds) -> ReturnTask:
    return ReturnTask(
        f"{township.name}{quarter.label}季报",
        reverse("returns:open", args=[quarter]),
        course.due_on(quarter),
        NOT_OPENED,
        notice=course.notice(quarter),
    )


def _unfinished(township: Area, entry: Return, reason: str, course: rounds.TownshipRounds, signs: bool) -> ReturnTask:
    """Who signs is led straight to the signing."""
    page = "sign" if signs and entry.state == ReturnState.SIGNING else "return"
    mark = "（更正）" if entry.corrects_id else ""
    return ReturnTask(
        f"{township.name}{entry.quarter.label}季报{mark}",
        reverse(f"returns:{page}", args=[entry.pk]),
        course.due_on(entry.quarter),
        entry.status.label,
        reason or entry.reason,
        "" if entry.corrects_id or entry.state == ReturnState.RETURNED else course.notice(entry.quarter),
    )


def _submitted(entry: Return, due: date) -> ReturnTask:
    mark = "（退回后重新报送）" if entry.came_again else ""
    return ReturnTask(
        f"{entry.township.name}{entry.quarter.label}季报{mark}",
        reverse("returns:review", args=[entry.pk]),
        due,
        entry.status.label,
        entry.reason,
    )
