"""How a return takes a step: one UPDATE that only one of many can win, its row, and word to those who judge."""

from collections.abc import Iterable

from django.db.models import F

from accounts import audit
from areas import changes
from returns.models import Move, Return, ReturnLine, State
from returns.moves import LOOK, MOVES, Action, LegalMove, Stale


def advance(owner: Return, move: LegalMove, version: int, by, reason: str = "") -> Move:
    """Take the step if the return still stands where the page said, else Stale; from here on it is ours alone."""
    current = Return.objects.get(pk=owner.pk)
    target = move.target or current.state
    is_ours = (
        current.state in move.sources
        and current.version == version
        and Return.objects.filter(pk=owner.pk, state=current.state, version=version).update(
            state=target, version=F("version") + 1
        )
    )
    if not is_ours:
        raise Stale(overtaken(owner, move))
    owner.refresh_from_db(fields=["state", "version"])
    return log(owner, move, current.state, by, reason)


def log(owner: Return, move: LegalMove, from_state: str, by, reason: str = "") -> Move:
    return Move.objects.create(
        owner=owner,
        action=move.action,
        from_state=from_state,
        to_state=owner.state,
        by=by,
        reason=reason,
        version=owner.version,
    )


def overtaken(owner: Return, move: LegalMove) -> str:
    """Who was faster, and how the return stands now."""
    current = Return.objects.get(pk=owner.pk)
    last = current.moves.select_related("by").last()
    if current.state in move.sources:
        return f"数字在您打开页面之后有改动，没有{move.label}。请核对最新的数字，再{move.label}一次。"
    who = f"已由{last.by or '数据导入'}{last.past}，" if last else ""
    return f"没有{move.label}：这份季报{who}现在是“{State(current.state).label}”。"


def opened_by(moves: Iterable[Move]):
    """Who opened the latest submission first, of the steps in their order; None while nobody has."""
    reader = None
    for step in moves:
        if step.action == Action.SUBMIT:
            reader = None
        elif step.action == LOOK:
            reader = reader or step.by
    return reader


def move_lines(owner: Return, move: LegalMove) -> None:
    """Give the lines the status that the move brings them; some bring none."""
    if move.lines:
        source, target = move.lines
        owner.lines.filter(status=source).update(status=target)


def done(owner: Return, step: Move) -> Move:
    """Leave word for those who judge, where lines changed their status, and the audit record."""
    if MOVES[Action(step.action)].lines:
        lines = ReturnLine.objects.filter(owner__township_id=owner.township_id, period=owner.period)
        changes.note_areas(set(lines.order_by().values_list("area_id", flat=True)), owner.period)
    audit.record(
        action=f"return.{step.action}",
        by=step.by,
        subject=owner,
        detail={"state": [step.from_state, step.to_state], "version": step.version, "reason": step.reason},
    )
    return step
