"""The register of certificates, a certificate with its life, awarding, and printing one or many."""

from django.conf import settings
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
from common.http import RowNotFound, get_object_or_404
from common.listing import answer
from inspection.choosing import UnitChoice
from inspection.hands import Apart
from inspection.models import Unit
from inspection.vocabulary import Hand, SubmissionState
from jobs.actions import start
from papers.serving import file
from reports.certificates import actions, printing, watching
from reports.certificates.forms import IssueForm, StepForm
from reports.certificates.models import Certificate, CertificateAction, CertificateState, Withdrawal
from reports.certificates.moves import MOVES
from reports.certificates.printing import FORM_LABELS, Form
from reports.certificates.register import REGISTER, TONES, address, narrowed

_DEEDS = {
    CertificateAction.RECHECK: actions.recheck,
    CertificateAction.EXPLAIN: actions.explain,
    CertificateAction.CONFIRM: actions.confirm,
}
_WAITING = (CertificateAction.EXPLAIN, CertificateAction.CONFIRM)
"""Steps that a withdrawal under way takes the place of."""


def _visible(request: HttpRequest) -> QuerySet:
    return Certificate.objects.visible_to(request.user).select_related("area")


def _found(request: HttpRequest, pk: int) -> Certificate:
    return get_object_or_404(_visible(request), pk=pk)


def waiting(user) -> QuerySet:
    """The units in scope whose title was announced, and that have no certificate yet."""
    return _without_certificate(user).filter(submission__state=SubmissionState.ANNOUNCED)


def uncirculated(user) -> QuerySet:
    """The ratified units in scope that wait for the circular."""
    return _without_certificate(user).exclude(submission__state=SubmissionState.ANNOUNCED)


def _without_certificate(user) -> QuerySet:
    return Unit.objects.visible_to(user).ratified().filter(certificate__isnull=True).order_by("area_id")


@requires(Power.SEE_INSPECTIONS)
def register(request: HttpRequest) -> HttpResponse:
    """All certificates in scope; what is filtered can be printed together."""
    may_award = request.user.may(Power.AWARD_TITLES)
    context = {
        "forms": FORM_LABELS.items(),
        "may_print": may_award,
        "waiting": len(Apart(waiting(request.user), request.user).free(Hand.AWARDING)) if may_award else 0,
        "rechecking": _visible(request).filter(state=CertificateState.RECHECKING).count(),
        "print_query": request.GET.urlencode(),
    }
    return answer(request, REGISTER, _visible(request), **context)


@requires(Power.AWARD_TITLES)
def issue(request: HttpRequest) -> HttpResponse:
    """Award the titles that were announced, none of them chosen in advance; those that wait for their circular stand beneath."""
    apart = Apart(waiting(request.user), request.user)
    units = waiting(request.user).filter(pk__in=[unit.pk for unit in apart.free(Hand.AWARDING)])
    choice = UnitChoice(request, units, "units")
    is_sent = request.method == "POST" and not choice.is_asked
    form = IssueForm(request.POST if is_sent else None, units=units, on=today(), typed=request.POST.get("on"))
    if is_sent and form.is_valid():
        try:
            issued = actions.issue(units=form.cleaned_data["units"], on=form.cleaned_data["on"], by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已授牌 {len(issued)} 个单位，可以打印证书和牌匾。")
            return redirect(address(issued[0]) if len(issued) == 1 else "certificates:register")
    bar = apart.bar(Hand.AWARDING)
    context = {
        "form": form,
        "bar": bar,
        "groups": choice.groups,
        "uncirculated": uncirculated(request.user),
    }
    return render(request, "reports/certificates/issue.html", context, status=422 if form.errors else 200)


@requires(Power.SEE_INSPECTIONS)
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """A certificate, its life, and what this user may do with it."""
    certificate = _found(request, pk)
    if request.method == "POST":
        return _step(request, certificate)
    return _shown(request, certificate)


def _shown(request: HttpRequest, certificate: Certificate, bound: StepForm | None = None, **said) -> HttpResponse:
    withdrawals = list(Withdrawal.objects.visible_to(request.user).filter(certificate=certificate))
    is_held = certificate.withdrawals.open().exists()
    forms = [
        bound
        if bound and bound.move.action == action
        else StepForm(move=MOVES[action], on=today(), version=certificate.version)
        for action in _DEEDS
        if MOVES.allows(action, certificate, request.user) and not (is_held and action in _WAITING)
    ]
    is_rechecking = certificate.state == CertificateState.RECHECKING
    context = {
        "certificate": certificate,
        "tone": TONES[CertificateState(certificate.state)],
        "became": certificate.became(today()),
        "moves": certificate.moves.select_related("by"),
        "forms": forms,
        "withdrawals": withdrawals,
        "may_propose": is_rechecking and not is_held and request.user.may(Power.RECHECK_TITLES),
        "fall": watching.fall_of(certificate) if is_rechecking else None,
        "bound": bound,
        "prints": FORM_LABELS.items(),
        "public": printing.public_address(certificate, base_of(request)),
        "crumbs": [("首页", "/"), ("证书", reverse("certificates:register")), (certificate.number, "")],
        **said,
    }
    status = said.get("status", 422 if bound else 200)
    return render(request, "reports/certificates/certificate.html", context, status=status)


def _step(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    decision = request.POST.get("decision", "")
    if decision not in _DEEDS:
        return _shown(request, certificate, refusal="无法识别所选的办理事项，请重新选择。", status=422)
    action = CertificateAction(decision)
    form = StepForm(request.POST, move=MOVES[action], on=today(), version=certificate.version)
    if not form.is_valid():
        return _shown(request, certificate, form)
    try:
        _DEEDS[action](certificate=certificate, by=request.user, **form.cleaned_data)
    except Stale as stale:
        return _shown(request, _found(request, certificate.pk), refusal=str(stale), status=409)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _shown(request, certificate, form)
    messages.success(request, f"已办理“{action.label}”。")
    return redirect(address(certificate))


@requires(Power.SEE_INSPECTIONS)
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The sheet, or the drawing of the plaque; of a withdrawn certificate none is printed."""
    certificate = _found(request, pk)
    if certificate.state == CertificateState.WITHDRAWN:
        raise RowNotFound("该证书已撤销，不能打印。")
    content = printing.typeset_certificates([certificate], Form(form), base_of(request), at=certificate.created_at)
    audit.record(
        action="certificate.print",
        by=request.user,
        subject=certificate,
        request=request,
        detail={"form": FORM_LABELS[Form(form)]},
    )
    return file(
        content, f"{FORM_LABELS[Form(form)]}-{certificate.number}-{certificate.unit_name}.pdf", "application/pdf"
    )


@require_POST
@requires(Power.AWARD_TITLES)
def print_many(request: HttpRequest) -> HttpResponse:
    """Print all certificates that the register's filters find, as one PDF in the background; not the withdrawn ones."""
    form = request.POST.get("form", "")
    numbers = list(narrowed(request, _visible(request)).standing().values_list("pk", flat=True))
    if form not in FORM_LABELS or not numbers:
        messages.error(request, "没有可以打印的证书：请放宽筛选条件，已撤销的不打印。")
        return redirect(f"{reverse('certificates:register')}?{request.GET.urlencode()}")
    title = f"打印{FORM_LABELS[Form(form)]} {len(numbers)} 张"
    job = start(
        printing.print_certificates, title=title, by=request.user, numbers=numbers, form=form, base=base_of(request)
    )
    return redirect(job)


def base_of(request: HttpRequest) -> str:
    """The address of the portal that QR codes lead to: the one that is set, else the one that was asked."""
    return settings.PUBLIC_ADDRESS or f"{request.scheme}://{request.get_host()}"
