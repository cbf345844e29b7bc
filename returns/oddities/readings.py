"""A return laid out for the looks: each village with what it was, and how the figures of the township usually move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import exp, log, sqrt
from statistics import median

from common.periods import Quarter
from returns.figures import NAMES, Figures
from returns.oddities.vocabulary import ReturnContext, VillageContext

FEW = 10
"""Households added to both sides of a ratio, so that small villages do not move by leaps."""

HOUSEHOLDS_STRAY = 4
"""Every figure strays by a few households, however small the village."""

OWN_WEIGHS_FROM = 3
"""How many movements of its own weigh as much as the township's for how a village's figure moves."""

STEADY = 2.0
"""How many usual strays a village's own drift may lie from the township's: beyond, it was events and no drift."""

LEAST_SPREAD, MOST_SPREAD = 0.012, 0.15
"""Bounds of the share by which a figure usually strays in a quarter."""

UNKNOWN_MOVEMENT = 0.03
"""By which share a figure is taken to stray while nothing is known of the past."""

MOST_COMMON = 0.04
"""What the whole township has in common this quarter counts up to here: beyond, the whole column may be wrong."""

LEAP = 0.05
"""By which share an approved figure leaps that may have been a mistake."""

SOURCES = ("register", "counted")
"""The sources that a village's context holds."""

LEAST_SOURCE_SPREAD, UNKNOWN_SPREAD, MOST_SOURCE_SPREAD = 0.02, 0.04, 0.08
"""By which share figures stray from a source: at least, where few can be compared, at most."""

MOST_BIAS = 0.3
"""By how much, as a movement, all figures may differ from a source's before the whole column is doubted."""

ENOUGH = 5
"""How many villages make a median worth comparing with."""


def moved(now: float, before: float) -> float:
    """How far a figure has moved, as a logarithm: 0.1 is about ten percent."""
    return log((now + FEW) / (before + FEW))


def moved_by(before: float, movement: float) -> float:
    """Where a figure is after a movement, never below nought."""
    return max(0.0, (before + FEW) * exp(movement) - FEW)


def stray(expected: float, spread: float) -> float:
    """By how many households a figure usually strays from what is expected."""
    return sqrt(HOUSEHOLDS_STRAY**2 + (spread * expected) ** 2)


def quantile(values: Sequence[float], share: float) -> float:
    """The value beneath which ``share`` of some values lie; 0 of none."""
    ordered = sorted(values)
    return ordered[int(share * (len(ordered) - 1))] if ordered else 0.0


@dataclass(frozen=True)
class Movement:
    """How a figure moves from quarter to quarter in the township: usually, now, and by how much villages stray from that."""

    usual: float
    now: float
    spread: float

    @property
    def common(self) -> float:
        """By how much more than usual all villages moved this quarter, as far as it can be believed."""
        return min(MOST_COMMON, max(-MOST_COMMON, self.now - self.usual))


@dataclass(frozen=True)
class VillageReading:
    """A village's typed figures with its last approved ones, ``gap`` quarters ago, and its movements a quarter till then."""

    index: int
    context: VillageContext
    typed: Figures
    last: Figures | None
    gap: int
    movements: Mapping[str, Sequence[float]]

    @property
    def is_blank(self) -> bool:
        return all(self.typed.get(name) is None for name in NAMES)

    def before(self, name: str) -> int | None:
        return self.last.get(name) if self.last else None

    def before_leap(self, name: str) -> int | None:
        """What stood before the last approved figure where that one leapt, perhaps by mistake; None where it did not."""
        if len(self.context.course) < 2:
            return None
        earlier, last = self.context.course[-2][1].get(name), self.before(name)
        if earlier is None or last is None or abs(last - earlier) <= max(LEAP * earlier, 2 * HOUSEHOLDS_STRAY):
            return None
        return earlier


class ReturnReading:
    """All villages of a return, as typed and as they were."""

    def __init__(self, figures: Mapping[str, Figures], context: ReturnContext) -> None:
        self.context, self.figures = context, figures
        self.villages = [
            _reading(index, village, figures.get(village.code) or {}, context.period)
            for index, village in enumerate(context.villages)
        ]
        self._rates: dict[tuple[str, str], list[float]] = {}

    @cached_property
    def movements(self) -> Mapping[str, Movement]:
        """How each figure moves in this township."""
        return {name: self._movement(name) for name in NAMES}

    def _movement(self, name: str) -> Movement:
        past = [each for village in self.villages for each in village.movements[name]]
        now = [
            moved(village.typed[name], before) / village.gap
            for village in self.villages
            if village.typed.get(name) is not None and (before := village.before(name)) is not None
        ]
        usual = median(past) if past else 0.0
        common = median(now) if len(now) >= ENOUGH else usual
        strayed = [abs(each - usual) for each in past]
        return Movement(usual, common, _bounded(quantile(strayed, 0.8) / 1.28 if past else UNKNOWN_MOVEMENT))

    def bias(self, kind: str, name: str) -> float:
        """By how much the typed figures usually exceed a source's, as a movement; 0 where few villages can be compared."""
        return self._sources[kind, name][0]

    def nearness(self, kind: str, name: str) -> float:
        """By which share typed figures usually stray from what a source lets expect."""
        return self._sources[kind, name][1]

    def likeness(self, kind: str, name: str) -> float:
        """By which share typed figures usually differ from a source's, beyond what is usual for all of them."""
        return self._sources[kind, name][2]

    @cached_property
    def _sources(self) -> Mapping[tuple[str, str], tuple[float, float, float]]:
        return {(kind, name): self._source(kind, name) for kind in SOURCES for name in NAMES}

    def _source(self, kind: str, name: str) -> tuple[float, float, float]:
        """How a source lies to the typed figures: its bias, how far they stray from its movement, and from its level."""
        biases, strayed = [], []
        for village in self.villages:
            now, then = getattr(village.context, kind) or {}, getattr(village.context, f"{kind}_before") or {}
            typed, value = village.typed.get(name), now.get(name)
            if typed is None or value is None:
                continue
            biases.append(moved(typed, value))
            before, earlier = village.before(name), then.get(name)
            if before is not None and earlier is not None:
                strayed.append(abs(moved(typed, before) - moved(value, earlier)))
        bias = median(biases) if len(biases) >= ENOUGH else 0.0
        spread = quantile(strayed, 0.7) / 1.04 if len(strayed) >= ENOUGH else UNKNOWN_SPREAD
        apart = quantile([abs(each - bias) for each in biases], 0.8) / 1.28 if len(biases) >= ENOUGH else UNKNOWN_SPREAD
        bias = min(MOST_BIAS, max(-MOST_BIAS, bias))
        return bias, min(MOST_SOURCE_SPREAD, max(LEAST_SOURCE_SPREAD, spread)), max(UNKNOWN_SPREAD, apart)

    def rates(self, part: str, whole: str) -> list[float]:
        """How one typed figure lies to another in each village, as a movement."""
        if (part, whole) not in self._rates:
            pairs = [(village.typed.get(part), village.typed.get(whole)) for village in self.villages]
            self._rates[part, whole] = [moved(a, b) for a, b in pairs if a is not None and b is not None]
        return self._rates[part, whole]

    def expected(self, village: VillageReading, name: str) -> float | None:
        """Where the village's own course and the township's lead the figure; None without approved figures."""
        before = village.before(name)
        if before is None:
            return None
        movement, own = self.movements[name], village.movements[name][-4:]
        weight = len(own) / (len(own) + 2)
        steady = min(STEADY * movement.spread, max(-STEADY * movement.spread, median(own or [0.0]) - movement.usual))
        drift = movement.usual + weight * steady
        return moved_by(before, drift * village.gap + movement.common)

    def usual_range(self, village: VillageReading, name: str) -> tuple[int, int] | None:
        """Within what the course lets the figure be expected, twice its usual stray to either side; None without a course."""
        expected = self.expected(village, name)
        if expected is None:
            return None
        width = 2 * stray(expected, self.spread(village, name))
        return max(0, round(expected - width)), round(expected + width)

    def spread(self, village: VillageReading, name: str) -> float:
        """By which share the figure usually strays from that in so many quarters."""
        own, pooled = village.movements[name], self.movements[name].spread
        middle = median(own) if own else 0.0
        strayed = quantile([abs(each - middle) for each in own], 0.6) / 0.84
        weighted = (len(own) * strayed**2 + OWN_WEIGHS_FROM * pooled**2) / (len(own) + OWN_WEIGHS_FROM)
        return _bounded(sqrt(weighted)) * sqrt(village.gap)


def _bounded(spread: float) -> float:
    return min(MOST_SPREAD, max(LEAST_SPREAD, spread))


def _reading(index: int, village: VillageContext, typed: Figures, period: str) -> VillageReading:
    last_period, last = village.course[-1] if village.course else (period, None)
    gap = max(1, Quarter.parse(last_period).until(Quarter.parse(period)))
    return VillageReading(index, village, typed, last, gap, {name: _movements(village, name) for name in NAMES})


def _movements(village: VillageContext, name: str) -> list[float]:
    """By how much the figure moved a quarter, from one approved quarter to the next."""
    known = [(Quarter.parse(period), row[name]) for period, row in village.course if row.get(name) is not None]
    return [moved(now, before) / max(1, earlier.until(later)) for (earlier, before), (later, now) in pairwise(known)]
