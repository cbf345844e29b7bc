"""The registry's tables of the data package, declared once."""

from areas.package.tables import PackageColumn, PackageTable
from areas.package.values import Code, Day, Flag, ListedValue, NumberValue, OperatorCode, Text, Whole
from areas.vocabulary import AreaKind, Datum, Setting, SiteKind

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
        PackageColumn("downstream_mbps", "下行速率", NumberValue(positive=True), required=True, unit="兆比特每秒"),
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
