"""The pages of accounts in the browser: with the keyboard, without a fault of script or policy, clean under axe."""

from base64 import b32decode

import pytest
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from playwright.sync_api import expect

from accounts.audit import FAILED, record
from accounts.models import LoginFailures, User
from accounts.posts import Post
from tests.browser.hands import follow

PASSWORD = "Good-Pass-123"


@pytest.fixture
def people(make_user):
    """An administrator of each kind, a locked clerk, an account without a post, and something in the trail."""
    made = {post: make_user(post, username=f"{post}_one", password=PASSWORD, unit="区经信局") for post in Post}
    User.objects.create_user("new", name="新人")
    clerk = made[Post.CLERK]
    LoginFailures.objects.create(username=clerk.username, address="10.0.0.7", failures=5, last_at=timezone.now())
    now = timezone.now()
    guessed = {"username": "township_head_one", "failures": 20, "last_at": now, "reached_at": now}
    LoginFailures.objects.create(kind="account", **guessed)
    for number in range(30):
        record(action="account.edit", by=made[Post.SYSTEM_ADMIN], subject=clerk, detail={"name": ["甲" * number, "乙"]})
    record(action="audit.verify", by="某人", detail={"last_hash": "a1" * 32}, result=FAILED)
    return made


def test_login_with_the_keyboard_and_its_error(page, people, axe, shot, settings):
    settings.DEMONSTRATION = True
    page.goto(reverse("accounts:me"))
    axe(page)
    shot(page, "accounts-login")
    page.get_by_label("用户名").fill("clerk_one")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    axe(page)

    page.get_by_label("用户名").fill("system_admin_one")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()


# Post, address, and what it is called in shots.
PAGES = [
    (Post.CLERK, "accounts:me", "me"),
    (Post.CLERK, "accounts:password", "password"),
    (Post.CLERK, "accounts:audit", "forbidden"),
    (Post.SYSTEM_ADMIN, "accounts:users", "users"),
    (Post.SYSTEM_ADMIN, "accounts:new_user", "new-user"),
    (Post.SYSTEM_ADMIN, "accounts:user", "user-managed"),
    (Post.SYSTEM_ADMIN, "accounts:edit_user", "edit-user"),
    (Post.SECURITY_ADMIN, "accounts:users", "users-posts"),
    (Post.SECURITY_ADMIN, "accounts:user", "user-posts"),
    (Post.SECURITY_ADMIN, "accounts:assign_post", "assign-post"),
    (Post.SECURITY_ADMIN, "accounts:alarms", "alarms"),
    (Post.AUDITOR, "accounts:life", "life"),
    (Post.AUDITOR, "accounts:audit", "audit"),
    (Post.AUDITOR, "accounts:entry", "entry"),
]


@pytest.mark.parametrize(("post", "name", "shown"), PAGES)
def test_page_is_clean(post, name, shown, page, people, signed_in, axe, shot):
    of_account = ("accounts:user", "accounts:edit_user", "accounts:assign_post", "accounts:life")
    args = [people[Post.CLERK].pk] if name in of_account else [1] if name == "accounts:entry" else []

    answer = signed_in(page, people[post]).goto(reverse(name, args=args))

    assert answer.status == (403 if shown == "forbidden" else 200)
    axe(page)
    shot(page, f"accounts-{shown}")


@pytest.mark.parametrize(
    ("post", "name", "button"),
    [
        (Post.CLERK, "accounts:password", "修改密码"),
        (Post.SYSTEM_ADMIN, "accounts:new_user", "建立账号"),
        (Post.SECURITY_ADMIN, "accounts:assign_post", "保存"),
    ],
)
def test_form_with_errors_is_clean(post, name, button, page, people, signed_in, axe, shot):
    args = [people[Post.CLERK].pk] if name == "accounts:assign_post" else []
    signed_in(page, people[post]).goto(reverse(name, args=args))
    page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true })")
    if name == "accounts:assign_post":
        page.get_by_label("所属区域").select_option("")

    follow(page, page.locator("form.panel").get_by_role("button", name=button))

    expect(page.get_by_role("alert")).to_have_count(1)
    axe(page)
    shot(page, f"{name.replace(':', '-')}-errors")


def test_empty_lists_are_clean(page, people, signed_in, axe):
    signed_in(page, people[Post.AUDITOR]).goto(reverse("accounts:audit") + "?who=nobody")

    expect(page.locator("main")).to_contain_text("没有符合条件的记录")
    axe(page)


def test_chain_is_verified_with_a_button(page, people, signed_in, shot):
    signed_in(page, people[Post.AUDITOR]).goto(reverse("accounts:audit"))

    follow(page, page.get_by_role("button", name="验证审计链"))

    expect(page.locator(".messages")).to_contain_text("审计链完整：共 31 条")
    shot(page, "accounts-verified")


@pytest.mark.journey
def test_login_with_a_code_after_enrolling_with_the_keyboard(page, people, axe, shot, settings):
    """A head of the bureau is led to enrol, is given recovery codes once, and comes in with one of them the next time."""
    settings.SECOND_FACTOR_POSTS = ["bureau_head"]
    page.goto(reverse("accounts:login"))
    _give_password(page)
    expect(page.get_by_role("heading", name="启用两步验证")).to_be_visible()
    axe(page)
    shot(page, "accounts-enrol")
    secret = b32decode(page.locator("code.secret").inner_text().replace(" ", ""))
    page.get_by_label("现在的密码").fill(PASSWORD)
    page.get_by_label("验证码").fill(f"{TOTP(secret).token():06}")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    axe(page)
    shot(page, "accounts-recovery-codes")
    code = page.locator(".recovery-codes code").first.inner_text()

    page.context.clear_cookies()
    page.goto(reverse("accounts:me"))
    _give_password(page)
    expect(page.get_by_role("heading", name="两步验证")).to_be_visible()
    axe(page)
    shot(page, "accounts-second-step")
    page.get_by_label("验证码").fill(code)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()
    axe(page)


def _give_password(page) -> None:
    page.get_by_label("用户名").fill("bureau_head_one")
    page.get_by_label("密码").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
