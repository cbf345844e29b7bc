"""Verdicts as pages: of an area, of a site, and the plan by which they are given."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from acceptance import plan
from acceptance.judging import standing
from acceptance.models import Basis
from acceptance.verdicts.lookups import NotThere, answers_not_there, asked_area, asked_basis, asked_quarter, county_of
from acceptance.verdicts.pages import VerdictPage, ancestors
from acceptance.verdicts.plan_pages import PlanPage
from acceptance.verdicts.site_pages import SitePage
from accounts.access import requires
from accounts.posts import Power
from areas.models import Area, Site
from areas.vocabulary import TOWNSHIPS, AreaKind
from common.clock import today
from common.periods import Quarter


def is_provisional(quarter: Quarter) -> bool:
    """Whether the quarter is still running, so that its verdicts are 暂计."""
    return today() <= quarter.last_day


def verdict_url(quarter: Quarter | str, code: str, basis: str = Basis.APPROVED) -> str:
    query = f"?{urlencode({'basis': basis})}" if basis != Basis.APPROVED else ""
    return reverse("acceptance:verdict", args=[str(quarter), code]) + query


@requires(Power.SEE_VERDICTS)
@answers_not_there
def verdict_index(request: HttpRequest) -> HttpResponse:
    """Choose an area and a quarter; with both given, go there."""
    if "area" in request.GET and "period" in request.GET:
        quarter = asked_quarter(request.GET["period"].strip())
        basis = asked_basis(request.GET.get("basis", ""))
        area = _named_area(request.user, request.GET.get("code", "").strip() or request.GET["area"].strip())
        return redirect(verdict_url(quarter, area.code, basis))
    county = county_of(request.user)
    judged = standing.of(county).quarters
    kinds = (AreaKind.DISTRICT, *TOWNSHIPS)
    context = {
        "areas": Area.objects.visible_to(request.user).filter(kind__in=kinds).values_list("code", "name"),
        "quarters": judged[::-1],
        "latest": max((each for each in judged if not is_provisional(each)), default=None),
        "bases": Basis.choices,
    }
    return render(request, "acceptance/verdicts/verdict_index.html", context)


def _named_area(user, text: str) -> Area:
    """An area by its code, or by its name where only one area in the user's scope has it."""
    if text.isdigit():
        return asked_area(user, text)
    found = list(Area.objects.visible_to(user).filter(name=text.replace("\0", ""))[:2])
    if len(found) == 1:
        return found[0]
    search = (("按名称查找", f"{reverse('areas:search')}?{urlencode({'q': text})}"),)
    if found:
        raise NotThere(f"不止一个区域叫“{text}”，请按编码选择。", search)
    raise NotThere(f"没有名称为“{text}”的区域，或不在您岗位的查看范围内。", search)


@requires(Power.SEE_VERDICTS)
@answers_not_there
def verdict(request: HttpRequest, period: str, code: str) -> HttpResponse:
    """An area in a quarter, criterion by criterion."""
    quarter, basis = asked_quarter(period), asked_basis(request.GET.get("basis", ""))
    area = asked_area(request.user, code)
    page = VerdictPage(request.user, standing.of(area.county).plan, area, quarter, basis)
    if page.verdict is None:
        raise NotThere(
            f"{area.name}在{quarter.label}没有评定结果：该季度不在评定范围内，或该区域当时尚未生效、已经失效。",
            tuple((row.quarter.label, verdict_url(row.quarter, code, basis)) for row in reversed(page.history)),
        )
    context = {
        "page": page,
        "crumbs": area_crumbs(request.user, page.area, quarter, basis),
        "sites": page.member_sites(request.GET.get("page")),
        "has_members": page.hard is not None and bool(page.verdict.criteria or page.plan.criteria_of(page.area.kind)),
        "switch_action": reverse("acceptance:verdict_index"),
        "kept": [("area", code)],
        "quarters": [row.quarter for row in page.history],
        "bases": Basis.choices,
        "query": f"basis={basis}&" if basis != Basis.APPROVED else "",
        "others_caption": _OTHERS.get(page.area.kind, "不影响本级称号"),
        "basis_query": f"?basis={basis}" if basis != Basis.APPROVED else "",
        "provisional": is_provisional(quarter),
    }
    return render(request, "acceptance/verdicts/verdict.html", context)


_OTHERS = {
    AreaKind.STREET: "街道所辖行政村：S12 只计点位，村是否达标不影响街道的称号",
    AreaKind.VILLAGE: "小区：S14 只数自然村",
    AreaKind.COMMUNITY: "社区没有称号，所辖自然村和小区各自评定",
}


def area_crumbs(user, area: Area, quarter: Quarter, basis: str = Basis.APPROVED) -> list[tuple[str, str]]:
    """From the district down to the area; what lies above the user's scope is text."""
    above = [
        (up.name, verdict_url(quarter, up.code, basis) if user.scope.holds(up.code) else "") for up in ancestors(area)
    ]
    return [("评定", reverse("acceptance:verdict_index")), *above, (area.name, verdict_url(quarter, area.code, basis))]


@requires(Power.SEE_VERDICTS)
@answers_not_there
def site_verdict(request: HttpRequest, period: str, site_id: str) -> HttpResponse:
    """A site in a quarter: reached by whom, served by whom, and the late orders."""
    quarter = asked_quarter(period)
    site = Site.objects.visible_to(request.user).select_related("area").filter(site_id=site_id).first()
    if site is None:
        sentence = f"没有编号为“{site_id}”的点位，或不在您岗位的查看范围内。"
        raise NotThere(sentence, behind=Site.objects.filter(site_id=site_id))
    page = SitePage(request.user, standing.of(site.area.county).plan, site, quarter)
    if page.verdict is None:
        raise NotThere(
            f"点位{site.name}在{quarter.label}没有评定结果：该季度不在评定范围内，或该点位当时尚未生效、已经失效。",
            tuple((row.quarter.label, site_url(row.period, site_id)) for row, _ in reversed(page.history)),
        )
    operator = request.GET.get("operator", "")
    context = {
        "page": page,
        "crumbs": [*area_crumbs(request.user, site.area, quarter), (site.name, "")],
        "operator": page.operators.get(operator),
        "orders": page.orders(request.GET.get("page"), operator),
        "query": f"operator={operator}&" if operator in page.operators else "",
        "provisional": is_provisional(quarter),
    }
    return render(request, "acceptance/verdicts/site_verdict.html", context)


def site_url(period: str, site_id: str) -> str:
    return reverse("acceptance:site_verdict", args=[period, site_id])


@requires(Power.SEE_VERDICTS, Power.SEE_PROGRESS)
def plan_page(request: HttpRequest) -> HttpResponse:
    """The plan as it is judged by: criteria, milestones, deadlines, units and readings, each with its clause."""
    return render(request, "acceptance/verdicts/plan.html", {"page": PlanPage(plan.current())})
