"""Reporting late (补报): a township asks with a reason once its round is over, the bureau lets it or does not.

Leave that is given is an ``Unlock``, whoever asked for it; the table of moves is ``LATE_MOVES``.
"""

from datetime import date, timedelta
from operator import attrgetter

from django.db import transaction

from accounts.posts import Power
from areas.models import Area
from common.exceptions import Refused
from returns.models import LateRequest, LateRequestAction, LateRequestMove, LateRequestState, Round, Unlock
from returns.rounds import rounds
from workflow.engine import Transition, Workflow

ASKED_DAYS = 3
"""Days that a request asks for unless the clerk says otherwise."""

_S, _A = LateRequestState, LateRequestAction
_CLERK, _BUREAU = frozenset({Power.ENTER_RETURNS}), frozenset({Power.RUN_ROUNDS})

LATE_MOVES = Workflow(
    Transition(_A.ASK, (), _S.OPEN, _CLERK),
    Transition(_A.GRANT, (_S.OPEN,), _S.GRANTED, _BUREAU),
    Transition(_A.REFUSE, (_S.OPEN,), _S.REFUSED, _BUREAU, needs_reason=True),
    Transition(_A.WITHDRAW, (_S.OPEN,), _S.WITHDRAWN, _CLERK),
    code_of=attrgetter("township_id"),
    trail={LateRequest: "late"},
)


def usual_until(on: date) -> date:
    return on + timedelta(days=ASKED_DAYS)


def open_request(round_: Round, township: Area) -> LateRequest | None:
    """The request that waits for an answer; None when none does."""
    return LateRequest.objects.open().filter(round=round_, township=township).first()


@transaction.atomic
def ask(*, round_: Round, township: Area, reason: str, until: date, on: date, by) -> LateRequest:
    """Ask to report until a day. Asked already, the open request is answered and nothing changes.

    Refused while entry is not over for the township: then nothing has to be asked.
    """
    LATE_MOVES.permit(_A.ASK, township.code, by)
    Round.objects.select_for_update().get(pk=round_.pk)
    reason = LATE_MOVES.require_reason(LATE_MOVES[_A.ASK], reason)
    if not reason:
        raise Refused("申请补报必须写明原因。")
    if not rounds.is_locked(township.code, round_.quarter, on):
        raise Refused(f"{round_.quarter.label}现在可以填报，不必申请补报。")
    if until < on:
        raise Refused("申请补报的日期不能早于今天。")
    if found := open_request(round_, township):
        return found
    asked = LateRequest.objects.create(round=round_, township=township, reason=reason, until=until, by=by)
    LATE_MOVES.record(LATE_MOVES.log(asked, _A.ASK, "", by, reason), until=until)
    return asked


@transaction.atomic
def grant(*, request: LateRequest, version: int, until: date, on: date, by) -> LateRequestMove:
    """Let the township report until a day, for the reason that it gave."""
    move = LATE_MOVES.permit(_A.GRANT, request.township_id, by)
    step = LATE_MOVES.advance(request, move, version, by)
    rounds.unlock(round_=request.round, township=request.township, until=until, reason=request.reason, on=on, by=by)
    return LATE_MOVES.record(step, until=until)


@transaction.atomic
def give_leave(*, round_: Round, township: Area, until: date, reason: str, on: date, by) -> Unlock:
    """Let the township report late of the bureau's own accord; a request that waits is answered with it."""
    given = rounds.unlock(round_=round_, township=township, until=until, reason=reason, on=on, by=by)
    if asked := open_request(round_, township):
        move = LATE_MOVES.permit(_A.GRANT, township.code, by)
        LATE_MOVES.record(LATE_MOVES.advance(asked, move, asked.version, by, given.reason), until=until)
    return given


@transaction.atomic
def refuse(*, request: LateRequest, version: int, reason: str, by) -> LateRequestMove:
    move = LATE_MOVES.permit(_A.REFUSE, request.township_id, by)
    return LATE_MOVES.record(LATE_MOVES.advance(request, move, version, by, LATE_MOVES.require_reason(move, reason)))


@transaction.atomic
def withdraw(*, request: LateRequest, version: int, by) -> LateRequestMove:
    move = LATE_MOVES.permit(_A.WITHDRAW, request.township_id, by)
    return LATE_MOVES.record(LATE_MOVES.advance(request, move, version, by))


def repeated(request: LateRequest, action: LateRequestAction, version: int, by) -> bool:
    """Whether the same person has taken just this step already: a form sent twice."""
    return request.moves.filter(action=action, version=version + 1, by=by).exists()
