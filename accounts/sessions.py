"""Logins (登录会话) as people see them: since when, from where, with which browser; ended singly, all at once, or by their age."""

import hashlib
import re
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.access import refusal
from accounts.audit import address_of, record
from accounts.models import LoginSession, User
from accounts.posts import Power
from common import clock
from gate.disk import left_out_when_full

KEPT_DAYS = 90
"""How long an ended login is kept, and its address a known one."""

ELSEWHERE = "该账号已在别处登录，本次登录已结束。非本人操作的，请立即修改密码并告知安全管理员。"
BY_OWNER = "本次登录已由本人在别处结束。"
BY_ADMINISTRATOR = "本次登录已由安全管理员结束，有疑问请与其联系。"
ACCOUNT_CHANGED = "账号的密码、两步验证、岗位或状态有变动，须重新登录。"
OVER = "登录时间已达上限，请重新登录。"

_ROW = "login_session"
_BEGUN = "begun_at"
_BROWSERS = (
    (r"MicroMessenger/(\d+)", "微信"),
    (r"QIHU 360EE|360EE|360ENT", "360 企业安全浏览器"),
    (r"360SE|QihooBrowser", "360 安全浏览器"),
    (r"QQBrowser/(\d+)", "QQ 浏览器"),
    (r"MetaSr", "搜狗浏览器"),
    (r"Edg(?:e|A|iOS)?/(\d+)", "Edge"),
    (r"OPR/(\d+)", "Opera"),
    (r"Firefox/(\d+)", "Firefox"),
    (r"Chrome/(\d+)", "Chrome"),
    (r"Version/(\d+).*Safari", "Safari"),
    (r"MSIE|Trident", "Internet Explorer"),
)
_SYSTEMS = (
    (r"Windows NT 10|Windows NT 11", "Windows 10/11"),
    (r"Windows NT 6\.1", "Windows 7"),
    (r"Windows", "Windows"),
    (r"HarmonyOS|OpenHarmony", "鸿蒙"),
    (r"Android", "安卓"),
    (r"iPhone|iPad", "iOS"),
    (r"Mac OS X", "macOS"),
    (r"Linux|X11", "Linux"),
)


def browser_in_words(agent: str) -> str:
    """Chrome 120（Windows 10/11）, of a User-Agent; 未知浏览器 where it says nothing that is known."""
    name = next(
        (_named(match, word) for pattern, word in _BROWSERS if (match := re.search(pattern, agent))), "未知浏览器"
    )
    system = next((word for pattern, word in _SYSTEMS if re.search(pattern, agent)), "")
    return f"{name}（{system}）" if system else name


def _named(match: re.Match, word: str) -> str:
    return f"{word} {match[1]}" if match.re.groups else word


def digest(session_key: str) -> str:
    return hashlib.sha256(session_key.encode("utf-8", "replace")).hexdigest()


def begin(request, user: User) -> LoginSession:
    """Keep that ``user`` has just logged in with the session of ``request``; with PORTAL_ONE_SESSION the others end."""
    if settings.ONE_SESSION:
        for older in alive(user):
            _end(older, ELSEWHERE)
    row = LoginSession.objects.create(
        user=user,
        session_key=request.session.session_key,
        digest=digest(request.session.session_key),
        address=address_of(request),
        browser=browser_in_words(request.headers.get("User-Agent", "")),
    )
    request.session[_ROW], request.session[_BEGUN] = row.pk, int(row.begun_at.timestamp())
    return row


def touch(request, now: int) -> None:
    """Note that the session is in use, where the disk has room for it; one that began otherwise has its time counted from here."""
    request.session.setdefault(_BEGUN, now)
    if pk := request.session.get(_ROW):
        with left_out_when_full("when a login was last used"):
            LoginSession.objects.filter(pk=pk).update(used_at=clock.real_now(), address=address_of(request))


def follow(request) -> None:
    """The session goes on under another key, as after a change of the own password."""
    if pk := request.session.get(_ROW):
        key = request.session.session_key
        LoginSession.objects.filter(pk=pk).update(session_key=key, digest=digest(key), ended_at=None, ended_why="")


def end_of_age(request) -> None:
    """The login of this request has reached its age: whoever sits there is a visitor from here on."""
    if pk := request.session.get(_ROW):
        _end(LoginSession.objects.get(pk=pk), OVER)
    record(action="session.over", by=request.user, request=request, detail={"hours": settings.SESSION_MAX_HOURS})
    logout(request)


def is_over(request, now: int) -> bool:
    """Whether the session is older than PORTAL_SESSION_MAX_HOURS, however much it is used."""
    return now - request.session.get(_BEGUN, now) >= 3600 * settings.SESSION_MAX_HOURS


def alive(user: User) -> QuerySet[LoginSession]:
    """The logins of an account that last."""
    lasting = Session.objects.filter(pk=OuterRef("session_key"), expire_date__gt=clock.real_now())
    return LoginSession.objects.filter(Exists(lasting), user=user, ended_at=None)


def is_known(username: str, address: str) -> bool:
    """Whether the account has logged in from this address of late."""
    return LoginSession.objects.filter(user__username=username, address=address).exists()


def is_own(row: LoginSession, request) -> bool:
    return row.pk == request.session.get(_ROW)


def _end(row: LoginSession, why: str) -> None:
    Session.objects.filter(pk=row.session_key).delete()
    LoginSession.objects.filter(pk=row.pk).update(session_key="", ended_at=clock.real_now(), ended_why=why)


@transaction.atomic
def end(*, row: LoginSession, by: User) -> None:
    """End one login of the own account at once."""
    _end(row, BY_OWNER)
    record(action="session.end", by=by, subject=row.user, detail={"browser": row.browser, "begun_at": row.begun_at})


def end_all(user: User, why: str) -> int:
    """End all logins of an account, in the caller's transaction, which changes what they are tied to; how many there were."""
    rows = list(alive(user))
    for row in rows:
        _end(row, why)
    return len(rows)


def end_others(request) -> None:
    """All logins of the account end but this one, which goes on under a new key."""
    end_everywhere(request.user, ACCOUNT_CHANGED)
    update_session_auth_hash(request, User.objects.get(pk=request.user.pk))
    follow(request)


def end_everywhere(user: User, why: str) -> int:
    """End all logins of an account, those of which nothing is kept here included; how many are known."""
    User.objects.filter(pk=user.pk).update(session_version=F("session_version") + 1)
    return end_all(user, why)


@transaction.atomic
def sign_out_everywhere(user: User) -> None:
    """退出所有设备, by the owner."""
    count = end_everywhere(user, BY_OWNER)
    record(action="session.end_all", by=user, subject=user, detail={"logins": count})


@transaction.atomic
def end_of(*, user: User, by: User) -> int:
    """End all logins of another's account; how many there were."""
    if not by.may(Power.ASSIGN_POSTS):
        raise PermissionDenied(refusal(by, (Power.ASSIGN_POSTS,)))
    count = end_everywhere(user, BY_ADMINISTRATOR)
    record(action="session.end_all", by=by, subject=user, detail={"logins": count})
    return count


def end_own(request) -> None:
    """The login of this request ends: 退出."""
    if pk := request.session.get(_ROW):
        LoginSession.objects.filter(pk=pk).update(session_key="", ended_at=clock.real_now())


def why_ended(request) -> str:
    """Why the session ended with which a browser comes; '' where it has none, or where nobody ended it."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not key:
        return ""
    ended = LoginSession.objects.filter(digest=digest(key)).exclude(ended_at=None)
    return ended.values_list("ended_why", flat=True).first() or ""


def sweep() -> None:
    """Delete what is known of logins that ended long ago."""
    before = clock.real_now() - timedelta(days=KEPT_DAYS)
    LoginSession.objects.filter(used_at__lt=before).delete()
