"""What is read from the standby (PORTAL_REPLICA_URL): whatever a GET or HEAD shows; docs/replica.md.

From the primary comes, on a GET too, whatever decides who may look and what is written while one looks (``ON_PRIMARY``), the
rest of a request that has written, and all that the standby does not have yet of what the same person wrote.
"""

import sys
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse

from common import replica

View = Callable[[HttpRequest], HttpResponse]

ON_PRIMARY = frozenset(
    # People, posts, tokens, throttles and the trail; sessions; what was opened, what has arrived; jobs and their queue.
    "accounts sessions inbox offline jobs django_tasks_database upkeep witness screens.screen certificates.lookups".split()
)
"""Rooms, and tables of others, that are read where they are written."""
COOKIE = "__Host-written" if settings.SESSION_COOKIE_SECURE else "written"
COOKIE_S = 600
"""How long is remembered where a person's last write stands; a standby that lags for longer has not been asked for long."""


@dataclass
class _Reading:
    """The request being answered: whether the standby may be asked, whether it was, whether something was written."""

    may_ask: bool
    has_asked: bool = False
    has_written: bool = False


_reading: ContextVar[_Reading | None] = ContextVar("reading", default=None)


class ReplicaRouter:
    """Django's database router; it stands in the settings only where there is a standby."""

    def db_for_read(self, model: type[models.Model], **hints) -> str:
        reading = _reading.get()
        if reading is None or not reading.may_ask or reading.has_written or _is_on_primary(model):
            return "default"
        if transaction.get_connection("default").in_atomic_block:
            return "default"
        reading.has_asked = True
        return replica.ALIAS

    def db_for_write(self, model: type[models.Model], **hints) -> str:
        reading = _reading.get()
        if reading is not None and not _is_on_primary(model):
            reading.has_written = True
        return "default"

    def allow_relation(self, one: models.Model, other: models.Model, **hints) -> bool:
        """Both are of one database, wherever they were read."""
        return True

    def allow_migrate(self, alias: str, app_label: str, **hints) -> bool:
        return alias != replica.ALIAS


def _is_on_primary(model: type[models.Model]) -> bool:
    return not ON_PRIMARY.isdisjoint((model._meta.app_label, model._meta.label_lower))


def reading(get_response: View) -> View:
    """Let what only looks ask the standby, and the primary where that failed or has no such row; note how far a write came."""

    def middleware(request: HttpRequest) -> HttpResponse:
        is_look = request.method in ("GET", "HEAD")
        now = _Reading(may_ask=is_look and _has_all(request))
        response = _answered(get_response, request, now)
        if now.has_asked and (response.status_code >= 500 or response.status_code == 404):
            if response.status_code >= 500:
                replica.failed()
            now.may_ask = False
            response = _answered(get_response, request, now)
        if now.has_written or not is_look:
            _remember(response)
        return response

    return middleware


def _answered(get_response: View, request: HttpRequest, now: _Reading) -> HttpResponse:
    token = _reading.set(now)
    try:
        return get_response(request)
    finally:
        _reading.reset(token)


def _has_all(request: HttpRequest) -> bool:
    """Whether the standby may be asked, and has replayed whatever the person wrote who asks.

    A system with a token keeps no cookie by which that could be known.
    """
    if "Authorization" in request.headers:
        return False
    stands = replica.standing()
    written = request.get_signed_cookie(COOKIE, default="0", salt=COOKIE, max_age=COOKIE_S)
    return stands.is_asked and stands.replayed >= int(written)


def _remember(response: HttpResponse) -> None:
    """Where the primary's log ends, for the next requests of whoever wrote; beyond all where it does not say."""
    try:
        position = replica.written()
    except replica.FAULTS:
        position = sys.maxsize
    response.set_signed_cookie(
        COOKIE,
        str(position),
        salt=COOKIE,
        max_age=COOKIE_S,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
