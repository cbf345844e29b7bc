"""The registry's tables of the data package, declared once."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from areas.package.tables import PackageTable
from areas.package.values import (
    Code,
    Day,
    Flag,
    ListedValue,
    MalformedValue,
    NumberValue,
    OperatorCode,
    PackageColumn,
    Text,
    Unread,
    Whole,
)
from areas.vocabulary import AreaKind, DatedTable, Datum, Setting, SiteKind, SuccessionKind

OPERATORS_KNOWN = {"中国电信": "telecom", "中国移动": "mobile", "中国联通": "unicom", "广电网络": "broadcast"}
"""The operators that the format names, by their names."""

EAST, NORTH = (73.0, 136.0), (3.0, 54.0)
"""China, in degrees, inclusive."""

_VALID = (
    PackageColumn("valid_from", "生效日期", Day()),
    PackageColumn("valid_to", "失效日期", Day(), not_below="valid_from"),
)
_SETTING = PackageColumn("setting", "城乡", ListedValue(dict(Setting.choices)), blank="")
_DATUM = PackageColumn("datum", "坐标系", ListedValue(dict(Datum.choices)), blank=str(Datum.WGS84))
_OPERATOR = PackageColumn("operator", "运营企业", OperatorCode(20, OPERATORS_KNOWN), required=True)
AREA_CODE = PackageColumn("area_code", "所属区域", Code(), required=True)

AREAS = PackageTable(
    "areas",
    "区域",
    ("code",),
    (
        PackageColumn("code", "编码", Code(), required=True),
        PackageColumn("name", "名称", Text(100), required=True),
        PackageColumn("kind", "类型", ListedValue(dict(AreaKind.choices)), required=True),
        PackageColumn("permanent_households", "常住户数", Whole(), unit="户"),
        _SETTING,
        PackageColumn("demonstration", "示范点", Flag(), blank=False),
        *_VALID,
    ),
)

SITES = PackageTable(
    "sites",
    "点位",
    ("site_id",),
    (
        PackageColumn("site_id", "点位编号", Text(64), required=True),
        AREA_CODE,
        PackageColumn("name", "名称", Text(100), required=True),
        PackageColumn("kind", "类型", ListedValue(dict(SiteKind.choices)), required=True),
        PackageColumn("lon", "经度", NumberValue(), unit="度", bounds=EAST),
        PackageColumn("lat", "纬度", NumberValue(), unit="度", bounds=NORTH),
        _DATUM,
        _SETTING,
        *_VALID,
    ),
)

OPERATORS = PackageTable(
    "operators",
    "运营企业",
    ("code",),
    (
        PackageColumn("code", "编码", OperatorCode(20, OPERATORS_KNOWN), required=True),
        PackageColumn("name", "名称", Text(50), required=True),
    ),
)

ACCESS_POINTS = PackageTable(
    "access_points",
    "接入点",
    ("ap_id",),
    (
        PackageColumn("ap_id", "接入点编号", Text(64), required=True),
        _OPERATOR,
        PackageColumn("name", "名称", Text(100), blank=""),
        PackageColumn("lon", "经度", NumberValue(), required=True, unit="度", bounds=EAST),
        PackageColumn("lat", "纬度", NumberValue(), required=True, unit="度", bounds=NORTH),
        _DATUM,
        PackageColumn("downstream_mbps", "下行速率", NumberValue(is_rate=True), required=True, unit="兆比特每秒"),
        PackageColumn("tv_only", "仅传电视", Flag(), required=True),
        PackageColumn("opened_on", "开通日期", Day(), required=True),
        PackageColumn("closed_on", "停用日期", Day(), not_below="opened_on"),
        PackageColumn("ports_total", "端口总数", Whole(), unit="个"),
        PackageColumn("ports_used", "已用端口", Whole(), unit="个", not_above="ports_total"),
    ),
)

SERVICE_ORDERS = PackageTable(
    "service_orders",
    "报装工单",
    ("order_id",),
    (
        PackageColumn("order_id", "工单号", Text(64), required=True),
        _OPERATOR,
        AREA_CODE,
        PackageColumn("accepted_on", "受理日期", Day(), required=True),
        PackageColumn("completed_on", "完成日期", Day(), not_below="accepted_on"),
        PackageColumn("cancelled_on", "撤单日期", Day(), not_below="accepted_on"),
        PackageColumn("needs_expansion", "需扩容", Flag(), required=True),
    ),
)


DATED: Mapping[str, PackageTable] = {
    DatedTable.AREAS: AREAS,
    DatedTable.SITES: SITES,
    DatedTable.ACCESS_POINTS: ACCESS_POINTS,
}
"""The tables of which values change on a day."""

CHANGING: Mapping[str, tuple[str, ...]] = {
    DatedTable.AREAS: ("name", "kind", "permanent_households", "setting", "demonstration"),
    DatedTable.SITES: ("name", "kind", "area_code", "setting"),
    DatedTable.ACCESS_POINTS: ("name", "downstream_mbps", "tv_only", "ports_total", "ports_used"),
}
"""The columns of each that may change; anything else can only be corrected."""


def _as_keyed(values: dict[str, Any]) -> None:
    """An area's code is its digits, however it was typed."""
    if values.get("table") == DatedTable.AREAS and "key" in values:
        with suppress(MalformedValue):
            values["key"] = Code().read(values["key"])


CHANGES = PackageTable(
    "changes",
    "变更",
    ("table", "key", "column", "effective_on"),
    (
        PackageColumn("table", "表", ListedValue(dict(DatedTable.choices)), required=True),
        PackageColumn("key", "编码", Text(64), required=True),
        PackageColumn(
            "column",
            "项目",
            ListedValue(
                {name: DATED[table].by_name[name].label for table, names in CHANGING.items() for name in names}
            ),
            required=True,
        ),
        PackageColumn("effective_on", "生效日期", Day(), required=True),
        PackageColumn("value", "新值", Unread(), expected=True, blank=""),
        PackageColumn("document", "依据", Text(200), blank=""),
    ),
    repeated="effective_on",
    tidied=_as_keyed,
)

SUCCESSIONS = PackageTable(
    "successions",
    "撤并",
    ("from_code", "to_code"),
    (
        PackageColumn("from_code", "原区域", Code(), required=True),
        PackageColumn("to_code", "承接区域", Code(), required=True),
        PackageColumn("effective_on", "日期", Day(), required=True),
        PackageColumn("kind", "方式", ListedValue(dict(SuccessionKind.choices)), required=True),
        PackageColumn("carries_title", "称号承继", Flag()),
        PackageColumn("document", "依据", Text(200), blank=""),
    ),
    repeated="to_code",
)
