"""What the district government does with a submission: put its list before the public, ratify or return each unit, announce
the batch, end a title.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from accounts import audit
from areas.models import Area
from common import clock
from common.digests import digest
from common.exceptions import Refused, Stale
from common.templatetags.figures import plain_date
from evidence import keeping
from inbox.heads import mail_head_when_kept
from inspection import notices, objections, required, submission_papers
from inspection.desk import looking
from inspection.hands import require_apart
from inspection.models import Entry, InspectionMove, PublicObjection, RatificationBasis, Report, Submission, Unit
from inspection.moves import MOVES, carry, require_fresh
from inspection.objections import SentDown
from inspection.vocabulary import (
    Decision,
    Hand,
    InspectionAction,
    RatificationGround,
    ReportState,
    SubmissionState,
    UnitState,
)
from witness.sealing import seal, seal_keys


@dataclass(frozen=True)
class UnitDecision:
    """What is decided about a unit: a code of ``Decision``; where it is returned why, the kind of reason, and which criteria."""

    decision: str
    reason: str = ""
    code: str = ""
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True)
class GroundGiven:
    """On what a ratification rests, as it is entered; ``file`` None: the one that is kept already."""

    ground: str
    title: str
    on: date
    signer: str
    number: str
    file: tuple[str, bytes] | None = None


@transaction.atomic
def notice(*, submission: Submission, version: int, on: date, by) -> InspectionMove:
    """Put the list before the public (公示) for the plan's working days."""
    move = MOVES.permit(InspectionAction.NOTICE, submission.county, by)
    require_apart(notices.listed(submission), Hand.RATIFYING, by)
    step = MOVES.advance(submission, move, version, by)
    published = notices.publish(submission, on, by)
    return MOVES.record(step, term=published.until.isoformat())


# ------------------------------------------------------------ on what it rests


def give_ground(*, submission: Submission, given: GroundGiven, on: date, by) -> RatificationBasis:
    """Record the meeting or instruction with its document, until the decision is taken; Refused with what is missing."""
    MOVES.permit(InspectionAction.DECIDE, submission.county, by)
    _require_whole(given, on)
    file = keeping.checked(given.file[1], given.file[0]) if given.file else None
    if file is not None and file.content.media_type not in ("application/pdf", "image/jpeg"):
        raise Refused("审定依据的文件须为 PDF 或 JPEG。")
    fields = file.keep(RatificationBasis) if file else {}
    try:
        return _kept(submission, given, fields, by)
    except BaseException:
        if file:
            keeping.drop(RatificationBasis, file.digest)
        raise


def _require_whole(given: GroundGiven, on: date) -> None:
    if given.ground not in RatificationGround.values:
        raise Refused("请选择审定依据：会议或批示。")
    for text, what in ((given.title, "会议名称或批示事项"), (given.signer, "签批人"), (given.number, "文号")):
        if not text.strip():
            raise Refused(f"请填写{what}。")
    if given.on > on:
        raise Refused("会议或批示日期不能晚于今天。")


@transaction.atomic
def _kept(submission: Submission, given: GroundGiven, fields: Mapping, by) -> RatificationBasis:
    current = Submission.objects.select_for_update().get(pk=submission.pk)
    if current.state not in MOVES[InspectionAction.DECIDE].sources:
        raise Stale(f"{current}现在是“{current.get_state_display()}”，不能再改审定依据。")
    before = RatificationBasis.objects.filter(submission=current).first()
    if before is None and not fields:
        raise Refused("请上传审定依据的文件（PDF 或 JPEG）。")
    said: dict[str, object] = {name: getattr(given, name).strip() for name in ("ground", "title", "signer", "number")}
    said |= {"on": given.on, **fields, "by": by}
    if before is not None and all(getattr(before, name) == value for name, value in said.items()):
        return before
    basis, _ = RatificationBasis.objects.update_or_create(submission=current, defaults=said | {"at": clock.now()})
    if before is not None and before.digest != basis.digest:
        keeping.let_go(RatificationBasis, [before.digest])
    seal_keys(RatificationBasis, [basis.pk], anew=True)
    audit.record(
        action="submission.give_ground",
        by=by,
        subject=current,
        detail={"document": str(basis), "file": basis.name, "sha256": basis.digest},
    )
    return basis


def basis_of(submission: Submission) -> RatificationBasis | None:
    return RatificationBasis.objects.filter(submission=submission).select_related("by").first()


# ------------------------------------------------------------ deciding


@transaction.atomic
def propose(*, submission: Submission, version: int, verdicts: Mapping[int, UnitDecision], by) -> InspectionMove:
    """Keep what is about to be decided on every unit, to be looked at as a whole and confirmed.

    Refused when a unit has no decision, or is returned without a reason.
    """
    move = MOVES.permit(InspectionAction.PROPOSE, submission.county, by)
    units = notices.listed(submission)
    require_apart(units, Hand.RATIFYING, by)
    step = MOVES.advance(submission, move, version, by, proposed=said(verdicts))
    ratified, returned = _split(units, verdicts)
    mail_head_when_kept(f"{submission}审定")
    return MOVES.record(step, ratified=len(ratified), returned=[unit.area.full_name for unit in returned])


def proposed(submission: Submission) -> dict[int, UnitDecision]:
    """What is about to be decided, by the unit's key; nothing where nobody proposed anything."""
    kept = submission.proposed.items()
    return {int(pk): UnitDecision(decision, reason, code, tuple(keys)) for pk, (decision, reason, code, keys) in kept}


def proposal(submission: Submission) -> InspectionMove | None:
    """The step by which the decisions were proposed that wait to be confirmed; None where nobody did."""
    if not submission.proposed:
        return None
    return submission.moves.select_related("by").filter(action=InspectionAction.PROPOSE).last()


def proposer(submission: Submission):
    """Who proposed the decisions that wait for another; None where nobody did."""
    step = proposal(submission)
    return step and step.by


def needs_second(count: int) -> bool:
    """Whether a decision on so many units is confirmed by somebody other than the one who proposed it."""
    return count > settings.INSPECTION_BATCH_ALONE


OWN_PROPOSAL = "审定意见由您提出，单位较多，须由另一人核对后确认。"
_CHANGED = "页面打开之后，拟退回的单位、审定依据或公示异议有变动，尚未审定。请核对现在的内容后再确认。"


def resting_on(submission: Submission, verdicts: Mapping[int, UnitDecision]) -> str:
    """A digest of what somebody is about to confirm: the decisions, what they rest on, and what the public said."""
    public = [[each.pk, each.answer] for each in PublicObjection.objects.on(submission).order_by("pk")]
    kept = basis_of(submission)
    given = [kept.ground, kept.title, str(kept.on), kept.signer, kept.number, kept.digest] if kept else []
    return digest(json.dumps([said(verdicts), given, public], sort_keys=True).encode())[1]


@transaction.atomic
def decide(
    *,
    submission: Submission,
    version: int,
    verdicts: Mapping[int, UnitDecision],
    on: date,
    by,
    shown: str | None = None,
) -> InspectionMove:
    """Decide on every unit (by primary key) at once; what is ratified becomes a batch with number and date.

    More than ``INSPECTION_BATCH_ALONE`` are first proposed (the move is PROPOSE), and decided when another person decides
    the very same. Refused when a unit has no decision, is returned without a reason, or is of high risk and was not looked
    at by this person; nothing is ratified before the public notice is over and its objections answered, nor without what it
    rests on. With no unit ratified there is no batch.

    ``shown`` is what the page showed when it was confirmed (``resting_on``); Refused where that is another by now. None: not
    confirmed on a page.
    """
    MOVES.permit(InspectionAction.DECIDE, submission.county, by)
    require_fresh(submission, MOVES[InspectionAction.DECIDE], version)
    units = notices.listed(submission)
    require_apart(units, Hand.RATIFYING, by)
    ratified, returned = _split(units, verdicts)
    objections.require_ratifiable(ratified)
    required.require_none(ratified)
    looking.require_seen(submission, ratified, by)
    in_the_way = obstacle(submission, on) if ratified else ""
    if shown is not None and shown != resting_on(submission, verdicts):
        raise Refused(in_the_way or _CHANGED)
    if needs_second(len(units)) and not _is_seconded(submission, said(verdicts), by):
        return propose(submission=submission, version=version, verdicts=verdicts, by=by)
    if in_the_way:
        raise Refused(in_the_way)
    move = MOVES[InspectionAction.DECIDE if ratified else InspectionAction.TURN_DOWN]
    reason = (
        "" if ratified else "；".join(f"{unit.area.full_name}：{verdicts[unit.pk].reason.strip()}" for unit in units)
    )
    batch = _next_batch(submission.county, on) if ratified else {}
    step = MOVES.advance(submission, move, version, by, MOVES.require_reason(move, "", reason), **batch)
    carry(ratified, InspectionAction.RATIFY, (UnitState.COMPILED,), UnitState.RATIFIED, by, ratified_on=on)
    chosen = submission.entries.filter(unit__in=ratified)
    seal_keys(Entry, chosen.values_list("pk", flat=True))
    chosen.update(decision=Decision.RATIFIED)
    _send_down(submission, returned, verdicts, by)
    if not ratified:
        notices.withdraw(submission)
    mail_head_when_kept(f"{submission}审定")
    return MOVES.record(step, ratified=len(ratified), returned=[unit.area.full_name for unit in returned])


def _split(units: Sequence[Unit], verdicts: Mapping[int, UnitDecision]) -> tuple[list[Unit], list[Unit]]:
    """The units that are ratified, and those that are returned; Refused where that of one is not said."""
    decided = {unit.pk: _verdict(unit, verdicts).decision for unit in units}
    return (
        [unit for unit in units if decided[unit.pk] == Decision.RATIFIED],
        [unit for unit in units if decided[unit.pk] == Decision.RETURNED],
    )


def said(verdicts: Mapping[int, UnitDecision]) -> dict[str, list]:
    """Decisions as they are kept while they are proposed, by the unit's key."""
    return {
        str(pk): [each.decision, each.reason.strip(), each.code, list(each.criteria)]
        if each.decision == Decision.RETURNED
        else [each.decision, "", "", []]
        for pk, each in verdicts.items()
    }


def _is_seconded(submission: Submission, decisions: dict, by) -> bool:
    """Whether another person proposed the very same; Refused where it was the same person."""
    current = Submission.objects.get(pk=submission.pk)
    if current.proposed != decisions:
        return False
    if proposer(current) == by:
        raise Refused(OWN_PROPOSAL)
    return True


def _verdict(unit: Unit, verdicts: Mapping[int, UnitDecision]) -> UnitDecision:
    found = verdicts.get(unit.pk)
    if found is None or found.decision not in Decision.values:
        raise Refused(f"{unit.area.full_name}：请选择审定通过或退回。")
    if found.decision == Decision.RETURNED and not found.reason.strip():
        raise Refused(f"{unit.area.full_name}：退回必须写明原因。")
    if found.decision == Decision.RETURNED and not found.code:
        raise Refused(f"{unit.area.full_name}：请选择退回的类别。")
    return found


def obstacle(submission: Submission, on: date) -> str:
    """What stands in the way of ratifying anything of a submission on a day; blank: nothing."""
    if said := notices.obstacle(submission, on):
        return said
    if basis_of(submission) is None:
        return "尚未登记审定依据（会议或批示、日期、签批人、文号和文件），不能审定通过。"
    return ""


def _next_batch(county: str, on: date) -> dict:
    """The next number of the year, without a gap: the county's row is held, so that two batches never share one."""
    Area.objects.select_for_update().get(pk=county)
    given = Submission.objects.filter(county=county, batch_year=on.year).aggregate(last=Max("batch_number"))
    return {"batch_year": on.year, "batch_number": (given["last"] or 0) + 1, "ratified_on": on}


def _send_down(submission: Submission, units: Sequence[Unit], verdicts: Mapping[int, UnitDecision], by) -> None:
    """Back to the bureau, whose examination of the reports is open again."""
    if not units:
        return
    move = MOVES.permit(InspectionAction.SEND_DOWN, submission.county, by)
    reasons = {unit.pk: MOVES.require_reason(move, verdicts[unit.pk].reason) for unit in units}
    sent = [SentDown(unit, verdicts[unit.pk].code, verdicts[unit.pk].criteria, reasons[unit.pk]) for unit in units]
    objections.raise_by_government(sent, by)
    MOVES.record_each(
        carry(units, InspectionAction.SEND_DOWN, move.sources, move.target, by, submission=None, reason=reasons)
    )
    entries = list(Entry.objects.filter(submission=submission, unit__in=units))
    for entry in entries:
        entry.decision, entry.reason = Decision.RETURNED, reasons[entry.unit_id]
    Entry.objects.bulk_update(entries, ["decision", "reason"])
    seal(*entries)
    reports = Report.objects.select_for_update().filter(pk__in={unit.report_id for unit in units})
    for report in reports.order_by("pk"):
        if report.state == ReportState.DECIDED:
            MOVES.record(MOVES.advance(report, MOVES[InspectionAction.REOPEN], report.version, by))


@transaction.atomic
def announce(*, submission: Submission, version: int, on: date, by) -> InspectionMove:
    """Announce a ratified batch (通报)."""
    move = MOVES.permit(InspectionAction.ANNOUNCE, submission.county, by)
    require_apart(list(submission.units.select_related("area__parent")), Hand.RATIFYING, by)
    step = MOVES.advance(submission, move, version, by, announced_on=on)
    submission_papers.issue_circular(submission, on, by)
    return MOVES.record(step)


def require_awardable(unit: Unit, on: date) -> None:
    """Refused unless the unit may have its certificate and plaque on a day: ratified, and the circular issued that says so."""
    if unit.state != UnitState.RATIFIED or unit.submission is None:
        raise Refused(f"{unit.area.full_name}没有经区政府审定，不能授牌。")
    batch = unit.submission
    if batch.state != SubmissionState.ANNOUNCED or batch.announced_on is None or not batch.circular_number:
        raise Refused(f"{unit.area.full_name}所在的{batch}尚未通报，印发通报后方可授牌。")
    if on < batch.announced_on:
        raise Refused(f"{unit.area.full_name}于{plain_date(batch.announced_on)}通报，授牌日期不能更早。")


@transaction.atomic
def end_title(*, unit: Unit, reason: str, by) -> InspectionMove:
    """A ratified unit loses its title: called when its certificate is withdrawn. It may then be reported anew."""
    move = MOVES.permit(InspectionAction.END_TITLE, unit.area_id, by)
    return MOVES.record(MOVES.advance(unit, move, unit.version, by, MOVES.require_reason(move, "", reason)))


def batches(county: str) -> Sequence[Submission]:
    """The ratified batches of a county, the latest first."""
    found = Submission.objects.filter(county=county, batch_number__isnull=False)
    return found.order_by("-batch_year", "-batch_number")
