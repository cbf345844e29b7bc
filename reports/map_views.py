"""The map: its page, with the table of the same, and its data."""

import gzip
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache as kept
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from acceptance.models import SiteVerdict
from acceptance.verdicts.lookups import answers_not_there, asked_area
from acceptance.verdicts.marks import site_mark
from acceptance.verdicts.pages import SiteRow
from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.clock import today
from reports import http_cache
from reports.course import MapCourse
from reports.map_members import MembersShown, members_shown, narrowing
from reports.map_table import surface_rows
from reports.mapping import MapData, compact
from reports.query import PageQuery

LISTED = 20


class AskedMap(PageQuery):
    """A quarter, a basis and the area whose map is asked for: the user's own unless one is named."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, today())
        self.area = asked_area(request.user, request.GET.get("area") or request.user.scope.area)
        self.narrowing = narrowing(request)

    def data_address(self) -> str:
        return self.address(area=self.area.code, **self.narrowing)


@requires(Power.SEE_PROGRESS)
@answers_not_there
def page(request: HttpRequest) -> HttpResponse:
    """The map of the user's area or of a township in it, and its sites without access as a table."""
    asked = AskedMap(request)
    rows = SiteVerdict.objects.visible_to(request.user).standing().select_related("site__area")
    rows = rows.filter(county=asked.county, period=str(asked.quarter), area_code__startswith=asked.area.code)
    open_sites = rows.exclude(capable="yes").order_by("capable", "area_code", "site__site_id")
    listed = Paginator(open_sites, LISTED).get_page(request.GET.get("page"))
    listed.object_list = [SiteRow(each, site_mark(each.capable, each.reason), counted=True) for each in listed]
    shown = (*asked.version, request.user.scope, asked.area.code, asked.quarter, asked.basis)
    context = {
        "area": asked.area,
        "table": http_cache.content("reports/_map_table.html", shown, lambda: _table(request.user, asked)),
        "members": members_shown(request, asked, asked.area),
        "areas": Area.objects.visible_to(request.user).filter(kind__in=TOWNSHIPS).order_by("code"),
        "sites": listed,
        "page_query": asked.address(area=asked.area.code)[1:] + "&",
        "data_query": asked.data_address(),
        "area_query": asked.address(area=asked.area.code),
        "map": {
            "tiles": settings.MAP_TILES,
            "credit": settings.MAP_TILES_CREDIT,
            "area_code": asked.area.code,
            "quarter": str(asked.quarter),
            "site": reverse("acceptance:site_verdict", args=[asked.quarter, "SITE"]),
            "site_page": reverse("areas:site", args=["SITE"]),
            "area_page": reverse("areas:area", args=["AREA"]),
            "point": reverse("areas:access_point", args=["POINT"]),
            "area": reverse("situation", args=["AREA"]) + asked.address(),
        },
        **asked.context,
    }
    return render(request, "reports/map.html", context)


def _table(user, asked: AskedMap) -> dict:
    return {"rows": surface_rows(user, asked.area.code, asked.quarter, asked.basis), **asked.context}


@requires(Power.SEE_PROGRESS)
@answers_not_there
def data(request: HttpRequest) -> HttpResponse:
    """What static/js/map.js draws, packed; 304 while nothing has changed."""
    asked = AskedMap(request)
    members = members_shown(request, asked, asked.area)

    def make() -> HttpResponse:
        packed = _packed(request, asked, members)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return HttpResponse(
                packed, "application/json", headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            )
        return HttpResponse(gzip.decompress(packed), "application/json")

    return http_cache.answer(request, (*asked.version, members), make)


def _packed(request: HttpRequest, asked: AskedMap, members: MembersShown | None) -> bytes:
    """The data as packed JSON, made once for everyone of a scope who asks for the same members; the course of all quarters once for all."""
    user, place = request.user, (asked.area.code, asked.basis)
    of = (*asked.version, user.scope, *place)

    def packed() -> bytes:
        through = MapCourse(user, asked.area.code, asked.quarters[::-1], asked.basis)
        course = _kept("course", of, lambda: through.document)
        document = MapData(user, asked.plan, asked.area.code, asked.quarter, asked.basis, course=course).document
        document["only"] = members.document if members else None
        return gzip.compress(json.dumps(compact(document), ensure_ascii=False, separators=(",", ":")).encode(), mtime=0)

    return _kept("map", (*of, asked.quarter, members), packed)


def _kept(name: str, version: tuple, make: Callable[[], Any]) -> Any:
    return kept.get_or_set(http_cache.tag_of_content(name, version), make, http_cache.KEPT_SECONDS)
