"""What a forecast must be better than: the mean pace carried straight on, and the last value carried on.

Each gets the spread that its own errors in the pool show, so that it is a fair opponent: without one both would be
certain, and a wrong certainty costs more than any forecast can lose.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from outlook.model import MODESTY, Point

SPAN = 3
"""The quarters whose gain makes the pace, as on the pages of progress."""
LEAST_SPREAD = 0.01
"""A share of the members, each quarter."""


@dataclass(frozen=True)
class Straight:
    """A value that moves on by ``gain`` a quarter, with a spread (share of the members) that grows with the root of time."""

    passed: int
    total: int
    gain: float
    spread: float

    def chance(self, needed: int, quarters: int) -> float:
        away = (needed - 0.5 - self._expected(quarters)) / self._width(quarters)
        return MODESTY + (1 - 2 * MODESTY) * float(ndtr(-away))

    def range(self, quarters: int, share: float = 0.8) -> tuple[int, int]:
        reach = float(ndtri((1 + share) / 2)) * self._width(quarters)
        ends = (self._expected(quarters) + side * reach for side in (-1, 1))
        low, high = (int(np.clip(round(end), 0, self.total)) for end in ends)
        return low, high

    def middle(self, quarters: int) -> int:
        return int(np.clip(round(self._expected(quarters)), 0, self.total))

    def _expected(self, quarters: int) -> float:
        return min(self.passed + quarters * self.gain, float(self.total))

    def _width(self, quarters: int) -> float:
        return max(1e-9, self.total * self.spread * quarters**0.5)


@dataclass(frozen=True)
class StraightPool:
    """The pool of a baseline; ``span`` quarters make the pace, 0 carries the last value on."""

    span: int
    spread: float

    @classmethod
    def fitted(cls, courses: Sequence[Sequence[Point]], span: int) -> "StraightPool":
        errors = [
            (now[0] - was[0] - _gain(course[: at + 1], span)) / now[1]
            for course in courses
            for at, (was, now) in enumerate(itertools.pairwise(course))
            if was and now and now[1] and (not span or at)
        ]
        square = float(np.sum(np.sort(np.square(errors)))) if errors else 0.0
        return cls(span, max(LEAST_SPREAD, (square / max(1, len(errors))) ** 0.5))

    def forecast(self, course: Sequence[Point], quarters: int) -> Straight:
        last = next((point for point in reversed(course) if point), (0, 0))
        return Straight(last[0], last[1], _gain(course, self.span), self.spread)


def _gain(course: Sequence[Point], span: int) -> float:
    """The mean gain of the last quarters, fewer where fewer are known."""
    known = [(at, point[0]) for at, point in enumerate(course[-span - 1 :]) if point] if span else []
    if len(known) < 2:
        return 0.0
    (first, was), (last, now) = known[0], known[-1]
    return (now - was) / (last - first)
