"""Choosing what to report, and the evidence of a draft."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from acceptance.verdicts.lookups import NotThere, answers_not_there, asked_quarter
from accounts.access import requires
from accounts.audit import record
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.periods import Quarter
from common.values import read_rate
from evidence import answers, store
from inspection import collecting, freezing, reporting
from inspection.collecting import EvidenceUpload
from inspection.models import Evidence, Report
from inspection.moves import MOVES
from inspection.pages import address, crumbs, posted_text, refused, report_crumb, report_or_404
from inspection.reporting import UnitsNotReady
from inspection.views import posted_texts, report_response
from inspection.vocabulary import InspectionAction

_TOO_FAST = 1_000_000
"""Megabits a second that no line in the district has."""


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
    messages.success(request, "已起草，数据已冻结。请核对文字，再提请签发。")
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


@requires(Power.WRITE_INSPECTIONS)
@require_POST
def add_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a file; what it is is read from its content. Texts that stand on the same page are saved with it."""
    report = report_or_404(request, pk)
    typed = {name: posted_text(request, name) for name in ("kind", "caption", "area", "mbps")}
    texts = posted_texts(request) if "overview" in request.POST else None
    kept = {"typed": typed, "texts": texts}
    try:
        if texts is not None and texts.checked() != reporting.Texts.of(report).checked():
            reporting.save(report=report, version=posted_version(request), texts=texts, by=request.user)
        evidence = collecting.add(report=report, given=_given(request.FILES.get("file"), typed), by=request.user)
    except store.NoSpace as full:
        return report_response(request, report_or_404(request, pk), refusal=str(full), status=507, **kept)
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return report_response(
            request, report_or_404(request, pk), refusal=f"佐证材料未保存：{refusal}", status=status, **kept
        )
    messages.success(request, f"已保存佐证材料“{evidence}”。")
    return redirect(f"{address(report)}#evidence")


def _given(file, typed: dict[str, str]) -> EvidenceUpload:
    if file is None:
        raise Refused("未选择文件：请选择照片、PDF 或测速截图后上传。")
    mbps = _measured(typed["mbps"])
    return EvidenceUpload(
        name=file.name or "",
        data=file.read(),
        kind=typed["kind"],
        caption=typed["caption"],
        code=typed["area"],
        mbps=mbps,
    )


def _measured(text: str) -> int | None:
    """The measured rate in megabits a second, as people write it (100M); None for a blank."""
    try:
        rate = read_rate(text)
    except ValueError as refusal:
        raise Refused(f"实测下行速率{refusal}") from None
    if rate is not None and not (rate.is_integer() and rate < _TOO_FAST):
        raise Refused("实测下行速率请填整数，单位兆比特每秒。")
    return None if rate is None else int(rate)


def _evidence(request: HttpRequest, pk: int) -> Evidence:
    found_ = Evidence.objects.visible_to(request.user).select_related("report__township")
    return get_object_or_404(found_, pk=pk)


@requires(Power.WRITE_INSPECTIONS)
@require_POST
def remove_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    evidence = _evidence(request, pk)
    report = evidence.report
    try:
        collecting.remove(evidence=evidence, by=request.user)
    except Refused as refusal:
        return refused(request, refusal, address(report), "查看报告")
    messages.success(request, f"已移除佐证材料“{evidence}”。")
    return redirect(f"{address(report)}#evidence")


@requires(Power.SEE_INSPECTIONS)
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself, to be saved and not shown: it is somebody's upload."""
    found_ = _evidence(request, pk)
    try:
        response = answers.attachment(found_)
    except store.Damaged as damaged:
        return refused(request, damaged, address(found_.report), "查看报告", status=500)
    record(action="evidence.download", by=request.user, subject=found_.report, detail={"file": found_.name})
    return response
