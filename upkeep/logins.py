"""What logins and accounts ask of their administrators, for the inbox."""

from collections.abc import Iterable

from django.urls import reverse

from accounts import dormancy, throttle
from accounts.models import User
from accounts.posts import Power
from common import clock
from inbox.hooks import InboxItem

KIND = "账号"
_NAMED = 3
"""How many accounts are named in a line."""


def pending(user: User) -> list[InboxItem]:
    """Alarms of the throttle and accounts without a post for who assigns posts; accounts that end soon for both kinds of administrators."""
    found = [*_alarms(), *_new()] if user.may(Power.ASSIGN_POSTS) else []
    if user.may(Power.ASSIGN_POSTS) or user.may(Power.MANAGE_ACCOUNTS):
        found += _ending("dormant", dormancy.soon_dormant(), "因长期未登录即将停用", "到期前本人登录一次即可保留")
        found += _ending("expiring", dormancy.soon_over(), "有效期将满", "仍需使用的，请延长有效期")
    return found


def _alarms() -> list[InboxItem]:
    rows = list(throttle.alarms(clock.real_now()))
    if not rows:
        return []
    return [
        InboxItem(
            key="logins/alarms",
            version=f"{len(rows)}.{rows[0].reached_at}",
            kind=KIND,
            title=f"登录失败达到上限 {len(rows)} 处",
            url=reverse("accounts:alarms"),
            state="待核查",
            since=rows[-1].reached_at,
            latest=rows[0].reached_at,
        )
    ]


def _new() -> list[InboxItem]:
    """The accounts that can do nothing yet, or no more: a post is to be assigned, or they are to be closed."""
    return [
        InboxItem(
            key=f"logins/new/{account.pk}",
            version="1",
            kind=KIND,
            title=f"账号{account.name}（{account.username}）待分配岗位",
            url=reverse("accounts:assign_post", args=[account.pk]),
            state="未定岗",
            since=account.created_at,
            words=_asked(account),
        )
        for account in User.objects.open().filter(post="").order_by("pk")
    ]


def _asked(account: User) -> str:
    """Who asked for an account, and on what basis."""
    said = {"单位": account.unit, "申请人": account.requested_by, "依据": account.basis}
    return "，".join(f"{name}：{text}" for name, text in said.items() if text)


def _ending(key: str, accounts: Iterable[User], what: str, words: str) -> list[InboxItem]:
    rows = list(accounts)
    if not rows:
        return []
    names = "、".join(f"{account.name}（{account.username}）" for account in rows[:_NAMED])
    more = f"等 {len(rows)} 个" if len(rows) > _NAMED else ""
    return [
        InboxItem(
            key=f"logins/{key}",
            version=".".join(str(account.pk) for account in rows),
            kind=KIND,
            title=f"账号{names}{more}{what}",
            url=f"{reverse('accounts:users')}?ends={key}",
            state="待核查",
            words=words,
        )
    ]
