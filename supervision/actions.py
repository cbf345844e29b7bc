"""What is done to followed matters: written, taken a step further, each in one transaction; feedback to the author follows from it."""

from datetime import date

from django.db import transaction

from accounts.units import Addressee
from common.exceptions import Refused
from figures.asking import AskedFigure
from supervision.models import Matter, MatterFigure, MatterMove
from supervision.moves import REMARKS, moves_of
from supervision.vocabulary import MatterAction, MatterKind
from witness.sealing import seal
from workflow.engine import LONGEST_REASON

ASKED = {
    MatterAction.REPORT: "办理情况",
    MatterAction.CLOSE: "办结意见",
    MatterAction.SEND_BACK: "退回原因",
    MatterAction.WITHDRAW: "撤回原因",
}
"""What is written with a step; with the others nothing."""
STEPS = (MatterAction.SIGN, *ASKED)
"""What can be done to a matter that is there."""


@transaction.atomic
def write_remark(*, opened: AskedFigure, text: str, to: Addressee, due_on: date, on: date, by) -> Matter:
    """Write what is to be done about a figure, which is kept with it as it stands. Refused where the day is over."""
    if due_on < on:
        raise Refused(f"办理期限不能早于今天（{on}）。")
    matter = Matter(
        kind=MatterKind.REMARK,
        county=by.area_id,
        text=text,
        author=by,
        author_post=by.post,
        to_kind=to.kind,
        to_area_id=to.area,
        to_operator_id=to.operator,
        to_unit=to.unit,
        due_on=due_on,
    )
    REMARKS.permit(MatterAction.WRITE, matter, by)
    matter.save()
    seal(frozen(matter, opened))
    REMARKS.record(REMARKS.log(matter, MatterAction.WRITE, "", by), due_on=due_on, to_unit=to.unit, text=text)
    return matter


def frozen(matter: Matter, opened: AskedFigure) -> MatterFigure:
    """Keep a figure with a matter as it stands."""
    counted, asked = opened.counted(), opened.asked
    return MatterFigure.objects.create(
        matter=matter,
        of=opened.figure.of,
        question=opened.question,
        area=asked.area,
        title=opened.figure.title,
        part=opened.part_name,
        period=str(asked.quarter),
        basis=asked.basis,
        on=asked.day,
        value=counted.value,
        unit=counted.unit,
        members=counted.members,
        as_of=opened.as_of,
    )


@transaction.atomic
def take_step(*, matter: Matter, action: MatterAction, version: int, text: str, by) -> MatterMove:
    """Take a matter one step further. Stale where somebody was faster, Refused without the words that the step needs."""
    moves = moves_of(matter)
    move = moves.permit(action, matter, by)
    asked, text = ASKED.get(action, "说明"), text.strip()
    if move.needs_reason and not text:
        raise Refused(f"请填写{asked}。")
    if len(text) > LONGEST_REASON:
        raise Refused(f"{asked}有 {len(text)} 字，最多 {LONGEST_REASON} 字，请删减。")
    return moves.record(moves.advance(matter, move, version, by, moves.require_reason(move, text)))
