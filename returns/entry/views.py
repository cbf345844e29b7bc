"""The township's pages: open a quarter, fill it in, check the answers, submit, withdraw, correct."""

from collections.abc import Mapping
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.periods import Quarter
from returns import actions
from returns.checks import for_browser
from returns.entry import sheet_form
from returns.entry.saving import Clash, Contested, save_lines
from returns.models import Return, ReturnLine, State
from returns.moves import Action, allows
from returns.pages import address, found, reason_in, refused, repeated, shown
from returns.review import objections
from returns.rounds import calendar, rounds
from returns.sheet import sheet_of, villages


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
            "due": rounds.due_on(township.county, quarter),
            "can_open": calendar.can_open(quarter, today()),
            "villages": villages(township.code, quarter),
            "before": len(ReturnLine.objects.last_known(township.code, quarter.plus(-1))),
        },
        status=422 if refusal else 200,
    )


def form(request: HttpRequest, owner: Return) -> HttpResponse:
    """The form as stored; with ``?check`` everything that stands in the way of submission is said, blanks included."""
    is_checking = "check" in request.GET
    sheet = sheet_form.prepare(sheet_of(owner, complete=True), is_checking=is_checking)
    return _form(request, owner, sheet, is_checking=is_checking)


@requires(Power.ENTER_RETURNS)
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep every row that can be read; say what is wrong with the others, with all that was typed still there."""
    owner = found(request, pk)
    entries = sheet_form.read(request.POST, sheet_of(owner))
    sound = {code: row.typed for code, row in entries.items() if not row.errors}
    try:
        changed = save_lines(owner=owner, rows=sound, by=request.user)
    except Contested as stale:
        return _again(request, owner, entries, str(stale), 409, stale.clashes)
    except Refused as reason:
        return _again(request, owner, entries, str(reason), 409)
    if len(sound) < len(entries):
        alert = f"{len(entries) - len(sound)} 行有读不懂的内容，还没有保存，请改正；其余各行已保存为草稿。"
        return _again(request, owner, entries, alert, 422)
    if "check" in request.POST:
        return _checked(owner)
    messages.success(request, f"已保存草稿：{changed} 行有改动。" if changed else "已保存草稿：没有改动。")
    return redirect(address(owner))


def _checked(owner: Return) -> HttpResponse:
    """On to the answers when nothing stands in the way, else back to the form with everything that does."""
    if sheet_of(owner, complete=True).faults:
        return redirect(f"{address(owner)}?check=1")
    return redirect("returns:check", owner.pk)


def _again(
    request: HttpRequest,
    owner: Return,
    entries: Mapping[str, sheet_form.Entry],
    alert: str,
    status: int,
    clashes: list[Clash] | tuple[()] = (),
) -> HttpResponse:
    fresh = found(request, owner.pk)
    return _form(request, fresh, sheet_form.lay(sheet_of(fresh), entries, clashes), alert=alert, status=status)


def _form(
    request: HttpRequest, owner: Return, sheet, *, alert: str = "", status: int = 200, is_checking: bool = False
) -> HttpResponse:
    objections.compare(sheet)
    objections.lock(sheet)
    context = {"sheet": sheet, "checks": for_browser(sheet.using), "alert": alert, "is_checking": is_checking}
    return render(request, "returns/entry/form.html", shown(request, owner) | context, status=status)


@requires(Power.ENTER_RETURNS)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check your answers, then hand them up for signing; the same post twice leads to the same receipt."""
    owner = found(request, pk)
    if request.method == "POST":
        hand_up = partial(actions.hand_up, explanation=request.POST.get("explanation"))
        return _given(request, owner, Action.HAND_UP, hand_up)
    if not allows(Action.HAND_UP, owner, request.user):
        return redirect(address(owner))
    return _answers(request, owner)


@requires(Power.SIGN_RETURNS)
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The head signs and reports to the bureau, or gives it back to the clerk with a reason."""
    owner = found(request, pk)
    if request.method == "POST" and request.POST.get("decision") == "hand_back":
        return _hand_back(request, owner)
    if request.method == "POST":
        return _given(request, owner, Action.SUBMIT, actions.submit)
    if not allows(Action.SUBMIT, owner, request.user):
        return redirect(address(owner))
    return _answers(request, owner)


def _answers(request: HttpRequest, owner: Return, status: int = 200, refusal: str = "") -> HttpResponse:
    sheet, is_signing = sheet_of(owner, complete=True), owner.state == State.SIGNING
    context = {
        "sheet": sheet,
        "compared": objections.compare(sheet),
        "faults": sheet.errors if is_signing else sheet.faults,
        "unexplained": sheet.total_faults if request.method == "POST" and not is_signing else [],
        "is_asked": not is_signing and any(each.is_oddity for each in sheet.total_problems),
        "explanation": request.POST.get("explanation", owner.explanation),
        "refusal": refusal,
        "reason": reason_in(request),
    }
    return render(request, "returns/checks/check.html", shown(request, owner) | context, status=status)


def _given(request: HttpRequest, owner: Return, action: Action, deed) -> HttpResponse:
    version = posted_version(request)
    try:
        step = deed(owner=owner, version=version, by=request.user)
    except actions.NotReady:
        return _answers(request, found(request, owner.pk), 422)
    except Stale as stale:
        step = repeated(owner, action, version, request.user)
        if step is None:
            return refused(request, owner, stale)
    except Refused as refusal:
        return refused(request, owner, refusal)
    return redirect("returns:receipt", owner.pk, step.pk)


def _hand_back(request: HttpRequest, owner: Return) -> HttpResponse:
    version = posted_version(request)
    try:
        actions.hand_back(owner=owner, version=version, reason=reason_in(request), by=request.user)
    except Stale as stale:
        if repeated(owner, Action.HAND_BACK, version, request.user) is None:
            return refused(request, owner, stale)
    except Refused as refusal:
        return _answers(request, found(request, owner.pk), 422, str(refusal))
    messages.success(request, "已退回经办。")
    return redirect(address(owner))


@requires(Power.ENTER_RETURNS, Power.SIGN_RETURNS)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what has not been decided yet."""
    owner = found(request, pk)
    version = posted_version(request)
    try:
        actions.withdraw(owner=owner, version=version, by=request.user)
    except Stale as stale:
        if repeated(owner, Action.WITHDRAW, version, request.user) is None:
            return refused(request, owner, stale)
    except Refused as opened:
        return refused(request, owner, opened)
    messages.success(request, "已撤回：季报回到草稿，改好后请重新报送。")
    return redirect(address(owner))


@requires(Power.ENTER_RETURNS, Power.SIGN_RETURNS)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a correction of an approved return, with the reason."""
    owner = found(request, pk)
    if request.method == "POST":
        return _correct(request, owner)
    if not allows(Action.CORRECT, owner, request.user):
        return redirect(address(owner))
    return render(request, "returns/entry/correct.html", shown(request, owner) | {"reason": "", "refusal": ""})


def _correct(request: HttpRequest, owner: Return) -> HttpResponse:
    version, reason = posted_version(request), reason_in(request)
    try:
        revision = actions.correct(owner=owner, version=version, reason=reason, by=request.user)
    except Stale as stale:
        if repeated(owner, Action.CORRECT, version, request.user) is None:
            return refused(request, owner, stale)
        revision = owner.correction
    except Refused as refusal:
        return render(
            request,
            "returns/entry/correct.html",
            shown(request, owner) | {"reason": reason, "refusal": str(refusal)},
            status=422,
        )
    messages.success(request, f"已建立第 {revision.revision} 版。审核通过之前，原来的数字仍然有效。")
    return redirect(address(revision))


@requires(Power.ENTER_RETURNS, Power.SIGN_RETURNS)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a correction that was begun by mistake, with the reason."""
    owner = found(request, pk)
    refusal, status, version = "", 200, posted_version(request)
    if request.method == "POST":
        try:
            actions.discard(owner=owner, version=version, reason=reason_in(request), by=request.user)
            return _discarded(request, owner)
        except Stale as stale:
            if repeated(owner, Action.DISCARD, version, request.user) is None:
                return refused(request, owner, stale)
            return _discarded(request, owner)
        except Refused as reason:
            owner, refusal, status = found(request, pk), str(reason), 422
    elif not allows(Action.DISCARD, owner, request.user):
        return redirect(address(owner))
    context = shown(request, owner) | {"reason": reason_in(request), "refusal": refusal}
    return render(request, "returns/entry/discard.html", context, status=status)


def _discarded(request: HttpRequest, owner: Return) -> HttpResponse:
    messages.success(request, f"已撤销更正；第 {owner.corrects.revision} 版的数字照旧有效。")
    return redirect(address(owner.corrects))
