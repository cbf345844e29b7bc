"""The big screen in a browser: no scrolling at 1920 by 1080, new figures by itself, a night without a network."""

import re
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.posts import Post
from areas import changes
from areas.models import Area
from reports.screens import actions
from tests.browser.hands import until
from tests.scenes import build_district

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def screen(make_area, make_user, monkeypatch):
    monkeypatch.setattr("reports.screens.views.today", lambda: date(2018, 7, 10))
    build_district(make_area)
    return actions.give(
        name="大厅", area=Area.objects.get(pk="441802"), seen=0, by=make_user(Post.BUREAU_HEAD, area="441802")
    )


def minutes_pass(page, sign) -> None:
    """The screen asks each minute; a change of the network may reach the browser after the first asking."""

    def is_seen() -> bool:
        page.clock.run_for(61_000)
        return sign.is_visible()

    until(page, is_seen, f"{sign} is seen")


def test_screen_fits_and_is_readable(page, screen, axe, shot):
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(reverse("screens:screen", args=[screen.token]))
    expect(page.locator(".panel")).not_to_have_count(0)
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        1920,
        1080,
    ]
    panels = page.locator(".panel").evaluate_all(
        "all => all.filter(one => one.scrollHeight > one.clientHeight + 1).length"
    )
    assert panels == 0
    axe(page)
    shot(page, "screen")


SCENES = ("answer", "map", "moved", "open")
TOO_LARGE = "all => all.filter(one => one.scrollHeight > one.clientHeight + 1).map(one => one.className)"


def test_screen_plays_its_scenes_for_hours(open_page, screen, axe, shot):
    page = open_page(viewport={"width": 1920, "height": 1080}, reduced_motion="no-preference")
    page.clock.install()
    page.goto(reverse("screens:screen", args=[screen.token]))
    expect(page.locator(".scene-answer")).to_be_visible()
    for scene in (*SCENES[1:], SCENES[0]):
        page.keyboard.press("ArrowRight")
        expect(page.locator(f".scene-{scene}")).to_be_visible()
        expect(page.locator(".scene:visible")).to_have_count(1)
        assert page.locator(".panel:visible").evaluate_all(TOO_LARGE) == []
        axe(page)
        shot(page, f"screen-{scene}")
    begun = page.locator("*").count()
    page.clock.run_for(21_000)
    expect(page.locator("[data-when]")).to_contain_text(re.compile("2017年|2018年"))
    expect(page.locator(".scene-map")).to_be_visible()
    page.keyboard.press("Space")
    page.clock.run_for(60_000)
    expect(page.locator(".scene-map")).to_be_visible()
    page.keyboard.press("Space")
    page.clock.fast_forward("02:00:00")
    page.clock.run_for(120_000)
    assert page.locator("*").count() <= begun


def test_screen_outlives_a_night_without_network(page, screen):
    page.clock.install()
    page.goto(reverse("screens:screen", args=[screen.token]))
    page.context.set_offline(True)
    minutes_pass(page, page.get_by_text("网络不通，显示的是"))
    expect(page.get_by_role("rowheader", name="源潭镇")).to_be_visible()
    Area.objects.filter(pk="441802103").update(name="源潭新镇")
    changes.note("441802")
    page.context.set_offline(False)
    minutes_pass(page, page.get_by_role("rowheader", name="源潭新镇"))
    expect(page.get_by_text("网络不通")).to_have_count(0)


def test_screen_in_another_zone_says_the_portals_moment(open_page, screen, settings):
    settings.PORTAL_TODAY = date(2018, 7, 10)
    page = open_page(timezone_id="America/New_York")
    page.clock.install(time="2001-01-01T00:00:00Z")
    page.goto(reverse("screens:screen", args=[screen.token]))
    page.locator("[data-fetched]").evaluate("shown => shown.textContent = '很久以前'")
    minutes_pass(page, page.locator("[data-state]", has_text="数字取于 2018"))
    expect(page.locator("[data-state]")).to_have_text(re.compile(r"^数字取于 2018年7月10日 \d\d:\d\d$"))


def test_screen_that_was_withdrawn_goes_dark(page, screen, make_user):
    page.clock.install()
    page.goto(reverse("screens:screen", args=[screen.token]))
    actions.withdraw(screen, by=make_user(Post.REVIEWER, area="441802"))
    minutes_pass(page, page.get_by_text("授权已收回"))
    expect(page.get_by_text("授权已收回")).to_be_visible()
