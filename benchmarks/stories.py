"""Generated districts whose courses follow a story. Written apart from the model: it knows nothing of ``outlook``.

A unit is a town: so many natural villages or compounds, judged at the end of each of ten quarters. What it does follows
from what people do there (builders' crews, a winter, a campaign before the due date, a mistaken return put right), not
from any growth curve of the model.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp

import numpy as np

QUARTERS = 10
TARGETS = (0.4, 0.6, 0.9, 1.0)


@dataclass(frozen=True)
class Unit:
    """A unit's members in all, and how many had passed at the end of each quarter."""

    total: int
    passed: tuple[int, ...]

    def needed(self, share: float) -> int:
        return ceil(share * self.total)


Story = Callable[[np.random.Generator, int], list[float]]
"""The members that come in each quarter, before they are rounded and before there are none left."""


def steady(chance: np.random.Generator, total: int) -> list[float]:
    """A crew that connects about as many every quarter, with days of rain."""
    crew = total * chance.uniform(0.05, 0.16)
    return [max(0.0, crew * chance.normal(1, 0.25)) for _ in range(QUARTERS)]


def s_curve(chance: np.random.Generator, total: int) -> list[float]:
    """Slow to begin with, then many at once, then the far-off ones."""
    middle, pace = chance.uniform(3, 7), chance.uniform(0.6, 1.3)
    curve = [1 / (1 + exp(-pace * (at - middle))) for at in range(QUARTERS + 1)]
    return [total * (now - was) * max(0.1, chance.normal(1, 0.2)) for was, now in itertools.pairwise(curve)]


def late_rush(chance: np.random.Generator, total: int) -> list[float]:
    """Little for long; a campaign in the last quarters before the due date."""
    begin = int(chance.integers(5, 8))
    little, much = chance.uniform(0.02, 0.05), chance.uniform(0.18, 0.35)
    return [total * (much if at >= begin else little) * max(0.1, chance.normal(1, 0.3)) for at in range(QUARTERS)]


def stalled(chance: np.random.Generator, total: int) -> list[float]:
    """A good beginning; then the money, or the permits, are wanting."""
    stop = int(chance.integers(3, 6))
    pace = total * chance.uniform(0.08, 0.18)
    return [
        pace * max(0.1, chance.normal(1, 0.2)) if at < stop else 0.3 * (chance.random() < 0.3) for at in range(QUARTERS)
    ]


def falls_back(chance: np.random.Generator, total: int) -> list[float]:
    """Steady, but once a check finds that a part of what was reported is not so."""
    gains = steady(chance, total)
    at = int(chance.integers(4, 8))
    gains[at] = -0.6 * sum(gains[:at]) * chance.uniform(0.2, 0.5)
    return gains


STORIES: dict[str, Story] = {
    "steady": steady, "s_curve": s_curve, "late_rush": late_rush, "stalled": stalled, "falls_back": falls_back,
}  # fmt: skip
GIANT = "one_giant"


def unit(story: Story, chance: np.random.Generator, total: int) -> Unit:
    passed, carried, course = 0, float(chance.uniform(0, 0.1) * total), []
    for gain in story(chance, total):
        carried = min(float(total), max(0.0, carried + gain))
        passed = min(total, int(carried))
        course.append(passed)
    return Unit(total, tuple(course))


def district(name: str, seed: int) -> list[Unit]:
    """Eight units: six that follow the story, and two of another; of ``one_giant`` one holds most of all members."""
    chance = np.random.default_rng([seed, sum(map(ord, name))])
    others = list(STORIES.values())
    own = STORIES.get(name, s_curve)
    sizes = [int(exp(chance.uniform(2.3, 5.6))) for _ in range(8)]
    if name == GIANT:
        sizes[0] = 6 * sum(sizes[1:])
    stories = [own] * 6 + [others[int(chance.integers(len(others)))] for _ in range(2)]
    if name == GIANT:
        stories[1:] = [others[int(chance.integers(len(others)))] for _ in range(7)]
    return [unit(story, chance, total) for story, total in zip(stories, sizes, strict=True)]


NAMES = (*STORIES, GIANT)
