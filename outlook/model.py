"""How a count of members grows until a date: a pooled, saturating growth model. Plain numbers, no Django, no clock.

A course is a count of ``passed`` of ``total`` members at the end of successive quarters. Of those that have not passed, a
share comes in each quarter (the hazard); how large it is depends on the unit's speed and on one of four shapes of growth.
Speeds and shapes are weighed by what the unit did and by what all units of the pool did (empirical Bayes), and a unit may turn to others
(a hidden Markov chain); what one quarter brings is beta-binomial, and now and then members are lost. docs/outlook.md tells why.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

import numpy as np
from scipy.special import gammaln

Point = tuple[int, int] | None
"""``passed`` of ``total`` members at the end of a quarter; None where nothing could be counted."""

SPEEDS = np.concatenate([[0.0], np.geomspace(0.004, 1.6, 14)])
"""Speeds that are thought possible; 0 is a unit at which nothing happens."""
SHAPES = 4
"""Shapes of growth: as many members every quarter; a fixed share of the rest; the more have passed, the more; the last are hard."""
CELLS = len(SPEEDS) * SHAPES
PRECISIONS = (3.0, 8.0, 24.0)
"""How alike the quarters of one unit are; the pool chooses."""
TURNS = (0.05, 0.15, 0.3)
"""How likely a unit takes up another speed and shape from one quarter to the next; the pool chooses."""
ANYTHING = 0.5
"""How much of what it takes up then may be anything, and is not what the pool's units usually do."""
PRIOR_UNITS = 2.0
"""As many units' worth of evidence says that all speeds and shapes are alike likely."""
LEAST_HAZARD, MOST_HAZARD = 0.0015, 0.97
ROUNDS = 12
"""Rounds of expectation and maximisation, by which the pool's weights are found."""
PARTICLES = 1000
SEED = 20170101
MODESTY = 0.05
"""No probability is told nearer to 0 or 1: the model itself may be wrong."""


def _shapes(share: np.ndarray) -> np.ndarray:
    """The hazard of each shape (columns) at the speed 1, where ``share`` of the members has passed (rows)."""
    rest = np.maximum(1 - share, 1e-9)
    return np.column_stack([1 / rest, np.ones_like(rest), 2 * (share + 0.08), 1.5 * np.sqrt(rest)])


def hazards(share: np.ndarray) -> np.ndarray:
    """The mean hazard of every speed and shape (columns) where ``share`` of the members has passed (rows)."""
    found = SPEEDS[None, :, None] * _shapes(share)[:, None, :]
    return np.clip(found, LEAST_HAZARD, MOST_HAZARD).reshape(len(share), CELLS)


@dataclass(frozen=True)
class Steps:
    """What the quarters brought to courses (rows): members before, the rest that could come, the net gain, whether known."""

    passed: np.ndarray
    rest: np.ndarray
    gain: np.ndarray
    known: np.ndarray

    @classmethod
    def of(cls, courses: Sequence[Sequence[Point]]) -> "Steps":
        """Columns are quarters, the last one last; a course that began later lacks the first."""
        width = max((len(course) - 1 for course in courses), default=0)
        table = np.zeros((4, len(courses), max(0, width)))
        for row, course in enumerate(courses):
            for at, (was, now) in enumerate(itertools.pairwise(course), width - len(course) + 1):
                if was and now and now[1]:
                    passed = min(was[0], now[1])
                    table[:, row, at] = passed, now[1] - passed, now[0] - passed, 1
        return cls(table[0], table[1], table[2], table[3] > 0)

    def likelihood(self, precision: float) -> np.ndarray:
        """How likely each speed and shape makes each step, the likeliest being 1; losses say nothing of a speed."""
        telling = self.known & (self.gain >= 0)
        passed, rest, gain = (each[telling] for each in (self.passed, self.rest, self.gain))
        mean = hazards(passed / np.maximum(1, passed + rest))
        found = np.ones((*self.known.shape, CELLS))
        said = _beta_binomial(np.minimum(gain, rest)[:, None], rest[:, None], mean, precision)
        found[telling] = np.exp(said)
        return found


def _beta_binomial(k: np.ndarray, n: np.ndarray, mean: np.ndarray, precision: float) -> np.ndarray:
    """The logarithm of the chance of ``k`` of ``n``, each with a chance drawn once for all of them."""
    a, b = mean * precision, (1 - mean) * precision
    choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return choose + gammaln(k + a) + gammaln(n - k + b) - gammaln(n + a + b) + gammaln(a + b) - gammaln(a) - gammaln(b)


@dataclass(frozen=True)
class Losses:
    """How often a quarter ends with fewer members, and what share of them is lost then."""

    chance: float
    share: float

    @classmethod
    def of(cls, pool: Steps) -> "Losses":
        lost = pool.known & (pool.gain < 0)
        shares, count = np.sort(-pool.gain[lost] / np.maximum(1, pool.passed[lost])).sum(), int(lost.sum())
        return cls((count + 0.3) / (int(pool.known.sum()) + 10), float(min(0.5, (shares + 0.03) / (count + 1))))


@dataclass(frozen=True)
class Pool:
    """What all units of a pool have in common: precision, turns, losses, and how likely each speed and shape is."""

    precision: float
    turn: float
    losses: Losses
    weights: np.ndarray

    @classmethod
    def fitted(cls, courses: Sequence[Sequence[Point]]) -> "Pool":
        """The pool that makes what its courses did most likely; the order of the courses does not matter."""
        steps = Steps.of(sorted(courses, key=repr))
        losses, tried = Losses.of(steps), []
        for precision in PRECISIONS:
            said = steps.likelihood(precision)
            for turn in TURNS:
                evidence, weights = _weighed(said, turn)
                tried.append((evidence, cls(precision, turn, losses, weights)))
        return max(tried, key=itemgetter(0))[1]

    @cached_property
    def _afresh(self) -> np.ndarray:
        return _afresh(self.weights)

    def forecast(self, course: Sequence[Point], quarters: int) -> "Forecast":
        """What becomes of a course in so many quarters, given all that is known of it."""
        last = next((point for point in reversed(course) if point), (0, 0))
        cells = _filtered(Steps.of([course]).likelihood(self.precision), self.weights, self.turn)[1][0]
        return Forecast(last[0], last[1], self._runs(last, cells, quarters))

    def _runs(self, last: tuple[int, int], cells: np.ndarray, quarters: int) -> np.ndarray:
        """``passed`` quarter by quarter (rows) in so many possible futures (columns), always the same ones."""
        chance = np.random.default_rng(SEED)
        passed, total = np.full(PARTICLES, last[0]), last[1]
        cell = _drawn(cells, chance.permutation((np.arange(PARTICLES) + 0.5) / PARTICLES))
        found = []
        for _ in range(quarters):
            turning = chance.random(PARTICLES) < self.turn
            cell = np.where(turning, _drawn(self._afresh, chance.random(PARTICLES)), cell)
            found.append(passed := self._next(chance, passed, total, cell))
        return np.array(found).reshape(quarters, PARTICLES)

    def _next(self, chance: np.random.Generator, passed: np.ndarray, total: int, cell: np.ndarray) -> np.ndarray:
        shape = _shapes(passed / max(1, total))[np.arange(PARTICLES), cell % SHAPES]
        mean = np.clip(SPEEDS[cell // SHAPES] * shape, LEAST_HAZARD, MOST_HAZARD)
        share = chance.beta(mean * self.precision, (1 - mean) * self.precision)
        gained = chance.binomial(np.maximum(0, total - passed), share)
        falls = chance.random(PARTICLES) < self.losses.chance
        lost = chance.binomial(passed, np.minimum(1.0, self.losses.share * chance.exponential(size=PARTICLES)))
        return passed + np.where(falls, -lost, gained)


def _drawn(weights: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The cells that stand at ``places`` between 0 and 1 when each takes as much room as its weight."""
    return np.searchsorted(np.cumsum(weights) / weights.sum(), places).clip(max=CELLS - 1)


def _afresh(weights: np.ndarray) -> np.ndarray:
    """What a unit takes up when it turns."""
    return (1 - ANYTHING) * weights + ANYTHING / CELLS


def _filtered(said: np.ndarray, weights: np.ndarray, turn: float) -> tuple[float, np.ndarray, np.ndarray]:
    """How likely the steps are, the cells that units (rows) are in at the end, and how often they were in each."""
    cells = np.broadcast_to(weights, (len(said), CELLS))
    evidence, seen = 0.0, np.zeros((len(said), CELLS))
    afresh = _afresh(weights)
    for at in range(said.shape[1]):
        cells = ((1 - turn) * cells + turn * afresh) * said[:, at]
        whole = np.maximum(cells.sum(axis=1, keepdims=True), 1e-300)
        evidence += float(np.log(whole).sum())
        cells = cells / whole
        seen = seen + cells
    return evidence, cells, seen


def _weighed(said: np.ndarray, turn: float) -> tuple[float, np.ndarray]:
    """The weights of speeds and shapes by expectation and maximisation, and how likely they make the steps."""
    weights, steps = np.full(CELLS, 1 / CELLS), max(1, said.shape[1])
    for _ in range(ROUNDS):
        seen = _filtered(said, weights, turn)[2].sum(axis=0) / steps
        weights = seen + PRIOR_UNITS / CELLS
        weights = weights / weights.sum()
    return _filtered(said, weights, turn)[0], weights


@dataclass(frozen=True)
class Forecast:
    """What is known of a count some quarters ahead; ``runs`` has a row a quarter and a column a possible future."""

    passed: int
    total: int
    runs: np.ndarray

    @cached_property
    def _sorted(self) -> np.ndarray:
        return np.sort(self.runs, axis=1)

    def chance(self, needed: int, quarters: int) -> float:
        """How likely at least ``needed`` have passed after so many quarters; never quite 0 or 1."""
        if needed > self.total:
            return MODESTY
        reached = float(np.mean(self.runs[quarters - 1] >= needed))
        return MODESTY + (1 - 2 * MODESTY) * reached

    def range(self, quarters: int, share: float = 0.8) -> tuple[int, int]:
        """Between what the count lies with a chance of ``share``; both ends belong to it."""
        row, left = self._sorted[quarters - 1], (1 - share) / 2
        low, high = int(left * PARTICLES), PARTICLES - 1 - int(left * PARTICLES)
        return int(row[low]), int(row[high])

    def middle(self, quarters: int) -> int:
        return int(self._sorted[quarters - 1][PARTICLES // 2])
