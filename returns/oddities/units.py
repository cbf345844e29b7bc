"""A row or a column in another unit: everything in ten thousands, or people for households, by one common factor."""

from collections.abc import Iterable, Iterator

from returns.figures import BY_NAME, NAMES
from returns.oddities.readings import SOURCES, ReturnReading, VillageReading
from returns.oddities.vocabulary import Oddity

SCORE = 2.0
"""The score of a row or a column in another unit: hardly anything else does this."""

LEAST = 20
"""Households from which a figure tells its unit."""

PEOPLE = (2.4, 5.0)
"""How many people a household may have."""

ALIKE = 1.15
"""How far the factors of a row may lie apart."""

MOST_TEN_THOUSANDS = 3
"""What a village comes to in ten thousands, at most."""

ENOUGH_ROWS, MOST_ROWS = 3, 0.8
"""How many villages make a column, and the share of them that must show the factor."""

Pair = tuple[int, float]
"""A typed figure and the one that was to be expected."""


def row_units(reading: ReturnReading) -> Iterator[Oddity]:
    """A row whose figures all stand in one factor to their courses, and no source confirms it."""
    for village in reading.villages:
        pairs = [
            (village.typed[name], expected)
            for name in NAMES
            if village.typed.get(name) is not None and (expected := _reference(reading, village, name)) >= LEAST
        ]
        words = _row_words(pairs)
        if words and not _is_confirmed(village):
            typed = "、".join(f"{value:,}" for value, _ in pairs)
            usual = "、".join(f"{expected:,.0f}" for _, expected in pairs)
            sentence = f"整行数字（{pairs[0][0]:,} 等）与往期或其他来源（{pairs[0][1]:,.0f} 等）成同一倍数"
            grounds = f"本季 {typed}；往期或其他来源 {usual}"
            yield Oddity(village.context.code, "", "unit", SCORE, sentence, words, grounds)


def _row_words(pairs: list[Pair]) -> str:
    """Which unit a row seems to be in; blank where it is none."""
    if len(pairs) < 2:
        return ""
    factors = [typed / expected for typed, expected in pairs]
    if _are_ten_thousands(pairs):
        return "疑似整行单位错误（按万户填报）"
    is_common = max(factors) <= ALIKE * min(factors)
    return "疑似整行填成人口数（应填户数）" if is_common and _are_people(pairs) else ""


def _are_ten_thousands(pairs: Iterable[Pair]) -> bool:
    return all(typed <= MOST_TEN_THOUSANDS for typed, _ in pairs)


def _are_people(pairs: Iterable[Pair]) -> bool:
    return all(PEOPLE[0] <= typed / expected <= PEOPLE[1] for typed, expected in pairs)


def _is_confirmed(village: VillageReading) -> bool:
    """Whether a source says nearly what was typed."""
    said = [(getattr(village.context, kind) or {}).get(name) for kind, name in _FIRST]
    typed = [village.typed.get(name) for _, name in _FIRST]
    return any(a and b and a / ALIKE <= b * ALIKE and b <= a * ALIKE**2 for a, b in zip(said, typed, strict=True))


_FIRST = (("register", "households"), ("counted", "broadband_users"))


def column_units(reading: ReturnReading) -> Iterator[Oddity]:
    """A column in another unit, said once for the whole return; its figures are odd each by itself, too."""
    for name in NAMES:
        pairs = [
            (village.typed[name], expected)
            for village in reading.villages
            if village.typed.get(name) is not None and (expected := _reference(reading, village, name)) >= LEAST
        ]
        for fits, words in _COLUMN_UNITS:
            count = sum(fits([pair]) for pair in pairs)
            if len(pairs) >= ENOUGH_ROWS and count >= MOST_ROWS * len(pairs):
                sentence = f"{len(pairs)} 个村居中 {count} 个的{BY_NAME[name].label}与往期或其他来源成同一倍数"
                yield Oddity("", name, "unit", SCORE, sentence, words)


_COLUMN_UNITS = (
    (_are_ten_thousands, "疑似整栏单位错误（按万户填报）"),
    (_are_people, "疑似整栏填成人口数（应填户数）"),
)


def _reference(reading: ReturnReading, village: VillageReading, name: str) -> float:
    """What was to be expected of a figure, by its course or else a source; 0 where nobody knows."""
    expected = reading.expected(village, name)
    said = [(getattr(village.context, kind) or {}).get(name) for kind in SOURCES]
    return next((float(each) for each in (expected, *said) if each is not None), 0.0)
