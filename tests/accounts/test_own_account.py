"""What weighs on one's own account asks for the present password again; whoever guesses at it is made to wait."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import second_factor
from accounts.models import AuditEntry, LoginSession, SecondFactor, Token, User
from accounts.posts import Post
from tests.accounts.test_second_factor import code, secret_of
from tests.accounts.test_sessions import is_alive

pytestmark = pytest.mark.django_db
PASSWORD = "Good-Pass-123"


@pytest.fixture
def owner(make_user) -> User:
    return make_user(Post.OPERATOR, username="owner", password=PASSWORD, email="old@example.cn")


def signed_in(address: str) -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post(reverse("accounts:login"), {"username": "owner", "password": PASSWORD})
    return client


@pytest.fixture
def here(owner) -> Client:
    return signed_in("10.0.0.1")


@pytest.fixture
def there(here) -> Client:
    return signed_in("10.0.0.2")


def enrolled(client: Client) -> tuple[str, dict]:
    address = reverse("accounts:second_factor")
    return address, {"code": code(secret_of(client.get(address).text))}


DEEDS = {
    "second factor": (enrolled, lambda client: SecondFactor.objects.exists()),
    "mail address": (
        lambda client: (reverse("accounts:me"), {"email": "new@example.cn"}),
        lambda client: User.objects.filter(email="new@example.cn").exists(),
    ),
    "a login": (
        lambda client: (reverse("accounts:end_session", args=[LoginSession.objects.get(address="10.0.0.2").pk]), {}),
        lambda client: not is_alive(client),
    ),
    "all logins": (lambda client: (reverse("accounts:end_sessions"), {}), lambda client: not is_alive(client)),
    "token": (
        lambda client: (reverse("accounts:tokens"), {"name": "统计系统", "days": 30}),
        lambda client: Token.objects.exists(),
    ),
}
"""What is changed: how it is asked for, and whether it is done, by the other login of the owner."""


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_that_weighs_is_done_without_the_present_password(deed, here, there):
    ask, is_done = DEEDS[deed]
    address, asked = ask(here)

    missing = here.post(address, asked)
    wrong = here.post(address, asked | {"present": "Wrong-Pass-123"})
    assert not is_done(there)
    assert "请输入现在的密码" in missing.text and "现在的密码不正确" in wrong.text
    assert "Wrong-Pass-123" not in wrong.text

    here.post(address, asked | {"present": PASSWORD})
    assert is_done(there)


def test_guesses_count_as_one_wherever_they_are_made(here, there):
    """With a session that somebody got hold of: the fourth guess waits, on whichever of the pages."""
    answers = []
    for number, (ask, _) in enumerate(DEEDS.values()):
        address, asked = ask(here)
        answers.append(here.post(address, asked | {"present": f"Guess-{number}"}))

    assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
    assert AuditEntry.objects.filter(action="session.failed").count() == 3
    assert "请等" in answers[-1].text and 'value="统计系统"' in answers[-1].text and answers[-1]["Retry-After"]


def test_tokens_that_outlast_a_change_of_the_own_password_are_named(here, owner):
    here.post(reverse("accounts:tokens"), {"name": "统计系统", "days": 30, "present": PASSWORD})

    assert "不因修改密码作废：统计系统" in here.get(reverse("accounts:password")).text
    changed = {"present": PASSWORD, "new": "Vtq8-Lxn4-Bwz", "again": "Vtq8-Lxn4-Bwz"}
    here.post(reverse("accounts:password"), changed)
    assert Token.objects.standing().exists() and second_factor.of(owner) is None
