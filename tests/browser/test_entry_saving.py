"""Nothing typed is lost: two people on one cell, no network, a killed browser, an expired session, another user."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from common import clock
from returns import actions
from returns.entry.saving import EXPLANATION, Typed, save_lines
from returns.figures import NAMES
from returns.models import FigureEntry, Return, ReturnLine
from tests.browser.entry_scene import BEFORE, TOWN, a_little_more, block, grid_of, kept, stored, town
from tests.browser.hands import follow, put_on_clipboard

FIRST = f"#f-{TOWN}201-households"
SECOND = f"#f-{TOWN}202-households"
THIRD = f"#f-{TOWN}203-households"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def grid(page, signed_in, place):
    """The page, which hears of nobody's changes but by saving (test_entry_together has the others)."""
    page.route("**/since/", lambda route: route.abort())
    return grid_of(place, page, signed_in)


def another_types(place, value: int, seen=None, name: str = "households") -> None:
    rows = {f"{TOWN}201": Typed({name: value}, {name: seen})}
    save_lines(quarterly_return=Return.objects.get(pk=place.quarterly_return.pk), rows=rows, by=place.other)


def type_into(page, field: str, text: str) -> None:
    page.click(field)
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def standing(page, text: str) -> None:
    expect(page.locator("[data-standing]")).to_contain_text(text)


def resumed(page) -> None:
    """The page has looked for what an earlier visit left on this computer."""
    expect(page.locator("[data-standing]")).not_to_be_empty()


def first_figure(place) -> int | None:
    return ReturnLine.objects.get(quarterly_return=place.quarterly_return, area_id=f"{TOWN}201").households


# --- Two people on one cell ---


@pytest.mark.journey
@pytest.mark.parametrize(("choice", "result"), [("采用对方", 1111), ("保留本人所填", 1222)])
def test_second_person_sees_both_values_and_chooses(choice, result, grid, place, axe, shot):
    another_types(place, 1111)
    type_into(grid, FIRST, "1222")
    box = grid.locator(".cell-conflict")
    expect(box).to_contain_text("赵二填的：1111；您填的：1222")
    standing(grid, "1 个数字有冲突")
    expect(grid.locator(f"{FIRST}-state")).to_contain_text("有冲突")
    expect(grid.locator("[data-problems]")).to_contain_text("赵二也填了这个数字")
    assert first_figure(place) == 1111
    axe(grid)
    shot(grid, "grid-conflict")
    grid.click("text=检查并提请签发")
    expect(grid.locator("[data-said]")).to_contain_text("不能提请签发")

    grid.click(f"button:has-text('{choice}')")
    expect(box).to_have_count(0)
    standing(grid, "全部已保存")
    expect(grid.locator("[data-problems]")).to_be_hidden()
    expect(grid.locator(FIRST)).to_have_value(str(result))
    assert first_figure(place) == result
    kept(grid)
    grid.reload()
    resumed(grid)
    expect(grid.locator(FIRST)).to_have_value(str(result))


def test_conflict_outlives_a_reload(grid, place):
    another_types(place, 1111)
    type_into(grid, FIRST, "1222")
    expect(grid.locator(".cell-conflict")).to_be_visible()
    kept(grid, "1222")
    grid.reload()
    expect(grid.locator(".cell-conflict")).to_contain_text("您填的：1222")
    expect(grid.locator(FIRST)).to_have_value("1222")
    assert first_figure(place) == 1111


def test_other_cells_are_saved_beside_a_conflict_and_show_what_others_typed(grid, place):
    another_types(place, 111)
    another_types(place, 77, name="fibre_users")
    grid.click(FIRST)
    put_on_clipboard(grid, "222\t333\n")
    grid.keyboard.press("Control+v")
    expect(grid.locator(".cell-conflict")).to_be_visible()
    standing(grid, "1 个数字有冲突")
    assert stored(place.quarterly_return)[0] == (111, 333, None, None, 77)
    expect(grid.locator(f"#f-{TOWN}201-fibre_users")).to_have_value("77")


def test_explanation_of_two_people(grid, place):
    place.quarterly_return.lines.update(**dict(zip(NAMES, BEFORE, strict=True)))
    grid.reload()
    type_into(grid, f"#f-{TOWN}201-fibre_users", "499")
    expect(grid.locator(f"#e-{TOWN}201")).to_be_visible()
    rows = {f"{TOWN}201": Typed({EXPLANATION: "拆迁"}, {EXPLANATION: ""})}
    save_lines(quarterly_return=Return.objects.get(pk=place.quarterly_return.pk), rows=rows, by=place.other)
    type_into(grid, f"#e-{TOWN}201", "合并")
    expect(grid.locator(".cell-conflict")).to_contain_text("“拆迁”")
    grid.click("button:has-text('采用对方')")
    expect(grid.locator(f"#e-{TOWN}201")).to_have_value("拆迁")


def test_return_that_was_handed_up_meanwhile_keeps_what_was_typed(grid, place, axe):
    for number, line in enumerate(place.quarterly_return.lines.order_by("area_id"), start=1):
        place.quarterly_return.lines.filter(pk=line.pk).update(**dict(zip(NAMES, a_little_more(number), strict=True)))
    actions.hand_up(quarterly_return=place.quarterly_return, version=0, by=place.other)
    type_into(grid, FIRST, "222")
    expect(grid.locator("[data-banner]")).to_contain_text("待签发")
    standing(grid, "1 个数字未保存")
    axe(grid)
    kept(grid, "222")
    grid.reload()
    expect(grid.locator("main")).to_contain_text("1号村·总户数：222")
    axe(grid)
    grid.click("text=不再保留")
    expect(grid.locator("main")).not_to_contain_text("1号村·总户数：222")
    kept(grid)


# --- No network ---


@pytest.mark.journey
def test_network_gone_and_back(grid, place, axe, shot):
    grid.context.set_offline(True)
    type_into(grid, FIRST, "12")
    type_into(grid, SECOND, "34")
    expect(grid.locator("[data-banner]")).to_contain_text("2 个数字保存在本机")
    expect(grid.locator(f"{FIRST}-state")).to_contain_text("未保存")
    axe(grid)
    shot(grid, "grid-offline")
    type_into(grid, FIRST, "13")
    assert first_figure(place) is None
    grid.context.set_offline(False)
    standing(grid, "全部已保存")
    expect(grid.locator("[data-banner]")).to_be_hidden()
    assert [row[0] for row in stored(place.quarterly_return)] == [13, 34, None]
    assert list(FigureEntry.objects.values_list("after", flat=True)) in ([13, 34], [34, 13])


def test_answer_that_got_lost_is_no_conflict(grid, place):
    """The server kept the figure, the page never heard of it; what she types next is hers all the same."""
    lose = {"answers": 1}

    def handle(route):
        if route.request.method == "POST" and lose["answers"]:
            lose["answers"] -= 1
            route.fetch()
            route.abort()
        else:
            route.continue_()

    grid.route("**/cells/", handle)
    type_into(grid, FIRST, "12")
    standing(grid, "1 个数字未保存")
    assert first_figure(place) == 12
    type_into(grid, FIRST, "123")
    standing(grid, "全部已保存")
    assert first_figure(place) == 123


def test_server_in_trouble_is_asked_again(grid, place):
    answers = [503, 500]
    grid.route("**/cells/", lambda route: route.fulfill(status=answers.pop()) if answers else route.continue_())
    type_into(grid, FIRST, "12")
    expect(grid.locator("[data-banner]")).to_contain_text("无法连接服务器")
    grid.evaluate("dispatchEvent(new Event('online'))")
    standing(grid, "全部已保存")
    assert first_figure(place) == 12


# --- Killed browser ---


def test_killed_browser_loses_nothing(killable, session_of, place, served):
    address = f"{served}/returns/{place.quarterly_return.pk}/"
    page = killable.open(session_of(place.clerk))
    page.goto(address)
    page.route("**/cells/", lambda route: route.abort())
    page.click(FIRST)
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    page.keyboard.type("34")
    page.keyboard.press("Enter")
    page.keyboard.type("1e5")
    kept(page, "12", "34", "1e5")
    killable.kill()
    another_types(place, 99)

    page = killable.open(session_of(place.clerk))
    page.goto(address)
    expect(page.locator("[data-said]")).to_contain_text("找回上次未保存的 3 个数字")
    expect(page.locator(".cell-conflict")).to_contain_text("赵二填的：99；您填的：12")
    expect(page.locator(THIRD)).to_have_value("1e5")
    expect(page.locator(SECOND)).to_have_value("34")
    assert [row[0] for row in stored(place.quarterly_return)] == [99, 34, None]

    page.context.add_cookies([{"name": "session", "value": session_of(place.other), "url": served}])
    page.goto(address)
    resumed(page)
    expect(page.locator(FIRST)).to_have_value("99")
    expect(page.locator(THIRD)).to_have_value("")


# --- Expired session, another user ---


def test_expired_session_says_so_and_goes_on_after_login(grid, place, signed_in, axe, shot):
    Session.objects.all().delete()
    type_into(grid, FIRST, "12")
    banner = grid.locator("[data-banner]")
    expect(banner).to_contain_text("登录已过期：您填的 1 个数字保存在本机")
    axe(grid)
    shot(grid, "grid-expired")
    type_into(grid, SECOND, "34")
    place.clerk.set_password("Quiet-Harbour-77")
    place.clerk.save()
    with grid.context.expect_page() as opened:
        banner.locator("a").click()
    login = opened.value
    login.fill("input[name=username]", place.clerk.username)
    login.fill("input[name=password]", "Quiet-Harbour-77")
    follow(login, "main button[type=submit]")
    expect(login.locator("[data-sheet]")).to_be_visible()
    login.close()

    standing(grid, "全部已保存")
    expect(banner).to_be_hidden()
    assert [row[0] for row in stored(place.quarterly_return)] == [12, 34, None]
    type_into(grid, SECOND, "35")
    standing(grid, "全部已保存")


def test_what_one_types_is_never_saved_by_another(grid, place, signed_in):
    grid.context.clear_cookies()
    signed_in(grid, place.other)
    type_into(grid, FIRST, "12")
    expect(grid.locator("[data-banner]")).to_contain_text("现在登录的是赵二")
    assert not FigureEntry.objects.exists()
    kept(grid, "12")
    grid.reload()
    resumed(grid)
    expect(grid.locator(FIRST)).to_have_value("")

    grid.context.clear_cookies()
    signed_in(grid, place.clerk).reload()
    standing(grid, "全部已保存")
    assert first_figure(place) == 12 and FigureEntry.objects.get().by == place.clerk


def test_browser_without_a_database_keeps_the_queue_in_its_smaller_store(page, signed_in, place):
    page.add_init_script("indexedDB.open = () => { const it = {}; setTimeout(() => it.onerror()); return it; }")
    signed_in(page, place.clerk).goto(f"/returns/{place.quarterly_return.pk}/")
    page.route("**/cells/", lambda route: route.abort())
    type_into(page, FIRST, "12")
    standing(page, "1 个数字未保存")
    page.unroute("**/cells/")
    page.reload()
    standing(page, "全部已保存")
    assert first_figure(place) == 12


# --- Many lines, a phone, no scripts ---


TYPE_IN_100_CELLS = """() => {
    Array.from(document.querySelectorAll("td[data-figure] input")).slice(0, 100).forEach(input => {
        input.focus();
        input.value = "7";
        input.dispatchEvent(new InputEvent("input", {bubbles: true}));
        input.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
    });
}"""
"""From the focus of a cell over a figure typed to the next cell."""


def work_ms(page, script: str) -> float:
    """Milliseconds that the page computes over a script. Of its own thread, so that whatever else runs does not count."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(each["value"] for each in metrics if each["name"] == "ScriptDuration")

    before = worked()
    page.evaluate(script)
    return worked() - before


_TAKEN_BACK = """async () => {
    const { makeSaving } = await import(document.querySelector("link[href*=entry-saving]").href);
    const cell = {
        code: "1", name: "households", label: "", input: { value: "3" }, row: {}, stored: 3, seen: [3], pending: null, flying: 0,
        touchedAt: 0, state: "", read() { return { value: Number(this.input.value), error: "" }; },
    };
    const sheet = { every: [cell], find: () => cell, row: () => cell.row, remember() {}, stored() {} };
    let answer = null;
    const queue = {
        key: () => "k", all: () => new Promise(go => { answer = go; }), put() {}, remove() {}, savedAt: () => 0, noteSaved() {},
    };
    const none = () => {};
    const view = { cell: none, figures: none, recheck: none, standing: none, answer: none, hand: none };
    const saving = makeSaving(sheet, queue, { user: 1, url: "/nowhere/", problems: "", since: "", token: "" }, view);
    const resumed = saving.resume();
    cell.input.value = "1";
    saving.touched([cell]);
    const read = Object.assign({}, cell.pending);
    cell.input.value = "3";
    saving.touched([cell]);
    answer([read]);
    await resumed;
    return cell.input.value;
}"""
"""The computer's disk is read while she types a figure and takes it back: the text in the cell after it was read."""


def test_what_was_taken_back_does_not_come_back(grid):
    assert grid.evaluate(_TAKEN_BACK) == "3"


def test_hundred_lines_without_lag(page, signed_in, make_area, make_user, settings, shot):
    place = town(make_area, make_user, settings, villages=100)
    signed_in(page, place.clerk).goto(f"/returns/{place.quarterly_return.pk}/")
    shot(page, "grid-empty")
    page.click(FIRST)
    put_on_clipboard(page, block(100))
    page.keyboard.press("Control+v")
    standing(page, "全部已保存")
    assert stored(place.quarterly_return) == [BEFORE] * 100
    assert 0 < work_ms(page, TYPE_IN_100_CELLS) / 100 < 50
    assert page.evaluate("document.querySelector('thead th').getBoundingClientRect().top") >= 0
    shot(page, "grid-full")


def test_saved_at_is_the_portals_hour_in_whatever_zone_one_types(open_page, signed_in, place):
    page = open_page(timezone_id="America/New_York")
    signed_in(page, place.clerk).goto(f"/returns/{place.quarterly_return.pk}/")
    type_into(page, FIRST, "1200")
    standing(page, "全部已保存")
    minutes = "|".join(f"{clock.now() - timedelta(minutes=ago):%H:%M}" for ago in range(5))
    expect(page.locator("[data-standing]")).to_have_text(re.compile(f"全部已保存（({minutes})）"))


def test_phone_shows_a_card_a_village(open_page, signed_in, place, axe, shot):
    page = open_page(viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    signed_in(page, place.clerk).goto(f"/returns/{place.quarterly_return.pk}/")
    expect(page.locator(FIRST)).to_have_attribute("inputmode", "decimal")
    page.tap(FIRST)
    page.keyboard.type("12")
    page.get_by_role("button", name="下一个").tap()
    expect(page.locator(SECOND)).to_be_focused()
    page.keyboard.type("1001")
    page.tap(f"#f-{TOWN}202-broadband_covered_households")
    page.keyboard.type("1002")
    page.tap("h1")
    standing(page, "全部已保存")
    expect(page.locator("[data-problems]")).to_contain_text("大于总户数")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    cards = page.locator("tbody.village:visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().width)"
    )
    assert len(cards) == 1 and 340 < cards[0] <= 390
    axe(page)
    shot(page, "grid-phone")


def test_phone_keeps_what_is_typed_above_the_buttons(open_page, signed_in, place):
    page = open_page(viewport={"width": 390, "height": 640}, has_touch=True, is_mobile=True)
    signed_in(page, place.clerk).goto(f"/returns/{place.quarterly_return.pk}/")
    page.tap(FIRST)
    for name in NAMES:
        cell = page.locator(f"#f-{TOWN}201-{name}")
        expect(cell).to_be_focused()
        seen, buttons = cell.bounding_box(), page.locator(".form-buttons").bounding_box()
        assert seen["y"] + seen["height"] <= buttons["y"], name
        page.keyboard.press("Enter")


@pytest.mark.journey
def test_without_scripts_the_form_is_filled_and_handed_up(open_page, signed_in, place):
    page = open_page(java_script_enabled=False)
    signed_in(page, place.clerk).goto(f"/returns/{place.quarterly_return.pk}/")
    for number in range(1, 4):
        for name, figure in zip(NAMES, a_little_more(number), strict=True):
            page.fill(f"#f-{TOWN}20{number}-{name}", str(figure))
    follow(page, "text=检查并提请签发")
    follow(page, "text=提请负责人签发")
    expect(page.locator(".receipt")).to_contain_text("已提请负责人签发")
