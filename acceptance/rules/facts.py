"""The facts of a county as columns: row numbers stand for areas, sites, access points and operators."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

import numpy as np

from acceptance.rules.ledger import Ledger
from acceptance.rules.plan import KINDS, SITE_KINDS

FOREVER = np.datetime64("9999-12-31") + 1
"""Stands for a blank end: later than any as-of date."""
ALWAYS = np.datetime64("0001-01-01")
"""Stands for a blank beginning."""

SETTINGS = ("", "urban", "rural")
URBAN, RURAL = 1, 2

KIND = {kind: number for number, kind in enumerate(KINDS)}
SITE_KIND = {kind: number for number, kind in enumerate(SITE_KINDS)}

NOWHERE = -1
"""The area of a site while it stands at one that is not at hand."""


@dataclass(frozen=True)
class Dated:
    """What rows of a column hold from days on (变更): row numbers, days and values, in the order of the days."""

    row: np.ndarray
    since: np.ndarray
    value: np.ndarray

    def begun(self, on: np.datetime64) -> int:
        """How many of the values have taken effect on a date."""
        return int(np.searchsorted(self.since, on, side="right"))


DatedColumns = Mapping[str, Dated]
"""By column what became of it; the columns themselves hold the values from the beginning."""


@dataclass(frozen=True)
class Areas:
    """The tree, ordered by code, so that a parent stands before its children; ``parent`` is -1 at the top."""

    code: list[str]
    kind: np.ndarray
    parent: np.ndarray
    permanent_households: np.ndarray
    setting: np.ndarray
    demonstration: np.ndarray
    valid_from: np.ndarray
    valid_to: np.ndarray
    dated: DatedColumns = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.code)

    def on(self, day: np.datetime64) -> "Areas":
        """The areas with the values of a date; codes, parents and intervals are the same on every day."""
        found = _valued(self, day)
        if found is not self:
            found.__dict__["levels"] = self.levels
        return found

    @cached_property
    def levels(self) -> list[np.ndarray]:
        """Row numbers by depth, the top first."""
        found, level = [], np.flatnonzero(self.parent < 0)
        depth = np.where(self.parent < 0, 0, -1)
        while len(level):
            found.append(level)
            level = np.flatnonzero((depth < 0) & (depth[self.parent] == len(found) - 1))
            depth[level] = len(found)
        return found

    def of(self, *kinds: str) -> np.ndarray:
        """Which rows are of these kinds."""
        return np.logical_or.reduce([self.kind == KIND[kind] for kind in kinds])

    def add_to_parents(self, rows: np.ndarray, counts: np.ndarray) -> None:
        """Add the ``counts`` of the rows to those of their parents; none of the rows may be the parent of another."""
        if not len(rows):
            return
        rows = rows[np.argsort(self.parent[rows], kind="stable")]
        first = np.flatnonzero(np.diff(self.parent[rows], prepend=-1))
        counts[self.parent[rows[first]]] += np.add.reduceat(counts[rows], first, axis=0)

    def roll_up(self, own: np.ndarray) -> np.ndarray:
        """For each area the sum of ``own`` at it and everywhere beneath; ``own`` may have several columns."""
        total = own.copy()
        for level in reversed(self.levels):
            self.add_to_parents(level[self.parent[level] >= 0], total)
        return total

    def roll_down(self, own: np.ndarray) -> np.ndarray:
        """For each area the sum of ``own`` at it and at all its ancestors."""
        total = own.copy()
        for level in self.levels:
            below = level[self.parent[level] >= 0]
            total[below] += total[self.parent[below]]
        return total

    @cached_property
    def effective_setting(self) -> np.ndarray:
        """Each area's own setting, else that of the nearest ancestor that has one, else 0."""
        setting = self.setting.copy()
        for level in self.levels:
            blank = level[(setting[level] == 0) & (self.parent[level] >= 0)]
            setting[blank] = setting[self.parent[blank]]
        return setting

    def in_force(self, on: np.datetime64) -> np.ndarray:
        """valid_from <= on < valid_to, for the area and all its ancestors (docs/rules.md, section 1)."""
        standing = (self.valid_from <= on) & (on < self.valid_to)
        for level in self.levels:
            below = level[self.parent[level] >= 0]
            standing[below] &= standing[self.parent[below]]
        return standing


@dataclass(frozen=True)
class Sites:
    """Places that need access; ``lon`` and ``lat`` are NaN where unknown."""

    site_id: list[str]
    area: np.ndarray
    kind: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    setting: np.ndarray
    valid_from: np.ndarray
    valid_to: np.ndarray
    dated: DatedColumns = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.site_id)

    def on(self, day: np.datetime64) -> "Sites":
        """The sites with the values of a date; one that stands NOWHERE is not in force."""
        found = _valued(self, day)
        nowhere = found.area == NOWHERE
        if not nowhere.any():
            return found
        return replace(
            found,
            area=np.where(nowhere, 0, found.area),
            valid_from=np.where(nowhere, FOREVER, found.valid_from),
        )

    @cached_property
    def located(self) -> np.ndarray:
        return ~np.isnan(self.lon)

    def of(self, kinds: tuple[str, ...]) -> np.ndarray:
        return np.logical_or.reduce([self.kind == SITE_KIND[kind] for kind in kinds])


@dataclass(frozen=True)
class AccessPoints:
    """Access points of all operators; ``closed_on`` is FOREVER while open."""

    ap_id: list[str]
    operator: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    downstream_mbps: np.ndarray
    tv_only: np.ndarray
    opened_on: np.ndarray
    closed_on: np.ndarray
    dated: DatedColumns = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ap_id)

    def on(self, day: np.datetime64) -> "AccessPoints":
        """The access points with the values of a date."""
        return _valued(self, day)


Table = TypeVar("Table", Areas, Sites, AccessPoints)


def _valued(table: Table, day: np.datetime64) -> Table:
    """The table with what its dated columns hold on a date; the very same where nothing has taken effect."""
    changed = {}
    for name, dated in table.dated.items():
        if count := dated.begun(day):
            changed[name] = getattr(table, name).copy()
            changed[name][dated.row[:count]] = dated.value[:count]
    return replace(table, **changed) if changed else table


@dataclass(frozen=True)
class Orders:
    """Service orders; ``completed_on`` and ``cancelled_on`` are FOREVER where blank."""

    order_id: list[str]
    operator: np.ndarray
    area: np.ndarray
    accepted_on: np.ndarray
    completed_on: np.ndarray
    cancelled_on: np.ndarray
    needs_expansion: np.ndarray

    def __len__(self) -> int:
        return len(self.order_id)


@dataclass(frozen=True)
class Returns:
    """The usable lines of one period and basis: row numbers of areas, and the five figures of each."""

    area: np.ndarray
    figures: np.ndarray


@dataclass(frozen=True)
class Facts:
    """Everything that the verdicts on a county depend on besides the plan; ``returns`` by period and basis.

    When only some villages are at hand, ``elsewhere`` holds for each area what counts beneath it in the others.
    """

    areas: Areas
    sites: Sites
    operators: list[str]
    access_points: AccessPoints
    orders: Orders
    returns: dict[tuple[str, str], Returns]
    elsewhere: dict[tuple[str, str], Ledger] = field(default_factory=dict)

    @cached_property
    def _dated(self) -> list[Dated]:
        return [dated for table in (self.areas, self.sites, self.access_points) for dated in table.dated.values()]

    def epoch(self, day: np.datetime64) -> tuple[int, ...]:
        """How many dated values of each column have taken effect: the same on all days with the same values."""
        return tuple(dated.begun(day) for dated in self._dated)

    def on(self, day: np.datetime64) -> "Facts":
        """The facts with the values of a date; the very same where nothing ever changed."""
        if not self._dated:
            return self
        return replace(
            self, areas=self.areas.on(day), sites=self.sites.on(day), access_points=self.access_points.on(day)
        )
