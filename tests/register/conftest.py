"""A small registry: two towns, one of them with a village, a natural village, sites, a network and orders."""

from datetime import date
from types import SimpleNamespace

import pytest

from areas.models import AccessPoint, Operator, ServiceOrder, Site
from areas.vocabulary import AreaKind, SiteKind

HERE, NEIGHBOUR = "441802103", "441802104"


@pytest.fixture
def make_site(db, make_area):
    def make(site_id: str, area: str, **fields) -> Site:
        fields.setdefault("name", f"点位{site_id}")
        fields.setdefault("kind", SiteKind.SETTLEMENT)
        return Site.objects.create(site_id=site_id, area_id=area, county=area[:6], **fields)

    return make


@pytest.fixture
def make_point(db):
    def make(ap_id: str, township: str | None = HERE, operator: str = "telecom", **fields) -> AccessPoint:
        Operator.objects.get_or_create(
            code=operator, defaults={"name": {"telecom": "中国电信", "mobile": "中国移动"}[operator]}
        )
        fields = {
            "downstream_mbps": 100,
            "tv_only": False,
            "opened_on": date(2017, 5, 1),
            "lon": 113.05,
            "lat": 23.7,
        } | fields
        return AccessPoint.objects.create(ap_id=ap_id, operator_id=operator, township_id=township, **fields)

    return make


@pytest.fixture
def make_order(db):
    def make(order_id: str, area: str, operator: str = "telecom", **fields) -> ServiceOrder:
        Operator.objects.get_or_create(
            code=operator, defaults={"name": {"telecom": "中国电信", "mobile": "中国移动"}[operator]}
        )
        fields = {"accepted_on": date(2018, 1, 10), "needs_expansion": False} | fields
        return ServiceOrder.objects.create(
            order_id=order_id, operator_id=operator, area_id=area, county=area[:6], **fields
        )

    return make


@pytest.fixture
def registry(make_area, make_site, make_point, make_order) -> SimpleNamespace:
    make_area("441802", "清城区")
    town, neighbour = make_area(HERE, "源潭镇"), make_area(NEIGHBOUR, "龙塘镇")
    village = make_area(f"{HERE}201", "秀溪村")
    leaf = make_area(f"{HERE}201001", "大围", permanent_households=35, setting="rural")
    compound = make_area(f"{HERE}201002", "阳光花园", kind=AreaKind.COMPOUND, setting="urban")
    other = make_area(f"{NEIGHBOUR}201", "银盏村")
    return SimpleNamespace(
        town=town,
        neighbour=neighbour,
        village=village,
        leaf=leaf,
        compound=compound,
        other=other,
        site=make_site(
            "S-0001", leaf.code, lon=113.061234, lat=23.712345, given_lon=113.0666, given_lat=23.7095, datum="GCJ02"
        ),
        blind=make_site("S-0002", compound.code, name="秀溪小学", kind=SiteKind.SCHOOL),
        foreign=make_site("S-0900", other.code, name="银盏点位", lon=113.1, lat=23.6),
        point=make_point("AP-1", name="秀溪一号", downstream_mbps=100, ports_total=64, ports_used=10),
        slow=make_point("AP-2", operator="mobile", downstream_mbps=20, tv_only=True, closed_on=date(2018, 3, 1)),
        far=make_point("AP-9", NEIGHBOUR, operator="mobile"),
        order=make_order("GD-1", leaf.code),
        done=make_order("GD-2", leaf.code, operator="mobile", completed_on=date(2018, 1, 20), needs_expansion=True),
        gone=make_order("GD-3", compound.code, cancelled_on=date(2018, 2, 1)),
        away=make_order("GD-9", other.code, operator="mobile"),
    )


@pytest.fixture
def log_in(client, make_user):
    """Log in as a user of a post; gives the client, its user as ``client.user``."""

    def enter(post, **fields):
        client.user = make_user(post, **fields)
        client.force_login(client.user)
        return client

    return enter
