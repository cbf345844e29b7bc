"""A quarter by workbook: download, type in a spreadsheet, upload, look, confirm."""

from datetime import date

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from accounts.posts import Post
from areas.models import Area
from common.periods import Quarter
from returns import actions
from tests.browser.hands import follow
from workbooks.layout import FIRST_ROW, SHEET

TOWN = "441802103"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.journey
def test_clerk_fills_a_quarter_by_workbook(page, signed_in, axe, shot, make_area, make_user, settings, tmp_path):
    settings.PORTAL_TODAY = date(2019, 4, 8)
    for number in range(1, 4):
        make_area(f"{TOWN}20{number}", f"{'黄青石'[number - 1]}岗村", valid_from=date(2019, 1, 1))
    clerk = make_user(Post.CLERK, name="陈经办")
    quarterly_return = actions.open_return(
        township=Area.objects.get(code=TOWN), quarter=Quarter(2019, 1), on=date(2019, 4, 8), by=clerk
    )
    signed_in(page, clerk).goto(f"/returns/{quarterly_return.pk}/")
    follow(page, "text=上传或粘贴表格")
    shot(page, "workbook-upload")
    axe(page)
    with page.expect_download() as waiting:
        page.click("button:has-text('下载工作簿')")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)

    book = load_workbook(file)
    for row, figures in enumerate(((1000, 900, 800, 600, 500), (300, 200, 100, 120, 60), (50, 80, 10, 5, 5))):
        for column, figure in enumerate(figures, start=3):
            book[SHEET].cell(FIRST_ROW + row, column).value = figure
    book.save(file)
    with page.expect_navigation():
        page.set_input_files("#file", file)
    expect(page.locator("main")).to_contain_text("将要改动 3 行、14 处")
    expect(page.locator(".problems")).to_contain_text("第 8 行 D 列")
    shot(page, "workbook-preview")
    axe(page)

    follow(page, "button:has-text('存为草稿')")
    expect(page.locator(".messages")).to_contain_text("还有 1 处未保存")
    assert [line.fibre_covered_households for line in quarterly_return.lines.order_by("area_id")] == [800, 100, 10]

    (tmp_path / "old.pdf").write_bytes(b"%PDF-1.4" + b"\0" * 600)
    page.goto(f"/returns/{quarterly_return.pk}/upload/")
    with page.expect_navigation():
        page.set_input_files("#file", tmp_path / "old.pdf")
    expect(page.locator("main")).to_contain_text("“old.pdf”是 PDF 文件")
    shot(page, "workbook-refused")
    axe(page)
