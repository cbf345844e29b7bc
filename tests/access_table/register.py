"""The register, as pages and as data."""

from datetime import date

from accounts.posts import Power
from areas.models import AccessPoint, Operator, ServiceOrder, Site
from areas.vocabulary import SiteKind
from tests.access_table.row import NETWORK, SIGNED_IN, Place, Row, World, of_area

REGISTRY, NETWORK_POWER = {Power.SEE_REGISTRY}, {Power.SEE_NETWORK}


def of_site(world: World, place: Place) -> list:
    area = world.make_area(place.village)
    fields = {"name": "点位", "kind": SiteKind.SETTLEMENT, "area": area, "county": place.county}
    return [Site.objects.create(site_id="S", **fields).site_id]


def of_access_point(world: World, place: Place) -> list:
    operator, _ = Operator.objects.get_or_create(code=place.operator, defaults={"name": place.operator})
    fields = {"downstream_mbps": 100, "tv_only": False, "opened_on": date(2017, 1, 1), "lon": 113.05, "lat": 23.7}
    point = AccessPoint.objects.create(
        ap_id="AP", operator=operator, township_id=place.area, county=place.county, **fields
    )
    return [point.ap_id]


def of_order(world: World, place: Place) -> list:
    operator, _ = Operator.objects.get_or_create(code=place.operator, defaults={"name": place.operator})
    fields = {"county": place.county, "accepted_on": date(2018, 1, 10), "needs_expansion": False}
    area = world.make_area(place.village)
    return [ServiceOrder.objects.create(order_id="WO", operator=operator, area=area, **fields).order_id]


ROWS = [
    Row("areas:index", REGISTRY, answer=302),
    Row("areas:areas", REGISTRY),
    Row("areas:area", REGISTRY, of_area, scoped=True),
    Row("areas:succession", {Power.RECORD_SUCCESSIONS}, of_area, scoped=True, answer=302),
    Row("areas:sites", REGISTRY),
    Row("areas:site", REGISTRY, of_site, scoped=True),
    Row("areas:access_points", NETWORK_POWER),
    Row("areas:access_point", NETWORK_POWER, of_access_point, scoped=NETWORK),
    Row("areas:orders", NETWORK_POWER),
    Row("areas:order", NETWORK_POWER, of_order, scoped=NETWORK),
    Row("areas:search", NETWORK_POWER),
    Row("areas:suggestions", NETWORK_POWER),
    Row("api-root", SIGNED_IN, visitor=401),
    Row("area-list", REGISTRY, visitor=401),
    Row("area-detail", REGISTRY, of_area, scoped=True, visitor=401),
    Row("site-list", REGISTRY, visitor=401),
    Row("site-detail", REGISTRY, of_site, scoped=True, visitor=401),
    Row("access-point-list", NETWORK_POWER, visitor=401),
    Row("access-point-detail", NETWORK_POWER, of_access_point, scoped=NETWORK, visitor=401),
    Row("order-list", NETWORK_POWER, visitor=401),
    Row("order-detail", NETWORK_POWER, of_order, scoped=NETWORK, visitor=401),
]
