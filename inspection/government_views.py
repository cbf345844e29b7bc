"""The government's decision: what it rests on, and the page on which it is looked at as a whole and confirmed."""

from collections import Counter
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import audit
from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from evidence import answers, store
from inspection import government, notices
from inspection.forms import GroundForm
from inspection.government import GroundGiven
from inspection.models import RatificationBasis, Submission, Unit
from inspection.moves import MOVES
from inspection.naming import full_name
from inspection.pages import crumbs, refused, submission_or_404
from inspection.vocabulary import Decision, InspectionAction

_WHERE = "inspection:submission"


def counted(units: Sequence[Unit]) -> tuple[list[str], list[tuple[str, list[tuple[str, int]], int]]]:
    """Titles, and for each township how many units of each; the last row are the sums."""
    counts: dict[str, Counter] = {}
    for unit in units:
        counts.setdefault(unit.report.township.name, Counter())[unit.title] += 1
    everywhere = Counter(unit.title for unit in units)
    rows = [*counts.items(), ("合计", everywhere)]
    return list(everywhere), [(name, [(title, row[title]) for title in everywhere], row.total()) for name, row in rows]


@requires(Power.RATIFY)
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """What is about to be decided, with its figures; who confirms decides."""
    submission = submission_or_404(request, pk)
    if request.method == "POST":
        return _confirm(request, submission)
    if not submission.proposed or not MOVES.allows(InspectionAction.DECIDE, submission, request.user):
        return redirect(_WHERE, submission.pk)
    return _page(request, submission)


def _page(request: HttpRequest, submission: Submission, refusal: str = "", status: int = 200) -> HttpResponse:
    units, verdicts = notices.listed(submission), government.proposed(submission)
    proposal = government.proposal(submission)
    ratified = [unit for unit in units if verdicts[unit.pk].decision == Decision.RATIFIED]
    returned = [(unit, verdicts[unit.pk].reason) for unit in units if verdicts[unit.pk].decision != Decision.RATIFIED]
    needs_second = government.needs_second(len(units))
    titles, figures = counted(ratified)
    context = {
        "submission": submission,
        "proposal": proposal,
        "ratified": [(unit, full_name(unit.area)) for unit in ratified],
        "returned": [(unit, full_name(unit.area), reason) for unit, reason in returned],
        "titles": titles,
        "figures": figures,
        "obstacle": government.obstacle(submission, today()) if ratified else "",
        "notice": notices.standing(submission),
        "basis": government.basis_of(submission),
        "objections": notices.objections_to(submission),
        "needs_second": needs_second,
        "waits": needs_second and proposal.by_id == request.user.pk,
        "refusal": refusal,
        "crumbs": _crumbs(submission, "确认审定"),
    }
    return render(request, "inspection/decision.html", context, status=status)


def _crumbs(submission: Submission, here: str) -> list[tuple[str, str]]:
    return crumbs(
        ("汇总与通报", reverse("inspection:submissions")),
        (str(submission), reverse(_WHERE, args=[submission.pk])),
        (here, ""),
    )


def _confirm(request: HttpRequest, submission: Submission) -> HttpResponse:
    version, verdicts = posted_version(request), government.proposed(submission)
    try:
        government.decide(submission=submission, version=version, verdicts=verdicts, on=today(), by=request.user)
    except Stale as stale:
        if not _repeated(request, submission, version):
            return refused(request, stale, reverse(_WHERE, args=[submission.pk]), "查看现在的汇总")
    except Refused as refusal:
        return _page(request, submission_or_404(request, submission.pk), str(refusal), 422)
    messages.success(request, "已审定。")
    return redirect(_WHERE, submission.pk)


def _repeated(request: HttpRequest, submission: Submission, version: int) -> bool:
    """Whether this very decision was confirmed by this person before."""
    actions = (InspectionAction.DECIDE, InspectionAction.TURN_DOWN)
    return submission.moves.filter(version=version + 1, by=request.user, action__in=actions).exists()


@requires(Power.RATIFY)
def basis(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter on what the ratification rests, or mend it before the decision."""
    submission = submission_or_404(request, pk)
    kept = government.basis_of(submission)
    initial = {name: getattr(kept, name) for name in ("ground", "title", "on", "signer", "number")} if kept else None
    form, refusal = GroundForm(initial=initial), ""
    if request.method == "POST":
        form = GroundForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                government.give_ground(submission=submission, given=_given(form), on=today(), by=request.user)
                messages.success(request, "已登记审定依据。")
                return redirect(_after(submission), submission.pk)
            except Refused as problem:
                refusal = str(problem)
    context = {
        "submission": submission,
        "form": form,
        "kept": kept,
        "may": MOVES.allows(InspectionAction.DECIDE, submission, request.user),
        "refusal": refusal,
        "crumbs": _crumbs(submission, "审定依据"),
    }
    return render(request, "inspection/basis.html", context, status=422 if refusal or form.errors else 200)


def _after(submission: Submission) -> str:
    """Back to what waits for the basis."""
    return "inspection:decision" if government.proposed(submission) else _WHERE


def _given(form: GroundForm) -> GroundGiven:
    said = dict(form.cleaned_data)
    upload = said.pop("file")
    return GroundGiven(**said, file=(upload.name, upload.read()) if upload else None)


@requires(Power.SEE_INSPECTIONS)
def basis_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The document itself, for the district; a township reads what was announced."""
    submission = submission_or_404(request, pk)
    rows = RatificationBasis.objects.filter(submission=submission)
    found = get_object_or_404(rows if request.user.scope.holds(submission.county) else rows.none())
    try:
        response = answers.attachment(found)
    except store.Damaged as damaged:
        return refused(request, damaged, reverse(_WHERE, args=[submission.pk]), "查看批次", status=500)
    audit.record(action="evidence.download", by=request.user, subject=submission, detail={"file": found.name})
    return response
