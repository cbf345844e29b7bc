"""What a sample tells: how many failed of how many, between which shares the whole lies, and what is still open."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from inspection.spotcheck.design import drawn, frame_digest
from inspection.spotcheck.estimates import (
    Estimate,
    Interval,
    IntervalReading,
    StratumTally,
    clustered,
    reading,
    stratified,
)
from inspection.spotcheck.models import FindingOutcome, Item, Sample, SampleFinding


@dataclass(frozen=True)
class MemberRow:
    """A member of a sample with its latest finding, None while nothing was entered; ``recheck``: the latest look after the conclusion.

    ``is_open``: something may be entered of it.
    """

    item: Item
    finding: SampleFinding | None
    corrections: int
    recheck: SampleFinding | None
    is_open: bool

    @property
    def outcome(self) -> str:
        return self.finding.outcome if self.finding else ""


@dataclass(frozen=True)
class StratumRow:
    """A stratum of the population: its members, how many were drawn and how probable that was, what was found."""

    name: str
    whole: int
    drawn: int
    probability: str
    checked: int
    failed: int


class SampleResult:
    """A sample with its findings; three queries, however large it is."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample

    @cached_property
    def rows(self) -> list[MemberRow]:
        findings: dict[int, list[SampleFinding]] = {}
        for finding in (
            SampleFinding.objects.filter(item__sample=self.sample).select_related("by").prefetch_related("photos")
        ):
            findings.setdefault(finding.item_id, []).append(finding)
        items = self.sample.items.select_related("site", "area").order_by("order")
        return [_row(self.sample, item, findings.get(item.pk, [])) for item in items]

    @cached_property
    def counts(self) -> Counter:
        return Counter(row.outcome for row in self.rows)

    @property
    def failed(self) -> int:
        return self.counts[FindingOutcome.FAILED]

    @property
    def checked(self) -> int:
        return self.counts[FindingOutcome.PASSED] + self.failed

    @property
    def unreached(self) -> int:
        return self.counts[FindingOutcome.UNREACHED]

    @property
    def waiting(self) -> int:
        return self.counts[""]

    @property
    def whole(self) -> int:
        return len(self.sample.population)

    @cached_property
    def estimate(self) -> Estimate:
        """By the way in which was drawn, each member counted for those that it stands for."""
        tallies = [StratumTally(row.whole, row.checked, row.failed) for row in self.strata]
        level = Fraction(self.sample.confidence)
        if self.sample.villages is None:
            return stratified(tallies, level)
        went = [tally for tally, row in zip(tallies, self.strata, strict=True) if row.drawn]
        return clustered(went, [row.whole for row in self.strata if not row.drawn], level)

    @property
    def interval(self) -> Interval:
        return self.estimate.interval

    @property
    def reading(self) -> IntervalReading:
        return reading(self.interval, self.sample.allowed)

    @cached_property
    def strata(self) -> list[StratumRow]:
        whole = Counter(stratum for _, stratum in self.sample.population)
        rows: dict[str, list[MemberRow]] = {name: [] for name in whole}
        for row in self.rows:
            rows[row.item.stratum].append(row)
        return [_stratum(name, whole[name], rows[name]) for name in sorted(whole)]


def _row(sample: Sample, item: Item, findings: list[SampleFinding]) -> MemberRow:
    own = [each for each in findings if not each.is_recheck]
    again = [each for each in findings if each.is_recheck]
    finding, recheck = own[-1] if own else None, again[-1] if again else None
    return MemberRow(item, finding, max(len(own) - 1, 0), recheck, sample.takes(findings))


def _stratum(name: str, whole: int, rows: list[MemberRow]) -> StratumRow:
    outcomes = Counter(row.outcome for row in rows)
    failed = outcomes[FindingOutcome.FAILED]
    probability = rows[0].item.probability if rows else ""
    return StratumRow(name, whole, len(rows), probability, failed + outcomes[FindingOutcome.PASSED], failed)


def is_as_drawn(sample: Sample) -> bool:
    """Whether list, parts and seed still give this very sample, each member with its probability."""
    if {stratum for _, stratum in sample.population} != set(sample.parts):
        return False
    drawn_again = drawn(sample.population, sample.parts, sample.seed, sample.villages)
    again = [(each.key, str(each.probability)) for each in drawn_again]
    kept = list(sample.items.order_by("order").values_list("key", "probability"))
    return frame_digest(sample.population) == sample.population_digest and again == kept
