"""What can be done with a return. Each action is one transaction that leaves its move and its audit record.

Of many simultaneous decisions exactly one wins: the state changes by an UPDATE on (state, version),
and the loser gets ``Stale``. Who may what, and from where to where, is the table in ``moves``.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts import audit
from areas import changes
from areas.models import Area
from areas.periods import Quarter
from areas.vocabulary import TOWNSHIPS
from returns import calendar
from returns.models import LineStatus, Move, Return, ReturnLine, State
from returns.moves import MOVES, Action, LegalMove, Refused, Stale, permit, require_reason
from returns.sheet import Fault, sheet_of, villages


class NotReady(Refused):
    """The return cannot be submitted yet; ``faults`` says everything that stands in the way."""

    def __init__(self, faults: list[Fault]):
        super().__init__(f"还有 {len(faults)} 处问题，改正后才能报送。")
        self.faults = faults


def open_return(*, township: Area, quarter: Quarter, on: date, by) -> Return:
    """The return of a township for a quarter, made with a blank line a village unless it is there already.

    Refused when the quarter has not begun by ``on``, or lies before the plan's first.
    """
    permit(Action.OPEN, township.code, by)
    _may_be_reported(township, quarter, on)
    try:
        with transaction.atomic():
            return _found(township, quarter) or _opened(township, quarter, by)
    except IntegrityError:
        found = _found(township, quarter)
        if found is None:
            raise
        return found


def _may_be_reported(township: Area, quarter: Quarter, on: date) -> None:
    if township.kind not in TOWNSHIPS:
        raise Refused(f"{township.name}不是街道或镇：季报按街道、镇填报。")
    if quarter < calendar.FIRST:
        raise Refused(f"{quarter.label}早于方案的第一个季度（{calendar.FIRST.label}），不用填报。")
    if not calendar.can_open(quarter, on):
        raise Refused(f"{quarter.label}还没有开始，不能填报。")


def _found(township: Area, quarter: Quarter) -> Return | None:
    return Return.objects.filter(township=township, period=str(quarter)).order_by("-revision").first()


def _opened(township: Area, quarter: Quarter, by) -> Return:
    covered = villages(township.code, quarter)
    if not covered:
        raise Refused(f"{township.name}在{quarter.label}末没有村或社区，不用填报。")
    owner = Return.objects.create(township=township, county=township.county, period=str(quarter))
    ReturnLine.objects.bulk_create(
        ReturnLine(owner=owner, area=area, county=owner.county, period=owner.period) for area in covered
    )
    _log(owner, MOVES[Action.OPEN], "", by)
    audit.record(action="return.open", by=by, subject=owner, detail={"lines": len(covered)})
    return owner


@transaction.atomic
def submit(*, owner: Return, version: int, by) -> Move:
    """Report the return to the bureau; NotReady with every fault while any stands in the way."""
    move = permit(Action.SUBMIT, owner.township_id, by)
    step = _advance(owner, move, version, by)
    faults = sheet_of(owner, complete=True).faults
    if faults:
        raise NotReady(faults)
    _move_lines(owner, move)
    return _done(owner, step)


@transaction.atomic
def withdraw(*, owner: Return, version: int, by) -> Move:
    """Take a submitted return back before it is decided."""
    move = permit(Action.WITHDRAW, owner.township_id, by)
    step = _advance(owner, move, version, by)
    _move_lines(owner, move)
    return _done(owner, step)


@transaction.atomic
def send_back(*, owner: Return, version: int, reason: str, by) -> Move:
    """Return it to the township with a reason."""
    move = permit(Action.SEND_BACK, owner.township_id, by)
    step = _advance(owner, move, version, by, require_reason(move, reason))
    _move_lines(owner, move)
    return _done(owner, step)


@transaction.atomic
def approve(*, owner: Return, version: int, by) -> Move:
    """Freeze the figures; a correction takes the place of what it corrects. Nobody approves figures of their own."""
    move = permit(Action.APPROVE, owner.township_id, by)
    step = _advance(owner, move, version, by)
    if owner.has_hand_of(by):
        raise Refused("您填报或报送过这个季度的数字，不能由您审核；请由其他审核员办理。")
    for old in Return.objects.filter(township_id=owner.township_id, period=owner.period, state=State.APPROVED).exclude(
        pk=owner.pk
    ):
        _supersede(old, by)
    _move_lines(owner, move)
    return _done(owner, step)


def _supersede(old: Return, by) -> None:
    move = MOVES[Action.SUPERSEDE]
    step = _advance(old, move, old.version, by)
    _move_lines(old, move)
    audit.record(action="return.supersede", by=by, subject=old, detail={"state": [step.from_state, step.to_state]})


@transaction.atomic
def correct(*, owner: Return, version: int, reason: str, by) -> Return:
    """A new revision that names the approved one and begins with its figures.

    The old figures stay usable until the new are approved.
    """
    move = permit(Action.CORRECT, owner.township_id, by)
    reason = require_reason(move, reason)
    if Return.objects.filter(corrects=owner).exists():
        raise Stale("这份季报已经在更正，请打开更正的版次。")
    _advance(owner, move, version, by, reason)
    revision = Return.objects.create(
        township_id=owner.township_id,
        county=owner.county,
        period=owner.period,
        revision=owner.revision + 1,
        corrects=owner,
        reason=reason,
    )
    _copy_lines(owner, revision)
    _log(revision, MOVES[Action.OPEN], "", by, reason)
    audit.record(action="return.correct", by=by, subject=revision, detail={"corrects": owner.pk, "reason": reason})
    return revision


def _copy_lines(old: Return, revision: Return) -> None:
    """Approved lines are copied; open ones, which a package may have left in the old return, move over."""
    copies = [
        ReturnLine(
            owner=revision,
            area_id=line.area_id,
            county=line.county,
            period=line.period,
            explanation=line.explanation,
            **line.figures,
        )
        for line in old.lines.filter(status=LineStatus.APPROVED)
    ]
    old.lines.filter(status__in=[LineStatus.DRAFT, LineStatus.SUBMITTED]).update(
        owner=revision, status=LineStatus.DRAFT
    )
    ReturnLine.objects.bulk_create(copies)


def _advance(owner: Return, move: LegalMove, version: int, by, reason: str = "") -> Move:
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
        raise Stale(_overtaken(owner, move))
    owner.refresh_from_db(fields=["state", "version"])
    return _log(owner, move, current.state, by, reason)


def _log(owner: Return, move: LegalMove, from_state: str, by, reason: str = "") -> Move:
    return Move.objects.create(
        owner=owner,
        action=move.action,
        from_state=from_state,
        to_state=owner.state,
        by=by,
        reason=reason,
        version=owner.version,
    )


def _overtaken(owner: Return, move: LegalMove) -> str:
    """Who was faster, and how the return stands now."""
    current = Return.objects.get(pk=owner.pk)
    last = current.moves.select_related("by").last()
    if current.state in move.sources:
        return f"数字在您打开页面之后有改动，没有{move.label}。请核对最新的数字，再{move.label}一次。"
    who = f"已由{last.by or '数据导入'}{last.past}，" if last else ""
    return f"没有{move.label}：这份季报{who}现在是“{State(current.state).label}”。"


def _move_lines(owner: Return, move: LegalMove) -> None:
    source, target = move.lines
    owner.lines.filter(status=source).update(status=target)


def _done(owner: Return, step: Move) -> Move:
    """Leave word for those who judge, and the audit record."""
    changes.note(owner.county, owner.period)
    audit.record(
        action=f"return.{step.action}",
        by=step.by,
        subject=owner,
        detail={"state": [step.from_state, step.to_state], "version": step.version, "reason": step.reason},
    )
    return step
