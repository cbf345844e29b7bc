"""What a township does with a return. Each action is one transaction that leaves its move and its audit record.

Of many simultaneous decisions exactly one wins (``MOVES.advance``), and the loser gets ``Stale``.
Who may what, and from where to where, is the table in ``returns.moves``; what the bureau does is in
``returns.review.decisions``.
"""

from datetime import date

from django.db import transaction
from django.db.models import Max

from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.clock import today
from common.exceptions import Refused, Stale
from common.periods import Quarter
from returns import surveying
from returns.checks import terms
from returns.entry.beginning import begin, latest_return
from returns.entry.saving import LONGEST_EXPLANATION
from returns.models import LineStatus, Return, ReturnLine, ReturnMove, ReturnState
from returns.moves import MOVES, ReturnAction, done, move_lines, opened_by
from returns.rounds import calendar, rounds
from returns.sheet import SheetFault, sheet_of
from witness.sealing import seal_keys


class ReturnNotReady(Refused):
    """The return cannot be handed up yet; ``faults`` says everything that stands in the way."""

    def __init__(self, faults: list[SheetFault]):
        super().__init__(f"还有 {len(faults)} 处问题，改正后才能报送。")
        self.faults = faults


def open_return(*, township: Area, quarter: Quarter, on: date, by) -> Return:
    """The return of a township for a quarter, made with a blank line a village unless it is there already.

    Refused when the quarter has not begun by ``on``, lies before the plan's first, or its round is over.
    """
    MOVES.permit(ReturnAction.OPEN, township.code, by)
    _may_be_reported(township, quarter, on)
    if found := latest_return(township, quarter):
        return found
    rounds.require_open(township.code, quarter, on)
    return begin(township, quarter, by)


def _may_be_reported(township: Area, quarter: Quarter, on: date) -> None:
    if township.kind not in TOWNSHIPS:
        raise Refused(f"{township.name}不是街道或镇：季报按街道、镇填报。")
    if quarter < calendar.FIRST:
        raise Refused(f"{quarter.label}早于方案的第一个季度（{calendar.FIRST.label}），无须填报。")
    if not calendar.can_open(quarter, on):
        raise Refused(f"{quarter.label}尚未开始，不能填报。")


@transaction.atomic
def hand_up(
    *, quarterly_return: Return, version: int, by, on: date | None = None, explanation: str | None = None
) -> ReturnMove:
    """Give a filled return to the head for signing; ReturnNotReady with every fault while any stands in the way.

    ``explanation`` says why the sums differ from what the operators count (None: what was said before
    stands). Refused when the round is over ``on`` the day (None: today) and the township has no leave
    to be late.
    """
    move = MOVES.permit(ReturnAction.HAND_UP, quarterly_return.township_id, by)
    step = MOVES.advance(quarterly_return, move, version, by)
    rounds.require_entry(quarterly_return, on or today())
    _explain(quarterly_return, explanation)
    sheet = sheet_of(quarterly_return, complete=True)
    surveying.lay(sheet, complete=True)
    if faults := [*sheet.faults, *sheet.total_faults]:
        raise ReturnNotReady(faults)
    return done(step)


def _explain(quarterly_return: Return, explanation: str | None) -> None:
    if explanation is None:
        return
    sentence = " ".join(explanation.split())
    if len(sentence) > LONGEST_EXPLANATION:
        raise ReturnNotReady(
            [SheetFault(f"对合计的说明过长（{len(sentence)} 字）：最多 {LONGEST_EXPLANATION} 字。", "#explanation")]
        )
    if sentence != quarterly_return.explanation:
        quarterly_return.explanation = sentence
        quarterly_return.save(update_fields=["explanation"])


@transaction.atomic
def hand_back(*, quarterly_return: Return, version: int, reason: str, by) -> ReturnMove:
    """Give the return back to the clerk unsigned, with a reason; the head does it."""
    move = MOVES.permit(ReturnAction.HAND_BACK, quarterly_return.township_id, by)
    return done(MOVES.advance(quarterly_return, move, version, by, MOVES.require_reason(move, reason)))


@transaction.atomic
def submit(*, quarterly_return: Return, version: int, by) -> ReturnMove:
    """Sign the return and report it to the bureau; nobody signs what he entered.

    What it was checked by is kept, with what was found. What became odd only after it was handed up,
    for an operator's count came later, is not asked about again: the reviewer sees it as such.
    """
    move = MOVES.permit(ReturnAction.SUBMIT, quarterly_return.township_id, by)
    step = MOVES.advance(quarterly_return, move, version, by)
    if quarterly_return.was_entered_by(by):
        raise Refused("您填报过本季度的数字，不能签发；请由其他负责人签发。")
    sheet = sheet_of(quarterly_return, complete=True)
    surveying.lay(sheet, complete=True)
    if faults := sheet.errors:
        raise ReturnNotReady(faults)
    terms.keep(step, sheet.using, sheet.found)
    move_lines(quarterly_return, move)
    return done(step)


@transaction.atomic
def withdraw(*, quarterly_return: Return, version: int, by) -> ReturnMove:
    """Take a return back that the head has not signed, or that no reviewer has opened."""
    move = MOVES.permit(ReturnAction.WITHDRAW, quarterly_return.township_id, by)
    step = MOVES.advance(quarterly_return, move, version, by)
    reader = (
        opened_by(quarterly_return.moves.select_related("by")) if step.from_state == ReturnState.SUBMITTED else None
    )
    if reader:
        raise Refused(f"审核员{reader}已打开本季报，不能撤回；须修改数字的，请联系审核员退回。")
    move_lines(quarterly_return, move)
    return done(step)


@transaction.atomic
def correct(*, quarterly_return: Return, version: int, reason: str, by) -> Return:
    """Begin a correction: a new revision that names the approved return and starts with its figures.

    The old figures stay usable until the new are approved.
    """
    move = MOVES.permit(ReturnAction.CORRECT, quarterly_return.township_id, by)
    reason = MOVES.require_reason(move, reason)
    if quarterly_return.corrections.standing().exists():
        raise Stale("本季报正在更正，请打开更正的版次。")
    step = MOVES.advance(quarterly_return, move, version, by, reason)
    same = Return.objects.filter(township_id=quarterly_return.township_id, period=quarterly_return.period)
    revision = Return.objects.create(
        township_id=quarterly_return.township_id,
        county=quarterly_return.county,
        period=quarterly_return.period,
        revision=same.aggregate(last=Max("revision"))["last"] + 1,
        corrects=quarterly_return,
        reason=reason,
        explanation=quarterly_return.explanation,
    )
    _copy_lines(quarterly_return, revision)
    MOVES.record(step)
    beginning = MOVES.log(revision, ReturnAction.OPEN, "", by, reason)
    MOVES.record(beginning, corrects=f"第 {quarterly_return.revision} 版")
    return revision


def _copy_lines(old: Return, revision: Return) -> None:
    """Approved lines are copied; open ones, which a package may have left in the old return, move over."""
    copies = [
        ReturnLine(
            quarterly_return=revision,
            area_id=line.area_id,
            county=line.county,
            period=line.period,
            explanation=line.explanation,
            reason=line.reason,
            explained=line.explained,
            taken=line.taken,
            **line.figures,
        )
        for line in old.lines.filter(status=LineStatus.APPROVED)
    ]
    still_open = old.lines.filter(status__in=[LineStatus.DRAFT, LineStatus.SUBMITTED])
    seal_keys(ReturnLine, still_open.values_list("pk", flat=True))
    still_open.update(quarterly_return=revision, status=LineStatus.DRAFT)
    ReturnLine.objects.bulk_create(copies)


@transaction.atomic
def discard(*, quarterly_return: Return, version: int, reason: str, by) -> ReturnMove:
    """Give up a correction that was begun by mistake; it stays to be read, and a new one may begin."""
    move = MOVES.permit(ReturnAction.DISCARD, quarterly_return.township_id, by)
    reason = MOVES.require_reason(move, reason)
    if quarterly_return.corrects_id is None:
        raise Refused("只有更正可以撤销；第一版请改正后报送。")
    step = MOVES.advance(quarterly_return, move, version, by, reason)
    copied = quarterly_return.corrects.lines.values("area_id")
    quarterly_return.lines.filter(status=LineStatus.DRAFT).exclude(area_id__in=copied).update(
        quarterly_return=quarterly_return.corrects
    )
    move_lines(quarterly_return, move)
    return done(step)
