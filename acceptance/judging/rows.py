"""Verdicts as rows to be stored: with their inputs, thresholds and clauses, and a digest over all of it."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np

from acceptance.judging.evidence import SiteEvidence, Surveyed
from acceptance.judging.verdict_json import AreaDocuments, SiteDocuments
from acceptance.models import MilestoneVerdict, PlanVersion, SiteVerdict, Verdict
from acceptance.rules import VERSION
from acceptance.rules.judge import Period
from acceptance.rules.ledger import FIGURES
from acceptance.rules.plan import KINDS, SITE_KINDS
from acceptance.rules.shares import ANSWER_WORDS, AREA_WORDS
from acceptance.rules.standards import LEAVES, VILLAGE_LEVEL, Standing
from common.periods import Quarter

SUBJECTS = {
    Verdict: ("period", "basis", "area_id"),
    SiteVerdict: ("period", "site_id"),
    MilestoneVerdict: ("period", "basis", "key", "area_id"),
}
"""What a verdict of each kind is on."""

TOLD = {Verdict: ("area_id",), SiteVerdict: ("area_code", "capable", "reached"), MilestoneVerdict: ("area_id",)}
"""The area that it belongs to, and what of it the verdicts above are given by."""

SAID = {
    Verdict: ("outcome", "reference", "covered", "criteria", "figures", "inputs", "ledger"),
    SiteVerdict: ("area_code", "capable", "reason", "reached", "operators", "nearest_m", "inputs"),
    MilestoneVerdict: tuple("due scored status first_met held passed failed unknown total needed missing".split()),
}
"""What it says, and what that was computed from."""

written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
"""JSON in the one way that digests are taken over."""


class VerdictRow(NamedTuple):
    """A verdict about to be stored; ``said`` holds the values of SAID, JSON as text."""

    subject: tuple
    said: tuple
    digest: str


@dataclass(frozen=True)
class Stamp:
    """What every verdict of one judgement shares."""

    county: str
    plan: PlanVersion
    judged_at: datetime

    def seal(self, subject: tuple, said: tuple, engine: int = VERSION) -> VerdictRow:
        """Make a verdict's row with its SHA-256 over the rules' version, the plan, the subject and all values."""
        return VerdictRow(subject, said, digest_of(engine, self.plan.digest, subject, said))


def digest_of(engine: int, plan: str, subject: Iterable, said: Iterable) -> str:
    """SHA-256 over the rules' version, the plan's digest, the subject and all values of a verdict, JSON as text; hexadecimal."""
    return hashlib.sha256("\0".join(map(str, (engine, plan, *subject, *said))).encode()).hexdigest()


def columns(model) -> tuple[str, ...]:
    """The columns of a ``VerdictRow`` and its ``Stamp``, as they are stored."""
    return (*SUBJECTS[model], *SAID[model], "digest", "county", "plan_id", "judged_at")


class Writer:
    """The verdicts of a period, given on each basis; what both bases share is written once."""

    def __init__(self, period: Period, stamp: Stamp) -> None:
        self.period, self.facts, self.stamp = period, period.facts, stamp
        self._leaves: dict[int, tuple] = {}
        self._said: dict[Standing, list[tuple[int, tuple]]] = {}
        self._standards = {
            kind: {
                each.key: {"threshold": str(each.threshold), "clause": each.source.clause, "role": each.role}
                for each in period.county.plan.criteria_of(kind)
            }
            for kind in KINDS
        }

    def sites(self, surveyed: Surveyed, numbers: dict[str, int], chosen: np.ndarray) -> Iterator[VerdictRow]:
        """The verdicts on those of the sites that are in force; ``numbers`` are the sites' primary keys."""
        documents, evidence = SiteDocuments(self.period), SiteEvidence(self.period, surveyed)
        code, period = self.facts.areas.code, str(self.period.quarter)
        for row in np.flatnonzero(self.period.sites_in_force & chosen).tolist():
            verdict = documents.of(row)
            said = (
                code[surveyed.area[row]],
                verdict["capable"],
                verdict["reason"],
                verdict["reached"],
                written(verdict["operators"]),
                verdict["nearest_m"],
                written(evidence.of(row)),
            )
            yield self.stamp.seal((period, numbers[verdict["site_id"]]), said)

    def areas(self, basis: str, chosen: np.ndarray) -> Iterator[VerdictRow]:
        """The verdicts on those of the areas that are in force; on each basis the same are chosen."""
        standing, period = self.period.standing(basis), str(self.period.quarter)
        if standing not in self._said:
            self._said[standing] = self._say(standing, basis, np.flatnonzero(self.period.areas_in_force & chosen))
        for row, said in self._said[standing]:
            yield self.stamp.seal((period, basis, self.facts.areas.code[row]), said)

    def _say(self, standing: Standing, basis: str, rows: np.ndarray) -> list[tuple[int, tuple]]:
        """What is said of areas, by row."""
        documents, inputs = AreaDocuments(standing), _Inputs(self, standing, basis)
        said = []
        for row in rows.tolist():
            values = self._leaves.get(row) or self._values(documents.of(row), inputs.of(row), inputs.ledger[row])
            if documents.kind[row] in LEAVES:
                self._leaves[row] = values
            said.append((row, values))
        return said

    @staticmethod
    def _values(verdict: dict, inputs: dict, ledger: list[int]) -> tuple:
        is_leaf = verdict["kind"] in LEAVES
        return (
            verdict["outcome"],
            verdict["reference"],
            verdict.get("covered", ""),
            written(verdict["criteria"]),
            written({name: verdict[name] for name in ("coverage", "penetration") if name in verdict}),
            written(inputs),
            None if is_leaf else written(ledger),
        )

    def standards(self, kind: str) -> dict:
        """By which thresholds and clauses a kind of area is judged."""
        return self._standards[kind]

    @cached_property
    def sites_of(self) -> dict[int, list]:
        """The sites in force of each leaf: number, kind, capable, reached."""
        facts, sites = self.facts, self.period.sites
        at_leaf = self.period.sites_in_force & facts.areas.of(*LEAVES)[facts.sites.area]
        rows = np.flatnonzero(at_leaf)
        found: dict[int, list] = {}
        columns = (rows, facts.sites.area[rows], facts.sites.kind[rows], sites.state[rows], sites.reached[rows])
        for row, area, kind, state, reached in zip(*(column.tolist() for column in columns), strict=True):
            entry = [facts.sites.site_id[row], SITE_KINDS[kind], ANSWER_WORDS[state], ANSWER_WORDS[reached]]
            found.setdefault(area, []).append(entry)
        return found


class _Inputs:
    """What each area's criteria were computed from, and by which thresholds and clauses.

    Leaves name their sites, villages their natural villages; above them the ledger says what was counted.
    """

    def __init__(self, writer: Writer, standing: Standing, basis: str) -> None:
        self.writer, self.areas, self.state = writer, standing.areas, standing.state.tolist()
        self.ledger = standing.ledger.counts.tolist()
        returns = writer.facts.returns.get((str(writer.period.quarter), basis))
        self.lines = dict(zip(returns.area.tolist(), returns.figures.tolist(), strict=True)) if returns else {}
        self.households = self.areas.permanent_households.tolist()
        self.natural_villages: dict[int, list] = {}
        in_scope = np.flatnonzero(standing.places.in_scope)
        for row, parent in zip(in_scope.tolist(), self.areas.parent[in_scope].tolist(), strict=True):
            entry = [self.areas.code[row], AREA_WORDS[self.state[row]]]
            self.natural_villages.setdefault(parent, []).append(entry)

    def of(self, row: int) -> dict:
        kind = KINDS[self.areas.kind[row]]
        given: dict = {"standards": self.writer.standards(kind)}
        if kind in LEAVES:
            given["sites"] = self.writer.sites_of.get(row, [])
        if kind == "natural_village":
            given["permanent_households"] = self.households[row]
        if kind in VILLAGE_LEVEL:
            given["natural_villages"] = self.natural_villages.get(row, [])
            if row in self.lines:
                given["return"] = dict(zip(FIGURES, self.lines[row], strict=True))
        return given


Answer = tuple[str, str, bool | None]
"""What TOLD names of a site: its area, whether it is capable, whether it is reached."""


def turned_answers(
    before: dict[tuple, Answer], given: Iterable[VerdictRow]
) -> Iterator[tuple[tuple, Answer | None, Answer | None]]:
    """The sites whose answer differs from before: subject, old and new answer; None where there is none."""
    place = [SAID[SiteVerdict].index(name) for name in TOLD[SiteVerdict]]
    after = {each.subject: tuple(each.said[number] for number in place) for each in given}
    for subject in before.keys() | after.keys():
        was, now = before.get(subject), after.get(subject)
        if was != now:
            yield subject, was, now


def milestone(entry: dict, quarter: Quarter, basis: str, stamp: Stamp) -> VerdictRow:
    """How a milestone stands in a scope, seen from the quarter."""
    said = tuple(entry[name] or "" if name == "first_met" else entry[name] for name in SAID[MilestoneVerdict])
    return stamp.seal((str(quarter), basis, entry["key"], entry["scope"]), said)
