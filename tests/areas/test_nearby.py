"""What is shown before a thing is saved, exactly at its limits and with queries that do not grow."""

from datetime import date

import pytest
from pyproj import Geod

from areas.datums import gcj02_from_wgs84
from areas.models import AccessPoint, Area, DatedValue, Operator, Site
from areas.nearby import remarks
from areas.vocabulary import AreaKind, SiteKind

pytestmark = pytest.mark.django_db

TOWN, OTHER_TOWN = "441802103", "441802104"
VILLAGE, NEXT = f"{TOWN}201", f"{TOWN}202"
LON, LAT = 113.05, 23.71
ON = date(2018, 7, 20)


@pytest.fixture(autouse=True)
def district(make_area, settings):
    settings.PORTAL_TODAY = ON
    for code, name in (("441802", "清城区"), (TOWN, "源潭镇"), (OTHER_TOWN, "石角镇")):
        make_area(code, name)
    for code, name in ((VILLAGE, "秀溪村"), (NEXT, "新马村"), (f"{OTHER_TOWN}201", "南村")):
        make_area(code, name)
    for code, name in ((f"{VILLAGE}201", "大围"), (f"{NEXT}201", "黄岗"), (f"{OTHER_TOWN}201201", "旧屋")):
        make_area(code, name, permanent_households=30)


def away(metres: float, azimuth: float = 37.0) -> tuple[float, float]:
    lon, lat, _ = Geod(ellps="WGS84").fwd(LON, LAT, azimuth, metres)
    return lon, lat


def site(site_id: str, metres: float | None = 0.0, azimuth: float = 37.0, **said) -> Site:
    lon, lat = away(metres, azimuth) if metres is not None else (None, None)
    said = {"area_id": VILLAGE, "name": site_id, "kind": SiteKind.SCHOOL, "county": "441802"} | said
    return Site.objects.create(site_id=site_id, lon=lon, lat=lat, given_lon=lon, given_lat=lat, **said)


def typed(**changes) -> dict[str, str]:
    said = {"area_code": VILLAGE, "name": "新站", "kind": "school", "lon": repr(LON), "lat": repr(LAT)}
    return {name: str(value) for name, value in (said | changes).items()}


def area(**changes) -> dict[str, str]:
    return {"code": f"{VILLAGE}299", "kind": "natural_village", "name": "大围村"} | changes


def point(ap_id: str, metres: float, operator: str = "telecom", **said) -> AccessPoint:
    Operator.objects.get_or_create(code=operator, defaults={"name": operator})
    lon, lat = away(metres)
    return AccessPoint.objects.create(
        ap_id=ap_id, operator_id=operator, lon=lon, lat=lat, given_lon=lon, given_lat=lat, downstream_mbps=100,
        tv_only=False, opened_on=date(2017, 1, 1), county="441802", **said,
    )  # fmt: skip


def test_name_of_an_area_near_to_one_in_its_township():
    assert remarks("areas", area()) == [
        f"名称“大围村”与已有的自然村“大围”（{VILLAGE}201）仅写法不同，请核对是否为同一个。"
    ]
    assert len(remarks("areas", area(code=f"{NEXT}299"))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "梅塘"},
        {"code": f"{OTHER_TOWN}201299"},
        {"kind": "quarter"},
        {"name": ""},
        {"kind": "什么"},
        {"code": ""},
    ],
)
def test_area_that_is_near_to_none(changes):
    assert remarks("areas", area(**changes)) == []


def test_townships_are_compared_within_the_district():
    assert "“石角镇”" in remarks("areas", {"code": "441802199", "kind": "镇", "name": "石脚镇"})[0]


def test_area_is_not_near_to_itself_and_asked_only_about_its_name():
    Area.objects.create(
        code=f"{NEXT}202",
        name="大围",
        kind=AreaKind.NATURAL_VILLAGE,
        parent_id=NEXT,
        county="441802",
        permanent_households=9,
    )
    assert remarks("areas", {"permanent_households": "19"}, f"{VILLAGE}201") == []
    assert remarks("areas", {"name": "大围"}, f"{VILLAGE}201") == []
    [said] = remarks("areas", {"name": "大围村"}, f"{VILLAGE}201")
    assert f"“大围”（{NEXT}202）仅写法不同" in said


def test_area_that_ended_is_forgotten_and_a_new_name_counts():
    Area.objects.filter(code=f"{VILLAGE}201").update(valid_to=ON)
    assert remarks("areas", area()) == []
    DatedValue.objects.create(table="areas", key=f"{NEXT}201", column="name", effective_on=ON, value="大围")
    assert "“大围”" in remarks("areas", area())[0] and remarks("areas", area(name="黄岗")) == []


def test_only_the_nearest_names_are_told():
    for number in range(5):
        site(f"S{number}", None, name="大围小学")
    said = remarks("sites", typed(name="大围小学"))
    assert len(said) == 4 and said[-1] == "名称相近的学校还有 2 个。"


def test_name_of_a_site_near_to_one_of_its_kind_in_its_township():
    site("S1", 5_000, name="秀溪第一小学", area_id=NEXT)
    site("S2", 5_000, name="秀溪第1小学", kind=SiteKind.OFFICE, area_id=NEXT)
    assert remarks("sites", typed(name="秀溪第1小学")) == [
        "名称“秀溪第1小学”与已有的学校“秀溪第一小学”（S1）仅写法不同，请核对是否为同一个。"
    ]
    assert remarks("sites", typed(name="秀溪第1小学", area_code=f"{OTHER_TOWN}201")) == []


def test_site_that_moved_into_the_township_is_of_it():
    site("S1", 5_000, name="南村小学", area_id=f"{OTHER_TOWN}201")
    DatedValue.objects.create(table="sites", key="S1", column="area_code", effective_on=ON, value=NEXT)
    assert "S1" in remarks("sites", typed(name="南村小学"))[0]
    assert remarks("sites", typed(name="南村小学", area_code=f"{OTHER_TOWN}201")) == []


@pytest.mark.parametrize(
    ("metres", "is_near"), [(0.0, True), (19.9, True), (19.999, True), (20.0, False), (20.1, False)]
)
def test_points_of_one_kind_nearer_than_twenty_metres(metres, is_near):
    site("S1", metres, name="老站", area_id=f"{OTHER_TOWN}201")
    said = remarks("sites", typed())
    assert said == ([f"离同类（学校）点位“老站”（S1）只有 {metres:.1f} 米，请核对是否为同一个。"] if is_near else [])


def test_other_kinds_ended_sites_and_sites_without_a_place_are_no_neighbours():
    site("S1", 1, kind=SiteKind.OFFICE)
    site("S2", 1, valid_to=ON)
    site("S3", None)
    assert remarks("sites", typed()) == []


def test_point_is_compared_in_wgs84():
    site("S1", 0, name="老站")
    lon, lat = (float(each) for each in gcj02_from_wgs84(LON, LAT))
    assert len(remarks("sites", typed(lon=lon, lat=lat, datum="GCJ-02"))) == 1
    assert remarks("sites", typed(lon=lon, lat=lat)) == []


@pytest.mark.parametrize("changes", [{"lon": ""}, {"lon": "abc"}, {"lon": "23.71", "lat": "113.05"}, {"kind": "别的"}])
def test_place_that_is_none_is_passed_over(changes):
    site("S1", 0, name="老站")
    assert remarks("sites", typed(**changes)) == []


def test_changed_site_is_asked_about_what_changed():
    first = site("S1", 0, name="老站")
    site("S2", 5, name="老站二")
    assert remarks("sites", {"setting": "urban"}, "S1") == []
    assert remarks("sites", {"lon": repr(first.lon), "lat": repr(first.lat)}, "S1") == []
    moved = dict(zip(("lon", "lat"), map(repr, away(1)), strict=True))
    assert ["S2" in said for said in remarks("sites", moved, "S1")] == [True]
    assert ["S2" in said for said in remarks("sites", {"name": "老站2"}, "S1")] == [True]


@pytest.mark.parametrize(
    ("widest", "off", "is_far"),
    [(100, 1000.0, False), (100, 1000.2, True), (3000, 2999.8, False), (3000, 3001.0, True), (0, 1001.0, True)],
)
def test_site_off_its_village(widest, off, is_far):
    """The others lie at LON, LAT and ``widest`` metres to the south, the new one to the north."""
    site("S1", 0.0, kind=SiteKind.OFFICE)
    site("S2", widest, 180.0, kind=SiteKind.MARKET, area_id=f"{VILLAGE}201")
    lon, lat = away(off, 0.0)
    said = remarks("sites", typed(lon=lon, lat=lat))
    assert bool(said) == is_far
    if is_far:
        assert said == [
            f"离本村（社区）最近的其他点位也有 {off:,.0f} 米，而它们之间最远才 {widest:,.0f} 米，请核对经纬度、坐标系和所属区域。"
        ]


def test_village_of_one_other_site_tells_nothing_nor_does_a_township():
    site("S1", 0.0, kind=SiteKind.OFFICE)
    lon, lat = away(9_000, 0.0)
    assert remarks("sites", typed(lon=lon, lat=lat)) == []
    site("S2", 10.0, kind=SiteKind.OFFICE)
    assert remarks("sites", typed(lon=lon, lat=lat, area_code=TOWN)) == []
    assert len(remarks("sites", typed(lon=lon, lat=lat))) == 1


@pytest.mark.parametrize(("metres", "is_near"), [(19.9, True), (20.0, False)])
def test_access_points_of_one_operator(metres, is_near):
    point("DX-1", metres)
    point("YD-1", 0, operator="mobile")
    point("DX-0", 0, closed_on=ON)
    said = remarks("access_points", {"operator": "telecom", "lon": str(LON), "lat": str(LAT), "name": ""})
    assert said == (["离同一运营企业的接入点“DX-1”（DX-1）只有 19.9 米，请核对是否为同一个。"] if is_near else [])


def test_changed_access_point_is_not_near_to_itself():
    point("DX-1", 0)
    assert remarks("access_points", {"lon": repr(LON + 1e-5)}, "DX-1") == []
    point("DX-2", 3)
    assert len(remarks("access_points", {"lon": repr(LON + 1e-5)}, "DX-1")) == 1
    assert remarks("access_points", {"downstream_mbps": "50"}, "DX-1") == []


@pytest.mark.parametrize("table", ["service_orders", "operators", "returns", ""])
def test_other_tables_are_near_to_nothing(table):
    assert remarks(table, {"name": "大围"}) == []


def test_queries_do_not_grow(django_assert_max_num_queries):
    for number in range(40):
        site(f"S{number}", number * 7.0, name=f"学校{number}")
        point(f"DX-{number}", number)
    for table, values, key, most in (
        ("areas", {"name": "大围村"}, f"{NEXT}201", 4),
        ("sites", {"name": "学校三", "lon": str(LON)}, "S7", 6),
        ("access_points", {"lon": str(LON)}, "DX-7", 2),
    ):
        with django_assert_max_num_queries(most):
            assert remarks(table, values, key)
