"""A quarter from the first cell to the approval, as a clerk and a reviewer see it."""

from datetime import date

import pytest

from acceptance.judging import ensure_current
from accounts.posts import Post
from areas.models import Area
from areas.periods import Quarter
from returns import actions, decisions
from returns.models import Return, ReturnLine, State
from tests.browser.hands import Hands

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
    page.wait_for_selector("text=提请负责人签发")
    axe(page)
    shot(page, "returns-check")
    page.click("text=提请负责人签发")
    assert "已提请负责人签发" in page.locator(".receipt").inner_text()
    axe(page)
    assert list(ReturnLine.objects.values_list("fibre_covered_households", flat=True)) == [800] * 3

    page.context.clear_cookies()
    owner = Return.objects.get()
    ensure_current(TOWN[:6])
    signed_in(page, head).goto("/")
    page.click("text=2019年第一季度季报")
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


@pytest.fixture
def reported(people):
    """The quarter, filled and signed."""
    clerk, head, _ = people
    town = Area.objects.get(code=TOWN)
    owner = actions.open_return(township=town, quarter=Quarter(2019, 1), on=date(2019, 4, 8), by=clerk)
    figures = {"households": 1000, "broadband_covered_households": 900, "fibre_covered_households": 800}
    owner.lines.update(**figures, broadband_users=600, fibre_users=500)
    actions.hand_up(owner=owner, version=0, by=clerk)
    actions.submit(owner=owner, version=1, by=head)
    return owner


def test_cell_goes_back_and_comes_again(page, signed_in, axe, shot, people, reported):
    clerk, _, reviewer = people
    place = f"{TOWN}202-fibre_users"
    signed_in(page, reviewer).goto(f"/returns/{reported.pk}/review/")
    page.click(f"#v-{TOWN}202 > summary")
    page.check(f'input[value="{place}"]')
    page.click("text=退回勾选的数字")
    axe(page)
    page.select_option(f"#why-{place}", "definition")
    page.fill(f"#text-{place}", "含了集体宿舍")
    shot(page, "returns-send-back")
    page.click("button:has-text('退回街镇')")
    assert "已退回街镇" in page.locator(".messages").inner_text()

    page.context.clear_cookies()
    signed_in(page, clerk).goto(f"/returns/{reported.pk}/")
    axe(page)
    shot(page, "returns-came-back")
    assert cells(page).count() == 1
    hands = Hands(page)
    hands.click(".returned-cells a")
    hands.type("480")
    assert hands.count == 2
    page.click("text=检查并提请签发")
    page.click("text=提请负责人签发")
    owner = Return.objects.get()
    actions.submit(owner=owner, version=owner.version, by=people[1])

    page.context.clear_cookies()
    signed_in(page, reviewer).goto(f"/returns/{owner.pk}/review/")
    axe(page)
    shot(page, "returns-second-reading")
    assert page.locator(".review-row:not(.review-total)").count() == 1
    assert "退回时 500" in page.locator(".review-row >> nth=0").inner_text()
    page.click("text=列出全部 3 行")
    assert page.locator(".review-row:not(.review-total)").count() == 3
    page.click(f"#v-{TOWN}202 .origin summary >> nth=4")
    page.click(f"#v-{TOWN}202 .origin a >> visible=true")
    axe(page)
    shot(page, "returns-history")
    assert "退回：口径错误：含了集体宿舍" in page.locator("table").inner_text()


def test_bureau_runs_a_round(page, signed_in, axe, shot, people, make_user):
    reviewer = people[2]
    signed_in(page, reviewer).goto("/returns/rounds/")
    axe(page)
    page.click("text=开放填报 >> nth=-1")
    axe(page)
    page.click("button:has-text('催办')")
    assert "已催办" in page.locator(".messages").inner_text()
    shot(page, "returns-round")
    page.click("text=允许补报")
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
    page.click("text=通过勾选的季报")
    assert "已审核通过 1 份" in page.locator(".messages").inner_text()


def test_head_of_the_bureau_confirms(page, signed_in, axe, shot, people, reported, make_user, settings):
    settings.RETURNS_FOUR_EYES = True
    decisions.pass_(owner=reported, version=reported.version, by=people[2])
    ensure_current(TOWN[:6])
    signed_in(page, make_user(Post.BUREAU_HEAD, name="周局长")).goto("/")
    page.click("text=2019年第一季度季报")
    axe(page)
    shot(page, "returns-confirm")
    page.click("button:has-text('审定') >> nth=0")
    assert Return.objects.get().state == State.APPROVED


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
