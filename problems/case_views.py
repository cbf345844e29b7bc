"""Pages of cases of fees and monopolies: counted, passed to authorities, answered, concluded; who reported one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused
from common.http import NoSuchRow, get_object_or_404
from common.values import read_day
from problems import cases
from problems.forms import AnswerForm, OutcomeForm
from problems.models import CaseReferral, Problem
from problems.views import done, files_of, shown
from problems.vocabulary import FileRole


@requires(Power.SEE_PROBLEMS)
def fees(request: HttpRequest) -> HttpResponse:
    """How many cases there are by firm and by place, and what was asked and paid back."""
    seen = Problem.objects.visible_to(request.user)
    tables = [("按物业服务企业", cases.sums(seen, "firm")), ("按小区、村居", cases.sums(seen, "place"))]
    context = {"tables": tables, "may_write": request.user.may(Power.HANDLE_PROBLEMS)}
    return render(request, "problems/fees.html", context)


def _day(request: HttpRequest, name: str):
    """The day that was typed, today where none was; Refused where it cannot be read."""
    text = request.POST.get(name, "").strip()
    try:
        return read_day(text) if text else today()
    except ValueError as wrong:
        raise Refused(str(wrong)) from None


def _case_in_sight(request: HttpRequest, pk: int) -> Problem:
    rows = Problem.objects.visible_to(request.user).filter(case__isnull=False)
    return get_object_or_404(rows.select_related("case", "operator", "person", "area"), pk=pk)


@require_POST
@requires(Power.HANDLE_PROBLEMS)
def refer(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass a case to an authority."""
    found, authority = _case_in_sight(request, pk), request.POST.get("authority", "")
    return done(
        request,
        found,
        lambda: cases.refer(problem=found, authority=authority, on=_day(request, "sent_on"), by=request.user),
        "已登记移送。",
    )


@require_POST
@requires(Power.HANDLE_PROBLEMS, Power.ANSWER_REFERRALS)
def answered(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what an authority answered: it itself, or the unit that has the case."""
    seen = CaseReferral.objects.filter(case__problem__in=Problem.objects.visible_to(request.user))
    row = get_object_or_404(seen.select_related("case__problem__area"), pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return shown(request, row.case.problem, _wrong(form), 422)
    return done(
        request,
        row.case.problem,
        lambda: cases.answer(
            referral=row,
            text=request.POST.get("text", ""),
            on=_day(request, "on"),
            by=request.user,
            files=files_of(request, FileRole.ANSWER),
            paper=form.cleaned_data["paper"],
            result=form.result,
        ),
        "反馈已登记。",
    )


def _wrong(form) -> str:
    """All that is wrong in a form, in a sentence."""
    return "".join(str(error) for errors in form.errors.values() for error in errors)


@require_POST
@requires(Power.HANDLE_PROBLEMS)
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what became of a case."""
    found, form = _case_in_sight(request, pk), OutcomeForm(request.POST)
    if not form.is_valid():
        return shown(request, found, _wrong(form), 422)
    return done(
        request,
        found,
        lambda: cases.conclude(problem=found, by=request.user, **form.cleaned_data),
        "处理结果已登记。",
    )


@require_POST
@requires(Power.HANDLE_PROBLEMS)
def reporter(request: HttpRequest, pk: int) -> HttpResponse:
    """Who reported it: asked for openly, for each look stands in the audit trail."""
    found = _case_in_sight(request, pk)
    if not cases.may_see_reporter(found, request.user):
        raise NoSuchRow("Not for this person.", Problem.objects.filter(pk=pk))
    who = cases.reporter(problem=found, by=request.user)
    return render(request, "problems/reporter.html", {"problem": found, "reporter": who})
