"""Charts in a browser: fetched after the page, drawn when in view and on paper, saved as a picture, read as a table."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from acceptance.judging import judging
from accounts.posts import Post
from tests.scenes import TOWN, build_district

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = f"/situation/{TOWN}/?period=2018Q2"
LIBRARY = "**/echarts*.js"


@pytest.fixture
def leader(page, signed_in, make_area, make_user, monkeypatch):
    monkeypatch.setattr("reports.place_views.today", lambda: date(2018, 7, 10))
    build_district(make_area)
    judging.ensure_current("441802")
    return signed_in(page, make_user(Post.LEADER))


def test_charts_are_drawn_as_they_come_into_view(leader):
    leader.set_viewport_size({"width": 1440, "height": 500})
    leader.goto(ADDRESS)
    plots = leader.locator(".chart-plot")
    expect(plots.first.locator("svg")).to_be_visible()
    leader.locator(".chart").last.scroll_into_view_if_needed()

    expect(plots.locator("svg")).to_have_count(4)
    expect(plots.first).to_have_attribute("aria-label", re.compile("光网络覆盖率"))


def test_chart_is_saved_as_a_picture_and_read_as_a_table(leader):
    leader.goto(ADDRESS)
    with leader.expect_download() as download:
        leader.locator(".chart-save").first.click()
    assert download.value.suggested_filename == "覆盖率和渗透率.svg"

    leader.locator(".chart-table summary").first.click()
    expect(leader.locator(".chart-table").first).to_contain_text("86.7%（590 / 680）")


def test_nothing_moves_when_charts_come(leader):
    asked = []
    leader.route(LIBRARY, lambda route: asked.append(route))
    leader.goto(ADDRESS, wait_until="commit")
    expect(leader.locator(".chart-table")).to_have_count(4)
    before = leader.locator("h2").first.bounding_box()
    leader.wait_for_load_state()
    while not asked:
        leader.wait_for_timeout(50)
    asked[0].continue_()
    expect(leader.locator(".chart-plot svg").first).to_be_visible()

    assert leader.locator("h2").first.bounding_box() == before


def test_paper_has_all_charts(leader):
    leader.set_viewport_size({"width": 1440, "height": 500})
    leader.goto(ADDRESS)
    expect(leader.locator(".chart-plot").first.locator("svg")).to_be_visible()
    leader.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    expect(leader.locator(".chart-plot svg")).to_have_count(4)


def test_without_the_library_the_tables_are_open(leader, axe):
    leader.route(LIBRARY, lambda route: route.abort())
    leader.goto(ADDRESS)

    expect(leader.locator(".chart-table[open]")).to_have_count(4)
    expect(leader.locator(".chart-plot").first).to_be_hidden()
    axe(leader)
