"""What changed: the page that lists what turned between two quarters, or two bases of one."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from acceptance.comparison.differences import View
from acceptance.comparison.page import AREAS, SHOWN, SITES, DifferencePage
from acceptance.judging.judging import quarters
from acceptance.models import Basis
from acceptance.verdicts.lookups import NotThere, answers_not_there, asked_area, asked_basis, asked_quarter, county_of
from acceptance.verdicts.views import is_provisional
from accounts import audit
from accounts.access import refusal, requires
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS, AreaKind
from common import exports
from common.periods import Quarter


@requires(Power.SEE_VERDICTS)
@answers_not_there
def differences(request: HttpRequest) -> HttpResponse:
    """Choose an area and two quarters, or two bases of one; see what turned between them and why.

    Worked out from the facts themselves, whatever is stored.
    """
    county = county_of(request.user)
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
        "areas": Area.objects.visible_to(request.user).filter(kind__in=kinds).values_list("code", "name"),
        "is_other": area.kind not in kinds,
        "quarters": judged[::-1],
        "bases": Basis.choices,
        "is_same": before == after,
        "may_export": request.user.may(Power.EXPORT),
        "query": _query(page),
        "tabs": [(each, label, page.counts[each], each == shown) for each, label in SHOWN.items()],
    }
    return render(request, "acceptance/comparison/differences.html", context)


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
