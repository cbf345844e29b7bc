"""What the pages of a return have in common."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from returns.models import Move, Objection, Return, ReturnStatus, State
from returns.moves import Action, allows, opened_by
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


def tone_of(owner: Return) -> str:
    return TONES[owner.status]


def address(owner: Return) -> str:
    return reverse("returns:return", args=[owner.pk])


def found(request: HttpRequest, pk: int) -> Return:
    """The return, if it lies in the user's scope; else 404."""
    returns = Return.objects.visible_to(request.user).select_related("township", "corrects")
    return get_object_or_404(returns, pk=pk)


def shown(request: HttpRequest, owner: Return) -> dict:
    """What every page of a return shows: how it stands, its history, and what this user may do with it."""
    moves, status = list(owner.moves.select_related("by")), owner.status
    reader = opened_by(moves) if owner.state == State.SUBMITTED else None
    may = {action.value: allows(action, owner, request.user) for action in Action}
    may[Action.WITHDRAW] = may[Action.WITHDRAW] and reader is None
    return {
        "owner": owner,
        "correction": owner.correction,
        "status": status,
        "tone": TONES[status],
        "due": rounds.due_on(owner.county, owner.quarter),
        "moves": moves,
        "objections": _objections(owner, moves),
        "may": may,
        "reader": reader,
        "submitted": next((move for move in reversed(moves) if move.action == Action.SUBMIT), None),
        "crumbs": [
            ("首页", "/"),
            ("季报", reverse("returns:index")),
            (f"{owner.township.name}{owner.quarter.label}", address(owner)),
        ],
    }


def _objections(owner: Return, moves: list[Move]) -> list[Objection]:
    """The figures that were sent back, while the township has them to mend."""
    step = next((move for move in reversed(moves) if move.action == Action.SEND_BACK), None)
    return list(step.objections.select_related("line__area")) if step and owner.is_editable else []


def reason_in(request: HttpRequest) -> str:
    return request.POST.get("reason", "")


def refused(request: HttpRequest, owner: Return, reason: Exception, status: int = 409) -> HttpResponse:
    """Nothing was done: why, who was faster, and the way back to the return as it stands now."""
    fresh = found(request, owner.pk)
    return render(request, "returns/refused.html", shown(request, fresh) | {"refusal": str(reason)}, status=status)


def repeated(owner: Return, action: Action, version: int, by) -> Move | None:
    """The move that this very form has made already, when it is posted a second time."""
    return owner.moves.filter(action=action, version=version + 1, by=by).select_related("owner").first()
