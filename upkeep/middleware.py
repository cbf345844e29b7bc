"""Around every request: its number, its line in the log, its count; and answers for whoever watches over the portal."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.audit import address_of
from common import request_id
from upkeep import metrics
from upkeep.logs import view_of
from upkeep.probes import PROBES

View = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger("portal.request")

NUMBER = re.compile(r"[A-Za-z0-9._-]{1,64}")
HEADER = "X-Request-ID"


def accounted(get_response: View) -> View:
    """Number the request, answer it, and keep how it went; within it stands whatever answers, so that every answer carries its number."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token, begun = request_id.current.set(_number(request)), time.monotonic()
        try:
            response = (_probe(request) or get_response)(request)
            response.headers[HEADER] = request_id.current.get()
            _account(request, response.status_code, time.monotonic() - begun)
            return response
        finally:
            request_id.current.reset(token)

    return middleware


def _number(request: HttpRequest) -> str:
    """The number that a proxy of ours gave the request, or a new one; what anybody else says is not taken over."""
    said = request.headers.get(HEADER, "")
    is_trusted = request.META.get("REMOTE_ADDR") in settings.PROXIES and NUMBER.fullmatch(said)
    return said if is_trusted else uuid.uuid4().hex


def _probe(request: HttpRequest) -> View | None:
    """What answers a probe, before sessions, hosts and redirects: it comes by an address, as a machine. For others there is no such page."""
    probe = PROBES.get(request.path_info) if request.method in ("GET", "HEAD") else None
    return probe if probe and _is_let_in(request) else None


def _is_let_in(request: HttpRequest) -> bool:
    try:
        address = ip_address(address_of(request))
    except ValueError:
        return False
    return any(address in network for network in settings.PROBERS)


def _account(request: HttpRequest, status: int, seconds: float) -> None:
    is_static = request.path_info.startswith(settings.STATIC_URL)
    view = "static" if is_static else request.path_info[1:] if _probe(request) else view_of(request)
    metrics.count(view, request.method, status, seconds)
    told = {"view": view, "method": request.method, "status": status, "ms": round(1000 * seconds)}
    if settings.LOG_ADDRESSES:
        told["address"] = address_of(request)
    level = logging.DEBUG if is_static else logging.INFO
    log.log(level, "%s %s %s %s ms", request.method, view, status, told["ms"], extra=told)
