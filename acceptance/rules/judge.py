"""From facts to verdicts: a county, judged quarter by quarter."""

from functools import cached_property

import numpy as np

from acceptance.rules.capability import (
    Surroundings,
    judge_sites,
    nearest_eligible,
    settings,
    sites_in_force,
    surroundings,
    surroundings_then,
)
from acceptance.rules.facts import ALWAYS, Facts, Returns
from acceptance.rules.plan import Plan
from acceptance.rules.service import Calendar, ServiceTest, due_dates
from acceptance.rules.standards import Places, Standing
from common.periods import Quarter

_NO_RETURNS = Returns(np.empty(0, dtype=np.int64), np.empty((0, 5), dtype=np.int64))


class County:
    """The facts of a county with the plan by which they are judged; keeps what quarters share.

    ``facts`` are those from the beginning; a date's are ``facts_on`` it.
    """

    def __init__(self, facts: Facts, plan: Plan, calendar: Calendar) -> None:
        """ValueError when the calendar cannot say when an order was due."""
        self.facts, self.plan, self.calendar = facts, plan, calendar
        self.due = due_dates(facts.orders, plan.service, calendar)
        self._periods: dict[Quarter, Period] = {}
        self._facts: dict[tuple[int, ...], Facts] = {}
        self._around: dict[bytes, Surroundings] = {}

    def facts_on(self, day: np.datetime64) -> Facts:
        """The facts with the values of a date; the very same on days with the same values."""
        epoch = self.facts.epoch(day)
        if epoch not in self._facts:
            self._facts[epoch] = self.facts.on(day)
        return self._facts[epoch]

    @cached_property
    def _at_first(self) -> Surroundings:
        return surroundings(self.facts.on(ALWAYS), self.plan.capability)

    def around(self, facts: Facts) -> Surroundings:
        """What is around the sites; the very same while every site has the same setting."""
        if facts is self.facts:
            return self._at_first
        setting = settings(facts.sites, facts.areas)
        key = setting.tobytes()
        if key not in self._around:
            self._around[key] = surroundings_then(self._at_first, setting, facts, self.plan.capability)
        return self._around[key]

    def period(self, quarter: Quarter) -> "Period":
        if quarter not in self._periods:
            self._periods[quarter] = Period(self, quarter)
        return self._periods[quarter]


class Period:
    """A county in one quarter, with the facts of its as-of date: its sites, and on each basis where its areas stand."""

    def __init__(self, county: County, quarter: Quarter) -> None:
        plan = county.plan
        self.county, self.quarter = county, quarter
        self.as_of = np.datetime64(quarter.last_day)
        self.facts = facts = county.facts_on(self.as_of)
        self.around = county.around(facts)
        self.areas_in_force = facts.areas.in_force(self.as_of)
        self.sites_in_force = sites_in_force(facts.sites, self.areas_in_force, self.as_of)
        self.service = ServiceTest(
            facts.orders, county.due, facts.areas, len(facts.operators), np.datetime64(quarter.first_day), self.as_of
        )
        self.passes = self.service.passes(plan.service.least_on_time)
        self.sites = judge_sites(facts, self.around, self.as_of, self.passes, plan.capability)
        self.places = Places(facts, plan, self.around, self.areas_in_force, self.sites_in_force, self.sites)
        self._standings: dict[tuple, Standing] = {}

    @cached_property
    def nearest(self) -> tuple[np.ndarray, np.ndarray]:
        """The nearest eligible access point of each site and its distance in metres; -1 and NaN where none is near."""
        return nearest_eligible(self.facts, self.as_of, self.county.plan.capability)

    def standing(self, basis: str) -> Standing:
        """Where the areas stand on a basis; the very same as on another that reads the same returns."""
        facts, key = self.facts, (str(self.quarter), basis)
        returns, elsewhere = facts.returns.get(key, _NO_RETURNS), facts.elsewhere.get(key)
        read = (returns.area.tobytes(), returns.figures.tobytes(), elsewhere.counts.tobytes() if elsewhere else b"")
        if read not in self._standings:
            self._standings[read] = Standing(self.county.plan, self.places, returns, elsewhere)
        return self._standings[read]
