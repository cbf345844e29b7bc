"""The reviewer's pages: the figures beside last quarter's, what is odd about them, and the decision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from common.exceptions import Refused, Stale
from common.forms import posted_version
from entry.threads import open_threads
from gate.disk import left_out_when_full
from returns import surveying
from returns.checks import ODDITIES
from returns.models import FigureReturnReason, Return, ReturnState
from returns.moves import ReturnAction, allows, passing
from returns.pages import address, reason_in, refused, repeated, return_context, return_or_404
from returns.review import decisions, objections
from returns.review.batch_views import BUREAU_POSTS
from returns.review.decisions import Doubt
from returns.review.reviewing import review_of
from returns.sheet import ReturnSheet, SheetCell, sheet_of

_DEEDS: dict[str, Callable] = {
    ReturnAction.TAKE: decisions.take,
    ReturnAction.APPROVE: decisions.approve,
    ReturnAction.PASS: decisions.pass_,
    ReturnAction.CONFIRM: decisions.confirm,
    ReturnAction.OVERRULE: decisions.overrule,
}
_DONE = {
    ReturnAction.TAKE: "已受理，由您审核。",
    ReturnAction.APPROVE: "已审核通过。",
    ReturnAction.PASS: "已审核通过，报请负责人审定。",
    ReturnAction.CONFIRM: "已审定。",
    ReturnAction.OVERRULE: "已退回审核员。",
    ReturnAction.SEND_BACK: "已退回街镇。",
}
LONGEST_TEXT = 300
"""Characters of what is said of a figure that is sent back."""


@requires(Power.REVIEW_RETURNS)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Take, pass or confirm; of several reviewers at once one decides, and the others are told who.

    Opening what was submitted is noted, for from then on the township cannot take it back.
    """
    quarterly_return = return_or_404(request, pk)
    if request.method == "POST":
        return _decide(request, quarterly_return)
    if not (
        allows(ReturnAction.TAKE, quarterly_return, request.user)
        or allows(ReturnAction.CONFIRM, quarterly_return, request.user)
    ):
        return redirect(address(quarterly_return))
    if quarterly_return.state == ReturnState.SUBMITTED:
        with left_out_when_full("that a return was opened"):
            decisions.look(quarterly_return=quarterly_return, by=request.user)
    return _review(request, quarterly_return)


def _review(request: HttpRequest, quarterly_return: Return, *, refusal: str = "", status: int = 200) -> HttpResponse:
    sheet = sheet_of(quarterly_return)
    survey = surveying.lay(sheet)
    compared = objections.compare(sheet)
    is_second = compared != "" and "all" not in request.GET and any(row.is_changed for row in sheet.rows)
    sheet.only_changed = is_second
    taker = (
        decisions.handled_by(quarterly_return, ReturnAction.TAKE)
        if quarterly_return.state == ReturnState.REVIEWING
        else None
    )
    passer = (
        decisions.handled_by(quarterly_return, ReturnAction.PASS)
        if quarterly_return.state == ReturnState.PASSED
        else None
    )
    context = {
        "sheet": sheet,
        "review": review_of(sheet, survey),
        "compared": compared,
        "is_own": quarterly_return.has_hand_of(request.user) or passer == request.user,
        "taker": taker,
        "is_taken": taker not in (None, request.user),
        "passer": passer,
        "passing": passing().value,
        "reason": reason_in(request),
        "refusal": refusal,
    }
    return render(
        request, "returns/review/review.html", return_context(request, quarterly_return) | context, status=status
    )


def _decide(request: HttpRequest, quarterly_return: Return) -> HttpResponse:
    decision, version = request.POST.get("decision", ""), posted_version(request)
    if decision not in _DEEDS:
        return _review(request, quarterly_return, refusal="无法识别所选的办理事项，请重新选择。", status=422)
    action = ReturnAction(decision)
    reason = {"reason": reason_in(request)} if action == ReturnAction.OVERRULE else {}
    try:
        _DEEDS[action](quarterly_return=quarterly_return, version=version, by=request.user, **reason)
    except Stale as stale:
        if repeated(quarterly_return, action, version, request.user, **reason) is None:
            return refused(request, quarterly_return, stale)
    except Refused as refusal:
        return _review(request, return_or_404(request, quarterly_return.pk), refusal=str(refusal), status=422)
    messages.success(request, _DONE[action])
    return redirect("returns:review", quarterly_return.pk) if action == ReturnAction.TAKE else redirect("returns:index")


@dataclass(frozen=True)
class ChosenCell:
    """A cell to be sent back, with the reason as far as it is written."""

    area: Area
    cell: SheetCell
    why: str
    text: str
    is_quoted: bool = False

    @property
    def doubt(self) -> Doubt:
        return Doubt(self.area.code, self.cell.figure.name, self.why, self.text)


@requires(Power.REVIEW_RETURNS)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Send back the cells chosen on the review, each with its reason; with none chosen, the whole return."""
    quarterly_return = return_or_404(request, pk)
    if request.method == "POST":
        return _send_back(request, quarterly_return)
    if not allows(ReturnAction.SEND_BACK, quarterly_return, request.user):
        return redirect(address(quarterly_return))
    return _reasons(request, quarterly_return)


def _send_back(request: HttpRequest, quarterly_return: Return) -> HttpResponse:
    version = posted_version(request)
    doubts = [each.doubt for each in _chosen(request, quarterly_return)]
    try:
        decisions.send_back(
            quarterly_return=quarterly_return,
            version=version,
            reason=reason_in(request),
            doubts=doubts,
            by=request.user,
        )
    except Stale as stale:
        said = decisions.sent_back_reason(quarterly_return, reason_in(request), doubts)
        if repeated(quarterly_return, ReturnAction.SEND_BACK, version, request.user, said) is None:
            return refused(request, quarterly_return, stale)
    except Refused as refusal:
        return _reasons(request, return_or_404(request, quarterly_return.pk), str(refusal), 422)
    messages.success(request, _DONE[ReturnAction.SEND_BACK])
    return redirect("returns:index")


def _reasons(request: HttpRequest, quarterly_return: Return, refusal: str = "", status: int = 200) -> HttpResponse:
    chosen = _chosen(request, quarterly_return)
    context = {
        "chosen": chosen,
        "reasons": FigureReturnReason.choices,
        "reason": reason_in(request),
        "refusal": refusal,
    }
    return render(
        request, "returns/review/send_back.html", return_context(request, quarterly_return) | context, status=status
    )


def _chosen(request: HttpRequest, quarterly_return: Return) -> list[ChosenCell]:
    data = request.POST if request.method == "POST" else request.GET
    wanted, sheet = set(data.getlist("cell")), sheet_of(quarterly_return)
    quotes = _quotes(quarterly_return, sheet) if wanted and request.method != "POST" else {}
    return [
        _chosen_cell(row.area, cell, data, quotes.get(cell.place, ""))
        for row in sheet.rows
        for cell in row.cells
        if cell.place in wanted
    ]


def _chosen_cell(area: Area, cell: SheetCell, data: Mapping, quote: str) -> ChosenCell:
    text = data.get(f"text-{cell.place}", "")
    return ChosenCell(area, cell, data.get(f"why-{cell.place}", ""), text or quote, bool(quote and not text))


def _quotes(quarterly_return: Return, sheet: ReturnSheet) -> dict[str, str]:
    """What can be sent along as the reason for a cell: the bureau's last words in its open thread, else what is odd about it."""
    surveying.lay(sheet)
    odd = {
        f"{row.area.code}-{problem.figure}": problem.gist[:LONGEST_TEXT]
        for row in sheet.rows
        for problem in row.problems
        if problem.code == ODDITIES
    }
    return odd | {
        f"{thread.code}-{thread.column}": comment.text[:LONGEST_TEXT]
        for thread in open_threads("return", str(quarterly_return.pk))
        for comment in thread.comments.all()
        if comment.is_comment and comment.post in BUREAU_POSTS
    }
