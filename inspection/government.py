"""What the district government does with a submission: ratify or return each unit, announce the batch, end a title."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from areas.models import Area
from common.exceptions import Refused
from inspection import objections, submission_papers
from inspection.desk import looking
from inspection.hands import require_apart
from inspection.models import Entry, InspectionMove, Report, Submission, Unit
from inspection.moves import MOVES, carry, require_fresh
from inspection.naming import units_called
from inspection.vocabulary import CriterionReturnReason, Decision, Hand, InspectionAction, ReportState, UnitState


@dataclass(frozen=True)
class UnitDecision:
    """What is decided about a unit: a code of ``Decision``; where it is returned why, the kind of reason, and which criteria."""

    decision: str
    reason: str = ""
    code: str = CriterionReturnReason.OTHER
    criteria: tuple[str, ...] = ()


@transaction.atomic
def decide(
    *, submission: Submission, version: int, verdicts: Mapping[int, UnitDecision], on: date, by
) -> InspectionMove:
    """Decide on every unit (by primary key) at once; what is ratified becomes a batch with number and date.

    More than ``INSPECTION_BATCH_ALONE`` are first proposed (the move is PROPOSE), and decided when another person decides
    the very same. Refused when a unit has no decision, is returned without a reason, or is of high risk and was not looked
    at by this person. With no unit ratified there is no batch.
    """
    MOVES.permit(InspectionAction.DECIDE, submission.county, by)
    require_fresh(submission, MOVES[InspectionAction.DECIDE], version)
    units = units_called(submission.units.select_related("area", "report", "frozen"))
    require_apart(units, Hand.RATIFYING, by)
    ratified = [unit for unit in units if _verdict(unit, verdicts).decision == Decision.RATIFIED]
    objections.require_ratifiable(ratified)
    looking.require_seen(submission, ratified, by)
    if len(units) > settings.INSPECTION_BATCH_ALONE and not _is_seconded(submission, said(verdicts), by):
        move = MOVES[InspectionAction.PROPOSE]
        return MOVES.record(MOVES.advance(submission, move, version, by, proposed=said(verdicts)))
    move = MOVES[InspectionAction.DECIDE if ratified else InspectionAction.TURN_DOWN]
    reason = (
        "" if ratified else "；".join(f"{unit.area.name}：{_verdict(unit, verdicts).reason.strip()}" for unit in units)
    )
    batch = _next_batch(submission.county, on) if ratified else {}
    step = MOVES.advance(submission, move, version, by, MOVES.require_reason(move, "", reason), **batch)
    carry(ratified, InspectionAction.RATIFY, (UnitState.COMPILED,), UnitState.RATIFIED, by, ratified_on=on)
    submission.entries.filter(unit__in=ratified).update(decision=Decision.RATIFIED)
    for unit in units:
        if unit not in ratified:
            _send_down(submission, unit, _verdict(unit, verdicts), by)
    return MOVES.record(step)


def said(verdicts: Mapping[int, UnitDecision]) -> dict[str, list]:
    """Decisions as they are kept while they are proposed, by the unit's key."""
    return {
        str(pk): [each.decision, each.reason.strip(), each.code, list(each.criteria)]
        if each.decision == Decision.RETURNED
        else [each.decision, "", "", []]
        for pk, each in verdicts.items()
    }


def proposer(submission: Submission):
    """Who proposed the decisions that wait for another; None where nobody did."""
    if not submission.proposed:
        return None
    return submission.moves.select_related("by").filter(action=InspectionAction.PROPOSE).last().by


def _is_seconded(submission: Submission, decisions: dict, by) -> bool:
    """Whether another person proposed the very same; Refused where it was the same person."""
    current = Submission.objects.get(pk=submission.pk)
    if current.proposed != decisions:
        return False
    if proposer(current) == by:
        raise Refused("审定意见由您提出，单位较多，须由另一人核对后确认。")
    return True


def _verdict(unit: Unit, verdicts: Mapping[int, UnitDecision]) -> UnitDecision:
    found = verdicts.get(unit.pk)
    if found is None or found.decision not in Decision.values:
        raise Refused(f"{unit.area.name}：请选择审定通过或退回。")
    if found.decision == Decision.RETURNED and not found.reason.strip():
        raise Refused(f"{unit.area.name}：退回必须写明原因。")
    return found


def _next_batch(county: str, on: date) -> dict:
    """The next number of the year, without a gap: the county's row is held, so that two batches never share one."""
    Area.objects.select_for_update().get(pk=county)
    given = Submission.objects.filter(county=county, batch_year=on.year).aggregate(last=Max("batch_number"))
    return {"batch_year": on.year, "batch_number": (given["last"] or 0) + 1, "ratified_on": on}


def _send_down(submission: Submission, unit: Unit, verdict: UnitDecision, by) -> None:
    """Back to the bureau, whose examination of the report is open again; the reason is an objection of the government."""
    move = MOVES.permit(InspectionAction.SEND_DOWN, unit.area_id, by)
    reason = MOVES.require_reason(move, verdict.reason)
    objections.raise_by_government(unit, verdict.code, verdict.criteria, reason, by)
    MOVES.record(MOVES.advance(unit, move, unit.version, by, reason, submission=None))
    Entry.objects.filter(submission=submission, unit=unit).update(decision=Decision.RETURNED, reason=reason)
    report = Report.objects.select_for_update().get(pk=unit.report_id)
    if report.state == ReportState.DECIDED:
        MOVES.record(MOVES.advance(report, MOVES[InspectionAction.REOPEN], report.version, by))


@transaction.atomic
def announce(*, submission: Submission, version: int, on: date, by) -> InspectionMove:
    """Announce a ratified batch (通报)."""
    move = MOVES.permit(InspectionAction.ANNOUNCE, submission.county, by)
    require_apart(list(submission.units.select_related("area")), Hand.RATIFYING, by)
    step = MOVES.advance(submission, move, version, by, announced_on=on)
    submission_papers.issue_circular(submission, on, by)
    return MOVES.record(step)


@transaction.atomic
def end_title(*, unit: Unit, reason: str, by) -> InspectionMove:
    """A ratified unit loses its title: called when its certificate is withdrawn. It may then be reported anew."""
    move = MOVES.permit(InspectionAction.END_TITLE, unit.area_id, by)
    return MOVES.record(MOVES.advance(unit, move, unit.version, by, MOVES.require_reason(move, "", reason)))


def batches(county: str) -> Sequence[Submission]:
    """The ratified batches of a county, the latest first."""
    found = Submission.objects.filter(county=county, batch_number__isnull=False)
    return found.order_by("-batch_year", "-batch_number")
