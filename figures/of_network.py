"""Figures of the register itself: access points of operators, and orders as the service test counts them (S19–S21)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.urls import reverse

from acceptance.rules.plan import Plan
from acceptance.wording.sites import REASONS
from areas.models import AccessPoint, ServiceOrder
from common.listing import CODE, COUNT, DATE, FLAG, NUMBER, Column
from common.lookups import among
from figures.address import MemberPart
from figures.declared import FigureQuery, OpenedFigure
from figures.filters import OrderMembers, PointMembers
from figures.service import Performance

_PLAIN = Value("", output_field=CharField())


def find(of: str, plan: Plan) -> OpenedFigure | None:
    """``orders``, ``orders.overdue``, ``orders.waiting``, ``points``, ``points.full``; None for others."""
    return _NAMED.get(of)


# ------------------------------------------------ orders


def _seen(asked: FigureQuery) -> QuerySet:
    rows = ServiceOrder.objects.visible_to(asked.user).beneath(asked.code).select_related("area", "operator")
    return rows.filter(accepted_on__lte=asked.on) if asked.on else rows


def _counted(asked: FigureQuery) -> QuerySet:
    """Orders that count in the quarter, in time or late."""
    in_time, late = Performance(_seen(asked), asked.plan).numbers(asked.quarter)
    part = Case(
        When(among("order_id", late), then=Value(MemberPart.FAILED)),
        default=Value(MemberPart.PASSED),
        output_field=CharField(),
    )
    return _seen(asked).filter(among("order_id", [*in_time, *late])).annotate(part=part, cause=_PLAIN)


def _overdue(asked: FigureQuery) -> QuerySet:
    """Orders past their due date on the day, and neither completed nor cancelled."""
    numbers = Performance(_seen(asked), asked.plan).overdue(asked.day)
    return _seen(asked).filter(among("order_id", numbers)).annotate(part=_PLAIN, cause=_PLAIN)


def _waiting(asked: FigureQuery) -> QuerySet:
    """Orders accepted by the day, and neither completed nor cancelled."""
    rows = _seen(asked).filter(accepted_on__lte=asked.day)
    rows = rows.filter(Q(completed_on__isnull=True) | Q(completed_on__gt=asked.day))
    rows = rows.filter(Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=asked.day))
    return rows.annotate(part=_PLAIN, cause=_PLAIN)


def _order_columns(asked: FigureQuery) -> tuple[Column, ...]:
    columns = (
        Column("order_id", "工单", kind=CODE, order=("order_id",), link=_order_page, head=True),
        Column("operator", "运营企业", "operator.name", order=("operator",)),
        Column("area", "定位到", "area.name", order=("area",)),
        Column("accepted_on", "受理", kind=DATE, order=("accepted_on",)),
        Column("needs_expansion", "需扩容", kind=FLAG, order=("needs_expansion",), minor=True),
        Column("completed_on", "完成", kind=DATE, order=("completed_on",)),
        Column("cancelled_on", "撤单", kind=DATE, order=("cancelled_on",), minor=True),
    )
    return (*columns, Column("part", "期限", _in_time, tone=lambda row: "missed" if row.part == "failed" else "met"))


def _in_time(row: ServiceOrder) -> str:
    return {MemberPart.PASSED: "按期", MemberPart.FAILED: "逾期"}.get(row.part, "")


def _order_page(row: ServiceOrder) -> str:
    return reverse("areas:order", args=[row.order_id])


# ------------------------------------------------ access points


def _open(asked: FigureQuery) -> QuerySet:
    """Access points that are open on the day, by whether they count (S03, S04)."""
    slow = Q(downstream_mbps__lt=asked.plan.capability.min_mbps)
    cause = Case(
        When(tv_only=True, then=Value("tv_only")), When(slow, then=Value("too_slow")), default=_PLAIN,
        output_field=CharField(),
    )  # fmt: skip
    rows = AccessPoint.objects.visible_to(asked.user).open_on(asked.day).select_related("operator", "township")
    rows = rows.filter(township__code__startswith=asked.code) if asked.code else rows
    part = Case(
        When(cause="", then=Value(MemberPart.PASSED)), default=Value(MemberPart.FAILED), output_field=CharField()
    )
    return rows.annotate(cause=cause).annotate(part=part)


def _full(asked: FigureQuery) -> QuerySet:
    """Access points without a free port (A35)."""
    return _open(asked).filter(ports_used__gte=F("ports_total"))


def _point_columns(asked: FigureQuery) -> tuple[Column, ...]:
    return (
        Column("ap_id", "编号", kind=CODE, order=("ap_id",), link=_point_page, head=True),
        Column("name", "名称", order=("name",)),
        Column("operator", "运营企业", "operator.name", order=("operator",)),
        Column("township", "所在街镇", "township.name", order=("township",)),
        Column("downstream_mbps", "下行速率（兆）", kind=NUMBER, order=("downstream_mbps",)),
        Column("ports_used", "已用端口", kind=COUNT, order=("ports_used",), minor=True),
        Column("ports_total", "端口总数", kind=COUNT, order=("ports_total",), minor=True),
        Column("cause", "不计入能力的原因", lambda row: REASONS[row.cause], order=("cause",)),
    )


def _point_page(row: AccessPoint) -> str:
    return reverse("areas:access_point", args=[row.ap_id])


# ------------------------------------------------ declared


_ORDERS: Mapping[str, Any] = {
    "noun": "工单", "unit": "张", "columns": _order_columns, "filterset": OrderMembers, "order": ("order_id",),
}  # fmt: skip
_POINTS: Mapping[str, Any] = {
    "noun": "接入点", "unit": "个", "columns": _point_columns, "filterset": PointMembers, "order": ("ap_id",),
    "causes": {key: REASONS[key] for key in ("too_slow", "tv_only")},
    "states": {
        MemberPart.PASSED: Q(part=MemberPart.PASSED), MemberPart.FAILED: Q(part=MemberPart.FAILED),
        MemberPart.LACKING: Q(part=MemberPart.FAILED),
    },
}  # fmt: skip


def _declared(
    kind: Mapping[str, Any], of: str, title: str, counts: str, members: Callable, names: Mapping[str, str]
) -> OpenedFigure:
    """A figure of one kind of members; ``names`` are its parts besides all."""
    states = {part: Q(part=part) for part in names if part != MemberPart.ALL}
    own: dict[str, Any] = {"states": states, "source": None, "is_network": True, **kind}
    return OpenedFigure(of=of, title=title, counts=counts, members=members, names=names, **own)


_ALL = {MemberPart.ALL: "全部"}
_NAMED: Mapping[str, OpenedFigure] = {
    "orders": _declared(
        _ORDERS, "orders", "计入的报装工单", "本季到期和此前逾期未办结的报装工单，按是否按期办结分列（S20、S21）", _counted,
        {MemberPart.ALL: "计入", MemberPart.PASSED: "按期", MemberPart.FAILED: "逾期"},
    ),
    "orders.overdue": _declared(
        _ORDERS, "orders.overdue", "逾期未办结的报装工单", "已过期限而未办结的报装工单（S20、S21）", _overdue, _ALL
    ),
    "orders.waiting": _declared(
        _ORDERS, "orders.waiting", "未办结的报装工单", "已受理而未完成、未撤单的报装工单", _waiting, _ALL
    ),
    "points": _declared(
        _POINTS, "points", "在用接入点", "在用的光网接入点，按是否计入接入能力分列（S03、S04）", _open,
        {MemberPart.ALL: "在用", MemberPart.PASSED: "计入", MemberPart.FAILED: "不计入"},
    ),
    "points.full": _declared(
        _POINTS, "points.full", "端口已用完的接入点", "在用、端口已全部占用的光网接入点", _full, _ALL
    ),
}  # fmt: skip
