"""What the desk's form decides about a unit: the reviewer's ruling criterion by criterion, and the head's confirmation."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import requires
from accounts.posts import Power
from common.exceptions import Refused, Stale
from common.forms import posted_version
from inspection import examining
from inspection.desk.rows import Desk
from inspection.desk.views import desk_address, desk_response, way_on
from inspection.examining import Found, Ruling
from inspection.models import Unit
from inspection.moves import deciding
from inspection.pages import address, posted_text, refused, report_or_404, unit_or_404
from inspection.vocabulary import InspectionAction

RULINGS = (InspectionAction.PASS, InspectionAction.PASS_SHORT, InspectionAction.RETURN, InspectionAction.REFUSE)


@requires(Power.EXAMINE, Power.CONFIRM_EXAMINATIONS)
def examine(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide on a unit criterion by criterion, or confirm what another proposed; to be read it stands on the desk."""
    unit = unit_or_404(request, pk)
    if request.method == "POST":
        return _decide(request, unit)
    return redirect(desk_address(unit.report, unit=str(unit.pk)))


def _page(request: HttpRequest, unit: Unit, refusal: str) -> HttpResponse:
    """The desk with what was typed, and why it was refused."""
    desk = Desk(request.user, report_or_404(request, unit.report_id))
    return desk_response(request, desk, pk=unit.pk, refusal=refusal, status=422)


def _decide(request: HttpRequest, unit: Unit) -> HttpResponse:
    decision = request.POST.get("decision", "")
    deed = _DEEDS.get(decision) or (_rule if decision in RULINGS else None)
    if deed is None:
        return _page(request, unit, "无法识别所选的办理事项，请重新选择。")
    try:
        deed(request, unit)
    except Stale as stale:
        if not _repeated(request, unit):
            return refused(request, stale, address(unit.report), "查看现在的报告")
    except Refused as refusal:
        return _page(request, unit_or_404(request, unit.pk), str(refusal))
    unit = unit_or_404(request, unit.pk)
    messages.success(request, f"{unit.area.full_name}：{unit.get_state_display()}。")
    return redirect(way_on(request, unit.report))


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


_CLEAN = "clean"
_DEEDS: dict[str, Callable] = {
    _CLEAN: lambda request, unit: examining.rule_one_clean(unit=unit, version=posted_version(request), by=request.user),
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
    if decision == _CLEAN:
        return step.action == deciding(InspectionAction.PASS)
    if decision not in RULINGS:
        return step.action == decision and step.reason == posted_text(request, "reason").replace("\r\n", "\n").strip()
    return step.action == deciding(InspectionAction(decision)) and examining.is_same(
        step.opinion, _ruling(request, unit)
    )
