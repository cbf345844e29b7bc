"""What a sample tells of the whole: the share of failures with an exact confidence interval. Without Django.

Two intervals, both exact in that they hold their level whatever the true share is:

- ``finite``: the population is a list of N that were drawn from without replacement, so the failures in the sample
  follow the hypergeometric distribution; it is inverted over every possible number of failures. This is the one that
  counts, because the list is complete: it is never wider than the other, and shrinks to a point when all are checked.
- ``clopper_pearson``: the same for an endless population (binomial), shown beside it, for the two agree when the
  sample is a small part of the whole, and readers know it.

A proportionally stratified sample spreads less than a simple one, so that both are on the safe side for it.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import comb

from scipy.special import betaincinv

LEVEL = Fraction(95, 100)


@dataclass(frozen=True)
class Interval:
    """A confidence interval for the share of failures, from ``low`` to ``high``."""

    low: float
    high: float


def clopper_pearson(failed: int, checked: int, level: Fraction = LEVEL) -> Interval:
    """The exact binomial interval; from 0 to 1 where nothing was checked."""
    _require(failed, checked, checked)
    if checked == 0:
        return Interval(0.0, 1.0)
    tail = float(1 - level) / 2
    low = 0.0 if failed == 0 else float(betaincinv(failed, checked - failed + 1, tail))
    high = 1.0 if failed == checked else float(betaincinv(failed + 1, checked - failed, 1 - tail))
    return Interval(low, high)


def finite(failed: int, checked: int, population: int, level: Fraction = LEVEL) -> Interval:
    """The exact interval for ``population`` of which ``checked`` were drawn; its ends are counts over the population.

    The numbers of failures in the whole that the sample does not speak against: of each tail at most half of 1 − level.
    """
    _require(failed, checked, population)
    if population == 0:
        return Interval(0.0, 1.0)
    tail = (1 - level) / 2
    fewest, most = failed, population - (checked - failed)

    def share(total: int, found: range) -> Fraction:
        """How probable it is to find as many failures as in ``found``, when there are ``total`` in the whole."""
        ways = sum(comb(total, each) * comb(population - total, checked - each) for each in found)
        return Fraction(ways, comb(population, checked))

    low = _first(fewest, most, lambda total: share(total, range(failed, checked + 1)) > tail)
    high = _last(fewest, most, lambda total: share(total, range(failed + 1)) > tail)
    return Interval(low / population, high / population)


def _first(fewest: int, most: int, fits) -> int:
    """The smallest number that fits; ``fits`` grows with it, so halving finds it."""
    while fewest < most:
        middle = (fewest + most) // 2
        fewest, most = (fewest, middle) if fits(middle) else (middle + 1, most)
    return fewest


def _last(fewest: int, most: int, fits) -> int:
    """The largest number that fits; ``fits`` falls with it."""
    while fewest < most:
        middle = (fewest + most + 1) // 2
        fewest, most = (middle, most) if fits(middle) else (fewest, middle - 1)
    return fewest


def _require(failed: int, checked: int, population: int) -> None:
    if not 0 <= failed <= checked <= population:
        raise ValueError(f"{failed} failures of {checked} checked of {population} cannot be.")


@dataclass(frozen=True)
class IntervalReading:
    """What the interval says about a threshold: the share of failures that the standard allows."""

    key: str
    text: str


BELOW = IntervalReading("below", "区间整体不高于允许的不合格率：抽查支持达标。")
ABOVE = IntervalReading("above", "区间整体高于允许的不合格率：抽查不支持达标。")
ACROSS = IntervalReading("across", "区间跨过允许的不合格率：仅凭本次抽查不能判定，可扩大抽样后再定。")


def reading(interval: Interval, allowed: Fraction) -> IntervalReading:
    """How the interval lies to the share that is allowed; at it is still allowed."""
    if interval.high <= float(allowed):
        return BELOW
    return ABOVE if interval.low > float(allowed) else ACROSS
