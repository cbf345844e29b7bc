"""What is done to appraisals: weights set, scores taken, objected to, answered, frozen, published, each in one transaction."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from acceptance import plan
from accounts import audit
from accounts.posts import Power
from areas import workdays
from areas.models import Area
from common import clock
from common.exceptions import Refused, Stale
from common.periods import Quarter
from measures.appraisal import counted
from measures.appraisal.models import (
    LONGEST_OBJECTION,
    Appraisal,
    AppraisalMove,
    AppraisalScore,
    ScoreObjection,
    WeightTable,
    subject_of,
)
from measures.appraisal.moves import APPRAISALS
from measures.appraisal.scores import WrongWeights, read_weights
from measures.appraisal.vocabulary import AppraisalAction, AppraisalState
from measures.hooks import AppraisalQuery
from witness.sealing import seal

STEPS = tuple(action for action in AppraisalAction if action != AppraisalAction.BEGIN)
"""What can be done to an appraisal that is there."""


@transaction.atomic
def set_weights(*, group: str, typed: Mapping[str, str], by) -> WeightTable:
    """Set a group's weights for what begins from now on. Refused where they are no weights or do not sum to 100."""
    if not by.may(Power.FREEZE_APPRAISALS):
        raise PermissionDenied("您的岗位不能设置考核权重。")
    labels = {key: each.label for key, each in counted.of_group(group).items()}
    try:
        weights = read_weights(typed, labels)
    except WrongWeights as wrong:
        raise Refused(str(wrong)) from None
    table = WeightTable.objects.create(county=by.area_id, group=group, weights=weights, by=by)
    seal(table)
    said = "；".join(f"{labels[key]} {weight}" for key, weight in weights.items())
    audit.record(action="appraisal.set_weights", by=by, subject=table, detail={"weights": said})
    return table


def weights_of(county: str, group: str) -> WeightTable | None:
    """The weights that hold now; None where none were set."""
    return WeightTable.objects.filter(county=county, group=group).order_by("pk").last()


def begin(*, group: str, quarter: Quarter, on: date, by) -> Appraisal:
    """Begin the appraisal of a quarter that is over, with its first scores. Refused where it has begun, or no weights are set."""
    if quarter.last_day >= on:
        raise Refused(f"{quarter.label}尚未结束，不能考核。")
    weighting = weights_of(by.area_id or "", group)
    if weighting is None:
        raise Refused("尚未设置权重，请区经信局负责人先设置权重。")
    appraisal = Appraisal(county=by.area_id, group=group, period=str(quarter), weighting=weighting)
    APPRAISALS.permit(AppraisalAction.BEGIN, appraisal.county, by)
    try:
        with transaction.atomic():
            appraisal.save()
            _take(appraisal, by)
            APPRAISALS.record(APPRAISALS.log(appraisal, AppraisalAction.BEGIN, "", by))
    except IntegrityError:
        raise Refused(f"{appraisal}已经开始，请在原考核上办理。") from None
    return appraisal


def _take(appraisal: Appraisal, by) -> None:
    """Take the scores as the figures stand."""
    district = Area.objects.get(pk=appraisal.county)
    subjects = counted.subjects(appraisal.group, district, appraisal.quarter)
    asked = AppraisalQuery(by, district, appraisal.quarter, subjects)
    known = counted.of_group(appraisal.group)
    weights, rows = appraisal.weighting.weights, []
    if weights.keys() - known.keys():
        raise Refused("权重中有已不使用的指标，请重新设置权重后再计分。")
    for key, measure in known.items():
        if key not in weights:
            continue
        for subject, share in measure.earned(asked).items():
            rows.append(
                AppraisalScore(
                    appraisal=appraisal,
                    take=appraisal.take,
                    subject=subject,
                    name=subjects[subject],
                    measure=key,
                    label=measure.label,
                    clause=measure.clause,
                    weight=Decimal(weights[key]),
                    passed=share.passed,
                    total=share.total,
                    address=share.address,
                )
            )
    seal(*AppraisalScore.objects.bulk_create(rows))


@transaction.atomic
def take_step(*, appraisal: Appraisal, action: AppraisalAction, version: int, text: str, on: date, by) -> AppraisalMove:
    """Take an appraisal one step further.

    Refused: final before the term to object is over or while an objection is not answered; by whoever put it before the
    units; without the reason that a step needs.
    """
    move = APPRAISALS.permit(action, appraisal.county, by)
    fields: dict[str, Any] = {}
    if action == AppraisalAction.TAKE:
        fields["take"] = appraisal.take + 1
    elif action == AppraisalAction.OPEN:
        fields["until"] = objection_term(on)
    elif action == AppraisalAction.FREEZE:
        _require_final(appraisal, on, by)
    step = APPRAISALS.advance(appraisal, move, version, by, APPRAISALS.require_reason(move, text), **fields)
    if action == AppraisalAction.TAKE:
        _take(appraisal, by)
    return APPRAISALS.record(step, **({"until": str(appraisal.until)} if action == AppraisalAction.OPEN else {}))


def objection_term(on: date) -> date:
    """The last of the plan's working days to object; Refused where plan or table of days has none."""
    term = plan.current().terms.get("score_objection")
    if term is None:
        raise Refused("方案文件没有规定提出意见的期限（terms.score_objection），请先补充。")
    try:
        return workdays.load().nth_after(on, int(term.value))
    except workdays.DayUnknown as unknown:
        raise Refused(str(unknown)) from None


def _require_final(appraisal: Appraisal, on: date, by) -> None:
    if appraisal.until is None or on <= appraisal.until:
        raise Refused(f"意见截止日期为 {appraisal.until}，次日起方可定稿。")
    left = appraisal.objections.filter(answer="").count()
    if left:
        raise Refused(f"有 {left} 条意见尚未答复，答复后方可定稿。")
    opened = appraisal.moves.filter(action=AppraisalAction.OPEN).last()
    if opened and opened.by_id == by.pk:
        raise Refused("征求意见由您发出，定稿须由另一人办理。")


@transaction.atomic
def object_to(*, appraisal: Appraisal, text: str, on: date, by) -> ScoreObjection:
    """A unit objects to its score, until the last day of the term."""
    text = _word(text, "意见")
    held = Appraisal.objects.select_for_update().get(pk=appraisal.pk)
    if held.state != AppraisalState.OBJECTING:
        raise Stale(f"{held}现在是“{held.get_state_display()}”，不能提出意见。")
    if held.until is None or on > held.until:
        raise Refused(f"意见已于 {held.until} 截止。")
    group, key = subject_of(by)
    mine = held.standing_scores.filter(subject=key).first() if group == held.group else None
    if mine is None:
        raise PermissionDenied("只有被考核的单位可以提出意见。")
    objection = ScoreObjection.objects.create(appraisal=held, subject=key, name=mine.name, text=text, by=by)
    seal(objection)
    audit.record(action="appraisal.object", by=by, subject=objection, detail={"text": text})
    return objection


@transaction.atomic
def answer(*, objection: ScoreObjection, text: str, by) -> ScoreObjection:
    """The bureau answers an objection, once."""
    if not by.may(Power.RUN_APPRAISALS) or not by.scope.holds(objection.appraisal.county):
        raise PermissionDenied("您的岗位不能答复考核意见。")
    text = _word(text, "答复")
    rows = ScoreObjection.objects.filter(pk=objection.pk, answer="")
    if not rows.update(answer=text, answered_by=by, answered_at=clock.now()):
        raise Stale("该意见刚由他人答复，请核对后办理。")
    objection.refresh_from_db()
    seal(objection)
    audit.record(action="appraisal.answer", by=by, subject=objection, detail={"answer": text})
    return objection


def _word(text: str, what: str) -> str:
    found = text.replace("\r\n", "\n").strip()
    if not found:
        raise Refused(f"请填写{what}。")
    if len(found) > LONGEST_OBJECTION:
        raise Refused(f"{what}有 {len(found)} 字，最多 {LONGEST_OBJECTION} 字，请删减。")
    return found
