"""The map in a browser: it is drawn, it leads to the pages and back, and says the same to a keyboard."""

from datetime import date

import pytest

from acceptance import judging
from accounts.posts import Post
from tests.scenes import TOWN, build_district

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mapped(page, signed_in, make_area, make_user, monkeypatch):
    for module in ("reports.map_views", "acceptance.views"):
        monkeypatch.setattr(f"{module}.today", lambda: date(2018, 7, 10))
    build_district(make_area)
    judging.ensure_current("441802")
    signed_in(page, make_user(Post.LEADER)).goto("/map/")
    page.wait_for_selector("#map[data-ready]")
    return page


def test_map_is_drawn_and_nothing_is_amiss(mapped, axe, shot):
    assert "已画出点位 5 个、接入点 3 个；另有 1 个点位缺坐标" in mapped.inner_text("#map-status")
    assert mapped.locator("canvas.map-points").count() == 2
    axe(mapped)
    shot(mapped, "map")


def test_map_shows_a_site_of_the_table_and_leads_to_its_page_and_back(mapped, axe):
    mapped.click("[data-locate=S-2]")
    assert "不具备光网接入能力（超出半径）" in mapped.inner_text(".leaflet-popup")
    axe(mapped)
    mapped.click(".leaflet-popup a >> text=黄岗聚居点")
    assert "/2018Q2/sites/S-2/" in mapped.url
    mapped.go_back()
    mapped.wait_for_selector("#map[data-ready]")
    assert "#16/23.7" in mapped.url


def test_layers_are_switched_by_keyboard(mapped):
    mapped.focus("[data-layer=points]")
    mapped.keyboard.press("Space")

    assert mapped.locator("canvas.map-points").count() == 3


def test_map_without_data_says_so(page, signed_in, make_area, make_user):
    make_area("441802", "清城区")
    signed_in(page, make_user(Post.LEADER))
    page.route("**/map/data/**", lambda route: route.abort())
    page.goto("/map/")

    page.wait_for_selector("text=地图数据没有取到")


def test_click_on_the_map_places_a_planned_access_point(mapped, axe):
    mapped.goto(f"/acceptance/2018Q2/{TOWN}/whatif/")
    mapped.click("#whatif-map > summary")
    mapped.wait_for_selector("#whatif-map-place canvas")
    mapped.click("#whatif-map-place", position={"x": 200, "y": 100})
    mapped.wait_for_selector("text=已填入拟建接入点 1")
    mapped.click("#whatif-map-place", position={"x": 300, "y": 150})

    assert 23 < float(mapped.input_value("[name=point-1-lat]")) < 24.5
    assert mapped.input_value("[name=point-2-lon]") != mapped.input_value("[name=point-1-lon]")
    assert mapped.input_value("[name=point-1-datum]") == "WGS84"
    axe(mapped)
