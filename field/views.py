"""The field page: the list and the form as plain pages, what a phone takes along, and what it brings back."""

import uuid
from collections.abc import Mapping
from itertools import islice

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from accounts.access import requires
from accounts.posts import Power
from common import clock
from common.clock import today
from common.exceptions import Refused
from common.http import NoSuchRow, get_object_or_404
from evidence.answers import inline
from evidence.store import NoSpace
from field import actions
from field.drafts import LABELS
from field.forms import VisitForm
from field.models import Visit, VisitPhoto
from field.pack import pack_of
from field.pages import shell_context
from field.snapshots import snapshots_of
from field.things import Destination, find, found_by, things_called
from field.vocabulary import MOST_PHOTOS, VisitTable
from gate.uploads import uploads
from offline.deliveries import Answer, Differs, answered, entry_of, once, pack_answer, told

SHOWN = 30
"""Things of a table that the plain page lists."""
LONGEST_QUERY = 100


def _may_ask_where(response: HttpResponse) -> HttpResponse:
    """Everywhere else the portal forbids it."""
    response.headers["Permissions-Policy"] = "geolocation=(self)"
    return response


@require_GET
@requires(Power.KEEP_REGISTRY)
def index(request: HttpRequest) -> HttpResponse:
    """Search and list as plain pages; a browser that can keep things makes of it the page that works without a network."""
    text = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    groups = [
        (label, list(islice(found_by(request.user, table, text, today()), SHOWN)))
        for table, label in VisitTable.choices
    ]
    context = shell_context() | {"q": text, "groups": groups, "shown": SHOWN}
    return _may_ask_where(render(request, "field/index.html", context))


@gzip_page
@require_GET
@requires(Power.KEEP_REGISTRY)
def pack(request: HttpRequest) -> HttpResponse:
    """What the phone takes along, packed; 304 while nothing has changed."""
    return pack_answer(request, pack_of(request.user, today()))


@require_POST
@requires(Power.KEEP_REGISTRY)
def visits(request: HttpRequest) -> JsonResponse:
    """A visit that a phone sends; the same one again is answered as the first time."""
    try:
        return answered(lambda: _received(request))
    except NoSpace as full:
        return told({"message": str(full)}, 507)


def _received(request: HttpRequest) -> Answer:
    number, said = entry_of(request)
    return once(number=number, kind="visit", by=request.user, deed=lambda: _visited(request, number, said))


def _visited(request: HttpRequest, number: uuid.UUID, said: Mapping[str, str]) -> Answer:
    thing = find(request.user, said.get("table", ""), said.get("key", ""), today())
    if thing is None:
        raise Refused("台账中没有该处，或不在您的辖区内，未接收。")
    form = VisitForm(said, real_now=clock.real_now())
    if not form.is_valid():
        raise Refused(" ".join(form.sentences))
    return _entered(request, thing, form, number, said)


def _entered(
    request: HttpRequest, thing: Destination, form: VisitForm, number: uuid.UUID, said: Mapping[str, str]
) -> Answer:
    photos = snapshots_of(said, uploads(request, "photos"))
    row = actions.visit(thing=thing, said=form.cleaned_data, photos=photos, number=number, by=request.user)
    fate, message = actions.outcome(row)
    address = ("proposals:proposal", row.proposal_id) if row.proposal_id else ("field:visit", row.pk)
    return {"fate": fate, "message": message, "link": reverse(address[0], args=[address[1]])}


@requires(Power.KEEP_REGISTRY)
def thing(request: HttpRequest, table: str, key: str) -> HttpResponse:
    """One thing and the form of a visit, for browsers that keep nothing."""
    found = find(request.user, table, key, today())
    if found is None:
        raise NoSuchRow(behind=things_called(table, key))
    form, status = VisitForm(initial=_seen(found), real_now=clock.real_now()), 200
    if request.method == "POST":
        form = VisitForm(request.POST, real_now=clock.real_now())
        try:
            if form.is_valid() and (done := _posted(request, found, form)):
                messages.success(request, done["message"])
                return redirect("field:index")
            status = 422
        except Differs as conflict:
            form.add_error(None, str(conflict))
            for each in conflict.conflicts:
                form.add_error(each["column"], f"您填的是 {each['mine']}，台账现在是 {each['theirs'] or '空白'}。")
            form.data = form.data.copy()
            for name, value in _seen(found).items():
                form.data[name] = value
            status = 409
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 422
        except NoSpace as full:
            form.add_error(None, str(full))
            status = 507
    number = request.POST.get("number") or uuid.uuid4()
    context = {"thing": found, "visit_form": form, "number": number, "photos": MOST_PHOTOS}
    return _may_ask_where(render(request, "field/thing.html", context, status=status))


def _seen(found: Destination) -> dict[str, str]:
    named = {"permanent_households": "households"}
    return {f"seen_{named.get(column, column)}": value for column, value in found.values.items()}


def _posted(request: HttpRequest, found: Destination, form: VisitForm) -> Answer:
    try:
        number = uuid.UUID(request.POST.get("number", ""))
    except ValueError:
        raise Refused("表单无法识别，未接收。请刷新页面后重新填写。") from None
    return once(number=number, kind="visit", by=request.user, deed=lambda: _entered(request, found, form, number, {}))


@require_GET
@requires(Power.SEE_REGISTRY)
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found there, with the photos."""
    rows = Visit.objects.visible_to(request.user).select_related("by", "area", "proposal")
    row = get_object_or_404(rows, pk=pk)
    items = row.proposal.items.all() if row.proposal else []
    differences = [
        (LABELS[column], *pair) for item in items for column, pair in item.values.items() if column in LABELS
    ]
    return render(request, "field/visit.html", {"visit": row, "photos": row.photos.all(), "differences": differences})


@require_GET
@requires(Power.SEE_REGISTRY)
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    visible = Visit.objects.visible_to(request.user)
    return inline(get_object_or_404(VisitPhoto.objects.filter(visit__in=visible), pk=pk))
