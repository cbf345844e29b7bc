"""A figure by itself: how much better another one would fit all that is known than the one that was typed.

This is where scores are made (docs/oddities.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from returns.figures import NAMES
from returns.oddities.readings import ReturnReading, VillageReading
from returns.oddities.slips import Slip, slips
from returns.oddities.vocabulary import Oddity
from returns.oddities.witnesses import Hearing, Witness, heard
from returns.oddities.wording import why

AT_THE_BOUND = 3.9
"""The evidence that makes a score of 1."""

WORTH_A_LOOK = 1.5
"""Evidence beneath which no slip is looked for."""

SMALL, SLIGHT = 17, 0.08
"""A figure off by no more than so many households, or by no more than this share, stays beneath the bound."""

BENEATH = 0.95

MOST_TELLING = 3.0
"""What a slip adds at most to the evidence."""

AS_GOOD = 2.0
"""By how much the figure that a slip points to may fit less well than the best."""


def odd_cells(reading: ReturnReading) -> Iterator[Oddity]:
    """Every figure for which there is a better one."""
    for village in reading.villages:
        for name in NAMES:
            typed = village.typed.get(name)
            hearing = heard(reading, village, name) if typed is not None else None
            if hearing and hearing.values:
                found = _odd(reading, village, name, typed, hearing)
                if found:
                    yield found


@dataclass(frozen=True)
class Better:
    """A figure that fits better, and how well."""

    value: float
    surprise: float
    witness: Witness


def _best(hearing: Hearing) -> Better:
    every = (Better(value, hearing.surprise(value), witness) for value, witness in hearing.values)
    return min(every, key=lambda each: each.surprise)


def _odd(reading: ReturnReading, village: VillageReading, name: str, typed: int, hearing: Hearing) -> Oddity | None:
    surprise = hearing.surprise(typed)
    if surprise < WORTH_A_LOOK:
        return None
    best = _best(hearing)
    gain = surprise - best.surprise
    if gain < WORTH_A_LOOK:
        return None
    slip, telling = _slip(reading, village, name, typed, hearing, best)
    meant = slip.meant if slip and slip.meant is not None else best.value
    score = (gain + telling) / AT_THE_BOUND
    if abs(typed - meant) <= SMALL or abs(typed - meant) <= SLIGHT * meant:
        score = min(score, BENEATH)
    sentence, grounds = why(reading, village, name, typed, hearing)
    kind, likeliest = (slip.kind, slip.words) if slip else ("figure", "")
    return Oddity(village.context.code, name, kind, score, sentence, likeliest, grounds)


def _slip(
    reading: ReturnReading, village: VillageReading, name: str, typed: int, hearing: Hearing, best: Better
) -> tuple[Slip | None, float]:
    """The slip that explains the figure best, and what the coincidence adds to the evidence."""
    stray = best.witness.stray(best.value)
    found, most = None, 0.0
    for slip in slips(typed, name=name, village=village, reading=reading, expected=best.value):
        meant = best.value if slip.meant is None else slip.meant
        loss = hearing.surprise(meant) - best.surprise
        telling = min(MOST_TELLING, log(max(1.0, 2 * abs(typed - meant) / (3 * stray)))) + slip.habit - loss
        if loss <= AS_GOOD and telling > most:
            found, most = slip, telling
    return found, most
