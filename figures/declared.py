"""What a figure declares, and where it is looked up: what it counts, whom, by which clause, and how its members are listed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from acceptance.models import Basis, SiteVerdict, Verdict
from acceptance.rules.plan import Plan, Source
from areas.models import Area
from common.listing import Column
from common.periods import Quarter
from figures.address import MemberPart, figure
from figures.hooks import FIGURES

if TYPE_CHECKING:
    from figures.filters import Members


@dataclass(frozen=True)
class FigureQuery:
    """What an address asks: by whom, where, of which quarter and on which basis."""

    user: object
    plan: Plan
    area: Area
    quarter: Quarter
    basis: Basis

    @property
    def code(self) -> str:
        return self.area.code

    @property
    def everywhere(self) -> QuerySet:
        """The standing verdicts on areas of the county that the user may see."""
        rows = Verdict.objects.visible_to(self.user).standing().filter(county=self.area.county, basis=self.basis)
        return rows.filter(period=str(self.quarter)).order_by()

    @property
    def verdicts(self) -> QuerySet:
        """The standing verdicts on the area and all beneath it."""
        return self.everywhere.filter(area__code__startswith=self.code)

    @property
    def site_verdicts(self) -> QuerySet:
        """The standing verdicts on the sites at and beneath the area."""
        rows = SiteVerdict.objects.visible_to(self.user).standing().filter(county=self.area.county)
        return rows.filter(period=str(self.quarter), area_code__startswith=self.code)

    def address(self, of: str, part: str = MemberPart.ALL, **more: object) -> str:
        return figure(of, area=self.code, quarter=self.quarter, basis=self.basis, part=part, **more)


STATES: Mapping[str, Q] = {
    MemberPart.PASSED: Q(part=MemberPart.PASSED),
    MemberPart.FAILED: Q(part=MemberPart.FAILED),
    MemberPart.UNKNOWN: Q(part=MemberPart.UNKNOWN),
    MemberPart.LACKING: ~Q(part=MemberPart.PASSED),
    MemberPart.GAP: ~Q(part=MemberPart.PASSED),
}
"""Which members belong to which part, where each belongs to one."""

NAMES = {MemberPart.ALL: "全部", MemberPart.PASSED: "达到", MemberPart.FAILED: "未达到", MemberPart.UNKNOWN: "待定"}


@dataclass(frozen=True)
class OpenedFigure:
    """A figure: ``counts`` says in a sentence what it counts, ``noun`` and ``unit`` whom.

    ``members`` gives its members, each annotated with the ``part`` that it belongs to and, where one is known, its ``cause``
    (a key of ``causes``). ``adds`` names, of a sum, the annotation that each part adds up, and ``states`` who belongs to which.
    """

    of: str
    title: str
    counts: str
    noun: str
    unit: str
    source: Source | None
    members: Callable[[FigureQuery], QuerySet]
    columns: Callable[[FigureQuery], tuple[Column, ...]]
    filterset: "type[Members]"
    order: tuple[str, ...]
    causes: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=lambda: NAMES)
    states: Mapping[str, Q] = field(default_factory=lambda: STATES)
    adds: Mapping[str, str] = field(default_factory=dict)
    needed: Callable[[FigureQuery], "Needed | None"] = lambda asked: None
    unrecorded: Callable[[FigureQuery], str] = lambda asked: ""
    """A sentence where one unknown member is counted behind which nothing is registered; blank elsewhere."""

    def part(self, rows: QuerySet, part: str) -> QuerySet:
        return rows.filter(self.states[part]) if part in self.states else rows


@dataclass(frozen=True)
class Needed:
    """How many are wanted, and how many of those are missing."""

    needed: int
    missing: int


def find(of: str, plan: Plan) -> OpenedFigure | None:
    """The figure of that name by a plan; None where no room declares one."""
    return next((found for lookup in FIGURES if (found := lookup(of, plan))), None)
