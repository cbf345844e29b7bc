"""How far it is: the clerk's way from her tasks to a reported return, a fault mended, a clean return passed, all counted."""

import pytest
from playwright.sync_api import expect

from acceptance.judging.judging import ensure_current
from returns import actions
from returns.figures import NAMES
from returns.models import Return, ReturnState
from returns.models.vocabulary import ExplanationReason
from tests.browser.entry_scene import TOWN, block, grown_in, standing_of, stored, town
from tests.browser.hands import Hands

TASK = "text=2019年第一季度季报"
SCREENS, INTERACTIONS = 6, 12
FELL = 7
"""The number of the village in which something is wrong."""
REASONS = list(ExplanationReason)
MENDED = grown_in(FELL)[4]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(make_area, make_user, settings):
    """25 villages, with the quarter before beside."""
    found = town(make_area, make_user, settings, villages=25, before=standing_of)
    ensure_current(TOWN[:6])
    return found


def relogin(page, signed_in, user):
    page.context.clear_cookies()
    signed_in(page, user).goto("/")
    return Hands(page)


def fill(quarterly_return: Return) -> None:
    for number, line in enumerate(quarterly_return.lines.order_by("area_id"), 1):
        quarterly_return.lines.filter(pk=line.pk).update(**dict(zip(NAMES, grown_in(number), strict=True)))


def fell_in_one_village() -> str:
    """The block that she pastes: in one village the users fell, which asks for a sentence."""
    rows = block(25, grown_in).splitlines()
    rows[6] = "\t".join(map(str, (*grown_in(FELL)[:4], standing_of(FELL)[4] - 1)))
    return "\r\n".join(rows) + "\r\n"


@pytest.mark.journey
def test_clerk_from_her_tasks_to_the_receipt_and_the_head_to_reported(page, signed_in, place, axe, shot):
    signed_in(page, place.clerk).goto("/")
    clerk = Hands(page)
    clerk.follow(TASK)
    clerk.click(f"#f-{TOWN}201-households")
    clerk.paste(fell_in_one_village())
    expect(page.locator("[data-problems] a")).to_have_count(1)
    axe(page)
    shot(page, "journey-filled")
    clerk.press("F8")
    clerk.type("旧屋拆除，一户三月迁往市区")
    clerk.press("Shift+Tab", *["ArrowDown"] * (1 + REASONS.index(ExplanationReason.DEMOLITION)))
    clerk.follow("text=检查并提请签发")
    clerk.follow("text=提请负责人签发")
    expect(page.locator(".receipt")).to_contain_text("已提请负责人签发")
    assert stored(place.quarterly_return)[0] == grown_in(1) and len(stored(place.quarterly_return)) == 25
    way_of_clerk = clerk.leave()

    head = relogin(page, signed_in, place.head)
    head.follow(TASK)
    head.follow("text=签发并报送区经信局")
    expect(page.locator(".receipt")).to_contain_text("已报送")
    assert Return.objects.get(pk=place.quarterly_return.pk).state == ReturnState.SUBMITTED

    way_of_head = head.leave()

    assert (way_of_clerk, clerk.pastes) == ((3, 7), 1)
    assert way_of_head == (2, 2)
    screens, interactions = (sum(pair) for pair in zip(way_of_clerk, way_of_head, strict=True))
    assert screens + 1 <= SCREENS, "with the tasks of the head, from which he goes"
    assert interactions <= INTERACTIONS


def test_clerk_with_the_keyboard_alone(page, signed_in, place):
    signed_in(page, place.clerk).goto("/")
    clerk = Hands(page)
    clerk.walk_and_press("区域4418021032019年第一季度季报")
    expect(page.locator("[data-standing]")).not_to_be_empty()
    page.wait_for_load_state()
    clerk.walk_and_press("1号村", "ArrowRight")
    clerk.paste(block(25, grown_in))
    expect(page.locator("[data-standing]")).to_contain_text("全部已保存")
    clerk.press("Control+End")
    clerk.walk_and_press("检查并提请签发")
    expect(page.get_by_text("返回修改")).to_be_visible()
    page.wait_for_load_state()
    clerk.walk_and_press("提请负责人签发")
    expect(page.locator(".receipt")).to_be_visible()
    assert clerk.screens <= SCREENS and clerk.count <= INTERACTIONS
    assert Return.objects.get(pk=place.quarterly_return.pk).state == ReturnState.SIGNING


@pytest.fixture
def at_fault(page, signed_in, place):
    """Filled, with an error in one village, and checked: the page says what stands in the way."""
    fill(place.quarterly_return)
    place.quarterly_return.lines.filter(area_id=f"{TOWN}{200 + FELL}").update(fibre_users=grown_in(FELL)[3] + 1)
    signed_in(page, place.clerk).goto(f"/returns/{place.quarterly_return.pk}/?check=1")
    expect(page.locator("[data-problems] a")).to_have_count(1)
    return page


def mended(page, place) -> None:
    expect(page.locator("[data-problems]")).to_be_hidden()
    expect(page.locator("[data-standing]")).to_contain_text("全部已保存")
    assert stored(place.quarterly_return)[6] == (*grown_in(FELL)[:4], MENDED)


def test_reported_fault_is_mended_in_two_interactions(at_fault, place):
    hands = Hands(at_fault)
    hands.click("[data-problems] a")
    hands.type(str(MENDED))
    mended(at_fault, place)
    assert hands.count == 2


def test_reported_fault_is_mended_with_two_groups_of_keys(at_fault, place):
    """The link to the first fault has the focus when the page opens."""
    hands = Hands(at_fault)
    expect(at_fault.locator("[data-problems] a")).to_be_focused()
    hands.press("Enter")
    hands.type(str(MENDED))
    mended(at_fault, place)
    assert hands.count == 2


@pytest.fixture
def reported(place):
    """The quarter, filled and signed."""
    fill(place.quarterly_return)
    actions.hand_up(quarterly_return=place.quarterly_return, version=0, by=place.clerk)
    actions.submit(quarterly_return=place.quarterly_return, version=1, by=place.head)
    ensure_current(TOWN[:6])
    return place


def expect_passed(page) -> None:
    expect(page.locator(".messages")).to_contain_text("已审核通过")
    assert Return.objects.get(period="2019Q1").state == ReturnState.APPROVED


@pytest.mark.journey
def test_clean_return_is_passed_in_three_interactions(page, signed_in, reported):
    signed_in(page, reported.reviewer).goto("/")
    hands = Hands(page)
    hands.follow(TASK)
    hands.follow("button:has-text('审核通过')")
    expect_passed(page)
    assert hands.count <= 3


def test_clean_return_is_passed_with_the_keyboard_alone(page, signed_in, reported):
    signed_in(page, reported.reviewer).goto("/")
    hands = Hands(page)
    hands.walk_and_press("区域4418021032019年第一季度季报")
    expect(page.locator("h1")).to_contain_text("审核")
    page.wait_for_load_state()
    hands.walk_and_press("审核通过")
    expect_passed(page)
    assert hands.count <= 3
