"""Tokens in the browser: issued, shown once, withdrawn; clean under axe on a desk and on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Token
from accounts.posts import Post
from tests.browser.hands import follow

PASSWORD = "Good-Pass-123"
PHONE = {"width": 390, "height": 844}


@pytest.mark.django_db(transaction=True)
def test_token_is_issued_shown_once_and_withdrawn(page, signed_in, make_user, axe, shot):
    signed_in(page, make_user(Post.OPERATOR, password=PASSWORD)).goto(reverse("accounts:me"))
    follow(page, "main a:has-text('接口令牌')")
    axe(page)
    page.fill("#id_name", "统计系统")
    page.get_by_label("现在的密码").fill(PASSWORD)
    follow(page, "button:has-text('发放令牌')")
    expect(page.locator("code.secret")).to_contain_text("gwtoken_")
    axe(page)
    shot(page, "tokens")
    page.goto(reverse("accounts:tokens"))
    expect(page.locator("code.secret")).to_have_count(0)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    axe(page)
    follow(page, "button:has-text('作废')")
    expect(page.locator(".messages")).to_contain_text("令牌“统计系统”已作废")
    assert Token.objects.get().revoked_at
