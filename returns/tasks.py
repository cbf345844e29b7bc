"""What returns put into the inbox: what a township still owes, what waits for the bureau, and what each waits for."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import Exists, Max, OuterRef, Q
from django.urls import reverse

from accounts.contacts import BUREAU
from accounts.models import AuditEntry, User
from accounts.posts import Post, Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, VILLAGE_LEVEL
from common import clock
from common.periods import Quarter
from inbox.hooks import InboxAct, InboxItem
from inbox.places import of_rows
from returns.checks import Level
from returns.models import (
    AT_BUREAU,
    EDITABLE,
    Checking,
    LateRequest,
    LateRequestAction,
    Return,
    ReturnAction,
    ReturnMove,
    ReturnState,
    ReturnStatus,
    Round,
)
from returns.moves import LOOK
from returns.rounds import calendar, rounds

NOT_OPENED = ReturnStatus.NOT_BEGUN.label
OWED = (*EDITABLE, ReturnState.SIGNING)
"""What stands so the township has still to report."""

KIND, LATE = "季报", "补报"
NAMED = 3
"""Townships that are named where more of them are behind."""

THE_BUREAU, THE_HEAD, THE_CLERK = "区经信局", "街镇负责人", "街镇经办"


def pending(user: User) -> Iterator[InboxItem]:
    """All about returns that waits for the user or that she waits for."""
    on = clock.today()
    yield from owed_by(user, on)
    yield from waiting_for(user)
    yield from lying_with_others(user, on)
    yield from late_requests(user, on)


def owed_by(user, on: date) -> list[InboxItem]:
    """What the user's township has still to report on the day, the oldest first; nothing overdue disappears.

    What the other of clerk and head has in hand waits for the other, and what may not be filled in until the bureau
    has answered a request to report late waits for the bureau.
    """
    township = user.area
    if (
        township is None
        or township.kind not in TOWNSHIPS
        or not (user.may(Power.ENTER_RETURNS) or user.may(Power.SIGN_RETURNS))
    ):
        return []
    returns = list(_with_moment(Return.objects.standing().visible_to(user)).order_by("period", "revision"))
    opened = {entry.period for entry in returns}
    course = rounds.TownshipRounds(township, on)
    items = [
        _unopened(user, township, quarter, course) for quarter in _expected(township, on) if str(quarter) not in opened
    ]
    steps = _last_steps([entry for entry in returns if entry.state in EDITABLE])
    items += [
        _unfinished(user, township, entry, steps.get(entry.pk), course) for entry in returns if entry.state in OWED
    ]
    items += [_at_bureau(entry, township.name) for entry in returns if entry.state in AT_BUREAU]
    return sorted(items, key=lambda item: item.due or date.max)


def waiting_for(user) -> list[InboxItem]:
    """The returns that the user may decide or confirm, by due date and then in the order in which they came."""
    if not user.may(Power.REVIEW_RETURNS):
        return []
    sent_back = ReturnMove.objects.filter(quarterly_return=OuterRef("pk"), to_state=ReturnState.RETURNED)
    queue = _with_moment(Return.objects.visible_to(user).filter(state__in=AT_BUREAU)).select_related("township")
    queue = queue.annotate(came_again=Exists(sent_back)).order_by("period", "township_id", "revision")
    entries = list(queue)
    dues, odd = (rounds.due_days(user.area_id[:6]), _odd(entries)) if entries else ({}, {})
    items = [
        _submitted(user, entry, dues.get(entry.period) or calendar.due_on(entry.quarter), odd.get(entry.pk, 0))
        for entry in entries
    ]
    return sorted(items, key=lambda item: item.due)


def _odd(entries: list[Return]) -> Mapping[int, int]:
    """How many oddities were found when each was submitted, as that was kept: nothing is checked here; one query."""
    kept = Checking.objects.filter(move__quarterly_return__in=entries).order_by("move_id")
    found = kept.values_list("move__quarterly_return_id", "found")
    return {pk: sum(each["level"] == Level.ODDITY for each in problems) for pk, problems in found}


def lying_with_others(user, on: date) -> Iterator[InboxItem]:
    """For the bureau: what it sent back, and of each round that it opened who has not reported."""
    if not user.may(Power.RUN_ROUNDS):
        return
    returned = list(
        _with_moment(Return.objects.visible_to(user).filter(state=ReturnState.RETURNED))
        .select_related("township")
        .order_by("period", "township_id")
    )
    dues, steps = rounds.due_days(user.area_id[:6]), _last_steps(returned)
    for entry in returned:
        due = dues.get(entry.period) or calendar.due_on(entry.quarter)
        yield _item(
            entry,
            "returned",
            entry.township.name,
            due,
            who=entry.township.name,
            words=_words(steps.get(entry.pk)),
            other=entry.township_id,
        )
    yield from _unreported(list(Round.objects.visible_to(user).order_by("period")))


def _unreported(rounds_: list[Round]) -> Iterator[InboxItem]:
    """Who has not reported in each round, apart from what was sent back; one query."""
    begun = Return.objects.standing().filter(
        corrects=None,
        state__in=(ReturnState.DRAFT, ReturnState.SIGNING),
        county__in={round_.county for round_ in rounds_},
        period__in={round_.period for round_ in rounds_},
    )
    behind: dict[str, list[str]] = {}
    for period, name in begun.order_by("township_id").values_list("period", "township__name"):
        behind.setdefault(period, []).append(name)
    for round_ in rounds_:
        if names := behind.get(round_.period):
            yield InboxItem(
                key=f"round/{round_.pk}/behind",
                version=str(len(names)),
                kind=KIND,
                title=f"{round_.quarter.label}季报：{len(names)} 个街镇未报送",
                url=reverse("returns:round", args=[round_.quarter]),
                state="未报送",
                since=round_.opened_at,
                due=round_.due,
                who=f"{'、'.join(names[:NAMED])}{f'等 {len(names)} 个街镇' if len(names) > NAMED else ''}",
            )


def late_requests(user, on: date) -> Iterator[InboxItem]:
    """Requests to report late that nobody has answered: the bureau answers at once, the clerk sees hers waiting."""
    if not (user.may(Power.RUN_ROUNDS) or user.may(Power.ENTER_RETURNS)):
        return
    for request in LateRequest.objects.visible_to(user).open().select_related("round", "township", "by"):
        yield _late(request, user, on)


def _late(request: LateRequest, user, on: date) -> InboxItem:
    may_answer, url = user.may(Power.RUN_ROUNDS), reverse("returns:late", args=[request.pk])
    until = max(request.until, on)
    fields = {"decision": LateRequestAction.GRANT.value, "version": str(request.version), "until": until.isoformat()}
    return InboxItem(
        key=f"late/{request.pk}",
        version=str(request.version),
        kind=LATE,
        title=f"{request.township.name}申请补报{request.round.quarter.label}季报",
        url=url,
        state=request.get_state_display(),
        since=request.at,
        due=request.until if may_answer else None,
        who="" if may_answer else THE_BUREAU,
        words=f"申请补报至 {request.until:%Y-%m-%d}：{request.reason}",
        other=request.township_id if may_answer else BUREAU,
        acts=(InboxAct(label=f"允许补报至 {until:%Y-%m-%d}", url=url, fields=fields),) if may_answer else (),
    )


def places(user: User, entries: list[AuditEntry]) -> Mapping[int, str]:
    """Where the returns, rounds and requests lie of which entries of the trail tell."""
    found = dict(of_rows(entries, Return.objects.visible_to(user), "returns:return"))
    found |= of_rows(entries, LateRequest.objects.visible_to(user), "returns:late")
    if user.may(Power.SEE_RETURNS):
        found |= _of_rounds(entries, Round.objects.visible_to(user))
    if user.may(Power.ENTER_COUNTS):
        index = reverse("returns:counts_index")
        found |= {entry.sequence: index for entry in entries if entry.action in _OF_COUNTS}
    return found


_OF_COUNTS = ("count.save", "workbook.confirm")


def _of_rounds(entries: list[AuditEntry], seen) -> dict[int, str]:
    """Rounds that were opened, and townships that were urged in one."""
    about = [entry for entry in entries if entry.action in ("round.open", "round.urge")]
    periods = {str(round_.pk): round_.period for round_ in seen} if about else {}
    named = {entry.sequence: entry.facts.get("period") or periods.get(entry.subject_key) for entry in about}
    return {
        sequence: reverse("returns:round", args=[period])
        for sequence, period in named.items()
        if period in periods.values()
    }


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


def _with_moment(returns):
    """Each with its status and ``moved_at``, when it came to whoever has it; opening and taking it up move it nowhere."""
    moved_at = Max("moves__at", filter=~Q(moves__action__in=(LOOK, ReturnAction.TAKE, ReturnAction.SAVE)))
    return returns.with_status().annotate(moved_at=moved_at)


def _last_steps(returned: list[Return]) -> dict[int, ReturnMove]:
    """By what each came back last: from the bureau, or from the head."""
    back = Q(to_state=ReturnState.RETURNED) | Q(action="hand_back")
    moves = ReturnMove.objects.filter(back, quarterly_return__in=returned).select_related("by").order_by("pk")
    return {move.quarterly_return_id: move for move in moves}


def _words(step: ReturnMove | None) -> str:
    """The other side's words: 王审核：请核对; blank where nobody said anything."""
    if step is None or not step.reason:
        return ""
    return f"{step.by}：{step.reason}" if step.by else step.reason


def _item(entry: Return, what: str, name: str, due: date | None, **more) -> InboxItem:
    """An item about a return; ``what`` is to be done with it."""
    mark = "（更正）" if entry.corrects_id else ""
    said = {
        "title": f"{name}{entry.quarter.label}季报{mark}",
        "url": reverse("returns:return", args=[entry.pk]),
        "version": str(entry.version),
    }
    return InboxItem(
        key=f"return/{entry.pk}/{what}",
        kind=KIND,
        state=entry.status.label,
        since=entry.moved_at or entry.created_at,
        due=due,
        **said | more,
    )


def _unopened(user, township: Area, quarter: Quarter, course: rounds.TownshipRounds) -> InboxItem:
    return InboxItem(
        key=f"return/{township.code}/{quarter}/open",
        version=course.version(quarter),
        kind=KIND,
        title=f"{township.name}{quarter.label}季报",
        url=reverse("returns:open", args=[quarter]),
        state=NOT_OPENED,
        due=course.due_on(quarter),
        who=THE_BUREAU if course.awaits_leave(quarter) else "" if user.may(Power.ENTER_RETURNS) else THE_CLERK,
        words=course.notice(quarter),
        other=BUREAU,
    )


def _unfinished(
    user, township: Area, entry: Return, step: ReturnMove | None, course: rounds.TownshipRounds
) -> InboxItem:
    """Who signs is led straight to the signing."""
    is_signing = entry.state == ReturnState.SIGNING
    is_mine = user.may(Power.SIGN_RETURNS if is_signing else Power.ENTER_RETURNS)
    page = "sign" if is_mine and is_signing else "return"
    stays_open = entry.corrects_id or entry.state == ReturnState.RETURNED
    notice = "" if stays_open else course.notice(entry.quarter)
    waits = not stays_open and course.awaits_leave(entry.quarter)
    return _item(
        entry,
        "sign" if is_signing else "fill",
        township.name,
        course.due_on(entry.quarter),
        url=reverse(f"returns:{page}", args=[entry.pk]),
        version=f"{_moved(entry, step)}/{course.version(entry.quarter)}",
        who=THE_BUREAU if waits else "" if is_mine else THE_HEAD if is_signing else THE_CLERK,
        words=f"{notice}{_words(step) or entry.reason}",
        other=BUREAU,
    )


def _moved(entry: Return, step: ReturnMove | None) -> str:
    """Changes with a step, not with each figure that is typed."""
    return f"{entry.state}.{step.pk if step else 0}"


def _at_bureau(entry: Return, name: str) -> InboxItem:
    return _item(entry, "bureau", name, None, who=THE_BUREAU, words=entry.reason, other=BUREAU)


def _submitted(user, entry: Return, due: date, odd: int) -> InboxItem:
    """What is passed waits for who confirms it; what is reported for whoever reviews."""
    is_passed = entry.state == ReturnState.PASSED
    is_mine = not is_passed or user.may(Power.CONFIRM_RETURNS)
    mark = "（退回后重新报送）" if entry.came_again else ""
    return _item(
        entry,
        "confirm" if is_passed else "review",
        entry.township.name,
        due,
        title=f"{entry.township.name}{entry.quarter.label}季报{mark}",
        url=reverse("returns:review", args=[entry.pk]),
        version=str(entry.moved_at or entry.pk),
        due_of="报送期限",
        who="" if is_mine else Post.BUREAU_HEAD.label,
        words="；".join(filter(None, (f"需核对 {odd} 项" if odd else "", entry.reason))),
        other=entry.township_id,
    )
