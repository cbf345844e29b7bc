"""Verdicts as rows to be stored: with their inputs, thresholds and clauses, and a digest over all of it."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat

from acceptance import documents
from acceptance.evidence import SiteEvidence
from acceptance.models import MilestoneVerdict, PlanVersion, SiteVerdict, Verdict
from acceptance.rules import VERSION
from acceptance.rules.ledger import FIGURES
from acceptance.rules.judge import Period
from acceptance.rules.plan import KINDS, SITE_KINDS
from acceptance.rules.shares import ANSWER_WORDS, AREA_WORDS
from acceptance.rules.standards import LEAVES, VILLAGE_LEVEL
from areas.models import Site
from areas.periods import Quarter

@dataclass(frozen=True)
class Stamp:
    """What every verdict of one judgement shares."""

    county: str
    plan: PlanVersion
    judged_at: datetime

    def on(self, quarter: Quarter) -> dict:
        return {"county": self.county, "period": str(quarter), "plan": self.plan, "judged_at": self.judged_at}


def digest(plan: PlanVersion, *content) -> str:
    """SHA-256 over the plan and everything that a verdict says and was computed from."""
    text = json.dumps([VERSION, plan.digest, *content], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Subject:
    """What verdicts of a kind are on: read from a verdict, and as an expression of its row."""

    of: Callable
    expression: F | Concat


SUBJECTS = {
    Verdict: Subject(lambda verdict: verdict.area_id, F("area_id")),
    SiteVerdict: Subject(lambda verdict: verdict.site_id, F("site_id")),
    MilestoneVerdict: Subject(
        lambda verdict: f"{verdict.key} {verdict.area_id}", Concat(F("key"), Value(" "), F("area_id"))
    ),
}


def digests(standing: QuerySet) -> Iterator[tuple]:
    """Subject, pk and digest of stored verdicts."""
    return standing.order_by().values_list(SUBJECTS[standing.model].expression, "pk", "digest").iterator()


def area_verdicts(period: Period, basis: str, stamp: Stamp) -> list[Verdict]:
    """The verdicts on every area in force."""
    inputs = Inputs(period, basis)
    shared = stamp.on(period.quarter) | {"basis": basis}
    return [_area_verdict(inputs, row, shared) for row in documents.areas_listed(period, stamp.county)]


def _area_verdict(inputs: "Inputs", row: int, shared: dict) -> Verdict:
    said = documents.area_verdict(inputs.standing, row)
    content: dict = {
        "area_id": said["code"],
        "outcome": said["outcome"],
        "reference": said["reference"],
        "covered": said.get("covered", ""),
        "criteria": said["criteria"],
        "figures": {name: said[name] for name in ("coverage", "penetration") if name in said},
        "inputs": inputs.of(row),
    }
    if said["kind"] not in LEAVES:
        content["ledger"] = inputs.standing.ledger.counts[row].tolist()
    return Verdict(**content, **shared, digest=digest(shared["plan"], shared["period"], shared["basis"], content))


class Inputs:
    """What each area's criteria were computed from, and by which thresholds and clauses.

    Leaves name their sites, villages their natural villages; above them the ledger says what was counted.
    """

    def __init__(self, period: Period, basis: str) -> None:
        self.facts, self.standing = period.county.facts, period.standing(basis)
        self.standards = {
            kind: {
                each.key: {"threshold": str(each.threshold), "clause": each.source.clause, "role": each.role}
                for each in period.county.plan.criteria_of(kind)
            }
            for kind in KINDS
        }
        returns = self.facts.returns.get((str(period.quarter), basis))
        self.lines = dict(zip(returns.area.tolist(), returns.figures.tolist(), strict=True)) if returns else {}
        self.natural_villages = self._natural_villages()
        self.sites = self._sites(period)

    def _natural_villages(self) -> dict[int, list]:
        """The natural villages in scope of each village or community, with their outcome."""
        found: dict[int, list] = {}
        areas, state = self.facts.areas, self.standing.state
        for row in np.flatnonzero(self.standing.places.in_scope).tolist():
            found.setdefault(int(areas.parent[row]), []).append([areas.code[row], AREA_WORDS[state[row]]])
        return found

    def _sites(self, period: Period) -> dict[int, list]:
        """The sites in force of each leaf: number, kind, capable, reached."""
        facts = self.facts
        found: dict[int, list] = {}
        at_leaf = period.sites_in_force & facts.areas.of(*LEAVES)[facts.sites.area]
        for row in np.flatnonzero(at_leaf).tolist():
            entry = [
                facts.sites.site_id[row],
                SITE_KINDS[facts.sites.kind[row]],
                ANSWER_WORDS[period.sites.state[row]],
                ANSWER_WORDS[period.sites.reached[row]],
            ]
            found.setdefault(int(facts.sites.area[row]), []).append(entry)
        return found

    def of(self, row: int) -> dict:
        kind = KINDS[self.facts.areas.kind[row]]
        given: dict = {"standards": self.standards[kind]}
        if kind in LEAVES:
            given["sites"] = self.sites.get(row, [])
        if kind == "natural_village":
            given["permanent_households"] = int(self.facts.areas.permanent_households[row])
        if kind in VILLAGE_LEVEL:
            given["natural_villages"] = self.natural_villages.get(row, [])
            if row in self.lines:
                given["return"] = dict(zip(FIGURES, self.lines[row], strict=True))
        return given


def site_verdicts(period: Period, stamp: Stamp) -> list[SiteVerdict]:
    """The verdicts on every site in force."""
    facts, evidence, shared = period.county.facts, SiteEvidence(period), stamp.on(period.quarter)
    numbers = dict(Site.objects.filter(county=stamp.county).values_list("site_id", "pk"))
    verdicts = []
    for row in documents.sites_listed(period, stamp.county):
        said = documents.site_verdict(period, row)
        content = {name: said[name] for name in ("capable", "reason", "reached", "operators", "nearest_m")}
        content["inputs"] = evidence.of(row)
        content["area_code"] = facts.areas.code[facts.sites.area[row]]
        sealed = digest(shared["plan"], shared["period"], said["site_id"], content)
        verdicts.append(SiteVerdict(site_id=numbers[said["site_id"]], **content, **shared, digest=sealed))
    return verdicts


def milestone_verdict(entry: dict, quarter: Quarter, basis: str, stamp: Stamp) -> MilestoneVerdict:
    """How a milestone stands in a scope, seen from the quarter."""
    sealed = digest(stamp.plan, str(quarter), basis, entry)
    content = entry | {"first_met": entry["first_met"] or ""}
    return MilestoneVerdict(area_id=content.pop("scope"), **content, **stamp.on(quarter), basis=basis, digest=sealed)
