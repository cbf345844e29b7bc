"""Verdicts as documents: the keys, their order and their words as the data package fixes them."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress

import numpy as np

from acceptance.rules.capability import REASONS
from acceptance.rules.facts import KIND
from acceptance.rules.judge import County, Period
from acceptance.rules.ledger import Ledger
from acceptance.rules.milestones import History
from acceptance.rules.plan import KINDS, SCOPES, Plan
from acceptance.rules.shares import ANSWER_WORDS, AREA_WORDS, CRITERION_WORDS
from acceptance.rules.standards import LEAVES, Finding, Standing
from common.periods import Quarter


def evaluation(county: County, quarter: Quarter, basis: str, *, beneath: str, sites: bool) -> dict:
    """What ``evaluate`` prints: every area in force beneath the code, and with ``sites`` every site."""
    period = county.period(quarter)
    standing = period.standing(basis)
    document = {
        "plan": county.plan.key,
        "period": str(quarter),
        "as_of": str(quarter.last_day),
        "basis": basis,
        "areas": list(map(AreaDocuments(standing).of, areas_listed(period, beneath))),
    }
    if sites:
        document["sites"] = list(map(SiteDocuments(period).of, sites_listed(period, beneath)))
    return document


def areas_listed(period: Period, beneath: str) -> list[int]:
    """Rows of the areas in force beneath the code, by code."""
    areas = period.facts.areas
    return [row for row in np.flatnonzero(period.areas_in_force).tolist() if areas.code[row].startswith(beneath)]


def sites_listed(period: Period, beneath: str) -> list[int]:
    """Rows of the sites in force beneath the code, by site_id as bytes."""
    facts = period.facts
    inside = np.array([code.startswith(beneath) for code in facts.areas.code], dtype=bool)
    rows = np.flatnonzero(period.sites_in_force & inside[facts.sites.area]).tolist()
    return sorted(rows, key=lambda row: facts.sites.site_id[row].encode())


class AreaDocuments:
    """The verdicts on the areas of a standing; columns are turned into lists once, not number by number."""

    def __init__(self, standing: Standing) -> None:
        plan, self.areas = standing.plan, standing.areas
        self.kind = [KINDS[kind] for kind in self.areas.kind.tolist()]
        self.state, self.reference = standing.state.tolist(), standing.reference.tolist()
        self.judged, self.covered = standing.places.judged.tolist(), standing.places.covered.tolist()
        self.titles = {kind: plan.titles[kind].name if kind in plan.titles else None for kind in KINDS}
        self.findings = {
            kind: [_Found(standing.findings[each.key], rows) for each in plan.criteria_of(kind)]
            for kind in KINDS
            for rows in [np.flatnonzero(self.areas.kind == KIND[kind])]
            if len(rows)
        }
        above = np.flatnonzero(~self.areas.of(*LEAVES))
        self.coverage = _entries(_COVERAGE, above, *map(standing.ledger.sum, _COVERAGE.values()))
        self.penetration = _entries(_PENETRATION, above, *map(standing.ledger.sum, _PENETRATION.values()))

    def of(self, row: int) -> dict:
        """The verdict on one area."""
        kind, reference = self.kind[row], self.reference[row]
        verdict: dict = {
            "code": self.areas.code[row],
            "kind": kind,
            "title": self.titles[kind],
            "outcome": AREA_WORDS[self.state[row]],
            "reference": CRITERION_WORDS[reference] if reference >= 0 else "none",
            "criteria": [finding.on(row) for finding in self.findings[kind]] if self.judged[row] else [],
        }
        if kind == "natural_village":
            verdict["covered"] = ANSWER_WORDS[self.covered[row]]
        if kind not in LEAVES:
            verdict["coverage"] = self.coverage[row]
            verdict["penetration"] = self.penetration[row]
        return verdict


_COVERAGE = {
    "numerator": "fibre_covered_households",
    "denominator": "broadband_covered_households",
    "full_denominator": "households",
    "returns_missing": "returns_missing",
}
_PENETRATION = {"numerator": "fibre_users", "denominator": "broadband_users", "returns_missing": "returns_missing"}
"""Which sum of the ledger each figure is."""

_SHARE = ("passed", "failed", "unknown", "total", "needed", "missing")
_RATE = ("numerator", "denominator", "needed", "missing", "returns_missing")


def _entries(names: Iterable[str], rows: np.ndarray, *columns: np.ndarray) -> dict[int, dict[str, int]]:
    """For each of the rows its figures by name."""
    figures = zip(*(column[rows].tolist() for column in columns), strict=True)
    return {row: dict(zip(names, values, strict=True)) for row, values in zip(rows.tolist(), figures, strict=True)}


class _Found:
    """A criterion as documents, for the rows that it is asked of."""

    def __init__(self, finding: Finding, rows: np.ndarray) -> None:
        self._criterion = {"key": finding.criterion.key, "role": finding.criterion.role}
        self._state = finding.state.tolist()
        members = finding.members
        if members is not None:
            counted = (members.passed, members.failed, members.unknown, members.total)
            self._figures = _entries(_SHARE, rows, *counted, finding.needed, finding.missing)
        else:
            rate = (finding.numerator, finding.denominator, finding.needed, finding.missing, finding.returns_missing)
            self._figures = _entries(_RATE, rows, *rate)

    def on(self, row: int) -> dict:
        return self._criterion | {"outcome": CRITERION_WORDS[self._state[row]]} | self._figures[row]


class SiteDocuments:
    """The verdicts on the sites of a period."""

    def __init__(self, period: Period) -> None:
        facts, sites = period.facts, period.sites
        self.site_id = facts.sites.site_id
        self.state, self.reason, self.reached = sites.state.tolist(), sites.reason.tolist(), sites.reached.tolist()
        self.nearest_m = period.nearest[1].tolist()
        self.serving = sites.serving.tolist()
        self._operators = facts.operators

    def of(self, row: int) -> dict:
        """The verdict on one site."""
        distance = self.nearest_m[row]
        return {
            "site_id": self.site_id[row],
            "capable": ANSWER_WORDS[self.state[row]],
            "reason": REASONS[self.reason[row]],
            "reached": _YES_OR_NO[self.reached[row]],
            "operators": list(compress(self._operators, self.serving[row])),
            "nearest_m": None if math.isnan(distance) else round(distance, 2),
        }


_YES_OR_NO = (None, True, False, None)
"""How a State answers whether a site is reached."""


def milestones(county: County, quarter: Quarter, basis: str, *, beneath: str) -> dict:
    """What ``milestones`` prints: an entry a milestone and scope, ordered by due period, key and scope."""
    scopes = {kind: list(_histories(county, kind, quarter, basis, beneath)) for kind in SCOPES}
    return {
        "plan": county.plan.key,
        "period": str(quarter),
        "basis": basis,
        "milestones": [entry for _, entry in milestone_entries(county.plan, scopes, [quarter])],
    }


def milestone_entries(
    plan: Plan, scopes: Mapping[str, Sequence[History]], viewed: Sequence[Quarter]
) -> Iterator[tuple[Quarter, dict]]:
    """Every milestone in each of its scopes, given by kind and in order, seen from each of the quarters."""
    for milestone in plan.milestones:
        for history in scopes[milestone.scope]:
            yield from history.entries(milestone, viewed)


def _histories(county: County, kind: str, last: Quarter, basis: str, beneath: str) -> Iterator[History]:
    """The areas of a kind in the last quarter beneath the code, by code, each from the plan's first quarter on."""
    quarters = list(county.plan.first_period.through(last))
    periods = [county.period(quarter) for quarter in quarters]
    areas = periods[-1].facts.areas
    for row in np.flatnonzero(areas.kind == KIND[kind]).tolist():
        if areas.code[row].startswith(beneath):
            ledger = Ledger(np.stack([period.standing(basis).ledger.counts[row] for period in periods]))
            in_force = [bool(period.areas_in_force[row]) for period in periods]
            yield History(areas.code[row], quarters, ledger, in_force)
