"""Pages that answer 304 while nothing they show has changed, and whose content is made once for all who see the same.

What a page shows follows from its address, the person, and the version of the facts (``PageQuery.version``); the tag
holds all of it, and the session, whose token every page carries. The copy that a browser keeps is asked after every
time (no-cache) and belongs to the session, so that nobody sees it once that has ended.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256

from django.apps import apps
from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import cache as kept
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.safestring import SafeString, mark_safe

KEPT_SECONDS = 12 * 3600


def edition() -> str:
    """Changes with the portal's own files; in development with each change, for a template is read anew there."""
    return _newest.__wrapped__() if settings.DEBUG else _newest()


@cache
def _newest() -> str:
    """When the newest of the portal's own files was written, as the process found them."""
    rooms = {settings.BASE_DIR / each.name.partition(".")[0] for each in apps.get_app_configs()}
    folders = [*rooms, *(settings.BASE_DIR / name for name in ("templates", "static/css", "static/js"))]
    files = (path for folder in folders for path in folder.rglob("*.*"))
    return f"{max(path.stat().st_mtime_ns for path in files if path.is_file()):x}"


def tag_of(request: HttpRequest, version: tuple) -> str:
    """The entity tag of what ``request`` asks for, seen by its user in this session."""
    user = request.user
    seen_by = (user.pk, user.name, user.post, user.unit, request.session.session_key, settings.DEMONSTRATION)
    said = repr((edition(), request.get_full_path(), seen_by, version))
    return f'"{sha256(said.encode()).hexdigest()[:32]}"'


def answer(request: HttpRequest, version: tuple, make: Callable[[], HttpResponse]) -> HttpResponse:
    """What ``make`` gives, or 304 where the browser has just that; a page with a message to show is always made."""
    if len(get_messages(request)):
        return make()
    tag = tag_of(request, version)
    response = get_conditional_response(request, etag=tag) or make()
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def content(template: str, version: tuple, context: Callable[[], dict]) -> SafeString:
    """A part of a page that is the same for everyone of a scope: rendered once for a ``version``, which names the scope."""
    key = _key(template, version)
    html = kept.get(key)
    if html is None:
        html = str(render_to_string(template, context()))
        kept.set(key, html, KEPT_SECONDS)
    return mark_safe(html)


def tag_of_content(template: str, version: tuple) -> str:
    """The entity tag of ``content`` that is an answer by itself."""
    return f'"{_key(template, version)[:32]}"'


def _key(template: str, version: tuple) -> str:
    return sha256(repr((edition(), settings.DEMONSTRATION, template, version)).encode()).hexdigest()
