"""The pages of appraisals; none is there unless PORTAL_APPRAISAL is on."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from acceptance import plan
from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.http import RowNotFound, get_object_or_404
from common.periods import Quarter
from measures.appraisal import actions, counted, pages
from measures.appraisal.models import Appraisal, ScoreObjection, subject_of
from measures.appraisal.vocabulary import AppraisalAction, AppraisalState, AppraisedGroup

OFF = "考核没有启用。如需使用，请系统管理员按部署说明启用（PORTAL_APPRAISAL）。"


def switched_on(view: Callable) -> Callable:
    """Not there (404) while the appraisal is off."""

    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not settings.APPRAISAL:
            raise RowNotFound(OFF)
        return view(request, *args, **kwargs)

    return answered


def _refused(refusal: Refused) -> int:
    return 409 if isinstance(refusal, Stale) else 422


@require_safe
@requires(Power.SEE_MEASURES)
@switched_on
def appraisals(request: HttpRequest) -> HttpResponse:
    """The appraisals in sight; for the bureau what it may begin, and the weights of each group."""
    return _list_page(request)


def _list_page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    may_run = request.user.may(Power.RUN_APPRAISALS)
    last = Quarter.containing(today()).plus(-1)
    context = {
        "rows": list(Appraisal.objects.visible_to(request.user).order_by("-period", "group", "pk")),
        "may_run": may_run,
        "may_weigh": request.user.may(Power.FREEZE_APPRAISALS),
        "groups": [(group, _weights(request.user, group)) for group in AppraisedGroup] if may_run else [],
        "choices": AppraisedGroup.choices,
        "quarters": [*reversed(list(plan.current().first_period.through(last)))] if may_run else [],
        "typed": request.POST,
        "problems": [{"text": problem}] if problem else [],
    }
    return render(request, "measures/appraisal/appraisals.html", context, status=status)


def _weights(user, group: str) -> list[tuple[str, str]]:
    """What weights hold for a group: label and weight."""
    table = actions.weights_of(user.area_id, group)
    known = counted.of_group(group)
    return [(each.label, table.weights[key]) for key, each in known.items() if table and key in table.weights]


@require_POST
@requires(Power.RUN_APPRAISALS)
@switched_on
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the appraisal of a group and quarter."""
    group, period = request.POST.get("group", ""), request.POST.get("period", "")
    if group not in AppraisedGroup.values:
        return _list_page(request, "请选择考核对象。", 422)
    try:
        begun = actions.begin(group=group, quarter=Quarter.parse(period), on=today(), by=request.user)
    except (Refused, ValueError) as problem:
        return _list_page(request, str(problem), 422)
    messages.success(request, f"已开始{begun}。")
    return redirect(begun)


@requires(Power.FREEZE_APPRAISALS)
@switched_on
def weights(request: HttpRequest, group: str) -> HttpResponse:
    """The weights of a group, and setting them anew for what begins from now on."""
    if group not in AppraisedGroup.values:
        raise RowNotFound("没有该类考核对象。")
    table = actions.weights_of(request.user.area_id, group)
    typed = {key: request.POST.get(f"weight-{key}", "") for key in counted.of_group(group)}
    problem = ""
    if request.method == "POST":
        try:
            actions.set_weights(group=group, typed=typed, by=request.user)
            messages.success(request, "已设置权重，自下一次开始的考核起使用。")
            return redirect("appraisal:appraisals")
        except Refused as refusal:
            problem = str(refusal)
    else:
        typed = dict(table.weights) if table else {}
    context = {
        "group": AppraisedGroup(group),
        "rows": [
            {"name": f"weight-{key}", "label": f"{each.label}（{each.clause}）", "weight": typed.get(key, "")}
            for key, each in counted.of_group(group).items()
        ],
        "table": table,
        "problems": [{"text": problem}] if problem else [],
    }
    return render(request, "measures/appraisal/weights.html", context, status=422 if problem else 200)


def _in_sight(request: HttpRequest, pk: int) -> Appraisal:
    return get_object_or_404(Appraisal.objects.visible_to(request.user), pk=pk)


@require_safe
@requires(Power.SEE_MEASURES)
@switched_on
def appraisal(request: HttpRequest, pk: int) -> HttpResponse:
    """One appraisal: the sheets in sight, objections, steps."""
    return _page(request, _in_sight(request, pk))


def _page(request: HttpRequest, found: Appraisal, problem: str = "", status: int = 200) -> HttpResponse:
    typed = {request.POST.get("action", ""): request.POST.get("reason", "")}
    _, own = subject_of(request.user)
    said = found.objections.select_related("by", "answered_by").order_by("pk")
    context = {
        "appraisal": found,
        "sheets": pages.sheets(found, request.user, request.GET.get("rank") == "1"),
        "may_rank": settings.LEAGUE_TABLE and not own,
        "objections": list(said.filter(subject=own) if own else said),
        "may_answer": request.user.may(Power.RUN_APPRAISALS) and found.state == AppraisalState.OBJECTING,
        "may_object": bool(own) and found.state == AppraisalState.OBJECTING and found.until and today() <= found.until,
        "offered": pages.offered(found, request.user, typed),
        "moves": list(found.moves.select_related("by").order_by("pk")),
        "text": request.POST.get("text", ""),
        "problems": [{"text": problem}] if problem else [],
    }
    return render(request, "measures/appraisal/appraisal.html", context, status=status)


@require_POST
@requires(Power.RUN_APPRAISALS, Power.FREEZE_APPRAISALS, Power.PUBLISH_APPRAISALS)
@switched_on
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an appraisal one step further."""
    found, action = _in_sight(request, pk), request.POST.get("action", "")
    if action not in actions.STEPS:
        return _page(request, found, "请选择办理事项。", 422)
    try:
        taken = actions.take_step(
            appraisal=found,
            action=AppraisalAction(action),
            version=posted_version(request),
            text=request.POST.get("reason", ""),
            on=today(),
            by=request.user,
        )
    except Refused as problem:
        return _page(request, _in_sight(request, pk), str(problem), _refused(problem))
    messages.success(request, f"已办理“{taken.deed}”。")
    return redirect(found) if found.state != AppraisalState.VOID else redirect("appraisal:appraisals")


@require_POST
@requires(Power.ENTER_MEASURES)
@switched_on
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit objects to its score."""
    found = _in_sight(request, pk)
    try:
        actions.object_to(appraisal=found, text=request.POST.get("text", ""), on=today(), by=request.user)
    except Refused as problem:
        return _page(request, found, str(problem), _refused(problem))
    messages.success(request, "意见已提交。")
    return redirect(found)


@require_POST
@requires(Power.RUN_APPRAISALS)
@switched_on
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The bureau answers an objection."""
    seen = Appraisal.objects.visible_to(request.user)
    objection = get_object_or_404(ScoreObjection.objects.filter(appraisal__in=seen).select_related("appraisal"), pk=pk)
    try:
        actions.answer(objection=objection, text=request.POST.get("text", ""), by=request.user)
    except Refused as problem:
        return _page(request, objection.appraisal, str(problem), _refused(problem))
    messages.success(request, "已答复意见。")
    return redirect(objection.appraisal)
