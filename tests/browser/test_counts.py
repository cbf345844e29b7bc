"""Operators' counts and the bounds of checks, as the people see them: empty, full, wrong."""

from datetime import date

import pytest
from playwright.sync_api import expect

from accounts.posts import Post
from areas.models import Area, Operator
from common.periods import Quarter
from returns import actions
from returns.counts import counts
from returns.counts.counts import CountInput
from returns.models import OperatorCount, Round
from tests.browser.hands import follow

TOWN = "441802103"
QUARTER = Quarter(2019, 1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(make_area, make_user, settings):
    """A town of two villages, two operators, and an open round."""
    settings.PORTAL_TODAY = date(2019, 4, 8)
    for number in (1, 2):
        make_area(f"{TOWN}20{number}", f"{number}号村")
    Area.objects.filter(pk=TOWN).update(name="源潭镇")
    Round.objects.create(county=TOWN[:6], period=str(QUARTER), due=date(2019, 4, 15))
    return {code: make_user(Post.OPERATOR, operator=code, name=code) for code in ("telecom", "mobile")}


def give(by, area: str, broadband: int, fibre: int) -> None:
    row = CountInput({"broadband_users": broadband, "fibre_users": fibre})
    operator = Operator.objects.get(pk=by.operator_id)
    counts.save(operator=operator, quarter=QUARTER, rows={area: row}, on=date(2019, 4, 8), by=by)


def test_operator_counts_from_the_first_page(page, signed_in, axe, shot, scene):
    signed_in(page, scene["telecom"]).goto("/returns/operators/")
    axe(page)
    follow(page, "text=2019年第一季度")
    page.fill(f"#c-{TOWN}-broadband_users", "1,200")
    page.fill(f"#c-{TOWN}-fibre_users", "1300")
    follow(page, "main button:has-text('保存')")
    axe(page)
    shot(page, "counts-wrong")
    expect(page.locator(f"#c-{TOWN}-broadband_users")).to_have_value("1,200")

    page.click(".problems a")
    page.fill(f"#c-{TOWN}-fibre_users", "1100")
    page.click("text=源潭镇的村居")
    page.fill(f"#c-{TOWN}201-broadband_users", "60")
    page.fill(f"#c-{TOWN}201-fibre_users", "50")
    follow(page, "main button:has-text('保存')")
    expect(page.locator(".messages")).to_contain_text("已保存：2 行有改动")
    axe(page)
    shot(page, "counts")
    assert OperatorCount.objects.count() == 2
    follow(page, "text=用 Excel 填报")
    axe(page)


def test_reviewer_sees_where_the_operators_differ(page, signed_in, axe, shot, scene, make_user):
    clerk, head = make_user(Post.CLERK), make_user(Post.TOWNSHIP_HEAD)
    quarterly_return = actions.open_return(
        township=Area.objects.get(pk=TOWN), quarter=QUARTER, on=date(2019, 4, 8), by=clerk
    )
    figures = {"households": 1000, "broadband_covered_households": 900, "fibre_covered_households": 800}
    quarterly_return.lines.update(**figures, broadband_users=600, fibre_users=500)
    actions.hand_up(quarterly_return=quarterly_return, version=0, by=clerk)
    actions.submit(quarterly_return=quarterly_return, version=1, by=head)
    for by in scene.values():
        give(by, TOWN, 900, 700)
        give(by, f"{TOWN}201", 250, 200)

    reviewer = make_user(Post.REVIEWER, name="王审核")
    signed_in(page, reviewer).goto(f"/returns/{quarterly_return.pk}/review/")
    expect(page.locator(".review-row[open]")).not_to_have_count(0)
    page.click("#v-441802103201 .origin summary >> nth=0")
    axe(page)
    shot(page, "returns-review-odd")
    page.goto("/returns/comparison/2019Q1/")
    axe(page)
    shot(page, "comparison")
    follow(page, "text=源潭镇")
    axe(page)


def test_head_of_the_bureau_sets_a_bound(page, signed_in, axe, shot, scene, make_user):
    signed_in(page, make_user(Post.BUREAU_HEAD)).goto("/returns/checks/")
    axe(page)
    shot(page, "checks")
    follow(page, 'a[href="/returns/checks/operators/"]')
    page.fill("[name=bound]", "900")
    page.fill("[name=reason]", "各企业口径不一")
    follow(page, "main button[type=submit]")
    axe(page)
    expect(page.locator(".problems")).to_contain_text("0 至 100")
    page.fill("[name=bound]", "15")
    follow(page, "main button[type=submit]")
    page.click("text=改过 1 次")
    expect(page.locator("main")).to_contain_text("相差不多于 15 %")
