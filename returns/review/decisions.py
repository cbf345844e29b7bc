"""What the bureau does with a return: take it, pass it, confirm it, or send figures back with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from accounts import audit
from common.exceptions import Refused, Stale
from returns.figures import BY_NAME
from returns.models import Move, Objection, Return, State, Why
from returns.moves import LOOK, MOVES, Action, ReturnTransition, allows, done, move_lines, opened_by

OWN_HAND = "您填报、签发或报送过这个季度的数字，不能由您审核；请由其他审核员办理。"
LONGEST_TEXT = 300


@dataclass(frozen=True)
class Doubt:
    """A figure to be sent back: the village's code, the column's name, why (a code of ``Why``), and a sentence."""

    code: str
    figure: str
    why: str
    text: str = ""


def handled_by(owner: Return, action: Action):
    """Who took the step last; None when nobody did."""
    step = owner.moves.filter(action=action).select_related("by").last()
    return step.by if step else None


@transaction.atomic
def look(*, owner: Return, by) -> bool:
    """Note that a reviewer has opened what was submitted; False when somebody has before, or it is no longer there.

    It binds nobody: any reviewer may still take it. Who has a hand in the figures is no reviewer of them.
    """
    if not allows(Action.TAKE, owner, by) or _reader(owner) or owner.has_hand_of(by):
        return False
    is_there = Return.objects.filter(pk=owner.pk, state=State.SUBMITTED).update(version=F("version"))
    if not is_there or _reader(owner):
        return False
    step = Move.objects.create(owner=owner, action=LOOK, from_state=owner.state, to_state=owner.state, by=by)
    audit.record(action="return.look", by=by, subject=owner, detail={"version": owner.version, "state": step.to_state})
    return True


def _reader(owner: Return):
    return opened_by(owner.moves.select_related("by"))


@transaction.atomic
def take(*, owner: Return, version: int, by) -> Move:
    """Begin the review, after which the township cannot take it back; also takes over from a colleague."""
    move = MOVES.permit(Action.TAKE, owner.township_id, by)
    if owner.state == State.REVIEWING and handled_by(owner, Action.TAKE) == by:
        raise Stale("您已经受理了这份季报。")
    step = MOVES.advance(owner, move, version, by)
    _other_hands(owner, by)
    return done(step)


@transaction.atomic
def approve(*, owner: Return, version: int, by) -> Move:
    """Freeze the figures; a correction takes the place of what it corrects. Nobody approves figures of his own."""
    return _freeze(owner, *_reviewed(Action.APPROVE, owner, version, by))


@transaction.atomic
def pass_(*, owner: Return, version: int, by) -> Move:
    """Pass it on to who confirms (four eyes)."""
    _, step = _reviewed(Action.PASS, owner, version, by)
    return done(step)


@transaction.atomic
def confirm(*, owner: Return, version: int, by) -> Move:
    """Freeze what another has passed."""
    move = MOVES.permit(Action.CONFIRM, owner.township_id, by)
    step = MOVES.advance(owner, move, version, by)
    _other_hands(owner, by)
    if handled_by(owner, Action.PASS) == by:
        raise Refused("这份季报由您审核通过，要由另一位负责人审定。")
    return _freeze(owner, move, step)


@transaction.atomic
def overrule(*, owner: Return, version: int, reason: str, by) -> Move:
    """Back to the reviewers, with a reason."""
    move = MOVES.permit(Action.OVERRULE, owner.township_id, by)
    return done(MOVES.advance(owner, move, version, by, MOVES.require_reason(move, reason)))


@transaction.atomic
def send_back(*, owner: Return, version: int, by, reason: str = "", doubts: Sequence[Doubt] = ()) -> Move:
    """Return figures to the township, each with its reason; with none of them the whole, and then ``reason`` is needed.

    Only the figures named can then be changed, and those that are missing.
    """
    lines = {line.area_id: line for line in owner.lines.select_related("area")}
    objections = [_objection(lines, doubt) for doubt in doubts]
    said = "；".join(f"{each.line.area.name}·{BY_NAME[each.figure].label}（{each.sentence}）" for each in objections)
    reason = f"{reason.strip()} {said}".strip()
    _, step = _reviewed(Action.SEND_BACK, owner, version, by, reason)
    for objection in objections:
        objection.move = step
    Objection.objects.bulk_create(objections)
    move_lines(owner, MOVES[Action.SEND_BACK])
    return done(step)


def _objection(lines: dict, doubt: Doubt) -> Objection:
    line, text = lines.get(doubt.code), " ".join(doubt.text.split())
    if line is None or doubt.figure not in BY_NAME:
        raise Refused("要退回的数字不在这份季报里，请重新选择。")
    place = f"{line.area.name}·{BY_NAME[doubt.figure].label}"
    if doubt.why not in Why.values:
        raise Refused(f"{place}：请选择退回原因。")
    if doubt.why == Why.OTHER and not text:
        raise Refused(f"{place}：原因选“其他”时要写明说明。")
    if len(text) > LONGEST_TEXT:
        raise Refused(f"{place}：说明太长（{len(text)} 字），最多 {LONGEST_TEXT} 字。")
    return Objection(line=line, figure=doubt.figure, value=line.figures[doubt.figure], why=doubt.why, text=text)


def _reviewed(action: Action, owner: Return, version: int, by, reason: str = "") -> tuple[ReturnTransition, Move]:
    """The reviewer's step; Refused to a hand that made the figures, or while a colleague has taken the return."""
    move = MOVES.permit(action, owner.township_id, by)
    reason = MOVES.require_reason(move, reason)
    step = MOVES.advance(owner, move, version, by, reason)
    _other_hands(owner, by)
    taker = handled_by(owner, Action.TAKE) if step.from_state == State.REVIEWING else by
    if taker != by:
        raise Refused(f"这份季报由{taker}受理审核；要由您办理，请先接办。")
    return move, step


def _other_hands(owner: Return, by) -> None:
    if owner.has_hand_of(by):
        raise Refused(OWN_HAND)


def _freeze(owner: Return, move: ReturnTransition, step: Move) -> Move:
    same = Return.objects.filter(township_id=owner.township_id, period=owner.period, state=State.APPROVED)
    for old in same.exclude(pk=owner.pk):
        _supersede(old, step.by)
    move_lines(owner, move)
    return done(step)


def _supersede(old: Return, by) -> None:
    move = MOVES[Action.SUPERSEDE]
    step = MOVES.advance(old, move, old.version, by)
    move_lines(old, move)
    audit.record(action="return.supersede", by=by, subject=old, detail={"state": [step.from_state, step.to_state]})
