"""The legal moves of a return: one table, read by actions, pages, docs/returns.md and tests alike."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.conf import settings
from django.core.exceptions import PermissionDenied

from accounts.posts import Power
from returns.models import EDITABLE, LineStatus, Return, State


class Action(StrEnum):
    OPEN = "open"
    SAVE = "save"
    HAND_UP = "hand_up"
    HAND_BACK = "hand_back"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    TAKE = "take"
    PASS = "pass"
    APPROVE = "approve"
    CONFIRM = "confirm"
    OVERRULE = "overrule"
    SEND_BACK = "send_back"
    CORRECT = "correct"
    DISCARD = "discard"
    SUPERSEDE = "supersede"


LOOK = "look"
"""No move, only its trace: a reviewer opened what was submitted. From then on the township cannot take it back."""


class Refused(Exception):
    """What was asked cannot be done; the message is a Chinese sentence that says why and what to do."""


class Stale(Refused):
    """Somebody else was faster: the page on which the decision was taken is no longer true."""


_TOWNSHIP = frozenset({Power.ENTER_RETURNS, Power.SIGN_RETURNS})
_CLERK = frozenset({Power.ENTER_RETURNS})
_HEAD = frozenset({Power.SIGN_RETURNS})
_REVIEWER = frozenset({Power.REVIEW_RETURNS})
_CONFIRMER = frozenset({Power.CONFIRM_RETURNS})
_WITH_REVIEWER = (State.SUBMITTED, State.REVIEWING)


@dataclass(frozen=True)
class LegalMove:
    """From which states an action leads where, whose powers allow it (any of them), and what becomes of the lines.

    No ``target``: the state stays. ``lines`` is the status from which and to which the lines go.
    ``four_eyes``: the move is there only while the setting RETURNS_FOUR_EYES is so; None: always.
    """

    action: Action
    label: str
    sources: tuple[State, ...]
    target: State | None
    powers: frozenset[Power] = field(default=frozenset())
    lines: tuple[LineStatus, LineStatus] | None = None
    needs_reason: bool = False
    four_eyes: bool | None = None

    @property
    def is_there(self) -> bool:
        return self.four_eyes in (None, settings.RETURNS_FOUR_EYES)


_REPORTED = (LineStatus.DRAFT, LineStatus.SUBMITTED)
_REOPENED = (LineStatus.SUBMITTED, LineStatus.DRAFT)
_FROZEN = (LineStatus.SUBMITTED, LineStatus.APPROVED)

MOVES = {
    move.action: move
    for move in (
        LegalMove(Action.OPEN, "开始填报", (), State.DRAFT, _CLERK),
        LegalMove(Action.SAVE, "保存草稿", EDITABLE, None, _CLERK),
        LegalMove(Action.HAND_UP, "提请签发", EDITABLE, State.SIGNING, _CLERK),
        LegalMove(Action.HAND_BACK, "退回经办", (State.SIGNING,), State.DRAFT, _HEAD, needs_reason=True),
        LegalMove(Action.SUBMIT, "签发报送", (State.SIGNING,), State.SUBMITTED, _HEAD, _REPORTED),
        LegalMove(Action.WITHDRAW, "撤回", (State.SIGNING, State.SUBMITTED), State.DRAFT, _TOWNSHIP, _REOPENED),
        LegalMove(Action.TAKE, "受理", _WITH_REVIEWER, State.REVIEWING, _REVIEWER),
        LegalMove(Action.APPROVE, "审核通过", _WITH_REVIEWER, State.APPROVED, _REVIEWER, _FROZEN, four_eyes=False),
        LegalMove(Action.PASS, "审核通过，报请审定", _WITH_REVIEWER, State.PASSED, _REVIEWER, four_eyes=True),
        LegalMove(Action.CONFIRM, "审定", (State.PASSED,), State.APPROVED, _CONFIRMER, _FROZEN),
        LegalMove(Action.OVERRULE, "退回审核员", (State.PASSED,), State.SUBMITTED, _CONFIRMER, needs_reason=True),
        LegalMove(Action.SEND_BACK, "退回", _WITH_REVIEWER, State.RETURNED, _REVIEWER, _REOPENED, needs_reason=True),
        LegalMove(Action.CORRECT, "更正", (State.APPROVED,), None, _TOWNSHIP, needs_reason=True),
        LegalMove(
            Action.DISCARD,
            "撤销更正",
            EDITABLE,
            State.DISCARDED,
            _TOWNSHIP,
            (LineStatus.DRAFT, LineStatus.DISCARDED),
            needs_reason=True,
        ),
        LegalMove(
            Action.SUPERSEDE,
            "由更正取代",
            (State.APPROVED,),
            State.SUPERSEDED,
            _REVIEWER | _CONFIRMER,
            (LineStatus.APPROVED, LineStatus.SUPERSEDED),
        ),
    )
}
"""``open`` starts from nothing; ``supersede`` happens to the old revision when its correction is approved;
``discard`` is for corrections only."""


def allows(action: Action, owner: Return, by) -> bool:
    """Whether ``by`` may take ``action`` on the return as it stands (who entered it is not asked here)."""
    move = MOVES[action]
    return (
        move.is_there
        and owner.state in move.sources
        and (action != Action.DISCARD or owner.corrects_id is not None)
        and any(by.may(power) for power in move.powers)
        and by.scope.holds(owner.township_id)
    )


def permit(action: Action, township: str, by) -> LegalMove:
    """The move, if the post and the area of ``by`` allow it; else PermissionDenied."""
    move = MOVES[action]
    if not any(by.may(power) for power in move.powers) or not by.scope.holds(township):
        raise PermissionDenied(f"您的岗位不能{move.label}这份季报。")
    if not move.is_there:
        raise Refused(
            "通过的季报要由负责人审定，请报请审定。" if settings.RETURNS_FOUR_EYES else "通过即生效，不必报请审定。"
        )
    return move


def passing() -> Action:
    """How a reviewer passes a return: for good, or on to who confirms it."""
    return Action.PASS if settings.RETURNS_FOUR_EYES else Action.APPROVE


def require_reason(move: LegalMove, reason: str) -> str:
    """The reason without its margins; Refused when the move needs one and it is blank."""
    reason = reason.strip()
    if move.needs_reason and not reason:
        raise Refused(f"{move.label}必须写明原因。")
    return reason


def as_table() -> str:
    """The moves as the table of docs/returns.md, which a test compares with it."""
    states = {None: "（不变）"} | {state: state.label for state in State}
    rows = [
        f"| {move.label} `{move.action}` | {'、'.join(states[state] for state in move.sources) or '（没有）'} "
        f"| {states[move.target]} | {'、'.join(sorted(power.label for power in move.powers))} "
        f"| {'必填' if move.needs_reason else '–'} | {_EYES[move.four_eyes]} |"
        for move in MOVES.values()
    ]
    head = "| 动作 | 从 | 到 | 权限（任一） | 原因 | 何时有 |\n|---|---|---|---|---|---|"
    return "\n".join([head, *rows])


_EYES = {None: "总是", True: "审定开启", False: "审定关闭"}
