"""One coordinate, from the clerk's hand to the register, each interaction counted; and the pages as people see them."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from acceptance.judging import judging
from areas.models import Site
from proposals import actions
from proposals.actions import Why
from proposals.drafts import ItemDraft
from proposals.models import Proposal
from proposals.vocabulary import Act, Door, ProposalAction
from tests import scenes
from tests.browser.hands import Hands, follow
from tests.evidence.files import photo
from tests.proposals.conftest import people

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}
TO_SENT, TO_ACCEPTED = 4, 3


@pytest.fixture(autouse=True)
def day(settings, tmp_path):
    settings.PORTAL_TODAY = date(2018, 8, 15)


@pytest.fixture
def district(make_area):
    found = scenes.build_district(make_area)
    judging.refresh("441802")
    return found


@pytest.fixture
def propose(people):
    def ask(*drafts: ItemDraft, by=None) -> Proposal:
        why = Why("surveyed", "村委会清点", "源府〔2018〕9号")
        return actions.propose(drafts=drafts, by=by or people.clerk, source=Door.PAGE, why=why)[0]

    return ask


def another(page, signed_in, user):
    page.context.clear_cookies()
    return signed_in(page, user)


@pytest.mark.journey
def test_one_coordinate_from_the_page_to_the_register(page, signed_in, people, axe, shot):
    page.set_viewport_size(PHONE)
    signed_in(page, people.clerk).goto(reverse("areas:site", args=["S-2"]))
    clerk = Hands(page)
    clerk.follow(".value-deeds a[href*='column=place'], .value-deeds a[href*='column=lon']")
    expect(page.locator("#place-map[data-ready]")).to_be_visible()
    expect(page.locator("#place")).to_be_focused()
    clerk.paste("23.7001,113.1")
    axe(page)
    shot(page, "proposal-new")
    page.focus("#document")
    clerk.type("现场核对记录")
    with page.expect_navigation():
        clerk.press("Enter")
    expect(page.locator("#preview")).to_contain_text("改变已经结束的季度的结果")
    expect(page.locator("#preview")).to_contain_text("经纬度次序相反")
    axe(page)
    shot(page, "proposal-preview")
    clerk.follow("#preview button")
    expect(page.locator(".message-success")).to_contain_text("已提交")
    assert clerk.leave()[1] <= TO_SENT
    axe(page)
    shot(page, "proposal-sent")

    another(page, signed_in, people.reviewer).goto("/")
    reviewer = Hands(page)
    reviewer.follow("text=变更申请待审定 1 件")
    axe(page)
    shot(page, "proposal-queue")
    reviewer.follow("tbody th a")
    expect(page.locator("main")).to_contain_text("改变已经结束的季度的结果")
    expect(page.locator("#place-map[data-ready]")).to_be_visible()
    axe(page)
    shot(page, "proposal-decide")
    reviewer.follow("button[value=accept]")
    assert reviewer.leave()[1] <= TO_ACCEPTED
    expect(page.locator(".message-success")).to_contain_text("已办结")
    assert (Site.objects.get(site_id="S-2").lon, Site.objects.get(site_id="S-2").lat) == (113.1, 23.7001)


def test_place_is_dragged_and_taken_from_the_phone(page, signed_in, people):
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 113.1001, "latitude": 23.7012, "accuracy": 80})
    signed_in(page, people.clerk).goto(f"{reverse('proposals:new')}?table=sites&key=S-2&column=place")
    expect(page.locator("#place-map[data-ready]")).to_be_visible()
    page.click("#use-position")
    expect(page.locator("#place-map-status")).to_contain_text("误差约 80 米：误差较大")
    expect(page.locator("#place")).to_have_value("113.100100, 23.701200")

    pin = page.locator(".place-pin:not(.is-old)").bounding_box()
    page.mouse.move(pin["x"] + 9, pin["y"] + 9)
    page.mouse.down()
    page.mouse.move(pin["x"] + 69, pin["y"] + 9, steps=5)
    page.mouse.up()
    expect(page.locator("#place-map-status")).to_contain_text("已填入拖到的位置")
    expect(page.locator("#place")).not_to_have_value("113.100100, 23.701200")


def test_files_and_words_outlive_an_error(page, signed_in, people, axe, shot, tmp_path, settings):
    settings.VAR_DIR = tmp_path
    picture = tmp_path / "现场.jpg"
    picture.write_bytes(photo())
    page.set_viewport_size(PHONE)
    signed_in(page, people.clerk).goto(
        f"{reverse('proposals:new')}?table=areas&key={scenes.FAR}&column=permanent_households"
    )
    page.fill("#permanent_households", "19")
    page.fill("#reason", "挨户数过")
    page.set_input_files("#proofs", picture)
    follow(page, "button:has-text('查看影响')")
    expect(page.locator(".problems")).to_contain_text("请选择：情况变化")
    expect(page.locator(".held")).to_contain_text("现场.jpg")
    axe(page)
    shot(page, "proposal-refused")
    page.get_by_label("原登记有误").check()
    page.select_option("#reason_code", "below")
    follow(page, "button:has-text('查看影响')")
    follow(page, "#preview button")
    expect(page.get_by_alt_text("依据：现场.jpg")).to_be_visible()
    expect(page.locator("main")).to_contain_text("挨户数过")
    axe(page)
    shot(page, "proposal-with-photo")


def test_pages_of_proposals(page, signed_in, people, propose, axe, shot):
    turning = propose(
        ItemDraft("areas", scenes.FAR, Act.CORRECT, {"permanent_households": "19"}),
        ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": "31"}),
    )
    back = propose(ItemDraft("areas", scenes.COVERED, Act.END, on=date(2018, 8, 1)))
    silent = propose(ItemDraft("areas", scenes.NEAR, Act.CORRECT, {"permanent_households": "33"}))
    gone = propose(ItemDraft("areas", f"{scenes.XIUXI}203", Act.VOID))
    actions.decide(proposal=back, action=ProposalAction.SEND_BACK, version=1, by=people.reviewer, reason="请附拆迁文件")
    actions.decide(proposal=gone, action=ProposalAction.ACCEPT, version=1, by=people.reviewer)
    looks = {
        "head": {
            "queue": reverse("proposals:index"),
            "every": reverse("proposals:index") + "?state=every",
            "none": reverse("proposals:index") + "?q=zzz",
            "batch": reverse("proposals:batch"),
            "policy": reverse("proposals:policy"),
            "level": reverse("proposals:level", args=["areas", "name"]),
            "denominators": reverse("proposals:denominators"),
            "decide": reverse("proposals:proposal", args=[turning.pk]),
            "settled": reverse("proposals:proposal", args=[gone.pk]),
            "silent": reverse("proposals:proposal", args=[silent.pk]),
        },
        "clerk": {
            "own": reverse("proposals:index"),
            "returned": reverse("proposals:proposal", args=[back.pk]),
            "revise": reverse("proposals:revise", args=[back.pk]),
            "waiting": reverse("proposals:new") + f"?table=areas&key={scenes.FAR}",
            "add": reverse("proposals:new") + f"?table=areas&act=add&area={scenes.XIUXI}",
            "add-site": reverse("proposals:new") + f"?table=sites&act=add&area={scenes.FAR}",
            "move": reverse("proposals:new") + "?table=sites&key=S-2&column=area_code",
            "end": reverse("proposals:new") + f"?table=areas&key={scenes.FAR}&act=end",
            "void": reverse("proposals:new") + f"?table=areas&key={scenes.FAR}&act=void",
            "home": "/",
        },
        "operator": {
            "point": reverse("proposals:new") + "?table=access_points&key=DX-1&column=downstream_mbps",
            "home-operator": "/",
        },
    }
    for who, places in looks.items():
        another(page, signed_in, getattr(people, who))
        for name, place in places.items():
            assert page.goto(place).ok, place
            axe(page)
            shot(page, f"proposals-{name}")


__all__ = ["people"]
