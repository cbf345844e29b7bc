"""What the government saw before it ratifies: every unit of high risk, each by the person who decides."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from accounts import audit
from common import clock
from common.exceptions import Refused, Stale
from inspection.desk import signals
from inspection.desk.risk import Risk
from inspection.hands import require_apart
from inspection.models import Submission, Unit, UnitLook
from inspection.moves import MOVES
from inspection.vocabulary import CriterionReturnReason, Hand, InspectionAction
from workflow.engine import fitting

LONGEST_REASON = 300


def looks_of(submission: Submission, by) -> dict[int, UnitLook]:
    """What this person looked at, by the unit's key, as far as the units still stand as they stood then."""
    found = UnitLook.objects.filter(submission=submission, by=by).select_related("unit")
    return {each.unit_id: each for each in found if each.version == each.unit.version}


@transaction.atomic
def look(
    *,
    submission: Submission,
    unit: Unit,
    version: int,
    by,
    code: str = "",
    reason: str = "",
    criteria: Sequence[str] = (),
) -> UnitLook:
    """Keep that ``by`` looked at a unit; with a ``reason`` that it is to be returned, of which kind that is, and over which criteria."""
    MOVES.permit(InspectionAction.DECIDE, submission.county, by)
    is_open = submission.state in MOVES[InspectionAction.DECIDE].sources and unit.submission_id == submission.pk
    if not is_open or unit.version != version:
        raise Stale(f"{unit.area.name}现在是“{unit.get_state_display()}”，请核对后再办理。")
    require_apart([unit], Hand.RATIFYING, by)
    said = {"version": version, "code": code, "reason": _reason(unit, code, reason), "criteria": list(criteria)}
    if unknown := set(criteria) - {row["key"] for row in unit.frozen.said["criteria"]}:
        raise Refused(f"{unit.area.name}：{min(unknown)}不是该单位的验收标准。")
    said["at"] = clock.now()
    kept, _ = UnitLook.objects.update_or_create(submission=submission, unit=unit, by=by, defaults=said)
    detail = (
        {"code": kept.get_code_display(), "reason": kept.reason, "criteria": kept.criteria} if kept.is_return else {}
    )
    audit.record(
        action="submission.set_aside" if kept.is_return else "submission.look", by=by, subject=kept, detail=detail
    )
    return kept


def _reason(unit: Unit, code: str, reason: str) -> str:
    """The reason of a return; blank where nothing is returned."""
    if not code and not reason.strip():
        return ""
    if code not in CriterionReturnReason.values:
        raise Refused(f"{unit.area.name}：请选择退回的类别。")
    found = fitting(reason)
    if not found:
        raise Refused(f"{unit.area.name}：退回必须写明原因。")
    if len(found) > LONGEST_REASON:
        raise Refused(f"{unit.area.name}：退回的原因有 {len(found)} 字，最多 {LONGEST_REASON} 字。")
    return found


def unseen(units: Sequence[Unit], risks: Mapping[int, Risk], looks: Mapping[int, UnitLook]) -> list[Unit]:
    """The units of high risk at which the person did not look."""
    return [unit for unit in units if risks[unit.pk].is_high and unit.pk not in looks]


def require_seen(submission: Submission, units: Sequence[Unit], by) -> None:
    """Refused while a unit of high risk that is to be ratified was not looked at, with the names of all of them."""
    left = unseen(units, signals.risks(units), looks_of(submission, by))
    if left:
        names = "、".join(unit.area.name for unit in left)
        raise Refused(f"有 {len(left)} 个风险较高的单位您尚未查看：{names}。请在审核台逐个查看后再审定。")
