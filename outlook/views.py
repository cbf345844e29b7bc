"""Will we make it, and why it moved: pages that read stored verdicts and decide nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from acceptance.models import Basis
from acceptance.verdicts.lookups import answers_not_there
from accounts.access import requires
from accounts.posts import Power
from outlook.asking import OutlookQuery
from outlook.forecast_page import ForecastPage


@requires(Power.SEE_PROGRESS)
@answers_not_there
def forecast(request: HttpRequest) -> HttpResponse:
    """How likely each open target is met in time, how that is known, and how good such forecasts have been."""
    asked = OutlookQuery(request)
    page = ForecastPage(request.user, asked.plan, asked.county, asked.quarter, asked.basis)
    context = {
        "page": page,
        "quarter": asked.quarter,
        "quarters": asked.quarters[::-1],
        "basis": asked.basis,
        "bases": Basis.choices,
        "query": asked.query,
        "basis_query": asked.basis_query,
    }
    return render(request, "outlook/forecast.html", context)
