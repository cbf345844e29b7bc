"""Middleware for every response: security headers, caching, limits on bodies."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, QueryDict

from common.database import AWAY
from gate.disk import left_out_when_full
from qingcheng_fiber.errors import API, IN_JSON, not_found, of_exception, page, too_large

View = Callable[[HttpRequest], HttpResponse]


def tile_server() -> str:
    """The origin of the map's tiles as the policy names it, with a space before; blank where there is none."""
    parts = urlsplit(settings.MAP_TILES)
    return f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""


# Everything from ourselves, nothing inline; Bootstrap draws its small marks as data: images. Not by django-csp: the
# directives would stand in the settings as they stand here, and the middleware remains for the other headers.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src 'self' data:{tile_server()}",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
DEBUG_PAGE_POLICY = CONTENT_SECURITY_POLICY.replace("-src 'self'", "-src 'self' 'unsafe-inline'")
"""Django's debug page carries its style and script in itself."""
UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "payment",
    "usb",
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
    "X-Content-Type-Options": "nosniff",
}
"""Beside those that Django's SecurityMiddleware sets (Referrer-Policy, COOP, HSTS); what is answered before it needs these."""


def security_headers(get_response: View) -> View:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.DEBUG and response.status_code in (404, 500):
            response.headers["Content-Security-Policy"] = DEBUG_PAGE_POLICY
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def usual_methods(get_response: View) -> View:
    """Refuse TRACE and whatever else is no method of ours: a view takes what is no POST for a reading."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in METHODS:
            return get_response(request)
        response = page(request, 405)
        response.headers["Allow"] = ", ".join(METHODS)
        return response

    return middleware


def api_in_clear(get_response: View) -> View:
    """Refuse the API over http where https is in force: led on to https, nobody would notice that his token went in clear."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and request.path_info.startswith(API) and not request.is_secure():
            return page(request, 403, "接口只接受 https 请求，未办理。令牌如已随本次请求发出，请撤销后重新签发。")
        return get_response(request)

    return middleware


class ErrorPages:
    """An answer that says nothing gets its page, and so does a refusal that no view has caught."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code not in IN_JSON or response.streaming or response.content or request.method == "HEAD":
            return response
        spoken = page(request, response.status_code)
        for name in ("Allow", "Retry-After"):
            if name in response.headers:
                spoken.headers[name] = response.headers[name]
        return spoken

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return of_exception(request, exception)


class Sessions(SessionMiddleware):
    """Django's own; a reading does not fail because a full disk cannot hold when its session was last used."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_look = request.method in ("GET", "HEAD")
        with left_out_when_full("when a session was last used") if is_look else nullcontext(), _fault_told():
            return super().process_response(request, response)
        return response


@contextmanager
def _fault_told() -> Iterator[None]:
    """A context of a session's saving: whatever hinders it means for Django that the session has ended, the database's own faults too."""
    try:
        yield
    except SessionInterrupted as ended:
        cause = ended.__context__ and ended.__context__.__context__
        if isinstance(cause, AWAY):
            raise cause  # noqa: B904 — ``from`` would take away what PostgreSQL says of it.
        raise


def body_limit(get_response: View) -> View:
    """Refuse a body that says it is larger than PORTAL_UPLOAD_MB, before any file of it is taken in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.LARGEST_BODY:
            return too_large(request)
        return get_response(request)

    return middleware


def no_nul(get_response: View) -> View:
    """An address with a NUL in it is nobody's, and from what a form posts it is taken: PostgreSQL breaks off at one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            return not_found(request)
        # The API reads the body itself, in its own format.
        is_form = request.method == "POST" and not request.path_info.startswith(API)
        if is_form and any("\0" in text for _, texts in request.POST.lists() for text in texts):
            request.POST = _without_nul(request.POST)
        return get_response(request)

    return middleware


def _without_nul(posted: QueryDict) -> QueryDict:
    cleaned = posted.copy()
    for name, texts in posted.lists():
        cleaned.setlist(name, [text.replace("\0", "") for text in texts])
    return cleaned


def no_store(get_response: View) -> View:
    """No cache, on disk or on the way, keeps the page of someone who is signed in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
