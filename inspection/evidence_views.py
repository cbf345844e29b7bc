"""The evidence of a draft: what is missing, many files at once, what has no unit yet, what seems not to fit."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.audit import record
from accounts.posts import Power
from common.exceptions import Refused
from common.http import get_object_or_404
from common.values import read_rate
from evidence import answers, store
from gate.uploads import uploads
from inspection import collecting, offering, order_statistics, photo_map
from inspection.collecting import EvidenceUpload, Outcome
from inspection.models import Evidence, Report
from inspection.moves import MOVES
from inspection.pages import ReportPage, address, crumbs, numbers, posted_text, refused, report_crumb, report_or_404
from inspection.vocabulary import EvidenceKind, InspectionAction

_TYPED = ("kind", "caption", "area", "criterion", "mbps")


@requires(Power.WRITE_INSPECTIONS)
def add_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence of a draft; posted, files are taken in, each by itself: what they are is read from their content."""
    report = report_or_404(request, pk)
    if request.method == "POST":
        return _added(request, report)
    if not MOVES.allows(InspectionAction.SAVE, report, request.user):
        return redirect(f"{address(report)}#evidence")
    return _page(request, report)


def _added(request: HttpRequest, report: Report) -> HttpResponse:
    is_script = request.headers.get("Accept") == "application/json"
    try:
        outcome = collecting.add_all(report=report, given=list(_given(request)), by=request.user)
    except store.NoSpace as full:
        return _answer(request, report, str(full), 507, is_script)
    except Refused as refusal:
        return _answer(request, report, f"佐证材料未保存：{refusal}", 422, is_script)
    if is_script:
        return JsonResponse(
            {"kept": len(outcome.kept), "refused": [f"“{name}”：{why}" for name, why in outcome.refused]}
        )
    if not outcome.kept:
        return _page(request, report, outcome=outcome, status=422)
    messages.success(request, f"已保存 {len(outcome.kept)} 个文件。")
    return _page(request, report, outcome=outcome) if outcome.refused else _back(report)


def _answer(request: HttpRequest, report: Report, refusal: str, status: int, is_script: bool) -> HttpResponse:
    if is_script:
        return JsonResponse({"kept": 0, "refused": [refusal]}, status=status)
    return _page(request, report, refusal=refusal, status=status)


def _back(report: Report) -> HttpResponse:
    return redirect("inspection:add_evidence", report.pk)


def _given(request: HttpRequest) -> Iterable[EvidenceUpload]:
    files = uploads(request, "file")
    if not files:
        raise Refused("未选择文件：请选择照片、PDF 或测速截图后上传。")
    typed = {name: posted_text(request, name) for name in _TYPED}
    mbps = _measured(typed["mbps"])
    for file in files:
        yield EvidenceUpload(
            name=file.name,
            data=file.data,
            kind=typed["kind"],
            caption=typed["caption"],
            code=typed["area"],
            criterion=typed["criterion"],
            mbps=mbps,
        )


def _measured(text: str) -> int | None:
    """The measured rate in megabits a second, as people write it (100M); None for a blank."""
    try:
        rate = read_rate(text)
    except ValueError as refusal:
        raise Refused(f"实测下行速率{refusal}") from None
    if rate is not None and not rate.is_integer():
        raise Refused("实测下行速率请填整数，单位兆比特每秒。")
    return None if rate is None else int(rate)


def _page(
    request: HttpRequest, report: Report, *, refusal: str = "", outcome: Outcome | None = None, status: int = 200
) -> HttpResponse:
    page = ReportPage(request.user, report)
    given = request.POST if request.method == "POST" else request.GET
    files, megabytes = collecting.room(report)
    context = {
        "page": page,
        "report": report,
        "refusal": refusal,
        "outcome": outcome or Outcome([], []),
        "typed": {name: given.get(name, "") for name in _TYPED} | {"kind": given.get("kind") or _kind_missing(page)},
        "kinds": EvidenceKind.choices,
        "areas": [(shown.unit.area_id, shown.unit.area.full_name) for shown in page.evidence_shown],
        "criteria": page.criteria_keys,
        "limits": (
            f"JPEG、PNG 图片或 PDF，每个不超过 {settings.EVIDENCE_MB} MB；本报告最多 {files:,} 个，合计 {megabytes:,} MB"
        ),
        "offered": offering.offered(report, request.user),
        "map": photo_map.of(page.evidence_shown),
        "may_edit": MOVES.allows(InspectionAction.SAVE, report, request.user),
        "crumbs": crumbs(report_crumb(report), ("佐证材料", "")),
    }
    return render(request, "inspection/evidence.html", context, status=status)


def _kind_missing(page: ReportPage) -> str:
    """What is most likely brought: the first kind that is missing, but what the portal makes itself."""
    kinds = (group.kind for group in page.missing if group.kind != EvidenceKind.ORDER_STATISTICS)
    return next(kinds, "")


@requires(Power.WRITE_INSPECTIONS)
@require_POST
def arrange_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Put files to their units, and keep what is said about doubts."""
    report = report_or_404(request, pk)
    codes, remarks = (_by_file(request, prefix) for prefix in ("area-", "remark-"))
    try:
        changed = collecting.arrange(report=report, codes=codes, remarks=remarks, by=request.user)
    except Refused as refusal:
        return _page(request, report, refusal=str(refusal), status=422)
    messages.success(request, f"已保存，{changed} 个文件有改动。" if changed else "没有改动。")
    return _back(report)


def _by_file(request: HttpRequest, prefix: str) -> dict[int, str]:
    """What was chosen or typed for each file, by its primary key."""
    fields = [name.removeprefix(prefix) for name in request.POST if name.startswith(prefix)]
    return {pk: posted_text(request, f"{prefix}{pk}") for pk in numbers(fields)}


@requires(Power.WRITE_INSPECTIONS)
@require_POST
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Take photos of walks and proposals over as evidence."""
    report = report_or_404(request, pk)
    try:
        outcome = offering.take_over(report=report, keys=request.POST.getlist("photo"), by=request.user)
    except (Refused, store.NoSpace) as refusal:
        status = 507 if isinstance(refusal, store.NoSpace) else 422
        return _page(request, report, refusal=str(refusal), status=status)
    if outcome.kept:
        messages.success(request, f"已取用 {len(outcome.kept)} 张照片。")
    return _page(request, report, outcome=outcome, status=422) if outcome.refused else _back(report)


@requires(Power.WRITE_INSPECTIONS)
@require_POST
def make_statistics(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the portal make the statistics of the orders of township and quarter."""
    report = report_or_404(request, pk)
    try:
        made = order_statistics.make(report=report, by=request.user)
    except (Refused, store.NoSpace) as refusal:
        status = 507 if isinstance(refusal, store.NoSpace) else 422
        return _page(request, report, refusal=str(refusal), status=status)
    messages.success(request, f"已生成“{made}”。")
    return _back(report)


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
    return _back(report)


def _evidence(request: HttpRequest, pk: int) -> Evidence:
    found = Evidence.objects.visible_to(request.user).select_related("report__township")
    return get_object_or_404(found, pk=pk)


@requires(Power.SEE_INSPECTIONS)
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself, to be saved and not shown: it is somebody's upload."""
    found = _evidence(request, pk)
    try:
        response = answers.attachment(found)
    except store.Damaged as damaged:
        return refused(request, damaged, address(found.report), "查看报告", status=500)
    record(action="evidence.download", by=request.user, subject=found.report, detail={"file": found.name})
    return response


@requires(Power.SEE_INSPECTIONS)
def evidence_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture, written anew."""
    return answers.inline(_evidence(request, pk))
