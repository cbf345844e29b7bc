"""Shapley values against paper and against all orders written out."""

from fractions import Fraction
from itertools import permutations
from random import Random

import pytest

from outlook import shapley

HALF, THIRD, SIXTH = Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)


def by_orders(players, holds) -> dict:
    """The definition itself: what each brings, on average over all orders of coming."""
    orders = list(permutations(players))
    found = dict.fromkeys(players, Fraction(0))
    for order in orders:
        there: frozenset = frozenset()
        for player in order:
            found[player] += Fraction(holds(there | {player}) - holds(there), len(orders))
            there |= {player}
    return found


def test_whoever_is_wanted_by_all_shares_alike():
    assert shapley.values("ab", lambda there: there >= {"a", "b"}) == {"a": HALF, "b": HALF}


def test_one_and_either_of_two_by_hand():
    """a with b or c: a turns it in four of six orders, b and c in one each."""
    found = shapley.values("abc", lambda there: "a" in there and bool(there & {"b", "c"}))

    assert found == {"a": 2 * THIRD, "b": SIXTH, "c": SIXTH}


def test_bystander_gets_nothing():
    assert shapley.values("ab", lambda there: "a" in there) == {"a": 1, "b": 0}


def test_threshold_by_hand():
    """Two of four pass and three are wanted: of two that come each is as likely to be the one that turns it."""
    found = shapley.of_threshold({"x": (1, 0), "y": (1, 0)}, 2, 4, lambda passed, total: 4 * passed >= 3 * total)

    assert found == {"x": HALF, "y": HALF}


def test_who_fails_takes_away_from_what_others_bring():
    """One of three passes, two of three are wanted; two come and one goes: 1 = ⅔ + ⅔ − ⅓."""
    steps = {"x": (1, 0), "y": (1, 0), "gone": (-1, 0)}
    found = shapley.of_threshold(steps, 1, 3, lambda passed, total: 3 * passed >= 2 * total)

    assert found == {"x": 2 * THIRD, "y": 2 * THIRD, "gone": -THIRD}


@pytest.mark.parametrize("seed", range(12))
def test_threshold_is_what_all_orders_give(seed):
    chance = Random(seed)
    steps = {f"m{at}": chance.choice([(1, 0), (-1, 0), (1, 1), (0, 1), (-1, -1), (0, -1)]) for at in range(6)}
    passed, total, percent = chance.randint(6, 9), chance.randint(15, 18), chance.randint(30, 70)

    def is_met(some: int, whole: int) -> bool:
        return 100 * some >= percent * whole

    def holds(there) -> bool:
        return is_met(passed + sum(steps[each][0] for each in there), total + sum(steps[each][1] for each in there))

    found = shapley.of_threshold(steps, passed, total, is_met)

    assert found == by_orders(sorted(steps), holds)
    assert sum(found.values()) == holds(frozenset(steps)) - holds(frozenset())
