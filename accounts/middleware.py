"""Middleware: required login, sliding sessions, the client's address for the audit trail, and what is due first."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from accounts import second_factor, sessions
from accounts.audit import address_of, current_address, current_looks, is_told, note_looks, refused
from accounts.passwords import is_due
from accounts.sessions import why_ended
from common import clock
from common.http import NoSuchRow, own_address

SESSION_TOUCH_SECONDS = 120
"""How often the last use is written: seldom, as on SQLite a write waits for whoever else is writing."""


class LoginRequired(LoginRequiredMiddleware):
    """Django's own, except that after an expired form one returns to the page that held it, not to its target.

    A token of the API opens no page, and a system is told so instead of being led to the login.
    """

    def handle_no_permission(self, request, view_func):
        if "Authorization" in request.headers:
            answer = _refused("令牌只能用于 /api/ 下的接口；网页须由本人登录。", 401)
            answer["WWW-Authenticate"] = "Bearer"
            return answer
        if why := why_ended(request):
            messages.warning(request, why)
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        page = own_address(request, request.headers.get("Referer", "")) or reverse(settings.LOGIN_REDIRECT_URL)
        return redirect_to_login(page, reverse(settings.LOGIN_URL))


def _refused(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"detail": sentence}, status=status, json_dumps_params={"ensure_ascii": False})


def session_kept_while_used(get_response):
    """Middleware: a session ends SESSION_COOKIE_AGE after its last use, to within two minutes, and at the latest at its age."""

    def middleware(request):
        if request.session.session_key and request.user.is_authenticated:
            now = int(clock.real_now().timestamp())
            if sessions.is_over(request, now):
                sessions.end_of_age(request)
            elif now - request.session.get("used_at", 0) >= SESSION_TOUCH_SECONDS:
                request.session["used_at"] = now
                sessions.touch(request, now)
        return get_response(request)

    return middleware


def address(get_response):
    """Middleware: keep the client's address in a context variable, where ``accounts.audit.record`` reads it."""

    def middleware(request):
        token = current_address.set(address_of(request))
        try:
            return get_response(request)
        finally:
            current_address.reset(token)

    return middleware


class RefusalsAndLooks:
    """Middleware: what is refused, and who looked at others' personal data, goes into the audit trail.

    By status, wherever it was decided: 401, 403 (a form without its token too), 429, and 404 where there is a row that
    the person may not see. What a step of its own has written down as refused or failed is not told twice.
    """

    reasons = {401: "未登录，或令牌无效", 403: "没有权限", 404: "不在本人范围内", 429: "请求过于频繁"}
    csrf = "表单校验未通过（CSRF）"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        looks: list = []
        tokens = [(current_looks, current_looks.set(looks)), (is_told, is_told.set(False))]
        try:
            response = self.get_response(request)
            if response.status_code in self.reasons and not is_told.get():
                self._refused(request, response.status_code)
            elif looks and response.status_code < 500 and request.user.is_authenticated:
                note_looks(request, looks)
            return response
        finally:
            for variable, token in tokens:
                variable.reset(token)

    def process_exception(self, request, exception):
        """Keep what a view raised: a 404 knows what lies behind it. The API keeps it by ``answered``."""
        request.fault = exception

    def _refused(self, request, status: int) -> None:
        fault, row = getattr(request, "fault", None), None
        if status == 404:
            row = fault.refused_row() if isinstance(fault, NoSuchRow) and request.user.is_authenticated else None
            if row is None:
                return
        refused(request, status, self.csrf if status == 403 and _failed_csrf(request) else self.reasons[status], row)


def _failed_csrf(request) -> bool:
    """Whether Django's own check turned it away: it marks each request that it lets pass."""
    if request.method in ("GET", "HEAD", "OPTIONS", "TRACE") or not request.resolver_match:
        return False
    if isinstance(fault := getattr(request, "fault", None), APIException):
        return str(fault).startswith("CSRF Failed")
    is_exempt = getattr(request.resolver_match.func, "csrf_exempt", False)
    return not is_exempt and not getattr(request, "csrf_processing_done", False)


def answered(fault: Exception, context: dict) -> Response | None:
    """REST framework's own answer; the fault is kept where ``RefusalsAndLooks`` finds that of any other view."""
    context["request"]._request.fault = fault
    return exception_handler(fault, context)


class DuesFirst:
    """Lead a user whose password is an initial or an old one, or who lacks a second factor, to where that is mended, and nowhere else."""

    open_views = frozenset({"accounts:logout", "accounts:login"})

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        here = request.resolver_match.view_name
        if not request.user.is_authenticated or here in self.open_views:
            return None
        reason, page = self._due(request)
        if not reason or here == page:
            return None
        if "text/html" not in request.headers.get("Accept", "text/html"):
            return _refused(reason, 403)
        messages.warning(request, reason)
        return redirect(page)

    def _due(self, request) -> tuple[str, str]:
        """Why, and where it is mended; the password comes first."""
        if reason := is_due(request.user):
            return reason, "accounts:password"
        if second_factor.is_due(request):
            return "您的岗位须启用两步验证，请先绑定手机。", "accounts:second_factor"
        return "", ""
