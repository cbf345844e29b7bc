"""The document of a build plan (docs/build-plan.md), and the way to it: pins, places, search, judgement, gains."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from acceptance.rules.shares import State
from planning.question import CannotPlan
from planning.solving import candidates
from planning.solving.actions import KINDS, NEW, BuildAction, Costs, cost, count
from planning.solving.candidates import Candidates
from planning.solving.effects import judged
from planning.solving.problem import Problem, problem
from planning.solving.program import Clock
from planning.solving.search import Least, NoPlan, Stage, least, stages
from planning.solving.targets import OutOfReach, Target
from planning.solving.ways import Allowed, Finder, possible, sites_of


@dataclass(frozen=True)
class Reached:
    """A plan: all of its actions, those that were pinned first; ``value`` and ``bound`` by stage of the objective."""

    actions: tuple[BuildAction, ...]
    value: tuple[int, ...]
    bound: tuple[int, ...]


@dataclass(frozen=True)
class Conditions:
    """What a plan has to keep to, in rows of the facts; ``costs`` in yuan by kind and operator where money is the objective."""

    objective: str
    places: str
    operators: tuple[int, ...]
    costs: Costs | None = None
    without: frozenset[BuildAction] = frozenset()
    pinned: tuple[BuildAction, ...] = ()
    at_most: int | None = None


def rank(conditions: Conditions) -> Callable[[BuildAction, BuildAction], bool]:
    """Whether an action is no dearer than another: by its kind, or in yuan."""
    if conditions.objective == "cost":
        stage = stages(conditions.objective, conditions.costs)[0]
        return lambda one, other: stage(one) <= stage(other)
    return lambda one, other: KINDS.index(one.kind) >= KINDS.index(other.kind)


def reached(target: Target, conditions: Conditions, clock: Clock) -> Reached:
    """The least plan; NoPlan or OutOfReach when there is none."""
    pinned = conditions.pinned
    if pinned:
        period = judged(target.period, pinned)
        target = Target(period, target.basis, target.area, target.milestone)
    by = stages(conditions.objective, conditions.costs)
    value = tuple(sum(map(stage, pinned)) for stage in by)
    at_most = conditions.at_most
    if at_most is not None:
        at_most -= sum(each.kind == NEW for each in pinned)
        if at_most < 0:
            raise NoPlan
    if target.state == State.PASSED:
        return Reached(pinned, value, value)
    if target.state == State.LEFT_OUT:
        raise OutOfReach
    searched = Searched(target, conditions)
    found = least(searched.problem(), by, clock, at_most)
    bound = found.bound
    if bound == found.value and searched.is_roomier:
        bound = _roomy_bound(searched, by, clock, at_most, found)
    elif searched.is_roomier:
        bound = tuple(0 for _ in by)
    actions = tuple(searched.actions[column] for column in sorted(found.chosen))
    return Reached(
        pinned + actions,
        tuple(a + b for a, b in zip(value, found.value, strict=True)),
        tuple(a + b for a, b in zip(value, bound, strict=True)),
    )


def _roomy_bound(
    searched: "Searched", by: tuple[Stage, ...], clock: Clock, at_most: int | None, found: Least
) -> tuple[int, ...]:
    """The bound with larger radii, which no place anywhere can be below."""
    roomy = least(searched.problem(roomy=True), by, clock, at_most)
    return min(roomy.bound, found.value)


class Searched:
    """A target that does not pass yet, with everything that may be done for it."""

    def __init__(self, target: Target, conditions: Conditions) -> None:
        """OutOfReach when nothing that may be done suffices."""
        self.target, self.conditions = target, conditions
        self.goal = target.goal()
        wanted = sites_of(self.goal)
        self.finder = Finder(target.period, wanted, target.of_reach, Allowed(conditions.operators, conditions.without))
        self.places = self._places(np.array(wanted, dtype=np.int64))
        self.is_roomier = self.places.roomy is not self.places.reach and self.places.roomy != self.places.reach
        self.actions: list[BuildAction] = []

    def _places(self, wanted: np.ndarray) -> Candidates:
        find = candidates.anywhere if self.conditions.places == "anywhere" else candidates.at_sites
        found = find(self.target.period, wanted)
        barred = {(each.lon, each.lat) for each in self.conditions.without if each.kind == NEW}
        kept = [
            place for place, at in enumerate(zip(found.lon.tolist(), found.lat.tolist(), strict=True)) if at in barred
        ]
        return candidates.best(found, frozenset(kept))

    def problem(self, roomy: bool = False) -> Problem:
        """The problem with new points at the places; with ``roomy`` as if their radii were larger."""
        ways = self.finder.ways(self.places, roomy)
        goal = possible(self.goal, ways)
        if goal is None:
            raise OutOfReach
        found = problem(goal, ways, rank(self.conditions))
        if not roomy:
            self.actions = found.actions
        return found


def document(head: dict, target: Target, conditions: Conditions, found: Reached | None) -> dict:
    """``status`` to ``after``; ``head`` holds what stands before. CannotPlan when the rules do not find what was to be reached."""
    after = judged(target.period, found.actions) if found and found.actions else target.period
    reached_target = Target(after, target.basis, target.area, target.milestone)
    if found is not None and reached_target.state != State.PASSED:
        raise CannotPlan("按规则重新评定后没有达到目标，这份方案有误，不予给出。请把问题和数据交给系统管理员。")
    return head | {
        "status": _status(target, found),
        "objective": conditions.objective,
        "places": conditions.places,
        "value": found and _counts(found.actions, conditions),
        "bound": found and _bound(found, conditions),
        "actions": [],
        "before": target.figures(),
        "after": found and reached_target.figures(),
        "beyond_building": [] if found else target.blockers(),
    }


def _status(target: Target, found: Reached | None) -> str:
    if found is None:
        return "impossible"
    if not found.actions and target.state == State.PASSED:
        return "met"
    return "optimal" if found.value == found.bound else "feasible"


def _counts(actions: Sequence[BuildAction], conditions: Conditions) -> dict[str, int]:
    counts = count(actions)
    if conditions.objective == "cost":
        assert conditions.costs is not None
        counts["cost"] = cost(actions, conditions.costs)
    return counts


def _bound(found: Reached, conditions: Conditions) -> dict[str, int]:
    if conditions.objective != "cost":
        return dict(zip(KINDS, found.bound, strict=True))
    if found.value == found.bound:
        return _counts(found.actions, conditions)
    return dict.fromkeys(KINDS, 0) | {"cost": found.bound[0]}
