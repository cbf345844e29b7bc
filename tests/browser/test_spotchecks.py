"""Spot checks on a phone: without a network, and sent in order when there is one."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from areas.models import Area
from inspection.spotcheck import actions
from inspection.spotcheck.models import Frame, SampleFinding
from tests.browser.hands import until
from tests.evidence.files import photo
from tests.inspection.conftest import QUARTER, TOWN, day, district, people

__all__ = ["day", "district", "people"]

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def sample(people, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    at = datetime(2018, 7, 2, 1, 0, tzinfo=UTC)
    town = Area.objects.get(code=TOWN)
    return actions.draw(
        township=town, quarter=QUARTER, frame=Frame.SITES, size=3, seed="3f9a", at=at, by=people.reviewer
    )


@pytest.fixture
def phone(open_page, signed_in, people, sample):
    here = {"longitude": 113.1001, "latitude": 23.7012, "accuracy": 8}
    page = open_page(viewport=PHONE, geolocation=here, permissions=["geolocation"], has_touch=True, is_mobile=True)
    signed_in(page, people.reviewer).goto("/spotcheck/field/")
    expect(page.locator("[data-standing]")).to_contain_text("3 个对象已存在本机")
    return page


def choose(page: Page, name: str) -> None:
    page.locator(f"[data-things] a:has-text('{name}')").first.click()
    expect(page.locator("[data-title]")).to_contain_text(name)


def save(page: Page, outcome: str, name: str, **fields: str) -> None:
    page.get_by_label(outcome, exact=True).check()
    for label, text in fields.items():
        page.locator(f"[data-visit] [name={label}]").fill(text)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-notice]")).to_contain_text(f"“{name}”已存在本机")


@pytest.mark.journey
def test_checks_without_a_network_are_sent_in_their_order(phone, sample, axe, shot):
    phone.evaluate("navigator.serviceWorker.ready.then(() => null)")
    axe(phone)
    shot(phone, "spotcheck-field")
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator("[data-standing]")).to_contain_text("3 个对象已存在本机")
    names = list(sample.items.order_by("order").values_list("name", flat=True))

    choose(phone, names[0])
    phone.get_by_role("button", name="保存", exact=True).click()
    expect(phone.locator("[data-problems]")).to_contain_text("请选择结果")
    phone.get_by_role("button", name="取当前位置作为坐标").click()
    expect(phone.locator("[data-located]")).to_contain_text("误差约 8 米")
    taken = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo(2400, 1800)}
    phone.locator("#field-photo").set_input_files(taken)
    expect(phone.locator("[data-photo-said]")).to_contain_text("照片已存在本机，误差约 8 米")
    axe(phone)
    shot(phone, "spotcheck-field-form")
    save(phone, "不合格", names[0], mbps="31.5", remark="没有端口")
    choose(phone, names[1])
    save(phone, "合格", names[1], mbps="96")
    expect(phone.locator("[data-standing]")).to_contain_text("未发送 2 条")
    assert not SampleFinding.objects.exists()

    phone.context.set_offline(False)
    until(phone, lambda: SampleFinding.objects.count() == 2, "both have arrived")
    expect(phone.locator("[data-standing]")).not_to_contain_text("未发送")
    bad, good = SampleFinding.objects.order_by("pk")
    assert (bad.item.order, bad.outcome, bad.mbps, bad.accuracy_m, bad.photos.count()) == (1, "failed", 31.5, 8, 1)
    assert (good.item.order, good.outcome) == (2, "passed") and round(bad.photos.get().taken_lat, 4) == 23.7012


def test_colleague_was_faster_and_one_chooses(phone, sample, people):
    name = sample.items.get(order=1).name
    seen = actions.Observation("failed", datetime(2018, 7, 3, tzinfo=UTC).date(), remark="断电")
    actions.enter(item=sample.items.get(order=1), seen=seen, by=people.second)
    choose(phone, name)
    save(phone, "合格", name)
    phone.get_by_role("link", name="待处理 1").click()
    expect(phone.locator("[data-entries]")).to_contain_text("您报的是 合格，已登记的是 不合格（赵审核，第 1 次）")
    phone.get_by_role("button", name="按我报的").click()
    expect(phone.locator("[data-entries] .badge-state")).to_have_text("已发送")
    assert [each.outcome for each in SampleFinding.objects.order_by("pk")] == ["failed", "passed"]


def test_village_walk_shows_none_of_the_checks(phone, sample):
    name = sample.items.get(order=1).name
    choose(phone, name)
    save(phone, "合格", name)
    until(phone, SampleFinding.objects.exists, "it has arrived")
    phone.goto("/field/#outbox")
    expect(phone.locator("[data-entries]")).to_contain_text("本机没有走访记录")
