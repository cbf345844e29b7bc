"""What an incomplete sum may be: if who is missing stays as it was, at worst, at best. Pure: numbers in, fractions out."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Term = tuple[int, int]
"""The part and the whole of a share."""


@dataclass(frozen=True)
class Bounds:
    """A share that lacks members: as it is when these stay as they last were, when none of their whole passes, when all does."""

    as_before: Fraction
    worst: Fraction
    best: Fraction


@dataclass(frozen=True)
class PartialShare:
    """How many of the members reported, and between what the share of all lies; ``bounds`` is None where that cannot be told."""

    reported: int
    members: int
    bounds: Bounds | None

    @property
    def is_whole(self) -> bool:
        return self.reported == self.members


def bounds(known: Term, missing: Sequence[Term | None]) -> Bounds | None:
    """The share of all from the sum over who reported and what each of the others last reported.

    None where one of them never reported, or there is nothing to divide by: then nothing is known of its whole.
    """
    last = [each for each in missing if each is not None]
    part, whole = known
    rest = sum(each[1] for each in last)
    if len(last) < len(missing) or not whole + rest:
        return None
    as_before = part + sum(each[0] for each in last)
    return Bounds(*(Fraction(each, whole + rest) for each in (as_before, part, part + rest)))
