"""The page of one thing in a browser: its map is drawn and leads on, and nothing is amiss at any width."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from acceptance.judging import judging
from accounts.posts import Post
from areas.models import DatedValue
from tests.browser.hands import follow
from tests.scenes import NEAR, STREET, build_district

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reviewer(page, signed_in, make_area, make_user, settings):
    settings.PORTAL_TODAY = date(2018, 8, 15)
    build_district(make_area)
    DatedValue.objects.create(
        table="areas", key=NEAR, column="permanent_households", effective_on=date(2018, 7, 1), value="33"
    )
    judging.refresh("441802")
    return signed_in(page, make_user(Post.REVIEWER))


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("area", f"/areas/{NEAR}/?period=2018Q2"),
        ("town", f"/areas/{STREET}/"),
        ("site", "/areas/sites/S-1/"),
        ("blind", "/areas/sites/S-6/"),
        ("point", "/areas/access-points/DX-1/?period=2018Q1"),
        ("order", "/areas/orders/GD-2/"),
    ],
)
def test_page_of_a_thing_is_in_order(reviewer, axe, shot, name, address):
    reviewer.goto(address)
    if name in ("area", "site", "point"):
        expect(reviewer.locator("#thing-map[data-ready]")).to_be_visible()
    axe(reviewer)
    shot(reviewer, f"thing-{name}")


def test_map_of_a_site_leads_to_what_is_near(reviewer):
    reviewer.goto("/areas/sites/S-1/")
    expect(reviewer.locator("#thing-map[data-ready]")).to_be_visible()
    box = reviewer.locator("#thing-map").bounding_box()
    # The site stands in the middle of its circle.
    reviewer.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(reviewer.locator(".leaflet-popup")).to_contain_text("主要人口聚居地")
    follow(reviewer, ".leaflet-popup a >> text=大围聚居点")
    expect(reviewer).to_have_url(re.compile("/areas/sites/S-1/"))


def test_quarter_is_chosen_beside_today(reviewer):
    reviewer.goto(f"/areas/{NEAR}/")
    with reviewer.expect_navigation():
        reviewer.select_option("#thing-period", "2018Q2")
    expect(reviewer.locator("mark")).to_have_text("30 户")
