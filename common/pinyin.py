"""Pinyin: search by initials (``flx`` finds 飞来峡镇; a character with several readings matches each), and names that sound alike."""

import re
from functools import cache

from pypinyin import Style, pinyin

_INITIALS = re.compile(r"[a-z]{2,20}", re.IGNORECASE)


def are_initials(text: str) -> bool:
    """Whether ``text`` may be meant as initials: two letters or more and nothing else."""
    return _INITIALS.fullmatch(text) is not None


def stands_for(text: str, name: str) -> bool:
    """Whether the letters of ``text`` are, one each, the initials of neighbouring characters of ``name``."""
    letters = text.lower()
    spelt = [initials(character) for character in name]
    starts = range(len(spelt) - len(letters) + 1)
    return any(all(letter in spelt[start + n] for n, letter in enumerate(letters)) for start in starts)


@cache  # As many as there are characters in names.
def initials(character: str) -> frozenset[str]:
    """The first letters of all readings of a character; a letter or a digit is its own initial."""
    [readings] = pinyin(character, style=Style.FIRST_LETTER, heteronym=True)
    return frozenset(reading.lower() for reading in readings)


def sound_alike(name: str, other: str) -> bool:
    """Whether two names are read aloud alike, tones apart, each character by its usual reading."""
    pairs = zip(name, other, strict=False)
    return len(name) == len(other) and all(_reading(one) == _reading(two) for one, two in pairs)


@cache
def _reading(character: str) -> str:
    """The usual reading of a character without its tone; a letter or a digit is its own."""
    [[reading]] = pinyin(character, style=Style.NORMAL)
    return reading.lower()
