"""What logins and accounts ask of their administrators, for the inbox; and what the worker looks after of them."""

from collections.abc import Iterable

from django.urls import reverse

from accounts import dormancy, throttle
from accounts.filters import NO_POST
from accounts.models import User
from accounts.posts import Power
from common import clock
from inbox.hooks import InboxItem

KIND = "账号"
_NAMED = 3
"""How many accounts are named in a line."""


def look_after() -> None:
    """Close what nobody uses any more."""
    dormancy.look_after()


def pending(user: User) -> list[InboxItem]:
    """Alarms of the throttle, and accounts without a post, for who assigns posts; accounts that end soon for both kinds of administrators."""
    found = [*_alarms(), *_without_post()] if user.may(Power.ASSIGN_POSTS) else []
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


def _without_post() -> list[InboxItem]:
    """A new account can do nothing until it has a post, and whoever makes it cannot give it one."""
    rows = User.objects.active().filter(post="").order_by("created_at", "pk")
    return _told("posts", rows, "尚未分配岗位", "不再需要的，请系统管理员停用", f"post={NO_POST}", "待分配")


def _ending(key: str, accounts: Iterable[User], what: str, words: str) -> list[InboxItem]:
    return _told(key, accounts, what, words, f"ends={key}", "待核查")


def _told(key: str, accounts: Iterable[User], what: str, words: str, query: str, state: str) -> list[InboxItem]:
    """One item for accounts that share a reason; the list with the query shows them all."""
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
            url=f"{reverse('accounts:users')}?{query}",
            state=state,
            words=words,
        )
    ]
