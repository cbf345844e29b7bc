"""Answers that many rooms give: a 404 with its own Chinese sentence, and pages that everybody may read."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe


class NoSuchRow(Http404):
    """404: the row does not exist or lies outside the user's scope; the answer does not say which.

    ``behind`` are the rows that were asked for, whoever may see them: by it the audit trail tells a refusal from a mistyped address.
    """

    def __init__(self, sentence: str = "", behind: QuerySet | None = None) -> None:
        super().__init__(sentence)
        self.behind = behind

    def refused_row(self) -> Model | None:
        """The row that is there and was not shown; None where there is nothing."""
        return None if self.behind is None else self.behind.order_by("pk").first()


class RowNotFound(NoSuchRow):
    """Such a 404 with a sentence of its own, which says what was looked for and what to do.

    Django's own Http404 is told in English, and is answered by a sentence that fits every page.
    """


def get_object_or_404(visible: QuerySet, **wanted: Any) -> Any:
    """The one row of ``visible`` that is ``wanted``; a 404 otherwise, as Django's own, which knows what lies behind it."""
    try:
        return visible.get(**wanted)
    except visible.model.DoesNotExist:
        behind = visible.model._base_manager.filter(**wanted)
        raise NoSuchRow(f"No {visible.model._meta.object_name} matches the given query.", behind) from None


def open_to_all(view: Callable) -> Callable:
    """For everyone, without login, to read; kept in no cache and found by no search engine."""

    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return login_not_required(require_safe(answered))


def own_address(request: HttpRequest, asked: str) -> str:
    """The address, where it is one of this portal; else blank. A word alone is none: Django takes it for the name of a page."""
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours and "/" in asked else ""
