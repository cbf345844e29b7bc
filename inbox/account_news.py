"""Word to its owner that an account was changed: in the inbox for some days, and by mail at once, to the former address, too."""

from collections.abc import Iterator

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.telling import changed_of_late
from common import clock
from common.templatetags.figures import plain_date
from inbox.hooks import InboxItem
from inbox.mailing import is_configured, mailed, record

BY = "（提醒）"


def pending(user: User) -> Iterator[InboxItem]:
    """An item for each change of late; opened, it has been read."""
    for entry, what, by in changed_of_late(user):
        yield InboxItem(
            key=f"account/{entry.sequence}",
            version="1",
            kind="账号",
            title=what,
            url=reverse("accounts:me"),
            state="请核对",
            since=entry.at,
            words=f"由{by}办理。不知情的，请立即修改密码并告知安全管理员",
        )


def told(user: User, what: str, by: str, former: str) -> None:
    """Mail the owner once the change is kept."""
    addresses = [each for each in dict.fromkeys((former, user.email)) if each]
    if addresses and is_configured():
        transaction.on_commit(lambda: _mail(user, addresses, what, by), robust=True)


def _mail(user: User, addresses: list[str], what: str, by: str) -> None:
    subject, text = f"【账号变动】{what}", _text(user, what, by)
    for address in addresses:
        record("account.told", BY, user, subject, mailed(address, subject, text), address)


def _text(user: User, what: str, by: str) -> str:
    return "\n".join(
        [
            f"{user.name}，您好：",
            "",
            f"您在清城区全光网城市建设进度门户的账号（{user.username}）有变动：{what}。",
            f"时间：{plain_date(clock.real_now())}",
            f"办理人：{by}",
            "",
            "不是您本人办理、事先也不知情的，请立即登录修改密码，并告知安全管理员。",
            "本邮件由系统发出，请勿回复。",
        ]
    )
