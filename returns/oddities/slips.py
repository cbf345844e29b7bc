"""How a figure goes wrong under the hand: which figure was probably meant, in the table ``SLIPS``.

A slip is no oddity by itself: many figures could be made of others. Only where the figure that was meant fits the
witnesses, and the typed one does not, it is named; the less likely it fits by chance, the more it counts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from returns.figures import BY_NAME, NAMES
from returns.oddities.readings import ReturnReading, VillageReading

NEIGHBOURING_COLUMNS = {name: NAMES[max(0, at - 1) : at] + NAMES[at + 1 : at + 2] for at, name in enumerate(NAMES)}

OFTEN_EQUAL = {"broadband_covered_households", "fibre_covered_households"}
"""Columns that are rightly the same once fibre covers a village."""

PEOPLED = ("households", "broadband_covered_households")
"""Columns in which people may have been counted for households."""

PEOPLE_USUALLY = 2.95, 3.5
"""How many people a household has on the average; the other columns rise by more for many reasons."""

LEAST_MEANT = 20
"""A nought too many is not seen in what stands for fewer households."""

ALIKE = 0.02
"""By which share a figure may differ from what was to be expected in the row beside."""


@dataclass(frozen=True)
class Slip:
    """What may have been meant instead (``meant``; None: whatever the witnesses expect), and the words for it.

    ``habit`` is how much more often than others a hand slips so, as a logarithm.
    """

    kind: str
    meant: int | None
    words: str
    habit: float = 0.0


def swapped(typed: int, **_: object) -> Iterator[Slip]:
    """Two neighbouring digits the wrong way round: 231 for 213."""
    text = str(typed)
    for at in range(len(text) - 1):
        if text[at] != text[at + 1]:
            meant = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
            yield Slip("swapped", int(meant), f"疑似数字颠倒（应为 {int(meant)}？）", 0.6)


def doubled(typed: int, **_: object) -> Iterator[Slip]:
    """A digit typed twice (2113 for 213), or one of two left out (21 for 211)."""
    text = str(typed)
    for at in range(len(text)):
        if text[at : at + 1] == text[at + 1 : at + 2]:
            meant = text[:at] + text[at + 1 :]
            yield Slip("doubled", int(meant), f"疑似多输一位数字（应为 {int(meant)}？）", 0.4)
        meant = text[:at] + text[at] + text[at:]
        yield Slip("doubled", int(meant), f"疑似少输一位数字（应为 {int(meant)}？）", -0.3)


def slipped(typed: int, **_: object) -> Iterator[Slip]:
    """A nought too many or too few, a decimal point in the wrong place."""
    for factor in (10, 100):
        yield Slip("decimal", typed * factor, f"疑似小数点错位或少输 0（应为 {typed * factor} 左右？）")
        if typed >= factor * LEAST_MEANT:
            yield Slip("decimal", typed // factor, f"疑似小数点错位或多输 0（应为 {typed // factor} 左右？）")


def other_unit(typed: int, *, name: str, expected: float, **_: object) -> Iterator[Slip]:
    """Ten thousands for ones, or people for households."""
    for factor in (10_000, 1_000):
        if typed >= factor * LEAST_MEANT:
            yield Slip("unit", typed // factor, f"疑似单位错误（万户与户，应为 {typed // factor} 左右？）")
    if typed < 10 and expected >= 100:
        yield Slip("unit", None, "疑似单位错误（按万户填报？）")
    if name in PEOPLED and expected >= LEAST_MEANT and 2.4 <= typed / expected <= 5:
        yield Slip("unit", None, "疑似填成人口数（应填户数）")
    elif expected >= LEAST_MEANT and PEOPLE_USUALLY[0] <= typed / expected <= PEOPLE_USUALLY[1]:
        yield Slip("unit", None, "疑似填成人口数（应填户数）", -0.5)


def neighbouring_column(typed: int, *, name: str, village: VillageReading, **_: object) -> Iterator[Slip]:
    """The figure of the column beside, as it is typed there or stood there last."""
    for other in NEIGHBOURING_COLUMNS[name]:
        if {name, other} != OFTEN_EQUAL and typed in (village.typed.get(other), village.before(other)):
            yield Slip("column", None, f"疑似填成相邻一栏“{BY_NAME[other].label}”的数字", 0.3)


def neighbouring_row(
    typed: int, *, name: str, village: VillageReading, reading: ReturnReading, **_: object
) -> Iterator[Slip]:
    """The figure of the row above or beneath, as it is typed, stood there last, or was to be expected there."""
    for at in (village.index - 1, village.index + 1):
        if 0 <= at < len(reading.villages):
            other = reading.villages[at]
            expected = reading.expected(other, name)
            is_like = expected is not None and abs(typed - expected) <= ALIKE * expected
            if is_like or typed in (other.typed.get(name), other.before(name)):
                yield Slip("row", None, f"疑似填成相邻一行“{other.context.name}”的数字", 0.3)


SLIPS: tuple[Callable[..., Iterator[Slip]], ...] = (
    swapped,
    doubled,
    neighbouring_column,
    neighbouring_row,
    slipped,
    other_unit,
)
"""Each is given the typed figure, and as it needs: name, village, reading, expected."""


def slips(typed: int, **around: Any) -> Iterator[Slip]:
    for each in SLIPS:
        yield from each(typed, **around)
