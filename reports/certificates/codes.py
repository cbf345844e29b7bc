"""The public code of a certificate: nobody can guess it, and a slip in typing it is noticed.

Fifteen random characters and a check character from an alphabet of 31 without 0, 1, I, L and O: 74 bits. 31 is a
prime, so the check (the sum of value times position, modulo 31, is 0) notices any one wrong character and any two
exchanged ones.
"""

import re
import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 16
GROUP = 4

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_SPACE = re.compile(r"[\s\-–—_·.]+")


def new() -> str:
    """A fresh code, ungrouped, as it is stored."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return random + check_character(random)


def check_character(random: str) -> str:
    """What makes the weighted sum 0: its own weight, 16, has the inverse 2 modulo 31."""
    rest = sum(position * _VALUES[character] for position, character in enumerate(random, start=1))
    return ALPHABET[-rest * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)]


def is_sound(code: str) -> bool:
    """Whether ``code`` can be one: its length, its characters and its check character."""
    return (
        len(code) == LENGTH
        and all(character in _VALUES for character in code)
        and check_character(code[:-1]) == code[-1]
    )


def folded(typed: str) -> str:
    """What was typed, without groups, spaces and full width, in capitals; not necessarily sound."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", typed[:100])).upper()


def grouped(code: str) -> str:
    """For people: ABCD-EFGH-JKMN-PQRS."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
