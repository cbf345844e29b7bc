"""The map: its data, whom they show what, its table, and the tile server of an installation."""

import gzip
import json
from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from acceptance import plan
from acceptance.judging import judging
from accounts.posts import Post
from areas import changes
from areas.models import AccessPoint, Site
from common.periods import Quarter
from qingcheng_fiber import env, middleware
from reports.course import STATES, MapCourse
from reports.mapping import MapData, compact
from tests.scenes import DAGUAN, STREET, TOWN, XINMA, XIUXI, build_district

Q2 = Quarter.parse("2018Q2")
QUARTERS = [Quarter.parse(each) for each in ("2017Q4", "2018Q1", "2018Q2")]


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setattr("reports.map_views.today", lambda: date(2018, 7, 10))


@pytest.fixture
def leader(make_area, make_user):
    build_district(make_area)
    judging.ensure_current("441802")
    return make_user(Post.LEADER)


def document_of(user, code: str = "441802") -> dict:
    return MapData(user, plan.current(), code, Q2).document


def read(response) -> dict:
    assert response.status_code == 200
    packed = response.get("Content-Encoding") == "gzip"
    return json.loads(gzip.decompress(response.content) if packed else response.content)


# ---------------------------------------------------------------- data


def test_sites_come_with_state_reason_and_distance(leader):
    document = document_of(leader)
    sites = {row[7]: row for row in document["sites"]}

    assert sites["S-1"][:3] == [113.1, 23.701, 0]
    assert (sites["S-2"][2], document["reasons"][sites["S-2"][4]], sites["S-2"][6]) == (1, "超出半径", 1000)
    assert sites["S-2"][5] > 5000
    assert document["kinds"][sites["S-5"][3]] == "学校"


def test_site_without_coordinates_is_counted_and_not_drawn(leader):
    document = document_of(leader)

    assert document["unplaced"] == 1
    assert "S-6" not in {row[7] for row in document["sites"]}


def test_areas_are_placed_by_their_sites(leader):
    areas = {row[0]: row for row in document_of(leader)["areas"]}

    assert sorted(areas) == [STREET, DAGUAN, TOWN, XIUXI, XINMA]
    assert areas[TOWN][:6] == [TOWN, "源潭镇", 113.15, 23.70067, 2, 3]
    assert areas[STREET][4:6] == [2, 3]


def test_areas_carry_their_verdicts(leader):
    document = document_of(leader)
    marks = {row[0]: document["marks"][row[6]] for row in document["areas"]}

    assert marks[XIUXI] == ["missed", "未达标"]
    assert marks[XINMA][0] == "met"
    assert marks[DAGUAN] == ["info", "不设称号"]


def test_site_that_nothing_reaches_names_the_nearest_point(leader):
    document = document_of(leader)
    sites = {row[7]: row for row in document["sites"]}

    assert document["points"][sites["S-2"][10]][5] in {"DX-1", "DX-2"}
    assert len(sites["S-1"]) == 10


def test_nearest_point_outside_the_scope_is_not_named(leader, make_user):
    AccessPoint.objects.filter(township_id=TOWN).update(closed_on=date(2018, 1, 1))
    changes.note("441802")
    judging.ensure_current("441802")
    document = document_of(make_user(Post.CLERK, area=TOWN), TOWN)
    far = next(row for row in document["sites"] if row[7] == "S-2")

    assert far[5] > 5000
    assert len(far) == 10
    assert "YD-1" not in {row[5] for row in document["points"]}


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, 0),
        ({"downstream_mbps": 20}, 1),
        ({"downstream_mbps": 50}, 0),
        ({"tv_only": True}, 2),
        ({"opened_on": date(2018, 7, 1)}, 3),
        ({"opened_on": date(2018, 6, 30)}, 0),
        ({"closed_on": date(2018, 6, 30)}, 3),
        ({"closed_on": date(2018, 7, 1)}, 0),
    ],
)
def test_access_point_by_state_on_the_last_day(leader, change, state):
    AccessPoint.objects.filter(ap_id="DX-1").update(**change)

    assert {row[5]: row[2] for row in document_of(leader)["points"]}["DX-1"] == state


def test_outline_is_that_of_the_district(leader):
    assert len(document_of(leader)["outline"]) > 500


def test_data_of_a_township_hold_what_lies_in_it_and_near(leader, make_user):
    document = document_of(make_user(Post.CLERK, area=TOWN), TOWN)

    assert {row[7] for row in document["sites"]} == {"S-1", "S-2", "S-3"}
    assert {row[5] for row in document["points"]} == {"DX-1", "DX-2"}


def test_places_are_shifted_for_shifted_tiles(leader, settings):
    settings.MAP_TILES_DATUM = "GCJ02"
    site = next(row for row in document_of(leader)["sites"] if row[7] == "S-1")

    assert 0.004 < site[0] - 113.1 < 0.007
    assert site[1] < 23.701


# ---------------------------------------------------------------- all quarters


@pytest.fixture
def course(leader) -> dict:
    return MapCourse(leader, "441802", QUARTERS).document


def test_course_tells_each_quarters_state(course):
    near, far = course["sites"]["S-1"], course["sites"]["S-2"]
    out_of_reach = STATES.index(("no", "out_of_reach"))

    assert near == (113.1, 23.701, "000")
    assert far[2] == f"{out_of_reach}" * 3
    assert course["points"]["DX-1"] == "000"


def test_course_of_an_access_point_begins_when_it_opens(leader):
    AccessPoint.objects.filter(ap_id="DX-1").update(opened_on=date(2018, 2, 1))

    assert MapCourse(leader, "441802", QUARTERS).document["points"]["DX-1"] == "300"


def test_course_of_a_village_counts_its_sites_and_says_its_mark(course):
    at, width = course["codes"].index(XIUXI), len(STATES)
    counts = course["counts"][-1][at * width : (at + 1) * width]
    mark = course["marks"][int(course["villages"][at][-1])]

    assert counts[0] == 1 and sum(counts) == 2 and counts[STATES.index(("no", "out_of_reach"))] == 1
    assert mark == ["missed", "未达标"]
    assert course["names"][at] == "秀溪村"


def test_site_without_coordinates_is_counted_in_its_village(course):
    at, width = course["codes"].index(DAGUAN), len(STATES)

    assert course["counts"][-1][at * width : (at + 1) * width][-1] == 1
    assert "S-6" not in course["sites"]


def test_each_village_with_a_located_site_has_ground(course):
    assert {code for code, rings in zip(course["codes"], course["grounds"], strict=True) if rings} == {
        XIUXI,
        XINMA,
        DAGUAN,
    }


def test_site_of_another_quarter_is_on_the_map_of_its_own(leader):
    Site.objects.filter(site_id="S-3").update(valid_to=date(2018, 4, 1))
    changes.note("441802")
    judging.ensure_current("441802")
    course = MapCourse(leader, "441802", QUARTERS).document
    document = MapData(leader, plan.current(), "441802", Q2, course=course).document

    assert [row[2] for row in document["others"]] == ["S-3"]
    assert [text[-1] for text in document["course"]["sites"]] == ["0", "0", "-"]
    assert [len(text) for text in document["course"]["sites"]] == [len(document["sites"]) + 1] * 3


def test_course_holds_nothing_outside_the_scope(leader, make_user):
    course = MapCourse(make_user(Post.CLERK, area=TOWN), TOWN, QUARTERS).document

    assert set(course["sites"]) == {"S-1", "S-2", "S-3"} and set(course["codes"]) == {XIUXI, XINMA}
    assert "YD-1" not in course["points"]


def test_course_costs_the_same_queries_whatever_there_is(leader, django_assert_num_queries):
    for number in range(5):
        Site.objects.create(
            site_id=f"T-{number}", area_id=XIUXI, name="点位", kind="school", lon=113.1, lat=23.7, county="441802"
        )
    changes.note("441802")
    judging.ensure_current("441802")
    with django_assert_num_queries(8):
        assert MapCourse(leader, "441802", QUARTERS).document


def test_rows_go_out_as_columns_of_steps():
    sent = compact({"sites": [[113.1, 23.7, 1, "甲"], [113.10001, 23.69999, 0, "乙", 7]], "points": [], "radii": [1]})

    assert sent == {
        "sites": [[11310000, 2370000, 1, -1], [1, 0], ["甲", "乙"], [None, 7]],
        "points": [[]],
        "radii": [1],
    }


# ---------------------------------------------------------------- the members of a figure


def test_map_shows_the_members_of_a_figure_alone(client, leader):
    client.force_login(leader)
    asked = {"of": "sites", "part": "failed", "period": "2018Q2"}
    page = client.get(reverse("map"), asked)

    assert read(client.get(reverse("map_data"), asked))["only"] == {"kind": "sites", "keys": ["S-2"]}
    assert page.context["members"].keys == ["S-2"]
    assert "of=sites&amp;part=failed" in page.content.decode().replace("&amp;period", "")
    assert read(client.get(reverse("map_data")))["only"] is None


def test_page_of_a_figure_leads_to_its_members_on_the_map(client, leader):
    client.force_login(leader)
    shown = client.get(reverse("figures:figure", args=["sites"]), {"part": "failed", "period": "2018Q2"}).context[
        "shown"
    ]

    assert client.get(shown.map_url).context["members"].keys == ["S-2"]


def test_figure_that_nobody_declares_is_not_on_the_map(client, leader):
    client.force_login(leader)

    assert client.get(reverse("map"), {"of": "nothing"}).status_code == 404
    assert client.get(reverse("map_data"), {"of": "nothing"}).status_code == 404


# ---------------------------------------------------------------- pages


def test_data_are_packed_and_answer_304(client, leader):
    client.force_login(leader)
    first = client.get(reverse("map_data"), headers={"Accept-Encoding": "gzip"})
    again = client.get(reverse("map_data"), headers={"If-None-Match": first["ETag"]})

    assert first["Content-Encoding"] == "gzip"
    assert read(first) == read(client.get(reverse("map_data")))
    assert again.status_code == 304


def test_data_made_before_cost_three_queries(client, leader, django_assert_num_queries):
    client.force_login(leader)
    client.get(reverse("map_data"))

    with django_assert_num_queries(4):
        client.get(reverse("map_data"))


def test_page_lists_what_has_no_access(client, leader):
    client.force_login(leader)
    page = client.get(reverse("map")).content.decode()

    assert "黄岗聚居点" in page
    assert "大观市场" in page
    assert "新屋聚居点" not in page


@pytest.mark.parametrize("name", ["map", "map_data"])
def test_neighbours_map_is_not_there(client, leader, make_user, name):
    client.force_login(make_user(Post.CLERK, area=TOWN))

    assert client.get(reverse(name), {"area": STREET}).status_code == 404
    assert "凤城街道" not in client.get(reverse("map")).content.decode()


def test_clerk_gets_her_own_township(client, leader, make_user):
    client.force_login(make_user(Post.CLERK, area=STREET))

    assert {row[0] for row in read(client.get(reverse("map_data")))["areas"]} == {STREET, DAGUAN}


# ---------------------------------------------------------------- tiles


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("", ""),
        ("http://10.1.2.3:8080/tiles/{z}/{x}/{y}.png", " http://10.1.2.3:8080"),
        (
            "https://t0.tianditu.gov.cn/vec_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=k",
            " https://t0.tianditu.gov.cn",
        ),
    ],
)
def test_images_are_let_in_from_the_tile_server_alone(settings, monkeypatch, address, origin):
    monkeypatch.setenv("PORTAL_MAP_TILES", address)
    settings.MAP_TILES = env.tiles("PORTAL_MAP_TILES")

    assert middleware.tile_server() == origin


@pytest.mark.parametrize(
    "address", ["ftp://a/{z}/{x}/{y}", "https://a/{z}/{x}", "https://a; script-src *//{z}/{x}/{y}", "{z}{x}{y}"]
)
def test_address_that_is_no_tile_server_stops_the_start(monkeypatch, address):
    monkeypatch.setenv("PORTAL_MAP_TILES", address)
    with pytest.raises(ImproperlyConfigured, match="PORTAL_MAP_TILES"):
        env.tiles("PORTAL_MAP_TILES")
