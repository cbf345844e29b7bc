"""What a township may report for a quarter: what meets the standard, what is under way, and what lacks what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from acceptance import plan as plans
from acceptance.judging.judging import quarters
from acceptance.models import Verdict
from acceptance.verdicts.marks import Mark
from acceptance.verdicts.pages import lacks, mark_of
from areas.models import Area
from areas.vocabulary import LEAVES, AreaKind
from common.periods import Quarter
from inspection.freezing import current_verdicts
from inspection.models import Report, Unit

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
    def within(self) -> str:
        """The village or community in which a leaf lies, for leaves share names; blank for others."""
        return self.area.parent.name if self.area.kind in LEAVES else ""

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


def groups(township: Area, quarter: Quarter, report: Report | None = None) -> list[CandidateGroup]:
    """All areas of the township that the plan gives a title, by kind; units of ``report`` itself count as free."""
    plan = plans.current()
    codes = Area.objects.beneath(township.code).filter(kind__in=KINDS).values_list("code", flat=True)
    verdicts = current_verdicts(township.county, str(quarter), codes)
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
        return f"{verdict.area.name}不在评定范围内，不能申报。"
    if verdict.outcome == "undetermined":
        return f"{verdict.area.name}数据不全，暂不能判定是否达标。{lacks(plan, verdict)}"
    return f"{verdict.area.name}未达标，还差：{lacks(plan, verdict)}"
