"""The pages of a withdrawal: the proposal, the procedure with its steps and files."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused, Stale
from common.http import get_object_or_404
from evidence import answers, store
from gate.uploads import one_upload
from papers.models import Document
from papers.wording import title_of
from reports.certificates import withdrawal_drafts, withdrawing
from reports.certificates.forms import ProposalForm, WithdrawalStepForm
from reports.certificates.models import (
    Certificate,
    CertificateState,
    Withdrawal,
    WithdrawalAction,
    WithdrawalFile,
    WithdrawalState,
)
from reports.certificates.moves import WITHDRAWING
from reports.certificates.watching import fall_of

TONES = {
    WithdrawalState.PROPOSED: "pending",
    WithdrawalState.HEARING: "late",
    WithdrawalState.PENDING: "late",
    WithdrawalState.WITHDRAWN: "missed",
    WithdrawalState.KEPT: "met",
    WithdrawalState.DROPPED: "pending",
}

_DEEDS: dict[WithdrawalAction, Callable] = {
    WithdrawalAction.NOTIFY: withdrawing.notify,
    WithdrawalAction.REFER: withdrawing.refer,
    WithdrawalAction.ANSWER: withdrawing.answer,
    WithdrawalAction.WITHDRAW: withdrawing.withdraw,
    WithdrawalAction.KEEP: withdrawing.keep,
    WithdrawalAction.DROP: withdrawing.drop,
}
_HANDING_IN = (Power.RECHECK_TITLES, Power.WRITE_INSPECTIONS, Power.SIGN_INSPECTIONS)


def address(withdrawal: Withdrawal) -> str:
    return reverse("certificates:withdrawal", args=[withdrawal.pk])


def _visible(request: HttpRequest) -> QuerySet:
    return Withdrawal.objects.visible_to(request.user).select_related("certificate__area")


@requires(Power.RECHECK_TITLES)
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to withdraw the title of a certificate that is under re-check."""
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user).select_related("area"), pk=pk)
    form = ProposalForm(request.POST or None, initial={"version": certificate.version})
    if request.method != "POST":
        return _proposal(request, certificate, form, 200)
    if not form.is_valid():
        return _proposal(request, certificate, form, 422)
    try:
        step = withdrawing.propose(certificate=certificate, on=today(), by=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _proposal(request, certificate, form, 409 if isinstance(refusal, Stale) else 422)
    messages.success(request, "已提议撤销。上传证明材料后，由区经信局负责人签发告知书。")
    return redirect(address(step.withdrawal))


def _proposal(request: HttpRequest, certificate: Certificate, form: ProposalForm, status: int) -> HttpResponse:
    context = {
        "certificate": certificate,
        "form": form,
        "is_rechecking": certificate.state == CertificateState.RECHECKING,
        "fall": fall_of(certificate),
        "explained": _explained(certificate),
        "crumbs": _crumbs(certificate, "提议撤销称号"),
    }
    return render(request, "reports/certificates/propose_withdrawal.html", context, status=status)


def _explained(certificate: Certificate):
    """What the township said of the re-check, the latest word of it; None where it said nothing."""
    begun = certificate.moves.filter(action="recheck").order_by("pk").last()
    said = certificate.moves.filter(action="explain", pk__gt=begun.pk if begun else 0)
    return said.select_related("by").order_by("pk").last()


@requires(Power.SEE_INSPECTIONS)
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """A withdrawal with its papers, files and steps, and what this user may do with it."""
    found = get_object_or_404(_visible(request), pk=pk)
    if request.method == "POST":
        return _step(request, found)
    return _shown(request, found)


def _shown(request: HttpRequest, found: Withdrawal, bound: WithdrawalStepForm | None = None, **said) -> HttpResponse:
    certificate = found.certificate
    context = {
        "withdrawal": found,
        "certificate": certificate,
        "tone": TONES[WithdrawalState(found.state)],
        "fall": fall_of(certificate) if found.is_open else None,
        "explained": _explained(certificate),
        "forms": _forms(request, found, bound),
        "bound": bound,
        "waits_until": found.hear_until if _waits(request, found) else None,
        "files": found.files.select_related("by"),
        "side": withdrawing.side_of(found, request.user),
        "documents": [*_issued(request, found), *withdrawal_drafts.links(found, request.user)],
        "moves": found.moves.select_related("by"),
        "crumbs": _crumbs(certificate, "撤销称号"),
        **said,
    }
    status = said.get("status", 422 if bound else 200)
    return render(request, "reports/certificates/withdrawal.html", context, status=status)


def _issued(request: HttpRequest, found: Withdrawal) -> list[tuple[str, str]]:
    """The papers that were issued; label and address."""
    issued = Document.objects.visible_to(request.user).of(found)
    return [(title_of(each.kind), reverse("papers:document", args=[each.pk])) for each in issued]


def _forms(request: HttpRequest, found: Withdrawal, bound: WithdrawalStepForm | None) -> list[WithdrawalStepForm]:
    """A form for each step that this user may take: notice or none, as the plan has it; decisions only after the hearing."""
    not_now = {WithdrawalAction.REFER if withdrawing.hearing_days() is not None else WithdrawalAction.NOTIFY}
    if not found.is_decidable(today()):
        not_now |= {WithdrawalAction.WITHDRAW, WithdrawalAction.KEEP}
    return [
        bound
        if bound and bound.move.action == action
        else WithdrawalStepForm(move=WITHDRAWING[action], version=found.version)
        for action in _DEEDS
        if action not in not_now and WITHDRAWING.allows(action, found, request.user)
    ]


def _waits(request: HttpRequest, found: Withdrawal) -> bool:
    """Whether the user decides, but not before the term is over."""
    decides = WITHDRAWING.allows(WithdrawalAction.WITHDRAW, found, request.user)
    return decides and not found.is_decidable(today())


def _step(request: HttpRequest, found: Withdrawal) -> HttpResponse:
    decision = request.POST.get("decision", "")
    if decision not in _DEEDS:
        return _shown(request, found, refusal="无法识别所选的办理事项，请重新选择。", status=422)
    action = WithdrawalAction(decision)
    form = WithdrawalStepForm(request.POST, move=WITHDRAWING[action], version=found.version)
    if not form.is_valid():
        return _shown(request, found, form)
    try:
        _DEEDS[action](withdrawal=found, on=today(), by=request.user, **form.cleaned_data)
    except Stale as stale:
        return _shown(request, get_object_or_404(_visible(request), pk=found.pk), refusal=str(stale), status=409)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, get_object_or_404(_visible(request), pk=found.pk), form)
    messages.success(request, f"已办理“{action.label}”。")
    return redirect(address(found))


@require_POST
@requires(*_HANDING_IN)
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a file; what it is is read from its content."""
    found, file = get_object_or_404(_visible(request), pk=pk), one_upload(request, "file")
    try:
        if file is None:
            raise Refused("未选择文件：请选择照片或 PDF 后上传。")
        kept = withdrawing.attach(withdrawal=found, name=file.name, data=file.data, by=request.user)
    except store.NoSpace as full:
        return _shown(request, found, refusal=str(full), status=507)
    except Refused as refusal:
        return _shown(request, found, refusal=f"材料未保存：{refusal}", status=422)
    messages.success(request, f"已保存材料“{kept}”。")
    return redirect(f"{address(found)}#files")


def _file(request: HttpRequest, pk: int) -> WithdrawalFile:
    visible = Withdrawal.objects.visible_to(request.user)
    files = WithdrawalFile.objects.filter(withdrawal__in=visible)
    return get_object_or_404(files.select_related("withdrawal__certificate__area"), pk=pk)


@require_POST
@requires(*_HANDING_IN)
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file out again."""
    file = _file(request, pk)
    try:
        withdrawing.detach(file=file, by=request.user)
    except Refused as refusal:
        return _shown(request, file.withdrawal, refusal=str(refusal), status=422)
    messages.success(request, f"已移除材料“{file}”。")
    return redirect(f"{address(file.withdrawal)}#files")


@requires(Power.SEE_INSPECTIONS)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it came, to be saved and not shown: it is somebody's upload."""
    file = _file(request, pk)
    try:
        response = answers.attachment(file)
    except store.Damaged as damaged:
        return _shown(request, file.withdrawal, refusal=str(damaged), status=500)
    audit.record(action="withdrawal.download", by=request.user, subject=file.withdrawal, detail={"file": file.name})
    return response


@requires(Power.SEE_INSPECTIONS)
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture, written anew to be shown on the page."""
    return answers.inline(_file(request, pk))


def _crumbs(certificate: Certificate, last: str) -> list[tuple[str, str]]:
    return [
        ("首页", "/"),
        ("证书", reverse("certificates:register")),
        (certificate.number, reverse("certificates:certificate", args=[certificate.pk])),
        (last, ""),
    ]
