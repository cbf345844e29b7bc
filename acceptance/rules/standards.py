"""The standards of the plan: from sites to the district, each criterion from its members (S08–S16, S22; docs/rules.md, section 5)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from acceptance.rules.capability import SiteVerdicts, Surroundings
from acceptance.rules.facts import URBAN, Facts, Returns
from acceptance.rules.ledger import FIGURES, Ledger
from acceptance.rules.plan import KINDS, Criterion, Plan
from acceptance.rules.shares import (
    State,
    Tally,
    all_of,
    first_that_holds,
    lacking,
    needed,
    rate_state,
    share_state,
    tally,
)

VILLAGE_LEVEL = ("village", "community")
TOWNSHIPS = ("street", "town")
LEAVES = ("natural_village", "quarter")

COUNTED_AS = {
    "natural_village": ("natural_villages",),
    "quarter": ("quarters",),
    "village": ("villages",),
    "town": ("towns", "townships"),
    "street": ("townships",),
}
"""In which shares of its ancestors an area counts, by its outcome."""

COUNTED_AS_DEMONSTRATION = {
    "natural_village": "demonstration_natural_villages",
    "quarter": "demonstration_quarters",
}
"""And in which when it is nominated (示范点, T02, T07)."""

MEMBERS = {
    "sites_beneath": "buildings",
    "natural_villages_achieved": "natural_villages",
    "villages_achieved": "villages",
    "townships_achieved": "townships",
}
"""The share of the ledger that a criterion's measure looks at."""


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


class Places:
    """What the sites of a date say, whatever the returns: capability, reach and scope. Shared by both bases."""

    def __init__(
        self,
        facts: Facts,
        plan: Plan,
        around: Surroundings,
        areas_in_force: np.ndarray,
        sites_in_force: np.ndarray,
        sites: SiteVerdicts,
    ) -> None:
        self.areas, self.in_force = facts.areas, areas_in_force
        self.site_in_force = sites_in_force
        self.site = sites
        self._facts, self._around, self._plan = facts, around, plan
        of_villages = facts.areas.of("natural_village")
        enough = facts.areas.permanent_households >= int(plan.permanent_households.value)
        self.in_scope = areas_in_force & of_villages & enough
        self.judged = areas_in_force & (self.in_scope | ~of_villages)

    def own_sites(self, kinds: tuple[str, ...], states: np.ndarray) -> Tally:
        """The in-force sites of these kinds whose area is the area itself."""
        return self._tally(self.site_in_force & self._facts.sites.of(kinds), states)

    def _tally(self, chosen: np.ndarray, states: np.ndarray) -> Tally:
        return tally(states[chosen], self._facts.sites.area[chosen], len(self.areas))

    @cached_property
    def buildings(self) -> Tally:
        """The sites at each area that count for its street (S12)."""
        kinds = {
            kind for each in self._plan.criteria.values() if each.measure == "sites_beneath" for kind in each.site_kinds
        }
        return self.own_sites(tuple(kinds), self.site.state)

    @cached_property
    def urban_sites(self) -> Tally:
        """The urban sites at each area of a street, for the district (G08; A13)."""
        within_street = self.areas.roll_down(self.areas.of("street").astype(np.int64)) > 0
        urban = self._around.setting == URBAN
        return self._tally(self.site_in_force & urban & within_street[self._facts.sites.area], self.site.state)

    @cached_property
    def covered(self) -> np.ndarray:
        """Whether each natural village in scope is fibre-covered: every settlement reached (G09; A37)."""
        settlements = self.own_sites(("settlement",), self.site.reached)
        answer = first_that_holds(
            [settlements.failed > 0, (settlements.unknown > 0) | (settlements.total == 0)],
            [State.FAILED, State.UNKNOWN],
            State.PASSED,
        )
        return np.where(self.in_scope, answer, State.LEFT_OUT)

    def ledger(self, returns: Returns) -> Ledger:
        """What each area itself brings in: its sites and its return; nothing yet from beneath."""
        ledger = Ledger.blank(len(self.areas))
        ledger.enter("buildings", self.buildings)
        ledger.enter("urban_sites", self.urban_sites)
        reporting = self.areas.of(*VILLAGE_LEVEL) & self.in_force
        figures = np.zeros((len(self.areas), len(FIGURES)), dtype=np.int64)
        figures[returns.area] = returns.figures
        for name, values in zip(FIGURES, figures.T, strict=True):
            ledger.enter_sum(name, np.where(reporting, values, 0))
        at_hand = np.zeros(len(self.areas), dtype=bool)
        at_hand[returns.area] = True
        ledger.enter_sum("returns_missing", reporting & ~at_hand)
        return ledger


class Standing:
    """Where every area stands on a date and basis: its ledger, its criteria, its outcome.

    ``elsewhere`` adds to each row what counts beneath the area but is not among the facts at hand.
    """

    def __init__(self, plan: Plan, places: Places, returns: Returns, elsewhere: Ledger | None = None) -> None:
        self.plan, self.places = plan, places
        self.areas, self.in_force = places.areas, places.in_force
        self.ledger = places.ledger(returns)
        if elsewhere is not None:
            self.ledger.counts += elsewhere.counts
        self.state = np.full(len(self.areas), State.LEFT_OUT, dtype=np.int64)
        self.reference = np.full(len(self.areas), -1, dtype=np.int64)
        self.findings: dict[str, Finding] = {}
        for kind in reversed(KINDS):
            self._judge(kind)

    def _judge(self, kind: str) -> None:
        """Judge all areas of a kind; whatever stands beneath them has been judged before."""
        of_kind = self.areas.of(kind)
        rows = np.flatnonzero(of_kind)
        if not len(rows):
            return
        own = of_kind & self.places.judged
        findings = [self._find(criterion) for criterion in self.plan.criteria_of(kind)]
        self.findings.update({finding.criterion.key: finding for finding in findings})
        hard = [finding.state for finding in findings if finding.criterion.role == "hard"]
        if hard:
            self.state = np.where(own, all_of(hard), self.state)
        for finding in findings:
            if finding.criterion.role == "reference":
                self.reference = np.where(own, finding.state, self.reference)
        self._count(kind, np.flatnonzero(own))
        self.areas.add_to_parents(rows[self.areas.parent[rows] >= 0], self.ledger.counts)

    def _count(self, kind: str, rows: np.ndarray) -> None:
        """Enter each area of the kind, by its outcome, where it counts."""
        for share in COUNTED_AS.get(kind, ()):
            self.ledger.enter_states(share, rows, self.state[rows])
        if kind in COUNTED_AS_DEMONSTRATION:
            nominated = rows[self.areas.demonstration[rows]]
            self.ledger.enter_states(COUNTED_AS_DEMONSTRATION[kind], nominated, self.state[nominated])
        if kind == "natural_village":
            self.ledger.enter_states("covered", rows, self.places.covered[rows])

    def _find(self, criterion: Criterion) -> Finding:
        if criterion.is_rate:
            return self._penetration(criterion)
        members = self._own_sites(criterion) if criterion.measure == "own_sites" else self._members(criterion)
        wanted = needed(criterion.threshold, members.total)
        state = share_state(members, criterion.threshold)
        return Finding(criterion, state, wanted, lacking(wanted, members.passed), members)

    def _own_sites(self, criterion: Criterion) -> Tally:
        """The sites of a leaf; an unknown one more where a required site is not registered (S16, S22)."""
        sites = self.places.own_sites(criterion.site_kinds, self.places.site.state)
        required = (criterion.required_kind,) if criterion.required_kind else criterion.site_kinds
        return sites.with_unknown(self.places.own_sites(required, self.places.site.state).total == 0)

    def _members(self, criterion: Criterion) -> Tally:
        """Whom a share criterion counts; a street without a building has one unknown (S12)."""
        members = self.ledger.share(MEMBERS[criterion.measure])
        if criterion.measure == "sites_beneath":
            return members.with_unknown(members.total == 0)
        return members

    def _penetration(self, criterion: Criterion) -> Finding:
        """光网用户渗透率: fibre users among broadband users (S06)."""
        users, all_users = self.ledger.sum("fibre_users"), self.ledger.sum("broadband_users")
        missing = self.ledger.sum("returns_missing")
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
