"""Logins as people see them: listed, ended, limited in time and in number; why one ended is said at the next click."""

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import actions, sessions
from accounts.models import AuditEntry, LoginSession, User
from accounts.posts import Post
from common import clock
from tests.accounts.test_sessions import is_alive

pytestmark = pytest.mark.django_db
PASSWORD = "Good-Pass-123"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0"


@pytest.fixture
def clerk(make_user):
    return make_user(Post.CLERK, username="li", password=PASSWORD)


def logged_in(address: str = "10.0.0.1", agent: str = EDGE) -> Client:
    client = Client(REMOTE_ADDR=address, headers={"User-Agent": agent})
    assert client.post(reverse("accounts:login"), {"username": "li", "password": PASSWORD}).status_code == 302
    return client


def told(client: Client) -> str:
    """What the next click says to whoever is not logged in any more."""
    answer = client.get(reverse("accounts:me"))
    assert answer.url.startswith(reverse("accounts:login"))
    return "".join(str(message) for message in get_messages(answer.wsgi_request))


AGENTS = [
    (EDGE, "Edge 120（Windows 10/11）"),
    ("Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 Chrome/69.0.3497.100 Safari/537.36 QIHU 360EE", "360 企业安全浏览器（Windows 7）"),
    ("Mozilla/5.0 (Windows NT 10.0; WOW64) Chrome/78.0.3904.108 Safari/537.36", "Chrome 78（Windows 10/11）"),
    ("Mozilla/5.0 (X11; Linux aarch64; rv:115.0) Gecko/20100101 Firefox/115.0", "Firefox 115（Linux）"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) Version/16.0 Mobile Safari/604.1", "Safari 16（iOS）"),
    ("Mozilla/5.0 (Linux; Android 12) Chrome/98 Mobile Safari/537.36 MicroMessenger/8", "微信 8（安卓）"),
    ("curl/8.0", "未知浏览器"), ("", "未知浏览器"),
]  # fmt: skip


@pytest.mark.parametrize(("agent", "words"), AGENTS)
def test_browser_in_words(agent, words):
    assert sessions.browser_in_words(agent) == words


def test_own_logins_are_listed_and_the_own_one_is_marked(clerk):
    here, there = logged_in(), logged_in("10.0.0.2", "Mozilla/5.0 (Linux; Android 12) Chrome/98 Mobile Safari/537.36")
    page = here.get(reverse("accounts:me")).text

    assert all(
        words in page for words in ("10.0.0.1", "Edge 120（Windows 10/11）", "10.0.0.2", "Chrome 98（安卓）", "本机")
    )
    there.post(reverse("accounts:logout"))
    assert "10.0.0.2" not in here.get(reverse("accounts:me")).text.partition("最近登录")[0]


def test_one_login_is_ended_from_another(clerk):
    here, there = logged_in(), logged_in("10.0.0.2")
    row = LoginSession.objects.get(address="10.0.0.2")

    here.get(reverse("accounts:end_session", args=[row.pk]))
    assert is_alive(there)
    here.post(reverse("accounts:end_session", args=[row.pk]), {"present": PASSWORD})

    assert is_alive(here) and told(there) == sessions.BY_OWNER
    assert AuditEntry.objects.get(action="session.end").facts["browser"] == "Edge 120（Windows 10/11）"
    assert not Session.objects.filter(pk=row.session_key).exists()


def test_nobody_ends_anothers_login(clerk, make_user):
    client, other = logged_in(), Client()
    other.force_login(make_user(Post.CLERK))

    assert other.post(reverse("accounts:end_session", args=[LoginSession.objects.get().pk])).status_code == 404
    assert is_alive(client)
    assert AuditEntry.objects.filter(action="access.refused", subject_type="accounts.loginsession").count() == 1


def test_all_devices_are_signed_out(clerk):
    here, there, elsewhere = logged_in(), logged_in("10.0.0.2"), Client()
    elsewhere.force_login(User.objects.get(pk=clerk.pk))

    here.post(reverse("accounts:end_sessions"), {"present": PASSWORD})

    assert [is_alive(client) for client in (here, there, elsewhere)] == [False] * 3
    assert AuditEntry.objects.get(action="session.end_all").facts == {"logins": 2}


def test_security_administrator_ends_the_logins_of_an_account(clerk, make_user):
    client, security = logged_in(), Client()
    security.force_login(make_user(Post.SECURITY_ADMIN))
    assert "10.0.0.1" in security.get(reverse("accounts:user", args=[clerk.pk])).text

    security.post(reverse("accounts:end_sessions_of_user", args=[clerk.pk]))

    assert told(client) == sessions.BY_ADMINISTRATOR


@pytest.mark.parametrize(("one", "alive"), [(False, True), (True, False)])
def test_one_session_per_account_by_setting(one, alive, clerk, settings):
    settings.ONE_SESSION = one
    older, newer = logged_in(), logged_in("10.0.0.2")

    assert is_alive(newer)
    if alive:
        assert is_alive(older)
    else:
        assert told(older) == sessions.ELSEWHERE


def test_change_of_the_password_keeps_this_login_on_the_list(clerk):
    here, there = logged_in(), logged_in("10.0.0.2")
    here.post(reverse("accounts:password"), {"present": PASSWORD, "new": "Vtq8-Lxn4-Bwz", "again": "Vtq8-Lxn4-Bwz"})

    assert [row.address for row in sessions.alive(clerk)] == ["10.0.0.1"]
    assert "本机" in here.get(reverse("accounts:me")).text
    assert told(there) == sessions.ACCOUNT_CHANGED


# Hours since the login, and whether it still holds; the limit is 12.
@pytest.mark.parametrize(("seconds", "holds"), [(12 * 3600 - 60, True), (12 * 3600, False), (40 * 3600, False)])
def test_login_ends_at_its_age_however_much_it_is_used(seconds, holds, clerk):
    client = logged_in()
    session = client.session
    session["begun_at"] -= seconds
    session.save()

    if holds:
        assert is_alive(client)
        return
    assert told(client) == sessions.OVER
    assert AuditEntry.objects.get(action="session.over").facts == {"hours": 12}
    assert not sessions.alive(clerk).exists()


def test_login_of_before_has_its_time_counted_from_its_next_use(clerk):
    client = Client()
    client.force_login(clerk)
    is_alive(client)

    assert abs(client.session["begun_at"] - clock.real_now().timestamp()) < 60


def test_last_use_is_noted_with_its_address(clerk):
    client = logged_in()
    is_alive(client)
    LoginSession.objects.update(used_at=clock.real_now() - timedelta(hours=1))
    session = client.session
    session["used_at"] -= 121
    session.save()

    client.get(reverse("accounts:me"), REMOTE_ADDR="10.0.0.77")

    row = LoginSession.objects.get()
    assert clock.real_now() - row.used_at < timedelta(minutes=1) and row.address == "10.0.0.77"


def test_table_holds_no_key_of_an_ended_login(clerk):
    logged_in().post(reverse("accounts:logout"))

    assert LoginSession.objects.get().session_key == ""


@pytest.mark.parametrize(("days", "kept"), [(89, True), (91, False)])
def test_old_logins_are_swept_and_their_address_is_known_no_more(days, kept, clerk):
    LoginSession.objects.create(
        user=clerk, digest="d", address="10.0.0.1", used_at=clock.real_now() - timedelta(days=days)
    )
    sessions.sweep()

    assert sessions.is_known("li", "10.0.0.1") is kept


def test_account_past_its_time_is_out_at_once(clerk):
    client = logged_in()
    today = clock.real_now().astimezone(clock.now().tzinfo).date()
    User.objects.filter(pk=clerk.pk).update(valid_until=today)
    assert is_alive(client)

    User.objects.filter(pk=clerk.pk).update(valid_until=today - timedelta(days=1))

    assert not is_alive(client)
    answer = Client().post(reverse("accounts:login"), {"username": "li", "password": PASSWORD})
    assert "或账号已停用" in answer.text


def test_visitor_without_a_session_is_told_nothing(clerk):
    client = Client()
    client.cookies["session"] = "x" * 32

    assert told(Client()) == told(client) == ""


def test_end_of_time_of_the_last_administrator_is_refused(make_user):
    first, second = make_user(Post.SYSTEM_ADMIN), make_user(Post.AUDITOR)
    with pytest.raises(actions.Refused, match="最后一名在用的审计员"):
        actions.edit_account(user=second, name=second.name, unit="", valid_until=date(2099, 1, 1), by=first)
    with pytest.raises(actions.Refused, match="自己的账号"):
        actions.edit_account(user=first, name=first.name, unit="", valid_until=date(2099, 1, 1), by=first)
