"""What is said about a cell: written by a clerk in the grid, read and answered by the reviewer, settled."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from accounts.posts import Post
from areas.models import Operator
from entry import threads
from entry.models import CellThread
from returns import actions
from returns.entry.return_discussion import ReturnDiscussion
from returns.figures import NAMES
from returns.models import ReturnLine, Round
from tests.browser.entry_scene import QUARTER, TOWN, grid_of, stored
from tests.browser.hands import follow, until

CODE = f"{TOWN}202"
CELL = f"#f-{CODE}-households"
MARK = f"tbody[data-code='{CODE}'] td[data-figure=households] .talk-mark"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def grid(page, signed_in, place):
    page.clock.install()
    return grid_of(place, page, signed_in)


def say(place, by, text: str, *mentions: str) -> None:
    talk = ReturnDiscussion(place.quarterly_return)
    threads.write(discussion=talk, code=CODE, column="households", text=text, mentions=mentions, by=by)


@pytest.mark.journey
def test_clerk_asks_reviewer_answers_and_clerk_settles(grid, open_page, signed_in, axe, shot, place):
    grid.click(CELL)
    grid.keyboard.type("1231")
    grid.keyboard.press("Shift+F2")
    panel = grid.get_by_role("dialog")
    expect(panel.locator("#panel-title")).to_have_text("2号村·总户数")
    expect(panel.locator(".panel-facts")).to_contain_text("1,231")
    expect(panel.locator(".panel-facts")).to_contain_text("上季1,000")
    assert [line[0] for line in stored(place.quarterly_return)] == [None, 1231, None]
    axe(grid)
    panel.get_by_label("写批注").fill("新交付小区，请核对")
    panel.get_by_label("@区经信局审核员").check()
    grid.click("dialog button:has-text('保存批注')")
    expect(panel.locator(".talk")).to_contain_text("新交付小区，请核对")
    axe(grid)
    shot(grid, "panel")
    grid.keyboard.press("Escape")
    expect(grid.locator(CELL)).to_be_focused()
    expect(grid.locator(MARK)).to_contain_text("1")
    shot(grid, "grid-mark")

    other = signed_in(open_page(viewport={"width": 1440, "height": 900}), place.reviewer)
    other.goto(f"/returns/{place.quarterly_return.pk}/")
    other.click("a.talk-mark")
    answer = other.get_by_role("dialog")
    expect(answer.locator(".talk")).to_contain_text("@区经信局审核员")
    expect(answer.get_by_label("@街镇经办")).to_be_checked()
    axe(other)
    answer.get_by_label("写批注").fill("请附交付证明")
    other.click("dialog button:has-text('保存批注')")
    expect(answer.locator(".talk > li")).to_have_count(2)

    grid.keyboard.press("Shift+F2")
    expect(panel.locator(".talk")).to_contain_text("请附交付证明")
    grid.keyboard.press("Escape")
    expect(grid.locator(CELL)).to_be_focused()
    grid.keyboard.type("1230")
    grid.keyboard.press("Shift+F2")
    expect(panel.locator(".talk-since")).to_contain_text("此后数字已由 1,231 改为 1,230")
    grid.click("dialog button:has-text('标为已处理')")
    expect(panel.locator("#talk-title .mark")).to_have_text("已处理")
    grid.keyboard.press("Escape")
    expect(grid.locator(MARK)).to_have_count(0)
    assert not CellThread.objects.get().is_open


def test_answer_arrives_without_reload(grid, place):
    say(place, place.clerk, "请核对", Post.REVIEWER)
    grid.clock.run_for(13_000)
    expect(grid.locator(MARK)).to_contain_text("1")
    grid.click(MARK)
    panel = grid.get_by_role("dialog")
    expect(panel.locator(".talk > li")).to_have_count(1)
    panel.get_by_label("写批注").fill("我再问")
    say(place, place.reviewer, "已核对，属实", Post.CLERK)
    grid.clock.run_for(13_000)
    expect(panel.locator(".talk")).to_contain_text("已核对，属实")
    expect(panel.get_by_label("写批注")).to_have_value("我再问")
    expect(panel.get_by_label("写批注")).to_be_focused()
    grid.keyboard.press("Escape")
    expect(grid.locator(CELL)).to_be_focused()
    grid.click(MARK)
    expect(panel.get_by_label("写批注")).to_have_value("我再问")


def test_mark_leaves_what_is_wrong_with_its_cell_to_be_read(grid, place):
    """Where somebody spoke and a check does too, both are seen."""
    say(place, place.clerk, "请核对", Post.REVIEWER)
    grid.reload()
    grid.click(CELL)
    grid.keyboard.type("1")
    grid.keyboard.press("Tab")
    note = grid.locator(f"tbody[data-code='{CODE}'] td[data-figure=households] .cell-note").first
    expect(note).to_be_visible()
    mark, words = grid.locator(MARK).bounding_box(), note.bounding_box()
    assert mark["y"] + mark["height"] <= words["y"]


def test_dots_open_the_panel_of_the_cell_under_the_mouse(grid, place):
    grid.hover(f"#f-{CODE}-fibre_users")
    grid.click(".talk-more")
    panel = grid.get_by_role("dialog")
    expect(panel.locator("#panel-title")).to_have_text("2号村·光网用户数")
    grid.click("dialog [data-close]")
    expect(panel).to_have_count(0)
    expect(grid.locator(f"#f-{CODE}-fibre_users")).to_be_focused()


def test_without_network_the_panel_says_so(grid, place):
    grid.click(CELL)
    expect(grid.locator("[data-standing]")).to_contain_text("自动保存")
    grid.context.set_offline(True)
    grid.keyboard.press("Shift+F2")
    expect(grid.get_by_role("dialog")).to_contain_text("无法连接服务器")
    grid.keyboard.press("Escape")
    expect(grid.locator(CELL)).to_be_focused()


def report(place) -> None:
    quarterly_return = place.quarterly_return
    rows = ((1002, 905, 806, 604, 506), (1011, 907, 809, 603, 508), (998, 901, 803, 602, 503))
    quarterly_return.lines.update(explanation="新交付小区，已与运营企业核对")
    for line, figures in zip(quarterly_return.lines.order_by("area_id"), rows, strict=True):
        ReturnLine.objects.filter(pk=line.pk).update(**dict(zip(NAMES, figures, strict=True)))
    actions.hand_up(quarterly_return=quarterly_return, version=0, by=place.clerk)
    actions.submit(quarterly_return=quarterly_return, version=1, by=place.head)


def test_thread_is_carried_into_the_review(page, signed_in, axe, shot, place):
    say(place, place.clerk, "与村委会核过，请看附件", Post.REVIEWER)
    report(place)
    signed_in(page, place.reviewer).goto(f"/returns/{place.quarterly_return.pk}/review/")
    row = page.locator(f"#v-{CODE}")
    expect(row).to_have_attribute("open", "")
    expect(row).to_contain_text("与村委会核过")
    axe(page)
    shot(page, "review-threads")
    page.click(f"#v-{CODE} >> text=答复、处理")
    panel = page.get_by_role("dialog")
    axe(page)
    panel.get_by_label("写批注").fill("已核")
    page.click("dialog button:has-text('保存批注')")
    expect(panel.locator(".talk > li")).to_have_count(2)
    page.click("dialog button:has-text('标为已处理')")
    expect(panel.locator("#talk-title .mark")).to_have_text("已处理")
    until(page, lambda: not CellThread.objects.get().is_open, "the thread is settled")


def test_panel_of_a_phone_is_a_sheet_from_below(open_page, signed_in, axe, place):
    say(place, place.reviewer, "请核对", Post.CLERK)
    phone = signed_in(open_page(viewport={"width": 390, "height": 844}, has_touch=True), place.clerk)
    phone.goto(f"/returns/{place.quarterly_return.pk}/")
    phone.locator("#entry-cards-list").select_option(CODE)
    phone.locator(MARK).tap()
    panel = phone.get_by_role("dialog")
    expect(panel.locator(".talk")).to_contain_text("请核对")
    box = panel.bounding_box()
    assert box["x"] == 0 and box["width"] == 390 and box["y"] > 50 and box["y"] + box["height"] == 844
    axe(phone)


def test_page_of_a_cell_without_scripts(open_page, signed_in, axe, shot, place):
    page = signed_in(open_page(java_script_enabled=False), place.clerk)
    page.goto(f"/returns/{place.quarterly_return.pk}/")
    follow(page, "th a:has-text('2号村')")
    follow(page, "nav >> text=总户数")
    page.get_by_label("写批注").fill("请核对")
    page.get_by_label("@区经信局审核员").check()
    follow(page, "button:has-text('保存批注')")
    expect(page.locator(".talk")).to_contain_text("请核对")
    assert urlsplit(page.url).path == f"/returns/{place.quarterly_return.pk}/villages/{CODE}/"
    follow(page, "button:has-text('标为已处理')")
    expect(page.locator("#talk-title .mark")).to_have_text("已处理")


def test_operator_asks_about_a_count(page, signed_in, axe, shot, place, make_user):
    operator = make_user(Post.OPERATOR, operator="telecom", name="移甲")
    Operator.objects.filter(pk="telecom").update(name="中国电信")
    Round.objects.create(county=TOWN[:6], period=str(QUARTER), due="2019-04-15")
    signed_in(page, operator).goto(f"/returns/operators/{TOWN[:6]}/{QUARTER}/")
    page.click(f"#f-{TOWN}-fibre_users")
    page.keyboard.type("120")
    page.keyboard.press("Shift+F2")
    panel = page.get_by_role("dialog")
    expect(panel.locator(".panel-events")).to_contain_text("移甲")
    panel.get_by_label("写批注").fill("含专线")
    panel.get_by_label("@区经信局审核员").check()
    page.click("dialog button:has-text('保存批注')")
    expect(panel.locator(".talk")).to_contain_text("含专线")
    page.keyboard.press("Escape")
    expect(page.locator(f"tbody[data-code='{TOWN}'] .talk-mark")).to_contain_text("1")
    follow(page, f"tbody[data-code='{TOWN}'] th a")
    follow(page, "nav >> text=光网用户数")
    expect(page.locator(".talk")).to_contain_text("含专线")
    axe(page)
    shot(page, "counts-panel")
