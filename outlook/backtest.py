"""How good forecasts were: each past quarter taken as the last one known, and held against what came (rolling origin)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from math import log
from typing import Protocol

from outlook.baselines import SPAN, StraightPool
from outlook.model import Point, Pool

AHEAD = 4
"""Quarters ahead that are looked at, at most."""
LEAST_PAST = 3
"""Quarters that must be known before anything is foretold."""
LEAST_CASES = 20
"""Fewer cases prove nothing."""
LEAST_COVERED, MOST_COVERED = 0.65, 0.97
"""The share of counts that must lie in an 80 % range for it to be called one."""


class Foretold(Protocol):
    def chance(self, needed: int, quarters: int) -> float: ...
    def range(self, quarters: int, share: float = 0.8) -> tuple[int, int]: ...
    def middle(self, quarters: int) -> int: ...


class Method(Protocol):
    def forecast(self, course: Sequence[Point], quarters: int) -> Foretold: ...


MODEL, PACE, LAST = "model", "pace", "last"
METHODS: Mapping[str, Callable[[Sequence[Sequence[Point]]], Method]] = {
    MODEL: Pool.fitted,
    PACE: lambda courses: StraightPool.fitted(courses, SPAN),
    LAST: lambda courses: StraightPool.fitted(courses, 0),
}


@dataclass(frozen=True)
class Aimed:
    """A course with what is wanted of it: for each quarter what each target needs there."""

    points: tuple[Point, ...]
    needed: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Case:
    """A question that was open once, and has an answer now; ``chance``, ``middle`` and ``range`` by method."""

    quarters: int
    met: bool
    passed: int
    total: int
    chance: Mapping[str, float]
    middle: Mapping[str, int]
    range: Mapping[str, tuple[int, int]]


def cases(courses: Sequence[Aimed]) -> list[Case]:
    """Every open question of every past quarter: a target not met there, met or not so many quarters on."""
    last = max((len(each.points) for each in courses), default=0)
    return [case for origin in range(LEAST_PAST, last) for case in _asked(courses, origin)]


def _asked(courses: Sequence[Aimed], origin: int) -> Iterator[Case]:
    """The questions of one quarter; nothing of a later one is known to any method."""
    known = [each.points[:origin] for each in courses]
    methods = {name: fit(known) for name, fit in METHODS.items()}
    for each, past in zip(courses, known, strict=True):
        now = past[-1]
        if now is None or not now[1]:
            continue
        wanted = [at for at, needed in enumerate(each.needed[origin - 1]) if now[0] < needed]
        ahead = min(AHEAD, len(each.points) - origin)
        if not wanted or not ahead:
            continue
        foretold = {name: method.forecast(past, ahead) for name, method in methods.items()}
        for quarters in range(1, ahead + 1):
            came = each.points[origin - 1 + quarters]
            if came is None:
                continue
            yield from _answered(each, origin, quarters, wanted, foretold)


def _answered(
    each: Aimed, origin: int, quarters: int, wanted: Sequence[int], foretold: Mapping[str, Foretold]
) -> Iterator[Case]:
    came = each.points[origin - 1 + quarters]
    assert came is not None
    middle = {name: told.middle(quarters) for name, told in foretold.items()}
    between = {name: told.range(quarters) for name, told in foretold.items()}
    for at in wanted:
        needed = each.needed[origin - 1][at]
        chance = {name: told.chance(needed, quarters) for name, told in foretold.items()}
        met = came[0] >= each.needed[origin - 1 + quarters][at]
        yield Case(quarters, met, came[0], came[1], chance, middle, between)


@dataclass(frozen=True)
class Score:
    """How good a method was; every figure but ``covered`` is better when smaller.

    ``brier`` is the mean square, ``log_loss`` the mean logarithm (natural) of what was wrong with the chances; ``error`` the
    mean miss of the count as a share of the members; ``covered`` the share of counts in the 80 % range.
    """

    brier: float
    log_loss: float
    error: float
    covered: float

    @classmethod
    def of(cls, asked: Sequence[Case], method: str) -> "Score":
        count = max(1, len(asked))
        chances = [(case.chance[method], case.met) for case in asked]
        return cls(
            sum((chance - met) ** 2 for chance, met in chances) / count,
            -sum(log(chance if met else 1 - chance) for chance, met in chances) / count,
            sum(abs(case.middle[method] - case.passed) / max(1, case.total) for case in asked) / count,
            sum(case.range[method][0] <= case.passed <= case.range[method][1] for case in asked) / count,
        )

    def as_dict(self) -> dict[str, float]:
        return {each.name: round(getattr(self, each.name), 4) for each in fields(self)}


@dataclass(frozen=True)
class Bin:
    """Chances of about the same height: how high they were on average, and how often it came true."""

    told: float
    came: float
    count: int


@dataclass(frozen=True)
class Backtest:
    """The scores of all methods on the same questions, and what follows from them."""

    count: int
    scores: Mapping[str, Score]
    bins: tuple[Bin, ...]

    @classmethod
    def of(cls, asked: Sequence[Case]) -> "Backtest":
        return cls(len(asked), {name: Score.of(asked, name) for name in METHODS}, tuple(calibration(asked)))

    @property
    def is_enough(self) -> bool:
        return self.count >= LEAST_CASES

    @property
    def is_better(self) -> bool:
        """Whether the model's chances are better than those of both baselines, by either score, and its ranges honest.

        This is the gate: what is not better is not shown.
        """
        model, others = self.scores[MODEL], [self.scores[PACE], self.scores[LAST]]
        beats = all(model.brier < each.brier and model.log_loss < each.log_loss for each in others)
        return self.is_enough and beats and LEAST_COVERED <= model.covered <= MOST_COVERED

    def as_dict(self) -> dict:
        scores = {name: score.as_dict() for name, score in self.scores.items()}
        bins = [[round(each.told, 3), round(each.came, 3), each.count] for each in self.bins]
        return {"count": self.count, "scores": scores, "bins": bins}

    @classmethod
    def from_dict(cls, said: Mapping) -> "Backtest":
        scores = {name: Score(**score) for name, score in said["scores"].items()}
        return cls(said["count"], scores, tuple(Bin(*each) for each in said["bins"]))


def calibration(asked: Sequence[Case], method: str = MODEL, bins: int = 5) -> Iterator[Bin]:
    """Chances by height in equal steps; steps without a case are left out."""
    for step in range(bins):
        inside = [case for case in asked if min(bins - 1, int(case.chance[method] * bins)) == step]
        if inside:
            told = sum(case.chance[method] for case in inside) / len(inside)
            yield Bin(told, sum(case.met for case in inside) / len(inside), len(inside))
