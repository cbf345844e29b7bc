"""Returns and their summary on paper: the signed sheet as PDF and Word, the quarter's summary as page, PDF and Word."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.http import get_object_or_404
from common.periods import Quarter
from papers.serving import answer
from returns.models import Round
from returns.moves import ReturnAction
from returns.pages import return_or_404
from returns.paper import return_paper
from returns.sheet import sheet_of
from returns.summary import BASES, Summary, summary, summary_paper


@requires(Power.SEE_RETURNS)
def sheet_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The sheet with its signature lines as PDF or Word."""
    quarterly_return = return_or_404(request, pk)
    submitted = quarterly_return.moves.filter(action=ReturnAction.SUBMIT).select_related("quarterly_return").last()
    return answer(request, return_paper(sheet_of(quarterly_return), submitted), form, subject=quarterly_return)


@requires(Power.SEE_RETURNS)
def summary_page(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    data = summary_in(request, quarter)
    context = {
        "summary": data,
        "bases": [(key, label, key == data.basis) for key, label in BASES.items()],
        "crumbs": [
            ("季报", reverse("returns:index")),
            ("填报期", reverse("returns:rounds")),
            (quarter.label, reverse("returns:round", args=[quarter])),
            ("汇总表", ""),
        ],
        "may_export": request.user.may(Power.EXPORT),
    }
    return render(request, "returns/summary.html", context)


@requires(Power.SEE_RETURNS)
@requires(Power.EXPORT)
def summary_file(request: HttpRequest, quarter: Quarter, form: str) -> HttpResponse:
    data = summary_in(request, quarter)
    return answer(request, summary_paper(data), form, subject=data.round)


def summary_in(request: HttpRequest, quarter: Quarter) -> Summary:
    """The summary that an address asks for, on the basis ``?basis=`` (approved unless given); 404 without a round."""
    basis = request.GET.get("basis") or "approved"
    if basis not in BASES or request.user.scope.area is None:
        raise Http404
    round_ = get_object_or_404(Round.objects.visible_to(request.user), period=str(quarter))
    return summary(request.user, round_, basis, today())
