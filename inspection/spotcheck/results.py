"""What a sample tells: how many failed of how many, between which shares the whole lies, and what is still open."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from inspection.spotcheck.drawing import Member, drawn, frame_digest
from inspection.spotcheck.intervals import Interval, IntervalReading, clopper_pearson, finite, reading
from inspection.spotcheck.models import FindingOutcome, Item, Sample, SampleFinding


@dataclass(frozen=True)
class MemberRow:
    """A member of a sample with its latest finding; None while nothing was entered."""

    item: Item
    finding: SampleFinding | None
    corrections: int

    @property
    def outcome(self) -> str:
        return self.finding.outcome if self.finding else ""


@dataclass(frozen=True)
class Stratum:
    """A stratum of the population: how many members it has, and how many were drawn."""

    name: str
    whole: int
    drawn: int


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
        return [
            MemberRow(item, found[-1] if found else None, max(len(found) - 1, 0))
            for item in items
            for found in [findings.get(item.pk, [])]
        ]

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
    def interval(self) -> Interval:
        """The one that counts: the list is complete, and was drawn from without replacement."""
        return finite(self.failed, self.checked, self.whole)

    @cached_property
    def endless(self) -> Interval:
        return clopper_pearson(self.failed, self.checked)

    @property
    def reading(self) -> IntervalReading:
        return reading(self.interval, self.sample.allowed)

    @cached_property
    def strata(self) -> list[Stratum]:
        whole = Counter(stratum for _, stratum in self.sample.population)
        taken = Counter(row.item.stratum for row in self.rows)
        return [Stratum(name, count, taken[name]) for name, count in sorted(whole.items())]


def is_as_drawn(sample: Sample) -> bool:
    """Whether list and seed still give this very sample."""
    members = [Member(key, stratum) for key, stratum in sample.population]
    again = [each.member.key for each in drawn(members, sample.size, sample.seed)]
    kept = list(sample.items.order_by("order").values_list("key", flat=True))
    return frame_digest(members) == sample.population_digest and again == kept
