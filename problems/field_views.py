"""The pages of problems for a phone: the list without a network, what it takes along, and what it brings back."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from evidence.store import NoSpace
from field.pack import pack_of
from field.snapshots import snapshots_of
from gate.uploads import uploads
from offline.deliveries import Answer, answered, entry_of, once, pack_answer, told
from problems import offline


@require_GET
@requires(Power.HANDLE_PROBLEMS)
def field(request: HttpRequest) -> HttpResponse:
    """Places, and a form for a problem at one, with a network or without one."""
    response = render(request, "problems/field.html", offline.shell_context())
    response.headers["Permissions-Policy"] = "geolocation=(self)"
    return response


@gzip_page
@require_GET
@requires(Power.HANDLE_PROBLEMS)
def pack(request: HttpRequest) -> HttpResponse:
    """What the phone takes along."""
    return pack_answer(request, pack_of(request.user, today()))


@require_POST
@requires(Power.HANDLE_PROBLEMS)
def deliveries(request: HttpRequest) -> JsonResponse:
    """Take in what was written down, each problem once, however often it is sent."""
    try:
        return answered(lambda: _received(request))
    except NoSpace as full:
        return told({"fate": "refused", "message": str(full)}, 507)


def _received(request: HttpRequest) -> Answer:
    number, said = entry_of(request)
    return once(
        number=number,
        kind="problem",
        by=request.user,
        deed=lambda: offline.received(request.user, said, snapshots_of(said, uploads(request, "photos"))),
    )
