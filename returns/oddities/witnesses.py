"""What speaks for and against a figure: its course, the row around it, the register, the operators, similar villages.

Each witness says which values it expects and by how much figures usually stray from that; how much a value surprises it
is the logarithm of how seldom that happens (Student's t with four degrees of freedom, so that one witness alone never
counts without end).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import log1p
from statistics import median

from returns.figures import BY_NAME
from returns.oddities.readings import (
    ENOUGH,
    FEW,
    HOUSEHOLDS_STRAY,
    ReturnReading,
    VillageReading,
    moved,
    moved_by,
    quantile,
    stray,
)

Known = Mapping[str, int | None] | None
"""What a source says of a village, by figure."""

ALL_AT_ONCE = 2.6
"""How surprising it is that something happens to a whole row, such as a new compound: some villages in a hundred."""

UNREGISTERED = 1.2
"""How surprising it is that the register does not know of that: compounds are often registered late."""

SHARED_SPREAD = 0.02
"""By which share figures of a row may move apart."""

LEVEL_MOST = 2.0
"""How much a source may say against the course where nobody knows what it said last time."""

REACHED = 3.3
"""How surprising it is that fibre reaches a village in this very quarter."""

FOLLOWED, LATE = 1.8, 2.4
"""The first where fibre users have risen with it; how surprising it is that the register does not know of fibre without users."""

CHANGED_OVER = 4.7
"""How surprising it is that many users change over where fibre has long been; where it has just come, as ``REACHED``."""

PUT_RIGHT = 1.5
"""How surprising it is that a leap of the last quarter is taken back: it was a mistake."""

RECENT, FIBRE_CAME = 4, 0.1
"""Fibre has just come where coverage rose by so much within so many quarters."""

FIBRE = {"fibre_covered_households": "broadband_covered_households", "fibre_users": "broadband_users"}
"""The figures that jump when a fibre network arrives, and the figure that they then stay within."""

ROW = {
    "households": ("broadband_covered_households", "fibre_covered_households"),
    "broadband_covered_households": ("households", "fibre_covered_households"),
    "fibre_covered_households": ("broadband_covered_households", "households"),
    "broadband_users": ("broadband_covered_households", "households"),
    "fibre_users": ("broadband_users", "fibre_covered_households"),
}
"""With which figures of its row a figure moves."""

WITHIN = (
    ("broadband_covered_households", "households", 5.0),
    ("fibre_covered_households", "broadband_covered_households", 5.0),
    ("fibre_users", "broadband_users", 5.0),
    ("broadband_users", "broadband_covered_households", 1.5),
    ("fibre_users", "fibre_covered_households", 1.5),
)
"""Which figure stays within which, and how surprising it is when one does not."""

RATE_OF = {
    "households": ("broadband_covered_households",),
    "broadband_covered_households": ("households",),
    "fibre_covered_households": ("broadband_covered_households",),
    "broadband_users": ("broadband_covered_households",),
    "fibre_users": ("broadband_users",),
}
"""To which figure of its row a figure stands in a rate."""


@dataclass(frozen=True)
class Witness:
    """A witness (``name``) that would find any of the values ``expected`` in order, give or take the share ``spread``."""

    name: str
    expected: tuple[float, ...]
    spread: float
    most: float = 20.0
    shared: tuple[float, ...] = ()
    surprise_shared: float = 0.0
    reach: tuple[float, float] | None = None
    surprise_reached: float = 0.0

    def surprise(self, value: float) -> float:
        found = min(self.most, min(_surprise(value, each, self.spread) for each in self.expected))
        if self.shared and found > self.surprise_shared:
            shared = min(_surprise(value, each, self.spread + SHARED_SPREAD) for each in self.shared)
            found = min(found, self.surprise_shared + shared)
        if self.reach and self.reach[0] <= value <= self.reach[1]:
            found = min(found, self.surprise_reached)
        return found

    def stray(self, expected: float) -> float:
        """By how many households a figure usually strays from what is expected."""
        return stray(expected, self.spread)


def _surprise(value: float, expected: float, spread: float) -> float:
    return 2.5 * log1p((value - expected) ** 2 / (4 * (HOUSEHOLDS_STRAY**2 + (spread * expected) ** 2)))


@dataclass(frozen=True)
class Course(Witness):
    """The course of the figure; less surprised where the last quarter's mistake is put right."""

    corrected: float | None = None

    def surprise(self, value: float) -> float:
        found = super().surprise(value)
        if self.corrected is not None and found > PUT_RIGHT:
            found = min(found, PUT_RIGHT + _surprise(value, self.corrected, self.spread))
        return found


def course(reading: ReturnReading, village: VillageReading, name: str) -> Witness | None:
    """The village's own course, moved on by a quarter; a figure that stays as it was is in order too."""
    expected = reading.expected(village, name)
    if expected is None:
        return None
    before = village.before(name)
    return Course(
        "course",
        (expected, float(before)),
        reading.spread(village, name),
        shared=tuple(_shared(village, name, before)),
        surprise_shared=ALL_AT_ONCE,
        reach=_reach(village, name, before),
        surprise_reached=_surprise_reached(village, name),
        corrected=village.before_leap(name),
    )


def _shared(village: VillageReading, name: str, before: int) -> Iterator[float]:
    """Where the figure would be had it moved as another one of its row did, in households or in proportion."""
    for partner in ROW[name]:
        now, then = village.typed.get(partner), village.before(partner)
        if now is not None and then is not None and abs(now - then) > 2 * HOUSEHOLDS_STRAY:
            yield max(0.0, before + now - then)
            yield moved_by(before, moved(now, then))


def _reach(village: VillageReading, name: str, before: int) -> tuple[float, float] | None:
    limit = village.typed.get(FIBRE.get(name, ""))
    return (before, limit) if limit is not None else None


def _surprise_reached(village: VillageReading, name: str) -> float:
    covered = "fibre_covered_households"
    known = [row[covered] for _, row in village.context.course[-RECENT:] if row.get(covered) is not None]
    now = village.typed.get(covered)
    has_come = now is not None and bool(known) and moved(now, known[0]) > FIBRE_CAME
    if name == covered:
        return FOLLOWED if _has_users(village) else REACHED
    return REACHED if has_come else CHANGED_OVER


def _has_users(village: VillageReading) -> bool:
    """Whether the fibre users have risen, too, as they do where fibre arrives."""
    now, then = village.typed.get("fibre_users"), village.before("fibre_users")
    return now is not None and then is not None and now - then > 2 * HOUSEHOLDS_STRAY and moved(now, then) > FIBRE_CAME


def register(reading: ReturnReading, village: VillageReading, name: str) -> Witness | None:
    """What the register computes: the same movement, in proportion or in households, or the very figure."""
    return _beside(reading, village, name, "register", village.context.register, village.context.register_before)


def operators(reading: ReturnReading, village: VillageReading, name: str) -> Witness | None:
    """What all operators together count."""
    return _beside(reading, village, name, "counted", village.context.counted, village.context.counted_before)


def _beside(
    reading: ReturnReading, village: VillageReading, name: str, kind: str, now: Known, then: Known
) -> Witness | None:
    value = (now or {}).get(name)
    if value is None:
        return None
    before, earlier = village.before(name), (then or {}).get(name)
    if before is None or earlier is None:
        expected = float(value), moved_by(value, reading.bias(kind, name))
        return Witness(kind, expected, reading.likeness(kind, name), most=20.0 if before is None else LEVEL_MOST)
    led: tuple[float, ...] = (moved_by(before, moved(value, earlier)), max(0.0, float(before + value - earlier)))
    shared = tuple(_shared(village, name, before)) if kind == "register" else ()
    leapt_from = village.before_leap(name)
    if leapt_from is not None:
        led += (moved_by(leapt_from, moved(value, earlier)),)
    is_late = kind == "register" and name == "fibre_covered_households"
    return Witness(
        kind,
        (float(value), *led),
        reading.nearness(kind, name),
        shared=shared,
        surprise_shared=UNREGISTERED,
        reach=_reach(village, name, before) if is_late else None,
        surprise_reached=UNREGISTERED if _has_users(village) else LATE,
    )


@dataclass(frozen=True)
class Limits(Witness):
    """The figures of the row within which a figure stays (``above``: (limit, its label, surprise)), and that stay within it."""

    above: tuple[tuple[int, str, float], ...] = ()
    beneath: tuple[tuple[int, str, float], ...] = ()

    def surprise(self, value: float) -> float:
        over = sum(weight for limit, _, weight in self.above if value > limit)
        return over + sum(weight for least, _, weight in self.beneath if value < least)

    def broken(self, value: float) -> list[str]:
        """With which figures the value cannot stand in a row, in words."""
        over = [f"{label} {limit:,}" for limit, label, _ in self.above if value > limit]
        return over + [f"{label} {least:,}" for least, label, _ in self.beneath if value < least]


def limits(reading: ReturnReading, village: VillageReading, name: str) -> Witness | None:
    """What the other figures of the row allow."""
    above = _limits(village, [(whole, weight) for part, whole, weight in WITHIN if part == name])
    beneath = _limits(village, [(part, weight) for part, whole, weight in WITHIN if whole == name])
    return Limits("limits", (), 0.0, above=above, beneath=beneath) if above or beneath else None


def _limits(village: VillageReading, names: list[tuple[str, float]]) -> tuple[tuple[int, str, float], ...]:
    return tuple(
        (value, BY_NAME[each].label, weight) for each, weight in names if (value := village.typed.get(each)) is not None
    )


@dataclass(frozen=True)
class Similar(Witness):
    """What the rate of other villages lets expect; rates stray in proportion, so that a third is as odd as three times."""

    def surprise(self, value: float) -> float:
        return min(2.5 * log1p(moved(value, each) ** 2 / (4 * self._width(each) ** 2)) for each in self.expected)

    def _width(self, expected: float) -> float:
        return stray(expected, self.spread) / (expected + FEW)


def similar(reading: ReturnReading, village: VillageReading, name: str) -> Witness | None:
    """The rate that the figure makes within its row, beside that of the other villages; asked where there is no course."""
    if village.before(name) is not None:
        return None
    expected, spread = [], 0.0
    lit = village.typed.get("fibre_covered_households") if name == "fibre_users" else None
    for whole in RATE_OF[name]:
        base, rates = village.typed.get(whole), reading.rates(name, whole)
        if base is not None and len(rates) >= ENOUGH:
            middle = median(rates)
            expected.append(moved_by(base, middle) if lit is None else min(lit, moved_by(base, middle)))
            spread = max(spread, 0.08, quantile([abs(each - middle) for each in rates], 0.8) / 1.28)
    return Similar("similar", tuple(expected), spread) if expected else None


WITNESSES: tuple[Callable[[ReturnReading, VillageReading, str], Witness | None], ...] = (
    course,
    register,
    operators,
    similar,
    limits,
)
"""Who is heard about a figure."""


@dataclass(frozen=True)
class Hearing:
    """All witnesses on a figure."""

    witnesses: tuple[Witness, ...]

    def surprise(self, value: float) -> float:
        return sum(each.surprise(value) for each in self.witnesses)

    @property
    def values(self) -> list[tuple[float, Witness]]:
        return [(value, each) for each in self.witnesses for value in each.expected]


def heard(reading: ReturnReading, village: VillageReading, name: str) -> Hearing:
    return Hearing(tuple(found for each in WITNESSES if (found := each(reading, village, name)) is not None))
