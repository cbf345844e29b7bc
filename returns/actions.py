"""What a township does with a return. Each action is one transaction that leaves its move and its audit record.

Of many simultaneous decisions exactly one wins (``steps.advance``), and the loser gets ``Stale``.
Who may what, and from where to where, is the table in ``moves``; what the bureau does is in ``decisions``.
"""

from datetime import date

from django.db import transaction
from django.db.models import Max

from accounts import audit
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.clock import today
from common.exceptions import Refused, Stale
from common.periods import Quarter
from returns.checks import terms
from returns.entry.beginning import begin, standing
from returns.entry.sheet_form import LONGEST_EXPLANATION
from returns.models import LineStatus, Move, Return, ReturnLine, State
from returns.moves import MOVES, Action, done, move_lines, opened_by
from returns.rounds import calendar, rounds
from returns.sheet import Fault, sheet_of


class NotReady(Refused):
    """The return cannot be handed up yet; ``faults`` says everything that stands in the way."""

    def __init__(self, faults: list[Fault]):
        super().__init__(f"还有 {len(faults)} 处问题，改正后才能报送。")
        self.faults = faults


def open_return(*, township: Area, quarter: Quarter, on: date, by) -> Return:
    """The return of a township for a quarter, made with a blank line a village unless it is there already.

    Refused when the quarter has not begun by ``on``, lies before the plan's first, or its round is over.
    """
    MOVES.permit(Action.OPEN, township.code, by)
    _may_be_reported(township, quarter, on)
    if found := standing(township, quarter):
        return found
    rounds.require_open(township.code, quarter, on)
    return begin(township, quarter, by)


def _may_be_reported(township: Area, quarter: Quarter, on: date) -> None:
    if township.kind not in TOWNSHIPS:
        raise Refused(f"{township.name}不是街道或镇：季报按街道、镇填报。")
    if quarter < calendar.FIRST:
        raise Refused(f"{quarter.label}早于方案的第一个季度（{calendar.FIRST.label}），不用填报。")
    if not calendar.can_open(quarter, on):
        raise Refused(f"{quarter.label}还没有开始，不能填报。")


@transaction.atomic
def hand_up(*, owner: Return, version: int, by, on: date | None = None, explanation: str | None = None) -> Move:
    """Give a filled return to the head for signing; NotReady with every fault while any stands in the way.

    ``explanation`` says why the sums differ from what the operators count (None: what was said before
    stands). Refused when the round is over ``on`` the day (None: today) and the township has no leave
    to be late.
    """
    move = MOVES.permit(Action.HAND_UP, owner.township_id, by)
    step = MOVES.advance(owner, move, version, by)
    rounds.require_entry(owner, on or today())
    _explain(owner, explanation)
    sheet = sheet_of(owner, complete=True)
    if faults := [*sheet.faults, *sheet.total_faults]:
        raise NotReady(faults)
    return done(step)


def _explain(owner: Return, explanation: str | None) -> None:
    if explanation is None:
        return
    sentence = " ".join(explanation.split())
    if len(sentence) > LONGEST_EXPLANATION:
        raise NotReady(
            [Fault(f"对合计的说明太长（{len(sentence)} 字）：最多 {LONGEST_EXPLANATION} 字。", "#explanation")]
        )
    if sentence != owner.explanation:
        owner.explanation = sentence
        owner.save(update_fields=["explanation"])


@transaction.atomic
def hand_back(*, owner: Return, version: int, reason: str, by) -> Move:
    """The head gives it back to the clerk unsigned, with a reason."""
    move = MOVES.permit(Action.HAND_BACK, owner.township_id, by)
    return done(MOVES.advance(owner, move, version, by, MOVES.require_reason(move, reason)))


@transaction.atomic
def submit(*, owner: Return, version: int, by) -> Move:
    """Sign the return and report it to the bureau; nobody signs what he entered.

    What it was checked by is kept, with what was found. What became odd only after it was handed up,
    for an operator's count came later, is not asked about again: the reviewer sees it as such.
    """
    move = MOVES.permit(Action.SUBMIT, owner.township_id, by)
    step = MOVES.advance(owner, move, version, by)
    if owner.was_entered_by(by):
        raise Refused("您填过这个季度的数字，不能由您签发；请由其他负责人签发。")
    sheet = sheet_of(owner, complete=True)
    if faults := sheet.errors:
        raise NotReady(faults)
    terms.keep(step, sheet.using, sheet.found)
    move_lines(owner, move)
    return done(step)


@transaction.atomic
def withdraw(*, owner: Return, version: int, by) -> Move:
    """Take a return back that the head has not signed, or that no reviewer has opened."""
    move = MOVES.permit(Action.WITHDRAW, owner.township_id, by)
    step = MOVES.advance(owner, move, version, by)
    reader = opened_by(owner.moves.select_related("by")) if step.from_state == State.SUBMITTED else None
    if reader:
        raise Refused(f"审核员{reader}已经打开这份季报，不能撤回；要改数字，请联系审核员退回。")
    move_lines(owner, move)
    return done(step)


@transaction.atomic
def correct(*, owner: Return, version: int, reason: str, by) -> Return:
    """A new revision that names the approved one and begins with its figures.

    The old figures stay usable until the new are approved.
    """
    move = MOVES.permit(Action.CORRECT, owner.township_id, by)
    reason = MOVES.require_reason(move, reason)
    if owner.corrections.standing().exists():
        raise Stale("这份季报已经在更正，请打开更正的版次。")
    MOVES.advance(owner, move, version, by, reason)
    same = Return.objects.filter(township_id=owner.township_id, period=owner.period)
    revision = Return.objects.create(
        township_id=owner.township_id,
        county=owner.county,
        period=owner.period,
        revision=same.aggregate(last=Max("revision"))["last"] + 1,
        corrects=owner,
        reason=reason,
        explanation=owner.explanation,
    )
    _copy_lines(owner, revision)
    MOVES.log(revision, Action.OPEN, "", by, reason)
    audit.record(action="return.correct", by=by, subject=revision, detail={"corrects": str(owner), "reason": reason})
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


@transaction.atomic
def discard(*, owner: Return, version: int, reason: str, by) -> Move:
    """Give up a correction that was begun by mistake; it stays to be read, and a new one may begin."""
    move = MOVES.permit(Action.DISCARD, owner.township_id, by)
    reason = MOVES.require_reason(move, reason)
    if owner.corrects_id is None:
        raise Refused("只有更正可以撤销；第一版请改正后报送。")
    step = MOVES.advance(owner, move, version, by, reason)
    copied = owner.corrects.lines.values("area_id")
    owner.lines.filter(status=LineStatus.DRAFT).exclude(area_id__in=copied).update(owner=owner.corrects)
    move_lines(owner, move)
    return done(step)
