"""How each site that matters may come to pass: which actions reach it, and whose orders must be completed for it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from acceptance.rules.judge import Period
from acceptance.rules.shares import needed
from planning.solving.actions import NEW, BuildAction, order_actions, point_actions
from planning.solving.candidates import Candidates
from planning.solving.targets import Enough, Goal

Columns = frozenset[int]


@dataclass(frozen=True)
class Cover:
    """Holds when at least ``times`` of the columns do."""

    columns: Columns
    times: int = 1


@dataclass
class Ways:
    """The actions as columns, then helping columns: each may hold when each of its clauses has a column that does.

    ``cover`` says for each site, by its row, what it takes; ``roomy`` the like with larger radii of new points.
    """

    actions: list[BuildAction]
    helping: list[list[Columns]] = field(default_factory=list)
    cover: dict[int, Cover] = field(default_factory=dict)

    def helper(self, clauses: list[Columns]) -> int:
        """The number of the helping column with these clauses; a clause of one column alone needs none."""
        if len(clauses) == 1 and len(clauses[0]) == 1:
            return next(iter(clauses[0]))
        key = tuple(sorted(map(tuple, map(sorted, clauses))))
        if key not in self._known:
            self._known[key] = len(self.actions) + len(self.helping)
            self.helping.append(clauses)
        return self._known[key]

    _known: dict[tuple, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Allowed:
    """What may be planned: operators of new points by their rows, and which actions may not be taken."""

    operators: tuple[int, ...]
    without: frozenset[BuildAction] = frozenset()


def sites_of(goal: Goal) -> list[int]:
    """Rows of all sites on which a goal hangs, in order."""

    def found(each: Goal) -> Iterable[int]:
        for part in each.parts:
            yield from part.sites
            for beneath in part.areas:
                yield from found(beneath)

    return sorted(set(found(goal)))


class Finder:
    """Finds the ways of a period's sites. ``of_reach``: to be reached is enough."""

    def __init__(self, period: Period, wanted: list[int], of_reach: bool, allowed: Allowed) -> None:
        self.period, self.wanted, self.of_reach, self.allowed = period, wanted, of_reach, allowed
        self.operators = len(period.facts.operators)
        self.needs = 1 if of_reach else int(period.county.plan.capability.operators.value)
        orders = [] if of_reach else [each for each in order_actions(period) if each not in allowed.without]
        self.orders = orders
        self.points = [each for each in point_actions(period) if each not in allowed.without]
        self._clauses: dict[tuple[int, int], list[Columns] | None] = {}

    def ways(self, places: Candidates, roomy: bool = False) -> Ways:
        """What may be done, with new points at the places; ``roomy`` reckons their larger radii."""
        new = [
            BuildAction(NEW, operator, float(places.lon[place]), float(places.lat[place]))
            for place in range(len(places))
            for operator in self.allowed.operators
        ]
        stays = [number for number, each in enumerate(new) if each not in self.allowed.without]
        reach = places.roomy if roomy else places.reach
        per_place = len(self.allowed.operators)
        actions = [new[number] for number in stays] + self.points + self.orders
        reaching: dict[tuple[int, int], set[int]] = {}
        for column, number in enumerate(stays):
            for site in reach[number // per_place]:
                reaching.setdefault((site, new[number].operator), set()).add(column)
        self._reached_by_points(reaching, len(stays))
        self._first_order = len(stays) + len(self.points)
        self._clauses.clear()
        ways = Ways(actions)
        for site in self.wanted:
            ways.cover[site] = self._cover(ways, site, reaching)
        return ways

    def _reached_by_points(self, reaching: dict[tuple[int, int], set[int]], first: int) -> None:
        """Which sites the points reach that can be upgraded or opened, as columns from ``first`` on."""
        column = {each.point: first + number for number, each in enumerate(self.points)}
        near = self.period.around.near
        matters = np.isin(near.centre, list(column)) & np.isin(near.place, self.wanted)
        for site, point in zip(near.place[matters].tolist(), near.centre[matters].tolist(), strict=True):
            action = self.points[column[point] - first]
            reaching.setdefault((site, action.operator), set()).add(column[point])

    def _cover(self, ways: Ways, site: int, reaching: dict[tuple[int, int], set[int]]) -> Cover:
        """What it takes until enough operators both reach the site and pass the service test there."""
        verdicts, area = self.period.sites, int(self.period.facts.sites.area[site])
        columns: set[int] = set()
        missing = self.needs
        for operator in range(self.operators):
            reached = bool(verdicts.reaching[site, operator])
            clauses = self._passing(area, operator)
            if clauses is None:
                continue
            if reached and not clauses:
                missing -= 1
                continue
            by = frozenset(reaching.get((site, operator), ()))
            if not reached and not by:
                continue
            if not clauses and self.needs == 1:
                columns |= by
            else:
                columns.add(ways.helper(([] if reached else [by]) + clauses))
        return Cover(frozenset(columns), missing)

    def _passing(self, area: int, operator: int) -> list[Columns] | None:
        """Clauses of order columns until the operator passes at the area; none when it does already, None when it cannot."""
        if self.of_reach or self.period.passes[area, operator]:
            return []
        key = area, operator
        if key not in self._clauses:
            self._clauses[key] = self._order_clauses(area, operator)
        return self._clauses[key]

    def _order_clauses(self, area: int, operator: int) -> list[Columns] | None:
        """From every largest set of orders that is not enough, the clause that one of the others is completed."""
        line, parent = {area}, self.period.facts.areas.parent
        above = area
        while (above := int(parent[above])) >= 0:
            line.add(above)
        numbers = [n for n, each in enumerate(self.orders) if each.operator == operator and each.area in line]
        everything = frozenset(numbers)
        if not self._pass_with(area, operator, everything):
            return None
        failing: list[Columns] = []
        for size in range(len(numbers) - 1, -1, -1):
            for some in map(frozenset, combinations(numbers, size)):
                if not any(some <= each for each in failing) and not self._pass_with(area, operator, some):
                    failing.append(some)
        return [frozenset(self._first_order + n for n in everything - some) for some in failing]

    def _pass_with(self, area: int, operator: int, numbers: Collection[int]) -> bool:
        """Whether the operator passes at the area once these sets of orders are completed when they were due."""
        period = self.period
        service, first = period.service, np.datetime64(period.quarter.first_day)
        rows = [row for number in numbers for row in self.orders[number].orders]
        left_over = sum(bool(period.county.due[row] < first) for row in rows)
        counted = int(service.counted[area, operator]) - left_over
        late = int(service.late[area, operator]) - len(rows)
        return counted - late >= int(needed(period.county.plan.service.least_on_time, np.array(counted)))


def possible(goal: Goal, ways: Ways) -> Goal | None:
    """The goal without the sites that no way leads to; None when it cannot be reached any more."""
    parts = []
    for part in goal.parts:
        sites = tuple(site for site in part.sites if len(ways.cover[site].columns) >= ways.cover[site].times)
        areas = tuple(each for each in (possible(area, ways) for area in part.areas) if each is not None)
        if len(sites) + len(areas) < part.wanted:
            return None
        parts.append(Enough(part.wanted, sites, areas))
    return Goal(tuple(parts), goal.area)
