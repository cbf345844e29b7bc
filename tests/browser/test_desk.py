"""The desk in the browser: how few steps decisions take, by keys alone, and every state of it clean under axe."""

import re
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from inspection import compiling
from inspection.desk import signals
from inspection.desk.risk import RiskKind, RiskPart
from inspection.models import Submission, Unit, UnitLook
from inspection.vocabulary import InspectionAction, UnitState
from tests.browser.hands import Hands, follow, until
from tests.inspection.conftest import (
    COUNTY,
    COVERED,
    NEAR,
    TOWN,
    XINMA,
    chain,
    day,
    district,
    people,
)
from tests.inspection.test_desk import many

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["chain", "day", "district", "people"]


def desk_of(report, **query: str) -> str:
    said = "&".join(f"{name}={value}" for name, value in query.items())
    return reverse("inspection:desk", args=[report.pk]) + (f"?{said}" if said else "")


@pytest.mark.journey
def test_clean_unit_takes_two_keys_and_the_next_is_chosen(page, signed_in, chain, people):
    report = chain.taken(XINMA, COVERED)
    signed_in(page, people.reviewer).goto(desk_of(report))
    expect(page.locator("#unit-title")).to_contain_text("新马村 ·")
    hands = Hands(page)
    with page.expect_navigation():
        hands.press("p")
    expect(page.get_by_role("button", name="确认通过")).to_be_focused()
    with page.expect_navigation():
        hands.press("Enter")
    expect(page.locator("#unit-title")).to_contain_text("新马村新屋")
    expect(page.get_by_text("新马村：拟通过，待复核").first).to_be_visible()
    assert hands.leave()[1] == 2, "at most 2 are allowed"
    assert dict(report.units.values_list("area", "state")) == {XINMA: UnitState.VETTED_PASS, COVERED: UnitState.SENT}


def test_doubtful_unit_is_decided_without_leaving_the_desk(page, signed_in, chain, people):
    report = chain.taken(TOWN, COVERED)
    signed_in(page, people.reviewer).goto(desk_of(report))
    expect(page.locator("#unit-title")).to_contain_text("源潭镇")
    page.keyboard.press("p")
    for key in ("S10", "S11"):
        page.check(f"#finding-{key}-met")
    follow(page, page.get_by_role("button", name="渗透率未达参考值，仍予通过"))
    expect(page.get_by_role("alert")).to_contain_text("必须写明")
    expect(page.locator("#finding-S10-met")).to_be_checked()
    page.fill("#text", "p 逐季提高，jk 同意。")
    follow(page, page.get_by_role("button", name="渗透率未达参考值，仍予通过"))
    expect(page).to_have_url(re.compile("/desk/"))
    expect(page.locator("#unit-title")).to_contain_text("新屋")
    assert report.units.get(area=TOWN).state == UnitState.VETTED_PASS


def test_keys_walk_through_the_list_and_can_be_switched_off(page, signed_in, chain, people):
    report = chain.taken(TOWN, XINMA, COVERED)
    signed_in(page, people.reviewer).goto(desk_of(report))
    rows = page.locator("[data-desk-row]")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows.nth(1)).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("?")
    expect(page.locator("#desk-keys")).to_have_attribute("open", "")
    page.uncheck("#desk-keys-on")
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("#desk-keys-on")).not_to_be_checked()
    expect(rows.nth(2)).not_to_be_focused()


def submitted(people) -> Submission:
    """Two hundred passed units before the government, four of them of high risk."""
    units = list(many(people, 200).units.all())
    Unit.objects.filter(pk__in=[unit.pk for unit in units]).update(state=UnitState.PASSED)
    submission = compiling.compile_(
        county=COUNTY,
        units=list(Unit.objects.filter(state="passed").select_related("area", "report")),
        by=people.second,
    )
    compiling.submit(submission=submission, version=submission.version, on=date(2018, 7, 20), by=people.second_head)
    return submission


@pytest.fixture
def grave(monkeypatch):
    """The first four units have much against them, and the others nothing."""

    def asks(units):
        for unit in sorted(units, key=lambda unit: unit.area_id)[:4]:
            yield unit.pk, RiskPart(RiskKind.FALLEN, "按现在的数据已不达标")

    monkeypatch.setattr(signals, "SIGNALS", (asks,))


@pytest.mark.journey
def test_government_ratifies_two_hundred_having_seen_what_is_grave(page, signed_in, chain, people, grave, settings):
    settings.INSPECTION_BATCH_ALONE = 500
    chain.taken(NEAR)
    submission = chain.grounded(chain.noticed(submitted(people)))
    signed_in(page, people.government).goto(reverse("inspection:submission", args=[submission.pk]))
    hands = Hands(page)
    hands.follow("text=打开审核台")
    for left in (3, 2, 1, 0):
        with page.expect_navigation():
            hands.press("s")
        expect(page.locator(".lead")).to_contain_text(f"其中尚未查看 {left} 个")
    hands.follow("text=审定 >> visible=true")
    expect(page.get_by_role("button", name="确认审定")).to_be_focused()
    with page.expect_navigation():
        hands.press("Enter")
    assert hands.leave()[1] <= 10, "at most 10 are allowed"
    assert Unit.objects.ratified().count() == 200 and UnitLook.objects.count() == 4


def test_desk_of_reviewer_and_head_is_clean(page, signed_in, chain, people, axe, shot):
    report = chain.taken(TOWN, XINMA, COVERED)
    signed_in(page, people.reviewer).goto(desk_of(report))
    axe(page)
    shot(page, "desk-reviewer")
    page.goto(desk_of(report, text="没有这个"))
    axe(page)
    page.goto(desk_of(report, unit=str(report.units.get(area=COVERED).pk), **{"pass": "1"}))
    axe(page)
    shot(page, "desk-pass")
    page.goto(reverse("inspection:desk_batch", args=[report.pk]))
    axe(page)
    shot(page, "desk-batch")
    chain.ruled(InspectionAction.PASS, report.units.select_related("report", "frozen", "area").get(area=XINMA))
    page.context.clear_cookies()
    signed_in(page, people.bureau_head).goto(desk_of(report))
    axe(page)
    shot(page, "desk-head")


def test_desk_of_the_government_is_clean(page, signed_in, chain, people, axe, shot, grave):
    submission = chain.submitted(TOWN, XINMA)
    signed_in(page, people.government).goto(reverse("inspection:submission_desk", args=[submission.pk]))
    axe(page)
    shot(page, "desk-government")
    follow(page, page.get_by_role("button", name="记为拟退回"))
    expect(page.get_by_role("alert")).to_contain_text("退回必须写明原因")
    axe(page)
    page.goto(reverse("inspection:submission_batch", args=[submission.pk]))
    axe(page)
    shot(page, "desk-government-batch")


def test_desk_works_without_scripts(open_page, signed_in, chain, people):
    report = chain.taken(COVERED)
    bare = open_page(java_script_enabled=False)
    signed_in(bare, people.reviewer).goto(desk_of(report))
    follow(bare, bare.get_by_role("link", name="通过（无须说明）"))
    follow(bare, bare.get_by_role("button", name="确认通过"))
    until(bare, lambda: report.units.get().state == UnitState.VETTED_PASS, "the unit is proposed to pass")
