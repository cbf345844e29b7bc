"""The acceptance chain in the browser: how many interactions it takes, and every page clean under axe."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from inspection import collecting
from inspection.collecting import EvidenceUpload
from inspection.models import Publication, Report, Unit
from inspection.vocabulary import InspectionAction, ReportState, UnitState
from tests.browser.hands import follow
from tests.evidence.files import JPEG, PNG, distinct, exif
from tests.inspection.conftest import COVERED, TOWN, XINMA, chain, day, district, fall, people  # noqa: F401
from tests.inspection.making import bring

pytestmark = pytest.mark.django_db(transaction=True)


class Counted:
    """A person at a page: every click and every field filled is one interaction."""

    def __init__(self, page, signed_in) -> None:
        self.page, self._signed_in, self.interactions = page, signed_in, 0

    def sits_down(self, user) -> None:
        """A fresh sign-in, which is not counted."""
        self.page.context.clear_cookies()
        self._signed_in(self.page, user)
        self.page.goto("/")

    def clicks(self, role: str, name: str) -> None:
        """What opens a page."""
        self.interactions += 1
        follow(self.page, self.page.get_by_role(role, name=name).first)

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()


@pytest.mark.journey
def test_from_meeting_the_standard_to_a_sent_report_takes_five(page, signed_in, people):  # noqa: F811
    """The evidence not counted: it takes as many as there are units, or one for all photos together."""
    hand = Counted(page, signed_in)
    hand.sits_down(people.clerk)
    hand.clicks("link", "个单位达标可申报")
    hand.clicks("button", "起草自查报告")
    bring(Report.objects.get(), people.clerk)
    hand.clicks("button", "提请签发")
    hand.sees("已提请负责人签发")
    hand.sits_down(people.head)
    hand.clicks("link", "达标自查报告")
    hand.clicks("button", "签发报送")
    hand.sees("已签发，报送区经信局")

    assert Report.objects.get().state == ReportState.SUBMITTED
    assert hand.interactions == 5, "at most 8 are allowed"


@pytest.mark.journey
def test_reviewing_a_clean_report_takes_four(page, signed_in, chain, people):  # noqa: F811
    chain.sent(COVERED, XINMA)
    hand = Counted(page, signed_in)
    hand.sits_down(people.reviewer)
    hand.clicks("link", "达标自查报告")
    hand.clicks("button", "受理审核")
    hand.clicks("link", "一并通过")
    hand.clicks("button", "2 个单位拟通过，报请复核")
    hand.sees("2 个单位已办理“拟通过，报请复核”")

    assert set(Unit.objects.values_list("state", flat=True)) == {UnitState.VETTED_PASS}
    assert hand.interactions == 4, "at most 6 are allowed"


def test_a_whole_group_is_chosen_at_once(page, signed_in, people):  # noqa: F811
    signed_in(page, people.clerk).goto(reverse("inspection:new"))
    group = page.locator("fieldset", has=page.locator(f"#unit-{COVERED}"))
    group.get_by_role("button", name="全不选").click()
    expect(page.locator(f"#unit-{COVERED}")).not_to_be_checked()
    expect(page.locator(f"#unit-{TOWN}")).to_be_checked()
    group.get_by_role("button", name="全选").click()
    expect(page.locator(f"#unit-{COVERED}")).to_be_checked()


def test_pages_of_the_township_are_clean(page, signed_in, chain, people, axe, shot):  # noqa: F811
    signed_in(page, people.clerk).goto(reverse("inspection:index"))
    axe(page)
    page.goto(reverse("inspection:new"))
    axe(page)
    shot(page, "inspection-new")
    report = chain.drafted(TOWN, COVERED)
    collecting.add(report=report, given=EvidenceUpload("现场.png", PNG, "photo", "聚居点"), by=people.clerk)
    fall()
    page.goto(reverse("inspection:report", args=[report.pk]))
    axe(page)
    shot(page, "inspection-draft-changed")
    follow(page, page.get_by_role("button", name="提请签发"))
    expect(page.get_by_text("个单位不能申报").first).to_be_visible()
    axe(page)
    shot(page, "inspection-draft-refused")


def test_pages_of_the_bureau_are_clean(page, signed_in, chain, people, axe, shot):  # noqa: F811
    report = chain.taken(TOWN, COVERED)
    village = report.units.select_related("report", "frozen").get(area_id=COVERED)
    signed_in(page, people.reviewer).goto(reverse("inspection:report", args=[report.pk]))
    axe(page)
    shot(page, "inspection-examining")
    page.goto(reverse("inspection:examine", args=[village.pk]))
    axe(page)
    shot(page, "inspection-checklist")
    follow(page, page.get_by_role("button", name="退回补正"))
    expect(page.get_by_text("请选择符合或不符合")).to_be_visible()
    page.check("#finding-S16-met")
    follow(page, page.get_by_role("button", name="退回补正"))
    expect(page.get_by_text("退回补正须指明")).to_be_visible()
    axe(page)
    chain.ruled(InspectionAction.PASS, village)
    page.context.clear_cookies()
    signed_in(page, people.bureau_head).goto(reverse("inspection:examine", args=[village.pk]))
    axe(page)
    shot(page, "inspection-confirm")
    follow(page, page.get_by_role("button", name="复核同意"))
    page.goto(reverse("inspection:unit", args=[village.pk]))
    axe(page)
    shot(page, "inspection-unit")
    page.goto(reverse("inspection:compile"))
    axe(page)


def test_pages_of_the_government_are_clean(page, signed_in, chain, people, axe, shot):  # noqa: F811
    submission = chain.heard(TOWN, COVERED)
    signed_in(page, people.government).goto("/")
    axe(page)
    page.goto(reverse("inspection:submission", args=[submission.pk]))
    axe(page)
    shot(page, "inspection-deciding")
    page.goto(reverse("inspection:submission_batch", args=[submission.pk]))
    follow(page, page.get_by_role("button", name="确认审定"))
    expect(page.get_by_text("2018年第1批").first).to_be_visible()
    axe(page)
    for name in ("public_objections", "basis"):
        page.goto(reverse(f"inspection:{name}", args=[submission.pk]))
        axe(page)
    page.goto(reverse("notices:notice", args=[submission.notices.get().token]))
    axe(page)
    page.goto(reverse("inspection:submissions"))
    axe(page)
    page.goto(reverse("inspection:early"))
    axe(page)
    page.context.clear_cookies()
    signed_in(page, people.lead_unit).goto(reverse("inspection:publish", args=[TOWN, "G04"]))
    axe(page)
    shot(page, "inspection-publish")
    page.select_option("#medium", index=1)
    page.fill("#published_on", page.get_attribute("#published_on", "max"))
    page.fill("[name=headline]", "石角镇建成全光网乡镇")
    page.fill("[name=outlet]", "清城区融媒体中心")
    follow(page, page.locator("main button[type=submit]"))
    page.goto(reverse("inspection:publication", args=[Publication.objects.get().pk]))
    expect(page.get_by_role("button", name="撤下")).to_be_visible()
    axe(page)
    shot(page, "inspection-correction")


def test_page_of_a_merged_village_is_clean(page, signed_in, chain, people, axe, shot):  # noqa: F811
    signed_in(page, people.reviewer).goto(f"{reverse('successions:new')}?act=merge&from={COVERED}")
    expect(page.get_by_role("button", name="预览影响")).to_be_visible()
    axe(page)
    shot(page, "area-succession")


def test_many_files_are_sent_one_by_one(page, signed_in, chain, people, axe, shot):  # noqa: F811
    """What is refused is named and takes nothing with it; the table asks for what belongs nowhere."""
    report = chain.drafted(XINMA, COVERED)
    signed_in(page, people.clerk).goto(reverse("inspection:add_evidence", args=[report.pk]))
    axe(page)
    place = {
        "GPSLongitudeRef": "E",
        "GPSLongitude": (113.2001, 0.0, 0.0),
        "GPSLatitudeRef": "N",
        "GPSLatitude": (23.7, 0.0, 0.0),
    }
    files = [
        ("a.jpg", distinct(1, exif=exif("2018:06:01 10:00:00", place=place))), ("坏.jpg", JPEG[:60]), ("b.jpg", distinct(2)),
    ]  # fmt: skip
    page.get_by_label("文件（可多选）").set_input_files(
        [{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in files]
    )
    page.get_by_label("类别").select_option(label="现场照片")
    page.get_by_label("实测下行速率（兆）").fill("很快")
    page.get_by_role("button", name="上传").click()
    expect(page.locator("#upload-status")).to_contain_text("已保存 0 个，未保存 3 个")
    expect(page.locator("#refused-files li")).to_have_count(1)
    expect(page.locator("#refused-files")).to_contain_text("文件均未保存")
    page.get_by_label("实测下行速率（兆）").fill("")
    page.get_by_role("button", name="上传").click()
    expect(page.locator("#upload-status")).to_contain_text("已保存 2 个，未保存 1 个")
    expect(page.locator("#refused-files")).to_contain_text("下列文件未保存，其余已保存")
    expect(page.get_by_role("alert", name="未保存的文件")).to_contain_text("“坏.jpg”")
    follow(page, page.get_by_role("link", name="查看已保存的材料"))
    expect(page.locator("#photo-map[data-ready=yes]")).to_be_visible()
    axe(page)
    shot(page, "inspection-evidence")
