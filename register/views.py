"""The registry's pages: the tree, its lists, the single rows, and the search."""

from dataclasses import asdict

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import requires
from accounts.posts import Power
from areas.dated import then
from areas.models import AccessPoint, Area, ServiceOrder, Site
from common.clock import today
from common.http import RowNotFound
from common.listing import answer
from register import lists, overview, searching
from register.filters import AccessPointFilter, OrderFilter, OrderState, PointState, Validity
from register.lists import StateMark
from register.succession import level_of
from register.things import KEPT_WITH, ThingPage
from register.values import Values, deeds

_ANCESTORS = "parent__parent__parent"

SUGGESTED = 5
"""Answers of each kind while one types."""


@requires(Power.SEE_REGISTRY)
def index(request: HttpRequest) -> HttpResponse:
    """The top of what the user may see."""
    top = request.user.scope.area
    if top is None:
        raise RowNotFound("您的账号尚无所属区域。请联系安全管理员设定。")
    return redirect("areas:area", code=top)


@requires(Power.SEE_REGISTRY)
def area(request: HttpRequest, code: str) -> HttpResponse:
    shown = area_or_404(request.user, code)
    page = ThingPage(request, "areas", code, shown)
    context = {
        "area": shown,
        "crumbs": overview.crumbs(shown, request.user.scope),
        "may_place": request.user.may(KEPT_WITH["sites"]),
        "may_record_succession": request.user.may(Power.RECORD_SUCCESSIONS) and level_of(shown) is not None,
        **overview.contents(shown, page.thing.day),
    }
    state = lists.mark(Validity, overview.is_in_force(shown, shown.parent, today()))
    return _page(request, "register/area.html", page, state, context)


def _page(request: HttpRequest, template: str, page: ThingPage, state: StateMark, context: dict) -> HttpResponse:
    """The page of a thing, called by what it is called today."""
    beneath, beside = page.columns
    values = Values(page).rows
    own = {
        "page": page,
        "beneath": beneath,
        "beside": beside,
        "name": page.thing.value("name", today()) if hasattr(page.thing.row, "name") else "",
        "kind": page.kind,
        "values": values,
        "has_deeds": any(row.deeds for row in values),
        "deeds": deeds(page),
        "state": state,
    }
    return render(request, template, own | context)


def area_or_404(user, code: str) -> Area:
    """The area with its ancestors and what it went into; 404 where there is none in the user's scope."""
    rows = Area.objects.visible_to(user).select_related(_ANCESTORS)
    return _found(rows, f"编码为“{code}”的区域", pk=code)


@requires(Power.SEE_REGISTRY)
def areas(request: HttpRequest) -> HttpResponse:
    return answer(request, lists.AREAS, Area.objects.visible_to(request.user).select_related("parent"))


@requires(Power.SEE_REGISTRY)
def sites(request: HttpRequest) -> HttpResponse:
    return answer(request, lists.SITES, Site.objects.visible_to(request.user).select_related("area"))


@requires(Power.SEE_NETWORK)
def access_points(request: HttpRequest) -> HttpResponse:
    return answer(
        request,
        lists.ACCESS_POINTS,
        AccessPoint.objects.visible_to(request.user).select_related("operator", "township"),
    )


@requires(Power.SEE_NETWORK)
def orders(request: HttpRequest) -> HttpResponse:
    return answer(
        request, lists.ORDERS, ServiceOrder.objects.visible_to(request.user).select_related("operator", "area")
    )


@requires(Power.SEE_REGISTRY)
def site(request: HttpRequest, site_id: str) -> HttpResponse:
    rows = Site.objects.visible_to(request.user).select_related(f"area__{_ANCESTORS}")
    shown = _found(rows, f"编号为“{site_id}”的点位", site_id=site_id)
    page = ThingPage(request, "sites", site_id, shown)
    at = overview.area_of(page.thing, today())
    context = {
        "site": shown,
        "area": at,
        "crumbs": overview.crumbs(at, request.user.scope, page.thing.value("name", today())),
    }
    state = lists.mark(Validity, overview.is_in_force(shown, at, today()))
    return _page(request, "register/site.html", page, state, context)


@requires(Power.SEE_NETWORK)
def access_point(request: HttpRequest, ap_id: str) -> HttpResponse:
    rows = AccessPoint.objects.visible_to(request.user).select_related("operator", "township")
    rows = rows.annotate(state=AccessPointFilter.state_on(today()))
    shown = _found(rows, f"编号为“{ap_id}”的接入点", ap_id=ap_id)
    page = ThingPage(request, "access_points", ap_id, shown)
    called = page.thing.value("name", today()) or ap_id
    context = {
        "access_point": shown,
        "called": called,
        "crumbs": [("接入点", reverse("areas:access_points")), (called, "")],
        "in_scope": bool(shown.township_id) and request.user.scope.holds(shown.township_id),
        "township": then([shown.township], today())[0] if shown.township else None,
    }
    return _page(request, "register/access_point.html", page, lists.mark(PointState, shown.state), context)


@requires(Power.SEE_NETWORK)
def order(request: HttpRequest, order_id: str) -> HttpResponse:
    rows = ServiceOrder.objects.visible_to(request.user).select_related("operator", f"area__{_ANCESTORS}")
    rows = rows.annotate(state=OrderFilter.state_on(today()))
    shown = _found(rows, f"编号为“{order_id}”的报装工单", order_id=order_id)
    page = ThingPage(request, "service_orders", order_id, shown)
    context = {
        "order": shown,
        "crumbs": [("工单", reverse("areas:orders")), (shown.order_id, "")],
        "lineage": overview.crumbs(shown.area, request.user.scope),
    }
    return _page(request, "register/order.html", page, lists.mark(OrderState, shown.state), context)


@requires(Power.SEE_NETWORK)
def search(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("q", "")
    return render(request, "register/search.html", searching.search_results(request.user, asked))


@requires(Power.SEE_NETWORK)
def suggestions(request: HttpRequest) -> JsonResponse:
    """What the search would find for what has been typed so far, for the field in the head of every page."""
    answer = searching.search_results(request.user, request.GET.get("q", ""))
    hits = [{"kind": group.title, **asdict(hit)} for group in answer["groups"] for hit in group.hits[:SUGGESTED]]
    return JsonResponse({"hits": hits, "problem": answer["problem"]})


def _found(rows: QuerySet, what: str, **key: str) -> Model:
    """The row with the ``key``, or a 404 that says what was looked for."""
    row = rows.filter(**key).first()
    if row is None:
        sentence = f"没有{what}，或不在您的范围内。请核对编码，或用页面上方的查找。"
        raise RowNotFound(sentence, rows.model._base_manager.filter(**key))
    return row
