"""The township's pages: open a quarter, fill it in, check the answers, submit, withdraw, correct."""

from collections.abc import Mapping
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.http import get_object_or_404
from common.periods import Quarter
from entry.grid import EntryGrid, GridParts
from returns import actions, explanations, surveying
from returns.checks import RATES, for_browser
from returns.entry import sheet_form
from returns.entry.return_form import ReturnForm
from returns.entry.saving import Clash, Contested, save_lines
from returns.models import Return, ReturnLine, ReturnState
from returns.moves import ReturnAction, allows
from returns.pages import address, reason_in, refused, repeated, return_context, return_or_404
from returns.review import objections
from returns.review.reviewing import review_of
from returns.rounds import calendar, late_views, rounds
from returns.sheet import ReturnSheet, sheet_of, villages
from returns.sources.suggesting import asked, hint, lay, open_suggestions

PARTS = GridParts(
    head="returns/entry/_row_head.html",
    cell="returns/entry/_row_cell.html",
    heads="returns/entry/_row_heads.html",
    tail="returns/entry/_row_rates.html",
    beneath="returns/entry/_row_sentence.html",
    foot="returns/entry/_total_foot.html",
    buttons="returns/entry/_buttons.html",
)


@requires(Power.ENTER_RETURNS)
def open_(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """Begin a quarter of one's own township, with a line for each village in force on its last day."""
    township = get_object_or_404(
        Area.objects.visible_to(request.user).filter(kind__in=TOWNSHIPS), pk=request.user.area_id
    )
    existing = Return.objects.standing().filter(township=township, period=str(quarter)).order_by("-revision").first()
    if existing:
        return redirect(address(existing))
    refusal = ""
    if request.method == "POST":
        try:
            return redirect(
                address(actions.open_return(township=township, quarter=quarter, on=today(), by=request.user))
            )
        except Refused as reason:
            refusal = str(reason)
    return render(
        request,
        "returns/entry/open.html",
        {
            "township": township,
            "quarter": quarter,
            "refusal": refusal,
            "late": late_views.panel(late_views.round_of(township, quarter), township, request.user, today()),
            "due": rounds.due_on(township.county, quarter),
            "can_open": calendar.can_open(quarter, today()),
            "villages": villages(township.code, quarter),
            "before": len(ReturnLine.objects.last_known(township.code, quarter.plus(-1))),
        },
        status=422 if refusal else 200,
    )


def form(request: HttpRequest, quarterly_return: Return) -> HttpResponse:
    """The form as stored; with ``?check`` everything that stands in the way of submission is said, blanks included."""
    is_checking = "check" in request.GET
    sheet = sheet_of(quarterly_return, complete=True)
    if is_checking:
        surveying.lay(sheet, complete=True)
    return _form(request, quarterly_return, sheet_form.prepare(sheet, is_checking=is_checking), is_checking=is_checking)


@requires(Power.ENTER_RETURNS)
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep every row that can be read; say what is wrong with the others, with all that was typed still there."""
    quarterly_return = return_or_404(request, pk)
    entries = sheet_form.read(request.POST, sheet_of(quarterly_return))
    sound = {code: row.typed for code, row in entries.items() if not row.errors}
    try:
        changed = save_lines(quarterly_return=quarterly_return, rows=sound, by=request.user)
    except Contested as stale:
        return _again(request, quarterly_return, entries, str(stale), 409, stale.clashes)
    except Refused as reason:
        return _again(request, quarterly_return, entries, str(reason), 409)
    if len(sound) < len(entries):
        alert = f"{len(entries) - len(sound)} 行有无法识别的内容，未保存，请更正；其余各行已保存为草稿。"
        return _again(request, quarterly_return, entries, alert, 422)
    if "check" in request.POST:
        return _checked(quarterly_return)
    messages.success(request, f"已保存草稿：{changed} 行有改动。" if changed else "已保存草稿：没有改动。")
    return redirect(address(quarterly_return))


def _checked(quarterly_return: Return) -> HttpResponse:
    """On to the answers when nothing stands in the way, else back to the form with everything that does."""
    sheet = sheet_of(quarterly_return, complete=True)
    surveying.lay(sheet, complete=True)
    if sheet.faults:
        return redirect(f"{address(quarterly_return)}?check=1")
    return redirect("returns:check", quarterly_return.pk)


def _again(
    request: HttpRequest,
    quarterly_return: Return,
    entries: Mapping[str, sheet_form.TypedRow],
    alert: str,
    status: int,
    clashes: list[Clash] | tuple[()] = (),
) -> HttpResponse:
    fresh = return_or_404(request, quarterly_return.pk)
    return _form(request, fresh, sheet_form.lay(sheet_of(fresh), entries, clashes), alert=alert, status=status)


def _form(
    request: HttpRequest,
    quarterly_return: Return,
    sheet,
    *,
    alert: str = "",
    status: int = 200,
    is_checking: bool = False,
) -> HttpResponse:
    objections.compare(sheet)
    objections.lock(sheet)
    weighed = asked(sheet)
    suggested = open_suggestions(sheet, weighed)
    hint(sheet, suggested)
    context = {"grid": _grid(request, quarterly_return, sheet, is_checking), "alert": alert}
    context |= {"suggested": suggested, "differing": weighed.disagreements}
    return render(
        request, "returns/entry/form.html", return_context(request, quarterly_return) | context, status=status
    )


def _grid(request: HttpRequest, quarterly_return: Return, sheet: ReturnSheet, is_checking: bool) -> EntryGrid:
    name = f"{quarterly_return.township.name}{quarterly_return.quarter.label}"
    return EntryGrid(
        form=ReturnForm(quarterly_return, request.user),
        rows=sheet.rows,
        address=address(quarterly_return),
        caption=f"{name}：每个村居一行，五项数字，单位户",
        corner="村居",
        counted="行",
        parts=PARTS,
        complete=sheet.rows_complete,
        faults=sheet.faults,
        is_checking=is_checking,
        checks=for_browser(sheet.using),
        weighing=explanations.for_browser(),
        rates=[(key, part, whole) for key, _, part, whole in RATES],
        every_missing="五项数字均",
        own={"total": sheet.total},
    )


@requires(Power.ENTER_RETURNS)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check your answers, then hand them up for signing; the same data twice lead to the same receipt."""
    quarterly_return = return_or_404(request, pk)
    if request.method == "POST":
        hand_up = partial(actions.hand_up, explanation=request.POST.get("explanation"))
        return _given(request, quarterly_return, ReturnAction.HAND_UP, hand_up)
    if not allows(ReturnAction.HAND_UP, quarterly_return, request.user):
        return redirect(address(quarterly_return))
    return _answers(request, quarterly_return)


@requires(Power.SIGN_RETURNS)
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The head signs and reports to the bureau, or gives it back to the clerk with a reason."""
    quarterly_return = return_or_404(request, pk)
    if request.method == "POST" and request.POST.get("decision") == "hand_back":
        return _hand_back(request, quarterly_return)
    if request.method == "POST":
        return _given(request, quarterly_return, ReturnAction.SUBMIT, actions.submit)
    if not allows(ReturnAction.SUBMIT, quarterly_return, request.user):
        return redirect(address(quarterly_return))
    return _answers(request, quarterly_return)


def _answers(request: HttpRequest, quarterly_return: Return, status: int = 200, refusal: str = "") -> HttpResponse:
    sheet, is_signing = sheet_of(quarterly_return, complete=True), quarterly_return.state == ReturnState.SIGNING
    lay(sheet, asked(sheet))
    survey = surveying.lay(sheet, complete=True)
    context = {
        "sheet": sheet,
        "compared": objections.compare(sheet),
        "review": review_of(sheet, survey) if is_signing else None,
        "faults": sheet.errors if is_signing else sheet.faults,
        "unexplained": [each.text for each in sheet.total_faults if request.method == "POST" and not is_signing],
        "is_asked": not is_signing and any(each.is_oddity for each in sheet.total_problems),
        "explanation": request.POST.get("explanation", quarterly_return.explanation),
        "refusal": refusal,
        "reason": reason_in(request),
    }
    return render(
        request, "returns/checks/check.html", return_context(request, quarterly_return) | context, status=status
    )


def _given(request: HttpRequest, quarterly_return: Return, action: ReturnAction, deed) -> HttpResponse:
    version = posted_version(request)
    try:
        step = deed(quarterly_return=quarterly_return, version=version, by=request.user)
    except actions.ReturnNotReady:
        return _answers(request, return_or_404(request, quarterly_return.pk), 422)
    except Stale as stale:
        step = repeated(quarterly_return, action, version, request.user)
        if step is None:
            return refused(request, quarterly_return, stale)
    except Refused as refusal:
        return refused(request, quarterly_return, refusal)
    return redirect("returns:receipt", quarterly_return.pk, step.pk)


def _hand_back(request: HttpRequest, quarterly_return: Return) -> HttpResponse:
    version = posted_version(request)
    try:
        actions.hand_back(
            quarterly_return=quarterly_return, version=version, reason=reason_in(request), by=request.user
        )
    except Stale as stale:
        if repeated(quarterly_return, ReturnAction.HAND_BACK, version, request.user, reason_in(request)) is None:
            return refused(request, quarterly_return, stale)
    except Refused as refusal:
        return _answers(request, return_or_404(request, quarterly_return.pk), 422, str(refusal))
    messages.success(request, "已退回经办。")
    return redirect(address(quarterly_return))


@requires(Power.ENTER_RETURNS, Power.SIGN_RETURNS)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a submitted return that nobody has decided on yet."""
    quarterly_return = return_or_404(request, pk)
    version = posted_version(request)
    try:
        actions.withdraw(quarterly_return=quarterly_return, version=version, by=request.user)
    except Stale as stale:
        if repeated(quarterly_return, ReturnAction.WITHDRAW, version, request.user) is None:
            return refused(request, quarterly_return, stale)
    except Refused as opened:
        return refused(request, quarterly_return, opened)
    messages.success(request, "已撤回：季报恢复为草稿，修改后请重新报送。")
    return redirect(address(quarterly_return))


@requires(Power.ENTER_RETURNS, Power.SIGN_RETURNS)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a correction of an approved return, with the reason."""
    quarterly_return = return_or_404(request, pk)
    if request.method == "POST":
        return _correct(request, quarterly_return)
    if not allows(ReturnAction.CORRECT, quarterly_return, request.user):
        return redirect(address(quarterly_return))
    return render(
        request, "returns/entry/correct.html", return_context(request, quarterly_return) | {"reason": "", "refusal": ""}
    )


def _correct(request: HttpRequest, quarterly_return: Return) -> HttpResponse:
    version, reason = posted_version(request), reason_in(request)
    try:
        revision = actions.correct(quarterly_return=quarterly_return, version=version, reason=reason, by=request.user)
    except Stale as stale:
        if repeated(quarterly_return, ReturnAction.CORRECT, version, request.user, reason_in(request)) is None:
            return refused(request, quarterly_return, stale)
        revision = quarterly_return.correction
    except Refused as refusal:
        return render(
            request,
            "returns/entry/correct.html",
            return_context(request, quarterly_return) | {"reason": reason, "refusal": str(refusal)},
            status=422,
        )
    messages.success(request, f"已建立第 {revision.revision} 版。审核通过之前，原来的数字仍然有效。")
    return redirect(address(revision))


@requires(Power.ENTER_RETURNS, Power.SIGN_RETURNS)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a correction that was begun by mistake, with the reason."""
    quarterly_return = return_or_404(request, pk)
    refusal, status, version = "", 200, posted_version(request)
    if request.method == "POST":
        try:
            actions.discard(
                quarterly_return=quarterly_return, version=version, reason=reason_in(request), by=request.user
            )
            return _discarded(request, quarterly_return)
        except Stale as stale:
            if repeated(quarterly_return, ReturnAction.DISCARD, version, request.user, reason_in(request)) is None:
                return refused(request, quarterly_return, stale)
            return _discarded(request, quarterly_return)
        except Refused as reason:
            quarterly_return, refusal, status = return_or_404(request, pk), str(reason), 422
    elif not allows(ReturnAction.DISCARD, quarterly_return, request.user):
        return redirect(address(quarterly_return))
    context = return_context(request, quarterly_return) | {"reason": reason_in(request), "refusal": refusal}
    return render(request, "returns/entry/discard.html", context, status=status)


def _discarded(request: HttpRequest, quarterly_return: Return) -> HttpResponse:
    messages.success(request, f"已撤销更正；第 {quarterly_return.corrects.revision} 版的数字仍然有效。")
    return redirect(address(quarterly_return.corrects))
