"""Dormant accounts are found, told of, closed and opened again; an account's life stands on its page; alarms reach the inbox."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions, dormancy
from accounts.models import AuditEntry, LoginFailures, LoginSession, Token, User
from accounts.posts import Post
from accounts.tokens import issue
from common import clock
from upkeep import chores, logins

pytestmark = pytest.mark.django_db


def days_ago(days: float):
    return clock.real_now() - timedelta(days=days)


@pytest.fixture
def people(make_user):
    return {post: make_user(post) for post in Post}


@pytest.fixture
def clerk(people):
    return people[Post.CLERK]


def titles(user) -> list[str]:
    return [item.title for item in logins.pending(user)]


# Days since the last login, since the account was made, since it was opened, since its token was used: told of, closed.
UNUSED = [
    (75, 400, None, None, False, False), (77, 400, None, None, True, False), (89.9, 400, None, None, True, False),
    (90.1, 400, None, None, True, True), (None, 80, None, None, True, False), (None, 91, None, None, True, True),
    (91, 400, 3, None, False, False), (91, 400, 91, None, True, True), (91, 400, None, 3, False, False),
    (91, 400, None, 91, True, True), (91, 3, None, None, False, False),
]  # fmt: skip


@pytest.mark.parametrize(("login", "made", "opened", "token", "told", "closed"), UNUSED)
def test_unused_account_is_told_of_and_closed(login, made, opened, token, told, closed, people):
    user = people[Post.OPERATOR]
    if token is not None:
        issue(name="统计", days=30, by=user)
        Token.objects.update(last_used_at=days_ago(token))
    User.objects.filter(pk=user.pk).update(
        created_at=days_ago(made),
        last_login=login and days_ago(login),
        active_since=opened and days_ago(opened),
    )

    assert any("即将停用" in title for title in titles(people[Post.SYSTEM_ADMIN])) is told
    assert dormancy.close_unused() == closed
    assert User.objects.get(pk=user.pk).is_active is not closed


def test_last_holder_of_each_administrators_post_is_never_closed(make_user):
    for post in Post:
        make_user(post)
    make_user(Post.AUDITOR, username="second")
    User.objects.update(created_at=days_ago(400), last_login=None)

    dormancy.close_unused()

    left = list(User.objects.active().values_list("post", flat=True).order_by("post"))
    assert left == [Post.AUDITOR, Post.SECURITY_ADMIN, Post.SYSTEM_ADMIN]


def test_nothing_is_closed_where_dormancy_is_off(people, settings):
    settings.DORMANT_DAYS = 0
    User.objects.update(created_at=days_ago(4000))

    assert dormancy.close_unused() == 0 and titles(people[Post.SYSTEM_ADMIN]) == []


def test_closed_account_is_opened_by_the_security_administrator_alone(people, clerk):
    User.objects.filter(pk=clerk.pk).update(created_at=days_ago(91))
    dormancy.close_unused()
    admin, security = Client(), Client()
    admin.force_login(people[Post.SYSTEM_ADMIN])
    security.force_login(people[Post.SECURITY_ADMIN])

    assert "因长期未登录" in admin.get(reverse("accounts:user", args=[clerk.pk])).text
    assert admin.post(reverse("accounts:enable_user", args=[clerk.pk])).status_code == 409
    security.post(reverse("accounts:reopen_user", args=[clerk.pk]))

    clerk.refresh_from_db()
    assert clerk.is_active and clerk.dormant_since is None
    assert dormancy.close_unused() == 0
    told = AuditEntry.objects.filter(subject_key=str(clerk.pk)).exclude(action="personal.look").order_by("pk")
    assert list(told.values_list("action", "username")) == [
        ("account.close_dormant", "（系统）"), ("account.reopen", people[Post.SECURITY_ADMIN].username)
    ]  # fmt: skip


def test_account_that_the_administrator_disabled_is_not_reopened(people, clerk):
    actions.disable(user=clerk, by=people[Post.SYSTEM_ADMIN])

    assert not actions.reopen(user=clerk, by=people[Post.SECURITY_ADMIN]).is_active


def test_worker_closes_what_nobody_uses(people, clerk):
    User.objects.filter(pk=clerk.pk).update(created_at=days_ago(91))
    chores.close_unused_accounts.__wrapped__()
    assert not User.objects.get(pk=clerk.pk).is_active


@pytest.mark.parametrize(("days", "told"), [(-1, False), (0, True), (14, True), (15, False), (None, False)])
def test_end_of_an_accounts_time_is_told_beforehand(days, told, people, clerk):
    today = clock.real_now().astimezone(clock.now().tzinfo).date()
    User.objects.filter(pk=clerk.pk).update(valid_until=None if days is None else today + timedelta(days=days))

    for post in (Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN):
        assert any("有效期将满" in title for title in titles(people[post])) is told
    assert titles(clerk) == []
    listed = Client()
    listed.force_login(people[Post.SYSTEM_ADMIN])
    page = listed.get(reverse("accounts:users") + "?ends=expiring").text
    assert (clerk.username in page) is told


def test_alarm_reaches_the_security_administrator_alone(people):
    now = clock.real_now()
    LoginFailures.objects.create(kind="account", username="li", failures=20, last_at=now, reached_at=now)

    assert titles(people[Post.SECURITY_ADMIN]) == ["登录失败达到上限 1 处"]
    assert titles(people[Post.SYSTEM_ADMIN]) == titles(people[Post.AUDITOR]) == []


def test_account_without_a_post_waits_for_the_security_administrator(people):
    said = {"name": "新人", "unit": "东城街道办事处", "requested_by": "李主任", "basis": "申请表第 12 号"}
    made, _ = actions.create_account(username="new", by=people[Post.SYSTEM_ADMIN], **said)

    (item,) = (each for each in logins.pending(people[Post.SECURITY_ADMIN]) if "待分配岗位" in each.title)
    assert item.title == "账号新人（new）待分配岗位" and item.url == reverse("accounts:assign_post", args=[made.pk])
    assert item.words == "单位：东城街道办事处，申请人：李主任，依据：申请表第 12 号"
    assert titles(people[Post.SYSTEM_ADMIN]) == titles(people[Post.AUDITOR]) == []
    seat = {"post": Post.LEADER, "area": people[Post.LEADER].area, "operator": None, "seen": made.session_version}
    actions.assign_post(user=made, by=people[Post.SECURITY_ADMIN], **seat)
    assert titles(people[Post.SECURITY_ADMIN]) == []


def test_life_of_an_account_stands_on_a_page(people, make_area):
    admin, security = people[Post.SYSTEM_ADMIN], people[Post.SECURITY_ADMIN]
    asked = {"requested_by": "石角镇王主任", "basis": "申请表第 12 号", "valid_until": date(2099, 12, 31)}
    user, _ = actions.create_account(username="zhang", name="张三", unit="石角镇人民政府", **asked, by=admin)
    area = make_area("441802199", name="石角镇")
    actions.assign_post(user=user, post=Post.CLERK, area=area, operator=None, seen=0, by=security)
    actions.reset_password(user=user, by=admin)
    actions.disable(user=user, by=admin)
    LoginSession.objects.create(user=user, digest="d")

    for post in (Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN, Post.AUDITOR):
        client = Client()
        client.force_login(people[post])
        page = client.get(reverse("accounts:life", args=[user.pk])).text
        told = ("石角镇王主任", "申请表第 12 号", "2099年12月31日", admin.name, security.name)
        assert all(words in page for words in (*told, "建立账号", "分配岗位", "重置密码", "停用账号"))
        assert ("/accounts/audit/" in page.partition("<main")[2]) is (post == Post.AUDITOR)
