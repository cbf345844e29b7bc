"""The map in a browser: it is drawn, it leads to the pages and back, and says the same to a keyboard."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from acceptance.judging import judging
from accounts.posts import Post
from tests.browser.hands import follow
from tests.scenes import FAR, QUARTER, TOWN, XIUXI, build_district

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mapped(page, signed_in, make_area, make_user, monkeypatch):
    for module in ("reports.map_views", "acceptance.verdicts.views"):
        monkeypatch.setattr(f"{module}.today", lambda: date(2018, 7, 10))
    build_district(make_area)
    judging.ensure_current("441802")
    signed_in(page, make_user(Post.LEADER)).goto("/map/")
    drawn(page)
    return page


def drawn(page) -> None:
    expect(page.locator("#map[data-ready]")).to_be_visible()


def test_map_is_drawn_and_nothing_is_amiss(mapped, axe, shot):
    expect(mapped.locator("#map-status")).to_contain_text("已标出点位 5 个、接入点 3 个；另有 1 个点位缺坐标")
    for drawn_in in ("outline-pane path", "overlay-pane canvas", "villages-pane canvas"):
        expect(mapped.locator(f".leaflet-{drawn_in}")).to_have_count(1)
    expect(mapped.locator(".map-label a").first).to_have_attribute("href", re.compile("/situation/"))
    axe(mapped)
    shot(mapped, "map")


def test_map_shows_a_site_of_the_table_and_leads_to_its_page_and_back(mapped, axe):
    mapped.click("[data-locate=S-2]")
    expect(mapped.locator(".leaflet-popup")).to_contain_text("不具备光网接入能力（超出半径）")
    expect(mapped).to_have_url(re.compile("#16/23[.]7"))
    axe(mapped)
    follow(mapped, ".leaflet-popup a >> text=黄岗聚居点")
    expect(mapped).to_have_url(re.compile("/2018Q2/sites/S-2/"))
    mapped.go_back()
    drawn(mapped)
    expect(mapped).to_have_url(re.compile("#16/23[.]7"))


def test_map_opens_at_what_its_address_names_and_leads_on(mapped, axe):
    mapped.goto(f"/situation/{XIUXI}/?period=2018Q2")
    follow(mapped, "text=地图 >> nth=-1")
    drawn(mapped)
    mapped.goto(f"/map/?period=2018Q2#area={XIUXI}")
    drawn(mapped)
    expect(mapped.locator(".leaflet-popup")).to_contain_text("未达标")
    axe(mapped)
    follow(mapped, ".leaflet-popup a >> text=秀溪村")
    expect(mapped).to_have_url(re.compile(f"/situation/{XIUXI}/"))

    mapped.goto("/areas/access-points/DX-1/")
    follow(mapped, "text=在地图上查看")
    expect(mapped.locator(".leaflet-popup")).to_contain_text("中国电信，100 兆")


def test_site_that_nothing_reaches_is_led_to_the_nearest_point(mapped):
    mapped.goto("/acceptance/2018Q2/sites/S-2/")
    follow(mapped, "text=在地图上查看")
    expect(mapped.locator(".leaflet-popup")).to_contain_text("最近的可用接入点 5,099 米")
    follow(mapped, ".leaflet-popup a >> text=中国电信")

    expect(mapped).to_have_url(re.compile("/DX-1/|/DX-2/"))


def test_map_moved_by_a_name_is_not_left(mapped):
    at = mapped.locator(".map-label a").first.bounding_box()
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    centre = mapped.url
    mapped.mouse.move(x, y)
    mapped.mouse.down()
    mapped.mouse.move(x + 120, y + 40, steps=6)
    mapped.mouse.up()
    expect(mapped).not_to_have_url(centre)
    expect(mapped).to_have_url(re.compile("/map/.*#[0-9.]+/23[.]"))

    follow(mapped, ".map-label a >> nth=0")
    expect(mapped).to_have_url(re.compile("/situation/"))


def test_layers_are_switched_by_keyboard(mapped):
    mapped.focus("[data-layer=points]")
    mapped.keyboard.press("Space")

    expect(mapped.locator(".leaflet-overlay-pane canvas")).to_have_count(2)


def test_surface_goes_through_the_quarters_and_stands_beside_another(mapped, axe, shot):
    when, legend = mapped.locator("#map-when"), mapped.locator("#map-legend")
    expect(when).to_have_text("2018年第二季度末")
    mapped.select_option("#map-surface", "cell-cause")
    expect(legend).to_contain_text("全部具备")
    mapped.get_by_role("slider", name="季度").press("Home")
    expect(when).to_have_text("2017年第一季度末")
    mapped.get_by_role("button", name="播放").click()
    expect(when).to_have_text("2017年第二季度末")
    mapped.get_by_role("button", name="暂停").click()
    mapped.select_option("#map-against", label="2018年第二季度")
    expect(mapped.locator("#map-beside-when")).to_have_text("2018年第二季度末")
    expect(mapped.locator("#map-beside canvas").first).to_be_visible()
    row = legend.locator("input[data-legend^=causes]").first
    row.uncheck()
    expect(row).to_be_focused()
    axe(mapped)
    shot(mapped, "map-surface")
    assert mapped.evaluate(COVERED) == []


COVERED = """() => {
  const boxes = Array.from(document.querySelectorAll("#map .map-label a"), one => one.getBoundingClientRect());
  return boxes.filter((one, at) => boxes.slice(at + 1).some(other => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom)).length ? boxes : [];
}"""


def test_map_without_data_says_so(page, signed_in, make_area, make_user):
    make_area("441802", "清城区")
    signed_in(page, make_user(Post.LEADER))
    page.route("**/map/data/**", lambda route: route.abort())
    page.goto("/map/")

    expect(page.locator("#map-status")).to_contain_text("地图数据未取得")


def test_click_on_the_map_places_a_planned_access_point(mapped, axe):
    mapped.goto(f"/acceptance/2018Q2/{TOWN}/whatif/")
    mapped.click("#whatif-map > summary")
    expect(mapped.locator("#whatif-map-place canvas").first).to_be_visible()
    mapped.click("#whatif-map-place", position={"x": 200, "y": 100})
    expect(mapped.get_by_text("已填入拟建接入点 1")).to_be_visible()
    mapped.click("#whatif-map-place", position={"x": 300, "y": 150})
    expect(mapped.get_by_text("已填入拟建接入点 2")).to_be_visible()

    assert 23 < float(mapped.input_value("[name=point-1-lat]")) < 24.5
    assert mapped.input_value("[name=point-2-lon]") != mapped.input_value("[name=point-1-lon]")
    assert mapped.input_value("[name=point-1-datum]") == "WGS84"
    axe(mapped)


@pytest.mark.parametrize(
    ("text", "zoom", "popup"),
    [
        ("秀溪", 14, "未达标"),
        ("黄岗聚居点", 16, "不具备光网接入能力"),
        ("DX-1", 16, "中国电信，100 兆"),
        (TOWN, 12, None),
    ],
)
def test_what_is_chosen_in_the_search_is_shown_without_leaving_the_map(mapped, text, zoom, popup):
    field = mapped.get_by_role("combobox", name="按名称、拼音首字母或编码查找")
    field.fill(text)
    mapped.locator(".suggestions li").first.click()
    expect(mapped).to_have_url(re.compile(rf"/map/.*#{zoom}/23[.]7"))
    expect(mapped.locator(".suggestions")).to_be_hidden()
    expect(mapped.locator("#map")).to_be_focused()
    if popup:
        expect(mapped.locator(".leaflet-popup")).to_contain_text(popup)


@pytest.mark.parametrize(("code", "place", "popups"), [(FAR, "23[.]7", 1), (QUARTER, "23[.]68", 0)], ids=["one", "two"])
def test_natural_village_is_shown_by_its_sites(mapped, code, place, popups):
    mapped.get_by_role("combobox", name="按名称、拼音首字母或编码查找").fill(code)
    mapped.locator(".suggestions li").first.click()
    expect(mapped).to_have_url(re.compile(rf"/map/.*#16/{place}"))
    expect(mapped.locator("#map")).to_be_focused()
    expect(mapped.locator(".leaflet-popup")).to_have_count(popups)


def test_what_is_not_on_the_map_is_opened_on_its_own_page(mapped, make_area):
    make_area("441802104201", "没有点位的村")
    mapped.get_by_role("combobox", name="按名称、拼音首字母或编码查找").fill("没有点位的村")
    expect(mapped.locator(".suggestions li").first).to_contain_text("不在图上，打开其页面")
    follow(mapped, ".suggestions li")
    expect(mapped).to_have_url(re.compile("/areas/441802104201/"))
