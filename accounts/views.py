"""Views of login, the user's own account, and account administration."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import actions, passwords, second_factor, sessions, throttle
from accounts.access import requires
from accounts.audit import looked
from accounts.factor_views import answered
from accounts.forms import (
    ChangedAccountForm,
    LoginForm,
    NewAccountForm,
    OwnEmailForm,
    PasswordForm,
    PostForm,
    PresentPasswordForm,
)
from accounts.hooks import SHOWN_ACCOUNTS
from accounts.lists import USERS
from accounts.login import LoginRefused, confirmed, log_in, log_out
from accounts.models import AuditEntry, User
from accounts.posts import ADMINISTRATORS, Power
from accounts.wording import action_label, result_label
from common import clock
from common.http import get_object_or_404, own_address
from common.listing import answer

LAST_LOGINS = 10
SEEING = (Power.MANAGE_ACCOUNTS, Power.ASSIGN_POSTS, Power.READ_AUDIT_TRAIL)
"""Any of these opens the accounts; the auditor changes nothing there."""


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def login(request):
    """The login page; in demonstration mode a button for each account logs straight in."""
    target = _target(request)
    if request.user.is_authenticated:
        return redirect(target)
    units = demonstration_units()
    form, problem = LoginForm(None if request.method == "GET" or "account" in request.POST else request.POST), ""
    credentials = _demonstration_credentials(request, units) or (form.is_valid() and form.cleaned_data)
    if request.method == "POST" and credentials:
        try:
            if log_in(request, **credentials):
                return redirect(target)
            request.session["next"] = target
            return redirect("accounts:second_step")
        except LoginRefused as refused:
            problem = refused
    response = render(
        request,
        "accounts/login.html",
        {
            "form": form,
            "problems": [{"text": str(problem)}] if problem else [],
            "units": units,
            "shared_password": _shared_password(units),
            "next": request.GET.get("next", request.POST.get("next", "")),
        },
        status=429 if problem and problem.retry_after else 200,
    )
    if problem and problem.retry_after:
        response["Retry-After"] = str(problem.retry_after)
    return response


def _posted(request) -> QueryDict | None:
    """What was sent, even when that is nothing; None when the page is only read."""
    return request.POST if request.method == "POST" else None


def _target(request) -> str:
    """Where to go after logging in: where one was going, if that is in this portal."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return own_address(request, target) or resolve_url(settings.LOGIN_REDIRECT_URL)


def demonstration_units() -> dict[str, list]:
    """The demonstration accounts by unit; none outside demonstration mode."""
    units: dict[str, list] = {}
    if settings.DEMONSTRATION:
        for account in (account for accounts in SHOWN_ACCOUNTS for account in accounts()):
            units.setdefault(account.unit, []).append(account)
    return units


def _shared_password(units: dict[str, list]) -> str:
    """The password of all demonstration accounts; blank when they differ or there are none."""
    found = {account.password for unit in units.values() for account in unit}
    return found.pop() if len(found) == 1 else ""


def _demonstration_credentials(request, units: dict[str, list]) -> dict | None:
    chosen = request.POST.get("account")
    for account in (account for unit in units.values() for account in unit):
        if account.username == chosen:
            return {"username": account.username, "password": account.password}
    return None


@login_not_required
def logout(request):
    """Only a POST logs out: a link from elsewhere must not."""
    if request.method != "POST" or not request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL if request.user.is_authenticated else settings.LOGIN_URL)
    log_out(request)
    messages.success(request, "已退出登录。")
    return redirect(settings.LOGIN_URL)


@never_cache
@sensitive_post_parameters()
def password(request):
    """One's own password, for the present one; tokens outlast it, and are named."""
    due = passwords.is_due(request.user)
    form, problem = PasswordForm(_posted(request), user=request.user), None
    try:
        if request.method == "POST" and confirmed(request, form):
            changed = actions.change_password(user=request.user, password=form.cleaned_data["new"])
            update_session_auth_hash(request, changed)
            sessions.follow(request)
            messages.success(request, "密码已修改。其他登录已全部失效。")
            return redirect(settings.LOGIN_REDIRECT_URL if due else "accounts:me")
    except LoginRefused as refused:
        form, problem = form.as_typed(), refused
    standing = [token.name for token in request.user.tokens.standing()]
    return answered(request, "accounts/password.html", problem, {"form": form, "due": due, "tokens": standing})


@sensitive_post_parameters("present")
def me(request):
    """One's own account; the mail address is changed for the present password."""
    form = OwnEmailForm(_posted(request), user=request.user, initial={"email": request.user.email})
    try:
        if request.method == "POST" and confirmed(request, form):
            actions.set_email(user=request.user, email=form.cleaned_data["email"])
            messages.success(request, "电子邮箱已保存。" if form.cleaned_data["email"] else "已不再接收邮件提醒。")
            return redirect("accounts:me")
    except LoginRefused as refused:
        return own_page(request, email=form.as_typed(), problem=refused)
    return own_page(request, email=form)


def own_page(
    request,
    *,
    email: OwnEmailForm | None = None,
    ending: PresentPasswordForm | None = None,
    problem: LoginRefused | None = None,
):
    """What the own account is tied to, what it may do, where its mail goes, when and from where it logged in.

    ``email`` and ``ending`` are the forms of the page as they were posted, ``problem`` why neither was looked at.
    """
    own = AuditEntry.objects.filter(
        username=request.user.username, action__in=("session.login", "session.failed", "session.locked")
    )
    logins = [(entry, action_label(entry), result_label(entry)) for entry in own[:LAST_LOGINS]]
    factor = second_factor.of(request.user)
    return answered(
        request,
        "accounts/me.html",
        problem,
        {
            "powers": [power.label for power in Power if request.user.may(power)],
            "logins": logins,
            "form": email or OwnEmailForm(user=request.user, initial={"email": request.user.email}),
            "ending": ending or ending_form(request),
            "may_issue": request.user.may(Power.ISSUE_TOKENS),
            "sessions": [(row, sessions.is_own(row, request)) for row in sessions.alive(request.user)],
            "most_hours": settings.SESSION_MAX_HOURS,
            "factor": factor,
            "few_codes": factor and second_factor.codes_left(request.user) <= second_factor.FEW,
        },
    )


def ending_form(request) -> PresentPasswordForm:
    """For ending own logins, as it was posted, or blank; its field is not that of the page's other form."""
    return PresentPasswordForm(_posted(request), user=request.user, auto_id="ending_%s")


@requires(*SEEING)
def users(request):
    rows = User.objects.visible_to(request.user).select_related("area", "operator")
    return answer(request, USERS, rows, may_manage=request.user.may(Power.MANAGE_ACCOUNTS))


@requires(*SEEING)
def user(request, pk: int):
    return _account_page(request, _account(request, pk))


def _account(request, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user).select_related("area", "operator"), pk=pk)


def _account_page(request, account: User, initial_password: str = "", status: int = 200):
    if account.pk != request.user.pk:
        looked(what="办公电话和电子邮箱", subject=account)
    return render(
        request,
        "accounts/user.html",
        {
            "account": account,
            "initial_password": initial_password,
            "may_manage": request.user.may(Power.MANAGE_ACCOUNTS),
            "may_assign": request.user.may(Power.ASSIGN_POSTS),
            "tokens": account.tokens.select_related("user", "operator"),
            "locks": list(throttle.locked(account.username, clock.real_now())),
            "sessions": [(row, False) for row in sessions.alive(account)],
            "factor": second_factor.of(account),
            "factor_required": second_factor.is_required(account),
            "is_administrator": account.post in ADMINISTRATORS,
            "is_self": account.pk == request.user.pk,
            "powers": [power.label for power in Power if power in account.grants.powers],
        },
        status=status,
    )


@never_cache
@requires(Power.MANAGE_ACCOUNTS)
def new_user(request):
    form = NewAccountForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            account, initial_password = actions.create_account(**form.cleaned_data, by=request.user)
        except ValidationError as problem:
            form.add_error(None, ValidationError(problem.messages))
        else:
            messages.success(request, f"账号 {account.username} 已建立。安全管理员分配岗位后才有权限。")
            return _account_page(request, account, initial_password)
    return render(request, "accounts/new_user.html", {"form": form})


@requires(Power.MANAGE_ACCOUNTS)
def edit_user(request, pk: int):
    account = _account(request, pk)
    if account.pk != request.user.pk:
        looked(what="办公电话和电子邮箱", subject=account)
    present = {"name": account.name, "unit": account.unit, "email": account.email, "phone": account.phone}
    present["valid_until"] = account.valid_until
    form = ChangedAccountForm(_posted(request), initial=present)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_account(user=account, **form.cleaned_data, by=request.user)
            messages.success(request, "账号资料已保存。")
            return redirect("accounts:user", pk)
        except actions.Refused as refused:
            form.add_error("valid_until", str(refused))
    return render(request, "accounts/edit_user.html", {"form": form, "account": account})


@requires(Power.ASSIGN_POSTS)
def assign_post(request, pk: int):
    account = _account(request, pk)
    form, status = PostForm(_posted(request), initial=_present(account)), 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.assign_post(user=account, **form.cleaned_data, by=request.user)
            messages.success(request, f"{account.name}的岗位已保存，其已有的登录全部失效。")
            return redirect("accounts:user", pk)
        except ValidationError as problem:
            form.add_error("post", ValidationError(problem.messages))
        except actions.Refused as refused:
            messages.error(request, str(refused))
            account, status = _account(request, pk), 409
            form = PostForm(initial=_present(account))
    return render(request, "accounts/assign_post.html", {"form": form, "account": account}, status=status)


def _present(account: User) -> dict:
    return {"post": account.post, "area": account.area, "operator": account.operator, "seen": account.session_version}


@never_cache
@requires(Power.MANAGE_ACCOUNTS)
def reset_password(request, pk: int):
    account = _account(request, pk)
    if request.method != "POST":
        return redirect("accounts:user", pk)
    try:
        return _account_page(request, account, actions.reset_password(user=account, by=request.user))
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return _account_page(request, account, status=409)


@requires(Power.MANAGE_ACCOUNTS)
def disable_user(request, pk: int):
    return _press(request, pk, actions.disable, "账号已停用，其登录已全部失效。")


@requires(Power.MANAGE_ACCOUNTS)
def enable_user(request, pk: int):
    return _press(request, pk, actions.enable, "账号已启用。")


@requires(Power.ASSIGN_POSTS)
def reopen_user(request, pk: int):
    return _press(request, pk, actions.reopen, "账号已重新开放。")


@requires(Power.ASSIGN_POSTS)
def reset_second_factor(request, pk: int):
    return _press(request, pk, second_factor.reset, "两步验证已重置，其登录已全部失效。请通知本人登录后重新绑定。")


@requires(Power.ASSIGN_POSTS)
def end_sessions_of_user(request, pk: int):
    return _press(request, pk, sessions.end_of, "其登录已全部结束。")


@requires(Power.ASSIGN_POSTS)
def unlock_user(request, pk: int):
    return _press(request, pk, actions.unlock, "登录锁定已解除。")


def _press(request, pk: int, action: Callable, done: str):
    """What a button of the account's page does; without a POST it does nothing."""
    account = _account(request, pk)
    if request.method == "POST":
        try:
            action(user=account, by=request.user)
            messages.success(request, done)
        except actions.Refused as refused:
            messages.error(request, str(refused))
            return _account_page(request, account, status=409)
    return redirect("accounts:user", pk)
