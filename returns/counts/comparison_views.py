"""The page that sets the operators' sums beside the townships' figures."""

from django.http import HttpRequest, HttpResponse

from accounts.access import requires
from accounts.posts import Power
from areas.models import Area, Operator
from areas.vocabulary import TOWNSHIPS
from common.clock import today
from common.http import get_object_or_404
from common.listing import answer
from common.periods import Quarter
from returns.checks import OPERATORS, terms
from returns.counts import comparison
from returns.models import OperatorCount
from returns.rounds import calendar


@requires(Power.SEE_RETURNS)
def townships(request: HttpRequest, quarter: Quarter) -> HttpResponse:
    """The townships of a quarter; a township's own post sees its own."""
    county = request.user.area_id[:6]
    operators, bound = list(Operator.objects.all()), _bound(county, quarter)
    rows = comparison.townships(request.user, county, quarter, len(operators), bound)
    title = f"{quarter.label}用户数比对"
    listed = comparison.listing(operators, quarter, title, is_drilled=False)
    return answer(request, listed, rows, **_context(quarter, county, bound))


@requires(Power.SEE_RETURNS)
def villages(request: HttpRequest, quarter: Quarter, code: str) -> HttpResponse:
    """The villages of a township, where the operators have counted them."""
    visible = Area.objects.visible_to(request.user).filter(kind__in=TOWNSHIPS)
    township = get_object_or_404(visible, code=code)
    operators, bound = list(Operator.objects.all()), _bound(township.county, quarter)
    rows = comparison.villages(township, quarter, len(operators), bound)
    title = f"{township.name}{quarter.label}用户数比对"
    listed = comparison.listing(operators, quarter, title, is_drilled=True)
    return answer(request, listed, rows, township=township, **_context(quarter, township.county, bound))


def _bound(county: str, quarter: Quarter) -> int:
    """What the bureau tolerates, in percent of the operators' sum."""
    return terms.using(county, quarter).terms[OPERATORS].bound


def _context(quarter: Quarter, county: str, bound: int) -> dict:
    return {"quarter": quarter, "bound": bound, "quarters": _quarters(county, quarter)}


def _quarters(county: str, shown: Quarter) -> list[Quarter]:
    """Quarters of which there are counts, the one to report now, and the one shown; the latest first."""
    periods = OperatorCount.objects.filter(county=county).order_by().values_list("period", flat=True).distinct()
    found = {shown, calendar.reporting_quarter(today()), *map(Quarter.parse, periods)}
    return sorted(found, reverse=True)
