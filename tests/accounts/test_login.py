"""The login page and the throttle: one answer for all who are not let in, and nobody else locked out."""

import re
import threading
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import argon2
import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import throttle, views
from accounts.login import UNKNOWN_NAME
from accounts.models import AuditEntry, FailureKind, LoginFailures, User
from accounts.posts import Post

pytestmark = pytest.mark.django_db
PASSWORD = "Good-Pass-123"
NOW = datetime(2018, 6, 30, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@dataclass
class DemoAccount:
    username: str
    password: str
    name: str
    post: Post
    unit: str


@pytest.fixture
def clerk(make_user):
    return make_user(Post.CLERK, username="li", password=PASSWORD)


def post(username="li", password=PASSWORD, address="10.0.0.1", **data):
    return Client().post(
        reverse("accounts:login"), {"username": username, "password": password, **data}, REMOTE_ADDR=address
    )


def text(answer) -> str:
    """The page without what differs every time: the token, and the name that was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return re.sub(r'(name="username") value="\w*"', r"\1", page)


def age(minutes: int) -> None:
    """As if the failures were that much older."""
    for row in LoginFailures.objects.all():
        row.last_at -= timedelta(minutes=minutes)
        row.save()


def actions() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "username", "result"))


def test_login_leads_home_and_is_recorded(clerk):
    answer = post()

    assert (answer.status_code, answer.url) == (302, "/")
    assert actions() == [("session.login", "li", "ok")]
    assert AuditEntry.objects.get().address == "10.0.0.1"


def test_wrong_name_wrong_password_and_disabled_account_get_the_same_answer(clerk, make_user):
    make_user(Post.CLERK, username="gone", password=PASSWORD, is_active=False)

    answers = [post("nobody"), post("li", "wrong"), post("gone")]

    assert {answer.status_code for answer in answers} == {200}
    assert len({text(answer) for answer in answers}) == 1
    assert "用户名或密码不正确，或账号已停用" in text(answers[0])


def test_failures_are_recorded_without_names_that_are_nobodys(clerk):
    post("MySecretPassword")
    post("li", "wrong")

    assert actions() == [("session.failed", UNKNOWN_NAME, "failed"), ("session.failed", "li", "failed")]
    assert AuditEntry.objects.filter(by__isnull=False).count() == 0


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"username": ""}, "请输入用户名"),
        ({"password": ""}, "请输入密码"),
        ({"username": "x" * 51}, "50"),
        ({"password": "x" * 129}, "128"),
    ],
)
def test_bad_form_is_told_in_chinese(data, sentence, clerk):
    answer = Client().post(reverse("accounts:login"), {"username": "li", "password": PASSWORD, **data})

    assert answer.status_code == 200
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/accounts/me/?a=1", "/accounts/me/?a=1"),
        ("http://testserver/accounts/me/", "http://testserver/accounts/me/"),
        ("https://example.com/", "/"),
        ("//example.com/", "/"),
        ("/\\example.com", "/"),
        ("javascript:alert(1)", "/"),
        ("{{7*7}}", "/"),
        ("", "/"),
    ],
)
def test_next_leads_nowhere_else(target, expected, clerk):
    assert post(next=target).url == expected


def test_login_page_keeps_next_and_is_skipped_when_logged_in(clerk):
    client = Client()
    page = client.get(reverse("accounts:login"), {"next": "/accounts/me/"}).content.decode()
    assert 'name="next" value="/accounts/me/"' in page
    assert "登录后返回原页面" in page

    client.force_login(clerk)
    assert client.get(reverse("accounts:login"), {"next": "/accounts/me/"}).url == "/accounts/me/"


def test_five_failures_lock_that_name_at_that_address_for_fifteen_minutes(clerk, make_user):
    make_user(Post.CLERK, username="wang", password=PASSWORD)
    LoginFailures.objects.create(
        username="li", address="10.0.0.1", failures=4, last_at=timezone.now() - timedelta(minutes=1)
    )

    fifth = post("li", "wrong")
    locked = post("li")

    assert fifth.status_code == 200
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert "请 15 分钟后再试" in locked.content.decode()
    assert post("li", address="10.0.0.2").status_code == 302
    assert post("wang").status_code == 302
    assert actions()[:2] == [("session.failed", "li", "failed"), ("session.locked", "li", "refused")]

    age(14)
    assert post("li").status_code == 429
    age(1)
    assert post("li").status_code == 302


def test_unknown_name_is_locked_just_the_same(clerk):
    LoginFailures.objects.create(username="nobody", address="10.0.0.1", failures=5, last_at=timezone.now())
    LoginFailures.objects.create(username="li", address="10.0.0.1", failures=5, last_at=timezone.now())

    assert text(post("nobody")) == text(post("li"))


def test_success_starts_afresh(clerk):
    post("li", "wrong")
    post("li", "wrong")
    post("li")

    assert not LoginFailures.objects.filter(kind=FailureKind.PAIR).exists()
    assert set(LoginFailures.objects.values_list("kind", "failures")) == {
        (kind, 2) for kind in throttle.PASSWORD if kind != FailureKind.PAIR
    }


# Failures so far, seconds since the last, seconds to wait.
PAUSES = [
    (0, 0, 0), (1, 0, 0), (2, 0, 0), (3, 0, 2), (3, 1, 1), (3, 2, 0), (4, 0, 4), (4, 3, 1), (4, 4, 0),
    (5, 0, 900), (5, 899, 1), (5, 900, 0), (7, 10, 890),
]  # fmt: skip


@pytest.mark.parametrize(("failures", "since", "expected"), PAUSES)
def test_pause_grows_with_failures(failures, since, expected):
    LoginFailures.objects.create(username="li", address="a", failures=failures, last_at=NOW - timedelta(seconds=since))

    assert throttle.seconds_to_wait(username="li", address="a", now=NOW) == expected


def test_failures_are_forgotten_after_the_time_of_a_lock():
    LoginFailures.objects.create(username="li", address="a", failures=5, last_at=NOW - timedelta(minutes=15))

    assert throttle.seconds_to_wait(username="li", address="a", now=NOW) == 0
    assert LoginFailures.objects.get(kind=FailureKind.PAIR).failures == 1


def test_old_rows_are_swept():
    LoginFailures.objects.create(username="old", address="a", failures=2, last_at=NOW - timedelta(days=8))

    throttle.forget(username="li", address="a", now=NOW)

    assert not LoginFailures.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_gain_nothing():
    allowed = []

    def guess() -> None:
        try:
            allowed.append(throttle.seconds_to_wait(username="li", address="a", now=NOW) == 0)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(allowed) == 12
    assert sum(allowed) == throttle.ceilings()[FailureKind.PAIR].free + 1


def test_demonstration_accounts_stand_on_the_page_only_in_demonstration(clerk, settings, monkeypatch):
    accounts = [DemoAccount("li", PASSWORD, "李经办", Post.CLERK, "石角镇人民政府")]
    monkeypatch.setattr(views, "SHOWN_ACCOUNTS", [lambda: accounts])

    assert PASSWORD not in Client().get(reverse("accounts:login")).content.decode()
    assert Client().post(reverse("accounts:login"), {"account": "li"}).status_code == 200

    settings.DEMONSTRATION = True
    page = Client().get(reverse("accounts:login")).content.decode()
    assert all(word in page for word in (PASSWORD, "石角镇人民政府", "李经办", "街镇经办"))
    assert Client().post(reverse("accounts:login"), {"account": "li", "next": "/accounts/me/"}).url == "/accounts/me/"
    assert Client().post(reverse("accounts:login"), {"account": "other"}).status_code == 200


def test_login_costs_the_same_queries_for_a_name_and_for_nobody(clerk):
    post("first", "wrong")
    with CaptureQueriesContext(connection) as known:
        post("li", "wrong")
    with CaptureQueriesContext(connection) as unknown:
        post("nobody", "wrong")

    assert len(known) == len(unknown)


@pytest.mark.parametrize("wrong", ["a name", "a password", "a closed account", "an account past its time"])
def test_wrong_login_computes_one_slow_hash_whatever_is_wrong(wrong, clerk, settings, monkeypatch):
    """Argon2 takes 0.4 s, everything else a few ms: who is told apart by time is told apart by this."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    User.objects.filter(pk=clerk.pk).update(
        password=make_password(PASSWORD),
        is_active=wrong != "a closed account",
        valid_until=date(2001, 1, 1) if wrong == "an account past its time" else None,
    )
    computed = []
    for name in ("hash_secret", "verify_secret"):
        real = getattr(argon2.low_level, name)
        monkeypatch.setattr(argon2.low_level, name, lambda *a, real=real, **o: computed.append(1) or real(*a, **o))
    monkeypatch.setattr(
        argon2.PasswordHasher,
        "verify",
        lambda self, *a, real=argon2.PasswordHasher.verify: computed.append(1) or real(self, *a),
    )

    answer = post("nobody" if wrong == "a name" else "li", PASSWORD if "account" in wrong else "wrong")

    assert (answer.status_code, len(computed)) == (200, 1)


@pytest.mark.parametrize(("production", "let_in"), [(False, True), (True, False)])
def test_login_with_the_demonstration_password(make_user, settings, production, let_in):
    settings.PRODUCTION = production
    make_user(Post.CLERK, username="demo", password=settings.DEMONSTRATION_PASSWORD)
    answer = post("demo", settings.DEMONSTRATION_PASSWORD)
    assert (answer.status_code == 302) is let_in
    assert let_in or "正式运行时不能用于登录" in answer.content.decode()
    assert AuditEntry.objects.filter(action="session.login").exists() is let_in


def test_nobody_can_choose_the_demonstration_password(settings):
    with pytest.raises(ValidationError, match="演示账号公开的密码"):
        validate_password(settings.DEMONSTRATION_PASSWORD)
