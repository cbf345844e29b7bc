"""A figure as an address asks for it: which one, where, when, on which basis, narrowed by what; and how much it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from acceptance import plan
from acceptance.judging import standing
from acceptance.models import Basis
from acceptance.verdicts.lookups import NotThere, asked_area, asked_basis, asked_quarter, county_of
from common.listing import Listing
from common.periods import Quarter
from common.values import read_day
from figures.address import MemberPart
from figures.declared import FigureQuery, OpenedFigure, find
from figures.pages import FigurePage

KEPT = ("area", "period", "basis", "on", "sort", "size")
"""What of an address a filter of the list leaves as it is."""
NARROWING = ("part", "cause", "q")
"""What narrows the list and not the figure above it."""


@dataclass(frozen=True)
class FigureCount:
    """The one number that an address means, in ``unit``, and how many members it has."""

    value: int
    members: int
    unit: str


@dataclass(frozen=True)
class AskedFigure:
    """A figure as asked by ``given``, the query of its address; ``as_of`` says when it was judged."""

    figure: OpenedFigure
    asked: FigureQuery
    as_of: str
    given: Mapping[str, str]

    @cached_property
    def listing(self) -> Listing:
        return listing_of(self.figure, self.asked, self.as_of)

    @cached_property
    def members(self) -> QuerySet:
        return self.figure.members(self.asked)

    @property
    def part(self) -> str:
        """The part that is asked for; all where there is none of that name."""
        part = self.given.get("part", "")
        return part if part in self.figure.states else MemberPart.ALL

    @property
    def cause(self) -> str:
        """By which cause its members are narrowed; blank where by none."""
        cause = self.given.get("cause", "")
        return cause if cause in self.figure.causes else ""

    @cached_property
    def page(self) -> FigurePage:
        kept = {name: value for name, value in self.given.items() if name not in (*NARROWING, *KEPT, "page", "export")}
        return FigurePage(self.figure, self.asked, self.part, self._narrowed(kept), kept)

    def _narrowed(self, kept: Mapping[str, str]) -> QuerySet:
        """The members that the figure counts: an operator's, or a kind's, where the address says so."""
        narrowed = self.listing.filterset(data=dict(kept), queryset=self.members, request=None) if kept else None
        return narrowed.qs if narrowed and narrowed.form.is_valid() else self.members

    @property
    def _narrowing(self) -> dict[str, str]:
        """What of the address is a filter by which the number is narrowed."""
        known = self.figure.filterset.base_filters.keys() - {"q"}
        return {name: value for name, value in self.given.items() if value and name in known}

    @property
    def is_sound(self) -> bool:
        """Whether every filter of the address is one that can be; one that cannot is left out of the page, and said so there."""
        return self.listing.filterset(data=self._narrowing, queryset=self.members, request=None).form.is_valid()

    @property
    def question(self) -> dict[str, str]:
        """What of the address names the number, with area, quarter and basis always said."""
        said = self._narrowing | ({"on": self.given["on"]} if self.given.get("on") else {})
        return said | {"area": self.asked.code, "period": str(self.asked.quarter), "basis": str(self.asked.basis)}

    @property
    def part_name(self) -> str:
        """Which part is meant, and by which cause it is narrowed."""
        part = {MemberPart.LACKING: "未达到和待定", MemberPart.GAP: "差额", MemberPart.WAITING: "未到期和待定"}
        name = self.figure.names.get(self.part) or part.get(self.part, "全部")
        return f"{name}（{self.figure.causes[self.cause]}）" if self.cause else name

    @property
    def unit(self) -> str:
        """In what the number is counted."""
        if self.cause:
            return "个" if self.figure.adds else self.figure.unit
        if self.part == MemberPart.GAP and self.page.needed:
            return self.figure.unit
        return self.page.unit_of(self.part)

    def counted(self) -> FigureCount:
        """How much it is: what its page shows for the part, or, of a cause, the length of its list."""
        page = self.page
        members = self.figure.part(page.members, self.part)
        number = (members.filter(cause=self.cause) if self.cause else members).count()
        if self.cause:
            return FigureCount(number, number, self.unit)
        is_gap = self.part == MemberPart.GAP and page.needed
        return FigureCount(page.needed.missing if is_gap else page.number(self.part), number, self.unit)


def open_figure(user, of: str, given: QueryDict | Mapping[str, str], on: date) -> AskedFigure:
    """The figure ``of`` as an address asks for it on a day.

    Raises:
        NotThere: no such figure, area, quarter or basis, or none that the user may see.

    """
    asked = {name: given[name] for name in given}
    is_operator = user.scope.operator is not None
    query, as_of = _of_operator(user, asked, on) if is_operator else _of_area(user, asked, on)
    found = find(of, query.plan)
    if found is None or (is_operator and not found.is_network):
        ways = () if is_operator else (("任务进度", reverse("progress")),)
        raise NotThere(f"没有名为“{of}”的指标，或不在您岗位的查看范围内。", ways)
    return AskedFigure(found, query, as_of, asked)


def _of_area(user, given: Mapping[str, str], on: date) -> tuple[FigureQuery, str]:
    area = asked_area(user, given.get("area", "") or _own_area(user))
    current = standing.of(area.county)
    basis, day = asked_basis(given.get("basis", "")), _day(given)
    quarter = Quarter.containing(day) if day else _quarter(given.get("period", ""), current.quarters, on)
    return FigureQuery(user, current.plan, area, quarter, basis, day), current.as_of


def _of_operator(user, given: Mapping[str, str], on: date) -> tuple[FigureQuery, str]:
    """An operator's network lies in no one area, and its figures are no verdicts."""
    text, day = given.get("period", ""), _day(given)
    quarter = asked_quarter(text) if text else Quarter.containing(day or on)
    return FigureQuery(user, plan.current(), None, quarter, Basis.APPROVED, day), "台账当前的状态"


def _own_area(user) -> str:
    """The area of the user's post; NotThere for an account that has none."""
    county_of(user)
    return user.scope.area


def _day(given: Mapping[str, str]) -> date | None:
    text = given.get("on", "")
    try:
        return read_day(text) if text else None
    except ValueError as error:
        raise NotThere(str(error)) from None


def _quarter(text: str, judged: list[Quarter], on: date) -> Quarter:
    """The quarter that is named, or the latest judged one that has ended."""
    if not text:
        return max((each for each in judged if each.last_day < on), default=judged[0])
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
