"""A small district whose verdicts are known by heart, for tests of pages.

Figures of 2018Q2, by which the town falls short and the street is achieved:

- 源潭镇 (town): 秀溪村 has two natural villages, one without an access point, so the village and the town
  are not achieved; 新马村 has one with fibre and is achieved.
- 凤城街道 (street): 大观社区 has a quarter with a capable school and residence, and a site without coordinates.
"""

import re
from datetime import date
from types import SimpleNamespace

from areas.models import AccessPoint, Operator, ServiceOrder, Site
from areas.vocabulary import AreaKind, SiteKind
from returns.models import FIGURES, LineStatus, Return, ReturnLine, ReturnState

TOWN, STREET = "441802103", "441802006"
XIUXI, XINMA, DAGUAN = f"{TOWN}201", f"{TOWN}202", f"{STREET}001"
NEAR, FAR, COVERED, QUARTER = f"{XIUXI}201", f"{XIUXI}202", f"{XINMA}201", f"{DAGUAN}101"


_FIGURE = re.compile(r'<(a class="figure"|span data-target)[^>]*>([^<]*)</(?:a|span)>')


def unlinked(page: str) -> str:
    """A page with the words of its figures, without their links to members."""
    return _FIGURE.sub(r"\2", page)


def build_district(make_area) -> SimpleNamespace:
    """The district with its sites, networks, orders and the returns of 2018Q2 (2018Q1: none)."""
    make_area("441802", "清城区")
    make_area(TOWN, "源潭镇")
    make_area(STREET, "凤城街道", kind=AreaKind.STREET)
    make_area(XIUXI, "秀溪村")
    make_area(XINMA, "新马村")
    make_area(DAGUAN, "大观社区", kind=AreaKind.COMMUNITY)
    make_area(NEAR, "大围", permanent_households=30)
    make_area(FAR, "黄岗", permanent_households=25)
    make_area(f"{XIUXI}203", "小坪", permanent_households=12)
    make_area(COVERED, "新屋", permanent_households=40)
    make_area(QUARTER, "阳光花园", kind=AreaKind.COMPOUND, demonstration=True)
    _network()
    _sites()
    _returns()
    return SimpleNamespace(town=TOWN, street=STREET)


def _network() -> None:
    for code, name in (("telecom", "中国电信"), ("mobile", "中国移动")):
        Operator.objects.get_or_create(code=code, defaults={"name": name})
    for ap_id, operator, lon, lat in (
        ("DX-1", "telecom", 113.1000, 23.7000),
        ("DX-2", "telecom", 113.2000, 23.7000),
        ("YD-1", "mobile", 113.0500, 23.6800),
    ):
        AccessPoint.objects.create(
            ap_id=ap_id, operator_id=operator, lon=lon, lat=lat, given_lon=lon, given_lat=lat, downstream_mbps=100, tv_only=False,
            opened_on=date(2017, 1, 1), township_id=STREET if ap_id == "YD-1" else TOWN, county="441802",
        )  # fmt: skip
    for order_id, area, accepted, completed in (
        ("GD-1", QUARTER, date(2018, 4, 2), date(2018, 4, 10)),
        ("GD-2", FAR, date(2018, 4, 2), date(2018, 5, 2)),
    ):
        ServiceOrder.objects.create(
            order_id=order_id, operator_id="mobile", area_id=area, county="441802", accepted_on=accepted,
            completed_on=completed, needs_expansion=False,
        )  # fmt: skip


def _sites() -> None:
    for site_id, area, name, kind, lon, lat in (
        ("S-1", NEAR, "大围聚居点", SiteKind.SETTLEMENT, 113.1000, 23.7010),
        ("S-2", FAR, "黄岗聚居点", SiteKind.SETTLEMENT, 113.1500, 23.7000),
        ("S-3", COVERED, "新屋聚居点", SiteKind.SETTLEMENT, 113.2000, 23.7010),
        ("S-4", QUARTER, "阳光花园一区", SiteKind.RESIDENCE, 113.0500, 23.6801),
        ("S-5", QUARTER, "阳光小学", SiteKind.SCHOOL, 113.0501, 23.6801),
        ("S-6", DAGUAN, "大观市场", SiteKind.MARKET, None, None),
    ):
        Site.objects.create(
            site_id=site_id, area_id=area, name=name, kind=kind, lon=lon, lat=lat, given_lon=lon, given_lat=lat,
            county="441802",
        )  # fmt: skip


def _returns() -> None:
    for township, lines in (
        (TOWN, {XIUXI: (400, 380, 300, 250, 160), XINMA: (300, 300, 290, 200, 180)}),
        (STREET, {DAGUAN: (1000, 1000, 1000, 800, 700)}),
    ):
        quarterly_return = Return.objects.create(
            township_id=township, county="441802", period="2018Q2", state=ReturnState.APPROVED
        )
        for code, figures in lines.items():
            ReturnLine.objects.create(
                quarterly_return=quarterly_return, area_id=code, county="441802", period="2018Q2", status=LineStatus.APPROVED,
                **dict(zip(FIGURES, figures, strict=True)),
            )  # fmt: skip
