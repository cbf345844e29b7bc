"""The four lists of the registry (台账), each declared once: what it is called, filters, shows and sorts."""

from typing import NamedTuple

from django.db.models import Model
from django.urls import reverse

from accounts.posts import Power
from common.listing import CODE, COUNT, DATE, FLAG, NUMBER, Column, Listing
from register.filters import AccessPointFilter, AreaFilter, OrderFilter, OrderState, PointState, SiteFilter, Validity

_TONES: dict[type, dict] = {
    Validity: {Validity.NOT_IN_FORCE: "pending"},
    PointState: {PointState.CLOSED: "pending", PointState.FUTURE: "pending"},
    OrderState: {OrderState.OPEN: "info", OrderState.CANCELLED: "pending", OrderState.FUTURE: "pending"},
}
"""Badges only for what is out of the ordinary, by kind of state."""


class StateMark(NamedTuple):
    """A state in a word, and the tone of its badge; blank where it is nothing out of the ordinary."""

    tone: str
    text: str


def mark(choices: type, state: str | bool) -> StateMark:
    """The mark of a state; whether something is in force is a state too."""
    if isinstance(state, bool):
        state = Validity.IN_FORCE if state else Validity.NOT_IN_FORCE
    return StateMark(_TONES[choices].get(state, ""), choices(state).label)


def _state(choices: type) -> Column:
    """The state on the list's date, which the filter has written on the row."""
    return Column(
        "state",
        "状态",
        lambda row: mark(choices, row.state).text,
        order=("state",),
        tone=lambda row: mark(choices, row.state).tone,
    )


def area_link(row: Model) -> str:
    return reverse("areas:area", args=[row.code])


AREAS = Listing(
    key="areas",
    title="区域",
    kept_with=Power.KEEP_REGISTRY,
    workbooks=(("natural-villages", "自然村"), ("quarters", "小区")),
    selection="ledgers:selection",
    unit="个",
    filterset=AreaFilter,
    order=("code",),
    columns=(
        Column("code", "编码", kind=CODE, order=("code",), link=area_link, head=True),
        Column("name", "名称", order=("name",)),
        Column("kind", "类型", "get_kind_display", order=("kind",)),
        Column("parent", "上级", "parent.name", order=("parent__name",)),
        Column("setting", "城乡", "get_setting_display", order=("setting",), minor=True),
        Column("permanent_households", "常住户数", kind=COUNT, order=("permanent_households",)),
        Column("demonstration", "示范点", kind=FLAG, order=("demonstration",)),
        _state(Validity),
        Column("valid_from", "生效日期", kind=DATE, order=("valid_from",), on_page=False),
        Column("valid_to", "失效日期", kind=DATE, order=("valid_to",), on_page=False),
    ),
)

SITES = Listing(
    key="sites",
    title="点位",
    kept_with=Power.KEEP_REGISTRY,
    workbooks=(("sites", "点位"),),
    selection="ledgers:selection",
    unit="个",
    filterset=SiteFilter,
    order=("site_id",),
    columns=(
        Column(
            "site_id",
            "点位编号",
            kind=CODE,
            order=("site_id",),
            head=True,
            link=lambda row: reverse("areas:site", args=[row.site_id]),
        ),
        Column("name", "名称", order=("name",)),
        Column("kind", "类型", "get_kind_display", order=("kind",)),
        Column("area", "所属区域", "area.name", order=("area_id",), link=lambda row: area_link(row.area)),
        Column("area_code", "区域编码", "area_id", kind=CODE, on_page=False),
        Column("setting", "城乡", "get_setting_display", order=("setting",), minor=True),
        Column("lon", "经度", kind=NUMBER, order=("lon",), minor=True),
        Column("lat", "纬度", kind=NUMBER, order=("lat",), minor=True),
        Column("given_lon", "原始经度", kind=NUMBER, on_page=False),
        Column("given_lat", "原始纬度", kind=NUMBER, on_page=False),
        Column("datum", "坐标系", "get_datum_display", on_page=False),
        _state(Validity),
        Column("valid_from", "生效日期", kind=DATE, order=("valid_from",), on_page=False),
        Column("valid_to", "失效日期", kind=DATE, order=("valid_to",), on_page=False),
    ),
)

ACCESS_POINTS = Listing(
    key="access_points",
    title="接入点",
    kept_with=Power.LOAD_NETWORK,
    workbooks=(("access-points", "接入点"),),
    adding="/proposals/new/?table=access_points&act=add",
    selection="ledgers:selection",
    unit="个",
    filterset=AccessPointFilter,
    order=("ap_id",),
    columns=(
        Column(
            "ap_id",
            "接入点编号",
            kind=CODE,
            order=("ap_id",),
            head=True,
            link=lambda row: reverse("areas:access_point", args=[row.ap_id]),
        ),
        Column("name", "名称", order=("name",)),
        Column("operator", "运营企业", "operator.name", order=("operator_id",)),
        Column("township", "所在街镇", "township.name", order=("township_id",)),
        Column("downstream_mbps", "下行速率（Mbps）", kind=NUMBER, order=("downstream_mbps",)),
        Column("tv_only", "仅传电视", kind=FLAG, order=("tv_only",)),
        Column("opened_on", "开通日期", kind=DATE, order=("opened_on",)),
        Column("closed_on", "停用日期", kind=DATE, order=("closed_on",), minor=True),
        Column("ports_used", "已用端口", kind=COUNT, order=("ports_used",), minor=True),
        Column("ports_total", "端口总数", kind=COUNT, order=("ports_total",), minor=True),
        _state(PointState),
        Column("lon", "经度", kind=NUMBER, on_page=False),
        Column("lat", "纬度", kind=NUMBER, on_page=False),
        Column("given_lon", "原始经度", kind=NUMBER, on_page=False),
        Column("given_lat", "原始纬度", kind=NUMBER, on_page=False),
        Column("datum", "坐标系", "get_datum_display", on_page=False),
    ),
)

ORDERS = Listing(
    key="orders",
    title="报装工单",
    kept_with=Power.LOAD_NETWORK,
    workbooks=(("orders", "工单"),),
    adding="/proposals/new/?table=service_orders&act=add",
    selection="ledgers:selection",
    unit="张",
    filterset=OrderFilter,
    order=("order_id",),
    columns=(
        Column(
            "order_id",
            "工单号",
            kind=CODE,
            order=("order_id",),
            head=True,
            link=lambda row: reverse("areas:order", args=[row.order_id]),
        ),
        Column("operator", "运营企业", "operator.name", order=("operator_id",)),
        Column("area", "所属区域", "area.name", order=("area_id",)),
        Column("area_code", "区域编码", "area_id", kind=CODE, on_page=False),
        Column("accepted_on", "受理日期", kind=DATE, order=("accepted_on",)),
        Column("completed_on", "完成日期", kind=DATE, order=("completed_on",)),
        Column("cancelled_on", "撤单日期", kind=DATE, order=("cancelled_on",), minor=True),
        Column("needs_expansion", "需扩容", kind=FLAG, order=("needs_expansion",)),
        _state(OrderState),
    ),
)
