"""Authentication of API requests by ``Authorization: Bearer …``."""

from math import ceil

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed

from accounts import throttle, tokens
from accounts.audit import FAILED, address_of, record
from accounts.models import Token, User
from common import clock

GUESSER = "（接口令牌）"
"""Under this name, which nobody can have, wrong tokens are counted by address."""


class TooMany(APIException):
    """Too many wrong tokens from an address; ``wait`` becomes Retry-After."""

    status_code = 429

    def __init__(self, wait: int) -> None:
        super().__init__(
            f"错误的令牌太多，请 {ceil(wait / 60)} 分钟后再试。" if wait > 60 else f"请等 {wait} 秒后再试。"
        )
        self.wait = wait


class Bearer(BaseAuthentication):
    """The account of a token; a request without the header is left to the session.

    A good token is never made to wait: what is counted are wrong ones, by address as at the login,
    so that a colleague's mistyped one does not stop a system behind the same address.
    """

    def authenticate(self, request) -> tuple[User, Token] | None:
        scheme, _, secret = request.headers.get("Authorization", "").strip().partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer" or not secret.strip():
            raise AuthenticationFailed("Authorization 应写作 Bearer、一个空格和令牌。")
        token = tokens.find(secret.strip())
        wrong = token.wrong() if token else "令牌不正确。请核对是否完整，或在门户“接口令牌”页另行发放。"
        if wrong:
            _note_failure(request, token)
            raise AuthenticationFailed(wrong)
        tokens.touch(token, address_of(request))
        return token.user, token

    def authenticate_header(self, request) -> str:
        return "Bearer"


def _note_failure(request, token: Token | None) -> None:
    """Count it, and write it down; TooMany once the address has to wait, without a further entry in the trail."""
    address = throttle.network(address_of(request))
    wait = throttle.seconds_to_wait(username=GUESSER, address=address, now=clock.real_now(), known=True)
    if wait:
        raise TooMany(wait)
    record(action="token.failed", by=GUESSER, request=request, subject=token, result=FAILED)
