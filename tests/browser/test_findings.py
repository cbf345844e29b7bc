"""Findings on the register, as their owner and the bureau settle them."""

import pytest
from playwright.sync_api import expect

from acceptance.judging import judging
from accounts.posts import Post
from findings.models import RegisterFinding
from findings.surveying import survey
from tests.browser.hands import follow
from tests.findings.conftest import COUNTY, ON
from tests.scenes import STREET, build_district

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def surveyed(make_area, make_user, settings):
    """The small district, judged and surveyed; the street's clerk and the bureau's head."""
    settings.PORTAL_TODAY = ON
    build_district(make_area)
    judging.refresh(COUNTY)
    survey(COUNTY)
    return make_user(Post.CLERK, area=STREET), make_user(Post.BUREAU_HEAD)


@pytest.mark.journey
def test_owner_explains_and_the_bureau_does_not_accept(page, signed_in, axe, shot, surveyed):
    clerk, head = surveyed
    signed_in(page, clerk).goto("/")
    follow(page, "text=点位没有坐标 1 条")
    axe(page)
    shot(page, "findings")
    expect(page.get_by_role("link", name="去更正")).to_have_attribute(
        "href", "/proposals/new/?table=sites&key=S-6&column=lon&column=lat"
    )
    follow(page, page.get_by_role("link", name="去说明"))
    page.fill("textarea[name=reason]", "市场已搬迁")
    axe(page)
    shot(page, "finding")
    follow(page, "main button:has-text('说明不是问题')")
    expect(page.locator(".messages")).to_contain_text("已说明不是问题")

    signed_in(page, head).goto("/")
    follow(page, "text=台账问题 1 条说明不是问题")
    follow(page, page.get_by_role("link", name="大观市场"))
    expect(page.locator("main")).to_contain_text("市场已搬迁")
    page.fill("textarea[name=reason]", "尚未注销，请补坐标")
    axe(page)
    follow(page, "main button:has-text('不予认可')")
    expect(page.locator("main")).to_contain_text("尚未注销，请补坐标")
    assert RegisterFinding.objects.get(key="S-6").state == "open"


def test_what_to_find_out_first_and_the_bounds(page, signed_in, axe, shot, surveyed):
    signed_in(page, surveyed[1]).goto("/findings/")
    follow(page, page.get_by_role("link", name="优先核查"))
    axe(page)
    shot(page, "findings-first")
    expect(page.locator("main")).to_contain_text("大观市场的坐标")
    page.goto("/findings/checks/")
    axe(page)
    shot(page, "findings-checks")
    follow(page, page.get_by_role("link", name="修改界限：点位相距太近"))
    page.get_by_label("相距不近于").fill("0")
    page.get_by_label("修改原因").fill("楼房密")
    follow(page, "main button:has-text('保存')")
    axe(page)
    expect(page.locator("main")).to_contain_text("界限应在 1 至 500 米之间")
