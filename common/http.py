"""Answers that many rooms give: a 404 with its own Chinese sentence, and pages that everybody may read."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


class RowNotFound(Http404):
    """404: the row does not exist or lies outside the user's scope; the message says what was looked for and what to do.

    Django's own Http404 is told in English, and is answered by a sentence that fits every page.
    """


def open_to_all(view: Callable) -> Callable:
    """For everyone, without login, to read; kept in no cache and found by no search engine."""

    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return login_not_required(require_safe(answered))
