"""The pages of build plans: ask, see, pin and drop, compare; sign and follow; tasks as a list and on paper."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from acceptance.judging import standing
from acceptance.verdicts.lookups import (
    NotThere,
    answers_not_there,
    asked_area,
    asked_basis,
    asked_quarter,
    county_of,
)
from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from common import exports
from common.clock import today
from common.exceptions import Refused
from common.http import RowNotFound, get_object_or_404
from common.listing import EXPORT, answer, handed_out, unsorted
from common.periods import Quarter
from jobs.actions import start
from jobs.models import Job
from papers import serving
from planning import kept, pages
from planning.asking import PlanAsked
from planning.curve_shown import CurveShown
from planning.forms import BuildQuestionForm, SignPlanForm, WithdrawPlanForm
from planning.models import BuildPlan, PlanTask
from planning.runs import PlanRun, plan_least, price_more, run_or_404, runs_of
from planning.shown import PlanShown, target_words
from planning.tasks import listing_of, task_paper
from planning.tracking import FollowedPlan, quarters_of
from planning.unsettled import FACTS, FirstFacts, facts_of

RECENT = 10
"""How many of one's own solvings are listed."""


@requires(Power.SEE_NETWORK)
def index(request: HttpRequest) -> HttpResponse:
    """The signed plans in sight; for whoever may ask, what was asked of late."""
    user = request.user
    may_ask = user.may(Power.MAKE_PLANS)
    runs = [PlanRun(job) for job in runs_of(user)[:RECENT]] if may_ask else []
    areas = Area.objects.in_bulk({run.asked.area for run in runs}) if runs else {}
    context = {
        "plans": pages.plans_listed(user),
        "runs": [pages.RunListed(run, areas.get(run.asked.area)) for run in runs],
        "may_ask": may_ask,
    }
    return render(request, "planning/index.html", context)


@requires(Power.MAKE_PLANS)
@answers_not_there
def ask(request: HttpRequest) -> HttpResponse:
    """Choose target, places, operators and what is to be least; the solving is a job."""
    county = county_of(request.user)
    form = BuildQuestionForm(
        request.user, request.POST if request.method == "POST" else None, initial=pages.initial(request, county)
    )
    if request.method == "POST" and form.is_valid():
        asked = form.asked()
        return redirect("planning:run", _started(request, asked, form).pk)
    context = {"form": form, "pins": pages.pins_shown(form.pins), "standing": form.standing}
    return render(request, "planning/ask.html", context, status=422 if form.errors else 200)


def _started(request: HttpRequest, asked: PlanAsked, form: BuildQuestionForm) -> Job:
    area = Area.objects.select_related("parent").get(code=asked.area)
    title = f"测算建设方案：{area.full_name}{asked.milestone or '称号标准'}，{Quarter.parse(asked.period).label}"
    return start(plan_least, title=title, by=request.user, asked=asked.to_json())


@requires(Power.MAKE_PLANS)
@answers_not_there
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a solving is; then its answer, to be changed by pins, compared, and signed."""
    found = run_or_404(request.user, pk)
    return _run_page(request, found)


def _run_page(request: HttpRequest, found: PlanRun, form: SignPlanForm | None = None) -> HttpResponse:
    if found.answer is None:
        return _running(request, found)
    shown, asked = PlanShown(found.answer, request.user), found.asked
    context = {
        "run": found,
        "asked": asked,
        "shown": shown,
        "target": target_words(standing.of(asked.county).plan, asked.milestone),
        "facts": pages.conditions(asked),
        "rows": pages.rows_with_pins(shown, asked),
        "dropped": pages.dropped(shown, asked),
        "others": pages.comparable(request.user, found),
        "may_sign": request.user.may(Power.SIGN_PLANS),
        "first_facts": facts_of(shown.area, found.answer),
        "sign_form": form or pages.sign_form(request.user, asked, shown, standing.of(asked.county).plan),
    }
    return render(request, "planning/run.html", context, status=422 if form else 200)


def _running(request: HttpRequest, found: PlanRun) -> HttpResponse:
    """How far a solving is that has no answer yet."""
    context = {"run": found, "job": found.job, "tone": pages.tone_of(found.job)}
    return render(request, "planning/running.html", context)


@require_POST
@requires(Power.SIGN_PLANS)
@answers_not_there
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign the answer: it is kept for good, and its tasks are given."""
    found = run_or_404(request.user, pk)
    form = SignPlanForm(found.asked.county, Quarter.parse(found.asked.period).last_day, request.POST)
    if form.is_valid():
        try:
            signed = kept.sign(run=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{signed.name}”已签发，任务已下达。")
            return redirect(signed)
    return _run_page(request, found, form)


@require_POST
@requires(Power.MAKE_PLANS)
@answers_not_there
def price(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what each new point more would bring, under the conditions of a solving."""
    found = run_or_404(request.user, pk)
    title = found.job.title.replace("测算建设方案", price_more.label)
    return redirect("planning:curve", start(price_more, title=title, by=request.user, asked=found.asked.to_json()).pk)


@requires(Power.MAKE_PLANS)
@answers_not_there
def curve(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; then for every count of new points the most that they bring, as a drawing and a table."""
    found = run_or_404(request.user, pk, price_more)
    if found.answer is None:
        return _running(request, found)
    target = target_words(standing.of(found.asked.county).plan, found.asked.milestone)
    context = {"run": found, "asked": found.asked, "shown": CurveShown(found.answer), "target": target}
    return render(request, "planning/curve.html", context)


@requires(Power.MAKE_PLANS)
@answers_not_there
def facts(request: HttpRequest) -> HttpResponse:
    """Which facts to find out first where a target is undetermined: a list, and for Excel."""
    asked, county = request.GET, county_of(request.user)
    area = asked_area(request.user, asked.get("area") or county)
    quarter = asked_quarter(asked["period"]) if asked.get("period") else pages.usual_quarter(county)
    plan = standing.of(county).plan
    if asked.get("milestone") and asked["milestone"] not in {each.key for each in plan.milestones}:
        raise NotThere(f"方案没有编号为“{asked['milestone']}”的里程碑。", (("测算建设方案", reverse("planning:ask")),))
    found = FirstFacts(area, asked.get("milestone", ""), quarter, asked_basis(asked.get("basis", "")))
    if asked.get("export") in exports.FORMS:
        rows = exports.PlainRows(found.shown(None))
        return handed_out(request, FACTS, rows, found.note(request.user), asked["export"])
    context = {"facts": found, "target": target_words(plan, found.milestone), "listing": FACTS}
    return render(
        request,
        "planning/facts.html",
        {**context, **unsorted(FACTS, found.shown()), "may_export": request.user.may(EXPORT)},
    )


@requires(Power.MAKE_PLANS)
@answers_not_there
def compare(request: HttpRequest) -> HttpResponse:
    """Two answers side by side, each a solving of one's own or a signed plan."""
    sides = [pages.side_of(request.user, request.GET.get(name, "")) for name in ("first", "second")]
    context = {
        "sides": sides,
        "choices": pages.comparable(request.user),
        "table": pages.compared(*sides) if all(sides) else None,
        "asked": [request.GET.get(name, "") for name in ("first", "second")],
    }
    return render(request, "planning/compare.html", context)


@requires(Power.MAKE_PLANS)
@answers_not_there
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A signed plan: what it promised, who signed it on which facts, and how it goes as of a quarter."""
    return _plan_page(request, _plan_in_sight(request, pk))


@require_POST
@requires(Power.SIGN_PLANS)
@answers_not_there
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a signed plan, with the reason: it stays readable, and nobody has to do its tasks any more."""
    found, form = _plan_in_sight(request, pk), WithdrawPlanForm(request.POST)
    if form.is_valid():
        try:
            kept.withdraw(plan=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{found.name}”已撤回，任务不再执行。")
            return redirect(found)
    return _plan_page(request, found, form)


def _plan_in_sight(request: HttpRequest, pk: int) -> BuildPlan:
    related = ("area__parent", "signed_by", "withdrawal__withdrawn_by")
    return get_object_or_404(BuildPlan.objects.visible_to(request.user).select_related(*related), pk=pk)


def _plan_page(request: HttpRequest, found: BuildPlan, form: WithdrawPlanForm | None = None) -> HttpResponse:
    quarters = quarters_of(found, today())
    quarter = asked_quarter(request.GET["period"]) if request.GET.get("period") else quarters[0]
    if quarter not in quarters:
        raise NotThere(f"{quarter.label}没有本方案的执行情况。", (("查看方案", found.get_absolute_url()),))
    rows = found.tasks.select_related("operator", "township").order_by("number")
    shown = PlanShown(found.answer, request.user)
    context = {
        "plan": found,
        "shown": shown,
        "target": target_words(standing.of(found.county).plan, found.milestone),
        "course": FollowedPlan(found, rows, quarter, today() if quarter == quarters[0] else quarter.last_day),
        "quarter": quarter,
        "quarters": quarters,
        "split": pages.split_of(found),
        "first_facts": facts_of(shown.area, found.answer),
        "may_withdraw": request.user.may(Power.SIGN_PLANS) and not found.is_withdrawn,
        "form": form or WithdrawPlanForm(),
    }
    return render(request, "planning/plan.html", context, status=422 if form else 200)


@requires(Power.SEE_NETWORK)
def tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """The tasks of a plan in sight, as a list and for Excel."""
    found, rows = _tasks_in_sight(request, pk)
    course = FollowedPlan(found, rows.order_by("number"), quarters_of(found, today())[0], today())
    listing = listing_of(found, {each.task.number: each for each in course.shown})
    context = {"plan": found, "course": course, "sees_plan": request.user.may(Power.MAKE_PLANS)}
    return answer(request, listing, rows, **context)


@requires(Power.SEE_NETWORK)
def task_sheet(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The tasks in sight on paper, narrowed as the list is."""
    found, rows = _tasks_in_sight(request, pk)
    narrowed = listing_of(found).filterset(data=request.GET, queryset=rows, request=request)
    if not narrowed.form.is_valid():
        raise RowNotFound("没有所选的运营企业或街镇。请返回任务清单重新选择。")
    chosen = list(narrowed.qs.order_by("number"))
    whose = request.user.operator or (request.user.area if len(request.user.area_id or "") == 9 else None)
    names = [str(whose)] if whose else pages.names_of(narrowed.form.cleaned_data)
    return serving.answer(request, task_paper(found, chosen, "、".join(names)), form, subject=found)


def _tasks_in_sight(request: HttpRequest, pk: int):
    """A plan and those of its tasks that the user may see; a 404 where there are none."""
    found = _plan_in_sight(request, pk)
    rows = PlanTask.objects.visible_to(request.user).filter(plan=found).select_related("operator", "township", "plan")
    return found, rows
