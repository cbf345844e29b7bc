"""Who decides on reported units, and what becomes of the bad ones: the old way, the new, and as many minutes spent otherwise.

What speaks against a unit the portal says (``inspection.desk.signals``); what people make of it is presumed
(``planting.presumptions``). Nobody here knows more of a unit than its parts and what was found on the spot.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import prod

import numpy as np

from areas.vocabulary import LEAVES
from inspection.desk import signals
from inspection.desk.risk import Risk, margin
from inspection.freezing import KINDS
from inspection.spotcheck.models import FindingOutcome, SampleFinding
from planting.counties import ReportedCounty, ReportedUnit
from planting.presumptions import PeopleChances, PlantedKind


class Stop(StrEnum):
    """What kept a unit from its plaque."""

    EVIDENCE = "no evidence"
    SAMPLE = "sample"
    BENEATH = "beneath it"
    REVIEWER = "reviewer"
    HEAD = "head"
    GOVERNMENT = "government"
    PUBLIC = "public"


@dataclass(frozen=True)
class DecidedUnit:
    """A unit and where it was stopped, None: it has its plaque."""

    reported: ReportedUnit
    stop: Stop | None
    is_clean: bool
    """Whether it stood on the clean block."""
    is_found_at_random: bool
    """Whether it is found where the reviewer's minutes are spent on visits alone."""


@dataclass
class DecidedReport:
    """The units of a report, and the minutes that it took."""

    units: list[DecidedUnit]
    reviewer: float
    others: float
    old: float


def decide(county: ReportedCounty, people: PeopleChances, chances: random.Random) -> list[DecidedReport]:
    """Every report of a county decided."""
    risks = signals.risks([each.unit for each in county.units])
    failed = set(
        SampleFinding.objects.filter(
            item__sample__township__in=county.visited, outcome=FindingOutcome.FAILED
        ).values_list("item__key", flat=True)
    )
    return [_Desk(county, town, people, chances, failed, risks).report() for town in county.visited]


class _Desk:
    """One report on the way through all hands."""

    def __init__(
        self,
        county: ReportedCounty,
        town: str,
        people: PeopleChances,
        chances: random.Random,
        failed: set[str],
        risks: dict[int, Risk],
    ) -> None:
        self.units = [each for each in county.units if each.unit.area_id.startswith(town)]
        self.unsent = [each for each in county.unsent if each.unit.area_id.startswith(town)]
        self.visited, self.people, self.chances = county.visited[town], people, chances
        self.failed, self.risks = failed, risks
        self.returned: dict[str, int] = defaultdict(int)
        """How many units directly beneath were sent back, by the code of what is above."""
        self.reviewer = people.minutes_batch + people.minutes_sample + self.visited * people.minutes_visit
        self.others = people.minutes_batch

    def report(self) -> DecidedReport:
        found: list[tuple[ReportedUnit, Stop | None]] = [(each, Stop.EVIDENCE) for each in self.unsent]
        for each in self.unsent:
            self.returned[each.unit.area_id[:-3]] += 1
        for each in sorted(self.units, key=lambda each: -KINDS.index(each.unit.kind)):
            stop = self._stop(each)
            self.returned[each.unit.area_id[:-3]] += stop is not None
            found.append((each, stop))
        lucky = self._found_at_random()
        decided = [DecidedUnit(each, stop, self._is_clean(each), each.unit.pk in lucky) for each, stop in found]
        return DecidedReport(decided, self.reviewer, self.others, self.people.minutes_batch)

    def _happens(self, chance: float) -> bool:
        return self.chances.random() < chance

    def _is_clean(self, each: ReportedUnit) -> bool:
        return each.unit.pk in self.risks and self.risks[each.unit.pk].is_clean

    def _stop(self, each: ReportedUnit) -> Stop | None:
        """By whom the unit is sent back; the minutes are counted on the way."""
        people, against = self.people, self.risks[each.unit.pk]
        if each.unit.area_id in self.failed:
            return self._sent_back(Stop.SAMPLE)
        if self._rests_on_too_few(each):
            return self._sent_back(Stop.BENEATH)
        chance = self._chance(each, against)
        if not against.is_clean:
            self.reviewer += people.minutes_unit
            if self._happens(chance):
                return self._sent_back(Stop.REVIEWER)
            self.others += people.minutes_second
            if each.is_bad and self._happens(chance * people.second_eyes):
                return Stop.HEAD
        if against.is_high:
            self.others += people.minutes_second
            if each.is_bad and self._happens(chance * people.second_eyes):
                return Stop.GOVERNMENT
        return Stop.PUBLIC if each.is_bad and self._happens(people.objected) else None

    def _sent_back(self, stop: Stop) -> Stop:
        self.reviewer += self.people.minutes_return
        return stop

    def _rests_on_too_few(self, each: ReportedUnit) -> bool:
        """Whether so much beneath it was sent back that its share is met no longer."""
        hard = [row for row in each.unit.frozen.said["criteria"] if row["role"] == "hard"]
        lost = self.returned[each.unit.area_id]
        return lost > 0 and any((left := margin(row)) is not None and left < lost for row in hard)

    def _chance(self, each: ReportedUnit, against: Risk) -> float:
        """How probable it is that a reviewer who is shown these parts sends the unit back."""
        kinds = {part.kind for part in against.parts}
        if not (each.is_bad and each.fault):
            return 1 - prod(1 - self.people.wrongs.get(kind, 0.0) for kind in kinds)
        follows = (self.people.follows.get(kind, ((), 0.0)) for kind in kinds)
        missed = prod(1 - chance for faults, chance in follows if each.fault in faults)
        return 1 - missed * (1 - self.people.stumbles) if kinds else 0.0

    def _found_at_random(self) -> set[int]:
        """What would be found, were the reviewer's minutes spent on visits to natural villages drawn at random, and on nothing else."""
        leaves = [each for each in (*self.units, *self.unsent) if each.unit.kind in LEAVES]
        visits = (self.reviewer - self.people.minutes_batch) / self.people.minutes_visit
        count = min(len(leaves), int(visits) + self._happens(visits % 1))
        return {
            each.unit.pk
            for each in self.chances.sample(leaves, count)
            if each.is_bad and each.fault and self._happens(self.people.visit_finds[each.fault])
        }


# ------------------------------------------------ what came of it


@dataclass
class Outcome:
    """All reports of a run."""

    reports: list[DecidedReport] = field(default_factory=list)

    def planted(self, kind: PlantedKind | None = None) -> list[DecidedUnit]:
        """The bad units with a fault of their own, of one kind or of all."""
        return [each for each in self.units if is_planted(each.reported) and kind in (None, each.reported.fault)]

    def resting(self) -> list[DecidedUnit]:
        """The bad units that have no fault of their own, and rest on bad ones."""
        return [each for each in self.units if each.reported.is_bad and not is_planted(each.reported)]

    def good(self) -> list[DecidedUnit]:
        return [each for each in self.units if not each.reported.is_bad]

    def clean(self) -> list[DecidedUnit]:
        """What was passed together without being looked at, unless something beneath it fell, or the sample found it."""
        return [each for each in self.units if each.is_clean]

    @property
    def units(self) -> list[DecidedUnit]:
        return [each for report in self.reports for each in report.units]

    def minutes(self, of: str) -> float:
        return sum(getattr(report, of) for report in self.reports)

    def interval(self, kind: PlantedKind | None = None, times: int = 1_000) -> tuple[float, float]:
        """95 % for the share of planted units that reach a plaque, by drawing whole reports again."""
        pairs = [
            (sum(each.stop is None for each in own), len(own))
            for report in self.reports
            if (own := Outcome([report]).planted(kind))
        ]
        if not pairs:
            return 0.0, 1.0
        counts, grains = np.array(pairs), np.random.default_rng(13)
        sums = counts[grains.integers(len(pairs), size=(times, len(pairs)))].sum(axis=1)
        low, high = np.quantile(sums[:, 0] / sums[:, 1], (0.025, 0.975))
        return float(low), float(high)


def is_planted(reported: ReportedUnit) -> bool:
    return reported.is_bad and reported.fault is not None


def reached(units: Sequence[DecidedUnit]) -> float:
    """The share that has its plaque."""
    return sum(each.stop is None for each in units) / len(units) if units else 0.0


def reached_at_random(units: Sequence[DecidedUnit]) -> float:
    return sum(not each.is_found_at_random for each in units) / len(units) if units else 0.0


def stops(units: Iterable[DecidedUnit]) -> Counter[Stop]:
    return Counter(each.stop for each in units if each.stop is not None)
