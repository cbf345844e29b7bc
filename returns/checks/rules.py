"""The kinds of rule that checks are declared with: plain and exact, no database, no clock.

A rule that lacks a figure finds nothing. A bound is the last value that is in order; one more is odd.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from returns.checks.vocabulary import Beside, CheckHit
from returns.figures import BY_NAME, FIGURES, NAMES, Figures


def rate(figures: Figures | None, numerator: str, denominator: str) -> Fraction | None:
    """The exact rate, None when a figure is missing or the denominator is 0."""
    if figures is None:
        return None
    part, whole = figures.get(numerator), figures.get(denominator)
    return Fraction(part, whole) if part is not None and whole else None


def percent(value: Fraction) -> str:
    """Truncated to one decimal, never rounded up (A28); a negative one towards zero."""
    thousandths = int(abs(value) * 1000)
    sign = "-" if value < 0 and thousandths else ""
    return f"{sign}{thousandths // 10}.{thousandths % 10}%"


def is_off(value: int, other: int, bound: int) -> bool:
    """Whether a figure differs from another by more than ``bound`` percent of that other."""
    return abs(value - other) * 100 > bound * other


@dataclass(frozen=True)
class MissingFigure:
    """A figure that is not there."""

    kind: str = "missing"

    def findings(self, figures: Figures, beside: Beside, bound: int) -> Iterator[CheckHit]:
        for name in NAMES:
            if figures.get(name) is None:
                yield CheckHit(name, {"label": BY_NAME[name].label})


@dataclass(frozen=True)
class OutOfRange:
    """A figure beneath its column's minimum or above its maximum."""

    kind: str = "range"

    def findings(self, figures: Figures, beside: Beside, bound: int) -> Iterator[CheckHit]:
        for figure in FIGURES:
            value = figures.get(figure.name)
            if value is not None and not figure.minimum <= value <= figure.maximum:
                words = {"label": figure.label, "value": value, "least": figure.minimum, "most": figure.maximum}
                yield CheckHit(figure.name, words)


@dataclass(frozen=True)
class Above:
    """A figure that exceeds another one of its line by more than the bound."""

    figure: str
    limit: str
    kind: str = "above"

    def findings(self, figures: Figures, beside: Beside, bound: int) -> Iterator[CheckHit]:
        value, limit = figures.get(self.figure), figures.get(self.limit)
        if value is not None and limit is not None and value > limit + bound:
            labels = {"label": BY_NAME[self.figure].label, "limit_label": BY_NAME[self.limit].label}
            yield CheckHit(self.figure, labels | {"value": value, "limit": limit})


@dataclass(frozen=True)
class Fell:
    """A figure that is lower than in the quarter before by more than the bound."""

    kind: str = "fell"

    def findings(self, figures: Figures, beside: Beside, bound: int) -> Iterator[CheckHit]:
        for name in NAMES if beside.previous else ():
            now, before = figures.get(name), beside.previous.get(name)
            if now is not None and before is not None and before - now > bound:
                yield CheckHit(name, {"label": BY_NAME[name].label, "before": before, "value": now})


@dataclass(frozen=True)
class MovedRate:
    """A rate that moved since the quarter before by more points than the bound, up or down."""

    label: str
    numerator: str
    denominator: str
    kind: str = "moved"

    def findings(self, figures: Figures, beside: Beside, bound: int) -> Iterator[CheckHit]:
        now, before = (rate(each, self.numerator, self.denominator) for each in (figures, beside.previous))
        if now is not None and before is not None and abs(now - before) > Fraction(bound, 100):
            words = {"label": self.label, "before": percent(before), "value": percent(now)}
            yield CheckHit(self.numerator, words)


@dataclass(frozen=True)
class Unchanged:
    """A line whose five figures are the same in so many quarters as the bound says, this one counted."""

    kind: str = "unchanged"

    def findings(self, figures: Figures, beside: Beside, bound: int) -> Iterator[CheckHit]:
        before = beside.earlier[: bound - 1]
        is_whole = all(figures.get(name) is not None for name in NAMES) and len(before) == bound - 1
        if is_whole and all(each and all(each[name] == figures[name] for name in NAMES) for each in before):
            yield CheckHit(NAMES[0])


@dataclass(frozen=True)
class OffRegistry:
    """All households of a village against the permanent households registered for its natural villages.

    Fewer by more than the bound (percent of what is registered) is odd in every village; more only
    where the natural villages are all there is.
    """

    figure: str = "households"
    kind: str = ""

    def findings(self, figures: Figures, beside: Beside, bound: int) -> Iterator[CheckHit]:
        value, registered = figures.get(self.figure), beside.registered
        if value is None or registered is None or not is_off(value, registered.households, bound):
            return
        if value < registered.households or registered.is_whole:
            words = {"label": BY_NAME[self.figure].label, "value": value, "registered": registered.households}
            yield CheckHit(self.figure, words | {"side": "少" if value < registered.households else "多"})


@dataclass(frozen=True)
class OffOperators:
    """Users against the sum of what all operators count, by more than the bound (percent of that sum)."""

    names: tuple[str, ...] = ("broadband_users", "fibre_users")
    kind: str = ""

    def findings(self, figures: Figures, beside: Beside, bound: int) -> Iterator[CheckHit]:
        for name in self.names if beside.counted else ():
            value, counted = figures.get(name), beside.counted.get(name)
            if value is not None and counted is not None and is_off(value, counted, bound):
                share = percent(Fraction(value - counted, counted)) if counted else "无法折算百分比"
                words = {"label": BY_NAME[name].label, "value": value, "counted": counted, "share": share}
                yield CheckHit(name, words | {"change": f"{value - counted:+d}"})


@dataclass(frozen=True)
class AgainstSources:
    """A figure against what the sources agree on, by more than the bound (percent of that figure); 0 asks no source."""

    kind: str = ""

    def findings(self, figures: Figures, beside: Beside, bound: int) -> Iterator[CheckHit]:
        for name, (agreed, sources) in beside.agreed.items() if bound else ():
            value = figures.get(name)
            if value is not None and is_off(value, agreed, bound):
                words = {"label": BY_NAME[name].label, "value": value, "agreed": agreed, "sources": sources}
                yield CheckHit(name, words)


@dataclass(frozen=True)
class StandsOut:
    """What was found odd from a score on (in hundredths); of a row that is odd as a whole its figures are not told one by one."""

    kind: str = ""

    def findings(self, figures: Figures, beside: Beside, bound: int) -> Iterator[CheckHit]:
        found = [each for each in beside.odd if bound and each.points >= bound]
        whole = [each for each in found if not each.figure]
        for each in whole or found:
            yield CheckHit(each.figure or NAMES[0], {"words": each.words}, each.more)
