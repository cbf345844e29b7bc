"""Shares and rates with missing data: decided exactly when what is missing cannot change it (docs/rules.md, section 3).

Every function works element by element, on one village as on the columns of a whole country.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

import numpy as np


class State(IntEnum):
    """Where a member, a criterion, a site or an area stands."""

    LEFT_OUT = 0
    PASSED = 1
    FAILED = 2
    UNKNOWN = 3


CRITERION_WORDS = ("not_applicable", "met", "short", "unknown")
AREA_WORDS = ("not_applicable", "achieved", "not_achieved", "undetermined")
ANSWER_WORDS = ("not_applicable", "yes", "no", "unknown")
"""How a State is called of a criterion or measure, of an area, and of a question with yes and no."""


@dataclass(frozen=True)
class Tally:
    """How many members passed, failed and are unknown; integers, or columns of them."""

    passed: np.ndarray
    failed: np.ndarray
    unknown: np.ndarray

    @property
    def total(self) -> np.ndarray:
        return self.passed + self.failed + self.unknown

    def __getitem__(self, chosen: int | np.ndarray) -> "Tally":
        return Tally(self.passed[chosen], self.failed[chosen], self.unknown[chosen])

    def with_unknown(self, missing: np.ndarray) -> "Tally":
        """With one unknown member more wherever ``missing``."""
        return Tally(self.passed, self.failed, self.unknown + missing)


def tally(states: np.ndarray, group: np.ndarray, groups: int) -> Tally:
    """Members counted by the number of their group; those left out count nowhere."""
    return Tally(
        *(
            np.bincount(group[states == state], minlength=groups)
            for state in (State.PASSED, State.FAILED, State.UNKNOWN)
        )
    )


def needed(threshold: Fraction, total: np.ndarray) -> np.ndarray:
    """ceil(threshold × total), in whole numbers."""
    return -(-threshold.numerator * total // threshold.denominator)


def lacking(wanted: np.ndarray, passed: np.ndarray) -> np.ndarray:
    """The gap (差额): how many more must pass."""
    return np.maximum(0, wanted - passed)


def first_that_holds(conditions: Sequence[np.ndarray], values: Sequence[int], otherwise: int) -> np.ndarray:
    """For each element the value of the first condition that holds. What np.select does, in a third of the time on few rows."""
    chosen: np.ndarray | int = int(otherwise)
    for condition, value in zip(reversed(conditions), reversed(values), strict=True):
        chosen = np.where(condition, int(value), chosen)
    return np.asarray(chosen)


def count_state(members: Tally, wanted: np.ndarray) -> np.ndarray:
    """Met when enough passed, short when even the unknown could not suffice, otherwise unknown."""
    return first_that_holds(
        [members.passed >= wanted, members.passed + members.unknown < wanted],
        [State.PASSED, State.FAILED],
        State.UNKNOWN,
    )


def share_state(members: Tally, threshold: Fraction) -> np.ndarray:
    """The share of members that passed, against the threshold; not applicable where there are none."""
    return np.where(members.total == 0, State.LEFT_OUT, count_state(members, needed(threshold, members.total)))


def rate_state(numerator: np.ndarray, denominator: np.ndarray, missing: np.ndarray, threshold: Fraction) -> np.ndarray:
    """A rate from the returns: unknown while any return is missing, even where those at hand would decide (docs/rules.md, section 4)."""
    return first_that_holds(
        [missing > 0, denominator == 0, numerator >= needed(threshold, denominator)],
        [State.UNKNOWN, State.LEFT_OUT, State.PASSED],
        State.FAILED,
    )


def all_of(states: list[np.ndarray]) -> np.ndarray:
    """An area's outcome from its hard criteria: any short, else any unknown, else all not applicable, else achieved."""
    columns = np.array(states)
    return first_that_holds(
        [(columns == State.FAILED).any(0), (columns == State.UNKNOWN).any(0), (columns == State.LEFT_OUT).all(0)],
        [State.FAILED, State.UNKNOWN, State.LEFT_OUT],
        State.PASSED,
    )
