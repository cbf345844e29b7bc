"""On what the government's decision rests, as it is entered and read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import audit
from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused
from common.http import get_object_or_404
from evidence import answers, store
from gate.uploads import one_upload
from inspection import government
from inspection.forms import GroundForm
from inspection.government import GroundGiven
from inspection.models import RatificationBasis, Submission
from inspection.moves import MOVES
from inspection.pages import crumbs, refused, submission_or_404
from inspection.vocabulary import InspectionAction

_WHERE = "inspection:submission"


def _crumbs(submission: Submission, here: str) -> list[tuple[str, str]]:
    return crumbs(
        ("汇总与通报", reverse("inspection:submissions")),
        (str(submission), reverse(_WHERE, args=[submission.pk])),
        (here, ""),
    )


@requires(Power.RATIFY)
def basis(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter on what the ratification rests, or mend it before the decision."""
    submission = submission_or_404(request, pk)
    kept = government.basis_of(submission)
    initial = {name: getattr(kept, name) for name in ("ground", "title", "on", "signer", "number")} if kept else None
    form, refusal = GroundForm(initial=initial), ""
    if request.method == "POST":
        form = GroundForm(request.POST)
        if form.is_valid():
            try:
                government.give_ground(submission=submission, given=_given(request, form), on=today(), by=request.user)
                messages.success(request, "已登记审定依据。")
                return redirect(_WHERE, submission.pk)
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


def _given(request: HttpRequest, form: GroundForm) -> GroundGiven:
    sent = one_upload(request, "file")
    return GroundGiven(**form.cleaned_data | {"file": sent and (sent.name, sent.data)})


@requires(Power.SEE_INSPECTIONS)
def basis_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The document itself, for the district; a township reads what was announced."""
    submission = submission_or_404(request, pk)
    rows = RatificationBasis.objects.all()
    found = get_object_or_404(
        rows if request.user.scope.holds(submission.county) else rows.none(), submission=submission
    )
    try:
        response = answers.attachment(found)
    except store.Damaged as damaged:
        return refused(request, damaged, reverse(_WHERE, args=[submission.pk]), "查看批次", status=500)
    audit.record(action="evidence.download", by=request.user, subject=submission, detail={"file": found.name})
    return response
