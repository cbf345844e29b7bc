"""The milestones: targets with a deadline, measured in every quarter (G02–G10, T01–T12; docs/rules.md, section 6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from acceptance.rules.ledger import Ledger
from acceptance.rules.plan import ALL, Milestone
from acceptance.rules.shares import CRITERION_WORDS, State, Tally, count_state, lacking, needed, rate_state, share_state
from common.periods import Quarter


@dataclass(frozen=True)
class Measure:
    """A milestone's measure, in columns; only the rows of its scope mean anything."""

    state: np.ndarray
    passed: np.ndarray
    failed: np.ndarray
    unknown: np.ndarray
    total: np.ndarray
    needed: np.ndarray
    missing: np.ndarray


MEMBERS = {
    "natural_villages_covered": "covered",
    "natural_villages_achieved": "natural_villages",
    "quarters_achieved": "quarters",
    "urban_sites_capable": "urban_sites",
    "demonstration_quarters": "demonstration_quarters",
    "demonstration_natural_villages": "demonstration_natural_villages",
    "towns_achieved": "towns",
    "townships_achieved": "townships",
}
"""The share of the ledger that a milestone's measure looks at."""

COUNTED_FROM = {
    "demonstration_quarters": "quarters",
    "demonstration_natural_villages": "natural_villages",
    "towns_achieved": "towns",
    "townships_achieved": "townships",
}
"""What must exist for a count to mean anything: T02 quarters, T07 natural villages in scope, and so on."""


def measure(milestone: Milestone, ledger: Ledger) -> Measure:
    """The measure of each row of the ledger: of many areas in one quarter, or of one area in many."""
    if milestone.measure == "coverage_rate":
        return _coverage_rate(milestone, ledger)
    members = ledger.share(MEMBERS[milestone.measure])
    if milestone.is_count:
        return _count(milestone, members, ledger.share(COUNTED_FROM[milestone.measure]).total)
    assert isinstance(milestone.target, Fraction)
    wanted = needed(milestone.target, members.total)
    return _measured(share_state(members, milestone.target), members, wanted)


def _measured(state: np.ndarray, members: Tally, wanted: np.ndarray) -> Measure:
    missing = lacking(wanted, members.passed)
    return Measure(state, members.passed, members.failed, members.unknown, members.total, wanted, missing)


def _count(milestone: Milestone, members: Tally, to_count_from: np.ndarray) -> Measure:
    """So many members; ``all`` wants every one. Not applicable when there is nothing to count from."""
    wanted = members.total if milestone.target == ALL else np.full_like(members.total, int(milestone.target))
    state = np.where(to_count_from == 0, State.LEFT_OUT, count_state(members, wanted))
    return _measured(state, members, wanted)


def _coverage_rate(milestone: Milestone, ledger: Ledger) -> Measure:
    """光网络覆盖率: fibre-covered among broadband-covered households (G07, S05; A34)."""
    assert isinstance(milestone.target, Fraction)
    covered, all_covered = ledger.sum("fibre_covered_households"), ledger.sum("broadband_covered_households")
    missing = ledger.sum("returns_missing")
    wanted = needed(milestone.target, all_covered)
    state = rate_state(covered, all_covered, missing, milestone.target)
    return Measure(state, covered, all_covered - covered, missing, all_covered, wanted, lacking(wanted, covered))


@dataclass(frozen=True)
class Status:
    """How a milestone stands in one scope, seen from a quarter."""

    status: str
    first_met: Quarter | None
    held: bool


def status(history: Mapping[Quarter, str], due: Quarter, viewed: Quarter) -> Status:
    """The status from the measure's outcome in every quarter from the plan's first to the one viewed.

    ``history`` holds the words of CRITERION_WORDS; a quarter that it lacks counts as not applicable.
    """
    outcome = {quarter: history.get(quarter, "not_applicable") for quarter in {*history, due, viewed}}
    met_in = sorted(quarter for quarter in history if quarter <= viewed and history[quarter] == "met")
    first_met = met_in[0] if met_in else None
    return Status(_word(outcome, met_in, due, viewed), first_met, outcome[viewed] == "met")


def _word(outcome: Mapping[Quarter, str], met_in: list[Quarter], due: Quarter, viewed: Quarter) -> str:
    """The first status that fits."""
    if viewed < due:
        return outcome[viewed] if outcome[viewed] in ("not_applicable", "met") else "pending"
    if outcome[due] in ("not_applicable", "met"):
        return outcome[due]
    if any(quarter > due for quarter in met_in):
        return "met_late"
    return "undetermined" if outcome[due] == "unknown" else "missed"


def light(status: str) -> str:
    """三色: green, yellow, red or grey. A late catch-up stays yellow."""
    return {"met": "green", "met_late": "yellow", "missed": "red"}.get(status, "grey")


class History:
    """One scope, quarter by quarter from the plan's first: its ledger, and whether it was in force.

    ``of_kind`` says in which quarters it was of the kind that makes it a scope, and in force.
    """

    def __init__(
        self,
        code: str,
        quarters: Sequence[Quarter],
        ledger: Ledger,
        in_force: Sequence[bool],
        of_kind: Sequence[bool] | None = None,
    ) -> None:
        self.code, self.quarters, self.ledger, self.in_force = code, list(quarters), ledger, in_force
        self.of_kind = in_force if of_kind is None else of_kind

    def entries(self, milestone: Milestone, viewed: Sequence[Quarter]) -> Iterator[tuple[Quarter, dict]]:
        """How a milestone stands here, seen from each of the quarters, as it is printed.

        A street or town is a scope only while it is one and in force; earlier quarters are measured in the same area,
        whatever it was then. The district always is a scope.
        """
        measured = measure(milestone, self.ledger)
        outcomes = {
            quarter: CRITERION_WORDS[state] if stands else "not_applicable"
            for quarter, state, stands in zip(self.quarters, measured.state, self.in_force, strict=True)
        }
        for row, quarter in enumerate(self.quarters):
            if quarter in viewed and (milestone.scope == "district" or self.of_kind[row]):
                seen = {past: outcome for past, outcome in outcomes.items() if past <= quarter}
                yield quarter, self._entry(milestone, status(seen, milestone.due, quarter), measured, row)

    def _entry(self, milestone: Milestone, found: Status, measured: Measure, row: int) -> dict:
        return {
            "key": milestone.key,
            "scope": self.code,
            "due": str(milestone.due),
            "scored": milestone.scored,
            "status": found.status,
            "first_met": str(found.first_met) if found.first_met else None,
            "held": found.held,
            "passed": int(measured.passed[row]),
            "failed": int(measured.failed[row]),
            "unknown": int(measured.unknown[row]),
            "total": int(measured.total[row]),
            "needed": int(measured.needed[row]),
            "missing": int(measured.missing[row]),
        }
