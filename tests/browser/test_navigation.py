"""The head of a page: low, with at most six entries for a post and the rest under 更多."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.posts import Post
from qingcheng_fiber.navigation import LONGEST_BAR
from tests.browser.hands import follow

HIGHEST = 96
"""Pixels of a phone's screen above what one came for."""
PHONES = (390, 360)


def bottom(page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    return box["y"] + box["height"]


@pytest.mark.parametrize("post", Post)
def test_head_is_low_and_reads_for_every_post(post, open_page, make_user, signed_in, axe, shot, settings):
    settings.DEMONSTRATION = True
    page = signed_in(open_page(viewport={"width": PHONES[0], "height": 844}), make_user(post, name="凤城街道负责人"))
    page.goto(reverse("home"))
    axe(page)

    for width in PHONES:
        page.set_viewport_size({"width": width, "height": 844})
        assert bottom(page, ".masthead") <= HIGHEST
        assert page.locator("h1").bounding_box()["y"] <= HIGHEST
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        lines = page.evaluate("[...document.querySelectorAll('.main-nav ul > li')].map(each => each.offsetTop)")
        assert len(lines) <= LONGEST_BAR + 1 and len(set(lines)) == 1
    shot(page, f"home-{post}")


def test_rest_is_under_more_by_keyboard_and_without_scripts(open_page, make_user, signed_in, axe):
    page = signed_in(
        open_page(viewport={"width": 390, "height": 844}, java_script_enabled=False), make_user(Post.REVIEWER)
    )
    page.goto(reverse("home"))
    more = page.locator(".main-nav summary")
    expect(page.get_by_role("link", name="证书", exact=True)).to_be_hidden()

    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".main-nav").get_by_role("link", name="证书", exact=True)).to_be_visible()
    follow(page, page.locator(".main-nav").get_by_role("link", name="证书", exact=True))

    expect(page).to_have_url(re.compile(f"{reverse('certificates:register')}$"))
    assert "is-current" in page.locator(".main-nav summary").get_attribute("class")


def test_menu_is_clean_when_open_and_closes_on_escape(page, make_user, signed_in, axe):
    signed_in(page, make_user(Post.CLERK)).goto(reverse("home"))
    page.locator(".main-nav summary").click()
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        panel = page.locator(".main-nav .menu-panel").bounding_box()
        assert panel["x"] >= 0 and panel["x"] + panel["width"] <= width
    axe(page)

    page.keyboard.press("Escape")
    expect(page.locator(".main-nav .menu-panel")).to_be_hidden()
    expect(page.locator(".main-nav summary")).to_be_focused()


def test_search_suggests_over_the_whole_width_of_a_phone(open_page, make_area, make_user, signed_in, axe):
    page = signed_in(open_page(viewport={"width": 360, "height": 740}), make_user(Post.CLERK, name="凤城街道经办"))
    make_area("441802103201", "江口村")
    page.goto(reverse("home"))
    page.get_by_role("combobox", name="按名称、拼音首字母或编码查找").fill("江口")
    suggested = page.locator(".suggestions")
    expect(suggested).to_contain_text("江口村")
    assert suggested.bounding_box()["width"] > 300
    axe(page)

    follow(page, page.get_by_role("search").get_by_role("button", name="查找"))
    expect(page.locator("main [name=q]")).to_have_value("江口")
