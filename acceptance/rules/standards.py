"""The standards of the plan: from sites to the district, each criterion from its members (S08–S16, S22; rules, section 5)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from acceptance.rules.capability import SiteVerdicts, Surroundings
from acceptance.rules.facts import (
    BROADBAND_COVERED,
    BROADBAND_USERS,
    FIBRE_COVERED,
    FIBRE_USERS,
    HOUSEHOLDS,
    URBAN,
    Areas,
    Facts,
    Returns,
)
from acceptance.rules.plan import KINDS, Criterion, Plan
from acceptance.rules.shares import State, Tally, all_of, lacking, needed, rate_state, share_state, tally

VILLAGE_LEVEL = ("village", "community")
TOWNSHIPS = ("street", "town")
LEAVES = ("natural_village", "quarter")


@dataclass(frozen=True)
class Finding:
    """A criterion for every area, in columns; only the rows of the criterion's kind mean anything.

    ``members`` are counted for a share; for a rate ``numerator``, ``denominator`` and ``returns_missing`` are.
    """

    criterion: Criterion
    state: np.ndarray
    needed: np.ndarray
    missing: np.ndarray
    members: Tally | None = None
    numerator: np.ndarray | None = None
    denominator: np.ndarray | None = None
    returns_missing: np.ndarray | None = None


class Figures:
    """The returns beneath every area, summed: households, users, and how many returns are missing (section 4)."""

    def __init__(self, areas: Areas, in_force: np.ndarray, returns: Returns) -> None:
        reporting = areas.of(*VILLAGE_LEVEL) & in_force
        own = np.zeros((len(areas), 5), dtype=np.int64)
        own[returns.area] = returns.figures
        own[~reporting] = 0
        at_hand = np.zeros(len(areas), dtype=bool)
        at_hand[returns.area] = True
        self.sums = areas.roll_up(own)
        self.missing = areas.roll_up((reporting & ~at_hand).astype(np.int64))

    @property
    def households(self) -> np.ndarray:
        return self.sums[:, HOUSEHOLDS]

    @property
    def broadband_covered(self) -> np.ndarray:
        return self.sums[:, BROADBAND_COVERED]

    @property
    def fibre_covered(self) -> np.ndarray:
        return self.sums[:, FIBRE_COVERED]

    @property
    def broadband_users(self) -> np.ndarray:
        return self.sums[:, BROADBAND_USERS]

    @property
    def fibre_users(self) -> np.ndarray:
        return self.sums[:, FIBRE_USERS]


class Places:
    """What the sites of a date say, whatever the returns: capability, reach and scope. Shared by both bases."""

    def __init__(
        self, facts: Facts, plan: Plan, around: Surroundings, areas_in_force: np.ndarray, sites_in_force: np.ndarray, sites: SiteVerdicts
    ) -> None:
        self.areas, self.in_force = facts.areas, areas_in_force
        self.site_in_force = sites_in_force
        self.site = sites
        self._facts, self._around = facts, around
        of_villages = facts.areas.of("natural_village")
        enough = facts.areas.permanent_households >= int(plan.permanent_households.value)
        self.in_scope = areas_in_force & of_villages & enough
        self.judged = areas_in_force & (self.in_scope | ~of_villages)

    def own_sites(self, kinds: tuple[str, ...], states: np.ndarray) -> Tally:
        """The in-force sites of these kinds whose area is the area itself."""
        chosen = self.site_in_force & self._facts.sites.of(kinds)
        return tally(states[chosen], self._facts.sites.area[chosen], len(self.areas))

    def sites_beneath(self, kinds: tuple[str, ...]) -> Tally:
        """The in-force sites of these kinds at the area and everywhere beneath."""
        return rolled_up(self.areas, self.own_sites(kinds, self.site.state))

    @cached_property
    def urban_sites_beneath_streets(self) -> Tally:
        """The urban sites beneath the streets, for the district (G08; A13)."""
        sites, areas = self._facts.sites, self.areas
        within_street = areas.roll_down(areas.of("street").astype(np.int64)) > 0
        chosen = self.site_in_force & (self._around.setting == URBAN) & within_street[sites.area]
        return rolled_up(areas, tally(self.site.state[chosen], sites.area[chosen], len(areas)))

    @cached_property
    def covered(self) -> np.ndarray:
        """Whether each natural village in scope is fibre-covered: every settlement reached (G09; A37)."""
        settlements = self.own_sites(("settlement",), self.site.reached)
        answer = np.select(
            [settlements.failed > 0, (settlements.unknown > 0) | (settlements.total == 0)],
            [State.FAILED, State.UNKNOWN],
            State.PASSED,
        )
        return np.where(self.in_scope, answer, State.LEFT_OUT)


def rolled_up(areas: Areas, own: Tally) -> Tally:
    return Tally(*areas.roll_up(np.column_stack([own.passed, own.failed, own.unknown])).T)


class Standing:
    """Where every area stands on a date and basis: outcome, criteria, figures."""

    def __init__(self, plan: Plan, places: Places, figures: Figures) -> None:
        self.plan, self.places, self.figures = plan, places, figures
        self.areas, self.in_force = places.areas, places.in_force
        self.state = np.full(len(self.areas), State.LEFT_OUT, dtype=np.int64)
        self.reference = np.full(len(self.areas), -1, dtype=np.int64)
        self.findings: dict[str, Finding] = {}
        for kind in reversed(KINDS):
            self._judge(kind)

    def _judge(self, kind: str) -> None:
        """Judge all areas of a kind; whatever stands beneath them has been judged before."""
        own = self.areas.of(kind) & self.places.judged
        findings = [self._find(criterion) for criterion in self.plan.criteria_of(kind)]
        self.findings.update({finding.criterion.key: finding for finding in findings})
        hard = [finding.state for finding in findings if finding.criterion.role == "hard"]
        if hard:
            self.state = np.where(own, all_of(hard), self.state)
        for finding in findings:
            if finding.criterion.role == "reference":
                self.reference = np.where(own, finding.state, self.reference)

    def _find(self, criterion: Criterion) -> Finding:
        if criterion.is_rate:
            return self._penetration(criterion)
        members = self._members(criterion)
        wanted = needed(criterion.threshold, members.total)
        state = share_state(members, criterion.threshold)
        return Finding(criterion, state, wanted, lacking(wanted, members.passed), members)

    def _members(self, criterion: Criterion) -> Tally:
        """Whom a share criterion counts."""
        match criterion.measure:
            case "own_sites":
                sites = self.places.own_sites(criterion.site_kinds, self.places.site.state)
                required = (criterion.required_kind,) if criterion.required_kind else criterion.site_kinds
                return sites.with_unknown(self.places.own_sites(required, self.places.site.state).total == 0)
            case "sites_beneath":
                sites = self.places.sites_beneath(criterion.site_kinds)
                return sites.with_unknown(sites.total == 0)
            case "natural_villages_achieved":
                return self.achieved("natural_village")
            case "villages_achieved":
                return self.achieved("village")
            case "townships_achieved":
                return self.achieved(*TOWNSHIPS)
        raise KeyError(criterion.measure)

    def achieved(self, *kinds: str, demonstration: bool = False) -> Tally:
        """The areas of these kinds beneath each area, by outcome; with ``demonstration`` only those nominated."""
        chosen = self.areas.of(*kinds) & self.in_force
        if demonstration:
            chosen &= self.areas.demonstration
        return self._beneath(chosen, self.state)

    def covered(self) -> Tally:
        """The natural villages in scope beneath each area, by whether they are fibre-covered."""
        return self._beneath(self.places.in_scope, self.places.covered)

    def _beneath(self, chosen: np.ndarray, states: np.ndarray) -> Tally:
        members = np.flatnonzero(chosen)
        return rolled_up(self.areas, tally(states[members], members, len(self.areas)))

    def count_beneath(self, chosen: np.ndarray) -> np.ndarray:
        """How many of the chosen areas lie beneath each area."""
        return self.areas.roll_up(chosen.astype(np.int64))

    def _penetration(self, criterion: Criterion) -> Finding:
        """光网用户渗透率: fibre users among broadband users (S06)."""
        users, all_users, missing = self.figures.fibre_users, self.figures.broadband_users, self.figures.missing
        wanted = needed(criterion.threshold, all_users)
        return Finding(
            criterion,
            rate_state(users, all_users, missing, criterion.threshold),
            wanted,
            lacking(wanted, users),
            numerator=users,
            denominator=all_users,
            returns_missing=missing,
        )
