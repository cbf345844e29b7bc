"""The reviewer's checklist of a unit, and the head's confirmation."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import requires
from accounts.posts import Power
from common.exceptions import Refused, Stale
from common.forms import posted_version
from inspection import examining, freezing, samples
from inspection.examining import Found, Ruling
from inspection.models import Unit
from inspection.moves import MOVES, deciding
from inspection.pages import (
    AdviceShown,
    CriterionRow,
    UnitShown,
    address,
    crumbs,
    posted_text,
    refused,
    report_crumb,
    shown_objections,
    unit_or_404,
)
from inspection.vocabulary import CheckFinding, CriterionReturnReason, InspectionAction

RULINGS = (InspectionAction.PASS, InspectionAction.PASS_SHORT, InspectionAction.RETURN, InspectionAction.REFUSE)


@dataclass(frozen=True)
class CheckRow:
    """A criterion with the reviewer's finding as far as it is chosen."""

    row: CriterionRow
    found: Found


@requires(Power.EXAMINE, Power.CONFIRM_EXAMINATIONS)
def examine(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide on a unit criterion by criterion, or confirm what another proposed."""
    unit = unit_or_404(request, pk)
    if request.method == "POST":
        return _decide(request, unit)
    if not (MOVES.allows(deciding(InspectionAction.PASS), unit, request.user) or _may_confirm(unit, request.user)):
        return redirect("inspection:unit", unit.pk)
    return _page(request, unit)


def _may_confirm(unit: Unit, user) -> bool:
    return any(
        MOVES.allows(action, unit, user) for action in (InspectionAction.CONFIRM_PASS, InspectionAction.CONFIRM_REFUSAL)
    )


def _page(request: HttpRequest, unit: Unit, refusal: str = "", status: int = 200) -> HttpResponse:
    shown = UnitShown(unit, freezing.changes([unit]).get(unit.pk), request.user)
    decided_by = examining.decided_by(unit)
    context = {
        "shown": shown,
        "unit": unit,
        "report": unit.report,
        "checks": [CheckRow(row, _found(request, row)) for row in shown.criteria],
        "findings": CheckFinding.choices,
        "reasons": CriterionReturnReason.choices,
        "text": posted_text(request, "text"),
        "sampling": posted_text(request, "sampling"),
        "reason": posted_text(request, "reason"),
        "ground": posted_text(request, "ground"),
        "refusal": refusal,
        "is_confirming": _may_confirm(unit, request.user),
        "is_reviewer": unit.report.reviewer_id == request.user.pk,
        "decided_by": decided_by,
        "opinion": unit.opinions.select_related("move").last(),
        "objections": shown_objections(request.user, [unit]).get(unit.pk, []),
        "advice": AdviceShown(request.user, unit),
        "standing": samples.standing_of([unit]).get(unit.pk),
        "evidence": unit.report.evidence.filter(area_id__in=[unit.area_id]) | unit.report.evidence.filter(area=None),
        "crumbs": crumbs(report_crumb(unit.report), (f"审核{unit.area.name}", "")),
    }
    return render(request, "inspection/examine.html", context, status=status)


def _found(request: HttpRequest, row: CriterionRow) -> Found:
    """As chosen; before that what the figures of today say."""
    key = row.key
    if request.method == "POST":
        names = (f"finding-{key}", f"why-{key}", f"remark-{key}")
        typed = Found(*(posted_text(request, name) for name in names))
        return replace(typed, finding=examining.finding_of(typed))
    now = (row.now or row.then).figures["outcome"]
    return Found(CheckFinding.MET if now in ("met", "not_applicable") else CheckFinding.NOT_MET)


def _decide(request: HttpRequest, unit: Unit) -> HttpResponse:
    decision = request.POST.get("decision", "")
    deed = _CONFIRMING.get(decision) or (_rule if decision in RULINGS else None)
    if deed is None:
        return _page(request, unit, "无法识别所选的办理事项，请重新选择。", 422)
    try:
        deed(request, unit)
    except Stale as stale:
        if not _repeated(request, unit):
            return refused(request, stale, address(unit.report), "查看现在的报告")
    except Refused as refusal:
        return _page(request, unit_or_404(request, unit.pk), str(refusal), 422)
    unit = unit_or_404(request, unit.pk)
    messages.success(request, f"{unit.area.name}：{unit.get_state_display()}。")
    return redirect(address(unit.report))


def _rule(request: HttpRequest, unit: Unit) -> None:
    ruling = _ruling(request, unit)
    examining.rule(unit=unit, version=posted_version(request), ruling=ruling, by=request.user)


def _ruling(request: HttpRequest, unit: Unit) -> Ruling:
    """What the form says of the unit."""
    keys = [row["key"] for row in unit.frozen.said["criteria"]]
    found = {
        key: Found(*(posted_text(request, f"{name}-{key}") for name in ("finding", "why", "remark"))) for key in keys
    }
    text, sampling = posted_text(request, "text"), posted_text(request, "sampling")
    return Ruling(InspectionAction(request.POST["decision"]), found, text, sampling)


_CONFIRMING: dict[str, Callable] = {
    "confirm": lambda request, unit: examining.confirm(
        unit=unit, version=posted_version(request), reason=posted_text(request, "ground"), by=request.user
    ),
    InspectionAction.OVERRULE: lambda request, unit: examining.overrule(
        unit=unit, version=posted_version(request), reason=posted_text(request, "reason"), by=request.user
    ),
}


def _repeated(request: HttpRequest, unit: Unit) -> bool:
    """Whether this very form has been posted before."""
    step = unit.moves.filter(version=posted_version(request) + 1, by=request.user).first()
    decision = request.POST.get("decision", "")
    if step is None:
        return False
    if decision == "confirm":
        return step.action in (InspectionAction.CONFIRM_PASS, InspectionAction.CONFIRM_REFUSAL)
    if decision not in RULINGS:
        return step.action == decision and step.reason == posted_text(request, "reason").replace("\r\n", "\n").strip()
    return step.action == deciding(InspectionAction(decision)) and examining.is_same(
        step.opinion, _ruling(request, unit)
    )
