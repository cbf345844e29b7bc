"""The one question that views ask, and its answer for every post."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.access import HasPower, requires
from accounts.models import User
from accounts.posts import ROLE_GRANTS, Post, Power

pytestmark = pytest.mark.django_db


@requires(Power.ENTER_RETURNS, Power.SIGN_RETURNS)
def page(request):
    return HttpResponse("ok")


@pytest.mark.parametrize("post", Post)
def test_any_of_the_powers_opens_the_page(post, make_user, rf):
    request = rf.get("/")
    request.user = make_user(post)
    if ROLE_GRANTS[post].powers & {Power.ENTER_RETURNS, Power.SIGN_RETURNS}:
        assert page(request).content == b"ok"
    else:
        with pytest.raises(PermissionDenied, match=f"{post.label}.*填报季报.*签发季报"):
            page(request)


def test_visitor_and_user_without_a_post_are_refused(rf):
    for user in (AnonymousUser(), User(username="new")):
        request = rf.get("/")
        request.user = user
        with pytest.raises(PermissionDenied, match="未定岗"):
            page(request)


def test_requires_names_a_power():
    with pytest.raises(TypeError):
        requires()


def test_refusal_is_a_chinese_page_that_says_why(make_user):
    client = Client()
    client.force_login(make_user(Post.CLERK))

    answer = client.get(reverse("accounts:audit"))

    assert answer.status_code == 403
    assert "您的岗位（街镇经办）没有“查阅审计记录”权限" in answer.content.decode()


def test_api_asks_the_same_question(make_user, rf):
    class View:
        powers = (Power.SEE_NETWORK,)

    for post, expected in ((Post.OPERATOR, True), (Post.AUDITOR, False)):
        request = rf.get("/")
        request.user = make_user(post)
        assert HasPower().has_permission(request, View()) is expected


@pytest.mark.parametrize(
    ("username", "password", "is_active", "known"),
    [
        ("li", "right", True, True),
        ("li", "wrong", True, False),
        ("li", "right", False, False),
        ("nobody", "right", True, False),
        ("li", None, True, False),
    ],
)
def test_authentication(username, password, is_active, known, make_user):
    user = make_user(Post.CLERK, username="li", password="right", is_active=is_active)

    assert authenticate(username=username, password=password) == (user if known else None)


def test_unknown_name_costs_a_hash_too(make_user, monkeypatch):
    make_user(Post.CLERK, username="li", password="right")
    hashed = []
    monkeypatch.setattr("accounts.models.User.set_password", lambda self, raw: hashed.append(raw))

    authenticate(username="nobody", password="guess")

    assert hashed == ["guess"]
