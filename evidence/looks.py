"""How a picture looks, in 64 bits: what was saved anew, made smaller, trimmed a little or stamped still looks the same.

A difference hash: the picture in grey, nine by eight; each bit says whether a field is clearly brighter than the one at its left.
"""

from collections.abc import Hashable, Iterable
from io import BytesIO
from typing import Generic, TypeVar

from PIL import Image

_COLUMNS, _ROWS = 8, 8
_DIGITS = _COLUMNS * _ROWS // 4
_CLEARLY = 1
"""Greys, of 256, by which two fields of an even sky differ, and otherwise each time that it is saved."""
_LEAST_CONTRAST = 16
"""Greys, of 256: a picture with less between its brightest and darkest field shows nothing by which to know it."""

MOST_APART = 10
"""Bits in which two pictures may differ that are said to look alike; of two that have nothing in common half of the 64 differ."""

Owner = TypeVar("Owner", bound=Hashable)


def look_of(picture: bytes) -> str:
    """The look of a picture as it is shown, as 16 hex digits; blank for one that shows nothing."""
    with Image.open(BytesIO(picture), formats=["JPEG"]) as image:
        small = image.convert("L").resize((_COLUMNS + 1, _ROWS), Image.Resampling.BOX)
    fields = small.tobytes()
    if max(fields) - min(fields) < _LEAST_CONTRAST:
        return ""
    bits = 0
    for row in range(0, len(fields), _COLUMNS + 1):
        for left in range(row, row + _COLUMNS):
            bits = bits << 1 | (fields[left + 1] > fields[left] + _CLEARLY)
    return f"{bits:0{_DIGITS}x}"


def apart(one: str, other: str) -> int:
    """In how many of the 64 bits two looks differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


_WIDTHS = (11, 11, 11, 11, 10, 10)
"""Bits of each part: one part of two looks that are alike differs in a single bit at most, else there were twelve."""


class LookIndex(Generic[Owner]):
    """Many looks, of which those alike to one are found without asking each."""

    def __init__(self, looks: Iterable[tuple[Owner, str]]) -> None:
        self._parts: list[dict[int, list[tuple[int, Owner]]]] = [{} for _ in _WIDTHS]
        for owner, look in looks:
            bits = int(look, 16)
            for held, part in zip(self._parts, _split(bits), strict=True):
                held.setdefault(part, []).append((bits, owner))

    def alike(self, look: str) -> dict[Owner, int]:
        """Whoever's look is alike, with the number of bits in which it differs."""
        bits, found = int(look, 16), {}
        for held, part, width in zip(self._parts, _split(bits), _WIDTHS, strict=True):
            for near in (part, *(part ^ (1 << place) for place in range(width))):
                for other, owner in held.get(near, ()):
                    differing = (bits ^ other).bit_count()
                    if differing <= MOST_APART:
                        found[owner] = differing
        return found


def _split(bits: int) -> Iterable[int]:
    for width in _WIDTHS:
        yield bits & ((1 << width) - 1)
        bits >>= width
