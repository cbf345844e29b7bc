"""Middleware around what shows verdicts and what changes facts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from acceptance.judging import standing
from acceptance.judging.working_off import work_off_little
from areas.changes import noting

HEADER = "X-Verdicts"
"""Names, to systems, the moment at which the verdicts behind an answer were given, and whether they are current."""


def verdicts(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Judge again what a request has changed, where that is little; say how the verdicts stand that an answer shows."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with standing.keeping(), noting() as counties:
            response = get_response(request)
            if shown := standing.seen():
                response.headers[HEADER] = shown.header
            work_off_little(counties)
        return response

    return middleware
