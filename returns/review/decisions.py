"""What the bureau does with a return: take it, pass it, confirm it, or send figures back with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from common.exceptions import Refused, Stale
from returns.figures import BY_NAME
from returns.models import FigureReturnReason, Objection, Return, ReturnMove, ReturnState
from returns.moves import LOOK, MOVES, ReturnAction, ReturnTransition, allows, done, move_lines, opened_by
from witness.sealing import seal
from workflow.engine import fitting

OWN_HAND = "您填报、签发或报送过本季度的数字，不能由您审核；请由其他审核员办理。"
LONGEST_TEXT = 300


@dataclass(frozen=True)
class Doubt:
    """A figure to be sent back: the village's code, the column's name, why (a code of ``FigureReturnReason``), and a sentence."""

    code: str
    figure: str
    why: str
    text: str = ""


def handled_by(quarterly_return: Return, action: ReturnAction):
    """The person who took the given step last; None when nobody has."""
    step = quarterly_return.moves.filter(action=action).select_related("by").last()
    return step.by if step else None


def look(*, quarterly_return: Return, by) -> bool:
    """Note that a reviewer has opened what was submitted; False when somebody has before, or it is no longer there.

    It binds nobody: any reviewer may still take it. Who has a hand in the figures is no reviewer of them.
    """
    if (
        not allows(ReturnAction.TAKE, quarterly_return, by)
        or _reader(quarterly_return)
        or quarterly_return.has_hand_of(by)
    ):
        return False
    return _looked(quarterly_return, by)


@transaction.atomic
def _looked(quarterly_return: Return, by) -> bool:
    is_there = Return.objects.filter(pk=quarterly_return.pk, state=ReturnState.SUBMITTED).update(version=F("version"))
    if not is_there or _reader(quarterly_return):
        return False
    step = ReturnMove.objects.create(
        quarterly_return=quarterly_return,
        action=LOOK,
        from_state=quarterly_return.state,
        to_state=quarterly_return.state,
        by=by,
    )
    seal(step)
    MOVES.record(step, version=quarterly_return.version)
    return True


def _reader(quarterly_return: Return):
    return opened_by(quarterly_return.moves.select_related("by"))


@transaction.atomic
def take(*, quarterly_return: Return, version: int, by) -> ReturnMove:
    """Begin the review, after which the township cannot take it back; also takes over from a colleague."""
    move = MOVES.permit(ReturnAction.TAKE, quarterly_return.township_id, by)
    if quarterly_return.state == ReturnState.REVIEWING and handled_by(quarterly_return, ReturnAction.TAKE) == by:
        raise Stale("您已受理本季报。")
    step = MOVES.advance(quarterly_return, move, version, by)
    _other_hands(quarterly_return, by)
    return done(step)


@transaction.atomic
def approve(*, quarterly_return: Return, version: int, by) -> ReturnMove:
    """Freeze the figures; a correction takes the place of what it corrects. Nobody approves figures of his own."""
    return _freeze(quarterly_return, *_reviewed(ReturnAction.APPROVE, quarterly_return, version, by))


@transaction.atomic
def pass_(*, quarterly_return: Return, version: int, by) -> ReturnMove:
    """Pass a reviewed return on to a second person, who confirms it (four eyes)."""
    _, step = _reviewed(ReturnAction.PASS, quarterly_return, version, by)
    return done(step)


@transaction.atomic
def confirm(*, quarterly_return: Return, version: int, by) -> ReturnMove:
    """Confirm a return that another reviewer has passed; its figures are frozen."""
    move = MOVES.permit(ReturnAction.CONFIRM, quarterly_return.township_id, by)
    step = MOVES.advance(quarterly_return, move, version, by)
    _other_hands(quarterly_return, by)
    if handled_by(quarterly_return, ReturnAction.PASS) == by:
        raise Refused("本季报由您审核通过，须由另一位负责人审定。")
    return _freeze(quarterly_return, move, step)


@transaction.atomic
def overrule(*, quarterly_return: Return, version: int, reason: str, by) -> ReturnMove:
    """Refuse the confirmation and give the return back to the reviewers, with a reason."""
    move = MOVES.permit(ReturnAction.OVERRULE, quarterly_return.township_id, by)
    return done(MOVES.advance(quarterly_return, move, version, by, MOVES.require_reason(move, reason)))


@transaction.atomic
def send_back(
    *, quarterly_return: Return, version: int, by, reason: str = "", doubts: Sequence[Doubt] = ()
) -> ReturnMove:
    """Return figures to the township, each with its reason; with none of them the whole, and then ``reason`` is needed.

    Only the figures named can then be changed, and those that are missing.
    """
    objections = _objections(quarterly_return, doubts)
    _, step = _reviewed(ReturnAction.SEND_BACK, quarterly_return, version, by, reason, _told(objections))
    for objection in objections:
        objection.move = step
    Objection.objects.bulk_create(objections)
    move_lines(quarterly_return, MOVES[ReturnAction.SEND_BACK])
    return done(step)


def sent_back_reason(quarterly_return: Return, reason: str, doubts: Sequence[Doubt]) -> str:
    """The reason of the move by which these figures are sent back: what was typed, and each figure with its own."""
    return f"{fitting(reason)} {_told(_objections(quarterly_return, doubts))}".strip()


def _objections(quarterly_return: Return, doubts: Sequence[Doubt]) -> list[Objection]:
    lines = {line.area_id: line for line in quarterly_return.lines.select_related("area")}
    return [_objection(lines, doubt) for doubt in doubts]


def _told(objections: Sequence[Objection]) -> str:
    return "；".join(f"{each.line.area.name}·{BY_NAME[each.figure].label}（{each.sentence}）" for each in objections)


def _objection(lines: dict, doubt: Doubt) -> Objection:
    line, text = lines.get(doubt.code), " ".join(doubt.text.split())
    if line is None or doubt.figure not in BY_NAME:
        raise Refused("拟退回的数字不在本季报中，请重新选择。")
    place = f"{line.area.name}·{BY_NAME[doubt.figure].label}"
    if doubt.why not in FigureReturnReason.values:
        raise Refused(f"{place}：请选择退回原因。")
    if doubt.why == FigureReturnReason.OTHER and not text:
        raise Refused(f"{place}：原因选“其他”的须写明说明。")
    if len(text) > LONGEST_TEXT:
        raise Refused(f"{place}：说明过长（{len(text)} 字），最多 {LONGEST_TEXT} 字。")
    return Objection(line=line, figure=doubt.figure, value=line.figures[doubt.figure], why=doubt.why, text=text)


def _reviewed(
    action: ReturnAction, quarterly_return: Return, version: int, by, reason: str = "", said: str = ""
) -> tuple[ReturnTransition, ReturnMove]:
    """The reviewer's step; Refused to a hand that made the figures, or while a colleague has taken the return."""
    move = MOVES.permit(action, quarterly_return.township_id, by)
    reason = MOVES.require_reason(move, reason, said)
    step = MOVES.advance(quarterly_return, move, version, by, reason)
    _other_hands(quarterly_return, by)
    taker = handled_by(quarterly_return, ReturnAction.TAKE) if step.from_state == ReturnState.REVIEWING else by
    if taker != by:
        raise Refused(f"本季报由{taker}受理审核；由您办理的，请先接办。")
    return move, step


def _other_hands(quarterly_return: Return, by) -> None:
    if quarterly_return.has_hand_of(by):
        raise Refused(OWN_HAND)


def _freeze(quarterly_return: Return, move: ReturnTransition, step: ReturnMove) -> ReturnMove:
    same = Return.objects.filter(
        township_id=quarterly_return.township_id, period=quarterly_return.period, state=ReturnState.APPROVED
    )
    for old in same.exclude(pk=quarterly_return.pk):
        _supersede(old, step.by)
    move_lines(quarterly_return, move)
    return done(step)


def _supersede(old: Return, by) -> None:
    move = MOVES[ReturnAction.SUPERSEDE]
    step = MOVES.advance(old, move, old.version, by)
    move_lines(old, move)
    MOVES.record(step)
