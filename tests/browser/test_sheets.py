"""A sheet of one's own: brought in, its reading confirmed, looked at, saved; interactions and screens counted."""

import base64
import re
from datetime import date

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from accounts.posts import Post
from areas.models import Area
from common.periods import Quarter
from returns import actions
from returns.figures import NAMES as FIELDS
from returns.models import OperatorCount, Return, Round
from tests.browser.hands import Hands, follow, put_on_clipboard
from tests.intake.corpus import CASES
from tests.intake.corpus.world import villages
from workbooks.models import CountUpload, RememberedReading, Upload

TOWN, COUNTY, DAY = "441802103", "441802", date(2019, 4, 8)
NAMES = [f"{first}{second}" for second in "岗塘坑围" for first in "黄青石新大东西南北中"]
FIGURES = [(1000 + 10 * number, 900 + number, 800 + number, 600 + number, 500 + number) for number in range(40)]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def town(make_area, settings) -> Area:
    """Forty villages in a town."""
    settings.PORTAL_TODAY = DAY
    for number, name in enumerate(NAMES, start=201):
        make_area(f"{TOWN}{number}", f"{name}村")
    Area.objects.filter(pk=TOWN).update(name="源潭镇")
    return Area.objects.get(pk=TOWN)


@pytest.fixture
def clerk(make_user):
    return make_user(Post.CLERK, name="陈经办")


@pytest.fixture
def quarterly_return(town, clerk) -> Return:
    return actions.open_return(township=town, quarter=Quarter(2019, 1), on=DAY, by=clerk)


def messy(path) -> None:
    """A town's own table: title, who fills it in, serial numbers, short names, two units, subtotal, total, a note, a new name."""
    book = Workbook()
    page = book.active
    page.title = "源潭镇"
    page["A1"] = "源潭镇2019年第一季度宽带及光网建设情况统计表"
    page.merge_cells("A1:H1")
    page["A2"] = "填报单位：源潭镇经济发展办      联系电话：0763-0000000"
    page.append(
        ["序号", "村（社区）", "总户数（万户）", "宽带覆盖户数", "光网覆盖户数", "宽带用户数", "光网用户数", "备注"]
    )
    for number, (name, figures) in enumerate(zip(NAMES, FIGURES, strict=True), start=1):
        written = "中围新" if name == NAMES[-1] else name
        page.append([number, written, figures[0] / 10_000, *figures[1:3], f"{figures[3]}户", figures[4], None])
        if number == 20:
            page.append([None, "小计", *_sums(FIGURES[:20])])
    page["F9"] = "约六百"
    page.append([None, "合计", *_sums(FIGURES)])
    page.append(["注：数据截至2019年3月31日。"])
    book.save(path)


def _sums(rows) -> list:
    households, *others = (sum(column) for column in zip(*rows, strict=True))
    return [households / 10_000, *others]


@pytest.mark.journey
def test_clerk_brings_a_messy_sheet_of_forty_villages(page, signed_in, axe, shot, clerk, quarterly_return, tmp_path):
    messy(tmp_path / "源潭一季度.xlsx")
    signed_in(page, clerk).goto(f"/returns/{quarterly_return.pk}/")
    hands = Hands(page)
    hands.follow("text=上传或粘贴表格")
    shot(page, "sheet-bring")
    axe(page)
    with page.expect_navigation():
        page.set_input_files("#file", tmp_path / "源潭一季度.xlsx")
    hands.count += 1
    expect(page.locator("h1")).to_contain_text("核对读法")
    shot(page, "sheet-reading")
    axe(page)
    page.get_by_label("名单中没有“中围新”").select_option(label="源潭镇中围村（441802103240）")
    hands.count += 1
    hands.follow("text=继续")
    expect(page.locator("h1")).to_contain_text("预览")
    expect(page.locator(".problems")).to_contain_text(re.compile("东岗村宽带用户数.*第 9 行 F 列.*约六百"))
    shot(page, "sheet-preview")
    axe(page)
    page.fill(f"#m-{TOWN}206-broadband_users", "605")
    hands.count += 1
    screens = hands.screens
    hands.follow("button:has-text('存为草稿')")

    expect(page.locator(".messages")).to_contain_text("40 行、200 处有改动")
    assert (screens, hands.count) == (3, 6)
    lines = quarterly_return.lines.order_by("area_id")
    assert [tuple(line.figures.values()) for line in lines] == FIGURES
    page.goto(f"/returns/{quarterly_return.pk}/upload/")
    expect(page.locator("#remembered-title ~ form")).to_contain_text("源潭一季度.xlsx")
    shot(page, "sheet-remembered")
    axe(page)
    follow(page, "text=删除")
    expect(page.locator("#remembered-title")).to_have_count(0)
    assert not RememberedReading.objects.exists()


def test_operator_pastes_a_table_anywhere_on_the_page(page, signed_in, axe, shot, town, make_user):
    Round.objects.create(county=COUNTY, period="2019Q1", due=date(2019, 4, 15))
    operator = make_user(Post.OPERATOR, operator="telecom")
    rows = [["某公司2019年一季度用户统计"], ["序号", "镇街", "村居", "宽带用户（万户）", "其中：光网用户"]]
    rows += [
        [str(number), "源潭镇" if number == 1 else "", name, f"{0.06 + number / 10_000:.4f}", str(500 + number)]
        for number, name in enumerate(NAMES, start=1)
    ]
    rows.append(
        [
            "",
            "源潭镇",
            "小计",
            f"{sum(600 + n for n in range(1, 41)) / 10_000:.4f}",
            str(sum(500 + n for n in range(1, 41))),
        ]
    )
    signed_in(page, operator).goto(f"/returns/operators/{COUNTY}/2019Q1/")
    hands = Hands(page)
    hands.follow("text=上传或粘贴表格")
    put_on_clipboard(page, "\n".join("\t".join(row) for row in rows))
    page.locator("h1").click()
    with page.expect_navigation():
        page.keyboard.press("Control+v")
    hands.count += 1
    expect(page.locator("h1")).to_contain_text("预览")
    shot(page, "counts-preview")
    axe(page)
    screens = hands.screens
    hands.follow("button:has-text('存为草稿')")
    expect(page.locator(".messages")).to_contain_text("41 行、82 处有改动")
    assert screens <= 3 and hands.count <= 8
    counted = {count.area_id: (count.broadband_users, count.fibre_users) for count in OperatorCount.objects.all()}
    assert counted == {f"{TOWN}{200 + n}": (600 + n, 500 + n) for n in range(1, 41)} | {TOWN: (24820, 20820)}
    assert CountUpload.objects.get().confirmed_at


def test_what_was_mended_in_the_preview_outlives_a_reload(page, signed_in, clerk, quarterly_return, tmp_path):
    messy(tmp_path / "a.xlsx")
    signed_in(page, clerk).goto(f"/returns/{quarterly_return.pk}/upload/")
    with page.expect_navigation():
        page.set_input_files("#file", tmp_path / "a.xlsx")
    page.get_by_label("名单中没有“中围新”").select_option(label="不读这一行")
    follow(page, "text=继续")
    field = page.locator(f"#m-{TOWN}206-broadband_users")
    field.fill("605")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        field.press("Tab")
    page.reload()
    expect(field).to_have_value("605")
    assert Upload.objects.get().mended == {f"{TOWN}206": {"broadband_users": "605"}}


def test_table_pasted_into_the_grid_is_not_laid_over_the_cells(page, signed_in, clerk, quarterly_return):
    signed_in(page, clerk).goto(f"/returns/{quarterly_return.pk}/")
    rows = [
        ["村居", "总户数", "宽带覆盖户数"],
        *([name, str(each[0]), str(each[1])] for name, each in zip(NAMES, FIGURES, strict=True)),
    ]
    put_on_clipboard(page, "\n".join("\t".join(row) for row in rows))
    page.locator("table[data-sheet] td input").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Control+v")
    expect(page.locator("h1")).to_contain_text("预览")
    expect(page.locator("h2")).to_contain_text("将要改动 40 行、80 处")
    assert not quarterly_return.lines.filter(households__gt=0).exists()


# --- Files of other programs, and files that are dropped ---


@pytest.mark.parametrize("name", ["linked", "form-numbers", "headings-broken", "blank-columns", "order-of-columns"])
def test_file_of_another_program_is_shown_with_its_figures(
    page, signed_in, make_area, make_user, settings, tmp_path, name
):
    """An .xls, two .et and two .ods as LibreOffice keeps them, of the corpus, in the township that each is of."""
    settings.PORTAL_TODAY = date(2019, 1, 7)
    case = next(each for each in CASES if each.name == name)
    for code, village, _, _ in villages(case.where):
        make_area(code, village)
    clerk = make_user(Post.CLERK, area=case.where)
    opened = actions.open_return(
        township=Area.objects.get(pk=case.where), quarter=Quarter(2018, 4), on=settings.PORTAL_TODAY, by=clerk
    )
    (tmp_path / case.file_name).write_bytes(case.make())

    signed_in(page, clerk).goto(f"/returns/{opened.pk}/upload/")
    with page.expect_navigation():
        page.set_input_files("#file", tmp_path / case.file_name)

    expect(page.locator("h1")).to_contain_text("预览")
    expect(page.locator(".lead, main").first).to_contain_text(case.file_name)
    for code, figures in case.right.items():
        for column, figure in figures.items():
            expect(page.locator(f"#m-{code}-{column}")).to_have_value("" if figure is None else str(figure))
    follow(page, "button:has-text('存为草稿')")
    lines = {line.area_id: line.figures for line in opened.lines.all()}
    assert {code: lines[code] | figures for code, figures in case.right.items()} == lines


_DROP = """([name, content]) => {
    const bytes = Uint8Array.from(atob(content), each => each.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], name));
    const over = new DragEvent("dragover", {dataTransfer: carried, bubbles: true, cancelable: true});
    const was_taken = !document.querySelector("main").dispatchEvent(over);
    const is_marked = document.querySelector("form[data-bring]").classList.contains("is-over");
    document.querySelector("main").dispatchEvent(
        new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true})
    );
    return [was_taken, is_marked];
}"""


def test_file_is_dropped_on_the_page(page, signed_in, clerk, quarterly_return, tmp_path):
    messy(tmp_path / "a.xlsx")
    signed_in(page, clerk).goto(f"/returns/{quarterly_return.pk}/upload/")
    content = base64.b64encode((tmp_path / "a.xlsx").read_bytes()).decode()
    with page.expect_navigation():
        assert page.evaluate(_DROP, ["源潭一季度.xlsx", content]) == [True, True]
    expect(page.locator("h1")).to_contain_text("核对读法")
    page.get_by_label("名单中没有“中围新”").select_option(label="源潭镇中围村（441802103240）")
    follow(page, "text=继续")
    expect(page.locator("main")).to_contain_text("源潭一季度.xlsx")
    for number, figures in enumerate(FIGURES, start=201):
        for column, figure in zip(FIELDS, figures, strict=True):
            expected = "约六百" if (number, column) == (206, "broadband_users") else str(figure)
            expect(page.locator(f"#m-{TOWN}{number}-{column}")).to_have_value(expected)


# --- Two at one sheet ---


def test_second_to_mend_a_cell_sees_what_a_colleague_put_there(
    open_page, signed_in, axe, shot, clerk, make_user, quarterly_return, tmp_path
):
    messy(tmp_path / "a.xlsx")
    mine = signed_in(open_page(viewport={"width": 1440, "height": 900}), clerk)
    theirs = signed_in(open_page(viewport={"width": 1440, "height": 900}), make_user(Post.CLERK, name="赵二"))
    mine.goto(f"/returns/{quarterly_return.pk}/upload/")
    with mine.expect_navigation():
        mine.set_input_files("#file", tmp_path / "a.xlsx")
    mine.get_by_label("名单中没有“中围新”").select_option(label="不读这一行")
    follow(mine, "text=继续")
    theirs.goto(mine.url)
    field = f"#m-{TOWN}206-broadband_users"
    theirs.locator(field).fill("605")
    with theirs.expect_response(lambda answer: answer.request.method == "POST"):
        theirs.locator(field).press("Tab")

    mine.locator(field).fill("606")
    with mine.expect_response(lambda answer: answer.request.method == "POST"):
        mine.locator(field).press("Tab")
    follow(mine, "button:has-text('存为草稿')")

    told = mine.locator(".problems").first
    expect(told).to_contain_text("您打开本页之后，本表已被他人改动")
    expect(told).to_contain_text("东岗村宽带用户数：赵二已改为“605”；您填的“606”未采用，再次提交则以此为准。")
    expect(mine.locator(field)).to_have_value("606")
    shot(mine, "sheet-overtaken")
    axe(mine)
    assert not quarterly_return.lines.filter(households__gt=0).exists()
    follow(mine, "button:has-text('存为草稿')")
    assert quarterly_return.lines.get(area_id=f"{TOWN}206").broadband_users == 606


def test_remark_that_explains_nothing_is_named(page, signed_in, axe, shot, clerk, quarterly_return):
    signed_in(page, clerk).goto(f"/returns/{quarterly_return.pk}/upload/")
    rows = [
        ["村居", "总户数", "宽带覆盖户数", "光网覆盖户数", "宽带用户数", "光网用户数", "备注"],
        *(
            [name, *map(str, each), "已核" if number % 3 else "新建金色家园小区，3月起入住30户"]
            for number, (name, each) in enumerate(zip(NAMES, FIGURES, strict=True))
        ),
    ]
    put_on_clipboard(page, "\n".join("\t".join(row) for row in rows))
    page.locator("h1").click()
    with page.expect_navigation():
        page.keyboard.press("Control+v")
    page.locator("summary:has-text('未作为说明的备注')").click()
    expect(page.locator("main")).to_contain_text("“已核”（26 处：")
    expect(page.locator(f"#row-{TOWN}202")).to_contain_text("表里的“已核”未采用")
    shot(page, "sheet-remarks")
    axe(page)
    follow(page, "button:has-text('存为草稿')")
    assert quarterly_return.lines.filter(explanation="").count() == 26
