"""The search: by name, initials of its pinyin or code, within what the user may see, a few answers of each kind.

Each room answers for what it keeps, and registers how it is asked in ``FINDERS``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Q, QuerySet, When
from django.urls import reverse
from django.utils.http import urlencode

from accounts.posts import Power
from areas.dated import then_with_areas
from areas.models import AccessPoint, Area, DatedValue, ServiceOrder, Site
from areas.vocabulary import DatedTable
from common import pinyin
from common.clock import today
from common.filters import folded, matching
from register.hooks import FINDERS

LONGEST = 100
EACH = 10
"""Answers shown of each kind."""


@dataclass(frozen=True)
class Hit:
    """A row that was found."""

    name: str
    code: str
    detail: str
    url: str


@dataclass(frozen=True)
class SearchGroup:
    """The answers of a kind; ``more`` leads to the list with all of them, blank when there is none."""

    title: str
    hits: list[Hit]
    more: str = ""
    is_cut: bool = False
    """Whether there are more answers than are shown."""


def search_results(user, text: str) -> dict:
    """The groups that hold an answer for ``text``, and what to say when there is nothing to look for."""
    asked = folded(text)
    answer: dict[str, Any] = {"asked": asked[:LONGEST], "groups": [], "problem": ""}
    if "\0" in asked or len(asked) > LONGEST:
        return {
            **answer,
            "asked": "",
            "problem": f"查找的内容不能超过 {LONGEST} 个字，也不能含有控制字符。请只输入名称或编码的一部分。",
        }
    if asked:
        answer["groups"] = [group for finder in FINDERS for group in finder(user, asked) if group.hits]
    return answer


def registry(user, text: str) -> list[SearchGroup]:
    """Areas and sites."""
    if not user.may(Power.SEE_REGISTRY):
        return []
    day = _day()
    areas = named(Area.objects.visible_to(user).select_related("parent"), text, "code", table=DatedTable.AREAS)
    sites = named(Site.objects.visible_to(user).select_related("area"), text, "site_id", table=DatedTable.SITES)
    return [
        answers("区域", areas, _area, more=_listed("areas:areas", text), day=day),
        answers("点位", sites, _site, more=_listed("areas:sites", text), day=day),
    ]


def network(user, text: str) -> list[SearchGroup]:
    """Access points, and orders by their number."""
    if not user.may(Power.SEE_NETWORK):
        return []
    day = _day()
    points = named(
        AccessPoint.objects.visible_to(user).select_related("operator"), text, "ap_id", table=DatedTable.ACCESS_POINTS
    )
    orders = ServiceOrder.objects.visible_to(user).filter(order_id__istartswith=text)
    return [
        answers("接入点", points, _point, more=_listed("areas:access_points", text), day=day),
        answers("工单", orders.select_related("operator", "area"), _order, more=_listed("areas:orders", text), day=day),
    ]


def _day() -> date | None:
    """Today, where anything has changed by then; else what is stored is what is shown."""
    return today() if DatedValue.objects.filter(effective_on__lte=today()).exists() else None


def answers(
    title: str, rows: QuerySet, hit: Callable[[Any], Hit], more: str = "", day: date | None = None
) -> SearchGroup:
    """The first few of ``rows``, as of a day where one is given; ``more`` is the address of the list with all of them."""
    first = list(rows[: EACH + 1])
    if day:
        first = then_with_areas(first, day)
    is_cut = len(first) > EACH
    return SearchGroup(title, [hit(row) for row in first[:EACH]], more if is_cut else "", is_cut)


def named(rows: QuerySet, text: str, code: str, name: str = "name", *, table: str = "") -> QuerySet:
    """Rows whose ``code`` begins with ``text`` or whose ``name`` holds it or its initials, the closest first.

    Of a dated ``table`` any name finds a row that it has borne.
    """
    wanted = matching(text, code, name)
    if table:
        renamed = DatedValue.objects.filter(table=table, column="name", value__icontains=text)
        wanted |= Q(**{f"{code}__in": renamed.order_by().values("key")})
    if pinyin.are_initials(text):
        spelt = [pk for pk, said in rows.values_list("pk", name) if pinyin.stands_for(text, said)]
        wanted |= Q(pk__in=spelt[: EACH + 1])
    exact = Q(**{f"{code}__iexact": text}) | Q(**{f"{name}__iexact": text})
    begins = Q(**{f"{name}__istartswith": text})
    closeness = Case(When(exact, then=0), When(begins, then=1), default=2)
    return rows.filter(wanted).order_by(closeness, code)


def _listed(listing: str, text: str) -> str:
    """The list of all answers; the lists do not know initials."""
    return "" if pinyin.are_initials(text) else f"{reverse(listing)}?{urlencode({'q': text})}"


def _area(row: Area) -> Hit:
    detail = f"{row.get_kind_display()}，{row.parent.name}" if row.parent else row.get_kind_display()
    return Hit(row.name, row.code, detail, reverse("areas:area", args=[row.code]))


def _site(row: Site) -> Hit:
    return Hit(
        row.name, row.site_id, f"{row.get_kind_display()}，{row.area.name}", reverse("areas:site", args=[row.site_id])
    )


def _point(row: AccessPoint) -> Hit:
    return Hit(row.name, row.ap_id, row.operator.name, reverse("areas:access_point", args=[row.ap_id]))


def _order(row: ServiceOrder) -> Hit:
    detail = f"{row.operator.name}，{row.area.name}，{row.accepted_on:%Y-%m-%d} 受理"
    return Hit("", row.order_id, detail, reverse("areas:order", args=[row.order_id]))
