"""Pages of breakdowns: all tasks, one breakdown with its grid, a township's targets, and letters of responsibility on paper."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from acceptance import plan as plans
from acceptance import wording
from acceptance.judging import standing
from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from breakdown import actions, pages
from breakdown.following import followed
from breakdown.forms import BreakdownForm
from breakdown.models import Breakdown, BreakdownLine
from breakdown.papers import letter as letter_paper
from breakdown.reading import TargetsTyped, read_typed
from breakdown.tasks import own_lines
from breakdown.vocabulary import BreakdownAction, BreakdownState, LineLevel
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.http import get_object_or_404
from papers import serving


@requires(Power.SEE_MATTERS)
def index(request: HttpRequest) -> HttpResponse:
    """The breakdowns in sight, version by version, the own unit's targets, and a form to begin one."""
    return _index(request)


def _index(request: HttpRequest, form: BreakdownForm | None = None, status: int = 200) -> HttpResponse:
    signed = Prefetch("lines", BreakdownLine.objects.filter(level=LineLevel.TOWNSHIP).order_by("number"))
    rows = Breakdown.objects.visible_to(request.user).select_related("drafted_by").prefetch_related(signed, "moves")
    own = own_lines(request.user)
    titles = {each.key: wording.milestone_title(each) for each in plans.current().milestones}
    context = {
        "rows": [_index_row(each, titles) for each in rows],
        "own": followed(own, today(), standing.of(own[0].breakdown.county).quarters[-1]) if own else [],
        "form": form or (BreakdownForm(plans.current()) if request.user.may(Power.BREAK_DOWN) else None),
    }
    return render(request, "breakdown/index.html", context, status=status)


def _index_row(each: Breakdown, titles: dict[str, str]) -> dict:
    accepted = sum(1 for move in each.moves.all() if move.township_id)
    title = titles.get(each.milestone, "")
    townships = len(each.lines.all())
    return {"row": each, "title": title, "accepted": accepted, "townships": townships, "tone": _tone(each)}


def _tone(each: Breakdown) -> str:
    return pages.TONES[BreakdownState(each.state)]


@require_POST
@requires(Power.BREAK_DOWN)
def draft(request: HttpRequest) -> HttpResponse:
    """Begin a breakdown with the portal's proposal."""
    form = BreakdownForm(plans.current(), request.POST)
    if form.is_valid():
        try:
            begun = actions.draft(**form.cleaned_data, on=today(), by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已起草{begun}，请核对指标和责任人。")
            return redirect(begun)
    return _index(request, form, 422)


@requires(Power.SEE_MATTERS)
def breakdown(request: HttpRequest, pk: int) -> HttpResponse:
    """One breakdown: targets, persons, plan against fact, steps, letters."""
    return _page(request, _in_sight(request, pk))


def _in_sight(request: HttpRequest, pk: int) -> Breakdown:
    return get_object_or_404(Breakdown.objects.visible_to(request.user).select_related("plan", "drafted_by"), pk=pk)


def _page(
    request: HttpRequest, found: Breakdown, problem: str = "", status: int = 200, typed: TargetsTyped | None = None
) -> HttpResponse:
    page = pages.BreakdownPage(found, request.user, today(), typed)
    said = [{"text": problem}] if problem else []
    cells = [{"text": text, "href": f"#{name}"} for name, text in page.typed.faults.items()]
    context = {
        "page": page,
        "breakdown": found,
        "lines": page.lines(),
        "offered": page.offered(),
        "letters": page.letters(),
        "moves": list(found.moves.select_related("by", "township")) if request.user.may(Power.SEE_PROGRESS) else [],
        "tone": _tone(found),
        "problems": said + cells,
        "typed_reason": request.POST.get("reason", ""),
        "typed_action": request.POST.get("action", ""),
    }
    return render(request, "breakdown/breakdown.html", context, status=status)


@require_POST
@requires(Power.BREAK_DOWN)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the grid of a draft; where a cell cannot be read nothing is kept, and all that was typed is shown again."""
    found = _in_sight(request, pk)
    lines = list(found.lines.all())
    milestone = plans.by_digest(found.plan.digest).milestone(found.milestone)
    typed = read_typed(request.POST, lines, found.periods, wording.MEASURES[milestone.measure].unit)
    if typed.faults:
        return _page(request, found, "未保存：请更正以下各格。", 422, typed)
    try:
        step = actions.edit(
            breakdown=found,
            version=posted_version(request),
            targets=typed.targets,
            persons=typed.persons,
            by=request.user,
        )
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return _page(request, _in_sight(request, pk), str(refusal), status, typed)
    messages.success(request, f"已保存{step.breakdown}。")
    return redirect(found)


@require_POST
@requires(Power.BREAK_DOWN, Power.SIGN_BREAKDOWNS)
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose, send back, issue or discard a breakdown."""
    found, action = _in_sight(request, pk), request.POST.get("action", "")
    if action not in pages.STEPS:
        return _page(request, found, "请选择办理事项。", 422)
    try:
        taken = actions.take_step(
            breakdown=found,
            action=BreakdownAction(action),
            version=posted_version(request),
            reason=request.POST.get("reason", ""),
            on=today(),
            by=request.user,
        )
    except Refused as refusal:
        return _page(request, _in_sight(request, pk), str(refusal), 409 if isinstance(refusal, Stale) else 422)
    messages.success(request, f"已办理“{taken.deed}”。")
    return redirect(found)


@require_POST
@requires(Power.ACCEPT_LETTERS)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The township's head signs its letter."""
    found = _in_sight(request, pk)
    try:
        actions.accept(breakdown=found, township=request.user.area, by=request.user)
    except Refused as refusal:
        return _page(request, _in_sight(request, pk), str(refusal), 409 if isinstance(refusal, Stale) else 422)
    messages.success(request, f"{request.user.area.name}的责任书已签订。")
    return redirect(found)


@requires(Power.SEE_PROGRESS)
def letter(request: HttpRequest, pk: int, code: str, form: str) -> HttpResponse:
    """A township's letter of responsibility as PDF or Word."""
    found = _in_sight(request, pk)
    page = pages.BreakdownPage(found, request.user, today())
    township = get_object_or_404(Area.objects.filter(pk__in=[area.code for area, _ in page.letters()]), pk=code)
    return serving.answer(request, letter_paper(page, township), form, subject=found)


@requires(Power.SEE_PROGRESS)
def township(request: HttpRequest, code: str) -> HttpResponse:
    """All targets of a township in force: its own, its villages', its operators'; plan against fact."""
    place = get_object_or_404(Area.objects.visible_to(request.user).filter(code__regex=r"^\d{9}$"), pk=code)
    rows = BreakdownLine.objects.visible_to(request.user).filter(
        breakdown__state=BreakdownState.ISSUED, area__code__startswith=code
    )
    found = rows.select_related("breakdown", "area", "operator").prefetch_related("breakdown__lines")
    lines = list(found.order_by("breakdown", "number"))
    courses = followed(lines, today(), standing.of(place.county).quarters[-1]) if lines else []
    return render(request, "breakdown/township.html", {"place": place, "courses": courses})
