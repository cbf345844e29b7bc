"""The field in the head of every page: answers as one types, by keys, by mouse, and not at all when logged out."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.posts import Post
from areas.vocabulary import AreaKind


@pytest.fixture
def field(page, signed_in, make_area, make_user):
    """The field on the search page of a reviewer, who sees a street and two villages."""
    make_area("441802", "清城区")
    make_area("441802107", "飞来峡镇")
    make_area("441802107201", "秀溪村")
    make_area("441802107202", "秀水村", kind=AreaKind.VILLAGE)
    signed_in(page, make_user(Post.REVIEWER, area="441802")).goto(reverse("areas:search"))
    return page.get_by_role("combobox")


def test_search_answers_as_one_types(page, field, axe, shot):
    field.press_sequentially("xx")
    expect(page.get_by_role("option")).to_have_count(1)
    field.press("Backspace")
    field.fill("秀")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(field).to_have_attribute("aria-expanded", "true")
    axe(page)
    shot(page, "search-suggestions")
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(page.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(page).to_have_url(re.compile(f"{reverse('areas:area', args=['441802107202'])}$"))


def test_search_suggestions_can_be_clicked_and_closed(page, field):
    field.fill("flxz")
    expect(page.get_by_role("option")).to_have_count(1)
    field.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    field.fill("441802107")
    page.get_by_role("option").first.click()
    expect(page).to_have_url(re.compile(f"{reverse('areas:area', args=['441802107'])}$"))


def test_search_without_a_choice_opens_the_page_of_answers(page, field):
    field.fill("没有的")
    expect(page.get_by_text("未找到，按回车查看查找方法")).to_be_visible()
    field.press("Enter")
    expect(page.get_by_text("请改用名称中的一两个字")).to_be_visible()


def test_search_of_an_ended_session_stays_a_plain_field(page, field):
    page.context.clear_cookies()
    with page.expect_response("**/suggestions/**"):
        field.fill("秀")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(field).to_have_value("秀")
