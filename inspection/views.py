"""Reports as pages: the list, a report with its next step, and the moves that need no form of their own."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.listing import COUNT, DATE, Column, Listing, answer
from inspection import examining, objections, reporting
from inspection.filters import ReportFilter
from inspection.models import Report
from inspection.pages import (  # fmt: skip
    REPORT_TONES,
    ReportPage,
    address,
    crumbs,
    numbers,
    posted_text,
    refused,
    report_crumb,
    report_or_404,
)
from inspection.paper_views import links
from inspection.reporting import Texts, UnitsNotReady
from inspection.required import EvidenceMissing, grouped
from inspection.vocabulary import InspectionAction, ReportState, UnitState

REPORTS = Listing(
    key="inspections",
    title="达标自查报告",
    unit="份",
    filterset=ReportFilter,
    order=("-moved_at", "-pk"),
    template="inspection/index.html",
    empty="尚无达标自查报告。",
    hint="街镇达标后在此起草自查报告。",
    columns=(
        Column("report", "报告", str, link=address, head=True),
        Column("period", "季度", "quarter.label", order=("period",)),
        Column("township", "街镇", "township.name", order=("township_id",)),
        Column("count", "申报单位", kind=COUNT, order=("count",)),
        Column(
            "state",
            "状态",
            "get_state_display",
            order=("state",),
            tone=lambda row: REPORT_TONES[ReportState(row.state)],
        ),
        Column("number", "文号", minor=True),
        Column("signed_on", "签发日期", kind=DATE, order=("signed_on",)),
        Column("reviewer", "审核员", "reviewer.name", minor=True),
        Column("moved_at", "最近办理", order=("moved_at",)),
    ),
)


@requires(Power.SEE_INSPECTIONS)
def index(request: HttpRequest) -> HttpResponse:
    """The reports in scope, the latest step first."""
    rows = Report.objects.visible_to(request.user).select_related("township", "reviewer")
    counted = Count("units", filter=~Q(units__state=UnitState.DISCARDED), distinct=True)
    rows = rows.annotate(count=counted, moved_at=Max("moves__at"))
    may = {"start": request.user.may(Power.WRITE_INSPECTIONS), "compile": request.user.may(Power.COMPILE_SUBMISSIONS)}
    return answer(request, REPORTS, rows, may=may)


@requires(Power.SEE_INSPECTIONS)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A report: the form while the township drafts it, else what it says; and what this user may do next."""
    if request.method == "POST":
        return _post(request, pk)
    return report_response(request, report_or_404(request, pk))


def report_response(request: HttpRequest, report: Report, *, status: int = 200, **more) -> HttpResponse:
    """The page of a report; ``more`` may hold texts as typed, a refusal, faults, and missing evidence in groups."""
    page = ReportPage(request.user, report)
    texts, answers = more.pop("texts", None) or Texts.of(report), more.pop("answers", None) or {}
    context = {
        "page": page,
        "report": report,
        "texts": texts,
        "to_answer": [(each, answers.get(each.pk, answer)) for each, answer in page.to_answer]
        if page.may["save"]
        else [],
        "refusal": "",
        "faults": [],
        "reason": "",
        "missing": [],
        "documents": links(report, request.user),
        "crumbs": crumbs(report_crumb(report)),
        **more,
    }
    template = "inspection/draft.html" if page.may["save"] else "inspection/report.html"
    return render(request, template, context, status=status)


def posted_texts(request: HttpRequest) -> Texts:
    return Texts(*(posted_text(request, name) for name in ("overview", "problems", "request")))


def posted_answers(request: HttpRequest) -> dict[int, str] | None:
    """The answers to objections by their keys; None where the form asks for none."""
    keys = numbers(request.POST.getlist("objection"))
    return {pk: posted_text(request, f"answer-{pk}") for pk in keys} or None


@requires(Power.WRITE_INSPECTIONS)
def _post(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the texts of a draft, and hand it up where that was pressed; nothing typed is lost when it is refused."""
    report = report_or_404(request, pk)
    texts, answers = posted_texts(request), posted_answers(request)
    typed = {"texts": texts, "answers": answers}
    deed = reporting.hand_up if "hand_up" in request.POST else reporting.save
    try:
        deed(report=report, version=posted_version(request), texts=texts, answers=answers, by=request.user)
    except UnitsNotReady as missing:
        return report_response(
            request,
            report_or_404(request, report.pk),
            **typed,
            faults=missing.faults,
            refusal=str(missing),
            status=422,
        )
    except EvidenceMissing as lacking:
        return report_response(
            request,
            report_or_404(request, report.pk),
            **typed,
            missing=grouped(lacking.missing),
            refusal=str(lacking),
            status=422,
        )
    except Stale as stale:
        report = report_or_404(request, report.pk)
        if not _sent_before(request, report, deed, texts, answers):
            return report_response(request, report, **typed, refusal=str(stale), status=409)
    except Refused as refusal:
        return report_response(request, report_or_404(request, report.pk), **typed, refusal=str(refusal), status=422)
    messages.success(request, "已提请负责人签发。" if deed is reporting.hand_up else "已保存。")
    return redirect(address(report))


def _sent_before(request: HttpRequest, report: Report, deed: Callable, texts: Texts, answers: dict | None) -> bool:
    """Whether this very form has been posted before, and its words stand, so that its effect is there already."""
    action = InspectionAction.HAND_UP if deed is reporting.hand_up else InspectionAction.SAVE
    made = report.moves.filter(action=action, version=posted_version(request) + 1, by=request.user)
    stands = answers is None or report.answers == objections.checked_answers(answers)
    return stands and Texts.of(report) == Texts(**texts.checked()) and made.exists()


def _with_reason(deed: Callable) -> Callable:
    return lambda request, **said: deed(reason=posted_text(request, "reason"), **said)


_DEEDS: dict[str, tuple[Callable, str]] = {
    InspectionAction.REFREEZE: (lambda request, **said: reporting.refreeze(**said), "已按现在的数据重新取数。"),
    InspectionAction.HAND_BACK: (_with_reason(reporting.hand_back), "已退回经办。"),
    InspectionAction.SEND: (lambda request, **said: reporting.send(on=today(), **said), "已签发，报送区经信局。"),
    InspectionAction.WITHDRAW: (lambda request, **said: reporting.withdraw(**said), "已撤回，可以继续修改。"),
    InspectionAction.DISCARD: (_with_reason(reporting.discard), "已撤销。"),
    InspectionAction.TAKE: (lambda request, **said: examining.take(**said), "已受理，街镇不能再撤回。"),
}
"""The moves of a report that one button makes, and what is said when it is done."""


@requires(Power.WRITE_INSPECTIONS, Power.SIGN_INSPECTIONS, Power.EXAMINE)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Take, sign, hand back, withdraw, discard, or take the figures anew; of several at once one wins."""
    report = report_or_404(request, pk)
    action = request.POST.get("action", "")
    if action not in _DEEDS:
        return report_response(request, report, refusal="无法识别所选的办理事项，请重新选择。", status=422)
    deed, said = _DEEDS[action]
    version = posted_version(request)
    try:
        deed(request, report=report, version=version, by=request.user)
    except UnitsNotReady as missing:
        return report_response(
            request, report_or_404(request, pk), refusal=str(missing), faults=missing.faults, status=422
        )
    except EvidenceMissing as lacking:
        return report_response(
            request, report_or_404(request, pk), refusal=str(lacking), missing=grouped(lacking.missing), status=422
        )
    except Stale as stale:
        if not _repeated(request, report, action, version):
            return refused(request, stale, address(report), "查看现在的报告")
    except Refused as refusal:
        reason = posted_text(request, "reason")
        return report_response(request, report_or_404(request, pk), refusal=str(refusal), reason=reason, status=422)
    messages.success(request, said)
    return redirect("inspection:desk" if action == InspectionAction.TAKE else "inspection:report", report.pk)


def _repeated(request: HttpRequest, report: Report, action: str, version: int) -> bool:
    """Whether this very form has been posted before, with the same reason, so that its effect is there already."""
    made = report.moves.filter(action=action, version=version + 1, by=request.user)
    return made.filter(reason=posted_text(request, "reason").replace("\r\n", "\n").strip()).exists()


@requires(Power.WRITE_INSPECTIONS)
@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft a new report for the units that came back."""
    report = report_or_404(request, pk)
    try:
        new = reporting.follow(report=report, on=today(), by=request.user)
    except UnitsNotReady as missing:
        return report_response(
            request, report_or_404(request, pk), refusal=str(missing), faults=missing.faults, status=422
        )
    except Refused as refusal:
        return refused(request, refusal, reverse("inspection:index"), "全部自查报告")
    messages.success(
        request,
        "已起草补正报告：数据已重新取数，佐证材料已带入；文字按退回的单位重新起草，街镇自行撰写的照录，请核对。",
    )
    return redirect(address(new))
