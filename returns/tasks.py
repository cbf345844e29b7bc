"""What a person owes, and what waits for a person, for the home page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.posts import Power
from areas.models import Area
from areas.periods import Quarter
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL
from returns import calendar
from returns.models import EDITABLE, Move, Return, State

NOT_OPENED = "未填报"


@dataclass(frozen=True)
class Task:
    """Something to do: where, by when, how it stands in words, and why it came back (blank: it did not)."""

    label: str
    url: str
    due: date
    state: str
    reason: str = ""


def owed_by(user, on: date) -> list[Task]:
    """What the user's township has still to report on the day, the oldest first; nothing overdue disappears."""
    township = user.area
    if (
        township is None
        or township.kind not in TOWNSHIPS
        or not (user.may(Power.ENTER_RETURNS) or user.may(Power.SIGN_RETURNS))
    ):
        return []
    returns = list(Return.objects.visible_to(user).order_by("period", "revision"))
    opened = {entry.period for entry in returns}
    tasks = [_unopened(township, quarter) for quarter in _expected(township, on) if str(quarter) not in opened]
    reasons = _reasons([entry for entry in returns if entry.state == State.RETURNED])
    tasks += [_unfinished(township, entry, reasons.get(entry.pk, "")) for entry in returns if entry.state in EDITABLE]
    return sorted(tasks, key=lambda task: task.due)


def waiting_for(user) -> list[Task]:
    """The submitted returns that the user may decide, by due date and then in the order in which they came."""
    if not user.may(Power.REVIEW_RETURNS):
        return []
    sent_back = Move.objects.filter(owner=OuterRef("pk"), to_state=State.RETURNED)
    queue = Return.objects.visible_to(user).filter(state=State.SUBMITTED).select_related("township")
    queue = queue.annotate(came_again=Exists(sent_back)).order_by("period", "township_id", "revision")
    return sorted((_submitted(entry) for entry in queue), key=lambda task: task.due)


def _expected(township: Area, on: date) -> Iterator[Quarter]:
    """The quarters that ended by the day and in which the township had villages."""
    last = calendar.reporting_quarter(on)
    intervals = _intervals(township)
    for quarter in calendar.FIRST.through(last):
        day = quarter.last_day
        if day < on and any(all(_holds(begin, end, day) for begin, end in interval) for interval in intervals):
            yield quarter


def _intervals(township: Area) -> list[list[tuple[date | None, date | None]]]:
    """For each village its own interval and those of its ancestors (rules, section 1: in force with all of them)."""
    paths = ("", "parent__", "parent__parent__")
    names = [f"{path}{name}" for path in paths for name in ("valid_from", "valid_to")]
    rows = Area.objects.beneath(township.code).filter(kind__in=VILLAGE_LEVEL).values_list(*names)
    return [list(zip(row[::2], row[1::2], strict=True)) for row in rows]


def _holds(begin: date | None, end: date | None, day: date) -> bool:
    return (begin is None or begin <= day) and (end is None or day < end)


def _reasons(returned: list[Return]) -> dict[int, str]:
    """Why each was last sent back."""
    moves = Move.objects.filter(owner__in=returned, to_state=State.RETURNED).order_by("pk")
    return {move.owner_id: move.reason for move in moves}


def _unopened(township: Area, quarter: Quarter) -> Task:
    return Task(
        f"{township.name}{quarter.label}季报",
        reverse("returns:open", args=[quarter]),
        calendar.due_on(quarter),
        NOT_OPENED,
    )


def _unfinished(township: Area, entry: Return, reason: str) -> Task:
    mark = "（更正）" if entry.corrects_id else ""
    return Task(
        f"{township.name}{entry.quarter.label}季报{mark}",
        reverse("returns:return", args=[entry.pk]),
        calendar.due_on(entry.quarter),
        entry.get_state_display(),
        reason or entry.reason,
    )


def _submitted(entry: Return) -> Task:
    state = "退回后再报" if entry.came_again else "更正待审核" if entry.corrects_id else "待审核"
    return Task(
        f"{entry.township.name}{entry.quarter.label}季报",
        reverse("returns:review", args=[entry.pk]),
        calendar.due_on(entry.quarter),
        state,
        entry.reason,
    )
