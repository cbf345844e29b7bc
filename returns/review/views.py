"""The reviewer's pages: the figures beside last quarter's, what is odd about them, and the decision."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from common.exceptions import Refused, Stale
from common.forms import posted_version
from returns.models import Return, State, Why
from returns.moves import Action, allows, passing
from returns.pages import address, found, reason_in, refused, repeated, shown
from returns.review import decisions, objections
from returns.review.decisions import Doubt
from returns.review.reviewing import review_of
from returns.sheet import Cell, sheet_of

_DEEDS: dict[str, Callable] = {
    Action.TAKE: decisions.take,
    Action.APPROVE: decisions.approve,
    Action.PASS: decisions.pass_,
    Action.CONFIRM: decisions.confirm,
    Action.OVERRULE: decisions.overrule,
}
_DONE = {
    Action.TAKE: "已受理，由您审核。",
    Action.APPROVE: "已审核通过。",
    Action.PASS: "已审核通过，报请负责人审定。",
    Action.CONFIRM: "已审定。",
    Action.OVERRULE: "已退回审核员。",
    Action.SEND_BACK: "已退回街镇。",
}


@requires(Power.REVIEW_RETURNS)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Take, pass or confirm; of several reviewers at once one decides, and the others are told who.

    Opening what was submitted is noted, for from then on the township cannot take it back.
    """
    owner = found(request, pk)
    if request.method == "POST":
        return _decide(request, owner)
    if not (allows(Action.TAKE, owner, request.user) or allows(Action.CONFIRM, owner, request.user)):
        return redirect(address(owner))
    if owner.state == State.SUBMITTED:
        decisions.look(owner=owner, by=request.user)
    return _review(request, owner)


def _review(request: HttpRequest, owner: Return, *, refusal: str = "", status: int = 200) -> HttpResponse:
    sheet = sheet_of(owner)
    compared = objections.compare(sheet)
    is_second = compared != "" and "all" not in request.GET and any(row.is_changed for row in sheet.rows)
    sheet.only_changed = is_second
    taker = decisions.handled_by(owner, Action.TAKE) if owner.state == State.REVIEWING else None
    passer = decisions.handled_by(owner, Action.PASS) if owner.state == State.PASSED else None
    context = {
        "sheet": sheet,
        "review": review_of(sheet),
        "compared": compared,
        "is_own": owner.has_hand_of(request.user) or passer == request.user,
        "taker": taker,
        "is_taken": taker not in (None, request.user),
        "passer": passer,
        "passing": passing().value,
        "reason": reason_in(request),
        "refusal": refusal,
    }
    return render(request, "returns/review/review.html", shown(request, owner) | context, status=status)


def _decide(request: HttpRequest, owner: Return) -> HttpResponse:
    decision, version = request.POST.get("decision", ""), posted_version(request)
    if decision not in _DEEDS:
        return _review(request, owner, refusal="没有认出要办的事，请重新选择。", status=422)
    action = Action(decision)
    reason = {"reason": reason_in(request)} if action == Action.OVERRULE else {}
    try:
        _DEEDS[action](owner=owner, version=version, by=request.user, **reason)
    except Stale as stale:
        if repeated(owner, action, version, request.user) is None:
            return refused(request, owner, stale)
    except Refused as refusal:
        return _review(request, found(request, owner.pk), refusal=str(refusal), status=422)
    messages.success(request, _DONE[action])
    return redirect("returns:review", owner.pk) if action == Action.TAKE else redirect("returns:index")


@dataclass(frozen=True)
class Chosen:
    """A cell to be sent back, with the reason as far as it is written."""

    area: Area
    cell: Cell
    why: str
    text: str

    @property
    def doubt(self) -> Doubt:
        return Doubt(self.area.code, self.cell.figure.name, self.why, self.text)


@requires(Power.REVIEW_RETURNS)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send back the cells chosen on the review, each with its reason; with none chosen, the whole return."""
    owner = found(request, pk)
    if request.method == "POST":
        return _send_back(request, owner)
    if not allows(Action.SEND_BACK, owner, request.user):
        return redirect(address(owner))
    return _reasons(request, owner)


def _send_back(request: HttpRequest, owner: Return) -> HttpResponse:
    version = posted_version(request)
    doubts = [each.doubt for each in _chosen(request, owner)]
    try:
        decisions.send_back(owner=owner, version=version, reason=reason_in(request), doubts=doubts, by=request.user)
    except Stale as stale:
        if repeated(owner, Action.SEND_BACK, version, request.user) is None:
            return refused(request, owner, stale)
    except Refused as refusal:
        return _reasons(request, found(request, owner.pk), str(refusal), 422)
    messages.success(request, _DONE[Action.SEND_BACK])
    return redirect("returns:index")


def _reasons(request: HttpRequest, owner: Return, refusal: str = "", status: int = 200) -> HttpResponse:
    chosen = _chosen(request, owner)
    context = {"chosen": chosen, "reasons": Why.choices, "reason": reason_in(request), "refusal": refusal}
    return render(request, "returns/review/send_back.html", shown(request, owner) | context, status=status)


def _chosen(request: HttpRequest, owner: Return) -> list[Chosen]:
    data = request.POST if request.method == "POST" else request.GET
    wanted = set(data.getlist("cell"))
    return [
        Chosen(row.area, cell, data.get(f"why-{cell.place}", ""), data.get(f"text-{cell.place}", ""))
        for row in sheet_of(owner).rows
        for cell in row.cells
        if cell.place in wanted
    ]
