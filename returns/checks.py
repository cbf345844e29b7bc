"""The checks of a line's figures: plain functions, the same for the form and for the data package.

An error blocks; an oddity asks for a sentence of explanation. Each problem is put on the
first-named column of its inequality (data package, "Checks on the way in").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from returns.figures import BY_NAME, NAMES, Figures

MOVED_TOO_FAR = Fraction(20, 100)
"""A rate that moved by more than 20 points asks for an explanation; exactly 20 does not."""


MISSING = "missing"


class Level(StrEnum):
    ERROR = "error"
    ODDITY = "oddity"


@dataclass(frozen=True)
class Problem:
    """What is wrong or odd with ``figure`` (a column's name) at ``value``; ``message`` is a Chinese sentence."""

    level: Level
    figure: str
    value: int | None
    code: str
    message: str

    @property
    def is_error(self) -> bool:
        return self.level == Level.ERROR


_MUST_NOT_EXCEED = (
    ("broadband_covered_households", "households"),
    ("fibre_covered_households", "broadband_covered_households"),
    ("fibre_users", "broadband_users"),
)
_SELDOM_EXCEEDS = (
    ("broadband_users", "broadband_covered_households"),
    ("fibre_users", "fibre_covered_households"),
)
RATES = (
    ("coverage", "光网络覆盖率", "fibre_covered_households", "broadband_covered_households"),
    ("penetration", "光网用户渗透率", "fibre_users", "broadband_users"),
)
"""Key, label, numerator and denominator of the two rates (S05, S06)."""


def problems(figures: Figures, previous: Figures | None = None, *, complete: bool = False) -> list[Problem]:
    """Everything wrong or odd with a line, errors first, in the order of the columns.

    ``previous`` are the figures of the quarter before, None when there are none. With ``complete``
    (on submission) a missing figure is an error; otherwise a check that lacks a figure is left out.
    """
    found = [*(_missing(figures) if complete else ()), *_exceeding(figures), *_odd(figures)]
    if previous is not None:
        found += [*_fallen(figures, previous), *_jumped(figures, previous)]
    return sorted(found, key=lambda problem: (not problem.is_error, NAMES.index(problem.figure)))


def errors(figures: Figures, *, complete: bool = False) -> list[Problem]:
    """Only what blocks; needs no earlier quarter."""
    return [problem for problem in problems(figures, complete=complete) if problem.is_error]


def oddities(figures: Figures, previous: Figures | None = None) -> list[Problem]:
    """Only what asks for an explanation."""
    return [problem for problem in problems(figures, previous) if not problem.is_error]


def rate(figures: Figures | None, numerator: str, denominator: str) -> Fraction | None:
    """The exact rate, None when a figure is missing or the denominator is 0."""
    if figures is None:
        return None
    part, whole = figures.get(numerator), figures.get(denominator)
    return Fraction(part, whole) if part is not None and whole else None


def _missing(figures: Figures) -> Iterator[Problem]:
    for name in NAMES:
        if figures.get(name) is None:
            label = BY_NAME[name].label
            yield Problem(Level.ERROR, name, None, MISSING, f"{label}没有填：报送前请填写，确实没有请填 0。")


def _exceeding(figures: Figures) -> Iterator[Problem]:
    for name, bound in _MUST_NOT_EXCEED:
        if _above(figures, name, bound):
            yield Problem(
                Level.ERROR,
                name,
                figures[name],
                f"{name}_above_{bound}",
                _comparison(figures, name, bound) + "，不应超过：请核对后改正。",
            )


def _odd(figures: Figures) -> Iterator[Problem]:
    for name, bound in _SELDOM_EXCEEDS:
        if _above(figures, name, bound):
            yield Problem(
                Level.ODDITY,
                name,
                figures[name],
                f"{name}_above_{bound}",
                _comparison(figures, name, bound) + "：请核对，属实请说明原因。",
            )


def _fallen(figures: Figures, previous: Figures) -> Iterator[Problem]:
    for name in NAMES:
        now, before = figures.get(name), previous.get(name)
        if now is not None and before is not None and now < before:
            message = f"{BY_NAME[name].label}比上季度减少（{before} → {now}）：请核对，属实请说明原因。"
            yield Problem(Level.ODDITY, name, now, "fell", message)


def _jumped(figures: Figures, previous: Figures) -> Iterator[Problem]:
    for key, label, numerator, denominator in RATES:
        now, before = rate(figures, numerator, denominator), rate(previous, numerator, denominator)
        if now is not None and before is not None and abs(now - before) > MOVED_TOO_FAR:
            message = (
                f"{label}比上季度变动超过 20 个百分点（{_percent(before)} → {_percent(now)}）：请核对，属实请说明原因。"
            )
            yield Problem(Level.ODDITY, numerator, figures[numerator], f"{key}_moved", message)


def _above(figures: Figures, name: str, bound: str) -> bool:
    value, limit = figures.get(name), figures.get(bound)
    return value is not None and limit is not None and value > limit


def _comparison(figures: Figures, name: str, bound: str) -> str:
    return f"{BY_NAME[name].label}（{figures[name]}）大于{BY_NAME[bound].label}（{figures[bound]}）"


def _percent(value: Fraction) -> str:
    """Truncated to one decimal, never rounded up (A28)."""
    thousandths = int(value * 1000)
    return f"{thousandths // 10}.{thousandths % 10}%"
