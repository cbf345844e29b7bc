"""Certificates and spot checks as people see them: axe finds nothing, nothing is too wide, the public page fits a phone."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.posts import Post
from areas.models import Area
from inspection import samples
from inspection.spotcheck import actions as checking
from inspection.spotcheck.actions import Observation
from inspection.spotcheck.models import Frame, Sample
from inspection.spotcheck.photos import Taken
from reports.certificates.models import Certificate, Withdrawal
from reports.certificates.register import address
from reports.certificates.withdrawal_views import address as address_of
from tests.browser.hands import follow
from tests.evidence.files import JPEG, png
from tests.inspection.conftest import NEAR, QUARTER, STREET, chain, district, people
from tests.reports.certificates.conftest import COVERED, TOWN, XINMA, Procedure, issued, own_keys, ratified

pytestmark = pytest.mark.django_db(transaction=True)
ON = date(2018, 8, 20)


@pytest.fixture(autouse=True)
def day(settings, monkeypatch):
    settings.PORTAL_TODAY = ON
    monkeypatch.setattr(samples, "STANDINGS", ())


@pytest.fixture
def awarded(issued, people) -> list[Certificate]:
    """A valid one, one under re-check whose withdrawal waits for the decision, one withdrawn."""
    town, village, hamlet = issued(TOWN, XINMA, COVERED)
    Procedure(village, people, ON).answered()
    Procedure(hamlet, people, ON).withdrawn()
    return [town, village, hamlet]


def test_pages_of_certificates(page, signed_in, axe, shot, awarded, people):
    signed_in(page, people.bureau_head)
    places = {"register": reverse("certificates:register"), "issue-empty": reverse("certificates:issue")}
    places |= {
        f"certificate-{name}": address(each) for name, each in zip(("valid", "recheck", "gone"), awarded, strict=True)
    }
    places |= {f"withdrawal-{each.state}": address_of(each) for each in Withdrawal.objects.all()}
    for name, place in places.items():
        assert page.goto(place).ok
        axe(page)
        shot(page, f"certificates-{name}")


@pytest.mark.journey
def test_awarding_in_the_browser(page, signed_in, axe, shot, ratified, people):
    ratified(TOWN, NEAR, COVERED)
    signed_in(page, people.second_government).goto(reverse("certificates:register"))
    follow(page, "text=给已通报的 3 个单位授牌")
    axe(page)
    shot(page, "certificates-issue")
    follow(page, page.get_by_role("button", name="全选本组"))
    assert page.locator("input[name=units]:checked").count() == 2
    page.get_by_label("源潭镇").check()
    follow(page, "main button:has-text('授牌')")

    expect(page.locator("main")).to_contain_text("已授牌 3 个单位")
    assert Certificate.objects.count() == 3


def test_a_step_refused_is_shown_beside_its_field(page, signed_in, axe, shot, awarded, people):
    signed_in(page, people.government)
    page.goto(address_of(Withdrawal.objects.open().get()))
    page.fill("#id_keep_reason", "   ")
    follow(page, "button:has-text('决定维持')")

    expect(page.locator(".problems")).to_be_visible()
    axe(page)
    shot(page, "certificates-refused")
    expect(page.locator("#id_keep_reason")).to_be_visible()


def test_public_page_is_one_screen_on_a_phone_in_every_state(page, axe, shot, awarded):
    page.set_viewport_size({"width": 390, "height": 844})
    codes = [each.code_grouped for each in awarded]
    for name, code in zip(("valid", "recheck", "gone", "unknown"), [*codes, "2222-2222-2222-2222"], strict=True):
        page.goto(f"/c/{code}/")
        axe(page)
        assert page.evaluate("document.documentElement.scrollHeight") <= 844, name
        shot(page, f"public-{name}")


def test_code_is_typed_without_scripts(open_page, awarded):
    page = open_page(java_script_enabled=False)
    page.goto("/c/")
    page.fill("#code", "2222-2222-2222-2223")
    follow(page, "button")
    expect(page.locator("main")).to_contain_text("查验码有误")
    page.fill("#code", awarded[0].code_grouped.lower())
    follow(page, "button")
    expect(page.locator("h1")).to_contain_text("有效")


def test_other_public_pages(page, axe, shot, db):
    for name, place in {"index": "/c/", "slip": "/c/?code=abc", "key": "/c/key/"}.items():
        assert page.goto(place).ok
        axe(page)
        shot(page, f"public-{name}")


@pytest.fixture
def sample(people) -> Sample:
    at = datetime(2018, 7, 2, 1, 0, tzinfo=UTC)
    town = Area.objects.get(code=TOWN)
    made = {"quarter": QUARTER, "at": at, "by": people.reviewer}
    return checking.draw(township=town, frame=Frame.NATURAL_VILLAGES, size=3, seed="3f9a", **made)


def test_pages_of_spot_checks(page, signed_in, axe, shot, sample, people):
    first = sample.items.get(order=1)
    seen = Observation("failed", ON, mbps=31.5, remark="端口占满")
    checking.enter(item=first, seen=seen, photos=[Taken("a.jpg", JPEG)], by=people.reviewer)
    signed_in(page, people.reviewer)
    places = {
        "index": "",
        "draw": "draw/",
        "sample": f"{sample.pk}/",
        "card": f"{sample.pk}/2/",
        "again": f"{sample.pk}/1/",
    }
    for name, place in places.items():
        assert page.goto(f"/spotcheck/{place}").ok
        axe(page)
        shot(page, f"spotcheck-{name}")
    # A photo opened by itself: the browser's own page around it offends no policy (``faults`` of conftest).
    follow(page, "text=照片 1")
    expect(page.locator("img")).to_have_js_property("naturalWidth", 240)


def test_card_is_filled_on_a_phone_with_its_position(page, signed_in, axe, shot, sample, people, tmp_path):
    photo = tmp_path / "photo.png"
    photo.write_bytes(png())
    page.set_viewport_size({"width": 390, "height": 844})
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 113.1001, "latitude": 23.7012, "accuracy": 8})
    signed_in(page, people.reviewer).goto(f"/spotcheck/{sample.pk}/1/")
    assert min(box["height"] for box in (each.bounding_box() for each in page.locator("main .btn:visible").all())) >= 44
    page.click("text=不合格")
    page.click("button:has-text('填入手机定位')")
    expect(page.locator("[data-located]")).to_contain_text("误差约 8 米")
    page.set_input_files("[name=photos]", photo)
    follow(page, "button[type=submit]:has-text('登记')")
    expect(page.locator(".problems")).to_be_visible()
    axe(page)
    shot(page, "spotcheck-card-refused")
    expect(page.get_by_alt_text("照片 1")).to_be_visible()
    page.fill("[name=remark]", "没有空闲端口")
    follow(page, "button[type=submit]:has-text('登记')")
    expect(page).to_have_url(re.compile(f"/spotcheck/{sample.pk}/2/$"))

    finding = sample.items.get(order=1).findings.get()
    assert (finding.outcome, finding.lon, finding.photos.count()) == ("failed", 113.1001, 1)


def test_empty_lists(page, signed_in, axe, shot, make_user):
    signed_in(page, make_user(Post.REVIEWER))
    for name in ("certificates:register", "spotcheck:index"):
        assert page.goto(reverse(name)).ok
        axe(page)
        shot(page, f"empty-{name.replace(':', '-')}")


__all__ = ["STREET", "chain", "district", "issued", "own_keys", "people", "ratified"]
