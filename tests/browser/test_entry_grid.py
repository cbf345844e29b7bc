"""The entry grid as a spreadsheet: keys, ranges, blocks from Excel, fill down, undo."""

import pytest
from playwright.sync_api import expect

from returns.checks import ODDITIES
from returns.figures import FIGURES, NAMES
from returns.models import CheckTerms, LineStatus, ReturnLine
from tests.browser.entry_scene import BEFORE, TOWN, block, grid_of, kept, stored
from tests.browser.hands import clipboard, put_on_clipboard, until

pytestmark = pytest.mark.django_db(transaction=True)
PAUSES_MS = 5_000
"""Longer than the grid waits before it saves what was typed."""


@pytest.fixture
def grid(page, signed_in, place):
    return grid_of(place, page, signed_in)


def cell(page, row: int, column: int):
    """The input at a row and column, both counted from 0."""
    return page.locator(f"#f-{TOWN}{201 + row}-{FIGURES[column].name}")


def expect_rows(page, *rows: list[str]) -> None:
    """Wait until the rows of the grid, from the first, begin with these texts."""
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            expect(cell(page, row, column)).to_have_value(text)


def paste(page, text: str) -> None:
    put_on_clipboard(page, text)
    page.keyboard.press("Control+v")


def all_saved(page) -> None:
    expect(page.locator("[data-standing]")).to_contain_text("全部已保存")


def test_cell_saves_itself_and_says_so(grid, place, axe):
    cell(grid, 0, 0).click()
    grid.keyboard.type("１,200")
    grid.keyboard.press("Enter")
    all_saved(grid)
    expect(cell(grid, 0, 0)).to_have_value("1200")
    expect(grid.locator(f"#f-{TOWN}201-households-state")).to_contain_text("已保存")
    expect(cell(grid, 1, 0)).to_be_focused()
    expect(grid.locator("td").first.locator("[data-change]")).to_have_text("+200")
    assert stored(place.quarterly_return)[0][0] == 1200
    axe(grid)


def test_keys_of_a_spreadsheet(grid):
    cell(grid, 0, 0).click()
    walk = [
        ("ArrowRight", 0, 1), ("ArrowDown", 1, 1), ("ArrowLeft", 1, 0), ("ArrowUp", 0, 0), ("End", 0, 4), ("Home", 0, 0),
        ("Enter", 1, 0), ("Shift+Enter", 0, 0), ("Tab", 0, 1), ("Shift+Tab", 0, 0), ("Control+End", 2, 4),
        ("Control+Home", 0, 0), ("Control+ArrowDown", 2, 0), ("Control+ArrowRight", 2, 4), ("Control+ArrowUp", 0, 4),
        ("Tab", 1, 0),
    ]  # fmt: skip
    for key, row, column in walk:
        grid.keyboard.press(key)
        expect(cell(grid, row, column), key).to_be_focused()
    grid.keyboard.press("ArrowLeft")
    expect(grid.locator("th a", has_text="2号村")).to_be_focused()
    grid.keyboard.press("ArrowDown")
    grid.keyboard.press("ArrowRight")
    expect(cell(grid, 2, 0)).to_be_focused()


def test_control_arrow_stops_at_the_end_of_a_run(grid):
    cell(grid, 0, 0).click()
    paste(grid, "1\t2\t\t3\t4\n")
    expect_rows(grid, ["1", "2", "", "3", "4"])
    for key, column in (("ArrowRight", 1), ("ArrowRight", 3), ("ArrowRight", 4), ("ArrowLeft", 3)):
        grid.keyboard.press(f"Control+{key}")
        expect(cell(grid, 0, column)).to_be_focused()


def test_typing_replaces_and_f2_amends(grid):
    cell(grid, 0, 0).fill("12")
    grid.keyboard.press("Enter")
    grid.keyboard.press("ArrowUp")
    grid.keyboard.type("5")
    expect_rows(grid, ["5"])
    grid.keyboard.press("Escape")
    expect_rows(grid, ["12"])
    grid.keyboard.press("F2")
    grid.keyboard.type("3")
    grid.keyboard.press("ArrowLeft")
    grid.keyboard.type("9")
    expect_rows(grid, ["1293"])


def test_pinyin_enter_stays_in_the_cell(grid):
    """While a candidate is being chosen no key is the grid's, and nothing half-composed is saved."""
    grid.clock.install()
    cell(grid, 0, 0).click()
    session = grid.context.new_cdp_session(grid)
    session.send("Input.imeSetComposition", {"text": "yi", "selectionStart": 2, "selectionEnd": 2})
    grid.evaluate("""() => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", {key: "Enter", keyCode: 229, isComposing: true, bubbles: true, cancelable: true}))""")
    expect(cell(grid, 0, 0)).to_be_focused()
    expect(cell(grid, 0, 0)).to_have_value("yi")
    grid.clock.run_for(PAUSES_MS)
    expect(grid.locator(f"#f-{TOWN}201-households-state")).to_have_count(0)
    session.send("Input.insertText", {"text": "１２"})
    grid.keyboard.press("Enter")
    all_saved(grid)
    expect_rows(grid, ["12"])


def test_block_from_excel_is_pasted_saved_and_undone(grid, place):
    cell(grid, 0, 0).click()
    paste(grid, block(3))
    expect_rows(grid, *[["1000", "900", "800", "600", "500"]] * 3)
    expect(grid.locator("tfoot [data-total=households] .figure")).to_have_text("3,000")
    expect(grid.locator("tfoot [data-rate=coverage]")).to_have_text("88.8%")
    all_saved(grid)
    assert stored(place.quarterly_return) == [BEFORE] * 3
    grid.keyboard.press("Control+z")
    expect(grid.locator("[data-said]")).to_have_text("已撤销 15 格。")
    expect_rows(grid, *[[""] * 5] * 3)
    grid.keyboard.press("Control+y")
    expect_rows(grid, *[["1000", "900", "800", "600", "500"]] * 3)
    all_saved(grid)
    assert stored(place.quarterly_return) == [BEFORE] * 3


def test_bad_values_of_a_block_are_marked_and_stay_to_be_read(grid, place, axe, shot):
    cell(grid, 0, 0).click()
    paste(grid, '"1,234"\t２３\t1.2万\tNaN\t1e5\n-3\t"a ""b""\nc"\t\t 7 \t＝1\r\n')
    expect_rows(grid, ["1234", "23", "12000", "NaN", "1e5"], ["-3", 'a "b" c', "", "7", "＝1"])
    expect(grid.locator("[data-said]")).to_have_text("已粘贴 10 格，其中 5 格无法识别，已标出。")
    expect(grid.locator("[data-standing]")).to_contain_text("5 个数字未保存")
    for row, column in ((0, 3), (0, 4), (1, 0), (1, 1), (1, 4)):
        expect(cell(grid, row, column)).to_have_attribute("aria-invalid", "true")
    expect(grid.locator("[data-problems]")).to_contain_text("“1e5”是科学计数法")
    expect(grid.locator("[data-problems]")).to_contain_text("“-3”是负数")
    kept(grid, "NaN", "1e5", "-3", 'a "b" c', "＝1")
    assert stored(place.quarterly_return)[:2] == [(1234, 23, 12000, None, None), (None, None, None, 7, None)]
    axe(grid)
    shot(grid, "grid-bad-paste")
    grid.reload()
    expect_rows(grid, ["1234", "23", "12000", "NaN", "1e5"])


def test_paste_over_locked_cells_and_the_edge_skips_and_says_so(grid, place):
    ReturnLine.objects.filter(area_id=f"{TOWN}202", quarterly_return=place.quarterly_return).update(
        status=LineStatus.APPROVED, **{figure.name: 9 for figure in FIGURES}
    )
    grid.reload()
    cell(grid, 0, 3).click()
    paste(grid, "1\t2\t3\n4\t5\t6\n7\t8\t9\n1\t1\t1\n")
    expect(grid.locator("[data-said]")).to_contain_text("跳过锁定的 2 格；超出表格的 6 格未粘贴")
    expect(cell(grid, 0, 3)).to_have_value("1")
    expect(cell(grid, 2, 4)).to_have_value("8")
    all_saved(grid)
    assert [row[3:] for row in stored(place.quarterly_return)] == [(1, 2), (9, 9), (7, 8)]


def test_range_is_copied_cut_cleared_and_filled(grid):
    cell(grid, 0, 0).click()
    paste(grid, "1\t2\n3\t4\n5\t6\n")
    expect_rows(grid, ["1", "2"], ["3", "4"], ["5", "6"])
    for key in ("Shift+ArrowDown", "Shift+ArrowRight"):
        grid.keyboard.press(key)
    expect(grid.locator("td.is-selected")).to_have_count(4)
    grid.keyboard.press("Control+c")
    until(grid, lambda: clipboard(grid).splitlines() == ["1\t2", "3\t4"], "the range on the clipboard")
    grid.keyboard.press("Control+d")
    expect_rows(grid, ["1", "2"], ["1", "2"], ["5", "6"])
    grid.keyboard.press("Delete")
    expect_rows(grid, ["", ""], ["", ""], ["5", "6"])
    grid.keyboard.press("Control+z")
    grid.keyboard.press("Control+z")
    expect_rows(grid, ["1", "2"], ["3", "4"], ["5", "6"])
    cell(grid, 2, 0).click()
    grid.keyboard.press("Control+d")
    expect_rows(grid, ["1", "2"], ["3", "4"], ["3", "6"])


def test_mouse_selects_a_range_and_one_value_fills_it(grid):
    first, last = cell(grid, 0, 1).bounding_box(), cell(grid, 2, 2).bounding_box()
    grid.mouse.move(first["x"] + 20, first["y"] + 10)
    grid.mouse.down()
    grid.mouse.move(last["x"] + 20, last["y"] + 10, steps=8)
    grid.mouse.up()
    expect(grid.locator("td.is-selected")).to_have_count(6)
    paste(grid, "7")
    expect_rows(grid, *[["", "7", "7", ""]] * 3)
    cell(grid, 0, 0).click()
    cell(grid, 1, 0).click(modifiers=["Shift"])
    expect(grid.locator("td.is-selected")).to_have_count(2)


def test_undo_takes_a_cell_as_it_was_typed(grid):
    for number, text in enumerate(("12", "345")):
        cell(grid, number, 0).click()
        grid.keyboard.type(text)
    grid.keyboard.press("Enter")
    grid.keyboard.press("Control+z")
    expect_rows(grid, ["12"], [""], [""])
    grid.keyboard.press("Control+z")
    expect_rows(grid, [""], [""], [""])
    grid.keyboard.press("Control+Shift+z")
    expect_rows(grid, ["12"], [""], [""])


def test_problems_appear_at_the_cell_and_in_the_list_and_go_again(grid, axe, shot):
    cell(grid, 1, 0).click()
    paste(grid, "1000\t1001\t800\t600\t500\n")
    problems = grid.locator("[data-problems]")
    expect(problems).to_contain_text("2号村：宽带覆盖户数（1001）大于总户数（1000）")
    expect(cell(grid, 1, 1)).to_have_attribute("aria-invalid", "true")
    shot(grid, "grid-errors")
    axe(grid)
    grid.click("[data-problems] a")
    grid.keyboard.type("900")
    grid.keyboard.press("Enter")
    expect(problems).to_be_hidden()
    expect(cell(grid, 1, 1)).not_to_have_attribute("aria-invalid", "true")


SAID = "城中小区拆迁十二户"


def test_oddity_opens_the_fields_for_its_explanation(grid, place, axe, shot):
    cell(grid, 0, 0).click()
    paste(grid, "1000\t900\t800\t600\t499\n")
    reason, sentence, problems = (
        grid.locator(f"#f-{TOWN}201-reason"),
        grid.locator(f"#e-{TOWN}201"),
        grid.locator("[data-problems]"),
    )
    expect(sentence).to_be_visible()
    expect(problems).to_contain_text("请用一句话说明原因")
    grid.keyboard.press("F8")
    expect(sentence).to_be_focused()
    grid.keyboard.type("情况属实，已核实")
    grid.keyboard.press("Shift+Tab")
    expect(problems).to_contain_text("1号村·说明：说明过于笼统，请写明原因：例如哪个小区、多少户、何时。")
    expect(reason).to_be_focused()
    shot(grid, "explanation-hollow")
    axe(grid)
    reason.select_option("demolition")
    sentence.fill(SAID)
    grid.keyboard.press("Enter")
    expect(problems).to_be_hidden()
    all_saved(grid)
    line = place.quarterly_return.lines.first()
    assert (line.reason, line.explanation, line.explained["about"]) == ("demolition", SAID, ["fibre_users"])


def test_explanation_falls_away_with_its_figure_and_comes_back_with_it(grid, place, axe, shot):
    place.quarterly_return.lines.filter(area_id=f"{TOWN}201").update(**dict(zip(NAMES, BEFORE, strict=True)))
    grid.reload()
    sentence, problems = grid.locator(f"#e-{TOWN}201"), grid.locator("[data-problems]")
    type_figure(grid, 4, "499")
    grid.locator(f"#f-{TOWN}201-reason").select_option("demolition")
    sentence.fill(SAID)
    grid.keyboard.press("Enter")
    expect(problems).to_be_hidden()
    all_saved(grid)

    grid.context.set_offline(True)
    type_figure(grid, 4, "498")
    fallen = "1号村·说明：原说明之后数字已改（光网用户数 499 → 498），请重新说明或删去。"
    expect(problems).to_contain_text(fallen)
    grid.context.set_offline(False)
    all_saved(grid)
    expect(problems).to_contain_text(fallen)
    expect(sentence).to_have_value(SAID)
    shot(grid, "explanation-fallen")
    axe(grid)

    cell(grid, 1, 0).click()
    grid.keyboard.press("Control+z")
    expect(cell(grid, 0, 4)).to_have_value("499")
    expect(problems).to_be_hidden()
    type_figure(grid, 4, "500")
    expect(grid.locator(".explain").first).to_contain_text("不再列作说明，可重写或删去")
    expect(problems).to_be_hidden()
    type_figure(grid, 4, "498")
    sentence.fill(SAID + "，四月又拆一户")
    grid.keyboard.press("Enter")
    expect(problems).to_be_hidden()
    all_saved(grid)
    assert place.quarterly_return.lines.first().explained["figures"]["fibre_users"] == 498


def test_late_answer_says_nothing_of_a_figure_that_was_typed_over(grid, place):
    place.quarterly_return.lines.filter(area_id=f"{TOWN}201").update(**dict(zip(NAMES, BEFORE, strict=True)))
    grid.reload()
    late = []
    grid.route("**/problems/**", lambda route: late.append((route, route.fetch())))
    type_figure(grid, 4, "499")
    until(grid, lambda: late, "the server was asked about the row.")
    grid.route("**/cells/", lambda route: route.abort())
    type_figure(grid, 4, "498")
    says = grid.locator("tr", has=cell(grid, 0, 4)).first
    expect(says).to_contain_text("500 → 498")
    with grid.expect_response("**/problems/**"):
        for route, response in late:
            route.fulfill(response=response)
    grid.wait_for_timeout(PAUSES_MS // 10)
    expect(says).to_contain_text("500 → 498")
    expect(says).not_to_contain_text("500 → 499")


def type_figure(page, column: int, text: str) -> None:
    cell(page, 0, column).fill(text)
    page.keyboard.press("Enter")


TYPED = [
    "", " ", "0", "1234", "1,234", "12,34", "１２３", "１，２３４", "1.2万", "1.23456万", "1.23450万", "0.0001万", "1.5", "1.0",
    "NaN", "1e5", "-3", "－3", "+3", "3-", "０．０８万", "2147483647", "2147483648", "214748.3648万", "9" * 41, "一百",
    "12 万", "万", "1,234.5万", "\u200b7", "7\u00a0", "\u30007", "0012", "x" * 30, "1.", ".5", "1_000", "٣", "1 2",
]  # fmt: skip


def ask_figures(page, function: str, given):
    """What a function that uses the grid's first module makes of what is given."""
    module = "import('/static/js/entry-figures.js')"
    return page.evaluate(f"given => {module}.then(({{ readFigure, rateOf }}) => ({function})(given))", given)


def test_browser_reads_a_cell_as_the_server_does(grid):
    def here(text: str) -> list:
        try:
            return [FIGURES[0].read(text), ""]
        except ValueError as error:
            return [None, str(error)]

    there = ask_figures(grid, "texts => texts.map(readFigure).map(it => [it.value, it.error])", TYPED)
    assert there == [here(text) for text in TYPED]


def test_rates_are_cut_and_never_rounded_up(grid):
    pairs = [(999, 1000), (2, 3), (9999999, 10000000), (0, 5), (5, 0), (2147483646, 2147483647), (7, 7), (5, 2)]
    shown = ask_figures(grid, "pairs => pairs.map(([part, whole]) => rateOf(part, whole))", pairs)
    assert shown == ["99.9%", "66.6%", "99.9%", "0.0%", "—", "99.9%", "100.0%", "250.0%"]


def test_help_names_the_keys(grid, axe, shot):
    grid.click("text=快捷键和填法")
    expect(grid.get_by_text("向下填充")).to_be_visible()
    axe(grid)
    shot(grid, "grid-help")


LINES = [
    (1000, 900, 800, 600, 500), (999, 900, 800, 600, 500), (1000, 1001, 800, 600, 500), (1000, 900, 901, 600, 601),
    (1000, 900, 800, 901, 500), (1000, 900, 800, 900, 801), (1000, 900, 619, 600, 500), (1000, 900, 620, 600, 500),
    (1000, 900, 800, 600, 379), (1000, 900, 800, 600, 380), (1000, None, 800, 600, 500), (None,) * 5, (0, 0, 0, 0, 0),
    (1000, None, None, 600, None), (2000000000, 1, 0, 3, 3), (999, 1001, 800, 600, 500), (999, 900, None, 600, 500),
]  # fmt: skip


def test_browser_finds_in_a_line_what_the_server_finds(page, signed_in, place):
    """Cell by cell and in the list, with blanks counted: the same sentences, before and after the server has spoken.

    What only a survey of the whole return finds is switched off.
    """
    CheckTerms.objects.create(
        county=TOWN[:6], code=ODDITIES, bound=0, reason="只比对浏览器能核对的", by=place.reviewer, number=1
    )
    signed_in(page, place.clerk).goto(f"/returns/{place.quarterly_return.pk}/?check=1")
    for figures in LINES:
        page.route("**/problems/**", lambda route: route.abort())
        cell(page, 0, 0).click()
        paste(page, "\t".join("" if figure is None else str(figure) for figure in figures))
        all_saved(page)
        here = said_of_problems(page)
        page.unroute("**/problems/**")
        page.reload()
        assert here == said_of_problems(page), figures


def said_of_problems(page) -> tuple:
    row = page.locator("tbody.village").first
    listed = page.locator("[data-problems] li").all_inner_texts()
    return listed, row.locator("[data-notes]").all_inner_texts(), row.locator(".explain").is_visible()


def test_slip_is_seen_without_a_network(grid):
    grid.context.set_offline(True)
    cell(grid, 0, 0).click()
    paste(grid, "1000\t1001\t800\t600\t499")
    problems = grid.locator("[data-problems]")
    expect(problems).to_contain_text("1号村：宽带覆盖户数（1001）大于总户数（1000），不应超过：请核对后改正。")
    expect(grid.locator(f"#e-{TOWN}201")).to_be_hidden()
    cell(grid, 0, 1).click()
    grid.keyboard.type("900")
    grid.keyboard.press("Enter")
    expect(problems).to_contain_text("1号村：光网用户数比上季减少（500 → 499）。请核对，属实请用一句话说明原因。")
    expect(problems).not_to_contain_text("大于总户数")
    expect(grid.locator(f"#e-{TOWN}201")).to_be_visible()


# --- The first moment of a page ---


def open_before_the_grid_listens(page, place, release: str = "continue_"):
    """The page of the return, seen and used while its last module is still on its way; ``release()`` ends that."""
    on_their_way = []
    page.route("**/js/entry.js", lambda route: on_their_way.append(route))
    page.goto(f"/returns/{place.quarterly_return.pk}/", wait_until="commit")
    expect(page.locator(".footer")).to_be_visible()
    until(page, lambda: bool(on_their_way), "the grid's last module is asked for")
    return lambda: getattr(on_their_way[0], release)()


def test_block_pasted_before_the_grid_listens_lies_where_it_belongs(page, signed_in, place):
    release = open_before_the_grid_listens(signed_in(page, place.clerk), place)
    cell(page, 1, 0).click()
    paste(page, block(2))
    release()
    for row in (1, 2):
        for column, figure in enumerate(BEFORE):
            expect(cell(page, row, column)).to_have_value(str(figure))
    expect(page.locator("[data-said]")).to_have_text("已粘贴 10 格。")
    all_saved(page)
    assert stored(place.quarterly_return)[1:] == [BEFORE, BEFORE]


def test_cell_in_which_one_stands_already_takes_a_block_and_keys(page, signed_in, place):
    release = open_before_the_grid_listens(signed_in(page, place.clerk), place)
    cell(page, 1, 0).click()
    page.keyboard.type("77")
    release()
    all_saved(page)
    assert stored(place.quarterly_return)[1][0] == 77
    paste(page, block(1))
    expect_rows(page, [""], [str(figure) for figure in BEFORE])


def test_paste_goes_as_the_browser_does_it_when_the_grid_does_not_come(page, signed_in, place):
    release = open_before_the_grid_listens(signed_in(page, place.clerk), place, "abort")
    cell(page, 0, 0).click()
    paste(page, "1000")
    release()
    expect(cell(page, 0, 0)).to_have_value("1000")
