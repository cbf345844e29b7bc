"""The legal moves of a return: one table, read by actions, pages, docs/returns.md and tests alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from accounts.posts import Power
from areas import changes
from returns.models import EDITABLE, LineStatus, Return, ReturnAction, ReturnLine, ReturnMove, ReturnState
from witness.sealing import seal_keys
from workflow.engine import Transition, Workflow

LOOK = "look"
"""No move, only its trace: a reviewer opened what was submitted. From then on the township cannot take it back."""

_TOWNSHIP = frozenset({Power.ENTER_RETURNS, Power.SIGN_RETURNS})
_CLERK = frozenset({Power.ENTER_RETURNS})
_HEAD = frozenset({Power.SIGN_RETURNS})
_REVIEWER = frozenset({Power.REVIEW_RETURNS})
_CONFIRMER = frozenset({Power.CONFIRM_RETURNS})
_WITH_REVIEWER = (ReturnState.SUBMITTED, ReturnState.REVIEWING)


@dataclass(frozen=True)
class ReturnTransition(Transition):
    """A move that may take the lines along: ``lines`` is the status from which and to which they go."""

    lines: tuple[LineStatus, LineStatus] | None = None


_REPORTED = (LineStatus.DRAFT, LineStatus.SUBMITTED)
_REOPENED = (LineStatus.SUBMITTED, LineStatus.DRAFT)
_FROZEN = (LineStatus.SUBMITTED, LineStatus.APPROVED)

MOVES = Workflow(
    ReturnTransition(ReturnAction.OPEN, (), ReturnState.DRAFT, _CLERK),
    ReturnTransition(ReturnAction.SAVE, EDITABLE, None, _CLERK),
    ReturnTransition(ReturnAction.HAND_UP, EDITABLE, ReturnState.SIGNING, _CLERK),
    ReturnTransition(ReturnAction.HAND_BACK, (ReturnState.SIGNING,), ReturnState.DRAFT, _HEAD, needs_reason=True),
    ReturnTransition(ReturnAction.SUBMIT, (ReturnState.SIGNING,), ReturnState.SUBMITTED, _HEAD, _REPORTED),
    ReturnTransition(
        ReturnAction.WITHDRAW, (ReturnState.SIGNING, ReturnState.SUBMITTED), ReturnState.DRAFT, _TOWNSHIP, _REOPENED
    ),
    ReturnTransition(ReturnAction.TAKE, _WITH_REVIEWER, ReturnState.REVIEWING, _REVIEWER),
    ReturnTransition(ReturnAction.APPROVE, _WITH_REVIEWER, ReturnState.APPROVED, _REVIEWER, _FROZEN, four_eyes=False),
    ReturnTransition(ReturnAction.PASS, _WITH_REVIEWER, ReturnState.PASSED, _REVIEWER, four_eyes=True),
    ReturnTransition(ReturnAction.CONFIRM, (ReturnState.PASSED,), ReturnState.APPROVED, _CONFIRMER, _FROZEN),
    ReturnTransition(
        ReturnAction.OVERRULE, (ReturnState.PASSED,), ReturnState.SUBMITTED, _CONFIRMER, needs_reason=True
    ),
    ReturnTransition(
        ReturnAction.SEND_BACK, _WITH_REVIEWER, ReturnState.RETURNED, _REVIEWER, _REOPENED, needs_reason=True
    ),
    ReturnTransition(ReturnAction.CORRECT, (ReturnState.APPROVED,), None, _TOWNSHIP, needs_reason=True),
    ReturnTransition(
        ReturnAction.DISCARD,
        EDITABLE,
        ReturnState.DISCARDED,
        _TOWNSHIP,
        (LineStatus.DRAFT, LineStatus.DISCARDED),
        needs_reason=True,
    ),
    ReturnTransition(
        ReturnAction.SUPERSEDE,
        (ReturnState.APPROVED,),
        ReturnState.SUPERSEDED,
        _REVIEWER | _CONFIRMER,
        (LineStatus.APPROVED, LineStatus.SUPERSEDED),
        automatic=True,
    ),
    code_of=attrgetter("township_id"),
    trail={Return: "return"},
    four_eyes="RETURNS_FOUR_EYES",
    not_there={True: "通过的季报要由负责人审定，请报请审定。", False: "通过即生效，不必报请审定。"},
    state_of=attrgetter("status.label"),
)
"""``open`` starts from nothing; ``supersede`` happens to the old revision when its correction is approved;
``discard`` is for corrections only."""


def allows(action: ReturnAction, quarterly_return: Return, by) -> bool:
    """Whether ``by`` may take ``action`` on the return as it stands; only a correction can be discarded."""
    return MOVES.allows(action, quarterly_return, by) and (
        action != ReturnAction.DISCARD or quarterly_return.corrects_id is not None
    )


def passing() -> ReturnAction:
    """How a reviewer passes a return: for good, or on to who confirms it."""
    return ReturnAction.PASS if MOVES.has_four_eyes else ReturnAction.APPROVE


def opened_by(moves: Iterable[ReturnMove]):
    """Who opened the latest submission first, of the steps in their order; None while nobody has."""
    reader = None
    for step in moves:
        if step.action == ReturnAction.SUBMIT:
            reader = None
        elif step.action == LOOK:
            reader = reader or step.by
    return reader


def move_lines(quarterly_return: Return, move: ReturnTransition) -> None:
    """Give the lines the status that the move brings them; some bring none."""
    if move.lines:
        source, target = move.lines
        quarterly_return.lines.filter(status=source).update(status=target)
        seal_keys(ReturnLine, quarterly_return.lines.values_list("pk", flat=True))


def done(step: ReturnMove) -> ReturnMove:
    """Leave word for those who judge, where lines changed their status, and the audit record."""
    quarterly_return = step.quarterly_return
    if MOVES[step.action].lines:
        lines = ReturnLine.objects.filter(
            quarterly_return__township_id=quarterly_return.township_id, period=quarterly_return.period
        )
        changes.note_areas(set(lines.order_by().values_list("area_id", flat=True)), quarterly_return.period)
    return MOVES.record(step)
