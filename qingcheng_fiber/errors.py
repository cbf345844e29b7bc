"""Answers when something is wrong, in words a person can act on; 400, 413, 500, 503 and 507 need no database."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from common.http import Missing

DATABASE_AWAY = (OperationalError, InterfaceError)
RETRY_SECONDS = "30"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _bare(400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "qingcheng_fiber/403.html", {"reason": str(exception or "")}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "qingcheng_fiber/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    reason = str(exception) if isinstance(exception, Missing) else ""
    return render(request, "qingcheng_fiber/404.html", {"reason": reason}, status=404)


def too_large(request: HttpRequest) -> HttpResponse:
    return _bare(413)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when it was the database that did not answer, or 507 when a disk is full.

    Django calls this while the exception is being handled. A middleware could not do the same: those
    within it have their exceptions turned into answers before it sees them.
    """
    fault = sys.exception()
    if is_disk_full(fault):
        return _bare(507)
    if isinstance(fault, DATABASE_AWAY):
        response = _bare(503)
        response["Retry-After"] = RETRY_SECONDS
        return response
    return _bare(500)


def is_disk_full(fault: BaseException | None) -> bool:
    """Whether a file could not be written for want of room, or SQLite says so of the database."""
    if isinstance(fault, OperationalError):
        return "disk is full" in str(fault)
    return isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT)


def _bare(status: int) -> HttpResponse:
    """A page without the portal around it: no request, no user, no query."""
    return HttpResponse(render_to_string(f"qingcheng_fiber/{status}.html"), status=status)
