"""A quarter from the first cell to the approval, as a clerk and a reviewer see it."""

from datetime import date

import pytest
from playwright.sync_api import expect

from acceptance.judging.judging import ensure_current
from accounts.posts import Post
from areas.models import Area
from common.periods import Quarter
from returns import actions
from returns.models import Return, ReturnLine, ReturnState
from returns.review import decisions
from tests.browser.hands import Hands, follow

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
    return page.locator("td[data-figure] input")


@pytest.mark.journey
def test_clerk_fills_head_signs_and_reviewer_approves(page, signed_in, axe, shot, people):
    clerk, head, reviewer = people
    signed_in(page, clerk).goto("/returns/")
    follow(page, "text=填报2019年第一季度季报")
    axe(page)
    follow(page, "text=开始填报")
    for index in range(15):
        cells(page).nth(index).fill(GOOD[index % 5])
    expect(page.locator('[data-rate="coverage"]').first).to_have_text("88.8%")
    expect(page.locator('[data-rate="penetration"]').first).to_have_text("83.3%")
    axe(page)
    shot(page, "returns-form")

    follow(page, "text=检查并提请签发")
    axe(page)
    shot(page, "returns-check")
    follow(page, "text=提请负责人签发")
    expect(page.locator(".receipt")).to_contain_text("已提请负责人签发")
    axe(page)
    assert list(ReturnLine.objects.values_list("fibre_covered_households", flat=True)) == [800] * 3

    page.context.clear_cookies()
    quarterly_return = Return.objects.get()
    ensure_current(TOWN[:6])
    signed_in(page, head).goto("/")
    follow(page, "text=2019年第一季度季报")
    axe(page)
    shot(page, "returns-sign")
    follow(page, "text=签发并报送区经信局")
    expect(page.locator(".receipt")).to_contain_text("已报送")

    page.context.clear_cookies()
    signed_in(page, reviewer).goto(f"/returns/{quarterly_return.pk}/review/")
    axe(page)
    shot(page, "returns-review")
    follow(page, "button:has-text('审核通过')")
    expect(page.locator(".messages")).to_contain_text("已审核通过")
    follow(page, "text=2019年第一季度 >> visible=true >> nth=-1")
    axe(page)
    assert Return.objects.get().state == ReturnState.APPROVED


@pytest.fixture
def reported(people):
    """The quarter, filled and signed."""
    clerk, head, _ = people
    town = Area.objects.get(code=TOWN)
    quarterly_return = actions.open_return(township=town, quarter=Quarter(2019, 1), on=date(2019, 4, 8), by=clerk)
    figures = {"households": 1000, "broadband_covered_households": 900, "fibre_covered_households": 800}
    quarterly_return.lines.update(**figures, broadband_users=600, fibre_users=500)
    actions.hand_up(quarterly_return=quarterly_return, version=0, by=clerk)
    actions.submit(quarterly_return=quarterly_return, version=1, by=head)
    return quarterly_return


def test_cell_goes_back_and_comes_again(page, signed_in, axe, shot, people, reported):
    clerk, _, reviewer = people
    place = f"{TOWN}202-fibre_users"
    signed_in(page, reviewer).goto(f"/returns/{reported.pk}/review/")
    page.click(f"#v-{TOWN}202 > summary")
    page.check(f'input[value="{place}"]')
    follow(page, "text=退回勾选的数字")
    axe(page)
    page.select_option(f"#why-{place}", "definition")
    page.fill(f"#text-{place}", "含了集体宿舍")
    shot(page, "returns-send-back")
    follow(page, "button:has-text('退回街镇')")
    expect(page.locator(".messages")).to_contain_text("已退回街镇")

    page.context.clear_cookies()
    signed_in(page, clerk).goto(f"/returns/{reported.pk}/")
    axe(page)
    shot(page, "returns-came-back")
    expect(cells(page)).to_have_count(1)
    hands = Hands(page)
    hands.click(".returned-cells a")
    hands.type("480")
    assert hands.count == 2
    follow(page, "text=检查并提请签发")
    follow(page, "text=提请负责人签发")
    expect(page.locator(".receipt")).to_contain_text("已提请负责人签发")
    quarterly_return = Return.objects.get()
    actions.submit(quarterly_return=quarterly_return, version=quarterly_return.version, by=people[1])

    page.context.clear_cookies()
    signed_in(page, reviewer).goto(f"/returns/{quarterly_return.pk}/review/")
    axe(page)
    shot(page, "returns-second-reading")
    expect(page.locator(".review-row:not(.review-total)")).to_have_count(1)
    expect(page.locator(".review-row >> nth=0")).to_contain_text("退回时 500")
    follow(page, "text=列出全部 3 行")
    expect(page.locator(".review-row:not(.review-total)")).to_have_count(3)
    page.click(f"#v-{TOWN}202 .origin summary >> nth=4")
    follow(page, f"#v-{TOWN}202 .origin a >> visible=true")
    axe(page)
    shot(page, "returns-history")
    expect(page.locator("table")).to_contain_text("退回：口径错误：含了集体宿舍")


@pytest.mark.journey
def test_bureau_runs_a_round(page, signed_in, axe, shot, people, make_user):
    reviewer = people[2]
    signed_in(page, reviewer).goto("/returns/rounds/")
    axe(page)
    follow(page, "text=开放填报 >> nth=-1")
    axe(page)
    follow(page, "button:has-text('催办')")
    expect(page.locator(".messages")).to_contain_text("已催办")
    shot(page, "returns-round")
    follow(page, "a:has-text('允许补报')")
    axe(page)
    shot(page, "returns-unlock")
    page.goto("/returns/rounds/")
    shot(page, "returns-rounds")
    page.goto("/returns/batch/")
    axe(page)


def test_batch_is_previewed(page, signed_in, axe, shot, people, reported):
    signed_in(page, people[2]).goto("/returns/batch/")
    axe(page)
    shot(page, "returns-batch")
    follow(page, "text=通过勾选的季报")
    expect(page.locator(".messages")).to_contain_text("已审核通过 1 份")


@pytest.mark.journey
def test_head_of_the_bureau_confirms(page, signed_in, axe, shot, people, reported, make_user, settings):
    settings.RETURNS_FOUR_EYES = True
    decisions.pass_(quarterly_return=reported, version=reported.version, by=people[2])
    ensure_current(TOWN[:6])
    signed_in(page, make_user(Post.BUREAU_HEAD, name="周局长")).goto("/")
    follow(page, "text=2019年第一季度季报")
    axe(page)
    shot(page, "returns-confirm")
    follow(page, "button:has-text('审定') >> nth=0")
    assert Return.objects.get().state == ReturnState.APPROVED


def test_sheet_prints_on_one_page(page, signed_in, axe, shot, people):
    clerk, *_ = people
    town = Area.objects.get(code=TOWN)
    quarterly_return = actions.open_return(township=town, quarter=Quarter(2019, 1), on=date(2019, 4, 8), by=clerk)
    signed_in(page, clerk).goto(f"/returns/{quarterly_return.pk}/sheet/")
    axe(page)
    shot(page, "returns-sheet")
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [0 0 841.9" in printed
