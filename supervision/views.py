"""Pages of followed matters and of thresholds; what is written about a figure comes from its own page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from acceptance.verdicts.lookups import NotThere, answers_not_there
from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.http import get_object_or_404
from common.listing import answer
from figures.address import question_address
from figures.asking import AskedFigure, open_figure
from supervision import actions, listing, pages, thresholds
from supervision.forms import RemarkForm, TellingForm
from supervision.models import Matter, Threshold
from supervision.vocabulary import MatterAction


@requires(Power.SEE_MATTERS, Power.READ_AUDIT_TRAIL)
def matters(request: HttpRequest) -> HttpResponse:
    """The matters in sight, and as Excel."""
    rows = Matter.objects.visible_to(request.user).select_related("author").prefetch_related("figures__area")
    return answer(request, listing.listing(today()), rows, sets_bounds=request.user.may(Power.SEE_PROGRESS))


@requires(Power.SEE_MATTERS, Power.READ_AUDIT_TRAIL)
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter: what was said of which figure, how it is now, what was done, what is to be done."""
    return _matter_page(request, _in_sight(request, pk))


def _in_sight(request: HttpRequest, pk: int) -> Matter:
    return get_object_or_404(Matter.objects.visible_to(request.user).select_related("author"), pk=pk)


def _matter_page(request: HttpRequest, found: Matter, problem: str = "", status: int = 200) -> HttpResponse:
    typed = {request.POST.get("action", ""): request.POST.get("reason", "")}
    moves = list(found.moves.select_related("by", "matter").order_by("pk"))
    context = {
        "matter": found,
        "figures": pages.figures(found, request.user, today()),
        "moves": moves,
        "offered": pages.offered(found, request.user, typed),
        "state": listing.state_words(found, today()),
        "tone": listing.tone(found, today()),
        "problems": [{"text": problem}] if problem else [],
    }
    return render(request, "supervision/matter.html", context, status=status)


@require_POST
@requires(Power.WRITE_REMARKS, Power.HANDLE_MATTERS)
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for a matter, report on it, close it or send it back; what was typed stays where it cannot be done."""
    found, action = _in_sight(request, pk), request.POST.get("action", "")
    if action not in actions.STEPS:
        return _matter_page(request, found, "请选择办理事项。", 422)
    try:
        taken = actions.take_step(
            matter=found,
            action=MatterAction(action),
            version=posted_version(request),
            text=request.POST.get("reason", ""),
            by=request.user,
        )
    except Refused as refusal:
        return _matter_page(request, _in_sight(request, pk), str(refusal), 409 if isinstance(refusal, Stale) else 422)
    messages.success(request, f"已办理“{taken.deed}”。")
    return redirect(found)


# ------------------------------------------------ beside a figure


def _opened(request: HttpRequest) -> AskedFigure:
    """The figure that a form beside it names; NotThere where there is none."""
    of, query = request.POST.get("of", ""), QueryDict(request.POST.get("query", ""))
    opened = open_figure(request.user, of, query, today())
    if opened.asked.area is None:
        raise NotThere("该指标不属于任何区域，不能作出批示或设置提醒。")
    if not opened.is_sound:
        raise NotThere("指标的筛选条件无效，请返回指标页面重新选择。")
    return opened


@require_POST
@requires(Power.WRITE_REMARKS)
@answers_not_there
def write(request: HttpRequest) -> HttpResponse:
    """Write a remark on a figure."""
    opened = _opened(request)
    form = RemarkForm(request.user, today(), request.POST, opened.asked.area.code)

    def keep() -> HttpResponse:
        given = form.cleaned_data
        written = actions.write_remark(
            opened=opened, text=given["text"], to=given["to"], due_on=given["due_on"], on=today(), by=request.user
        )
        messages.success(request, f"批示已送{written.to_unit}，办理期限 {written.due_on}。")
        return redirect(written)

    return _kept(request, opened, form, keep, "作出批示")


@require_POST
@requires(Power.SEE_PROGRESS)
@answers_not_there
def set_threshold(request: HttpRequest) -> HttpResponse:
    """Set the bound of a figure of which one wants to be told."""
    opened = _opened(request)
    form = TellingForm(opened, request.POST)

    def keep() -> HttpResponse:
        kept = thresholds.set_threshold(opened=opened, by=request.user, **form.cleaned_data)
        already = "；现已越过，恢复后再次越过时提醒" if kept.is_beyond else ""
        messages.success(request, f"已设置提醒：{kept}，现为 {kept.now}{already}。")
        return redirect("supervision:thresholds")

    return _kept(request, opened, form, keep, "设置提醒")


def _kept(
    request: HttpRequest, opened: AskedFigure, form, keep: Callable[[], HttpResponse], title: str
) -> HttpResponse:
    """What ``keep`` answers where the form is good; else the form with what is wrong, and with all that was typed."""
    if form.is_valid():
        try:
            return keep()
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "title": title,
        "opened": opened,
        "of": opened.figure.of,
        "query": request.POST.get("query", ""),
        "back": question_address(opened.figure.of, opened.question),
    }
    return render(request, "supervision/write.html", context, status=422)


# ------------------------------------------------ thresholds


@requires(Power.SEE_PROGRESS)
def own_thresholds(request: HttpRequest) -> HttpResponse:
    """One's own bounds, how the figures stand, and a way to take each back."""
    rows = Threshold.objects.visible_to(request.user).select_related("area")
    return render(request, "supervision/thresholds.html", {"thresholds": rows, "most": thresholds.MOST})


@require_POST
@requires(Power.SEE_PROGRESS)
def remove_threshold(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Threshold.objects.visible_to(request.user), pk=pk)
    thresholds.remove(found, request.user)
    messages.success(request, "提醒已删除。")
    return redirect("supervision:thresholds")


@require_POST
@requires(Power.SEE_PROGRESS)
def threshold_noted(request: HttpRequest, pk: int) -> HttpResponse:
    """Take notice that it was crossed: the item in the inbox is done."""
    found = get_object_or_404(Threshold.objects.visible_to(request.user), pk=pk)
    thresholds.take_notice(found, request.user)
    messages.success(request, "已标为知悉；该指标恢复后再次越过界限时，另行提醒。")
    return redirect("inbox:index")
