"""Log in and out; every failed login gets the same answer, so that nobody learns which names exist."""

from math import ceil

from django.conf import settings
from django.contrib.auth import authenticate, login, logout

from accounts import throttle
from accounts.audit import FAILED, REFUSED, address_of, record
from accounts.models import User
from common import clock

UNKNOWN_NAME = "（无此用户名）"
"""Stands in the trail for a name that is nobody's: people type passwords into the wrong field."""


class LoginRefused(Exception):
    """Not let in; the sentence is for the page, ``retry_after`` the seconds to wait (0: at once)."""

    def __init__(self, sentence: str, retry_after: int = 0):
        super().__init__(sentence)
        self.retry_after = retry_after


def log_in(request, *, username: str, password: str) -> User:
    """Open a session with a new key; LoginRefused for a wrong name or password, a disabled account, too many tries."""
    now, address = clock.real_now(), address_of(request)
    check_turn(username, address, now)
    user = authenticate(request, username=username, password=password)
    if user is None:
        _note_failure(request, username, address, now)
        raise LoginRefused("用户名或密码不正确，或账号已停用。请核对后重新输入。")
    if settings.PRODUCTION and password == settings.DEMONSTRATION_PASSWORD:
        record(action="session.failed", by=user, request=request, result=REFUSED)
        raise LoginRefused("该密码为演示账号公开的密码，正式运行时不能用于登录。请联系安全管理员重置密码。")
    throttle.forget(username=username, address=address, now=now)
    login(request, user)
    record(action="session.login", by=user, request=request)
    return user


def check_turn(username: str, address: str, now) -> None:
    """LoginRefused while the name has to wait at this address."""
    wait = throttle.seconds_to_wait(username=username, address=address, now=now)
    if wait > 60:
        raise LoginRefused(f"失败次数过多，请 {ceil(wait / 60)} 分钟后再试；急需登录的，请联系安全管理员解锁。", wait)
    if wait:
        raise LoginRefused(f"请等 {wait} 秒后再试。", wait)


def _note_failure(request, username: str, address: str, now) -> None:
    who = username if User.objects.filter(username=username).exists() else UNKNOWN_NAME
    record(action="session.failed", by=who, request=request, result=FAILED)
    if throttle.locked(username, now, address).exists():
        record(
            action="session.locked",
            by=who,
            request=request,
            result=REFUSED,
            detail={"minutes": settings.LOGIN_LOCK_MINUTES},
        )


def log_out(request) -> None:
    record(action="session.logout", by=request.user, request=request)
    logout(request)
