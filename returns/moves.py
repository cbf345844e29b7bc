"""The legal moves of a return: one table, read by actions, pages, docs/returns.md and tests alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from django.db.models import TextChoices

from accounts.posts import Power
from areas import changes
from returns.models import EDITABLE, LineStatus, Move, Return, ReturnLine, State
from workflow.engine import Transition, Workflow


class Action(TextChoices):
    """What can be done to a return."""

    OPEN = "open", "开始填报"
    SAVE = "save", "保存草稿"
    HAND_UP = "hand_up", "提请签发"
    HAND_BACK = "hand_back", "退回经办"
    SUBMIT = "submit", "签发报送"
    WITHDRAW = "withdraw", "撤回"
    TAKE = "take", "受理"
    PASS = "pass", "审核通过，报请审定"
    APPROVE = "approve", "审核通过"
    CONFIRM = "confirm", "审定"
    OVERRULE = "overrule", "退回审核员"
    SEND_BACK = "send_back", "退回"
    CORRECT = "correct", "更正"
    DISCARD = "discard", "撤销更正"
    SUPERSEDE = "supersede", "由更正取代"


LOOK = "look"
"""No move, only its trace: a reviewer opened what was submitted. From then on the township cannot take it back."""

_TOWNSHIP = frozenset({Power.ENTER_RETURNS, Power.SIGN_RETURNS})
_CLERK = frozenset({Power.ENTER_RETURNS})
_HEAD = frozenset({Power.SIGN_RETURNS})
_REVIEWER = frozenset({Power.REVIEW_RETURNS})
_CONFIRMER = frozenset({Power.CONFIRM_RETURNS})
_WITH_REVIEWER = (State.SUBMITTED, State.REVIEWING)


@dataclass(frozen=True)
class ReturnTransition(Transition):
    """A move that may take the lines along: ``lines`` is the status from which and to which they go."""

    lines: tuple[LineStatus, LineStatus] | None = None


_REPORTED = (LineStatus.DRAFT, LineStatus.SUBMITTED)
_REOPENED = (LineStatus.SUBMITTED, LineStatus.DRAFT)
_FROZEN = (LineStatus.SUBMITTED, LineStatus.APPROVED)

MOVES = Workflow(
    ReturnTransition(Action.OPEN, (), State.DRAFT, _CLERK),
    ReturnTransition(Action.SAVE, EDITABLE, None, _CLERK),
    ReturnTransition(Action.HAND_UP, EDITABLE, State.SIGNING, _CLERK),
    ReturnTransition(Action.HAND_BACK, (State.SIGNING,), State.DRAFT, _HEAD, needs_reason=True),
    ReturnTransition(Action.SUBMIT, (State.SIGNING,), State.SUBMITTED, _HEAD, _REPORTED),
    ReturnTransition(Action.WITHDRAW, (State.SIGNING, State.SUBMITTED), State.DRAFT, _TOWNSHIP, _REOPENED),
    ReturnTransition(Action.TAKE, _WITH_REVIEWER, State.REVIEWING, _REVIEWER),
    ReturnTransition(Action.APPROVE, _WITH_REVIEWER, State.APPROVED, _REVIEWER, _FROZEN, four_eyes=False),
    ReturnTransition(Action.PASS, _WITH_REVIEWER, State.PASSED, _REVIEWER, four_eyes=True),
    ReturnTransition(Action.CONFIRM, (State.PASSED,), State.APPROVED, _CONFIRMER, _FROZEN),
    ReturnTransition(Action.OVERRULE, (State.PASSED,), State.SUBMITTED, _CONFIRMER, needs_reason=True),
    ReturnTransition(Action.SEND_BACK, _WITH_REVIEWER, State.RETURNED, _REVIEWER, _REOPENED, needs_reason=True),
    ReturnTransition(Action.CORRECT, (State.APPROVED,), None, _TOWNSHIP, needs_reason=True),
    ReturnTransition(
        Action.DISCARD,
        EDITABLE,
        State.DISCARDED,
        _TOWNSHIP,
        (LineStatus.DRAFT, LineStatus.DISCARDED),
        needs_reason=True,
    ),
    ReturnTransition(
        Action.SUPERSEDE,
        (State.APPROVED,),
        State.SUPERSEDED,
        _REVIEWER | _CONFIRMER,
        (LineStatus.APPROVED, LineStatus.SUPERSEDED),
    ),
    code_of=attrgetter("township_id"),
    trail={Return: "return"},
    four_eyes="RETURNS_FOUR_EYES",
    not_there={True: "通过的季报要由负责人审定，请报请审定。", False: "通过即生效，不必报请审定。"},
    state_of=attrgetter("status.label"),
)
"""``open`` starts from nothing; ``supersede`` happens to the old revision when its correction is approved;
``discard`` is for corrections only."""


def allows(action: Action, owner: Return, by) -> bool:
    """Whether ``by`` may take ``action`` on the return as it stands; only a correction can be discarded."""
    return MOVES.allows(action, owner, by) and (action != Action.DISCARD or owner.corrects_id is not None)


def passing() -> Action:
    """How a reviewer passes a return: for good, or on to who confirms it."""
    return Action.PASS if MOVES.has_four_eyes else Action.APPROVE


def opened_by(moves: Iterable[Move]):
    """Who opened the latest submission first, of the steps in their order; None while nobody has."""
    reader = None
    for step in moves:
        if step.action == Action.SUBMIT:
            reader = None
        elif step.action == LOOK:
            reader = reader or step.by
    return reader


def move_lines(owner: Return, move: ReturnTransition) -> None:
    """Give the lines the status that the move brings them; some bring none."""
    if move.lines:
        source, target = move.lines
        owner.lines.filter(status=source).update(status=target)


def done(step: Move) -> Move:
    """Leave word for those who judge, where lines changed their status, and the audit record."""
    owner = step.owner
    if MOVES[step.action].lines:
        lines = ReturnLine.objects.filter(owner__township_id=owner.township_id, period=owner.period)
        changes.note_areas(set(lines.order_by().values_list("area_id", flat=True)), owner.period)
    return MOVES.record(step)
