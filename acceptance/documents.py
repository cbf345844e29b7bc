"""Verdicts as documents: the keys, their order and their words as the data package fixes them."""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from acceptance.rules.capability import REASONS
from acceptance.rules.facts import KIND
from acceptance.rules.judge import County, Period
from acceptance.rules.ledger import Ledger
from acceptance.rules.milestones import History
from acceptance.rules.plan import KINDS, SCOPES, Plan
from acceptance.rules.shares import ANSWER_WORDS, AREA_WORDS, CRITERION_WORDS
from acceptance.rules.standards import LEAVES, Finding, Standing
from areas.periods import Quarter


def evaluation(county: County, quarter: Quarter, basis: str, *, beneath: str, sites: bool) -> dict:
    """What ``evaluate`` prints: every area in force beneath the code, and with ``sites`` every site."""
    period = county.period(quarter)
    standing = period.standing(basis)
    document = {
        "plan": county.plan.key,
        "period": str(quarter),
        "as_of": str(quarter.last_day),
        "basis": basis,
        "areas": [area_verdict(standing, row) for row in areas_listed(period, beneath)],
    }
    if sites:
        document["sites"] = [site_verdict(period, row) for row in sites_listed(period, beneath)]
    return document


def areas_listed(period: Period, beneath: str) -> list[int]:
    """Rows of the areas in force beneath the code, by code."""
    areas = period.county.facts.areas
    return [row for row in np.flatnonzero(period.areas_in_force).tolist() if areas.code[row].startswith(beneath)]


def sites_listed(period: Period, beneath: str) -> list[int]:
    """Rows of the sites in force beneath the code, by site_id as bytes."""
    facts = period.county.facts
    inside = np.array([code.startswith(beneath) for code in facts.areas.code], dtype=bool)
    rows = np.flatnonzero(period.sites_in_force & inside[facts.sites.area]).tolist()
    return sorted(rows, key=lambda row: facts.sites.site_id[row].encode())


def area_verdict(standing: Standing, row: int) -> dict:
    """The verdict on one area."""
    kind = KINDS[standing.areas.kind[row]]
    title = standing.plan.titles.get(kind)
    reference = int(standing.reference[row])
    judged = bool(standing.places.judged[row])
    verdict = {
        "code": standing.areas.code[row],
        "kind": kind,
        "title": title.name if title else None,
        "outcome": AREA_WORDS[standing.state[row]],
        "reference": CRITERION_WORDS[reference] if reference >= 0 else "none",
        "criteria": [finding_on(standing.findings[each.key], row) for each in standing.plan.criteria_of(kind)] if judged else [],
    }
    if kind == "natural_village":
        verdict["covered"] = ANSWER_WORDS[standing.places.covered[row]]
    if kind not in LEAVES:
        verdict["coverage"] = _coverage(standing, row)
        verdict["penetration"] = _penetration(standing, row)
    return verdict


def finding_on(finding: Finding, row: int) -> dict:
    """One criterion of one area."""
    found: dict = {
        "key": finding.criterion.key,
        "role": finding.criterion.role,
        "outcome": CRITERION_WORDS[finding.state[row]],
    }
    if finding.members is not None:
        members = finding.members[row]
        found |= _counts(passed=members.passed, failed=members.failed, unknown=members.unknown, total=members.total)
        return found | _counts(needed=finding.needed[row], missing=finding.missing[row])
    return found | _counts(
        numerator=finding.numerator[row],
        denominator=finding.denominator[row],
        needed=finding.needed[row],
        missing=finding.missing[row],
        returns_missing=finding.returns_missing[row],
    )


def _counts(**counts) -> dict[str, int]:
    return {name: int(count) for name, count in counts.items()}


def _coverage(standing: Standing, row: int) -> dict[str, int]:
    total = standing.ledger.sum
    return _counts(
        numerator=total("fibre_covered_households")[row],
        denominator=total("broadband_covered_households")[row],
        full_denominator=total("households")[row],
        returns_missing=total("returns_missing")[row],
    )


def _penetration(standing: Standing, row: int) -> dict[str, int]:
    total = standing.ledger.sum
    return _counts(
        numerator=total("fibre_users")[row],
        denominator=total("broadband_users")[row],
        returns_missing=total("returns_missing")[row],
    )


def site_verdict(period: Period, row: int) -> dict:
    """The verdict on one site."""
    facts, sites = period.county.facts, period.sites
    distance = float(period.nearest[1][row])
    reached = ANSWER_WORDS[sites.reached[row]]
    return {
        "site_id": facts.sites.site_id[row],
        "capable": ANSWER_WORDS[sites.state[row]],
        "reason": REASONS[sites.reason[row]],
        "reached": None if reached == "unknown" else reached == "yes",
        "operators": [facts.operators[number] for number in np.flatnonzero(sites.serving[row])],
        "nearest_m": None if math.isnan(distance) else round(distance, 2),
    }


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
    """The areas of a kind beneath the code, by code, each from the plan's first quarter to the last."""
    areas = county.facts.areas
    quarters = list(county.plan.first_period.through(last))
    periods = [county.period(quarter) for quarter in quarters]
    for row in np.flatnonzero(areas.kind == KIND[kind]).tolist():
        if areas.code[row].startswith(beneath):
            ledger = Ledger(np.stack([period.standing(basis).ledger.counts[row] for period in periods]))
            yield History(areas.code[row], quarters, ledger, [bool(period.areas_in_force[row]) for period in periods])
