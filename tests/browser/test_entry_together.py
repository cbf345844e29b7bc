"""Several people on one form, a phone, no network, a killed browser: what the entry grid does then."""

import pytest
from playwright.sync_api import Page, expect

from returns.figures import FIGURES
from tests.browser.entry_scene import BEFORE, TALL, TOWN, stored
from tests.browser.hands import until

pytestmark = pytest.mark.django_db(transaction=True)
STOP = "8641975"
"""A figure that nobody but the clerk has typed."""


def cell(page: Page, row: int, column: int):
    return page.locator(f"#f-{TOWN}{201 + row}-{FIGURES[column].name}")


def look(page: Page) -> None:
    """The page asks now what it asks every few seconds."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def type_in(page: Page, row: int, column: int, text: str) -> None:
    cell(page, row, column).click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def all_saved(page: Page) -> None:
    expect(page.locator("[data-standing]")).to_contain_text("全部已保存")


@pytest.mark.journey
def test_colleagues_see_each_other_and_each_others_changes(open_page, signed_in, place, axe):
    address = f"/returns/{place.quarterly_return.pk}/"
    mine = signed_in(open_page(viewport=TALL), place.clerk)
    theirs = signed_in(open_page(viewport=TALL), place.other)
    mine.goto(address)
    theirs.goto(address)
    cell(theirs, 1, 0).click()
    look(theirs)
    expect(theirs.locator("[data-people]")).to_contain_text("陈经办")
    look(mine)
    expect(mine.locator("[data-people]")).to_have_text("同时在填：赵二（2号村）")
    expect(mine.locator(f"[data-code='{TOWN}202'] .row-people")).to_have_text("赵二")

    type_in(theirs, 1, 0, "321")
    all_saved(theirs)
    cell(mine, 0, 0).click()
    mine.keyboard.type("7")
    look(mine)
    expect(cell(mine, 1, 0)).to_have_value("321")
    expect(mine.locator(f"[data-code='{TOWN}202'] .cell-hand")).to_have_text("赵二刚改")
    expect(mine.locator("[data-said]")).to_have_text("他人改动 1 格，已更新。")
    expect(cell(mine, 0, 0)).to_have_value("7")
    axe(mine)
    type_in(mine, 1, 0, "322")
    all_saved(mine)
    assert [row[0] for row in stored(place.quarterly_return)] == [7, 322, None]


def test_phone_shows_a_village_a_card_with_a_list_to_jump_by(open_page, signed_in, place, axe, shot):
    page = open_page(viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    signed_in(page, place.clerk).goto(f"/returns/{place.quarterly_return.pk}/")
    expect(page.locator("tbody.village:visible")).to_have_count(1)
    options = page.locator("[data-cards] option")
    expect(options).to_have_text(["1号村　未填", "2号村　未填", "3号村　未填"])
    cell(page, 0, 0).tap()
    for figure in BEFORE:
        page.keyboard.type(str(figure))
        page.keyboard.press("Enter")
    expect(cell(page, 1, 0)).to_be_focused()
    expect(options.first).to_have_text("1号村　已填齐")
    page.keyboard.type("约五百")
    page.keyboard.press("Enter")
    expect(options.nth(1)).to_have_text("2号村　有问题")
    shot(page, "entry-card")
    axe(page)
    page.select_option("[data-cards] select", label="3号村　未填")
    expect(cell(page, 2, 0)).to_be_focused()
    page.get_by_role("button", name="上一个").tap()
    expect(cell(page, 1, 0)).to_be_visible()
    expect(cell(page, 2, 0)).to_be_hidden()
    until(page, lambda: stored(place.quarterly_return)[0] == BEFORE, "the village's figures are stored")


def kept(page: Page) -> None:
    """The page lies on this device as it now stands, and the worker has all that it needs."""
    expect(page.locator("[data-kept]")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")


def test_page_opens_without_a_network_after_the_browser_was_killed(killable, cable, session_of, place):
    killable.address = f"http://localhost:{cable.port}"
    address = f"{killable.address}/returns/{place.quarterly_return.pk}/"
    page = killable.open(session_of(place.clerk))
    page.set_viewport_size(TALL)
    page.goto(address)
    type_in(page, 0, 0, "1001")
    all_saved(page)
    kept(page)
    page.reload()
    kept(page)
    cable.pull()
    type_in(page, 1, 0, STOP)
    expect(page.locator("[data-banner]")).to_contain_text("您填的 1 个数字保存在本机")
    killable.kill()
    assert killable.holds(STOP) == []

    page = killable.open()
    page.set_viewport_size(TALL)
    page.goto(address)
    expect(page.locator("[data-offline-note]")).to_contain_text("离线打开")
    expect(cell(page, 0, 0)).to_have_value("1001")
    expect(cell(page, 1, 0)).to_have_value(STOP)
    type_in(page, 2, 0, "1003")
    expect(page.locator("[data-banner]")).to_contain_text("您填的 2 个数字保存在本机")
    killable.sign_in(session_of(place.clerk))
    cable.plug()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    all_saved(page)
    expect(page.locator("[data-offline-note]")).to_be_hidden()
    assert [row[0] for row in stored(place.quarterly_return)] == [1001, int(STOP), 1003]


def test_nobody_opens_the_page_after_the_clerk_has_logged_out(killable, cable, session_of, place):
    killable.address = f"http://localhost:{cable.port}"
    address = f"{killable.address}/returns/{place.quarterly_return.pk}/"
    page = killable.open(session_of(place.clerk))
    page.set_viewport_size(TALL)
    page.goto(address)
    kept(page)
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    cable.pull()
    page.goto(address)
    expect(page.locator("[data-note]")).to_have_text("无法连接服务器；请联网登录后再打开。")
    expect(page.locator("table[data-sheet]")).to_have_count(0)
    until(page, lambda: killable.holds("1号村") == [], "nothing of the form lies in clear on the disk")


def test_page_that_was_never_opened_says_so(killable, cable, session_of, place):
    killable.address = f"http://localhost:{cable.port}"
    page = killable.open(session_of(place.clerk))
    page.goto(f"{killable.address}/returns/{place.quarterly_return.pk}/")
    kept(page)
    cable.pull()
    page.goto(f"{killable.address}/returns/987654/")
    expect(page.locator("[data-note]")).to_contain_text("未在本机打开过")
