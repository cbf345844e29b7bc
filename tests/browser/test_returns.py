"""A quarter from the first cell to the approval, as a clerk and a reviewer see it."""

from datetime import date

import pytest

from accounts.posts import Post
from areas.models import Area
from areas.periods import Quarter
from returns import actions
from returns.models import Return, ReturnLine, State

TOWN = "441802103"
GOOD = ("1,000", "９００", "0.08万", "600", "500")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(make_area, make_user, settings):
    settings.PORTAL_TODAY = date(2019, 4, 8)
    for number in range(1, 4):
        make_area(f"{TOWN}20{number}", f"{number}号村", valid_from=date(2019, 1, 1))
    posts = ((Post.CLERK, "陈经办"), (Post.TOWNSHIP_HEAD, "李镇长"), (Post.REVIEWER, "王审核"))
    return tuple(make_user(post, name=name) for post, name in posts)


def cells(page):
    return page.locator("input[data-figure]")


def test_clerk_fills_head_signs_and_reviewer_approves(page, signed_in, axe, shot, people):
    clerk, head, reviewer = people
    signed_in(page, clerk).goto("/returns/")
    page.click("text=填报2019年第一季度季报")
    axe(page)
    page.click("text=开始填报")
    for index in range(15):
        cells(page).nth(index).fill(GOOD[index % 5])
    assert page.locator('[data-rate="coverage"]').first.inner_text() == "88.8%"
    assert page.locator('[data-rate="penetration"]').first.inner_text() == "83.3%"
    axe(page)
    shot(page, "returns-form")

    page.click("text=检查并提请签发")
    axe(page)
    shot(page, "returns-check")
    page.click("text=提请负责人签发")
    assert "已提请负责人签发" in page.locator(".receipt").inner_text()
    axe(page)
    assert list(ReturnLine.objects.values_list("fibre_covered_households", flat=True)) == [800] * 3

    page.context.clear_cookies()
    owner = Return.objects.get()
    signed_in(page, head).goto("/")
    page.click("text=2019年第一季度季报")
    page.click("text=核对并签发")
    axe(page)
    shot(page, "returns-sign")
    page.click("text=签发并报送区经信局")
    assert "已报送" in page.locator(".receipt").inner_text()

    page.context.clear_cookies()
    signed_in(page, reviewer).goto(f"/returns/{owner.pk}/review/")
    axe(page)
    shot(page, "returns-review")
    page.click("button:has-text('审核通过')")
    assert "已审核通过" in page.locator(".messages").inner_text()
    page.click("text=2019年第一季度 >> visible=true >> nth=-1")
    axe(page)
    assert Return.objects.get().state == State.APPROVED


def test_fault_is_two_steps_from_its_cell(page, signed_in, axe, shot, people):
    clerk, *_ = people
    town = Area.objects.get(code=TOWN)
    owner = actions.open_return(township=town, quarter=Quarter(2019, 1), on=date(2019, 4, 8), by=clerk)
    signed_in(page, clerk).goto(f"/returns/{owner.pk}/")
    cells(page).nth(7).fill("1e5")
    page.click("text=保存草稿")
    axe(page)
    shot(page, "returns-faults")

    page.click(".problems a")
    assert page.evaluate("location.hash") == f"#f-{TOWN}202-fibre_covered_households"
    assert cells(page).nth(7).input_value() == "1e5"
    cells(page).nth(7).fill("80")
    page.click("text=保存草稿")
    assert "已保存草稿" in page.locator(".messages").inner_text()


def test_enter_and_arrows_walk_the_column(page, signed_in, people):
    clerk, *_ = people
    town = Area.objects.get(code=TOWN)
    owner = actions.open_return(township=town, quarter=Quarter(2019, 1), on=date(2019, 4, 8), by=clerk)
    signed_in(page, clerk).goto(f"/returns/{owner.pk}/")
    cells(page).nth(0).focus()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    page.keyboard.type("34")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("56")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("7")
    assert [cells(page).nth(index).input_value() for index in (0, 5, 10, 6)] == ["12", "34", "56", "7"]


def test_sheet_prints_on_one_page(page, signed_in, axe, shot, people):
    clerk, *_ = people
    town = Area.objects.get(code=TOWN)
    owner = actions.open_return(township=town, quarter=Quarter(2019, 1), on=date(2019, 4, 8), by=clerk)
    signed_in(page, clerk).goto(f"/returns/{owner.pk}/sheet/")
    axe(page)
    shot(page, "returns-sheet")
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [0 0 841.9" in printed
