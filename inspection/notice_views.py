"""The public pages of notices (公示), for everyone without login; and the pages on which objections are handled."""

from itertools import groupby
from operator import itemgetter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.audit import address_of
from common.clock import real_now, today
from common.exceptions import Refused, Stale
from common.http import RowNotFound, get_object_or_404, open_to_all
from inspection import notices
from inspection.forms import PublicObjectionForm
from inspection.hooks import PUBLIC_LIMITS
from inspection.models import PublicNotice, PublicObjection, Submission
from inspection.notices import HANDLING, ObjectionGiven
from inspection.pages import crumbs, posted_text, submission_or_404
from inspection.vocabulary import SubmissionState
from papers.pdf import pdf
from papers.serving import file

# ------------------------------------------------------------ for everyone


def _wait(request: HttpRequest) -> HttpResponse | None:
    """429 where an address asks too often."""
    wait = max((each(address_of(request), real_now()) for each in PUBLIC_LIMITS), default=0)
    if not wait:
        return None
    response = render(request, "inspection/notice_wait.html", {"wait": wait}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


@open_to_all
def index(request: HttpRequest) -> HttpResponse:
    """The notices that stand now; those of the past are found by their own address alone."""
    if late := _wait(request):
        return late
    found = PublicNotice.objects.filter(withdrawn_at__isnull=True, submission__state=SubmissionState.NOTICED)
    rows = [(each, each.is_over(today())) for each in found.select_related("document")]
    return render(request, "inspection/notice_index.html", {"rows": rows})


@open_to_all
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """A list with its figures, the term, and where to object; what was withdrawn names no unit any more."""
    if late := _wait(request):
        return late
    found = _found(token)
    townships = groupby(found.said["units"], key=itemgetter("township"))
    context = {
        "notice": found,
        "townships": [(name, [_lines(unit) for unit in units]) for name, units in townships],
        "is_over": found.is_over(today()),
    }
    return render(request, "inspection/notice.html", context)


def _lines(unit: dict) -> dict:
    """A unit with a line for each of its criteria."""
    return unit | {"figures": unit["figures"].split("\n")}


@open_to_all
def paper(request: HttpRequest, token: str) -> HttpResponse:
    """The notice as it was issued, to be printed on A4 and hung up."""
    if late := _wait(request):
        return late
    found = _found(token)
    if found.withdrawn_at:
        raise RowNotFound("该公示已撤回，不能打印。")
    document = found.document
    return file(pdf(document.description, at=document.issued_at), f"{document.subject}.pdf", "application/pdf")


def _found(token: str) -> PublicNotice:
    found = PublicNotice.objects.select_related("document").filter(token=token).first()
    if found is None:
        raise RowNotFound("没有该公示，请核对网址。")
    return found


# ------------------------------------------------------------ objections, for those who handle them


@requires(*HANDLING)
def objections(request: HttpRequest, pk: int) -> HttpResponse:
    """The objections to a list: enter one that arrived, answer those that stand."""
    submission = submission_or_404(request, pk)
    if request.method != "POST":
        return _objections(request, submission)
    form = PublicObjectionForm(request.POST, **_choices(submission))
    if not form.is_valid():
        return _objections(request, submission, form=form, status=422)
    try:
        given = ObjectionGiven(**form.cleaned_data)
        notices.enter(submission=submission, given=given, on=today(), by=request.user)
    except Refused as refusal:
        status = 409 if isinstance(refusal, Stale) else 422
        return _objections(request, submission, form=form, refusal=str(refusal), status=status)
    messages.success(request, "已登记异议，答复后方可审定。")
    return redirect("inspection:public_objections", submission.pk)


def _choices(submission: Submission) -> dict[str, list[tuple[str, str]]]:
    """What the form offers: the units of the list, and the criteria by which they were judged."""
    units = notices.listed(submission)
    return {
        "units": [(str(unit.pk), f"{unit.area.full_name}（{unit.title}，{unit.area_id}）") for unit in units],
        "criteria": [(key, f"{key} {title}") for key, title in notices.criteria(units).items()],
    }


def _objections(request: HttpRequest, submission: Submission, *, form=None, status: int = 200, **said) -> HttpResponse:
    is_open = submission.state == SubmissionState.NOTICED
    context = {
        "submission": submission,
        "notice": notices.standing(submission),
        "rows": notices.objections_to(submission),
        "form": (form or PublicObjectionForm(**_choices(submission))) if is_open else None,
        "crumbs": _crumbs(submission),
        **said,
    }
    return render(request, "inspection/public_objections.html", context, status=status)


def _crumbs(submission: Submission) -> list[tuple[str, str]]:
    return crumbs(
        ("汇总与通报", reverse("inspection:submissions")),
        (str(submission), reverse("inspection:submission", args=[submission.pk])),
        ("公示异议", ""),
    )


def _objection(request: HttpRequest, pk: int) -> PublicObjection:
    rows = PublicObjection.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("notice__submission", "unit__area__parent"), pk=min(pk, 2**63 - 1))


@require_POST
@requires(*HANDLING)
def answer_objection(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an objection; what was typed stays where it is refused."""
    objection = _objection(request, pk)
    submission, text = objection.notice.submission, posted_text(request, "answer")
    try:
        notices.answer(objection=objection, text=text, by=request.user)
    except Refused as refusal:
        said = {"refusal": str(refusal), "answering": objection.pk, "typed": text}
        return _objections(request, submission, status=409 if isinstance(refusal, Stale) else 422, **said)
    messages.success(request, "已答复。")
    return redirect("inspection:public_objections", submission.pk)


@require_POST
@requires(*HANDLING)
def objector(request: HttpRequest, pk: int) -> HttpResponse:
    """Who objected: asked for openly, for each look stands in the audit trail."""
    objection = _objection(request, pk)
    found = notices.objector(objection=objection, by=request.user)
    return _objections(request, objection.notice.submission, shown=objection.pk, objector=found)
