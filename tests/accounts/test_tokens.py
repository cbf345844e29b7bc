"""Tokens: shown once, bound to their owner's operator and post, good for the API only, ended at once."""

import json
import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions, tokens
from accounts.models import AuditEntry, LoginFailures, Token
from accounts.posts import Post
from areas.models import AccessPoint, Operator, ServiceOrder, Site
from areas.vocabulary import SiteKind
from common.clock import today
from common.exceptions import Refused
from returns.models import OperatorCount

pytestmark = pytest.mark.django_db

TOWN, PASSWORD = "441802103", "Good-Pass-123"
COUNT = {"period": "2019Q1", "area_code": TOWN, "broadband_users": 1200, "fibre_users": 1100}
POINT = {
    "ap_id": "AP-7", "lon": 113.061, "lat": 23.712, "downstream_mbps": 100, "tv_only": False, "opened_on": "2018-01-01",
}  # fmt: skip
ORDER = {"order_id": "GD-7", "area_code": TOWN + "201001", "accepted_on": "2018-02-01", "needs_expansion": True}
COUNTS, POINTS, ORDERS = "/api/operator-counts/", "/api/load/access-points/", "/api/load/orders/"


@pytest.fixture
def owner(make_user, make_area):
    hamlet = make_area(TOWN + "201001")
    Site.objects.create(
        site_id="S-1", area=hamlet, county=hamlet.county, name="点位", kind=SiteKind.SETTLEMENT, lon=113.06, lat=23.71
    )
    return make_user(Post.OPERATOR, operator="telecom", password=PASSWORD)


@pytest.fixture
def token(owner) -> tuple[Token, str]:
    return tokens.issue(name="统计系统", days=90, by=owner)


def ask(secret: str, address: str = COUNTS, body=None, **headers):
    """The answer to a system that has no session; it gets or puts."""
    client, headers = Client(), {"Authorization": f"Bearer {secret}"} | headers
    if body is None:
        return client.get(address, headers=headers)
    return client.put(address, json.dumps(body), content_type="application/json", headers=headers)


def said(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["detail"]


def test_secret_is_not_kept(token):
    row, secret = token

    assert secret.startswith("gwtoken_") and len(secret) > 50
    assert row.hint == secret[:12] and secret not in str(Token.objects.values().get())


def test_all_three_kinds_are_sent_with_a_token(token, owner):
    _, secret = token

    assert ask(secret, COUNTS, COUNT).json()["created"] == 1
    assert ask(secret, POINTS, {"rows": [POINT | {"opened_on": str(today())}]}).json()["created"] == 1
    assert ask(secret, ORDERS, {"rows": [ORDER]}).json()["created"] == 1
    for kind in (OperatorCount, AccessPoint, ServiceOrder):
        assert kind.objects.get().operator_id == "telecom"
    assert AuditEntry.objects.get(action="count.save").by == owner
    assert ask(secret, "/api/access-points/").json()["count"] == 1


def test_token_reaches_nothing_of_another_operator(token, make_user):
    stranger = tokens.issue(name="他家系统", days=30, by=make_user(Post.OPERATOR, operator="mobile"))[1]
    ask(token[1], COUNTS, COUNT)

    assert ask(stranger, COUNTS).json()["results"] == []
    assert ask(stranger, POINTS, {"rows": [POINT | {"operator": "telecom"}]}).status_code == 422


@pytest.mark.parametrize("address", ["/api/areas/", "/api/sites/"])
def test_powers_are_those_of_the_post(address, token):
    assert ask(token[1], address).status_code == 403


@pytest.mark.parametrize("name", ["home", "accounts:me", "accounts:tokens", "returns:counts_index", "ledgers:index"])
def test_no_page_opens_with_a_token(name, token):
    assert said(ask(token[1], reverse(name))) == (401, "令牌只能用于 /api/ 下的接口；网页须由本人登录。")


def test_no_token_issues_another(token):
    Client().post(
        reverse("accounts:tokens"), {"name": "另一个", "days": 30}, headers={"Authorization": f"Bearer {token[1]}"}
    )

    assert Token.objects.count() == 1


def test_owner_may_be_asked_with_both_and_the_token_decides(token, make_user):
    client = Client()
    client.force_login(make_user(Post.CLERK))

    assert client.get(COUNTS, headers={"Authorization": f"Bearer {token[1]}"}).status_code == 200
    assert client.get(COUNTS, headers={"Authorization": "Bearer no"}).status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic YTpi", "Token x"])
def test_another_way_of_signing_in_is_told_the_right_one(header, db):
    answer = Client().get(COUNTS, headers={"Authorization": header})

    assert said(answer) == (401, "Authorization 应写作 Bearer、一个空格和令牌。")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("secret", ["x", "gwtoken_", "令牌".encode().decode("latin-1"), "\x00", "a b", "x" * 5000])
def test_wrong_token_is_refused(secret, db):
    assert said(ask(secret))[1].startswith("令牌不正确")
    assert AuditEntry.objects.get().action == "token.failed"


def test_without_any_sign_one_is_told_in_chinese(db):
    assert said(Client().get(COUNTS)) == (401, "身份认证信息未提供。")


def test_expired_token_says_so(token):
    Token.objects.update(expires_at=timezone.now())

    assert said(ask(token[1])) == (401, "令牌已到期。请在门户“接口令牌”页另行发放。")


def test_revoked_token_ends_at_once(token, owner):
    assert tokens.revoke(token=token[0], by=owner) and not tokens.revoke(token=token[0], by=owner)

    assert said(ask(token[1])) == (401, "令牌已作废。请在门户“接口令牌”页另行发放。")
    assert [entry.action for entry in AuditEntry.objects.filter(action__startswith="token.revoke")] == ["token.revoke"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"post": "", "operator": None}, {"operator": "mobile"}])
def test_token_holds_only_while_its_owner_is_what_he_was(change, token, owner):
    if change.get("operator"):
        change = {"operator": Operator.objects.create(code="mobile", name="移动")}
    type(owner).objects.filter(pk=owner.pk).update(**change)

    assert said(ask(token[1]))[1].startswith("发放令牌的账号已停用或调岗")


@pytest.mark.parametrize("deed", ["disable", "reset_password", "assign_post"])
def test_deeds_upon_the_account_end_its_tokens_for_good(deed, token, owner, make_user):
    make_user(Post.SYSTEM_ADMIN)
    admin = make_user(Post.SECURITY_ADMIN if deed == "assign_post" else Post.SYSTEM_ADMIN)
    seat = {"post": "", "area": None, "operator": None, "seen": owner.session_version} if deed == "assign_post" else {}
    getattr(actions, deed)(user=owner, by=admin, **seat)

    assert Token.objects.get().revoked_at
    assert AuditEntry.objects.get(action="token.revoke").by == admin


def test_tokens_end_with_a_reset_on_the_server_and_outlast_pauses_and_a_change_of_ones_own(token, owner, make_user):
    """A stranger's guessing must not end what the owner's systems send with."""
    LoginFailures.objects.create(kind="account", username=owner.username, failures=20, last_at=timezone.now())
    actions.change_password(user=owner, password="Vtq8-Lxn4-Bwz")
    assert ask(token[1]).status_code == 200

    actions.reset_password_on_server(owner)
    assert said(ask(token[1]))[0] == 401


def test_use_is_noted_to_within_a_minute(token):
    ask(token[1])
    first = Token.objects.get()
    ask(token[1])
    assert first.last_used_at and first.last_address == "127.0.0.1"
    assert Token.objects.get().last_used_at == first.last_used_at

    Token.objects.update(last_used_at=first.last_used_at - timedelta(minutes=2))
    ask(token[1])
    assert Token.objects.get().last_used_at > first.last_used_at


def test_guessing_is_slowed_and_leaves_no_flood(token, settings):
    settings.LOGIN_FAILURES = 5
    answers = [ask("x") for _ in range(9)]

    assert [answer.status_code for answer in answers] == [401] * 3 + [429] * 6
    assert answers[-1]["Retry-After"] and said(answers[-1])[1].startswith("请等 ")
    assert AuditEntry.objects.filter(action="token.failed").count() == 3
    assert ask(token[1]).status_code == 200
    assert Client(REMOTE_ADDR="10.0.0.9").get(COUNTS, headers={"Authorization": "Bearer x"}).status_code == 401


def test_whoever_has_a_network_guesses_no_more_tokens_and_fills_no_trail(db):
    for number in range(1, 10):
        Client(REMOTE_ADDR=f"2001:db8::{number}").get(COUNTS, headers={"Authorization": "Bearer x"})

    assert AuditEntry.objects.filter(action="token.failed").count() == 3


@pytest.mark.parametrize("post", [Post.CLERK, Post.REVIEWER, Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN])
def test_only_operators_issue(post, make_user):
    with pytest.raises(PermissionDenied):
        tokens.issue(name="统计系统", days=30, by=make_user(post))


def test_name_is_used_once_and_ten_are_enough(token, owner):
    with pytest.raises(Refused, match="已有名为“统计系统”"):
        tokens.issue(name="统计系统", days=30, by=owner)
    for number in range(9):
        tokens.issue(name=f"系统{number}", days=30, by=owner)
    with pytest.raises(Refused, match="已有 10 个"):
        tokens.issue(name="再一个", days=30, by=owner)

    tokens.revoke(token=token[0], by=owner)
    assert tokens.issue(name="统计系统", days=30, by=owner)


def test_database_refuses_a_second_token_of_a_name(token, owner):
    row, _ = token
    with pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.create(
            user=owner, post=row.post, operator=row.operator, name=row.name, hash="x", expires_at=row.expires_at
        )


def test_page_shows_the_secret_once(owner):
    client = Client()
    client.force_login(owner)
    address = reverse("accounts:tokens")
    assert "请输入现在的密码" in client.post(address, {"name": "统计系统", "days": "90"}).text
    refused = client.post(address, {"name": "统计系统", "days": "90", "present": "Wrong-Pass-123"})
    assert "现在的密码不正确" in refused.text and 'value="统计系统"' in refused.text and not Token.objects.exists()
    page = client.post(address, {"name": "统计系统", "days": "90", "present": PASSWORD})
    secret = page.context["secret"]

    assert secret in page.content.decode() and "no-store" in page["Cache-Control"]
    assert secret not in client.get(address).content.decode()
    assert "统计系统" in client.get(address).content.decode()
    again = client.post(address, {"name": "统计系统", "days": "90", "present": PASSWORD})
    assert "已有名为“统计系统”的令牌" in again.content.decode() and Token.objects.count() == 1
    assert "请填写名称" in client.post(address, {"name": " ", "days": "9999"}).content.decode()


def test_only_a_post_revokes(token, owner):
    client = Client()
    client.force_login(owner)
    address = reverse("accounts:revoke_token", args=[token[0].pk])

    client.get(address)
    assert not Token.objects.get().revoked_at
    page = client.post(address, follow=True).content.decode()
    assert "令牌“统计系统”已作废" in page


def test_security_administrator_revokes_on_the_page_of_the_account(token, owner, make_user):
    client = Client()
    client.force_login(make_user(Post.SECURITY_ADMIN))
    page = reverse("accounts:user", args=[owner.pk])

    assert token[0].hint in client.get(page).content.decode()
    client.post(reverse("accounts:revoke_token_of_user", args=[token[0].pk]))
    assert Token.objects.get().revoked_at


def test_sample_that_bears_a_name_has_a_role(make_user):
    client = Client()
    client.force_login(make_user(Post.OPERATOR))
    samples = re.findall(r"<pre[^>]*>", client.get(reverse("accounts:tokens")).content.decode())
    assert samples and all('role="region"' in sample for sample in samples if "aria-label" in sample)
