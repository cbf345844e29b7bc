"""What a sample tells of the whole: an estimate of the share of failures with an interval that holds its level. Without Django.

- ``exact`` (one stratum): failures among those drawn without replacement follow the hypergeometric distribution, which is
  tried for every possible number of failures in the whole.
- ``stratified``: nobody knows how the failures lie among the strata, so every number is tried with the placing that the
  sample speaks against least. For the sum of failures, each counted by how many members it stands for, the chance of as
  few (or as many) is bounded by its exponential moment (Chernoff). That of a stratum falls away ever faster as failures
  are added (the logarithm is concave in their number, by Newton's inequalities), so the worst placing is found one
  failure at a time, exactly. Where none failed the bound is the chance itself.
- ``clustered``: villages are drawn first. Their estimates are bounded, drawn without replacement, and so no more spread
  than drawn with (Hoeffding 1963); the moment of a village is at most that of one which fails as a whole or not at all.

Finite populations count throughout: what was checked is certain, a stratum that was checked whole leaves no doubt, and
nothing is held possible that contradicts what was found. All three hold their level whatever the truth is; they may be
wider than an approximation, and never too narrow. ``benchmarks/sampling_coverage.py`` measures both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np
from scipy.special import gammaln

LEVEL = Fraction(95, 100)
_TILTS = np.geomspace(0.02, 40, 60)
"""How strongly a failure counts in the moments that are tried, relative to one that stands for as many as all on average."""
_SLACK = 1e-9
"""What rounding may do to a logarithm; it is taken for the safe side."""


@dataclass(frozen=True)
class Interval:
    """A confidence interval for the share of failures, from ``low`` to ``high``."""

    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """The share of failures in the whole: the estimate, None where nothing was checked, and its interval."""

    share: float | None
    interval: Interval


@dataclass(frozen=True)
class StratumTally:
    """A stratum or a village: its members, how many of them were checked, how many of those failed."""

    whole: int
    checked: int
    failed: int

    def __post_init__(self) -> None:
        if not 0 <= self.failed <= self.checked <= self.whole:
            raise ValueError(f"{self.failed} failures of {self.checked} checked of {self.whole} cannot be.")

    @property
    def most(self) -> int:
        """The most failures that it can hold after what was found."""
        return self.whole - self.checked + self.failed

    @property
    def expanded(self) -> float:
        """The failures that it holds if it is as the checked ones are."""
        return self.whole * self.failed / self.checked


# ------------------------------------------------ one stratum


def exact(tally: StratumTally, level: Fraction = LEVEL) -> Interval:
    """The interval of a simple sample; its ends are counts over the population: of each tail at most half of 1 − level."""
    if tally.whole == 0:
        return Interval(0.0, 1.0)
    tail, checked, failed = (1 - level) / 2, tally.checked, tally.failed

    def chance(total: int, found: range) -> Fraction:
        """How probable it is to find as many failures as in ``found``, when there are ``total`` in the whole."""
        ways = sum(comb(total, each) * comb(tally.whole - total, checked - each) for each in found)
        return Fraction(ways, comb(tally.whole, checked))

    low = _first(failed, tally.most, lambda total: chance(total, range(failed, checked + 1)) > tail)
    high = _last(failed, tally.most, lambda total: chance(total, range(failed + 1)) > tail)
    return Interval(low / tally.whole, high / tally.whole)


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


# ------------------------------------------------ many strata


def stratified(strata: Sequence[StratumTally], level: Fraction = LEVEL) -> Estimate:
    """Every stratum was drawn from: the estimate of Horvitz and Thompson; strata of which nothing was checked are left out of it.

    In the interval they may hold anything.
    """
    seen = [each for each in strata if each.checked]
    whole = sum(each.whole for each in seen)
    share = sum(each.expanded for each in seen) / whole if seen else None
    if len(strata) == 1:
        return Estimate(share, exact(strata[0], level))
    return Estimate(share, _kept(strata, _stratified_bounds(strata), level))


def _stratified_bounds(strata: Sequence[StratumTally]) -> Iterator[tuple[int, np.ndarray]]:
    """For each side (1: as many, -1: as few) the logarithms of the bounds: by failures added (rows) and moment (columns)."""
    seen = [each for each in strata if each.checked]
    if not seen:
        return
    tables = [_log_chances(each) for each in seen]
    blind = sum(each.most for each in strata if not each.checked)
    mean = sum(each.whole for each in seen) / sum(each.checked for each in seen)
    found = sum(each.expanded for each in seen)
    for side in (1, -1):
        tilts = _TILTS * side / mean
        moments = [_moments(table, tilts * each.whole / each.checked) for each, table in zip(seen, tables, strict=True)]
        steps = np.concatenate([np.zeros((blind, len(tilts))), *(np.diff(each, axis=0) for each in moments)])
        yield side, sum(each[0] for each in moments) - tilts * found + _worst(steps)


def _moments(table: np.ndarray, tilts: np.ndarray) -> np.ndarray:
    """The logarithms of a stratum's exponential moments, by its failures (rows) and moment (columns)."""
    each = table[:, :, None] + np.arange(table.shape[1])[None, :, None] * tilts
    most = each.max(axis=1)
    return most + np.log(np.exp(each - most[:, None, :]).sum(axis=1))


def _log_chances(tally: StratumTally) -> np.ndarray:
    """The logarithm of the chance to find so many (columns), for each number of failures that it can hold (rows)."""
    totals = np.arange(tally.failed, tally.most + 1)[:, None]
    found = np.arange(tally.checked + 1)[None, :]
    all_ways = _log_ways(np.array(tally.whole), np.array(tally.checked))
    return _log_ways(totals, found) + _log_ways(tally.whole - totals, tally.checked - found) - all_ways


def _log_ways(of: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    inside = (chosen >= 0) & (chosen <= of)
    of, chosen = np.broadcast_arrays(of, chosen)
    safe = np.where(inside, chosen, 0)
    return np.where(inside, gammaln(of + 1) - gammaln(safe + 1) - gammaln(of - safe + 1), -np.inf)


def _worst(steps: np.ndarray) -> np.ndarray:
    """The largest that can come of adding 0, 1, 2 … failures wherever each does most, in each column."""
    ordered = np.sort(steps, axis=0)[::-1]
    return np.concatenate([np.zeros((1, steps.shape[1])), np.cumsum(ordered, axis=0)])


def _kept(tallies: Sequence[StratumTally], bounds: Iterator[tuple[int, np.ndarray]], level: Fraction) -> Interval:
    """The shares that no bound of either side speaks against: of each at most half of 1 − level."""
    whole, fewest = sum(each.whole for each in tallies), sum(each.failed for each in tallies)
    if whole == 0:
        return Interval(0.0, 1.0)
    tail = np.log(float(1 - level) / 2) - _SLACK
    room = sum(each.most for each in tallies) - fewest
    fits = {side: np.ones(room + 1, bool) for side in (1, -1)}
    for side, bound in bounds:
        fits[side] = (bound > tail).all(axis=1)
    low = int(np.argmax(fits[1])) if fits[1].any() else room
    high = room - int(np.argmax(fits[-1][::-1])) if fits[-1].any() else 0
    return Interval((fewest + min(low, high)) / whole, (fewest + max(low, high)) / whole)


# ------------------------------------------------ villages first


def clustered(drawn: Sequence[StratumTally], others: Sequence[int], level: Fraction = LEVEL) -> Estimate:
    """Some villages were drawn, each as probable as any other, and members within them; ``others`` are the sizes of the rest.

    A drawn village in which nothing was checked is left out of the estimate, and the interval holds anything possible.
    """
    if not others:
        return stratified(drawn, level)
    seen = [each for each in drawn if each.checked]
    whole = sum(each.whole for each in drawn) + sum(others)
    villages = len(drawn) + len(others)
    share = min(1.0, villages / len(seen) * sum(each.expanded for each in seen) / whole) if seen else None
    tallies = [*drawn, *(StratumTally(size, 0, 0) for size in others)]
    return Estimate(share, _kept(tallies, _clustered_bounds(drawn, tallies), level))


def _clustered_bounds(
    drawn: Sequence[StratumTally], tallies: Sequence[StratumTally]
) -> Iterator[tuple[int, np.ndarray]]:
    """As ``_stratified_bounds``; a drawn village that nobody checked counts as whole failed, or as sound, on the safe side."""
    sizes = np.array([each.whole for each in tallies], float)
    fewest = np.array([each.failed for each in tallies])
    room = np.array([each.most for each in tallies]) - fewest
    found = sum(each.expanded for each in drawn if each.checked)
    blind = sum(each.whole for each in drawn if not each.checked)
    for side in (1, -1):
        tilts = _TILTS[_TILTS * sizes.max() < 500 * sizes.mean()] * side / sizes.mean()
        # A village's moment runs from 1, sound, to exp(tilt * size), failed as a whole; both parts are kept apart, for
        # their difference may be smaller than what rounding leaves of a 1.
        failing = np.exp(sizes[:, None] * tilts) / sizes[:, None]
        order = np.argsort(-np.repeat(failing - 1 / sizes[:, None], room, axis=0), axis=0)
        bad = _added((failing * fewest[:, None]).sum(axis=0), np.repeat(failing, room, axis=0), order)
        taken = _added(
            np.full(len(tilts), (fewest / sizes).sum()),
            np.repeat(np.repeat(1 / sizes[:, None], room, axis=0), len(tilts), axis=1),
            order,
        )
        sound = np.maximum(len(sizes) - taken, 0)
        least = found + (blind if side < 0 else 0)
        yield side, len(drawn) * np.log((sound + bad) / len(sizes)) - tilts * least


def _added(start: np.ndarray, each: np.ndarray, order: np.ndarray) -> np.ndarray:
    """What comes of adding 0, 1, 2 … rows in an order, in each column."""
    rows = np.take_along_axis(each, order, axis=0)
    return np.concatenate([start[None, :], start + np.cumsum(rows, axis=0)])


# ------------------------------------------------ reading


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
