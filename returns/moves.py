"""The legal moves of a return: one table, read by actions, pages and tests alike."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.posts import Power
from returns.models import EDITABLE, LineStatus, Return, State


class Action(StrEnum):
    OPEN = "open"
    SAVE = "save"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    CORRECT = "correct"
    SUPERSEDE = "supersede"


class Refused(Exception):
    """What was asked cannot be done; the message is a Chinese sentence that says why and what to do."""


class Stale(Refused):
    """Somebody else was faster: the page on which the decision was taken is no longer true."""


_TOWNSHIP = frozenset({Power.ENTER_RETURNS, Power.SIGN_RETURNS})
_CLERK = frozenset({Power.ENTER_RETURNS})
_REVIEWER = frozenset({Power.REVIEW_RETURNS})


@dataclass(frozen=True)
class LegalMove:
    """From which states an action leads where, whose powers allow it (any of them), and what becomes of the lines.

    No ``target``: the state stays. ``lines`` is the status from which and to which the lines go.
    """

    action: Action
    label: str
    sources: tuple[State, ...]
    target: State | None
    powers: frozenset[Power] = field(default=frozenset())
    lines: tuple[LineStatus, LineStatus] | None = None
    needs_reason: bool = False


MOVES = {
    move.action: move
    for move in (
        LegalMove(Action.OPEN, "开始填报", (), State.DRAFT, _CLERK),
        LegalMove(Action.SAVE, "保存草稿", EDITABLE, None, _CLERK),
        LegalMove(
            Action.SUBMIT, "报送", EDITABLE, State.SUBMITTED, _TOWNSHIP, (LineStatus.DRAFT, LineStatus.SUBMITTED)
        ),
        LegalMove(
            Action.WITHDRAW,
            "撤回",
            (State.SUBMITTED,),
            State.DRAFT,
            _TOWNSHIP,
            (LineStatus.SUBMITTED, LineStatus.DRAFT),
        ),
        LegalMove(
            Action.APPROVE,
            "审核通过",
            (State.SUBMITTED,),
            State.APPROVED,
            _REVIEWER,
            (LineStatus.SUBMITTED, LineStatus.APPROVED),
        ),
        LegalMove(
            Action.SEND_BACK,
            "退回",
            (State.SUBMITTED,),
            State.RETURNED,
            _REVIEWER,
            (LineStatus.SUBMITTED, LineStatus.DRAFT),
            needs_reason=True,
        ),
        LegalMove(Action.CORRECT, "更正", (State.APPROVED,), None, _TOWNSHIP, needs_reason=True),
        LegalMove(
            Action.SUPERSEDE,
            "由更正取代",
            (State.APPROVED,),
            State.SUPERSEDED,
            _REVIEWER,
            (LineStatus.APPROVED, LineStatus.SUPERSEDED),
        ),
    )
}
"""``open`` starts from nothing; ``supersede`` happens to the old revision when its correction is approved."""


def allows(action: Action, owner: Return, by) -> bool:
    """Whether ``by`` may take ``action`` on the return as it stands (who entered it is not asked here)."""
    move = MOVES[action]
    return (
        owner.state in move.sources
        and any(by.may(power) for power in move.powers)
        and by.scope.holds(owner.township_id)
    )


def permit(action: Action, township: str, by) -> LegalMove:
    """The move, if the post and the area of ``by`` allow it; else PermissionDenied."""
    move = MOVES[action]
    if not any(by.may(power) for power in move.powers) or not by.scope.holds(township):
        raise PermissionDenied(f"您的岗位不能{move.label}这份季报。")
    return move


def require_reason(move: LegalMove, reason: str) -> str:
    """The reason without its margins; Refused when the move needs one and it is blank."""
    reason = reason.strip()
    if move.needs_reason and not reason:
        raise Refused(f"{move.label}必须写明原因。")
    return reason
