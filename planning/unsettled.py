"""Where a target is undetermined (待定): which facts to find out first, as the findings reckon it from the stored verdicts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.http import urlencode

from acceptance.models import Basis
from acceptance.wording import number
from areas.models import Area
from common import clock, exports
from common.listing import CODE, FLAG, Column, Listing
from common.periods import Quarter
from findings import first, pages

SHOWN, FEW = 100, 6
"""Facts on their page, and beside an answer; the workbook holds all."""


@dataclass(frozen=True)
class FactShown:
    """A fact that nobody has given: of which thing, where, and whether it is among the fewest that can settle the target."""

    label: str
    place: str
    key: str
    page: str
    is_least: bool


FACTS = Listing(
    key="plan_facts",
    title="待定目标须查明的情况",
    unit="条",
    filterset=object,
    order=(),
    columns=(
        Column("label", "缺少的情况", link=lambda row: row.page, head=True),
        Column("place", "所在区域"),
        Column("key", "编码", kind=CODE),
        Column("is_least", "最少须查明", kind=FLAG),
    ),
)


class FirstFacts:
    """The facts that settle a target in a quarter, whenever it is due: the fewest first, then all that bear on it."""

    def __init__(self, area: Area, milestone: str, quarter: Quarter, basis: str) -> None:
        self.area, self.milestone, self.quarter, self.basis = area, milestone, quarter, basis
        self.answer = first.of_target(area.county, quarter, area.code, milestone, basis)

    @cached_property
    def _sorted(self) -> list:
        """Both sets in one; those of the first can settle it alone, if they turn out as hoped, or feared."""
        if self.answer is None:
            return []
        return [*sorted(self.answer.least), *sorted(self.answer.sure - self.answer.least)]

    @property
    def count(self) -> int:
        return len(self._sorted)

    @property
    def url(self) -> str:
        asked = {"area": self.area.code, "milestone": self.milestone, "period": self.quarter, "basis": self.basis}
        return f"{reverse('planning:facts')}?{urlencode(asked)}"

    @cached_property
    def few(self) -> list[FactShown]:
        """The first of them, for a page that is about something else."""
        return self.shown(FEW)

    def shown(self, most: int | None = SHOWN) -> list[FactShown]:
        """The facts in words, at most so many; two queries."""
        facts = self._sorted[:most]
        least = self.answer.least if self.answer else frozenset()
        return [
            FactShown(each.label, each.place, fact.key, each.page, fact in least)
            for fact, each in zip(facts, pages.named(facts), strict=True)
        ]

    @property
    def sentence(self) -> str:
        if self.answer is None:
            return "该目标在本季已有定论，没有须查明的情况。"
        yes, no = len(self.answer.yes), len(self.answer.no)
        turn = "达到或未达到" if yes == no else "达到" if yes < no else "未达到"
        words = f"该目标待定：最少查明 {number(min(yes, no))} 条即可定论（{turn}）"
        return f"{words}，{number(self.count)} 条全部查明后必有定论。"

    def note(self, user) -> exports.Note:
        """What the workbook says of itself."""
        return exports.Note(
            title=f"{self.area.name}{self.milestone or '称号标准'}{FACTS.title}",
            by=user.name,
            at=clock.now(),
            scope=str(self.area),
            condition=f"{self.quarter.label}，{Basis(self.basis).label}",
            grounds="已存的评定结果及其依据",
        )


def is_unsettled(figures: Mapping | None) -> bool:
    """Whether a target's figures, or those of one of its criteria, are unknown."""
    return any(each["outcome"] == "unknown" for each in _outcomes(figures or {}))


def _outcomes(figures: Mapping) -> Iterator[Mapping]:
    yield from [figures] if "outcome" in figures else figures.values()


def facts_of(area: Area, answer: Mapping) -> FirstFacts | None:
    """The facts to find out first for the target of an answer; None where it was settled when it was asked."""
    if not is_unsettled(answer["before"]):
        return None
    quarter = Quarter.parse(answer["period"])
    return FirstFacts(area, answer["target"].get("milestone", ""), quarter, answer["basis"])
