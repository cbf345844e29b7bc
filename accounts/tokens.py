"""Tokens (接口令牌) with which an operator's systems sign in to the API: issued, withdrawn, and who speaks with one."""

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts import second_factor
from accounts.access import refusal
from accounts.audit import record
from accounts.models import Token, User
from accounts.posts import Power
from common import clock
from common.exceptions import Refused

PREFIX = "gwtoken_"
"""How every token begins, so that one that leaked is recognised."""

HINT = len(PREFIX) + 4
"""How many characters of a token stay readable, to tell it from others."""

DAYS = (30, 90, 180, 365)
MOST = 10
"""Tokens that an account may have at a time."""

TOUCH = timedelta(minutes=1)
"""How often the last use is written: on SQLite a write waits for whoever else is writing."""


@transaction.atomic
def issue(*, name: str, days: int, by: User) -> tuple[Token, str]:
    """A token for the own account, and its secret, which is not kept anywhere; Refused for a name in use or one too many."""
    if not by.may(Power.ISSUE_TOKENS):
        raise PermissionDenied(refusal(by, (Power.ISSUE_TOKENS,)))
    if second_factor.is_required(by) and not second_factor.of(by):
        raise Refused("该岗位须先启用两步验证，才能发放令牌。请在“我的账号”中办理。")
    held = Token.objects.filter(user=User.objects.select_for_update().get(pk=by.pk))
    if held.filter(name=name, revoked_at=None).exists():
        raise Refused(f"已有名为“{name}”的令牌。请换一个名称，或先作废旧的。")
    if held.standing().count() >= MOST:
        raise Refused(f"有效的令牌已有 {MOST} 个。请先作废不再使用的令牌。")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=by,
        post=by.post,
        operator=by.operator,
        name=name,
        hint=secret[:HINT],
        hash=digest(secret),
        expires_at=clock.real_now() + timedelta(days=days),
    )
    record(action="token.issue", by=by, subject=token, detail={"hint": token.hint, "expires_at": token.expires_at})
    return token, secret


@transaction.atomic
def revoke(*, token: Token, by: User) -> bool:
    """End a token at once; False when it was ended before."""
    if not (by.may(Power.ISSUE_TOKENS) or by.may(Power.ASSIGN_POSTS)):
        raise PermissionDenied(refusal(by, (Power.ISSUE_TOKENS, Power.ASSIGN_POSTS)))
    return _end(token, by)


def end_all(*, user: User, by: User | str) -> None:
    """Withdraw all tokens of an account, in the caller's transaction: it is disabled, or gets another post or password."""
    for token in user.tokens.filter(revoked_at=None):
        _end(token, by)


def _end(token: Token, by: User | str) -> bool:
    ended = Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.real_now())
    if ended:
        record(action="token.revoke", by=by, subject=token, detail={"hint": token.hint})
    return bool(ended)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def find(secret: str) -> Token | None:
    """The token with this secret, valid or not; None when there is none."""
    return Token.objects.select_related("user__operator", "user__area").filter(hash=digest(secret)).first()


def touch(token: Token, address: str) -> None:
    """Note that the token was used, to within a minute."""
    now = clock.real_now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - TOUCH)
    if token.last_used_at is None or token.last_used_at < now - TOUCH:
        Token.objects.filter(stale, pk=token.pk).update(last_used_at=now, last_address=address)
