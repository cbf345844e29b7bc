"""Early finishers (三(四)): who met a milestone, or earned its title, before the deadline; for the propaganda office."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from acceptance import wording
from acceptance.judging import standing
from acceptance.models import Basis, MilestoneVerdict
from acceptance.rules.plan import Plan
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.periods import Quarter
from inspection.models import Publication, Unit

ALL_TOWNSHIPS = "townships_achieved"
"""The measure of the milestones by which every street and town earns its title."""


@dataclass(frozen=True)
class Early:
    """A unit that met a milestone early: when that was due, when it was met, and what was published about it."""

    area: Area
    key: str
    title: str
    due: Quarter
    met_on: date
    is_held: bool
    is_title: bool
    published: list[Publication] = field(default_factory=list)

    @property
    def days(self) -> int:
        """How many days before the deadline."""
        return (self.due.last_day - self.met_on).days


def finishers(user, county: str, on: date) -> list[Early]:
    """Early finishers in scope, the longest ahead first; a quarter that is not over by ``on`` does not count yet."""
    plan, published = standing.of(county).plan, _published(user)
    found = [*_milestones(user, plan, county, on, published), *_titles(user, plan, published)]
    return sorted(found, key=lambda early: (-early.days, early.key, early.area.code))


def _published(user) -> dict[tuple[str, str], list[Publication]]:
    rows: dict[tuple[str, str], list[Publication]] = {}
    for row in Publication.objects.visible_to(user).select_related("by"):
        rows.setdefault((row.area_id, row.milestone), []).append(row)
    return rows


def _milestones(user, plan: Plan, county: str, on: date, published: dict) -> Iterator[Early]:
    """By the verdicts seen from the last quarter that is over."""
    rows = MilestoneVerdict.objects.visible_to(user).standing().filter(county=county, basis=Basis.APPROVED, scored=True)
    over = [period for period in set(rows.values_list("period", flat=True)) if Quarter.parse(period).last_day < on]
    if not over:
        return
    for row in rows.filter(period=max(over)).exclude(first_met="").select_related("area"):
        first, due = Quarter.parse(row.first_met), Quarter.parse(row.due)
        if first < due and first.last_day < on:
            title = wording.milestone_title(plan.milestone(row.key))
            said = published.get((row.area_id, row.key), [])
            yield Early(row.area, row.key, title, due, first.last_day, row.held, False, said)


def _titles(user, plan: Plan, published: dict) -> Iterator[Early]:
    """Streets and towns whose title was ratified before the day by which all were to have theirs; none where the plan sets none."""
    asked = (each for each in plan.milestones if each.measure == ALL_TOWNSHIPS)
    last = max(asked, key=lambda each: each.due, default=None)
    if last is None:
        return
    ratified = Unit.objects.visible_to(user).ratified().select_related("frozen").filter(kind__in=TOWNSHIPS)
    for unit in ratified.filter(ratified_on__lt=last.due.last_day):
        said = published.get((unit.area_id, last.key), [])
        yield Early(unit.area, last.key, f"审定为“{unit.title}”", last.due, unit.ratified_on, True, True, said)
