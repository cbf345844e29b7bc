"""The reviewer's page: the figures beside last quarter's, what is odd about them, and the decision."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import requires
from accounts.posts import Power
from returns import actions
from returns.models import Move, Return
from returns.moves import Action, Refused, Stale, allows
from returns.pages import address, found, posted_version, refused, repeated, shown
from returns.sheet import sheet_of

_DONE = {Action.APPROVE: "已审核通过。", Action.SEND_BACK: "已退回街镇。"}


@requires(Power.REVIEW_RETURNS)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or send back; of several reviewers at once one decides, and the others are told who."""
    owner = found(request, pk)
    if request.method == "POST":
        return _decide(request, owner)
    if not allows(Action.APPROVE, owner, request.user):
        return redirect(address(owner))
    return _review(request, owner)


def _review(
    request: HttpRequest, owner: Return, *, reason: str = "", refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "sheet": sheet_of(owner),
        "is_own": owner.has_hand_of(request.user),
        "reason": reason,
        "refusal": refusal,
    }
    return render(request, "returns/review.html", shown(request, owner) | context, status=status)


def _decide(request: HttpRequest, owner: Return) -> HttpResponse:
    action = Action.APPROVE if request.POST.get("decision") == "approve" else Action.SEND_BACK
    version, reason = posted_version(request), request.POST.get("reason", "").replace("\0", "")
    try:
        _take(action, owner, version, reason, request.user)
    except Stale as stale:
        if repeated(owner, action, version, request.user) is None:
            return refused(request, owner, stale)
    except Refused as refusal:
        return _review(request, found(request, owner.pk), reason=reason, refusal=str(refusal), status=422)
    messages.success(request, _DONE[action])
    return redirect("returns:index")


def _take(action: Action, owner: Return, version: int, reason: str, by) -> Move:
    if action == Action.APPROVE:
        return actions.approve(owner=owner, version=version, by=by)
    return actions.send_back(owner=owner, version=version, reason=reason, by=by)
