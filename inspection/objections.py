"""Objections live: raised when a unit is returned, answered by who reports it anew, settled by whoever raised it or the same body.

An objection of the bureau stands in the way of passing, one of the government in the way of ratifying; neither is ever
passed over by a batch. It belongs to the area, for it outlives the report.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.posts import Power
from common import clock
from common.exceptions import Refused, Stale
from inspection.freezing import criterion_titles
from inspection.hands import require_apart
from inspection.models import Check, ObjectionBody, Report, Unit, UnitObjection
from inspection.vocabulary import CriterionReturnReason, Hand
from witness.sealing import seal, seal_keys

LONGEST_ANSWER = 1_000
SETTLERS = {
    ObjectionBody.BUREAU: ((Power.EXAMINE, Power.CONFIRM_EXAMINATIONS), Hand.EXAMINING),
    ObjectionBody.GOVERNMENT: ((Power.RATIFY,), Hand.RATIFYING),
}
"""Whose posts speak for a body, and which hand settling in its name is."""


def open_on(units: Iterable[Unit]) -> dict[int, list[UnitObjection]]:
    """The objections that stand on units, by the unit's key; they are those of its area, whichever report raised them."""
    return _on(units, UnitObjection.objects.open())


def all_on(units: Iterable[Unit]) -> dict[int, list[UnitObjection]]:
    """Every objection that was ever raised on the areas of units, by the unit's key."""
    return _on(units, UnitObjection.objects.all())


def _on(units: Iterable[Unit], rows) -> dict[int, list[UnitObjection]]:
    units = list(units)
    by_area: dict[str, list[UnitObjection]] = defaultdict(list)
    people = ("area__parent", "by", "answered_by", "replied_by", "settled_by")
    for each in rows.filter(area__in={unit.area_id for unit in units}).select_related(*people):
        by_area[each.area_id].append(each)
    return {unit.pk: by_area[unit.area_id] for unit in units if unit.area_id in by_area}


def raise_by_bureau(unit: Unit, checks: Sequence[Check], text: str, by) -> None:
    """What a return holds against a unit: an objection for each reason that was chosen, or one for the opinion as a whole."""
    by_code: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        if check.why:
            by_code[check.why].append(check)
    titles = criterion_titles(unit.frozen)
    raised = [
        UnitObjection(code=code, criteria=[check.criterion for check in of], text=_said(of, titles, text))
        for code, of in by_code.items()
    ] or [UnitObjection(code=CriterionReturnReason.OTHER, text=text)]
    _raise(raised, unit, ObjectionBody.BUREAU, by)


def _said(checks: Sequence[Check], titles: Mapping[str, str], text: str) -> str:
    """The opinion with what was remarked on the criteria; where neither was written, the reason that was chosen."""
    remarks = [f"{titles[check.criterion]}：{check.remark}" for check in checks if check.remark]
    opening = text.rstrip("。；") if remarks else text
    return "；".join(filter(None, [opening, *remarks])) or checks[0].get_why_display()


@dataclass(frozen=True)
class SentDown:
    """Why the government sent a unit down: the reason's code and words, and the criteria that it concerns."""

    unit: Unit
    code: str
    criteria: Sequence[str]
    text: str


def raise_by_government(sent: Sequence[SentDown], by) -> None:
    """Why the government sent units down, in one query; Refused where a reason's code or a criterion is none."""
    for each in sent:
        if each.code not in CriterionReturnReason.values:
            raise Refused(f"{each.unit.area.full_name}：无法识别退回原因，请重新选择。")
        if unknown := set(each.criteria) - {row["key"] for row in each.unit.frozen.said["criteria"]}:
            raise Refused(f"{each.unit.area.full_name}：{min(unknown)}不是该单位的验收标准。")
    raised = UnitObjection.objects.bulk_create(
        UnitObjection(
            unit=each.unit,
            area_id=each.unit.area_id,
            body=ObjectionBody.GOVERNMENT,
            by=by,
            code=each.code,
            criteria=list(each.criteria),
            text=each.text,
        )
        for each in sent
    )
    seal(*raised)


def _raise(objections: Sequence[UnitObjection], unit: Unit, body: ObjectionBody, by) -> None:
    for each in objections:
        each.unit, each.area_id, each.body, each.by = unit, unit.area_id, body, by
    seal(*UnitObjection.objects.bulk_create(objections))


# ------------------------------------------------------------ answering


def to_answer(report: Report, units: Sequence[Unit]) -> list[tuple[UnitObjection, str]]:
    """The objections that a report has to answer, each with its answer so far."""
    return [(each, _answer(report, each)) for found in open_on(units).values() for each in found]


def _answer(report: Report, objection: UnitObjection) -> str:
    """As written in this report, else as answered in an earlier one."""
    return report.answers.get(str(objection.pk), "") or objection.answer


def checked_answers(answers: Mapping[int, str]) -> dict[str, str]:
    """Answers as a report keeps them, by the objection's key; Refused where one is too long."""
    found = {str(pk): text.replace("\r\n", "\n").strip() for pk, text in answers.items()}
    for text in found.values():
        if len(text) > LONGEST_ANSWER:
            raise Refused(f"对退回意见的答复有 {len(text)} 字，最多 {LONGEST_ANSWER} 字，请删减。")
    return found


def require_answered(report: Report, units: Sequence[Unit]) -> None:
    """Refused while the report leaves an objection on one of its units without an answer."""
    left = [each for each, answer in to_answer(report, units) if not answer]
    if left:
        raise Refused(f"有 {len(left)} 条退回意见尚未答复：{_listed(left)}。请逐条答复后报送。")


def _listed(objections: Sequence[UnitObjection]) -> str:
    return "；".join(f"{each}（{each.text}）" for each in objections)


def answer_with(report: Report, units: Sequence[Unit], by) -> None:
    """The report is sent: what it answers is answered."""
    answered = [(each, answer) for each, answer in to_answer(report, units) if answer]
    for each, answer in answered:
        each.answer, each.answered_by, each.answered_at = answer, by, clock.now()
    UnitObjection.objects.bulk_update([each for each, _ in answered], ["answer", "answered_by", "answered_at"])
    seal(*(each for each, _ in answered))


def take_answers_back(units: Sequence[Unit]) -> None:
    """The report was withdrawn: what stands open is unanswered again."""
    found = [each.pk for rows in open_on(units).values() for each in rows]
    UnitObjection.objects.filter(pk__in=found).update(answer="", answered_by=None, answered_at=None)
    seal_keys(UnitObjection, found)


@transaction.atomic
def reply(*, objection: UnitObjection, text: str, by) -> UnitObjection:
    """What the bureau answers the government."""
    _require(Power.EXAMINE, objection, by)
    held = _held(objection)
    if held.body != ObjectionBody.GOVERNMENT:
        raise Refused("该意见由区经信局提出，由街镇答复。")
    require_apart(_live(held), Hand.EXAMINING, by)
    held.reply, held.replied_by, held.replied_at = _word(text, "答复"), by, clock.now()
    held.save(update_fields=["reply", "replied_by", "replied_at"])
    seal(held)
    audit.record(action="objection.reply", by=by, subject=held, detail={"reply": held.reply})
    return held


@transaction.atomic
def settle(*, objection: UnitObjection, word: str, by) -> UnitObjection:
    """Whoever raised it, or somebody of the same body, is content with the answer, and says so."""
    powers, hand = SETTLERS[ObjectionBody(objection.body)]
    _require(next((power for power in powers if by.may(power)), powers[0]), objection, by)
    held = _held(objection)
    if not held.is_answered:
        waits = held.unit.report.township.name if held.needs_answer else ObjectionBody.BUREAU.label
        raise Refused(f"{held}：{waits}尚未答复，不能了结。")
    require_apart(_live(held), hand, by)
    held.settlement, held.settled_by, held.settled_at = _word(word, "了结的结论"), by, clock.now()
    held.save(update_fields=["settlement", "settled_by", "settled_at"])
    seal(held)
    audit.record(action="objection.settle", by=by, subject=held, detail={"settlement": held.settlement})
    return held


def may_settle(objection: UnitObjection, user) -> bool:
    """Whether the user's post speaks for the body, and the objection is answered."""
    powers, _ = SETTLERS[ObjectionBody(objection.body)]
    speaks = any(user.may(power) for power in powers) and user.scope.holds(objection.area_id)
    return speaks and objection.is_open and objection.is_answered


def may_reply(objection: UnitObjection, user) -> bool:
    speaks = user.may(Power.EXAMINE) and user.scope.holds(objection.area_id)
    return speaks and objection.is_open and objection.needs_reply


def _require(power: Power, objection: UnitObjection, by) -> None:
    if not by.may(power) or not by.scope.holds(objection.area_id):
        raise PermissionDenied(f"您的岗位不能办理{ObjectionBody(objection.body).label}提出的退回意见。")


def _held(objection: UnitObjection) -> UnitObjection:
    """The objection, held until the transaction ends; Stale when it is settled."""
    held = UnitObjection.objects.select_for_update().get(pk=objection.pk)
    if not held.is_open:
        raise Stale(f"未办理：{held}已由{held.settled_by}了结。")
    return held


def _live(objection: UnitObjection) -> list[Unit]:
    """The unit that is under way for the area of an objection."""
    return list(Unit.objects.live().filter(area=objection.area_id).select_related("area__parent"))


def _word(text: str, what: str) -> str:
    found = text.replace("\r\n", "\n").strip()
    if not found:
        raise Refused(f"请写明{what}。")
    if len(found) > LONGEST_ANSWER:
        raise Refused(f"{what}有 {len(found)} 字，最多 {LONGEST_ANSWER} 字，请删减。")
    return found


# ------------------------------------------------------------ what stands in the way


def require_passable(unit: Unit) -> None:
    """Refused while an objection of the bureau is not settled, or one of the government not answered."""
    for each in open_on([unit]).get(unit.pk, ()):
        if each.body == ObjectionBody.BUREAU:
            raise Refused(
                f"{unit.area.full_name}有未了结的退回意见（{each.get_code_display()}：{each.text}），了结后才能通过。"
            )
        if each.needs_reply:
            raise Refused(f"{unit.area.full_name}有区政府退回的意见（{each.text}），请先答复，再审核通过。")
        if each.needs_answer:
            raise Refused(
                f"{unit.area.full_name}有区政府退回的意见（{each.get_code_display()}：{each.text}），涉及事实，"
                "须退回街镇补正并答复，不能直接通过。"
            )


def require_ratifiable(units: Sequence[Unit]) -> None:
    """Refused while any objection on one of the units is not settled."""
    standing = [each for found in open_on(units).values() for each in found]
    if standing:
        raise Refused(f"有 {len(standing)} 条退回意见尚未了结：{_listed(standing)}。了结后才能审定通过。")
