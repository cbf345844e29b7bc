"""A figure that stands out, on a phone: one short sentence on the card, what it rests on folded beneath."""

from playwright.sync_api import expect

from returns.figures import NAMES
from tests.browser.entry_scene import TOWN, grown_in, standing_of, town
from tests.browser.hands import follow

VILLAGES = 12
ODD = f"#f-{TOWN}203-households"
PHONE = {"width": 390, "height": 844}


def test_oddity_is_said_in_one_clause_and_its_grounds_go_with_its_figure(
    page, signed_in, make_area, make_user, settings, axe, shot
):
    place = town(make_area, make_user, settings, villages=VILLAGES, before=standing_of)
    for number, line in enumerate(place.quarterly_return.lines.order_by("area_id"), 1):
        figures = dict(zip(NAMES, grown_in(number), strict=True))
        figures["households"] *= 10 if number == 3 else 1
        place.quarterly_return.lines.filter(pk=line.pk).update(**figures)
    page.set_viewport_size(PHONE)
    signed_in(page, place.clerk).goto(f"/returns/{place.quarterly_return.pk}/")
    follow(page, "text=检查并提请签发")

    cell = page.locator(f"td:has({ODD})")
    note, grounds = cell.locator("[data-code=oddities]"), cell.locator("[data-grounds=oddities]")
    page.locator("#entry-cards-list").select_option(f"{TOWN}203")
    households = grown_in(3)[0]
    expect(note).to_have_text(
        f"总户数 {households * 10:,}，按往期应在 {households} 左右，疑似小数点错位或多输 0"
        f"（应为 {households} 左右？）：请核对，属实请说明原因。"
    )
    expect(page.locator("[data-problems]")).not_to_contain_text("偏离为常见幅度")
    expect(grounds.get_by_text("偏离为常见幅度")).to_be_hidden()
    axe(page)
    shot(page, "oddity-phone")
    grounds.locator("summary").click()
    expect(grounds).to_contain_text("异常程度")
    expect(grounds).to_contain_text(f"上季 {households}（")

    page.locator(ODD).fill(str(households))
    page.locator(ODD).press("Tab")
    expect(note).to_have_count(0)
    expect(grounds).to_have_count(0)
