"""Pages and buttons about logins: ending one's own, alarms of the throttle, and an account's whole life."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from accounts import actions, sessions, throttle
from accounts.access import requires
from accounts.login import UNKNOWN_NAME, LoginRefused, confirmed
from accounts.models import AuditEntry, LoginFailures, User
from accounts.posts import Power
from accounts.views import ending_form, own_page
from accounts.wording import action_label, changes, result_label
from common import clock
from common.http import get_object_or_404

LIFE_SHOWN = 300
"""Entries of an account's life on its page, the latest first; all of them are in the audit trail."""


@sensitive_post_parameters("present")
def end(request, pk: int):
    """End one of the own logins, for the present password."""
    row = get_object_or_404(sessions.alive(request.user), pk=pk)

    def end_it():
        sessions.end(row=row, by=request.user)
        messages.success(request, "该处登录已结束。")
        return redirect("accounts:me")

    return _for_the_password(request, end_it)


@sensitive_post_parameters("present")
def end_all(request):
    """退出所有设备, this one included, for the present password."""

    def end_them():
        sessions.sign_out_everywhere(request.user)
        return redirect("accounts:login")

    return _for_the_password(request, end_them)


def _for_the_password(request, then: Callable[[], HttpResponse]) -> HttpResponse:
    """End what was asked for when the password that was typed is right; without a POST nothing."""
    if request.method != "POST":
        return redirect("accounts:me")
    form = ending_form(request)
    try:
        return then() if confirmed(request, form) else own_page(request, ending=form)
    except LoginRefused as refused:
        return own_page(request, ending=form.as_typed(), problem=refused)


@requires(Power.ASSIGN_POSTS)
def alarms(request):
    """The ceilings of failed logins that were reached of late."""
    now = clock.real_now()
    known = set(User.objects.values_list("username", flat=True))
    rows = [
        (row, row.username if not row.username or row.username in known else UNKNOWN_NAME, _wait(row, now))
        for row in throttle.alarms(now)
    ]
    return render(request, "accounts/alarms.html", {"rows": rows, "days": throttle.KEPT_DAYS})


def _wait(row: LoginFailures, now) -> int:
    """Seconds between two attempts that are let through at present."""
    limit = throttle.ceilings()[row.kind]
    return limit.pause_after(limit.counted(row, now))


@requires(Power.ASSIGN_POSTS)
def release(request, pk: int):
    row = get_object_or_404(throttle.alarms(clock.real_now()), pk=pk)
    if request.method == "POST":
        actions.release(failures=row, by=request.user)
        messages.success(request, "限制已解除，失败次数从头计算。")
    return redirect("accounts:alarms")


@requires(Power.MANAGE_ACCOUNTS, Power.ASSIGN_POSTS, Power.READ_AUDIT_TRAIL)
def life(request, pk: int):
    """Who asked for an account, who made it, who gave it its post, and all that befell it since."""
    account = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    about = Q(subject_type=User._meta.label_lower, subject_key=str(pk))
    befell = Q(username=account.username, action__in=("session.locked", "session.ceiling", "session.over"))
    found = AuditEntry.objects.filter(about | befell).select_related("by")
    entries = [(entry, action_label(entry), result_label(entry), changes(entry)) for entry in found[:LIFE_SHOWN]]
    return render(
        request,
        "accounts/life.html",
        {
            "account": account,
            "made": found.filter(about, action="account.create").order_by("sequence").first(),
            "posted": found.filter(about, action="account.assign_post").first(),
            "entries": entries,
            "more": max(found.count() - LIFE_SHOWN, 0),
            "may_read": request.user.may(Power.READ_AUDIT_TRAIL),
        },
    )
