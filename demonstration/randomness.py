"""Reproducible random numbers: one seeded stream for each thing that is drawn."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

SEED = "qingcheng-2017"


def stream(*names: object) -> Random:
    """A generator that depends on ``names`` alone, so that a change in one chapter does not ripple into another."""
    return Random(":".join([SEED, *map(str, names)]))


def weighted(random: Random, values: Sequence[T], weights: Sequence[float]) -> T:
    """One of ``values``, drawn with ``weights``."""
    point = random.random() * sum(weights)
    for value, weight in zip(values, weights, strict=True):
        point -= weight
        if point < 0:
            return value
    return values[-1]
