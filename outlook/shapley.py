"""Shapley values, exactly: what each player brought to a change, on average over all orders in which they might have come."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb, factorial
from typing import TypeVar

Player = TypeVar("Player", bound=Hashable)

Step = tuple[int, int]
"""By how much a player moves a count of those that pass, and the count of all."""


def values(players: Sequence[Player], holds: Callable[[frozenset[Player]], bool]) -> dict[Player, Fraction]:
    """Each player's part in turning what ``holds`` for nobody into what holds for all: together −1, 0 or 1.

    Looks at every coalition: for a dozen players at most.
    """
    count = len(players)
    found = dict.fromkeys(players, Fraction(0))
    for size in range(count):
        weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
        for some in combinations(players, size):
            coalition = frozenset(some)
            was = holds(coalition)
            for player in players:
                if player not in coalition:
                    found[player] += weight * (holds(coalition | {player}) - was)
    return found


def of_threshold(
    steps: Mapping[Player, Step], passed: int, total: int, is_met: Callable[[int, int], bool]
) -> dict[Player, Fraction]:
    """Each member's part in turning ``is_met(passed, total)``, from the counts before any of them moved.

    Members that make the same step get the same part, so coalitions are counted by their sums and never listed.
    """
    kinds: dict[Step, int] = {}
    for step in steps.values():
        kinds[step] = kinds.get(step, 0) + 1
    part = {step: _part(step, kinds, len(steps), passed, total, is_met) for step in kinds}
    return {player: part[step] for player, step in steps.items()}


def _part(
    step: Step, kinds: Mapping[Step, int], count: int, passed: int, total: int, is_met: Callable[[int, int], bool]
) -> Fraction:
    others = dict(kinds) | {step: kinds[step] - 1}
    found = Fraction(0)
    for (size, more, most), ways in _coalitions(others).items():
        was = is_met(passed + more, total + most)
        now = is_met(passed + more + step[0], total + most + step[1])
        if was != now:
            found += Fraction(ways * factorial(size) * factorial(count - size - 1), factorial(count)) * (now - was)
    return found


def _coalitions(kinds: Mapping[Step, int]) -> dict[tuple[int, int, int], int]:
    """How many coalitions there are of each size and sum of steps."""
    found = {(0, 0, 0): 1}
    for (more, most), members in kinds.items():
        grown: dict[tuple[int, int, int], int] = {}
        for (size, passed, total), ways in found.items():
            for taken in range(members + 1):
                key = (size + taken, passed + taken * more, total + taken * most)
                grown[key] = grown.get(key, 0) + ways * comb(members, taken)
        found = grown
    return found
