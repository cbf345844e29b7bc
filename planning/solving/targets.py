"""What a target hangs on: which areas and sites it counts, how many of them must still pass, and what nobody can build.

A goal holds when all of its parts do; a part, when enough of its members pass that do not yet. What passes already is left
out, and so is what building cannot bring about.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from acceptance.rules.facts import URBAN, Areas
from acceptance.rules.judge import Period
from acceptance.rules.milestones import MEMBERS as MEASURED
from acceptance.rules.milestones import Measure, measure
from acceptance.rules.plan import KINDS, Criterion, Milestone
from acceptance.rules.shares import CRITERION_WORDS, State
from acceptance.rules.standards import (
    COUNTED_AS,
    COUNTED_AS_DEMONSTRATION,
    MEMBERS,
    VILLAGE_LEVEL,
    Finding,
)

Blocker = dict[str, str]
"""What building cannot bring about: ``why`` and the ``site_id`` or ``area_code``."""


@dataclass(frozen=True)
class Enough:
    """At least ``wanted`` of the members must pass: sites by their row, or areas by what they hang on; 1 ≤ wanted ≤ members."""

    wanted: int
    sites: tuple[int, ...] = ()
    areas: tuple["Goal", ...] = ()

    @property
    def of_all(self) -> bool:
        return self.wanted == len(self.sites) + len(self.areas)


@dataclass(frozen=True)
class Goal:
    """Holds when every part does; one without parts holds already. ``area`` is the row of the area that it stands for."""

    parts: tuple[Enough, ...]
    area: int = -1


class OutOfReach(Exception):
    """No building makes it pass."""


class Target:
    """A milestone's measure in a scope, or an area's own outcome, in a period as it is judged."""

    def __init__(self, period: Period, basis: str, area: int, milestone: Milestone | None) -> None:
        """``area`` is the row of the area."""
        self.period, self.area, self.milestone, self.basis = period, area, milestone, basis
        self.standing = period.standing(basis)
        self.areas, self.plan = period.facts.areas, period.county.plan

    @property
    def of_reach(self) -> bool:
        """Whether being reached is enough, whatever the service test says (G09; A37)."""
        return self.milestone is not None and self.milestone.measure == "natural_villages_covered"

    @cached_property
    def _measure(self) -> Measure:
        assert self.milestone is not None
        return measure(self.milestone, self.standing.ledger)

    @property
    def state(self) -> State:
        if self.milestone is not None:
            return State(int(self._measure.state[self.area]))
        return State(int(self.standing.state[self.area]))

    def figures(self) -> dict:
        """Outcome, passed, needed and missing as the rules give them; of several hard criteria by the key of each."""
        if self.milestone is not None:
            return _figures(self._measure.state, self._measure.passed, self._measure, self.area)
        findings = self._hard(self.area) if self.standing.places.judged[self.area] else []
        each = {found.criterion.key: _figures(found.state, _passed(found), found, self.area) for found in findings}
        if not each:
            return {"outcome": CRITERION_WORDS[State.LEFT_OUT], "passed": 0, "needed": 0, "missing": 0}
        return each if len(each) > 1 else next(iter(each.values()))

    def _hard(self, area: int) -> list[Finding]:
        kind = KINDS[self.areas.kind[area]]
        return [self.standing.findings[each.key] for each in self.plan.criteria_of(kind) if each.role == "hard"]

    # ------------------------------------------------ what it hangs on

    def goal(self) -> Goal:
        """What must come about; OutOfReach when nothing that is built can bring it about."""
        if self.milestone is None:
            return self._of_area(self.area)
        if self.milestone.measure == "coverage_rate":
            raise OutOfReach
        wanted = int(self._measure.missing[self.area])
        return Goal(self._enough(wanted, *self._measured()), self.area)

    def _measured(self) -> tuple[list[int], list[int]]:
        """The sites and the areas that the milestone counts and that do not pass."""
        assert self.milestone is not None
        name = self.milestone.measure
        if name == "urban_sites_capable":
            return self._lacking_sites(self._urban()), []
        return [], self._lacking_areas(MEASURED[name], self.area)

    def _enough(self, wanted: int, sites: list[int], areas: list[int]) -> tuple[Enough, ...]:
        """The part of a goal that so many of these must still pass."""
        if wanted <= 0:
            return ()
        located = self.period.facts.sites.located
        can = tuple(site for site in sites if located[site])
        goals = tuple(goal for goal in map(self._if_possible, areas) if goal is not None)
        if len(can) + len(goals) < wanted:
            raise OutOfReach
        return (Enough(wanted, can, goals),)

    def _if_possible(self, area: int) -> Goal | None:
        try:
            return self._of_area(area)
        except OutOfReach:
            return None

    def _of_area(self, area: int) -> Goal:
        if self.of_reach and area != self.area:
            return self._of_covered(area)
        if self.standing.state[area] == State.LEFT_OUT:
            raise OutOfReach
        parts: list[Enough] = []
        for found in self._hard(area):
            if found.state[area] in (State.PASSED, State.LEFT_OUT):
                continue
            if found.criterion.is_rate:
                raise OutOfReach
            wanted = int(found.missing[area])
            parts += self._enough(wanted, *self._members(found.criterion, area))
        return Goal(tuple(parts), area)

    def _of_covered(self, area: int) -> Goal:
        settlements = self._own(area, ("settlement",))
        if not settlements or not self.period.facts.sites.located[settlements].all():
            raise OutOfReach
        lacking = self._lacking_sites(np.array(settlements, dtype=np.int64))
        return Goal(self._enough(len(lacking), lacking, []), area)

    def _members(self, criterion: Criterion, area: int) -> tuple[list[int], list[int]]:
        """The sites and the areas that a criterion counts and that do not pass."""
        if criterion.measure == "own_sites":
            return self._lacking_sites(np.array(self._own(area, criterion.site_kinds), dtype=np.int64)), []
        if criterion.measure == "sites_beneath":
            return self._lacking_sites(self._buildings(area)), []
        return [], self._lacking_areas(MEMBERS[criterion.measure], area)

    # ------------------------------------------------ who is counted

    @cached_property
    def _site_state(self) -> np.ndarray:
        return self.period.sites.reached if self.of_reach else self.period.sites.state

    def _lacking_sites(self, sites: np.ndarray) -> list[int]:
        return sites[self._site_state[sites] != State.PASSED].tolist()

    @cached_property
    def _at(self) -> dict[int, list[int]]:
        """The sites in force at each area."""
        found: dict[int, list[int]] = {}
        rows = np.flatnonzero(self.period.sites_in_force)
        for row, area in zip(rows.tolist(), self.period.facts.sites.area[rows].tolist(), strict=True):
            found.setdefault(area, []).append(row)
        return found

    def _own(self, area: int, kinds: tuple[str, ...]) -> list[int]:
        of_kinds = self._of_kinds(kinds)
        return [site for site in self._at.get(area, []) if of_kinds[site]]

    def _of_kinds(self, kinds: tuple[str, ...]) -> np.ndarray:
        if kinds not in self._kinds:
            self._kinds[kinds] = self.period.facts.sites.of(kinds)
        return self._kinds[kinds]

    @cached_property
    def _kinds(self) -> dict[tuple[str, ...], np.ndarray]:
        return {}

    def _beneath(self, area: int) -> np.ndarray:
        """Which areas stand at and beneath one."""
        chosen = np.zeros(len(self.areas), dtype=bool)
        chosen[beneath(self.areas, area)] = True
        return chosen

    def _buildings(self, street: int) -> np.ndarray:
        kinds = {
            kind for each in self.plan.criteria.values() if each.measure == "sites_beneath" for kind in each.site_kinds
        }
        return self._sites_beneath(street, self._of_kinds(tuple(sorted(kinds))))

    def _urban(self) -> np.ndarray:
        streets = self.areas.roll_down(self.areas.of("street").astype(np.int64)) > 0
        urban = self.period.around.setting == URBAN
        return self._sites_beneath(self.area, urban & streets[self.period.facts.sites.area])

    def _sites_beneath(self, area: int, some: np.ndarray) -> np.ndarray:
        return np.flatnonzero(self.period.sites_in_force & some & self._beneath(area)[self.period.facts.sites.area])

    def counted(self, share: str, scope: int) -> np.ndarray:
        """Rows of the areas that a share of the ledger counts beneath a scope; the scope itself is none of them."""
        kinds = tuple(kind for kind, shares in COUNTED_AS.items() if share in shares)
        nominated = tuple(kind for kind, name in COUNTED_AS_DEMONSTRATION.items() if name == share)
        if share == "covered":
            chosen = self.standing.places.covered != State.LEFT_OUT
        elif nominated:
            chosen = self.areas.of(*nominated) & self.areas.demonstration
        else:
            chosen = self.areas.of(*kinds)
        if share != "covered":
            chosen = chosen & (self.standing.state != State.LEFT_OUT)
        return np.flatnonzero(chosen & self._beneath(scope))

    def _lacking_areas(self, share: str, scope: int) -> list[int]:
        state = self.standing.places.covered if share == "covered" else self.standing.state
        return [row for row in self.counted(share, scope).tolist() if state[row] != State.PASSED]

    # ------------------------------------------------ what nobody can build

    def blockers(self) -> list[Blocker]:
        """Whatever keeps a counted member from passing that nobody can build, sorted by why, then code."""
        found = {tuple(each.items()): each for each in self._blockers()}
        return sorted(found.values(), key=lambda each: tuple(each.values()))

    def _blockers(self) -> Iterator[Blocker]:
        code = self.areas.code[self.area]
        if self.state == State.LEFT_OUT:
            yield {"why": "not_applicable", "area_code": code}
        elif self.milestone is None:
            yield from self._of_area_blocked(self.area)
        elif self.milestone.measure == "coverage_rate":
            yield from self._of_rate("coverage", self.state, self.area)
        else:
            if self._measure.total[self.area] < self._measure.needed[self.area]:
                yield {"why": "too_few", "area_code": code}
            yield from self._of_members(*self._measured())

    def _of_members(self, sites: list[int], areas: list[int]) -> Iterator[Blocker]:
        facts = self.period.facts.sites
        for site in sites:
            if not facts.located[site]:
                yield {"why": "no_coordinates", "site_id": facts.site_id[site]}
        for area in areas:
            if self._if_possible(area) is None:
                yield from self._of_area_blocked(area)

    def _of_area_blocked(self, area: int) -> Iterator[Blocker]:
        code = self.areas.code[area]
        if self.of_reach and area != self.area:
            settlements = self._own(area, ("settlement",))
            if not settlements:
                yield {"why": "no_settlement", "area_code": code}
            yield from self._of_members(settlements, [])
            return
        for found in self._hard(area):
            if found.state[area] in (State.PASSED, State.LEFT_OUT):
                continue
            criterion = found.criterion
            if criterion.is_rate:
                yield from self._of_rate("penetration", State(int(found.state[area])), area)
                continue
            if criterion.measure == "own_sites":
                required = (criterion.required_kind,) if criterion.required_kind else criterion.site_kinds
                if not self._own(area, required):
                    yield {"why": "no_settlement" if criterion.required_kind else "no_site", "area_code": code}
            elif criterion.measure == "sites_beneath" and not len(self._buildings(area)):
                yield {"why": "no_site", "area_code": code}
            yield from self._of_members(*self._members(criterion, area))

    def _of_rate(self, why: str, state: State, area: int) -> Iterator[Blocker]:
        """A rate that is short, or the returns without which nobody knows it."""
        if state != State.UNKNOWN:
            yield {"why": why, "area_code": self.areas.code[area]}
            return
        reporting = self.areas.of(*VILLAGE_LEVEL) & self.period.areas_in_force & self._beneath(area)
        returns = self.period.facts.returns.get((str(self.period.quarter), self.basis))
        at_hand = np.zeros(len(self.areas), dtype=bool)
        if returns is not None:
            at_hand[returns.area] = True
        for row in np.flatnonzero(reporting & ~at_hand).tolist():
            yield {"why": "returns_missing", "area_code": self.areas.code[row]}


def beneath(areas: Areas, area: int) -> slice:
    """The rows at and beneath an area, which stand together: rows are ordered by code."""
    return slice(area, bisect_left(areas.code, areas.code[area] + ":"))


def _passed(found: Finding) -> np.ndarray:
    passed = found.numerator if found.members is None else found.members.passed
    assert passed is not None
    return passed


def _figures(state: np.ndarray, passed: np.ndarray, of: Measure | Finding, area: int) -> dict:
    return {
        "outcome": CRITERION_WORDS[int(state[area])],
        "passed": int(passed[area]),
        "needed": int(of.needed[area]),
        "missing": int(of.missing[area]),
    }
