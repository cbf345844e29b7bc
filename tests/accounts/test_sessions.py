"""The life of a session: a new key at login, dead at once when anything about the account changes."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions, passwords
from accounts.models import User
from accounts.posts import Post
from areas.models import Operator

pytestmark = pytest.mark.django_db
PASSWORD = "Good-Pass-123"


@pytest.fixture
def admins(make_user):
    return make_user(Post.SYSTEM_ADMIN), make_user(Post.SECURITY_ADMIN)


@pytest.fixture
def clerk(make_user):
    return make_user(Post.CLERK, username="li", password=PASSWORD)


def logged_in(username: str = "li", password: str = PASSWORD) -> Client:
    client = Client()
    assert client.post(reverse("accounts:login"), {"username": username, "password": password}).status_code == 302
    return client


def is_alive(client: Client) -> bool:
    return client.get(reverse("accounts:me")).status_code == 200


def assign(clerk, security, post, area=None, operator=None):
    seen = User.objects.get(pk=clerk.pk).session_version
    actions.assign_post(user=clerk, post=post, area=area, operator=operator, seen=seen, by=security)


CHANGES = {
    "disabled": lambda clerk, admin, security, area: actions.disable(user=clerk, by=admin),
    "disabled and enabled": lambda clerk, admin, security, area: (
        actions.disable(user=clerk, by=admin),
        actions.enable(user=clerk, by=admin),
    ),
    "password reset": lambda clerk, admin, security, area: actions.reset_password(user=clerk, by=admin),
    "password changed": lambda clerk, admin, security, area: actions.change_password(
        user=clerk, password="Other-Pass-1"
    ),
    "post changed": lambda clerk, admin, security, area: assign(clerk, security, Post.TOWNSHIP_HEAD, clerk.area),
    "post changed and back": lambda clerk, admin, security, area: (
        assign(clerk, security, Post.TOWNSHIP_HEAD, clerk.area),
        assign(clerk, security, Post.CLERK, clerk.area),
    ),
    "area changed": lambda clerk, admin, security, area: assign(clerk, security, Post.CLERK, area),
    "post taken": lambda clerk, admin, security, area: assign(clerk, security, ""),
    "area changed behind the portal's back": lambda clerk, admin, security, area: User.objects.filter(
        pk=clerk.pk
    ).update(area=area),
    "post changed behind the portal's back": lambda clerk, admin, security, area: User.objects.filter(
        pk=clerk.pk
    ).update(post="township_head"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_session_dies_at_once(change, admins, clerk, make_area):
    client = logged_in()
    assert is_alive(client)

    CHANGES[change](clerk, *admins, make_area("441802105"))

    assert not is_alive(client)


def test_session_dies_when_the_operator_changes(admins, make_user):
    user = make_user(Post.OPERATOR, username="li", password=PASSWORD)
    other = Operator.objects.create(code="mobile", name="移动")
    client = logged_in()

    assign(user, admins[1], Post.OPERATOR, operator=other)

    assert not is_alive(client)


def test_session_survives_a_new_name(admins, clerk):
    client = logged_in()

    actions.edit_account(user=clerk, name="李新", unit="另一单位", by=admins[0])

    assert is_alive(client)


def test_login_changes_the_session_key(clerk):
    client = Client()
    client.session["x"] = 1
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["session"] = session.session_key

    client.post(reverse("accounts:login"), {"username": "li", "password": PASSWORD})

    assert client.session.session_key != session.session_key
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_logout_kills_the_session_on_the_server(clerk):
    client = logged_in()
    stolen = Client()
    stolen.cookies["session"] = client.cookies["session"].value
    assert is_alive(stolen)

    client.post(reverse("accounts:logout"))

    assert not is_alive(stolen)


def test_logout_needs_a_post(clerk):
    client = logged_in()

    assert client.get(reverse("accounts:logout")).status_code == 302
    assert is_alive(client)


def test_own_password_change_keeps_this_session_and_ends_the_others(clerk):
    here, there = logged_in(), logged_in()

    here.post(reverse("accounts:password"), {"present": PASSWORD, "new": "Brand-New-77", "again": "Brand-New-77"})

    assert is_alive(here)
    assert not is_alive(there)


def test_session_ends_some_time_after_its_last_use(clerk, settings):
    client = logged_in()
    session = Session.objects.get()
    assert 0 < (session.expire_date - timezone.now()).total_seconds() <= 30 * 60

    Session.objects.update(expire_date=timezone.now())

    answer = client.get(reverse("accounts:me"))
    assert answer.url == f"{reverse('accounts:login')}?next={reverse('accounts:me')}"


def test_session_is_kept_while_used_but_seldom_written(clerk, django_assert_num_queries):
    client = logged_in()
    is_alive(client)
    session = client.session
    session["used_at"] -= 121
    session.save()
    before = Session.objects.get().expire_date

    is_alive(client)
    first = Session.objects.get().expire_date
    is_alive(client)

    assert Session.objects.get().expire_date == first > before


def test_expired_form_leads_back_to_its_page(clerk):
    client = Client()

    answer = client.post(reverse("accounts:password"), HTTP_REFERER="http://testserver/accounts/password/?a=1")
    foreign = client.post(reverse("accounts:password"), HTTP_REFERER="https://example.com/")

    assert answer.url == f"{reverse('accounts:login')}?next=http%3A//testserver/accounts/password/%3Fa%3D1"
    assert foreign.url == f"{reverse('accounts:login')}?next=/"


def test_password_hash_upgrade_at_login_is_no_change_of_password(clerk, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    before = User.objects.get(pk=clerk.pk).password_changed_at

    assert is_alive(logged_in())

    assert User.objects.get(pk=clerk.pk).password_changed_at == before
    assert passwords.is_due(User.objects.get(pk=clerk.pk)) == ""
