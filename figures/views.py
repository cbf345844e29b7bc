"""The page of a figure: what it counts, and the list of its members, filtered and as Excel."""

from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from acceptance import plan
from acceptance.judging import standing
from acceptance.models import Basis
from acceptance.verdicts.lookups import NotThere, answers_not_there, asked_area, asked_basis, asked_quarter, county_of
from accounts.access import requires
from accounts.posts import Power
from common.clock import today
from common.listing import Listing, answer
from common.periods import Quarter
from common.values import read_day
from figures.address import MemberPart
from figures.declared import FigureQuery, OpenedFigure, find
from figures.pages import FigurePage

_KEPT = ("area", "period", "basis", "on", "sort", "size")
_NARROWING = ("part", "cause", "q")
"""What narrows the list and not the figure above it."""


@requires(Power.SEE_PROGRESS, Power.SEE_NETWORK)
@answers_not_there
def figure(request: HttpRequest, of: str) -> HttpResponse:
    """The members of a figure in an area, as of a quarter's last day or, of a network, of the day asked for."""
    is_operator = request.user.scope.operator is not None
    asked, as_of = _of_operator(request) if is_operator else _of_area(request)
    found = find(of, asked.plan)
    if found is None or (is_operator and not found.is_network):
        ways = () if is_operator else (("任务进度", reverse("progress")),)
        raise NotThere(f"没有名为“{of}”的指标，或不在您岗位的查看范围内。", ways)
    listing, rows = listing_of(found, asked, as_of), found.members(asked)
    kept = {name: value for name, value in request.GET.items() if name not in (*_NARROWING, *_KEPT, "page", "export")}
    page = FigurePage(
        found, asked, request.GET.get("part", MemberPart.ALL), _counted(listing, kept, rows, request), kept
    )
    context = {
        "figure": found,
        "shown": page,
        "asked": asked,
        "provisional": today() <= asked.quarter.last_day and not asked.on,
        "kept": [(name, request.GET[name]) for name in _KEPT if request.GET.get(name)],
        "reset": asked.address(of),
    }
    return answer(request, listing, rows, **context)


def _counted(listing: Listing, kept: dict, rows: QuerySet, request: HttpRequest) -> QuerySet:
    """The members that the figure counts: an operator's, or a kind's, where the address says so."""
    narrowed = listing.filterset(data=kept, queryset=rows, request=request) if kept else None
    return narrowed.qs if narrowed and narrowed.form.is_valid() else rows


def _of_area(request: HttpRequest) -> tuple[FigureQuery, str]:
    area = asked_area(request.user, request.GET.get("area", "") or _own_area(request.user))
    current = standing.of(area.county)
    basis, day = asked_basis(request.GET.get("basis", "")), _day(request)
    quarter = Quarter.containing(day) if day else _quarter(request.GET.get("period", ""), current.quarters)
    return FigureQuery(request.user, current.plan, area, quarter, basis, day), current.as_of


def _of_operator(request: HttpRequest) -> tuple[FigureQuery, str]:
    """An operator's network lies in no one area, and its figures are no verdicts."""
    text, day = request.GET.get("period", ""), _day(request)
    quarter = asked_quarter(text) if text else Quarter.containing(day or today())
    return FigureQuery(request.user, plan.current(), None, quarter, Basis.APPROVED, day), "台账当前的状态"


def _own_area(user) -> str:
    """The area of the user's post; NotThere for an account that has none."""
    county_of(user)
    return user.scope.area


def _day(request: HttpRequest) -> date | None:
    text = request.GET.get("on", "")
    try:
        return read_day(text) if text else None
    except ValueError as error:
        raise NotThere(str(error)) from None


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
        title=f"{asked.place}{asked.quarter.label}：{found.title}",
        unit=f"个{found.noun}",
        filterset=filterset,
        columns=found.columns(asked),
        order=found.order,
        template="figures/figure.html",
        empty="没有符合条件的对象。",
        hint="该数为 0，或筛选条件过窄。",
        grounds=f"{found.counts}；{'' if found.is_network else f'口径：{asked.basis.label}；'}截至 {asked.day}；{as_of}",
    )
