"""The page of a figure: what it counts, and the list of its members, filtered and as Excel."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from acceptance.judging import standing
from acceptance.verdicts.lookups import NotThere, answers_not_there, asked_area, asked_basis, asked_quarter
from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.listing import Listing, answer
from common.periods import Quarter
from figures.address import MemberPart
from figures.declared import FigureQuery, OpenedFigure, find
from figures.pages import FigurePage

_KEPT = ("area", "period", "basis", "sort", "size")


@requires(Power.SEE_PROGRESS)
@answers_not_there
def figure(request: HttpRequest, of: str) -> HttpResponse:
    """The members of a figure in an area, as of a quarter's last day."""
    area = asked_area(request.user, request.GET.get("area", "") or request.user.scope.area)
    current = standing.of(area.county)
    quarter = _quarter(request.GET.get("period", ""), current.quarters)
    asked = FigureQuery(request.user, current.plan, area, quarter, asked_basis(request.GET.get("basis", "")))
    found = find(of, asked.plan)
    if found is None:
        raise NotThere(f"没有名为“{of}”的指标。", (("任务进度", reverse("progress")),))
    page = FigurePage(found, asked, request.GET.get("part", MemberPart.ALL))
    context = {
        "figure": found,
        "shown": page,
        "area": area,
        "quarter": quarter,
        "basis": asked.basis,
        "standing": current,
        "provisional": today() <= quarter.last_day,
        "kept": [(name, request.GET[name]) for name in _KEPT if request.GET.get(name)],
        "reset": asked.address(of),
    }
    return answer(request, listing_of(found, asked, current.as_of), page.members, **context)


def _quarter(text: str, judged: list[Quarter]) -> Quarter:
    """The quarter that is named, or the latest judged one that has ended."""
    if not text:
        return max((each for each in judged if each.last_day < today()), default=judged[0])
    quarter = asked_quarter(text)
    if quarter not in judged:
        raise NotThere(
            f"{quarter.label}不在评定范围内：可以查看{judged[0].label}至{judged[-1].label}。",
            (("任务进度", reverse("progress")),),
        )
    return quarter


def listing_of(found: OpenedFigure, asked: FigureQuery, as_of: str) -> Listing:
    """The list of its members; its filters know whom the figure counts."""
    filterset = type("AskedMembers", (found.filterset,), {"figure": found, "asked": asked})
    return Listing(
        key=f"figure-{found.of}",
        title=f"{asked.area.name}{asked.quarter.label}：{found.title}",
        unit=f"个{found.noun}",
        filterset=filterset,
        columns=found.columns(asked),
        order=found.order,
        template="figures/figure.html",
        empty="没有符合条件的对象。",
        hint="该数为 0，或筛选条件过窄。",
        grounds=f"{found.counts}；口径：{asked.basis.label}；截至 {asked.quarter.last_day}；{as_of}",
    )
