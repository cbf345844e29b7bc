"""Verdicts and progress as people see them: nothing for axe to find, nothing too wide, links that lead down to the order."""

import re
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from acceptance.judging import judging
from accounts.posts import Post
from tests.browser.hands import follow
from tests.scenes import FAR, STREET, TOWN, XIUXI, build_district

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "progress": "/progress/?period=2018Q2",
    "milestone": "/progress/T09/?period=2018Q2",
    "townships": "/townships/?period=2018Q2",
    "situation-district": "/situation/441802/?period=2018Q2",
    "situation-town": f"/situation/{TOWN}/?period=2018Q2",
    "situation-village": f"/situation/{XIUXI}/?period=2018Q2",
    "operator": "/operators/telecom/",
    "verdict-district": "/acceptance/2018Q2/441802/",
    "verdict-town": f"/acceptance/2018Q2/{TOWN}/",
    "verdict-street": f"/acceptance/2018Q2/{STREET}/",
    "verdict-village": f"/acceptance/2018Q2/{FAR}/",
    "verdict-no-returns": f"/acceptance/2018Q1/{TOWN}/",
    "site-late": "/acceptance/2018Q2/sites/S-2/",
    "site-unknown": "/acceptance/2018Q2/sites/S-6/",
    "verdict-index": "/acceptance/",
    "plan": "/acceptance/plan/",
    "not-there": "/acceptance/2018Q7/441802/",
}


@pytest.fixture
def district(make_area, monkeypatch):
    for module in ("acceptance.verdicts.views", "reports.homes", "reports.views", "reports.place_views"):
        monkeypatch.setattr(f"{module}.today", lambda: date(2018, 7, 10))
    build_district(make_area)
    judging.ensure_current("441802")


def test_pages_of_verdicts_and_progress(page, signed_in, axe, shot, make_user, district):
    signed_in(page, make_user(Post.LEADER))
    for name, address in PAGES.items():
        assert page.goto(address).status == (404 if name == "not-there" else 200)
        axe(page)
        shot(page, name)


@pytest.mark.parametrize(
    "post", [Post.CLERK, Post.REVIEWER, Post.LEADER, Post.LEAD_UNIT, Post.OPERATOR, Post.SYSTEM_ADMIN, Post.AUDITOR]
)
def test_first_page_of_a_post(page, signed_in, axe, shot, make_user, district, post):
    assert signed_in(page, make_user(post, area=TOWN, unit="区科学技术协会")).goto("/").ok
    axe(page)
    shot(page, f"home-{post}")


def test_empty_pages(page, signed_in, axe, shot, make_user, make_area):
    make_area("441802", "清城区")
    signed_in(page, make_user(Post.LEADER))
    for name in ("home", "progress", "townships"):
        assert page.goto(reverse(name)).ok
        axe(page)
        shot(page, f"empty-{name}")


def test_leader_follows_a_light_down_to_the_late_order(page, signed_in, make_user, district):
    signed_in(page, make_user(Post.LEADER)).goto("/progress/?period=2018Q2")
    page.click("#m-T10 > details > summary")
    follow(page, "#m-T10 >> text=源潭镇")
    follow(page, "th >> text=秀溪村")
    follow(page, "th >> text=黄岗")
    follow(page, "th >> text=黄岗聚居点")

    expect(page.get_by_text("逾期 10 个工作日完成")).to_have_count(1)


def test_quarter_switches_when_another_is_chosen(page, signed_in, make_user, district):
    signed_in(page, make_user(Post.LEADER)).goto(f"/acceptance/2018Q2/{TOWN}/")
    page.select_option("#switch-period", "2018Q1")

    expect(page).to_have_url(re.compile(f"/acceptance/2018Q1/{TOWN}/$"))
    expect(page.locator(".lead")).to_contain_text("2018年第一季度")


def test_light_explains_itself_by_keyboard(page, signed_in, make_user, district):
    signed_in(page, make_user(Post.LEADER)).goto("/progress/?period=2018Q2")
    for summary in ("#m-T10 > details > summary", "#m-T10 .light-why summary"):
        page.locator(summary).focus()
        page.keyboard.press("Enter")

    expect(page.locator("details.light-why[open] p")).to_have_count(2)
