"""A quarter in which the sources agree: what is known is confirmed in one act, and only the rest is typed."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from areas.models import AccessPoint, Operator, Site
from returns.models import FigureEntry, OperatorCount, ReturnState
from tests.browser.entry_scene import QUARTER, TALL, TOWN, stored, town

pytestmark = pytest.mark.django_db(transaction=True)
VILLAGES = 25
MOST_TOUCHED = 10
"""Cells that the clerk touches in such a quarter (the goal)."""


@pytest.fixture
def place(make_area, make_user, settings):
    """Each village is one natural village that is reached; operators have counted all villages but four."""
    found = town(make_area, make_user, settings, villages=VILLAGES, before=(1000, 1000, 1000, 600, 500))
    operator = Operator.objects.create(code="dx", name="电信")
    for number in range(1, VILLAGES + 1):
        village, at = f"{TOWN}{200 + number}", {"lon": 113.0, "lat": 23.5 + number / 100}
        make_area(f"{village}201", f"{number}号围", permanent_households=980)
        given = {f"given_{name}": value for name, value in at.items()}
        Site.objects.create(
            site_id=f"S{number}", area_id=f"{village}201", name=f"{number}号围", kind="settlement", county=TOWN[:6], **at,
            **given,
        )  # fmt: skip
        AccessPoint.objects.create(
            ap_id=f"A{number}", operator=operator, downstream_mbps=100, tv_only=False, opened_on=date(2018, 1, 1), **at,
            **given,
        )  # fmt: skip
        if number > 4:
            counted = {"broadband_users": 610 + number, "fibre_users": 505 + number}
            OperatorCount.objects.create(
                operator=operator, area_id=village, county=TOWN[:6], period=str(QUARTER), by=found.clerk, **counted
            )
    return found


def test_quarter_of_25_villages_touches_ten_cells_at_most(page, signed_in, place, axe, shot):
    page.set_viewport_size(TALL)
    signed_in(page, place.clerk).goto(f"/returns/{place.quarterly_return.pk}/")
    expect(page.get_by_text("117 个空格各来源一致")).to_be_visible()
    expect(page.locator(f"#f-{TOWN}205-broadband_users")).to_have_attribute("placeholder", "建议 615")
    page.get_by_role("link", name="查看建议数").click()
    axe(page)
    shot(page, "sources")
    folded, first = (
        page.get_by_text("查看 25 个村居的建议数及来源"),
        page.get_by_role("rowheader", name="1号村", exact=True),
    )
    expect(first).to_be_hidden()
    folded.click()
    expect(first).to_be_visible()
    axe(page)
    page.get_by_role("button", name="确认采用全部 117 格").click()
    expect(page.locator(".messages")).to_contain_text("已采用 117 格建议数")
    for number in range(1, 5):
        page.locator(f"#f-{TOWN}{200 + number}-broadband_users").fill(str(601 + 3 * number))
        page.locator(f"#f-{TOWN}{200 + number}-fibre_users").fill(str(499 + 2 * number))
    page.keyboard.press("Tab")
    expect(page.locator("[data-standing]")).to_contain_text("全部已保存")
    page.get_by_role("button", name="检查并提请签发").click()
    page.get_by_role("button", name="提请负责人签发").click()
    expect(page).to_have_url(re.compile("/receipt/"))

    place.quarterly_return.refresh_from_db()
    assert place.quarterly_return.state == ReturnState.SIGNING
    assert all(None not in line for line in stored(place.quarterly_return))
    by_hand = FigureEntry.objects.filter(line__quarterly_return=place.quarterly_return, source="")
    assert by_hand.count() == 8 <= MOST_TOUCHED
