"""What if, and what changed: the pages on which verdicts are compared."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from acceptance.difference_page import AREAS, SHOWN, SITES, DifferencePage
from acceptance.differences import View
from acceptance.judging import ensure_current, quarters
from acceptance.lookups import NotThere, answers_not_there, asked_area, asked_basis, asked_quarter, county_of
from acceptance.models import Basis, Verdict
from acceptance.pages import ancestors
from acceptance.views import area_crumbs, is_provisional, verdict_url
from acceptance.whatif import Answer, Question, Supposition
from acceptance.whatif_form import WhatIfForm
from acceptance.whatif_page import MOST, Result
from accounts import audit
from accounts.access import refusal, requires
from accounts.posts import Power
from areas import exports
from areas.models import Area
from areas.periods import Quarter
from areas.vocabulary import TOWNSHIPS, AreaKind


@requires(Power.SEE_VERDICTS)
@answers_not_there
def whatif(request: HttpRequest, period: str, code: str) -> HttpResponse:
    """Suppose figures, access points and orders, and see what would turn; nothing is saved."""
    quarter, basis = asked_quarter(period), asked_basis(request.GET.get("basis", ""))
    area = asked_area(request.user, code)
    ensure_current(area.county)
    if not Verdict.objects.standing().filter(area=area, period=str(quarter), basis=basis).exists():
        raise NotThere(f"{area.name}在{quarter.label}没有评定结果，无从推演。")
    form = WhatIfForm(request.user, area, quarter, basis, request.POST if request.method == "POST" else None)
    result, is_empty = None, False
    if request.method == "POST":
        result, is_empty = _result(request.user, form)
    context = {
        "area": area,
        "quarter": quarter,
        "basis": basis,
        "form": form,
        "errors": form.errors,
        "result": result,
        "is_empty": is_empty,
        "most": MOST,
        "back": verdict_url(quarter, code, basis),
        "provisional": is_provisional(quarter),
        "crumbs": [*area_crumbs(request.user, area, quarter, basis), ("假设推演", "")],
    }
    return render(request, "acceptance/whatif.html", context, status=422 if form.has_errors else 200)


def _result(user, form: WhatIfForm) -> tuple[Result | None, bool]:
    """What would turn, None when something typed is wrong; and whether nothing was supposed at all."""
    package = form.package()
    if form.has_errors:
        return None, False
    supposed = Supposition.of(package)
    area = form.area
    question = Question(area.county, form.quarter, form.basis, user.scope.area, focus=area.code)
    lineage = [area, *(up for up in reversed(ancestors(area)) if user.scope.holds(up.code))]
    return Result(Answer(question, supposed), lineage), not supposed.rows


@requires(Power.SEE_VERDICTS)
@answers_not_there
def differences(request: HttpRequest) -> HttpResponse:
    """Choose an area and two quarters, or two bases of one; see what turned between them and why."""
    county = county_of(request.user)
    ensure_current(county)
    judged = quarters(county)
    latest = max((each for each in judged if not is_provisional(each)), default=judged[-1])
    asked = request.GET
    area = asked_area(request.user, asked.get("code", "").strip() or asked.get("area") or request.user.scope.area)
    before = _view(asked, "from", max(judged[0], latest.plus(-1)))
    after = _view(asked, "to", latest)
    for view in (before, after):
        if view.quarter not in judged:
            raise NotThere(f"{view.quarter.label}不在评定范围内：可选 {judged[0]} 至 {judged[-1]}。")
    shown = SITES if asked.get("show") == SITES else AREAS
    page = DifferencePage(request.user, area, before, after, shown)
    if asked.get("export") in exports.FORMS:
        return _exported(request, page)
    kinds = (AreaKind.DISTRICT, *TOWNSHIPS)
    context = {
        "page": page,
        "turns": page.page(asked.get("page")),
        "areas": Area.objects.visible_to(request.user).filter(kind__in=kinds),
        "is_other": area.kind not in kinds,
        "quarters": judged[::-1],
        "bases": Basis.choices,
        "is_same": before == after,
        "may_export": request.user.may(Power.EXPORT),
        "query": _query(page),
        "tabs": [(each, label, page.counts[each], each == shown) for each, label in SHOWN.items()],
    }
    return render(request, "acceptance/differences.html", context)


def _view(asked: QueryDict, end: str, usual: Quarter) -> View:
    quarter = asked_quarter(asked[end].strip()) if asked.get(end) else usual
    return View(quarter, asked_basis(asked.get(f"{end}_basis", "")))


def _query(page: DifferencePage) -> str:
    """What the page was asked for, without what is listed of it."""
    asked = {
        "code": page.area.code,
        "from": page.before.quarter,
        "from_basis": page.before.basis,
        "to": page.after.quarter,
        "to_basis": page.after.basis,
    }
    return urlencode(asked)


def _exported(request: HttpRequest, page: DifferencePage) -> HttpResponse:
    if not request.user.may(Power.EXPORT):
        raise PermissionDenied(refusal(request.user, (Power.EXPORT,)))
    response, count = page.file(request.GET["export"])
    detail = {"list": "变化对照", "format": request.GET["export"], "rows": count, "condition": page.title}
    audit.record(action="export", by=request.user, request=request, detail=detail)
    return response
