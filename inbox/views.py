"""The pages of the inbox: what I have to do, what waits for others, what I did."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from inbox import items
from inbox.items import InboxRow

MINE, THEIRS, DONE = "mine", "theirs", "done"


def index(request: HttpRequest) -> HttpResponse:
    """Three tabs: 待我办理, 待他人办理, 已办; the first two narrowed by kind, the first to what is unread."""
    inbox, tab = items.of(request.user), request.GET.get("tab", "")
    tab = tab if tab in (THEIRS, DONE) else MINE
    rows = inbox.theirs if tab == THEIRS else inbox.mine
    kind, is_unread = request.GET.get("kind", ""), tab == MINE and "unread" in request.GET
    context = {
        "inbox": inbox,
        "tab": tab,
        "kinds": _kinds(rows, tab),
        "kind": kind,
        "is_unread": is_unread,
        "rows": [row for row in rows if kind in ("", row.item.kind) and (row.is_unread or not is_unread)],
        "done": items.done(request.user) if tab == DONE else [],
        "inbox_unread": inbox.unread,
    }
    return render(request, "inbox/index.html", context)


def _kinds(rows: list[InboxRow], tab: str) -> list[tuple[str, int, str]]:
    """Each kind with how many there are and the address that shows these alone, in the order in which they come."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.item.kind] = counts.get(row.item.kind, 0) + 1
    return [(kind, number, urlencode({"tab": tab, "kind": kind})) for kind, number in counts.items()]


def item(request: HttpRequest, key: str) -> HttpResponse:
    """On to where the item is dealt with; it is read from now on."""
    found = next((each for each in items.pending(request.user) if each.key == key), None)
    if found is None:
        messages.success(request, "该事项已办结，或已不由您办理。")
        return redirect("inbox:index")
    if found.is_mine:
        items.mark_opened(request.user, [found])
    return redirect(found.url)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of one's own items as read, as they stand."""
    items.mark_opened(request.user, [each for each in items.pending(request.user) if each.is_mine])
    messages.success(request, "已全部标为已读。")
    return redirect("inbox:index")


def unread(request: HttpRequest) -> JsonResponse:
    """How many items are unread, for the mark in the header."""
    return JsonResponse({"unread": items.of(request.user, with_contacts=False).unread})
