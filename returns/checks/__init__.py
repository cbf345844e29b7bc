"""The checks of a return: declared once (``declared``), run here, on the server always and in the browser where that helps.

``line_problems`` checks a line by the terms of its quarter. ``problems`` is the same by the terms as declared and
against the quarter before alone, which is what the data package is checked by (docs/data-package.md, “Checks”).
Each problem is put on the first-named column of its inequality.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from common.periods import Quarter
from returns.checks.declared import (
    AGAINST_SOURCES,
    BY_CODE,
    CHECKS,
    EDITABLE,
    MISSING,
    ODDITIES,
    OFF_REGISTRY,
    OPERATORS,
    RATES,
)
from returns.checks.rules import is_off, percent, rate
from returns.checks.vocabulary import (
    LABELS,
    NOTHING_BESIDE,
    WAYS_OUT,
    Beside,
    Bound,
    FigureCheck,
    FigureProblem,
    Level,
    Registered,
    Terms,
)
from returns.figures import NAMES, Figures

__all__ = [
    "AGAINST_SOURCES",
    "BY_CODE",
    "CHECKS",
    "EDITABLE",
    "IN_A_PACKAGE",
    "LABELS",
    "MISSING",
    "NOTHING_BESIDE",
    "ODDITIES",
    "OFF_REGISTRY",
    "OPERATORS",
    "RATES",
    "Beside",
    "Bound",
    "FigureCheck",
    "FigureProblem",
    "Level",
    "Registered",
    "Terms",
    "Using",
    "errors",
    "for_browser",
    "is_off",
    "line_problems",
    "oddities",
    "percent",
    "problems",
    "rate",
]

DECLARED = {check.code: check.terms for check in CHECKS}


@dataclass(frozen=True)
class Using:
    """By what a return is checked: the terms of each check, and the quarter (None: every check blocks)."""

    quarter: Quarter | None = None
    terms: Mapping[str, Terms] = field(default_factory=lambda: DECLARED)


AS_DECLARED = Using()
IN_A_PACKAGE = Using(None, DECLARED | {"penetration_moved": Terms(20)})
"""By what a data package is checked: its own format fixes the bounds (docs/data-package.md), whatever is asked of townships."""


def line_problems(figures: Figures, beside: Beside, using: Using, *, complete: bool = False) -> list[FigureProblem]:
    """Everything wrong or odd with a line, errors first, then oddities, then advice, in the order of the columns.

    With ``complete`` (on submission) a missing figure is an error; otherwise a check that lacks a
    figure is left out.
    """
    every = [
        problem
        for check in CHECKS
        if complete or not check.on_submission
        for problem in check.problems(figures, beside, using.quarter, using.terms[check.code])
    ]
    return sorted(every, key=lambda problem: (_GRAVEST.index(problem.level), NAMES.index(problem.figure)))


_GRAVEST = tuple(Level)


def problems(figures: Figures, previous: Figures | None = None, *, complete: bool = False) -> list[FigureProblem]:
    """What is wrong or odd with a line of a data package, with the quarter before (None: unknown) beside."""
    return line_problems(figures, Beside(previous=previous), IN_A_PACKAGE, complete=complete)


def errors(figures: Figures, *, complete: bool = False) -> list[FigureProblem]:
    """The problems of a line that block submission; no earlier quarter is needed."""
    return [problem for problem in problems(figures, complete=complete) if problem.is_error]


def oddities(figures: Figures, previous: Figures | None = None) -> list[FigureProblem]:
    """The problems of a line that ask for an explanation."""
    return [problem for problem in problems(figures, previous) if problem.is_oddity]


def for_browser(using: Using) -> list[dict]:
    """The checks that can run in the browser, ready for JSON, by the terms of a return.

    Each has ``code``, ``name``, ``level``, ``bound``, ``sentence`` (with placeholders in braces),
    ``ending``, and ``rule``: its ``kind`` and the columns it reads. The server asks all of them again.

    missing, range: every column; words label (range: value, least, most). above: ``figure`` >
    ``limit`` + bound; words label, limit_label, value, limit. fell: before - now > bound in any column;
    words label, before, value. moved: ``numerator`` / ``denominator`` moved by more than bound points;
    words label, before, value (percent, truncated to one decimal). unchanged needs earlier quarters.
    """
    return [_described(check, using) for check in CHECKS if check.rule.kind]


def _described(check: FigureCheck, using: Using) -> dict:
    terms = using.terms[check.code]
    level = check.level_in(using.quarter, terms)
    return {
        "code": check.code,
        "name": check.name,
        "level": level.value,
        "bound": terms.bound,
        "sentence": check.sentence,
        "ending": check.way_out or WAYS_OUT[level],
        "on_submission": check.on_submission,
        "rule": vars(check.rule),
    }
