"""What the bureau does with a report: take it, examine its units criterion by criterion, decide, confirm.

Nobody decides on a unit on whose way the own hand was in anything else (``inspection.hands``).
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from acceptance.judging.judging import ensure_current
from accounts import audit
from common.clock import today
from common.exceptions import Refused, Stale
from inspection import advising, objections, report_papers, required, samples
from inspection.desk import signals
from inspection.desk.risk import Risk
from inspection.freezing import changes, criterion_titles
from inspection.hands import require_apart
from inspection.models import Check, InspectionMove, Opinion, Report, Unit
from inspection.moves import MOVES, carry, deciding, hold, require_fresh
from inspection.reporting import drafted
from inspection.vocabulary import CheckFinding, CriterionReturnReason, Hand, InspectionAction, ReportState, UnitState
from witness.sealing import seal

LONGEST_REMARK = 300
LONGEST_TEXT = 2_000
PASSING = (InspectionAction.PASS, InspectionAction.PASS_SHORT)
OPEN = (UnitState.SENT, UnitState.REOPENED, UnitState.VETTED_PASS, UnitState.VETTED_REFUSAL)
"""While a unit stands so its report is not concluded."""


@dataclass(frozen=True)
class Found:
    """What the reviewer found of a criterion: a code of ``CheckFinding``; where returned, why (a code of ``CriterionReturnReason``)."""

    finding: str
    why: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Ruling:
    """A reviewer's decision on a unit: PASS, PASS_SHORT, RETURN or REFUSE, with what was found, by criterion.

    ``text`` is the opinion, which is the reason where one is needed; ``sampling`` what follows from the spot check.
    """

    action: InspectionAction
    found: Mapping[str, Found]
    text: str = ""
    sampling: str = ""


@transaction.atomic
def take(*, report: Report, version: int, by) -> InspectionMove:
    """Begin the examination, after which the township cannot take the report back; also takes over from a colleague."""
    move = MOVES.permit(InspectionAction.TAKE, report.township_id, by)
    if report.state == ReportState.EXAMINING and report.reviewer_id == by.pk:
        raise Stale("您已受理该自查报告。")
    require_apart(undecided(report), Hand.EXAMINING, by)
    return MOVES.record(MOVES.advance(report, move, version, by, reviewer=by))


def undecided(report: Report) -> list[Unit]:
    """The units of a report on which the bureau has not decided for good."""
    return list(report.units.filter(state__in=OPEN).select_related("area__parent"))


@transaction.atomic
def rule(*, unit: Unit, version: int, ruling: Ruling, by, on: date | None = None) -> InspectionMove:
    """Decide on a unit; with four eyes a passing or refusal waits for the bureau's head, as does a passing without its sample.

    The last one ends the examination, whose opinion is dated ``on`` (None: today). A return is an objection.
    """
    needs_two = ruling.action in PASSING and needs_reasons(unit)
    move = MOVES.permit(deciding(ruling.action, needs_two), unit.area_id, by)
    report = hold(unit.report)
    require_fresh(unit, move, version)
    _require_reviewer(report, by)
    require_apart([unit], Hand.EXAMINING, by)
    advising.require_none_open(unit)
    checks = _checked(unit, ruling)
    reason = MOVES.require_reason(move, "", _reason(unit, ruling, checks))
    step = MOVES.advance(unit, move, version, by, reason)
    if ruling.action in PASSING:
        _require_passable(unit, ruling, checks)
    opinion = Opinion.objects.create(move=step, unit=unit, text=_text(ruling.text), sampling=_text(ruling.sampling))
    for check in checks:
        check.opinion = opinion
    Check.objects.bulk_create(checks)
    seal(opinion, *checks)
    if ruling.action == InspectionAction.RETURN:
        objections.raise_by_bureau(unit, checks, _text(ruling.text), by)
    _conclude(report, by, on or today())
    return MOVES.record(step)


def needs_reasons(unit: Unit) -> bool:
    """Whether the unit passes only with reasons by two people, as the sample that its report needs is not there or failed."""
    standing = samples.standing_of([unit]).get(unit.pk)
    return standing is not None and standing.needs_two


@transaction.atomic
def rule_clean(*, report: Report, versions: Mapping[int, int], by) -> list[InspectionMove]:
    """Pass all units of a report that are clean, each with every criterion found met; by the versions that the page showed.

    More than ``INSPECTION_BATCH_ALONE`` are proposed, and a head confirms them. So many queries, however many units there are.
    """
    ensure_current(report.county)
    held = hold(report)
    _require_reviewer(held, by)
    units = clean(held)
    _require_shown(held, units, versions)
    action = deciding_together(len(units))
    move = MOVES.permit(action, held.township_id, by)
    require_apart(units, Hand.EXAMINING, by)
    steps = carry(units, action, move.sources, move.target, by)
    opinions = Opinion.objects.bulk_create(Opinion(move=step, unit=step.unit) for step in steps)
    checks = Check.objects.bulk_create(
        Check(opinion=opinion, criterion=row["key"], finding=CheckFinding.MET)
        for opinion in opinions
        for row in opinion.unit.frozen.said["criteria"]
    )
    seal(*opinions, *checks)
    _conclude(held, by, today())
    return _recorded("inspection.pass_clean", held, steps, by)


def deciding_together(count: int) -> InspectionAction:
    """How clean units are passed in one go: so many are one person's only up to the setting."""
    return deciding(InspectionAction.PASS, count > settings.INSPECTION_BATCH_ALONE)


def _require_shown(report: Report, units: Sequence[Unit], versions: Mapping[int, int]) -> None:
    """Stale unless these very units, as they stand, are what the page showed; Stale, too, when there are none."""
    if not units:
        raise Stale(f"没有可以一并办理的单位，请逐个办理。{_why_alone(report, versions)}")
    if {unit.pk: unit.version for unit in units} != dict(versions):
        raise Stale(f"页面打开之后，可以一并办理的单位有变化（现为 {len(units)} 个），请核对后再办理。")


def _why_alone(report: Report, asked: Container[int]) -> str:
    """What speaks against the units that were asked for, the first of them by name."""
    units = [unit for unit in drafted(report) if unit.pk in asked]
    against = signals.risks(units)
    named = [f"{unit.area.full_name}：{'、'.join(against[unit.pk].kinds)}" for unit in units if against[unit.pk].parts]
    more = f"等 {len(named)} 个单位" if len(named) > _NAMED else ""
    return "；".join(named[:_NAMED]) + (more or ("。" if named else ""))


_NAMED = 5
"""How many units of a long list are named."""


def _recorded(action: str, report: Report, steps: list[InspectionMove], by) -> list[InspectionMove]:
    """One entry of the trail tells of all units of a batch; each has its row of what happened besides."""
    detail = {"count": len(steps), "units": [step.unit.area.full_name for step in steps]}
    audit.record(action=action, by=by, subject=report, detail=detail)
    return steps


@transaction.atomic
def rule_one_clean(*, unit: Unit, version: int, by) -> InspectionMove:
    """Pass a unit against which nothing speaks, every criterion found met; Refused with what does speak against it."""
    ensure_current(unit.report.county)
    against = signals.risks([unit])[unit.pk]
    if not against.is_clean:
        raise Refused(f"{unit.area.full_name}须逐条审核：{'；'.join(part.sentence for part in against.parts)}。")
    found = {row["key"]: Found(CheckFinding.MET) for row in unit.frozen.said["criteria"]}
    return rule(unit=unit, version=version, ruling=Ruling(InspectionAction.PASS, found), by=by)


def clean(report: Report, against: Mapping[int, Risk] | None = None) -> list[Unit]:
    """The units to be decided against which nothing speaks (``inspection.desk.risk``).

    ``against`` is what speaks against its units, where somebody has asked.
    """
    return _clean([unit for unit in drafted(report) if unit.state in MOVES[InspectionAction.PASS].sources], against)


def _clean(units: Sequence[Unit], against: Mapping[int, Risk] | None) -> list[Unit]:
    against = signals.risks(units) if against is None else against
    return [unit for unit in units if against[unit.pk].is_clean]


def by_title(units: Iterable[Unit]) -> list[tuple[str, int]]:
    """How many units of each title there are."""
    return list(Counter(unit.title for unit in units).items())


def _require_reviewer(report: Report, by) -> None:
    if report.state != ReportState.EXAMINING:
        raise Stale(f"该自查报告现为“{report.get_state_display()}”，请先受理再审核。")
    if report.reviewer_id != by.pk:
        raise Refused(f"该自查报告由{report.reviewer}受理审核；由您办理的，请先接办。")


def _checked(unit: Unit, ruling: Ruling) -> list[Check]:
    """The checklist as rows; Refused where something is missing or does not fit the decision."""
    titles = _titles(unit)
    if unanswered := [title for key, title in titles.items() if not _is_found(ruling.found.get(key))]:
        raise Refused(f"{unit.area.full_name}尚未逐条审核，请选择符合或不符合：{'；'.join(unanswered)}。")
    checks = [_check(key, title, ruling.found[key]) for key, title in titles.items()]
    if ruling.action == InspectionAction.RETURN and not any(check.why for check in checks) and not ruling.text.strip():
        raise Refused("退回补正须指明至少一条标准和退回原因，或写明整体退回的意见。")
    return checks


def _titles(unit: Unit) -> dict[str, str]:
    """The unit's criteria by key, each with its key as pages name them: S16 点位具备光网接入能力 100%."""
    return {key: f"{key} {title}" for key, title in criterion_titles(unit.frozen).items()}


def _is_found(found: Found | None) -> bool:
    return found is not None and found.finding in CheckFinding.values


def _check(key: str, title: str, found: Found) -> Check:
    remark = " ".join(found.remark.split())
    if len(remark) > LONGEST_REMARK:
        raise Refused(f"{title}：说明过长（{len(remark)} 字），最多 {LONGEST_REMARK} 字。")
    if found.why and found.why not in CriterionReturnReason.values:
        raise Refused(f"{title}：无法识别退回原因，请重新选择。")
    if found.why == CriterionReturnReason.OTHER and not remark:
        raise Refused(f"{title}：原因选“其他”的须写明说明。")
    return Check(criterion=key, finding=finding_of(found), why=found.why, remark=remark)


def finding_of(found: Found) -> str:
    """Figures that are not what is the case do not meet the standard, whatever was ticked."""
    return CheckFinding.NOT_MET if found.why == CriterionReturnReason.FIGURES else found.finding


def is_same(opinion: Opinion, ruling: Ruling) -> bool:
    """Whether an opinion says what the ruling says, so that it was given by the same form."""
    checks = {each.criterion: Found(each.finding, each.why, each.remark) for each in opinion.checks.all()}
    given = {
        key: Found(finding_of(each), each.why, " ".join(each.remark.split())) for key, each in ruling.found.items()
    }
    said = (opinion.text, opinion.sampling, checks)
    return said == (_text(ruling.text), _text(ruling.sampling), given)


def _text(text: str) -> str:
    found = text.replace("\r\n", "\n").strip()
    if len(found) > LONGEST_TEXT:
        raise Refused(f"意见有 {len(found)} 字，最多 {LONGEST_TEXT} 字，请删减。")
    return found


def _reason(unit: Unit, ruling: Ruling, checks: Sequence[Check]) -> str:
    """The opinion and, of a return, what is returned and why."""
    titles = _titles(unit)
    returned = [
        f"{titles[check.criterion]}：{check.get_why_display()}" + (f"（{check.remark}）" if check.remark else "")
        for check in checks
        if ruling.action == InspectionAction.RETURN and check.why
    ]
    text = _text(ruling.text)
    return "；".join(filter(None, [text.rstrip("。；") if returned else text, *returned]))


def _require_passable(unit: Unit, ruling: Ruling, checks: Sequence[Check]) -> None:
    """What passes has every hard criterion found met, and says why where figures are short, fell, or the sample failed."""
    roles = {row["key"]: row["role"] for row in unit.frozen.said["criteria"]}
    titles = _titles(unit)
    objections.require_passable(unit)
    required.require_none([unit])
    for check in checks:
        if roles[check.criterion] == "hard" and check.finding != CheckFinding.MET:
            raise Refused(
                f"硬性指标“{titles[check.criterion]}”标为不符合，{unit.area.full_name}不能通过；请退回补正或不予通过。"
            )
        if check.why:
            raise Refused(
                f"“{titles[check.criterion]}”选了退回原因，{unit.area.full_name}不能通过；请退回补正，或清除退回原因。"
            )
    is_short = unit.frozen.reference == "short"
    if is_short != (ruling.action == InspectionAction.PASS_SHORT):
        raise Refused(
            f"{unit.area.full_name}渗透率未达参考值，通过须写明理由，请选“渗透率未达参考值，仍予通过”。"
            if is_short
            else f"{unit.area.full_name}渗透率并未低于参考值，请选“通过”。"
        )
    if unit.frozen.reference == "unknown" and not ruling.text.strip():
        raise Refused(f"{unit.area.full_name}渗透率待定（缺数据）；仍要通过，请在审核意见中写明理由。")
    change = changes([unit]).get(unit.pk)
    if change is not None and change.is_fallen and not ruling.text.strip():
        raise Refused(f"{unit.area.full_name}按现在的数据已不达标；仍要通过，请在审核意见中写明理由。")
    if samples.needs_ruling(unit) and not ruling.sampling.strip():
        raise Refused(f"{unit.area.full_name}抽查有不合格的样本；请写明对抽查结果的处理意见。")
    standing = samples.standing_of([unit]).get(unit.pk)
    if standing is not None and standing.needs_two and not ruling.sampling.strip():
        raise Refused(
            f"{unit.area.full_name}：{standing.words}仍要通过的，须由审核员、负责人分别写明理由；请在对抽查结果的处理意见中写明。"
        )


def _conclude(report: Report, by, on: date) -> None:
    """End the examination when every unit is decided; the report's row is held, so nobody decides meanwhile."""
    if not report.units.filter(state__in=OPEN).exists():
        step = MOVES.advance(report, MOVES[InspectionAction.CONCLUDE], report.version, by)
        report_papers.issue_examination(report, on, by)
        MOVES.record(step)


@transaction.atomic
def confirm(*, unit: Unit, version: int, by, reason: str = "") -> InspectionMove:
    """Confirm what another proposed (four eyes): the passing or the refusal.

    A unit without a sound sample passes only with the head's own ``reason`` beside the reviewer's.
    """
    refuses = unit.state == UnitState.VETTED_REFUSAL
    move = MOVES.permit(
        InspectionAction.CONFIRM_REFUSAL if refuses else InspectionAction.CONFIRM_PASS, unit.area_id, by
    )
    report = hold(unit.report)
    step = MOVES.advance(unit, move, version, by, MOVES.require_reason(move, reason))
    require_apart([unit], Hand.CONFIRMING, by)
    if not refuses:
        required.require_none([unit])
    if not refuses and needs_reasons(unit) and not reason.strip():
        raise Refused(f"{unit.area.full_name}没有合格的抽查结果；复核同意通过的，须写明理由。")
    _conclude(report, by, today())
    return MOVES.record(step)


@transaction.atomic
def confirm_clean(*, report: Report, versions: Mapping[int, int], by) -> list[InspectionMove]:
    """Confirm together what the reviewer proposed to pass with nothing to explain; by the versions that the page showed."""
    ensure_current(report.county)
    held = hold(report)
    move = MOVES.permit(InspectionAction.CONFIRM_PASS, held.township_id, by)
    units = confirmable(held)
    _require_shown(held, units, versions)
    require_apart(units, Hand.CONFIRMING, by)
    steps = carry(units, InspectionAction.CONFIRM_PASS, move.sources, move.target, by)
    _conclude(held, by, today())
    return _recorded("inspection.confirm_clean", held, steps, by)


def confirmable(report: Report, against: Mapping[int, Risk] | None = None) -> list[Unit]:
    """The units proposed to pass against which nothing speaks, and of which the reviewer had nothing to say.

    ``against`` as for ``clean``.
    """
    units = [unit for unit in drafted(report) if unit.state == UnitState.VETTED_PASS]
    said = set(Opinion.objects.filter(unit__in=units).exclude(text="", sampling="").values_list("unit", flat=True))
    return [unit for unit in _clean(units, against) if unit.pk not in said]


@transaction.atomic
def overrule(*, unit: Unit, version: int, reason: str, by) -> InspectionMove:
    """Back to the reviewer, with a reason."""
    move = MOVES.permit(InspectionAction.OVERRULE, unit.area_id, by)
    hold(unit.report)
    require_apart([unit], Hand.CONFIRMING, by)
    return MOVES.record(MOVES.advance(unit, move, version, by, MOVES.require_reason(move, reason)))


def decided_by(unit: Unit):
    """Who gave the latest opinion on the unit; None when nobody did."""
    opinion = unit.opinions.select_related("move__by").last()
    return opinion.move.by if opinion else None
