"""Operators' counts and the bounds of checks, as the people see them: empty, full, wrong."""

from datetime import date

import pytest
from playwright.sync_api import expect

from accounts.posts import Post
from areas.models import Area, Operator
from common.periods import Quarter
from returns import actions
from returns.counts import counts
from returns.counts.counts import CountInput
from returns.models import CountDraft, CountEntry, OperatorCount, Round
from tests.browser.entry_scene import TALL
from tests.browser.hands import follow, put_on_clipboard, until

TOWN = "441802103"
QUARTER = Quarter(2019, 1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(make_area, make_user, settings):
    """A town of two villages, two operators, and an open round."""
    settings.PORTAL_TODAY = date(2019, 4, 8)
    for number in (1, 2):
        make_area(f"{TOWN}20{number}", f"{number}号村")
    Area.objects.filter(pk=TOWN).update(name="源潭镇")
    Round.objects.create(county=TOWN[:6], period=str(QUARTER), due=date(2019, 4, 15))
    return {code: make_user(Post.OPERATOR, operator=code, name=code) for code in ("telecom", "mobile")}


def give(by, area: str, broadband: int, fibre: int) -> None:
    row = CountInput({"broadband_users": broadband, "fibre_users": fibre})
    operator = Operator.objects.get(pk=by.operator_id)
    counts.save(operator=operator, quarter=QUARTER, rows={area: row}, on=date(2019, 4, 8), by=by)


@pytest.fixture
def form(page, signed_in, scene):
    page.set_viewport_size(TALL)
    signed_in(page, scene["telecom"]).goto(f"/returns/operators/{TOWN[:6]}/2019Q1/")
    return page


def field(page, code: str, name: str):
    return page.locator(f"#f-{code}-{name}_users")


def all_saved(page) -> None:
    expect(page.locator("[data-standing]")).to_contain_text("全部已保存")


def counted() -> list[tuple]:
    return list(OperatorCount.objects.order_by("area_id").values_list("area_id", "broadband_users", "fibre_users"))


@pytest.mark.journey
def test_operator_counts_from_the_first_page(page, signed_in, axe, shot, scene):
    signed_in(page, scene["telecom"]).goto("/returns/operators/")
    axe(page)
    follow(page, "text=2019年第一季度")
    field(page, TOWN, "broadband").fill("1,200")
    field(page, TOWN, "fibre").fill("1300")
    page.keyboard.press("Enter")
    all_saved(page)
    expect(page.locator("[data-problems]")).to_contain_text("不应超过")
    expect(page.locator(f"[data-code='{TOWN}'] [data-state]").first).to_have_text("未计入")
    axe(page)
    shot(page, "counts-wrong")
    assert counted() == []

    page.keyboard.press("F8")
    expect(field(page, TOWN, "fibre")).to_be_focused()
    page.keyboard.type("1100")
    page.click("[data-fold]")
    field(page, f"{TOWN}201", "broadband").fill("60")
    field(page, f"{TOWN}201", "fibre").fill("50")
    page.keyboard.press("Enter")
    all_saved(page)
    expect(page.locator(f"[data-code='{TOWN}201'] [data-state]")).to_have_text("已计入")
    expect(page.locator(f"#f-{TOWN}-broadband_users-about [data-beneath]")).to_have_text("60")
    axe(page)
    shot(page, "counts")
    assert counted() == [(TOWN, 1200, 1100), (f"{TOWN}201", 60, 50)]
    follow(page, "text=上传或粘贴表格")
    axe(page)


def test_block_of_two_rows_lies_in_four_cells(form):
    form.click("[data-fold]")
    field(form, f"{TOWN}201", "broadband").click()
    put_on_clipboard(form, "60\t50\r\n1,070\t7０\r\n")
    form.keyboard.press("Control+v")
    all_saved(form)
    assert counted() == [(f"{TOWN}201", 60, 50), (f"{TOWN}202", 1070, 70)]
    form.keyboard.press("Control+z")
    expect(field(form, f"{TOWN}202", "broadband")).to_have_value("")
    until(form, lambda: counted() == [], "the block is taken back")


def test_block_lies_in_the_rows_that_are_shown(page, signed_in, scene, make_area):
    """A list of townships, pasted while their villages are folded away."""
    make_area("441802104", "龙塘镇")
    signed_in(page, scene["telecom"]).goto(f"/returns/operators/{TOWN[:6]}/2019Q1/")
    field(page, TOWN, "broadband").click()
    put_on_clipboard(page, "60\t50\n40\t30")
    page.keyboard.press("Control+v")
    all_saved(page)
    assert counted() == [(TOWN, 60, 50), ("441802104", 40, 30)]


def test_one_unreadable_figure_keeps_no_other_from_being_saved(form):
    form.click("[data-fold]")
    field(form, f"{TOWN}201", "broadband").click()
    put_on_clipboard(form, "60\t约50\n70\t65")
    form.keyboard.press("Control+v")
    expect(form.locator("[data-standing]")).to_contain_text("1 个数字未保存")
    until(form, lambda: counted() == [(f"{TOWN}202", 70, 65)], "the others are kept")
    expect(form.locator("[data-problems]")).to_contain_text("请填准确的整数")


def test_page_opens_without_a_network_and_sends_what_was_typed_later(killable, cable, session_of, scene):
    killable.address = f"http://localhost:{cable.port}"
    address = f"{killable.address}/returns/operators/{TOWN[:6]}/2019Q1/"
    page = killable.open(session_of(scene["telecom"]))
    page.set_viewport_size(TALL)
    page.goto(address)
    field(page, TOWN, "broadband").fill("1200")
    page.keyboard.press("Enter")
    all_saved(page)
    on_this_device(page)
    page.reload()
    on_this_device(page)
    cable.pull()

    page.goto(address)
    expect(page.locator("[data-offline-note]")).to_contain_text("离线打开")
    expect(field(page, TOWN, "broadband")).to_have_value("1200")
    field(page, TOWN, "fibre").fill("1100")
    page.keyboard.press("Enter")
    page.click("[data-fold]")
    field(page, f"{TOWN}201", "broadband").fill("60")
    page.keyboard.press("Enter")
    expect(page.locator("[data-banner]")).to_contain_text("您填的 2 个数字保存在本机")
    page.goto(address)
    expect(field(page, TOWN, "fibre")).to_have_value("1100")
    assert CountEntry.objects.filter(after=1100).count() == 0

    cable.plug()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    all_saved(page)
    expect(page.locator("[data-offline-note]")).to_be_hidden()
    assert counted() == [(TOWN, 1200, 1100)]
    assert CountDraft.objects.get(area_id=f"{TOWN}201").broadband_users == 60


def on_this_device(page) -> None:
    """The page lies on this device as it now stands, and the worker has all that it needs."""
    expect(page.locator("[data-kept]")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")


def test_reviewer_sees_where_the_operators_differ(page, signed_in, axe, shot, scene, make_user):
    clerk, head = make_user(Post.CLERK), make_user(Post.TOWNSHIP_HEAD)
    quarterly_return = actions.open_return(
        township=Area.objects.get(pk=TOWN), quarter=QUARTER, on=date(2019, 4, 8), by=clerk
    )
    figures = {"households": 1000, "broadband_covered_households": 900, "fibre_covered_households": 800}
    quarterly_return.lines.update(**figures, broadband_users=600, fibre_users=500)
    actions.hand_up(quarterly_return=quarterly_return, version=0, by=clerk)
    actions.submit(quarterly_return=quarterly_return, version=1, by=head)
    for by in scene.values():
        give(by, TOWN, 900, 700)
        give(by, f"{TOWN}201", 250, 200)

    reviewer = make_user(Post.REVIEWER, name="王审核")
    signed_in(page, reviewer).goto(f"/returns/{quarterly_return.pk}/review/")
    expect(page.locator(".review-row[open]")).not_to_have_count(0)
    page.click("#v-441802103201 .origin summary >> nth=0")
    axe(page)
    shot(page, "returns-review-odd")
    page.goto("/returns/comparison/2019Q1/")
    axe(page)
    shot(page, "comparison")
    follow(page, "text=源潭镇")
    axe(page)


def test_head_of_the_bureau_sets_a_bound(page, signed_in, axe, shot, scene, make_user):
    signed_in(page, make_user(Post.BUREAU_HEAD)).goto("/returns/checks/")
    axe(page)
    shot(page, "checks")
    follow(page, 'a[href="/returns/checks/operators/"]')
    page.fill("[name=bound]", "900")
    page.fill("[name=reason]", "各企业口径不一")
    follow(page, "main button[type=submit]")
    axe(page)
    expect(page.locator(".problems")).to_contain_text("0 至 100")
    page.fill("[name=bound]", "15")
    follow(page, "main button[type=submit]")
    page.click("text=改过 1 次")
    expect(page.locator("main")).to_contain_text("相差不多于 15 %")
