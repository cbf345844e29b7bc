"""Log in and out; every failed login gets the same answer, so that nobody learns which names exist."""

from dataclasses import dataclass
from math import ceil

from django.conf import settings
from django.contrib.auth import authenticate, login, logout

from accounts import second_factor, sessions, throttle
from accounts.audit import FAILED, REFUSED, address_of, record
from accounts.forms import PresentPasswordForm
from accounts.models import FailureKind, User
from common import clock

UNKNOWN_NAME = "（无此用户名）"
"""Stands in the trail for a name that is nobody's: people type passwords into the wrong field."""

IN_SESSION = "（已登录）"
"""Stands for the address of tries by whoever is logged in: with a session that was got hold of, all addresses gain the same."""

_PENDING = "second_step"
PENDING_SECONDS = 300
"""For how long after the password the code is waited for."""


class LoginRefused(Exception):
    """Not let in; the sentence is for the page, ``retry_after`` the seconds to wait (0: at once)."""

    def __init__(self, sentence: str, retry_after: int = 0):
        super().__init__(sentence)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Attempt:
    """Whoever tries, from where, at which step; ``known``: the owner logged in from there of late, or is logged in."""

    username: str
    address: str
    known: bool
    steps: tuple[FailureKind, ...] = throttle.PASSWORD

    @classmethod
    def at(cls, request, username: str, **more) -> "Attempt":
        address = address_of(request)
        return cls(username, address, sessions.is_known(username, address), **more)

    def take_turn(self) -> None:
        """LoginRefused while the attempt has to wait; else it counts until ``forget``."""
        wait = throttle.seconds_to_wait(now=clock.real_now(), **vars(self))
        if wait > 60:
            raise LoginRefused(
                f"失败次数过多，请 {ceil(wait / 60)} 分钟后再试；急需登录的，请联系安全管理员解锁。", wait
            )
        if wait:
            raise LoginRefused(f"请等 {wait} 秒后再试。", wait)

    def forget(self) -> None:
        throttle.forget(now=clock.real_now(), **vars(self))

    def note_failure(self, request, action: str) -> None:
        """Write it down, and raise the alarm where it was one too many: an entry here, an item in the inbox by that."""
        who = self.username if User.objects.filter(username=self.username).exists() else UNKNOWN_NAME
        record(action=action, by=who, request=request, result=FAILED)
        for counter in throttle.reached(now=clock.real_now(), **vars(self)):
            locks = {"minutes": settings.LOGIN_LOCK_MINUTES}
            is_pair = counter.kind in (FailureKind.PAIR, FailureKind.CODE_PAIR)
            record(
                action="session.locked" if is_pair else "session.ceiling",
                by=who,
                request=request,
                result=REFUSED,
                detail=locks if is_pair else {"limit": counter.get_kind_display(), "failures": counter.failures},
            )


def confirmed(request, form: PresentPasswordForm) -> bool:
    """Whether what was posted is right, the present password in it included, of whoever is logged in.

    A wrong one is a failed login, counted by account, from wherever it comes; LoginRefused while the next has to wait.
    """
    attempt = Attempt(request.user.username, IN_SESSION, known=True)
    attempt.take_turn()
    is_right = form.is_valid()
    if form.has_error("present", "wrong"):
        attempt.note_failure(request, "session.failed")
    else:
        attempt.forget()
    return is_right


def log_in(request, *, username: str, password: str) -> User | None:
    """Open a session with a new key; None when a code is asked for first (``take_second_step``).

    LoginRefused for a wrong name or password, a disabled account or one whose time is over, too many tries.
    """
    attempt = Attempt.at(request, username)
    attempt.take_turn()
    user = authenticate(request, username=username, password=password)
    if user is None:
        attempt.note_failure(request, "session.failed")
        raise LoginRefused("用户名或密码不正确，或账号已停用。请核对后重新输入。")
    if settings.PRODUCTION and password == settings.DEMONSTRATION_PASSWORD:
        record(action="session.failed", by=user, request=request, result=REFUSED)
        raise LoginRefused("该密码为演示账号公开的密码，正式运行时不能用于登录。请联系安全管理员重置密码。")
    attempt.forget()
    if second_factor.of(user):
        _await_code(request, user)
        return None
    _open(request, user)
    return user


def _await_code(request, user: User) -> None:
    request.session.cycle_key()
    request.session[_PENDING] = {
        "user": user.pk,
        "tied": user.get_session_auth_hash(),
        "since": int(clock.real_now().timestamp()),
    }


def awaited(request) -> User | None:
    """Who has given the password in this session and not yet the code; None when nobody, or too long ago."""
    pending = request.session.get(_PENDING)
    if not pending or clock.real_now().timestamp() - pending["since"] > PENDING_SECONDS:
        return None
    user = User.objects.open().filter(pk=pending["user"]).first()
    return user if user and user.get_session_auth_hash() == pending["tied"] else None


def take_second_step(request, user: User, code: str) -> None:
    """Let in whoever has given the password, by a code; LoginRefused for a wrong or a used one, and for too many tries."""
    attempt = Attempt.at(request, user.username, steps=throttle.CODE)
    attempt.take_turn()
    if not second_factor.passes(user, code):
        attempt.note_failure(request, "session.code_failed")
        raise LoginRefused("验证码不正确或已使用过。请等手机上显示下一个验证码再输入，或使用恢复码。")
    attempt.forget()
    del request.session[_PENDING]
    _open(request, user)
    request.session[second_factor.PASSED] = True


def _open(request, user: User) -> None:
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    sessions.begin(request, user)
    record(action="session.login", by=user, request=request)


def log_out(request) -> None:
    record(action="session.logout", by=request.user, request=request)
    sessions.end_own(request)
    logout(request)
