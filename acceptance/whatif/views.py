"""What if: the page on which figures, access points and orders are supposed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from acceptance.judging import standing
from acceptance.models import Verdict
from acceptance.verdicts.lookups import NotThere, answers_not_there, asked_area, asked_basis, asked_quarter
from acceptance.verdicts.pages import ancestors
from acceptance.verdicts.views import area_crumbs, is_provisional, verdict_url
from acceptance.whatif.form import WhatIfForm
from acceptance.whatif.page import MOST, WhatIfResult
from acceptance.whatif.question import Answer, Question, Supposition
from accounts.access import requires
from accounts.posts import Power


@requires(Power.SEE_VERDICTS)
@answers_not_there
def whatif(request: HttpRequest, period: str, code: str) -> HttpResponse:
    """Suppose figures, access points and orders, and see what would turn; nothing is saved."""
    quarter, basis = asked_quarter(period), asked_basis(request.GET.get("basis", ""))
    area = asked_area(request.user, code)
    standing.of(area.county)
    if not Verdict.objects.standing().filter(area=area, period=str(quarter), basis=basis).exists():
        raise NotThere(f"{area.name}在{quarter.label}没有评定结果，无从推演。")
    form = WhatIfForm(request.user, area, quarter, basis, request.POST if request.method == "POST" else None)
    result, is_empty = None, False
    if request.method == "POST":
        result, is_empty = _result(request.user, form)
    context = {
        "area": area,
        "quarter": quarter,
        "basis": basis,
        "form": form,
        "errors": form.errors,
        "result": result,
        "is_empty": is_empty,
        "most": MOST,
        "back": verdict_url(quarter, code, basis),
        "provisional": is_provisional(quarter),
        "crumbs": [*area_crumbs(request.user, area, quarter, basis), ("假设推演", "")],
    }
    return render(request, "acceptance/whatif/whatif.html", context, status=422 if form.has_errors else 200)


def _result(user, form: WhatIfForm) -> tuple[WhatIfResult | None, bool]:
    """What would turn, None when something typed is wrong; and whether nothing was supposed at all."""
    package = form.package()
    if form.has_errors:
        return None, False
    supposed = Supposition.of(package)
    area = form.area
    question = Question(area.county, form.quarter, form.basis, user.scope.area, focus=area.code)
    lineage = [area, *(up for up in reversed(ancestors(area)) if user.scope.holds(up.code))]
    return WhatIfResult(Answer(question, supposed), lineage), not supposed.rows
