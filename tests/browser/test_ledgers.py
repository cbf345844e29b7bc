"""A township keeps its sites by workbook, and a long job is watched."""

from datetime import date

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from accounts.posts import Post
from areas.models import Site
from areas.vocabulary import SiteKind
from jobs.models import Job, JobState, seat_of
from tests.browser.hands import follow
from workbooks.ledgers.declared import FIRST_ROW

TOWN = "441802103"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.journey
def test_clerk_keeps_the_sites_by_workbook(page, signed_in, axe, shot, make_area, make_user, settings, tmp_path):
    settings.PORTAL_TODAY = date(2019, 4, 8)
    village = make_area(f"{TOWN}201", "秀溪村")
    for number in (1, 2):
        Site.objects.create(
            site_id=f"S-{number}", name=f"小学{number}", kind=SiteKind.SCHOOL, area=village, county="441802"
        )
    signed_in(page, make_user(Post.CLERK, area=TOWN)).goto("/areas/sites/?kind=school")
    follow(page, "text=用 Excel 维护点位")
    axe(page)
    shot(page, "ledger")
    with page.expect_download() as waiting:
        page.click("button:has-text('下载工作簿')")
    file = tmp_path / "点位.xlsx"
    waiting.value.save_as(file)

    book = load_workbook(file)
    (sheet,) = book.worksheets
    sheet.cell(FIRST_ROW, 3).value, sheet.cell(FIRST_ROW + 1, 4).value = "秀溪小学", "庙"
    book.save(file)
    page.set_input_files("#file", file)
    follow(page, "text=上传并预览")
    expect(page.locator("main")).to_contain_text("秀溪小学")
    expect(page.locator(".problems")).to_contain_text("D 类型")
    axe(page)
    shot(page, "ledger-preview")
    follow(page, "button:has-text('确认提交')")
    expect(page.locator(".messages")).to_contain_text("改动 1 行")
    assert sorted(Site.objects.values_list("name", flat=True)) == ["小学2", "秀溪小学"]
    page.goto("/ledgers/")
    axe(page)


def test_job_shows_by_itself_how_far_it_is(page, signed_in, axe, shot, make_user):
    clerk = make_user(Post.CLERK, area=TOWN)
    job = Job.objects.create(
        title="写入点位台账", unit="行", by=clerk, seat=seat_of(clerk), state=JobState.RUNNING, heartbeat_at=timezone.now(),
        started_at=timezone.now(), done=1, total=4, sentence="正在写入",
    )  # fmt: skip
    signed_in(page, clerk).goto(job.get_absolute_url())
    expect(page.locator("main")).to_contain_text("25%")
    axe(page)
    shot(page, "job-running")
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, sentence="已写入 4 行。", finished_at=timezone.now())
    expect(page.locator("main")).to_contain_text("已写入 4 行。")
    axe(page)
    page.goto("/jobs/")
    axe(page)
