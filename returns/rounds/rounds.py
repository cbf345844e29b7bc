"""The rounds (填报期): the bureau opens a quarter with a due date, urges, and lets a township be late.

Without a round a quarter is due as ``calendar`` says, and may be reported at any time.
After the due date of a round entry is locked: a return that the bureau sent back, and a correction, are not.
"""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localtime

from accounts import audit
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.exceptions import Refused
from common.periods import Quarter
from returns.entry.beginning import begin
from returns.models import LateRequest, LateRequestState, Return, ReturnState, Round, Unlock, Urge
from returns.rounds import calendar
from returns.sheet import villages
from witness.sealing import seal
from workflow.engine import fitting


def due_days(county: str) -> Mapping[str, date]:
    """The last day of each quarter that has a round, by period."""
    return dict(Round.objects.filter(county=county).values_list("period", "due"))


def due_on(county: str, quarter: Quarter) -> date:
    """The last day for reporting the quarter: its round's, else RETURN_DUE_DAYS after its end."""
    return due_days(county).get(str(quarter)) or calendar.due_on(quarter)


class TownshipRounds:
    """The rounds as one township sees them on a day: due dates, and what presses; four queries, five where it asked."""

    def __init__(self, township: Area, on: date) -> None:
        self._on = on
        found = Round.objects.filter(county=township.county)
        self._rounds = {each.period: each for each in found}
        self._late = dict(Unlock.objects.filter(township=township).order_by("pk").values_list("round_id", "until"))
        asked = Urge.objects.filter(township=township).select_related("by").order_by("pk")
        self._urges = {urge.round_id: urge for urge in asked}
        requests = LateRequest.objects.filter(township=township).order_by("pk").prefetch_related("moves__by")
        self._requests = {request.round_id: request for request in requests}

    def due_on(self, quarter: Quarter) -> date:
        round_ = self._rounds.get(str(quarter))
        return round_.due if round_ else calendar.due_on(quarter)

    def urging(self, quarter: Quarter) -> Urge | None:
        """The latest urging for the quarter."""
        round_ = self._rounds.get(str(quarter))
        return self._urges.get(round_.pk) if round_ else None

    def version(self, quarter: Quarter) -> str:
        """Changes with each urging, and with each step of a request to report late."""
        urge, round_ = self.urging(quarter), self._rounds.get(str(quarter))
        request = self._requests.get(round_.pk) if round_ else None
        return f"{urge.pk if urge else 0}.{f'{request.pk}.{request.version}' if request else 0}"

    def awaits_leave(self, quarter: Quarter) -> bool:
        """Whether entry is over and the bureau has yet to answer whether the township may be late."""
        round_ = self._rounds.get(str(quarter))
        if round_ is None or self._on <= max(round_.due, self._late.get(round_.pk, round_.due)):
            return False
        request = self._requests.get(round_.pk)
        return request is not None and request.state == LateRequestState.OPEN

    def notice(self, quarter: Quarter) -> str:
        """That the township was urged, that the last day is near, that entry is over; blank when nothing presses."""
        round_ = self._rounds.get(str(quarter))
        if round_ is None:
            return ""
        urge = self.urging(quarter)
        asked = f"{urge.by}于 {urge.on:%Y-%m-%d} 催办。" if urge else ""
        return self._early(round_) + asked + self._time_left(round_)

    def _early(self, round_: Round) -> str:
        """Why the round was opened early; blank once the quarter has ended."""
        is_early = round_.early_reason and not calendar.has_ended(round_.quarter, self._on)
        return f"本季度尚未结束，提前开放填报：{round_.early_reason}。" if is_early else ""

    def _time_left(self, round_: Round) -> str:
        left = (round_.due - self._on).days
        if left < 0:
            until = self._late.get(round_.pk)
            is_late = until is not None and self._on <= until
            return f"允许补报至 {until:%Y-%m-%d}。" if is_late else f"填报已截止。{self._late_words(round_)}"
        if left > settings.RETURN_REMIND_DAYS:
            return ""
        return f"还有 {left} 天截止。" if left else "今天截止。"

    def _late_words(self, round_: Round) -> str:
        """What came of the request to report late; how to ask where none is on its way."""
        request = self._requests.get(round_.pk)
        if request and request.state == LateRequestState.OPEN:
            return "已申请补报，等待区经信局答复。"
        if request and request.state == LateRequestState.REFUSED:
            last = list(request.moves.all())[-1]
            return f"{last.by}于 {localtime(last.at):%Y-%m-%d} 不予允许补报：{last.reason}"
        return "确需补报的，请申请补报。"


def late_until(round_: Round, township: str) -> date | None:
    """Until when the township may be late; None: it may not."""
    unlock = round_.unlocks.filter(township_id=township).last()
    return unlock.until if unlock else None


def is_locked(township: str, quarter: Quarter | str, on: date) -> bool:
    """Whether entry is over on the day: past the round's due date, and past the leave to be late if there is one."""
    over = Round.objects.filter(county=township[:6], period=str(quarter), due__lt=on)
    if not over.exists():
        return False
    until = late_until(over.get(), township)
    return until is None or on > until


def is_entry_locked(quarterly_return: Return, on: date) -> bool:
    """Whether entry into the return is over on the day; one that was sent back and a correction stay open."""
    first = quarterly_return.corrects_id is None and quarterly_return.state != ReturnState.RETURNED
    return (
        first
        and is_locked(quarterly_return.township_id, quarterly_return.period, on)
        and quarterly_return.sent_back is None
    )


def require_open(township: str, quarter: Quarter, on: date) -> None:
    if is_locked(township, quarter, on):
        raise Refused(f"{quarter.label}填报已经截止，不能填报；确需补报的，请申请补报。")


def require_entry(quarterly_return: Return, on: date) -> None:
    if is_entry_locked(quarterly_return, on):
        raise Refused(f"{quarterly_return.quarter.label}填报已经截止，不能修改；确需补报的，请申请补报。")


def _permit(county: str, by) -> None:
    if not by.may(Power.RUN_ROUNDS) or not by.scope.holds(county):
        raise PermissionDenied("您的岗位不能组织填报。")


@transaction.atomic
def open_round(
    *, county: str, quarter: Quarter, due: date, note: str = "", early_reason: str = "", on: date, by
) -> Round:
    """Open a quarter, and begin the return of every township that has villages; doing it again adds what is missing.

    Opening it again with another ``due`` moves the due date. Refused when the quarter has not begun,
    or would be due before it ends, and without ``early_reason`` (or the one it was opened with) before it has ended.
    ``by`` None: the demonstration is being set up.
    """
    if by is not None:
        _permit(county, by)
    if not calendar.can_open(quarter, on):
        raise Refused(f"{quarter.label}尚未开始，或早于方案的第一个季度，不能开放填报。")
    if fault := calendar.fault_of_due(due, quarter):
        raise Refused(fault)
    standing = Round.objects.filter(county=county, period=str(quarter)).first()
    said = _early_reason(standing, quarter, early_reason, on)
    round_, created = Round.objects.get_or_create(
        county=county,
        period=str(quarter),
        defaults={"due": due, "note": note, "early_reason": said, "opened_by": by},
    )
    before = (round_.due, round_.early_reason)
    if (*before, round_.note) != (due, said, note):
        round_.due, round_.early_reason, round_.note = due, said, note
        round_.save(update_fields=["due", "early_reason", "note"])
    started = _begin_returns(round_, by)
    if created or before != (due, said) or started:
        detail = {"due": [None if created else before[0], due], "returns": started}
        detail |= {"early_reason": said} if said else {}
        audit.record(action="round.open", by=by or "（演示准备）", subject=round_, detail=detail)
    return round_


def _early_reason(standing: Round | None, quarter: Quarter, given: str, on: date) -> str:
    """Why the quarter is opened early: as given now, else as before; Refused when it has not ended and nobody says why."""
    before = standing.early_reason if standing else ""
    if calendar.has_ended(quarter, on):
        return before
    reason = fitting(given) or before
    if not reason:
        raise Refused(f"{quarter.label}尚未结束（季末 {quarter.last_day:%Y-%m-%d}），提前开放须写明原因。")
    return reason


def _begin_returns(round_: Round, by) -> int:
    """How many returns were begun."""
    townships = Area.objects.filter(county=round_.county, kind__in=TOWNSHIPS).in_force(round_.quarter.last_day)
    begun = set(Return.objects.standing().filter(period=round_.period).values_list("township_id", flat=True))
    wanted = [each for each in townships.exclude(code__in=begun) if villages(each.code, round_.quarter)]
    for township in wanted:
        begin(township, round_.quarter, by)
    return len(wanted)


@transaction.atomic
def unlock(*, round_: Round, township: Area, until: date, reason: str, on: date, by) -> Unlock:
    """Let the township report after the due date, until a day and for a reason; saying the same again adds nothing."""
    _permit(township.code, by)
    reason = fitting(reason)
    if not reason:
        raise Refused("开放补报必须写明原因。")
    if until < on or until <= round_.due:
        raise Refused(f"补报截止日期应晚于填报截止日期（{round_.due:%Y-%m-%d}），并且不早于今天。")
    latest = round_.unlocks.filter(township=township).last()
    if latest and (latest.until, latest.reason) == (until, reason):
        return latest
    given = Unlock.objects.create(round=round_, township=township, until=until, reason=reason, by=by)
    seal(given)
    audit.record(action="round.unlock", by=by, subject=township, detail={"until": until, "reason": reason})
    return given


@transaction.atomic
def urge(*, round_: Round, township: Area, on: date, by) -> bool:
    """Ask the township for its return; False when it has been asked on the day already. Refused once it is reported."""
    _permit(township.code, by)
    quarterly_return = (
        Return.objects.standing().filter(township=township, period=round_.period).order_by("revision").first()
    )
    if quarterly_return is not None and not (
        quarterly_return.is_editable or quarterly_return.state == ReturnState.SIGNING
    ):
        raise Refused(f"{township.name}已经报送{round_.quarter.label}季报，无须催办。")
    _, created = Urge.objects.get_or_create(round=round_, township=township, on=on, defaults={"by": by})
    if created:
        audit.record(action="round.urge", by=by, subject=township, detail={"period": round_.period})
    return created
