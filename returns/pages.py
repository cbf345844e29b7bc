"""What the pages of a return have in common."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.contacts import BUREAU, contacts
from accounts.posts import Power
from common.http import get_object_or_404
from returns.models import Objection, Return, ReturnMove, ReturnState, ReturnStatus
from returns.moves import ReturnAction, allows, opened_by
from returns.rounds import rounds

TONES = {
    ReturnStatus.NOT_BEGUN: "pending",
    ReturnStatus.DRAFT: "pending",
    ReturnStatus.SIGNING: "info",
    ReturnStatus.SUBMITTED: "info",
    ReturnStatus.REVIEWING: "info",
    ReturnStatus.PASSED: "info",
    ReturnStatus.RETURNED: "late",
    ReturnStatus.APPROVED: "met",
    ReturnStatus.CORRECTION_DRAFT: "info",
    ReturnStatus.CORRECTION_SIGNING: "info",
    ReturnStatus.CORRECTION_SUBMITTED: "info",
    ReturnStatus.CORRECTION_REVIEWING: "info",
    ReturnStatus.CORRECTION_PASSED: "info",
    ReturnStatus.CORRECTION_RETURNED: "late",
    ReturnStatus.SUPERSEDED: "pending",
    ReturnStatus.DISCARDED: "pending",
}
"""How a status is marked; the word stands beside it."""


def tone_of(quarterly_return: Return) -> str:
    return TONES[quarterly_return.status]


def address(quarterly_return: Return) -> str:
    return reverse("returns:return", args=[quarterly_return.pk])


def return_or_404(request: HttpRequest, pk: int) -> Return:
    """The return, if it lies in the user's scope; else 404."""
    returns = Return.objects.visible_to(request.user).select_related("township", "corrects")
    return get_object_or_404(returns, pk=pk)


def return_context(request: HttpRequest, quarterly_return: Return) -> dict:
    """What every page of a return shows: how it stands, its history, and what this user may do with it."""
    moves, status = list(quarterly_return.moves.select_related("by")), quarterly_return.status
    reader = opened_by(moves) if quarterly_return.state == ReturnState.SUBMITTED else None
    side = quarterly_return.township_id if request.user.may(Power.REVIEW_RETURNS) else BUREAU
    may = {action.value: allows(action, quarterly_return, request.user) for action in ReturnAction}
    may[ReturnAction.WITHDRAW] = may[ReturnAction.WITHDRAW] and reader is None
    return {
        "quarterly_return": quarterly_return,
        "correction": quarterly_return.correction,
        "status": status,
        "tone": TONES[status],
        "due": rounds.due_on(quarterly_return.county, quarterly_return.quarter),
        "moves": moves,
        "contacts": contacts(request.user, {side}).get(side, ()),
        "objections": _objections(quarterly_return, moves),
        "may": may,
        "reader": reader,
        "submitted": next((move for move in reversed(moves) if move.action == ReturnAction.SUBMIT), None),
        "crumbs": [
            ("首页", "/"),
            ("季报", reverse("returns:index")),
            (f"{quarterly_return.township.name}{quarterly_return.quarter.label}", address(quarterly_return)),
        ],
    }


def _objections(quarterly_return: Return, moves: list[ReturnMove]) -> list[Objection]:
    """The figures that were sent back, while the township has them to mend."""
    step = next((move for move in reversed(moves) if move.action == ReturnAction.SEND_BACK), None)
    return list(step.objections.select_related("line__area")) if step and quarterly_return.is_editable else []


def reason_in(request: HttpRequest) -> str:
    return request.POST.get("reason", "")


def refused(request: HttpRequest, quarterly_return: Return, reason: Exception, status: int = 409) -> HttpResponse:
    """The page for a stale decision: nothing was done, who was faster, and a link to the return as it stands now."""
    fresh = return_or_404(request, quarterly_return.pk)
    return render(
        request, "returns/refused.html", return_context(request, fresh) | {"refusal": str(reason)}, status=status
    )


def repeated(quarterly_return: Return, action: ReturnAction, version: int, by, reason: str = "") -> ReturnMove | None:
    """The move that this form has made already, when it is submitted a second time with the same ``reason``; else None.

    Of two people who share an account the second is not told that what he decided is done.
    """
    made = quarterly_return.moves.filter(
        action=action, version=version + 1, by=by, reason=reason.replace("\r\n", "\n").strip()
    )
    return made.select_related("quarterly_return").first()
