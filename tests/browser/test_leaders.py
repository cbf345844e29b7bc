"""What leaders see when there is nothing yet and when something is amiss: readable, and nothing for axe to find."""

import re
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from acceptance.judging import judging
from accounts.posts import Post
from areas.models import Area, Operator
from areas.vocabulary import AreaKind
from reports.screens import actions
from tests.scenes import TOWN, build_district

pytestmark = pytest.mark.django_db(transaction=True)

VILLAGE = f"{TOWN}201"
EMPTY = {
    "home": ("/", "清城区"),
    "progress": ("/progress/", "任务进度"),
    "townships": ("/townships/", "街镇"),
    "situation-district": ("/situation/441802/", "清城区"),
    "situation-town": (f"/situation/{TOWN}/", "源潭镇"),
    "situation-village": (f"/situation/{VILLAGE}/", "秀溪村"),
    "operator": ("/operators/telecom/", "中国电信"),
    "map": ("/map/", "没有符合条件的点位"),
    "compare": ("/acceptance/differences/", "变化"),
    "search": ("/areas/search/?q=没有的", "请改用名称中的一两个字"),
}
AMISS = {
    "progress-quarter": ("/progress/?period=2018Q7", "2018Q7"),
    "progress-unjudged": ("/progress/?period=2030Q1", "不在评定范围内"),
    "progress-basis": ("/progress/?basis=guessed", "口径"),
    "milestone": ("/progress/T99/", "T99"),
    "situation": ("/situation/441899/", "441899"),
    "operator": ("/operators/nobody/", "nobody"),
    "map": ("/map/?area=441899", "441899"),
    "brief": ("/progress/brief/pdf/?period=2018Q7", "2018Q7"),
    "compare": ("/acceptance/differences/?from=2018Q7", "2018Q7"),
    "search": ("/areas/search/?q=" + "长" * 101, "不能超过"),
    "screen": ("/screens/not-a-token/", ""),
}


@pytest.fixture
def nothing(make_area):
    """A district in which nothing is registered but three areas and an operator."""
    make_area("441802", "清城区")
    make_area(TOWN, "源潭镇", kind=AreaKind.TOWN)
    make_area(VILLAGE, "秀溪村")
    Operator.objects.create(code="telecom", name="中国电信")


def test_pages_without_anything_to_show(page, signed_in, axe, shot, make_user, nothing):
    signed_in(page, make_user(Post.LEADER))
    for name, (address, says) in EMPTY.items():
        assert page.goto(address).ok, name
        expect(page.locator("body")).to_contain_text(says)
        axe(page)
        shot(page, f"empty-{name}")


def test_screen_without_anything_to_show(page, axe, make_user, nothing):
    screen = actions.give(name="大厅", area=Area.objects.get(pk="441802"), seen=0, by=make_user(Post.BUREAU_HEAD))
    page.set_viewport_size({"width": 1920, "height": 1080})
    assert page.goto(reverse("screens:screen", args=[screen.token])).ok
    axe(page)


def test_pages_asked_for_what_is_not_there(page, signed_in, axe, shot, make_area, make_user, monkeypatch):
    for module in (
        "acceptance.verdicts.views",
        "reports.homes",
        "reports.views",
        "reports.place_views",
        "reports.map_views",
    ):
        monkeypatch.setattr(f"{module}.today", lambda: date(2018, 7, 10))
    build_district(make_area)
    judging.ensure_current("441802")
    signed_in(page, make_user(Post.LEADER))
    for name, (address, says) in AMISS.items():
        assert page.goto(address).status < 500, name
        expect(page.locator("body")).to_contain_text(says)
        axe(page)
        shot(page, f"amiss-{name}")


def sheets(page) -> int:
    """How many pages of paper the page takes."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_first_page_fills_the_screen_and_prints_on_one_sheet_or_two(page, signed_in, axe, make_user, make_area):
    build_district(make_area)
    judging.ensure_current("441802")
    signed_in(page, make_user(Post.LEADER))
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/?period=2018Q2")
    expect(page.locator(".answer p").first).to_be_visible()
    assert page.locator(".matrix-wrap").first.bounding_box()["width"] > 1800
    assert sheets(page) == 1
    axe(page)
    signed_in(page, make_user(Post.LEAD_UNIT, unit="区科学技术协会"))
    page.goto("/?period=2018Q2")
    expect(page.locator(".light-row").first).to_be_visible()
    assert sheets(page) <= 2
