"""One milestone: its lights by scope, and how it went quarter by quarter."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from acceptance import wording
from acceptance.models import Basis, MilestoneVerdict
from acceptance.rules.plan import Milestone, Plan
from acceptance.verdicts.marks import Mark
from areas.dated import then
from areas.models import Area
from common.periods import Quarter
from common.templatetags.figures import MISSING
from reports.awards import Awarded
from reports.lights import Light, courses, is_short, light_of, sums_of
from reports.progress import MilestoneShown, milestone_shown


@dataclass(frozen=True)
class MilestoneCell:
    """A milestone's measure in one scope and quarter; ``row`` is None where the scope was not in force."""

    quarter: Quarter
    row: MilestoneVerdict | None
    value: str
    mark: Mark | None


class MilestonePage:
    """The milestone in the user's scope, seen from ``quarter``, and over all quarters that are judged."""

    def __init__(
        self, user, plan: Plan, county: str, milestone: Milestone, quarter: Quarter, basis: Basis, titles: Awarded
    ) -> None:
        self.user, self.plan, self.county, self.titles = user, plan, county, titles
        self.milestone, self.quarter, self.basis = milestone, quarter, basis

    @cached_property
    def rows(self) -> list[MilestoneVerdict]:
        standing = MilestoneVerdict.objects.visible_to(self.user).standing()
        rows = standing.filter(county=self.county, key=self.milestone.key, basis=self.basis).select_related("area")
        found = list(rows.order_by("area_id", "period"))
        then((row.area for row in found), self.quarter.last_day)
        return found

    @cached_property
    def lights(self) -> list[Light]:
        seen = courses(self.user, self.county, self.basis, self.quarter, self.milestone.key)
        before = self.quarter.plus(-1)
        sums = sums_of(self.user, self.county, self.basis, self.quarter, before)
        return [
            light_of(self.milestone, row, self.quarter, seen[row.key, row.area_id], before, self.titles, sums)
            for row in self.rows
            if row.period == str(self.quarter)
        ]

    @cached_property
    def shown(self) -> MilestoneShown:
        return milestone_shown(self.plan, self.milestone, self.lights)

    @cached_property
    def quarters(self) -> list[Quarter]:
        return sorted({row.quarter for row in self.rows})

    @cached_property
    def course(self) -> list[tuple[Area, list[MilestoneCell]]]:
        """For each scope its figures quarter by quarter."""
        by_area: dict[Area, dict[Quarter, MilestoneVerdict]] = defaultdict(dict)
        for row in self.rows:
            by_area[row.area][row.quarter] = row
        return [
            (area, [self._cell(quarter, rows.get(quarter)) for quarter in self.quarters])
            for area, rows in by_area.items()
        ]

    def _cell(self, quarter: Quarter, row: MilestoneVerdict | None) -> MilestoneCell:
        if row is None:
            return MilestoneCell(quarter, None, MISSING, None)
        mark = (
            Mark("met", "达到")
            if row.held
            else Mark("missed", "不足")
            if is_short(self.milestone, row)
            else Mark("pending", "待定")
        )
        return MilestoneCell(quarter, row, wording.value_words(self.milestone, row), mark)
