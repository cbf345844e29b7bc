"""Rows that belong to another village: typed a row too high or too low, or twice."""

from collections.abc import Iterator
from math import log1p

from returns.figures import NAMES, Figures
from returns.oddities.readings import ReturnReading, VillageReading, stray
from returns.oddities.vocabulary import Oddity
from returns.oddities.wording import last_of

FOREIGN = 7.0
"""How much better a row must fit its neighbour to be above the bound, over all figures."""

FITS = 1.0
"""The mean surprise up to which a row fits a village."""

ROW_SPREAD = 0.015
"""By which share the figures of a whole row may be off."""

LEAST_TWIN, DIFFERENT = 120, 3
"""Households, and different figures in the row, from which two villages are hardly alike by chance."""

ROUND = 10
"""Two villages whose figures are all round may well have the same."""

TWIN = 1.5
"""The score of a row that stands twice."""

NEARBY = (-1, 1, -2, 2)


def foreign_rows(reading: ReturnReading) -> Iterator[Oddity]:
    """Each row whose figures fit the course of a neighbour and not its own."""
    expected = [_expected(reading, village) for village in reading.villages]
    for village in reading.villages:
        own = _misfit(village, expected[village.index])
        if own is None or own < FOREIGN:
            continue
        for step in NEARBY:
            at = village.index + step
            if not 0 <= at < len(expected):
                continue
            there = _misfit(village, expected[at])
            if there is not None and there <= FITS * len(NAMES) and own - there >= 2:
                yield _foreign(reading, village, reading.villages[at], (own - there) / FOREIGN)
                break


def _expected(reading: ReturnReading, village: VillageReading) -> list[tuple[str, float, float]]:
    return [
        (name, expected, reading.spread(village, name))
        for name in NAMES
        if (expected := reading.expected(village, name)) is not None
    ]


def _misfit(village: VillageReading, expected: list[tuple[str, float, float]]) -> float | None:
    """How badly the typed row fits a course, over all figures; None where it cannot be said."""
    if len(expected) < len(NAMES) or any(village.typed.get(name) is None for name in NAMES):
        return None
    return sum(
        2.5 * log1p(((village.typed[name] - value) / stray(value, spread + ROW_SPREAD)) ** 2 / 4)
        for name, value, spread in expected
    )


def _foreign(reading: ReturnReading, village: VillageReading, other: VillageReading, score: float) -> Oddity:
    theirs = last_of(reading, other)
    return Oddity(
        village.context.code,
        "",
        "foreign_row",
        score,
        f"五项数字不接本村{last_of(reading, village)}，却与“{other.context.name}”{theirs}相近",
        f"疑似错行，填成“{other.context.name}”的数字",
        f"本季 {_five(village.typed)}；“{other.context.name}”{theirs} {_five(other.last)}",
    )


def _five(figures: Figures) -> str:
    return "、".join(f"{figures[name]:,}" for name in NAMES)


def twin_rows(reading: ReturnReading) -> Iterator[Oddity]:
    """Two villages with the same five figures; named is the one whose course they fit less, the second where none is known."""
    seen: dict[tuple[int | None, ...], VillageReading] = {}
    for village in reading.villages:
        row = tuple(village.typed.get(name) for name in NAMES)
        if None in row or row[0] < LEAST_TWIN or len(set(row)) < DIFFERENT or not any(value % ROUND for value in row):
            continue
        other = seen.setdefault(row, village)
        if other is not village:
            misfits = [_misfit(each, _expected(reading, each)) or 0.0 for each in (other, village)]
            copy, model = (other, village) if misfits[0] > misfits[1] else (village, other)
            sentence = f"五项数字与“{model.context.name}”完全相同"
            grounds = f"本季均为 {_five(copy.typed)}"
            yield Oddity(copy.context.code, "", "twin_row", TWIN, sentence, "疑似重复填报同一村居的数字", grounds)
