"""A problem written down in a village without a network: five taps, and it arrives once."""

import pytest
from playwright.sync_api import Locator, expect

from accounts.posts import Post
from offline.models import Delivery
from problems.models import Problem
from tests.browser.hands import until
from tests.browser.test_field import at, opened, ready, standing
from tests.evidence.files import photo
from tests.field.walk import TOWN, build_walk

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 844}
ADDRESS = "/problems/field/"
MOST_TAPS = 5


@pytest.mark.journey
def test_five_taps_without_a_network_and_sent_once_when_it_returns(
    open_page, signed_in, make_area, make_user, axe, shot
):
    build_walk(make_area)
    page = open_page(viewport=PHONE, geolocation=at(0), permissions=["geolocation"], has_touch=True, is_mobile=True)
    opened(signed_in(page, make_user(Post.CLERK, area=TOWN, name="陈经办", username="chen")), ADDRESS)
    ready(page)
    taps, sent = [], []

    def tap(what: Locator) -> None:
        what.tap()
        taps.append(what)

    def lose_the_first_answer(route) -> None:
        sent.append(route.fetch().status)
        route.abort() if len(sent) == 1 else route.continue_()

    page.route(f"**{ADDRESS}deliveries/", lose_the_first_answer)
    page.context.set_offline(True)
    opened(page, ADDRESS)
    tap(page.get_by_role("button", name="按距离排列"))
    tap(page.locator("[data-things] a").filter(has_text="10 米").filter(has_text="聚居点0").first)
    tap(page.locator("[data-visit] label").filter(has_text="进场难"))
    with page.expect_file_chooser() as chooser:
        tap(page.get_by_text("拍照或选照片"))
    chooser.value.set_files({"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo(1200, 900)})
    expect(page.locator("[data-photo-said]")).to_contain_text("照片已存在本机，误差约 8 米")
    axe(page)
    shot(page, "problem-field")
    tap(page.get_by_role("button", name="保存", exact=True))
    standing(page, "未发送 1 条")
    assert len(taps) <= MOST_TAPS and not Problem.objects.exists() and not sent

    page.context.set_offline(False)
    until(page, lambda: len(sent) == 1, "it was sent, and the answer lost")
    page.goto(f"{ADDRESS}#outbox")
    page.get_by_role("button", name="立即发送").click()
    expect(page.locator("[data-entries] .badge-state")).to_have_text("已发送")
    problem, delivery = Problem.objects.get(), Delivery.objects.get()
    assert delivery.answer["link"] == problem.get_absolute_url() and len(sent) > 1
    kept = problem.files.get()
    assert (problem.kind, problem.key, problem.state, round(kept.taken_lat, 4)) == ("access", "S-0", "open", 23.7001)
    assert (round(problem.lon, 2), round(problem.lat, 4)) == (113.05, 23.7001)
