"""Choosing what to report."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from acceptance.verdicts.lookups import NotThere, answers_not_there, asked_quarter
from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.periods import Quarter
from inspection import freezing, reporting
from inspection.models import Report
from inspection.moves import MOVES
from inspection.pages import address, crumbs, refused, report_crumb, report_or_404
from inspection.reporting import UnitsNotReady
from inspection.vocabulary import InspectionAction


@requires(Power.WRITE_INSPECTIONS)
@answers_not_there
def new(request: HttpRequest) -> HttpResponse:
    """Choose a quarter and the units; those that meet the standard are chosen already."""
    quarters = freezing.reportable_quarters(request.user.area.county, today())
    asked = request.POST.get("period") or request.GET.get("period") or (str(quarters[0]) if quarters else "")
    if not asked:
        raise NotThere("尚无已结束并有评定结果的季度，不能起草自查报告。")
    quarter = asked_quarter(asked)
    if request.method == "POST":
        return _start(request, quarter)
    return _choice(request, quarter)


def _start(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    codes = request.POST.getlist("unit")
    try:
        report = reporting.start(township=request.user.area, quarter=quarter, codes=codes, on=today(), by=request.user)
    except UnitsNotReady as missing:
        return _choice(request, quarter, codes, str(missing), missing.faults, status=422)
    except Refused as refusal:
        return _choice(request, quarter, codes, str(refusal), status=409 if isinstance(refusal, Stale) else 422)
    messages.success(request, "已起草并取数。请核对文字，再提请签发。")
    return redirect(address(report))


def _choice(
    request: HttpRequest,
    quarter: Quarter,
    chosen: list[str] | None = None,
    refusal: str = "",
    faults: Sequence[freezing.UnitFault] = (),
    report: Report | None = None,
    status: int = 200,
) -> HttpResponse:
    """The selection; ``chosen`` None: everything that meets the standard."""
    township = request.user.area
    may_report = freezing.may_report(township, quarter)
    groups = freezing.groups(township, quarter, report) if may_report else []
    if not may_report:
        refusal = freezing.NO_RETURN.format(township=township.name, quarter=quarter.label)
    if chosen is None:
        chosen = [each.area.code for group in groups for each in group.ready]
    context = {
        "township": township,
        "quarter": quarter,
        "quarters": freezing.reportable_quarters(township.county, today()),
        "groups": groups,
        "basis": "已审核的数据" if freezing.has_return(township, quarter) else "台账和网络数据",
        "chosen": set(chosen),
        "ready": sum(len(group.ready) for group in groups),
        "refusal": refusal,
        "faults": faults,
        "report": report,
        "crumbs": crumbs(*([report_crumb(report)] if report else []), ("选择申报单位", "")),
    }
    return render(request, "inspection/select.html", context, status=status)


@requires(Power.WRITE_INSPECTIONS)
def units(request: HttpRequest, pk: int) -> HttpResponse:
    """Change which units a draft asks titles for."""
    report = report_or_404(request, pk)
    if not MOVES.allows(InspectionAction.SAVE, report, request.user):
        refusal = Refused(f"该报告现为“{report.get_state_display()}”，不能再改申报单位。")
        return refused(request, refusal, address(report), "查看报告")
    current = [unit.area_id for unit in reporting.drafted(report)]
    if request.method != "POST":
        return _choice(request, report.quarter, current, report=report)
    codes = request.POST.getlist("unit")
    try:
        reporting.choose(report=report, version=posted_version(request), codes=codes, by=request.user)
    except UnitsNotReady as missing:
        return _choice(request, report.quarter, codes, str(missing), missing.faults, report, 422)
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return _choice(request, report.quarter, codes, str(refusal), report=report_or_404(request, pk), status=status)
    messages.success(request, "申报单位已更改，三段文字已按新的单位重新起草。")
    return redirect(address(report))
