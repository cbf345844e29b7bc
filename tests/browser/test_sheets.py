"""A sheet of one's own: brought in, its reading confirmed, looked at, saved; interactions and screens counted."""

import re
from datetime import date

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from accounts.posts import Post
from areas.models import Area
from common.periods import Quarter
from returns import actions
from returns.models import OperatorCount, Return, Round
from tests.browser.hands import Hands, follow, put_on_clipboard
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
