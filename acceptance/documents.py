"""Verdicts as documents: the keys, their order and their words as the data package fixes them."""

import math
from collections.abc import Iterable

import numpy as np

from acceptance.rules.capability import REASONS
from acceptance.rules.facts import KIND
from acceptance.rules.judge import County, Period
from acceptance.rules.milestones import Status, status, words
from acceptance.rules.plan import KINDS, Milestone
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


def milestone_rows(county: County, milestone: Milestone, quarter: Quarter) -> list[int]:
    """Rows of the areas of which a milestone is asked: those of its scope in force in the quarter."""
    areas = county.facts.areas
    in_force = county.period(quarter).areas_in_force
    return np.flatnonzero((areas.kind == KIND[milestone.scope]) & in_force).tolist()


def milestones(county: County, quarter: Quarter, basis: str, *, beneath: str) -> dict:
    """What ``milestones`` prints: an entry a milestone and scope, ordered by due period, key and scope."""
    return {
        "plan": county.plan.key,
        "period": str(quarter),
        "basis": basis,
        "milestones": [
            entry
            for milestone in county.plan.milestones
            for entry in milestone_entries(county, milestone, quarter, basis)
            if entry["scope"].startswith(beneath)
        ],
    }


def milestone_entries(county: County, milestone: Milestone, quarter: Quarter, basis: str) -> Iterable[dict]:
    """One milestone in each of its scopes, seen from the quarter."""
    rows = milestone_rows(county, milestone, quarter)
    histories = _histories(county, milestone, rows, quarter, basis)
    viewed = county.period(quarter).measure(milestone.key, basis)
    for row in rows:
        found: Status = status(histories[row], milestone.due, quarter)
        yield {
            "key": milestone.key,
            "scope": county.facts.areas.code[row],
            "due": str(milestone.due),
            "scored": milestone.scored,
            "status": found.status,
            "first_met": str(found.first_met) if found.first_met else None,
            "held": found.held,
        } | _counts(
            passed=viewed.passed[row],
            failed=viewed.failed[row],
            unknown=viewed.unknown[row],
            total=viewed.total[row],
            needed=viewed.needed[row],
            missing=viewed.missing[row],
        )


def _histories(
    county: County, milestone: Milestone, rows: list[int], last: Quarter, basis: str
) -> dict[int, dict[Quarter, str]]:
    """The measure's outcome in every quarter up to ``last``, for each row; not applicable while it was not in force."""
    histories: dict[int, dict[Quarter, str]] = {row: {} for row in rows}
    for quarter in county.plan.first_period.through(last):
        period = county.period(quarter)
        outcomes = words(period.measure(milestone.key, basis).state[rows])
        for row, outcome in zip(rows, outcomes, strict=True):
            histories[row][quarter] = outcome if period.areas_in_force[row] else "not_applicable"
    return histories
