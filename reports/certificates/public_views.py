"""What anyone may ask, without login: is this certificate valid? One address a certificate, one for the signed answer."""

from dataclasses import dataclass

from django.db.models import F, Max, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from accounts.audit import address_of
from areas.models import Succession
from common.clock import now, real_now, today
from common.http import open_to_all
from common.periods import Quarter
from reports.certificates import codes, signing, throttle
from reports.certificates.models import (
    Certificate,
    CertificateState,
    Withdrawal,
    WithdrawalGround,
    WithdrawalState,
)
from reports.certificates.statement import UNKNOWN, statement


@dataclass(frozen=True)
class PublicStatus:
    """The words and tone with which a certificate's state is shown to the public."""

    tone: str
    heading: str
    text: str


ANSWERS = {
    CertificateState.VALID: PublicStatus("met", "有效", "这是经审定授予的称号，证书有效。"),
    CertificateState.RECHECKING: PublicStatus("late", "复核中", "称号正在复核，结果公布之前证书仍然有效。"),
    CertificateState.WITHDRAWN: PublicStatus("missed", "已撤销", "称号已经撤销，证书和牌匾不再有效。"),
    UNKNOWN: PublicStatus("pending", "查无此证", "没有该查验码的证书。经核对查验码无误的，请向授牌机关核实牌匾真伪。"),
}
MISTYPED = "查验码有误：请对照牌匾或证书逐组核对，共四组、每组四位，不含 0、1、I、L、O。"


@open_to_all
def index(request: HttpRequest) -> HttpResponse:
    """Type the code."""
    typed = request.GET.get("code", "")
    code = codes.folded(typed)
    if codes.is_sound(code):
        return redirect("public:certificate", code=codes.grouped(code))
    return render(
        request, "reports/certificates/public_index.html", {"typed": typed, "problem": MISTYPED if typed else ""}
    )


@open_to_all
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """How a certificate stands: the same page with the same number of queries, whether there is one or not."""
    folded = codes.folded(code)
    if not codes.is_sound(folded):
        return render(request, "reports/certificates/public_index.html", {"typed": code, "problem": MISTYPED})
    if wait := throttle.seconds_to_wait(address_of(request), real_now()):
        return _too_often(request, wait)
    found = _found(folded)
    said = statement(folded, found, now())
    context = {
        "said": said,
        "answer": ANSWERS[said["state"]],
        "quarter": Quarter.parse(said["period"]).label if said["period"] else "",
        "since": found.since if found else None,
        "became": found.became(today()) if found else "",
    }
    return render(request, "reports/certificates/public_certificate.html", context)


@open_to_all
def document(request: HttpRequest, code: str) -> HttpResponse:
    """How a certificate stands, as a signed JSON document that can be verified without asking the portal."""
    folded = codes.folded(code)
    if not codes.is_sound(folded):
        return JsonResponse({"detail": MISTYPED}, status=400, json_dumps_params={"ensure_ascii": False})
    if wait := throttle.seconds_to_wait(address_of(request), real_now()):
        return _too_often(request, wait)
    try:
        signed = signing.signed(statement(folded, _found(folded), now()))
    except signing.KeyMissing:
        return _unsigned(request)
    response = JsonResponse(signed, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = f'attachment; filename="certificate-{codes.grouped(folded)}.json"'
    return response


@open_to_all
def key(request: HttpRequest) -> HttpResponse:
    """The public key, and those used before."""
    try:
        public = signing.public_key()
    except signing.KeyMissing:
        return _unsigned(request)
    context = {
        "algorithm": signing.SIGNING_WITH,
        "id": signing.key_id(public),
        "pem": public.decode(),
        "former": [(signing.key_id(pem), until) for until, pem in signing.former_keys()],
    }
    return render(request, "reports/certificates/public_key.html", context)


@open_to_all
def key_file(request: HttpRequest, key: str) -> HttpResponse:
    """A public key by its id."""
    keys = {signing.key_id(pem): pem for pem in signing.public_keys()}
    if key not in keys:
        raise Http404("没有该公钥。")
    response = HttpResponse(keys[key], content_type="application/x-pem-file")
    response.headers["Content-Disposition"] = f'attachment; filename="{key}.pem"'
    return response


def _found(code: str) -> Certificate | None:
    """The certificate with what its statement asks for: two queries, whether there is one or not."""
    ended = Withdrawal.objects.filter(certificate=OuterRef("pk"), state=WithdrawalState.WITHDRAWN)
    said = {
        "since": Max("moves__on", filter=~Q(moves__from_state=F("moves__to_state"))),
        "circular": Max("moves__circular", filter=Q(moves__to_state=CertificateState.WITHDRAWN)),
        "ground": Subquery(ended.values("ground")[:1]),
    }
    found = Certificate.objects.select_related("area").annotate(**said).filter(code=code).first()
    successions = list(Succession.objects.filter(area__certificates__code=code).select_related("successor"))
    if found:
        found.successions = successions
        found.withdrawal_said = (found.circular or "", str(dict(WithdrawalGround.choices).get(found.ground, "")))
    return found


def _too_often(request: HttpRequest, wait: int) -> HttpResponse:
    response = render(request, "reports/certificates/public_wait.html", {"wait": wait}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _unsigned(request: HttpRequest) -> HttpResponse:
    """503 where there is no key to sign with: whoever runs the portal is told by the status page, not by the public one."""
    response = render(request, "reports/certificates/public_wait.html", status=503)
    response["Retry-After"] = "3600"
    return response
