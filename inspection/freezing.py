"""The verdicts that a report rests on: what they let a township report, kept as they stood, compared with those of now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.conf import settings
from django.db.models import QuerySet

from acceptance import plan as plans
from acceptance import wording
from acceptance.judging import standing
from acceptance.judging.judging import ensure_current, quarters
from acceptance.judging.rows import written
from acceptance.models import Basis, Verdict
from acceptance.rules import VERSION
from acceptance.verdicts.marks import Mark
from acceptance.verdicts.pages import lacks, mark_of
from areas.dated import then
from areas.models import Area
from areas.vocabulary import AreaKind
from common import clock
from common.digests import digest, holds
from common.exceptions import Refused
from common.periods import Quarter
from inspection.models import FrozenVerdict, Report, Unit
from returns.models import Return, ReturnState
from witness.sealing import seal

BASIS = Basis.APPROVED
"""Reports rest on approved figures alone."""


def current_verdicts(county: str, period: str, codes: Iterable[str]) -> dict[str, Verdict]:
    """The verdicts by which is decided, judged again where facts have changed, by the area's code."""
    ensure_current(county)
    return _stored(period, codes)


def shown_verdicts(county: str, period: str, codes: Iterable[str]) -> dict[str, Verdict]:
    """The verdicts that a page shows, as they stand, by the area's code."""
    standing.of(county)
    return _stored(period, codes)


def _standing(period: str, codes: Iterable[str]) -> QuerySet[Verdict]:
    found = Verdict.objects.standing().filter(period=period, basis=BASIS, area_id__in=list(codes))
    return found.select_related("plan")


def _stored(period: str, codes: Iterable[str]) -> dict[str, Verdict]:
    found = _standing(period, codes).select_related("area__parent")
    verdicts = {verdict.area_id: verdict for verdict in found}
    then([verdict.area for verdict in verdicts.values()], Quarter.parse(period).last_day)
    return verdicts


def freeze(report: Report, verdicts: Iterable[Verdict], by) -> dict[str, FrozenVerdict]:
    """Keep verdicts as they stand, each with its digest, by the area's code."""
    at = clock.now()
    rows = [_frozen(report, verdict, at, by) for verdict in verdicts]
    made = FrozenVerdict.objects.bulk_create(rows)
    seal(*made)
    return {row.area_id: row for row in made}


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


def criterion_titles(frozen: FrozenVerdict) -> dict[str, str]:
    """What each criterion asks, in words, by its key."""
    known = plans.by_digest(frozen.said["plan"]["digest"]).criteria
    return {row["key"]: wording.criterion_title(known[row["key"]]) for row in frozen.said["criteria"]}


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
    """The units, all of one quarter, whose verdict, as it stands, is no longer the frozen one, by primary key."""
    units = list(units)
    if not units:
        return {}
    report = units[0].report
    standing.of(report.county)
    stored = _standing(report.period, [unit.area_id for unit in units])
    digests = dict(stored.values_list("area_id", "digest"))
    changed = [unit for unit in units if digests.get(unit.area_id) != unit.frozen.said["verdict_digest"]]
    now = {each.area_id: each for each in stored.filter(area_id__in=[unit.area_id for unit in changed])}
    for unit in changed:
        if unit.area_id in now:
            now[unit.area_id].area = unit.area
    return {unit.pk: VerdictChange(unit, now.get(unit.area_id)) for unit in changed}


KINDS = (AreaKind.STREET, AreaKind.TOWN, AreaKind.VILLAGE, AreaKind.NATURAL_VILLAGE, AreaKind.COMPOUND)
"""What a township can ask a title for, itself first."""


@dataclass(frozen=True)
class UnitCandidate:
    """An area of the township with its verdict: whether it can be reported, and if not, why."""

    verdict: Verdict
    mark: Mark
    lacks: str
    unit: Unit | None
    """Its unit that is under way or holds the title; None when there is none."""

    @property
    def area(self) -> Area:
        return self.verdict.area

    @property
    def is_ready(self) -> bool:
        return self.verdict.outcome == "achieved" and self.unit is None


@dataclass(frozen=True)
class CandidateGroup:
    """The candidates of one kind, with the title that they can earn."""

    kind: AreaKind
    title: str
    candidates: list[UnitCandidate]

    @property
    def ready(self) -> list[UnitCandidate]:
        return [each for each in self.candidates if each.is_ready]

    @property
    def under_way(self) -> list[UnitCandidate]:
        return [each for each in self.candidates if each.unit is not None]

    @property
    def lacking(self) -> list[UnitCandidate]:
        return [each for each in self.candidates if each.unit is None and not each.is_ready]


def reportable_quarters(county: str, on: date) -> list[Quarter]:
    """The quarters that are judged and over, the latest first."""
    return [quarter for quarter in quarters(county) if quarter.last_day < on][::-1]


def has_return(township: Area, quarter: Quarter) -> bool:
    """Whether the township's return of the quarter is approved; one whose correction is under way still is."""
    rows = Return.objects.filter(township=township.code, period=str(quarter), state=ReturnState.APPROVED)
    return rows.exists()


def may_report(township: Area, quarter: Quarter) -> bool:
    """Whether there is the approved return that a report rests on, or none is asked for."""
    return not settings.INSPECTION_NEEDS_RETURN or has_return(township, quarter)


NO_RETURN = "{township}{quarter}季报尚未审核通过，不能申报；请先报送季报，审核通过后再申报。"


def require_return(township: Area, quarter: Quarter) -> None:
    """Refused where the township has no approved return of the quarter, unless the setting lets it report without."""
    if not may_report(township, quarter):
        raise Refused(NO_RETURN.format(township=township.name, quarter=quarter.label))


def groups(township: Area, quarter: Quarter, report: Report | None = None) -> list[CandidateGroup]:
    """All areas of the township that the plan gives a title, by kind; units of ``report`` itself count as free."""
    plan = standing.of(township.county).plan
    codes = Area.objects.beneath(township.code).filter(kind__in=KINDS).values_list("code", flat=True)
    verdicts = shown_verdicts(township.county, str(quarter), codes)
    live = Unit.objects.live().filter(area_id__in=verdicts).select_related("report")
    units = {unit.area_id: unit for unit in live if report is None or unit.report_id != report.pk}
    judged = [each for each in verdicts.values() if each.outcome != "not_applicable"]
    judged.sort(key=lambda verdict: (KINDS.index(verdict.area.kind), verdict.area_id))
    return [
        CandidateGroup(kind, plan.titles[kind].name, [_candidate(plan, each, units) for each in of_kind])
        for kind, of_kind in groupby(judged, key=lambda verdict: AreaKind(verdict.area.kind))
    ]


def _candidate(plan, verdict: Verdict, units: dict[str, Unit]) -> UnitCandidate:
    return UnitCandidate(verdict, mark_of(verdict), lacks(plan, verdict), units.get(verdict.area_id))


@dataclass(frozen=True)
class UnitFault:
    """Why a unit cannot be reported, in a sentence, with the area that it is about."""

    area: Area
    sentence: str


def faults(verdicts: Iterable[Verdict]) -> list[UnitFault]:
    """The verdicts that are not achieved: what is missing, or which figure would decide."""
    plan = plans.current()
    return [UnitFault(verdict.area, _fault(plan, verdict)) for verdict in verdicts if verdict.outcome != "achieved"]


def _fault(plan, verdict: Verdict) -> str:
    if verdict.outcome == "not_applicable":
        return f"{verdict.area.full_name}不在评定范围内，不能申报。"
    if verdict.outcome == "undetermined":
        return f"{verdict.area.full_name}数据不全，暂不能判定是否达标。{lacks(plan, verdict)}"
    return f"{verdict.area.full_name}未达标，差距：{lacks(plan, verdict)}"
