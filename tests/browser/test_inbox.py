"""The inbox in the browser: the number in the header goes with what is opened, and a request is answered in one click."""

from datetime import date

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.posts import Post
from areas.models import Area
from common.periods import Quarter
from returns.models import LateRequest, Round, Unlock
from returns.rounds import late
from tests.browser.hands import follow

pytestmark = pytest.mark.browser
TOWN, DUE, ON = "441802103", date(2019, 4, 15), date(2019, 4, 20)


@pytest.fixture
def asked(make_area, make_user, settings):
    settings.PORTAL_TODAY = ON
    make_area(f"{TOWN}201", "1号村", valid_from=date(2019, 1, 1))
    round_ = Round.objects.create(county="441802", period=str(Quarter(2019, 1)), due=DUE)
    reviewer = make_user(Post.REVIEWER, name="王审核", phone="0763-3361234")
    clerk = make_user(Post.CLERK, name="陈经办", phone="0763-3365678")
    given = {"reason": "停电三天", "until": date(2019, 4, 23), "on": ON, "by": clerk}
    late.ask(round_=round_, township=Area.objects.get(code=TOWN), **given)
    return reviewer


def test_clerk_opens_what_is_unread_and_the_number_goes_down(page, signed_in, asked, axe, shot):
    clerk = User.objects.get(name="陈经办")
    request = LateRequest.objects.get()
    late.refuse(request=request, version=request.version, reason="请说明停电的村居", by=asked)
    signed_in(page, clerk).goto("/accounts/me/")
    mark = page.locator("[data-inbox] [data-count]")
    expect(mark).to_have_text("1")
    follow(page, "[data-inbox]")
    axe(page)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    axe(page)
    shot(page, "inbox-clerk")
    page.get_by_text("联系人").first.click()
    expect(page.get_by_role("link", name="0763-3361234").first).to_be_visible()

    follow(page, "main a:has-text('2019年第一季度季报')")
    expect(page.locator("main")).to_contain_text("请说明停电的村居")
    expect(mark).to_be_hidden()
    axe(page)


@pytest.mark.journey
def test_reviewer_answers_from_the_inbox_in_one_click(page, signed_in, asked, axe, shot):
    signed_in(page, asked).goto("/inbox/")
    axe(page)
    shot(page, "inbox-reviewer")
    follow(page, page.get_by_role("button", name="允许补报至 2019-04-23"))
    expect(page.locator(".messages")).to_contain_text("已允许")
    assert Unlock.objects.get().until == date(2019, 4, 23)
