"""The search over the registry: by name or code, within what the user may see, a few answers of each kind."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from areas.filters import folded, matching
from areas.guard import SEE_NETWORK, SEE_REGISTRY
from areas.models import AccessPoint, Area, ServiceOrder, Site

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
class Group:
    """The answers of a kind; ``more`` leads to the list with all of them, blank when all are shown."""

    title: str
    hits: list[Hit]
    more: str


def found(user, text: str) -> dict:
    """The groups that hold an answer for ``text``, and what to say when there is nothing to look for."""
    asked = folded(text)
    answer = {"asked": asked[:LONGEST], "groups": [], "problem": ""}
    if "\0" in asked or len(asked) > LONGEST:
        return {
            **answer,
            "asked": "",
            "problem": f"查找的内容不能超过 {LONGEST} 个字，也不能含有控制字符。请只输入名称或编码的一部分。",
        }
    if asked:
        answer["groups"] = [group for group in _groups(user, asked) if group.hits]
    return answer


def _groups(user, text: str) -> list[Group]:
    groups = []
    if user.may(SEE_REGISTRY):
        groups += [
            _group(
                "区域",
                "areas:areas",
                text,
                Area.objects.visible_to(user).filter(matching(text, "code", "name")).select_related("parent"),
                _area,
            ),
            _group(
                "点位",
                "areas:sites",
                text,
                Site.objects.visible_to(user).filter(matching(text, "site_id", "name")).select_related("area"),
                _site,
            ),
        ]
    if user.may(SEE_NETWORK):
        points = AccessPoint.objects.visible_to(user).filter(matching(text, "ap_id", "name")).select_related("operator")
        orders = (
            ServiceOrder.objects.visible_to(user).filter(order_id__istartswith=text).select_related("operator", "area")
        )
        groups += [
            _group("接入点", "areas:access_points", text, points, _point),
            _group("工单", "areas:orders", text, orders, _order),
        ]
    return groups


def _group(title: str, listing: str, text: str, rows: QuerySet, hit) -> Group:
    first = list(rows[: EACH + 1])
    more = f"{reverse(listing)}?{urlencode({'q': text})}" if len(first) > EACH else ""
    return Group(title, [hit(row) for row in first[:EACH]], more)


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
