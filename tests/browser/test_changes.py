"""What-if and differences as people see them: nothing for axe to find in any state, nothing too wide, usable without scripts."""

from datetime import date

import pytest
from playwright.sync_api import expect

from acceptance.judging import judging
from accounts.posts import Post
from areas.models import AccessPoint
from tests.browser.hands import follow
from tests.scenes import FAR, TOWN, XIUXI, build_district

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district(make_area):
    build_district(make_area)
    AccessPoint.objects.filter(ap_id="DX-1").update(opened_on=date(2018, 5, 10))
    judging.ensure_current("441802")


@pytest.mark.parametrize("code", ["441802", TOWN, XIUXI, FAR])
def test_whatif_before_anything_is_supposed(page, signed_in, axe, shot, make_user, district, code):
    assert signed_in(page, make_user(Post.LEADER)).goto(f"/acceptance/2018Q2/{code}/whatif/").ok
    axe(page)
    shot(page, f"whatif-{code}")


def test_whatif_is_reached_from_the_verdict_and_answers(page, signed_in, axe, shot, make_user, district):
    signed_in(page, make_user(Post.REVIEWER)).goto(f"/acceptance/2018Q2/{TOWN}/")
    follow(page, "text=假设推演")
    page.fill("#id_point-1-lon", "113.1500")
    page.fill("#id_point-1-lat", "23.7005")
    page.fill("#id_point-1-opened_on", "2018-05-01")
    follow(page, "button:has-text('推演')")

    expect(page.get_by_text("评定将改变的区域")).to_have_count(1)
    axe(page)
    shot(page, "whatif-result")


def test_whatif_keeps_what_was_typed_wrongly(page, signed_in, axe, shot, make_user, district):
    signed_in(page, make_user(Post.CLERK, area=TOWN)).goto(f"/acceptance/2018Q2/{TOWN}/whatif/")
    page.fill(f"#id_line-{XIUXI}-fibre_users", "九百")
    follow(page, "button:has-text('推演')")

    users = page.locator(f"#id_line-{XIUXI}-fibre_users")
    expect(users).to_have_value("九百")
    page.click(".problems a")
    expect(users).to_be_focused()
    axe(page)
    shot(page, "whatif-errors")


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("areas", "from=2018Q1&to=2018Q2"),
        ("sites", "from=2018Q1&to=2018Q2&show=sites"),
        ("none", "from=2018Q2&to=2018Q2&to_basis=reported"),
        ("same", "from=2018Q2&to=2018Q2"),
    ],
)
def test_differences(page, signed_in, axe, shot, make_user, district, name, query):
    assert signed_in(page, make_user(Post.LEADER)).goto(f"/acceptance/differences/?{query}").ok
    axe(page)
    shot(page, f"differences-{name}")
