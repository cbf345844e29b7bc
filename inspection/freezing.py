"""Freezing verdicts for a report, and comparing them with what is judged now."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from acceptance.judging.judging import ensure_current
from acceptance.judging.rows import written
from acceptance.models import Basis, PlanVersion, Verdict
from acceptance.rules import VERSION
from acceptance.rules.plan import Plan
from acceptance.verification.faults import plan_of
from areas.models import Area
from common import clock
from inspection.digests import digest, holds
from inspection.models import FrozenVerdict, Report, Unit

BASIS = Basis.APPROVED
"""Reports rest on approved figures alone."""


def current_verdicts(county: str, period: str, codes: Iterable[str]) -> dict[str, Verdict]:
    """The verdicts that stand now, judged again where facts have changed, by the area's code."""
    ensure_current(county)
    found = Verdict.objects.standing().filter(period=period, basis=BASIS, area_id__in=list(codes))
    return {verdict.area_id: verdict for verdict in found.select_related("area__parent", "plan")}


def freeze(report: Report, verdicts: Iterable[Verdict], by) -> dict[str, FrozenVerdict]:
    """Keep verdicts as they stand, each with its digest, by the area's code."""
    at = clock.now()
    rows = [_frozen(report, verdict, at, by) for verdict in verdicts]
    return {row.area_id: row for row in FrozenVerdict.objects.bulk_create(rows)}


def _frozen(report: Report, verdict: Verdict, at, by) -> FrozenVerdict:
    text = written(_said(verdict))
    algorithm, value = digest(text.encode())
    return FrozenVerdict(
        report=report,
        area_id=verdict.area_id,
        verdict=verdict,
        text=text,
        algorithm=algorithm,
        digest=value,
        frozen_at=at,
        frozen_by=by,
    )


def _said(verdict: Verdict) -> dict:
    """Everything that the verdict says, and by which plan and rules."""
    area: Area = verdict.area
    return {
        "area": area.code,
        "name": area.name,
        "kind": area.kind,
        "period": verdict.period,
        "basis": verdict.basis,
        "outcome": verdict.outcome,
        "reference": verdict.reference,
        "covered": verdict.covered,
        "criteria": verdict.criteria,
        "figures": verdict.figures,
        "inputs": verdict.inputs,
        "ledger": verdict.ledger,
        "plan": {"key": verdict.plan.key, "digest": verdict.plan.digest},
        "rules": VERSION,
        "judged_at": verdict.judged_at.isoformat(),
        "verdict_digest": verdict.digest,
    }


@lru_cache(maxsize=8)
def plan_by(plan_digest: str) -> Plan:
    """The plan that has the digest, as it was stored when it was judged by."""
    return plan_of(PlanVersion.objects.get(digest=plan_digest).text)


def is_intact(frozen: FrozenVerdict) -> bool:
    """Whether the frozen text still has its digest."""
    return holds(frozen.text.encode(), frozen.algorithm, frozen.digest)


@dataclass(frozen=True)
class VerdictChange:
    """The difference between a frozen verdict and the current one; ``now`` is None where there is none any more."""

    unit: Unit
    now: Verdict | None

    @property
    def is_fallen(self) -> bool:
        """Whether the unit no longer meets the standard."""
        return self.now is None or self.now.outcome != "achieved"

    @property
    def criteria(self) -> dict[str, dict]:
        """The criteria whose figures differ, as they are now, by key."""
        before = {row["key"]: row for row in self.unit.frozen.said["criteria"]}
        return {row["key"]: row for row in (self.now.criteria if self.now else ()) if row != before.get(row["key"])}


def changes(units: Iterable[Unit]) -> dict[int, VerdictChange]:
    """The units of a report whose verdict is no longer the frozen one, by primary key."""
    units = list(units)
    if not units:
        return {}
    report = units[0].report
    now = current_verdicts(report.county, report.period, [unit.area_id for unit in units])
    return {
        unit.pk: VerdictChange(unit, now.get(unit.area_id))
        for unit in units
        if unit.area_id not in now or now[unit.area_id].digest != unit.frozen.said["verdict_digest"]
    }
