"""What the owner of an account is told of it: that something with which she logs in, or by which she is reached, was changed."""

from collections.abc import Iterator
from datetime import timedelta

from accounts.audit import OK
from accounts.hooks import TELLING
from accounts.models import AuditEntry, User
from common import clock

CHANGES = {
    "account.password": "密码已修改",
    "account.reset_password": "密码已重置",
    "account.edit": "电子邮箱已更改",
    "second_factor.enrol": "两步验证已启用",
    "second_factor.remove": "两步验证已解除绑定",
    "second_factor.reset": "两步验证已重置",
    "second_factor.renew_codes": "恢复码已更换",
    "second_factor.recover": "已使用恢复码登录",
}
"""In words, by the action under which the trail has it."""

TOLD_DAYS = 7
"""For how long a change stands in the owner's inbox."""


def tell(user: User, action: str, by: User | str, *, former: str = "") -> None:
    """Have the owner told, in the transaction of the change; ``former`` is the mail address that was hers until then."""
    for told in TELLING:
        told(user, CHANGES[action], by_whom(user, by), former)


def by_whom(user: User, by: User | str) -> str:
    """Who did it, as the owner reads it."""
    if by == user:
        return "本人"
    return f"{by.post_label}{by.name}" if isinstance(by, User) else by


def changed_of_late(user: User) -> Iterator[tuple[AuditEntry, str, str]]:
    """The changes of the last TOLD_DAYS days as the trail has them, each in words and by whom, the latest first."""
    since = clock.real_now() - timedelta(days=TOLD_DAYS)
    about = AuditEntry.objects.filter(subject_type=User._meta.label_lower, subject_key=str(user.pk))
    for entry in about.filter(action__in=CHANGES, at__gte=since, result=OK).select_related("by"):
        if entry.action != "account.edit" or "email" in entry.facts:
            yield entry, CHANGES[entry.action], by_whom(user, entry.by or entry.username)
