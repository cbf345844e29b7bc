"""Will we make it, and why it moved: pages that read stored verdicts and decide nothing."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from acceptance.models import Basis, MilestoneVerdict
from acceptance.verdicts.lookups import NotThere, answers_not_there, asked_area
from accounts import audit
from accounts.access import refusal, requires
from accounts.posts import Power
from areas.models import Area
from common import exports
from outlook.asking import OutlookQuery
from outlook.forecast_page import ForecastPage
from outlook.why_page import WhyPage


@requires(Power.SEE_PROGRESS)
@answers_not_there
def forecast(request: HttpRequest) -> HttpResponse:
    """How likely each open target is met in time, how that is known, and how good such forecasts have been."""
    asked = OutlookQuery(request)
    page = ForecastPage(request.user, asked.plan, asked.county, asked.quarter, asked.basis)
    context = {
        "page": page,
        "quarter": asked.quarter,
        "quarters": asked.quarters[::-1],
        "basis": asked.basis,
        "bases": Basis.choices,
        "query": asked.query,
        "basis_query": asked.basis_query,
    }
    return render(request, "outlook/forecast.html", context)


@requires(Power.SEE_PROGRESS)
@answers_not_there
def why(request: HttpRequest, key: str) -> HttpResponse:
    """Why a milestone's figure moved between two quarters: parts that sum to the change, down to points and orders."""
    asked = OutlookQuery(request)
    milestone = next((each for each in asked.plan.milestones if each.key == key), None)
    if milestone is None:
        raise NotThere(f"方案里没有编号为“{key}”的任务。", (("全部任务", reverse("progress")),))
    after = asked.named("to", asked.quarter)
    before = asked.named("from", max(asked.quarters[0], after.plus(-1)))
    area, scopes = _scope(request, key, asked.county)
    chosen = {name: request.GET.get(name, "") for name in ("place", "cause", "operator")}
    page = WhyPage(request.user, asked.plan, milestone, area, before, after, asked.basis, chosen)
    if request.GET.get("export") in exports.FORMS:
        return _exported(request, page)
    context = {
        "page": page,
        "change": page.change,
        "pieces": page.page(request.GET.get("page")),
        "scopes": scopes,
        "quarters": asked.quarters[::-1],
        "bases": Basis.choices,
        "may_export": request.user.may(Power.EXPORT),
        "query": f"?period={after}{f'&basis={asked.basis}' if asked.basis_asked else ''}",
    }
    return render(request, "outlook/why.html", context)


def _scope(request: HttpRequest, key: str, county: str) -> tuple[Area, list[tuple[str, str]]]:
    """The scope that an address names, else the first of the milestone in the user's own, and all there are to choose from."""
    stored = MilestoneVerdict.objects.visible_to(request.user).standing().filter(county=county, key=key)
    scopes = list(stored.order_by("area_id").values_list("area_id", "area__name").distinct())
    code = request.GET.get("area", "").strip() or (scopes[0][0] if scopes else request.user.scope.area)
    return asked_area(request.user, code), scopes


def _exported(request: HttpRequest, page: WhyPage) -> HttpResponse:
    if not request.user.may(Power.EXPORT):
        raise PermissionDenied(refusal(request.user, (Power.EXPORT,)))
    page.rows  # noqa: B018 — what is not there is said before a file begins
    response, count = page.file(request.GET["export"])
    detail = {"list": "增减原因", "format": request.GET["export"], "rows": count, "condition": page.title}
    audit.record(action="export", by=request.user, request=request, detail=detail)
    return response
