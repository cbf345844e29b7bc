"""Answers when something is wrong, in words a person can act on; 400, 413, 500, 503 and 507 need no database.

Under /api/ they are JSON, for a system reads no page.
"""

import errno
import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from common import request_id
from common.http import RowNotFound

DATABASE_AWAY = (OperationalError, InterfaceError)
RETRY_SECONDS = "30"
API = "/api/"
IN_JSON = {
    400: "请求无法识别，未作任何改动。",
    403: "没有权限办理。",
    404: "没有该接口地址。可用地址见 /api/ 和接口文档。",
    413: "请求内容超过允许的大小，未接收，未作任何改动。请分批发送。",
    500: "门户处理请求时出错，未完成的改动已撤回。请稍后再试。",
    503: "门户暂时无法连接数据库，未完成的改动已撤回。请半分钟后再试。",
    507: "服务器磁盘已满，未完成的改动已撤回。请通知系统管理员。",
}
"""What a system is told."""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _bare(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if _is_of_api(request):
        return _json(403, str(exception or ""))
    return render(request, "qingcheng_fiber/403.html", {"reason": str(exception or "")}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "qingcheng_fiber/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    reason = str(exception) if isinstance(exception, RowNotFound) else ""
    if _is_of_api(request):
        return _json(404, reason)
    return render(request, "qingcheng_fiber/404.html", {"reason": reason}, status=404)


def too_large(request: HttpRequest) -> HttpResponse:
    return _bare(request, 413)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when it was the database that did not answer, or 507 when a disk is full.

    Django calls this while the exception is being handled. A middleware could not do the same: those
    within it have their exceptions turned into answers before it sees them.
    """
    fault = sys.exception()
    if is_disk_full(fault):
        return _bare(request, 507)
    if isinstance(fault, DATABASE_AWAY):
        response = _bare(request, 503)
        response["Retry-After"] = RETRY_SECONDS
        return response
    return _bare(request, 500)


def is_disk_full(fault: BaseException | None) -> bool:
    """Whether a file could not be written for want of room, or SQLite says so of the database."""
    if isinstance(fault, OperationalError):
        return "disk is full" in str(fault)
    return isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT)


def _bare(request: HttpRequest, status: int) -> HttpResponse:
    """A page without the portal around it: no user, no query."""
    if _is_of_api(request):
        return _json(status)
    # What a person can tell the administrator; who sent too much or nonsense has nobody to tell.
    told = {"number": request_id.current.get()} if status >= 500 else {}
    return HttpResponse(render_to_string(f"qingcheng_fiber/{status}.html", told), status=status)


def _is_of_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(API)


def _json(status: int, reason: str = "") -> JsonResponse:
    content = {"detail": reason or IN_JSON[status]}
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
