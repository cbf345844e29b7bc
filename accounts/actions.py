"""Actions on accounts, of the system administrator, the security administrator and the user herself; each is audited.

Every action asks for its power, refuses what the separation of the three administrators forbids,
and leaves an entry with before and after, all in one transaction.
"""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts import passwords, sessions, tokens
from accounts.access import refusal
from accounts.audit import record
from accounts.models import LoginFailures, User
from accounts.posts import ADMINISTRATORS, Post, Power
from accounts.telling import tell
from areas.models import Area, Operator
from common import clock
from common.exceptions import Refused

STALE = "该账号刚被他人修改。请核对下列最新情况后重新提交。"


def _ask(by: User, power: Power) -> None:
    if not by.may(power):
        raise PermissionDenied(refusal(by, (power,)))


def _locked(user: User) -> User:
    """The user, held together with all administrators, always in the same order: two changes at once wait, and never for each other."""
    held = User.objects.select_for_update().filter(Q(pk=user.pk) | Q(post__in=ADMINISTRATORS)).order_by("pk")
    return {each.pk: each for each in held}[user.pk]


def _not_oneself(user: User, by: User, what: str) -> None:
    if user.pk == by.pk:
        raise Refused(f"不能{what}自己的账号，请由另一名管理员办理。")


def _not_the_last(user: User) -> None:
    """Each of the three administrators' posts keeps an active holder."""
    if user.post not in ADMINISTRATORS or not user.is_active:
        return
    if is_the_last(user):
        raise Refused(
            f"{user.name}是最后一名在用的{user.post_label}，不能停用、调岗或限定有效期。请先为另一个账号分配该岗位。"
        )


def is_the_last(user: User) -> bool:
    """Whether nobody else holds the post in an account that may log in for good."""
    others = User.objects.active().filter(post=user.post, valid_until=None).exclude(pk=user.pk)
    return not others.exists()


def _changes(before: dict, after: dict) -> dict:
    return {key: [before[key], after[key]] for key in after if before[key] != after[key]}


@transaction.atomic
def create_account(
    *,
    username: str,
    name: str,
    unit: str,
    requested_by: str,
    basis: str,
    valid_until: date | None = None,
    email: str = "",
    phone: str = "",
    by: User,
) -> tuple[User, str]:
    """A new account without a post, and its initial password, which is not kept anywhere."""
    _ask(by, Power.MANAGE_ACCOUNTS)
    password = passwords.initial_password()
    asked = {"requested_by": requested_by, "basis": basis, "valid_until": valid_until}
    user = User.objects.create_user(
        username, password, name=name, unit=unit, email=email, phone=phone, must_change_password=True, **asked
    )
    said = {"username": username, "name": name, "unit": unit, **asked}
    record(action="account.create", by=by, subject=user, detail={key: [None, value] for key, value in said.items()})
    return user, password


@transaction.atomic
def edit_account(
    *,
    user: User,
    name: str,
    unit: str,
    email: str = "",
    phone: str = "",
    valid_until: date | None = None,
    by: User,
) -> User:
    """Refused for an end of the own account's time, and of the last holder's of one of the three administrators' posts."""
    _ask(by, Power.MANAGE_ACCOUNTS)
    user = _locked(user)
    after = {"name": name, "unit": unit, "email": email, "phone": phone, "valid_until": valid_until}
    changes = _changes({field: getattr(user, field) for field in after}, after)
    if valid_until and "valid_until" in changes:
        _not_oneself(user, by, "限定")
        _not_the_last(user)
    if changes:
        for field, value in after.items():
            setattr(user, field, value)
        user.full_clean()
        user.save(update_fields=list(after))
        record(action="account.edit", by=by, subject=user, detail=changes)
    if "email" in changes:
        tell(user, "account.edit", by, former=changes["email"][0])
    return user


@transaction.atomic
def set_email(*, user: User, email: str) -> None:
    """Set the mail address to which the user's reminders go; blank turns them off."""
    user = _locked(user)
    if user.email != email:
        before, user.email = user.email, email
        user.save(update_fields=["email"])
        record(action="account.edit", by=user, subject=user, detail={"email": [before, email]})
        tell(user, "account.edit", user, former=before)


@transaction.atomic
def reset_password(*, user: User, by: User) -> str:
    """A new initial password; whoever knows it could act as the user, so not for those who watch the administrators."""
    _ask(by, Power.MANAGE_ACCOUNTS)
    _not_oneself(user, by, "重置")
    if user.post in ADMINISTRATORS:
        raise Refused("系统管理员、安全管理员、审计员相互制约，他们的密码只能在服务器上用命令 reset_password 重置。")
    password = passwords.initial_password()
    passwords.change(_locked(user), password, must_change=True)
    sessions.end_all(user, sessions.ACCOUNT_CHANGED)
    record(action="account.reset_password", by=by, subject=user)
    tokens.end_all(user=user, by=by)
    tell(user, "account.reset_password", by)
    return password


@transaction.atomic
def disable(*, user: User, by: User) -> User:
    _ask(by, Power.MANAGE_ACCOUNTS)
    _not_oneself(user, by, "停用")
    user = _locked(user)
    _not_the_last(user)
    return _set_active(user, False, by, "account.disable")


@transaction.atomic
def enable(*, user: User, by: User) -> User:
    """Refused for an account that was closed because nobody used it: whether it is still needed the security administrator says."""
    _ask(by, Power.MANAGE_ACCOUNTS)
    if _locked(user).dormant_since:
        raise Refused("该账号因长期未登录停用，须由安全管理员确认仍需使用后重新开放。")
    return _set_active(user, True, by, "account.enable")


@transaction.atomic
def reopen(*, user: User, by: User) -> User:
    """Open an account again that was closed because nobody used it; its time begins anew."""
    _ask(by, Power.ASSIGN_POSTS)
    _not_oneself(user, by, "开放")
    user = _locked(user)
    return _set_active(user, True, by, "account.reopen") if user.dormant_since else user


@transaction.atomic
def close_dormant(user: User) -> bool:
    """Close an account that nobody has used for long; never that of the last holder of one of the three administrators' posts."""
    user = _locked(user)
    if not user.is_active or (user.post in ADMINISTRATORS and is_the_last(user)):
        return False
    user.dormant_since = clock.real_now()
    user.save(update_fields=["dormant_since"])
    _set_active(user, False, THE_PORTAL, "account.close_dormant")
    return True


def _set_active(user: User, is_active: bool, by: User | str, action: str) -> User:
    user = _locked(user)
    if user.is_active != is_active:
        user.is_active = is_active
        user.session_version += 1
        if is_active:
            user.active_since, user.dormant_since = clock.real_now(), None
        user.save(update_fields=["is_active", "session_version", "active_since", "dormant_since"])
        sessions.end_all(user, sessions.ACCOUNT_CHANGED)
        record(action=action, by=by, subject=user, detail={"is_active": [not is_active, is_active]})
        tokens.end_all(user=user, by=by)
    return user


@transaction.atomic
def assign_post(*, user: User, post: str, area: Area | None, operator: Operator | None, seen: int, by: User) -> User:
    """Give or take ('') a post; ``seen`` is the ``session_version`` on which the decision was based.

    ValidationError when the post does not fit its area or operator, Refused when separation or a newer change forbids it.
    """
    _ask(by, Power.ASSIGN_POSTS)
    _not_oneself(user, by, "调整")
    user = _locked(user)
    if user.session_version != seen:
        raise Refused(STALE)
    if post != user.post:
        _not_the_last(user)
    before = _seat(user)
    user.post, user.area, user.operator = post, area, operator
    changes = _changes(before, _seat(user))
    if changes:
        user.session_version += 1
        user.full_clean()
        user.save(update_fields=["post", "area", "operator", "session_version"])
        sessions.end_all(user, sessions.ACCOUNT_CHANGED)
        record(action="account.assign_post", by=by, subject=user, detail=changes)
        tokens.end_all(user=user, by=by)
    return user


def _seat(user: User) -> dict:
    return {"post": user.post, "area": user.area_id, "operator": user.operator and user.operator.name}


@transaction.atomic
def release(*, failures: LoginFailures, by: User) -> None:
    """Clear a counter at its ceiling, with its alarm: logins go on at once."""
    _ask(by, Power.ASSIGN_POSTS)
    removed, _ = LoginFailures.objects.filter(pk=failures.pk).delete()
    if removed:
        detail = {"limit": failures.get_kind_display(), "address": failures.address, "failures": failures.failures}
        record(action="session.release", by=by, detail=detail)


@transaction.atomic
def unlock(*, user: User, by: User) -> None:
    """Clear the failed logins of a user, so that she can try again at once from every address."""
    _ask(by, Power.ASSIGN_POSTS)
    removed, _ = LoginFailures.objects.filter(username=user.username).delete()
    if removed:
        record(action="account.unlock", by=by, subject=user)


@transaction.atomic
def change_password(*, user: User, password: str) -> User:
    """Set the user's own new password, which has been validated already."""
    user = _locked(user)
    passwords.change(user, password, must_change=False)
    sessions.end_all(user, sessions.ACCOUNT_CHANGED)
    record(action="account.password", by=user, subject=user)
    tell(user, "account.password", user)
    return user


@transaction.atomic
def create_account_with_post(
    *,
    username: str,
    name: str,
    post: Post,
    unit: str,
    email: str = "",
    phone: str = "",
    area: Area | None,
    operator: Operator | None,
) -> tuple[User, str]:
    """An account with its post, from the server's command line: how a portal gets its first administrators."""
    password = passwords.initial_password()
    seat = {"post": post, "area": area, "operator": operator, "basis": "在服务器上用命令建立"}
    user = User.objects.create_user(
        username, password, name=name, unit=unit, email=email, phone=phone, must_change_password=True, **seat
    )
    record(
        action="account.create",
        by=COMMAND_LINE,
        subject=user,
        detail={"username": [None, username], "post": [None, post]},
    )
    return user, password


@transaction.atomic
def reset_password_on_server(user: User) -> str:
    password = passwords.initial_password()
    passwords.change(_locked(user), password, must_change=True)
    sessions.end_all(user, sessions.ACCOUNT_CHANGED)
    record(action="account.reset_password", by=COMMAND_LINE, subject=user)
    tokens.end_all(user=user, by=COMMAND_LINE)
    tell(user, "account.reset_password", COMMAND_LINE)
    return password


COMMAND_LINE = "（服务器命令）"
"""Who did it, where it was done on the server."""

THE_PORTAL = "（系统）"
"""Who did it, where the worker did it by itself."""
