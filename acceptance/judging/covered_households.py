"""Households that the register's access points reach, by village: what returns are told as one source of coverage."""

from collections.abc import Iterator, Sequence

import numpy as np

from acceptance import plan as plans
from acceptance.judging.facts import FactsPart, read
from acceptance.rules.capability import eligible, is_open, is_television, surroundings
from acceptance.rules.facts import Facts
from areas.models import Area
from common.periods import Quarter
from returns.sources.own import natural_villages
from returns.sources.vocabulary import FigureSource, Part, SourceFigure

COLUMNS = ("broadband_covered_households", "fibre_covered_households")
"""Reached by anything that is open and carries more than television; by what the plan accepts (S17)."""


def covered(township: str, quarter: Quarter, villages: Sequence[Area]) -> Iterator[SourceFigure]:
    """The households of natural villages all of whose settlements are reached, of each village without compounds.

    Nothing is said of a village where a settlement has no coordinates or a natural village no settlement: that would be
    a guess. A dozen queries for a township.
    """
    asked = natural_villages(villages, quarter)
    if not asked:
        return
    plan = plans.current()
    day = np.datetime64(quarter.last_day)
    facts = read(township[:6], [], (), FactsPart(tuple(asked)), plan.capability.largest_radius_m).on(day)
    near, points = surroundings(facts, plan.capability).near, facts.access_points
    reaching = (
        is_open(points, day) & ~is_television(points, plan.capability),
        eligible(points, day, plan.capability),
    )
    for name, accepted in zip(COLUMNS, reaching, strict=True):
        reached = np.zeros(len(facts.sites), dtype=bool)
        reached[near.place[accepted[near.centre]]] = True
        known = _reach(facts, reached, day)
        for code, parts in asked.items():
            if (found := _figure(code, name, parts, known)) is not None:
                yield found


def _reach(facts: Facts, reached: np.ndarray, day: np.datetime64) -> dict[str, bool | None]:
    """Whether every settlement of an area is reached, by its code; None where one has no coordinates."""
    found: dict[str, bool | None] = {}
    sites = facts.sites
    standing = sites.of(("settlement",)) & (sites.valid_from <= day) & (day < sites.valid_to)
    for row in np.flatnonzero(standing):
        code = facts.areas.code[sites.area[row]]
        here = bool(reached[row]) if sites.located[row] else None
        before = found.get(code, True)
        found[code] = None if here is None or before is None else here and before
    return found


def _figure(code: str, name: str, parts: list[Area], known: dict[str, bool | None]) -> SourceFigure | None:
    if any(known.get(each.code) is None for each in parts):
        return None
    made = tuple(Part(each.name, each.permanent_households, bool(known[each.code])) for each in parts)
    total = sum(part.number for part in made if part.is_counted)
    count = sum(part.is_counted for part in made)
    return SourceFigure(code, name, total, FigureSource.COMPUTED, f"{count} / {len(made)} 个自然村", made)
