"""Populations of which the truth is known, samples drawn of them by the portal's designs, and how often an interval holds it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from acceptance.rules.plan import Sampling, Source
from inspection.spotcheck.design import Member, PlannedStratum, by_villages, planned
from inspection.spotcheck.estimates import Interval, StratumTally, clustered, stratified

RULE = Sampling(Fraction(1, 10), Fraction(95, 100), 1, 1, False, True, Source("", "", ()))
"""As the plan file of the district has it."""


@dataclass(frozen=True)
class KnownPopulation:
    """Villages with their kinds: members and failures of each; ``weights`` by village where strata at risk count more."""

    name: str
    cells: dict[tuple[str, str], tuple[int, int]]
    weights: dict[str, Fraction] = field(default_factory=dict)

    @property
    def members(self) -> list[Member]:
        return [
            Member(f"{village}-{kind}-{number:03d}", village, kind)
            for (village, kind), (size, _) in self.cells.items()
            for number in range(size)
        ]

    @property
    def failing(self) -> set[str]:
        return {
            f"{village}-{kind}-{number:03d}"
            for (village, kind), (_, failures) in self.cells.items()
            for number in range(failures)
        }

    @property
    def share(self) -> float:
        return sum(failed for _, failed in self.cells.values()) / sum(size for size, _ in self.cells.values())


def _villages(sizes: Sequence[int], failures: Sequence[int]) -> dict[tuple[str, str], tuple[int, int]]:
    return {(f"v{n:02d}", ""): pair for n, pair in enumerate(zip(sizes, failures, strict=True))}


_EVEN = [8] * 16
_UNEQUAL = [1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 11, 15, 20, 27]
_SITES = {
    (f"v{n:02d}", kind): (size, failed)
    for n in range(8)
    for kind, size, failed in (("housing", 12, n % 2), ("shop", 3, 0), ("school", 1, 1))
}
_HEAVY = {f"v{n:02d}": Fraction(4) for n in range(10)}
_SMALL = {f"v{n:02d}": Fraction(4) for n in range(1, 31)}

POPULATIONS = (
    KnownPopulation("nothing fails", _villages(_EVEN, [0] * 16)),
    KnownPopulation("rare failures", _villages(_EVEN, [1, 1] + [0] * 14)),
    KnownPopulation("one village fails whole", _villages(_EVEN, [8] + [0] * 15)),
    KnownPopulation("at the line of 10 %", _villages(_EVEN, [1] * 13 + [0] * 3)),
    KnownPopulation("unequal rates", _villages(_EVEN, [0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 0, 0, 1, 2])),
    KnownPopulation("the large village fails", _villages(_UNEQUAL, [0] * 13 + [20])),
    KnownPopulation("the small villages fail", _villages(_UNEQUAL, [1, 1, 2, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0])),
    KnownPopulation("a rare kind fails", _SITES),
    KnownPopulation("risk where it is", _villages(_EVEN, [2] * 10 + [0] * 6), _HEAVY),
    KnownPopulation("risk hides a large village", _villages([40] + [3] * 30, [8] + [0] * 30), _SMALL),
    KnownPopulation("risk where it is not", _villages(_EVEN, [0] * 10 + [4] * 6), _HEAVY),
)


Reader = Callable[[tuple[StratumTally, ...], tuple[int, ...]], Interval]
"""An interval from what was drawn: tallies, and the sizes of the villages that were not."""


def read_stratified(drawn: tuple[StratumTally, ...], others: tuple[int, ...]) -> Interval:
    return stratified(drawn).interval


def read_clustered(drawn: tuple[StratumTally, ...], others: tuple[int, ...]) -> Interval:
    return clustered(drawn, others).interval


@dataclass(frozen=True)
class Coverage:
    """How often an interval held the truth, how wide it was on average, and how many were drawn."""

    held: float
    width: float
    drawn: float


def samples_of(
    population: KnownPopulation, villages: int | None, times: int, random: np.random.Generator
) -> Iterator[tuple[tuple[StratumTally, ...], tuple[int, ...]]]:
    """So many samples by the portal's own layout; ``villages``: how many of them are drawn first."""
    strata, failing = _laid_out(population, villages), population.failing
    cells = [(each.whole, sum(m.key in failing for m in each.members), each.drawn) for each in strata]
    for _ in range(times):
        among = range(len(cells)) if villages is None else sorted(random.choice(len(cells), villages, replace=False))
        tallies = tuple(
            StratumTally(whole, drawn, int(random.hypergeometric(bad, whole - bad, drawn)) if bad else 0)
            for whole, bad, drawn in (cells[n] for n in among)
        )
        yield tallies, tuple(cell[0] for n, cell in enumerate(cells) if n not in among)


def _laid_out(population: KnownPopulation, villages: int | None) -> list[PlannedStratum]:
    if villages is None:
        return planned(population.members, RULE, population.weights)
    return by_villages(population.members, RULE, villages)


def coverage(
    population: KnownPopulation, read: Reader, villages: int | None = None, *, times: int, seed: int
) -> Coverage:
    """Measured over so many samples; each outcome is read once."""
    random, known = np.random.default_rng(seed), {}
    held, width, drawn = 0, 0.0, 0
    for sample in samples_of(population, villages, times, random):
        outcome = (tuple(sorted(sample[0], key=lambda each: (each.whole, each.checked, each.failed))), sample[1])
        if outcome not in known:
            known[outcome] = read(*outcome)
        interval = known[outcome]
        held += interval.low - 1e-9 <= population.share <= interval.high + 1e-9
        width += interval.high - interval.low
        drawn += sum(each.checked for each in sample[0])
    return Coverage(held / times, width / times, drawn / times)


def least_held(times: int, level: float = 0.95) -> float:
    """What a right interval stays above, but for one such measurement in a thousand."""
    return level - 3.1 * (level * (1 - level) / times) ** 0.5


# ------------------------------------------------ rivals, and mistakes that a measurement must notice


def read_pooled(drawn: tuple[StratumTally, ...], others: tuple[int, ...]) -> Interval:
    """All strata thrown together as if every member had been as probable: right only where the parts are proportional."""
    whole = sum(each.whole for each in drawn) + sum(others)
    together = StratumTally(whole, sum(each.checked for each in drawn), sum(each.failed for each in drawn))
    return stratified([together]).interval


def read_korn_graubard(drawn: tuple[StratumTally, ...], others: tuple[int, ...]) -> Interval:
    """Clopper and Pearson's with the effective sample size after Korn and Graubard (1998), and the population's correction.

    Strata with one member lend their variance from all together and count as collapsed in pairs for the degrees of freedom.
    """
    from scipy.special import betaincinv
    from scipy.stats import t as student

    whole = sum(each.whole for each in drawn)
    checked = sum(each.checked for each in drawn)
    share = sum(each.expanded for each in drawn) / whole
    groups: dict[bool, list[StratumTally]] = defaultdict(list)
    for each in drawn:
        groups[each.checked > 1].append(each)
    variance = sum(_variance(each, each.failed / each.checked) for each in groups[True])
    variance += sum(_variance(each, share) for each in groups[False])
    simple = share * (1 - share) / checked
    effect = checked if variance == 0 or simple == 0 else min(checked, share * (1 - share) / (variance / whole**2))
    freedom = max(checked - len(drawn), checked // 2, 1)
    effective = min(checked, effect * (student.ppf(0.975, checked - 1) / student.ppf(0.975, freedom)) ** 2)
    bad = share * effective
    low = 0.0 if bad <= 0 else float(betaincinv(bad, effective - bad + 1, 0.025))
    high = 1.0 if bad >= effective else float(betaincinv(bad + 1, effective - bad, 0.975))
    return Interval(low, high)


def _variance(each: StratumTally, share: float) -> float:
    correction = 1 - each.checked / each.whole
    return each.whole**2 * correction * share * (1 - share) / max(each.checked - 1, 1)
