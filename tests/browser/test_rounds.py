"""The form that opens a round: its due date goes with the quarter."""

from datetime import date

from playwright.sync_api import expect

from accounts.posts import Post
from tests.browser.hands import follow

ON = date(2019, 4, 8)


def test_due_date_goes_with_the_quarter_unless_it_was_typed(page, signed_in, make_user, settings, axe):
    settings.PORTAL_TODAY = ON
    signed_in(page, make_user(Post.REVIEWER)).goto("/returns/rounds/")
    quarter, due = page.get_by_label("季度"), page.get_by_label("截止日期")
    expect(due).to_have_value("2019-04-15")
    quarter.select_option("2018Q4")
    expect(due).to_have_value("2019-01-15")
    due.fill("2019-01-25")
    quarter.select_option("2019Q2")
    expect(due).to_have_value("2019-01-25")

    follow(page, page.get_by_role("button", name="开放填报"))
    fault = page.locator("#id_due_error")
    expect(fault).to_contain_text("通常为 2019-07-15")
    expect(due).to_have_value("2019-01-25")
    axe(page)
    due.fill("")
    quarter.select_option("2018Q3")
    expect(due).to_have_value("2018-10-15")
