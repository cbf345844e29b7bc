"""Which villages are drawn from more densely, and why: what was changed of late, nobody counted, or failed before."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from areas.models import Area
from common.periods import Quarter
from inspection.spotcheck.models import FindingOutcome, SampleFinding, SampleState
from proposals.models import ProposalItem
from proposals.vocabulary import Door
from returns.models import OperatorCount

VILLAGE_DIGITS = 12
QUARTERS = 2
"""How far back a change of the register counts, the sample's own quarter included."""


@dataclass(frozen=True)
class RiskFacts:
    """The codes of villages of which something was changed of late, which not all operators counted, in which something failed."""

    changed: frozenset[str] = frozenset()
    uncounted: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()

    def of(self, village: str) -> Iterator[str]:
        """What speaks for looking at a village more closely, in words."""
        if village in self.changed:
            yield "近两季改过户数或点位"
        if village in self.uncounted:
            yield "运营企业没有核对"
        if village in self.failed:
            yield "以往抽查有不合格"


def weight(facts: RiskFacts, village: str) -> Fraction:
    """What a member of the village counts for when the sample is shared out: 1, and 1 more for each thing that speaks for it."""
    return Fraction(1 + sum(1 for _ in facts.of(village)))


def weights(facts: RiskFacts, villages: Iterable[str]) -> Mapping[str, Fraction]:
    """By the villages' names as members bear them, which begin with the code."""
    return {village: weight(facts, village.split(" ")[0]) for village in villages}


def facts_of(township: Area, quarter: Quarter, villages: Iterable[str]) -> RiskFacts:
    """The facts of the township's villages before a quarter is reported; three queries."""
    since = quarter.plus(1 - QUARTERS).first_day
    codes = {village.split(" ")[0] for village in villages}
    applied = ProposalItem.objects.applied().filter(area_code__startswith=township.code, decided_at__date__gte=since)
    changed = applied.exclude(proposal__source=Door.IMPORT).order_by().values_list("area_code", flat=True)
    counts = OperatorCount.objects.filter(area__code__startswith=township.code, period=str(quarter))
    earlier = SampleFinding.objects.filter(item__sample__township=township, outcome=FindingOutcome.FAILED)
    failed = earlier.exclude(item__sample__state=SampleState.VOID).order_by().values_list("item__area_id", flat=True)
    return RiskFacts(_villages(changed), frozenset(codes - counts.sums().keys()), _villages(failed))


def _villages(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(code[:VILLAGE_DIGITS] for code in codes if len(code) >= VILLAGE_DIGITS)
