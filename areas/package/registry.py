"""The registry's tables of the data package, declared once."""

from areas.package.tables import Column, Table
from areas.package.values import Code, Day, Flag, Listed, Number, OperatorCode, Text, Whole
from areas.vocabulary import AreaKind, Datum, Setting, SiteKind

OPERATORS_KNOWN = {"中国电信": "telecom", "中国移动": "mobile", "中国联通": "unicom", "广电网络": "broadcast"}
"""The operators that the format names, by their names."""

EAST, NORTH = (73.0, 136.0), (3.0, 54.0)
"""China, in degrees, inclusive."""

_VALID = (Column("valid_from", "生效日期", Day()), Column("valid_to", "失效日期", Day(), not_below="valid_from"))
_SETTING = Column("setting", "城乡", Listed(dict(Setting.choices)), blank="")
_DATUM = Column("datum", "坐标系", Listed(dict(Datum.choices)), blank=str(Datum.WGS84))
_OPERATOR = Column("operator", "运营企业", OperatorCode(20, OPERATORS_KNOWN), required=True)
AREA_CODE = Column("area_code", "所属区域", Code(), required=True)

AREAS = Table(
    "areas",
    "区域",
    ("code",),
    (
        Column("code", "编码", Code(), required=True),
        Column("name", "名称", Text(100), required=True),
        Column("kind", "类型", Listed(dict(AreaKind.choices)), required=True),
        Column("permanent_households", "常住户数", Whole(), unit="户"),
        _SETTING,
        Column("demonstration", "示范点", Flag(), blank=False),
        *_VALID,
    ),
)

SITES = Table(
    "sites",
    "点位",
    ("site_id",),
    (
        Column("site_id", "点位编号", Text(64), required=True),
        AREA_CODE,
        Column("name", "名称", Text(100), required=True),
        Column("kind", "类型", Listed(dict(SiteKind.choices)), required=True),
        Column("lon", "经度", Number(), unit="度", bounds=EAST),
        Column("lat", "纬度", Number(), unit="度", bounds=NORTH),
        _DATUM,
        _SETTING,
        *_VALID,
    ),
)

OPERATORS = Table(
    "operators",
    "运营企业",
    ("code",),
    (
        Column("code", "编码", OperatorCode(20, OPERATORS_KNOWN), required=True),
        Column("name", "名称", Text(50), required=True),
    ),
)

ACCESS_POINTS = Table(
    "access_points",
    "接入点",
    ("ap_id",),
    (
        Column("ap_id", "接入点编号", Text(64), required=True),
        _OPERATOR,
        Column("name", "名称", Text(100), blank=""),
        Column("lon", "经度", Number(), required=True, unit="度", bounds=EAST),
        Column("lat", "纬度", Number(), required=True, unit="度", bounds=NORTH),
        _DATUM,
        Column("downstream_mbps", "下行速率", Number(positive=True), required=True, unit="兆比特每秒"),
        Column("tv_only", "仅传电视", Flag(), required=True),
        Column("opened_on", "开通日期", Day(), required=True),
        Column("closed_on", "停用日期", Day(), not_below="opened_on"),
        Column("ports_total", "端口总数", Whole(), unit="个"),
        Column("ports_used", "已用端口", Whole(), unit="个", not_above="ports_total"),
    ),
)

SERVICE_ORDERS = Table(
    "service_orders",
    "报装工单",
    ("order_id",),
    (
        Column("order_id", "工单号", Text(64), required=True),
        _OPERATOR,
        AREA_CODE,
        Column("accepted_on", "受理日期", Day(), required=True),
        Column("completed_on", "完成日期", Day(), not_below="accepted_on"),
        Column("cancelled_on", "撤单日期", Day(), not_below="accepted_on"),
        Column("needs_expansion", "需扩容", Flag(), required=True),
    ),
)
