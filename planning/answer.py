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
from planning.solving.problem import BuildProblem, NoWorse
from planning.solving.problem import problem as problem_of
from planning.solving.program import Clock
from planning.solving.search import Least, NoPlan, Stage, least, stages
from planning.solving.targets import OutOfReach, Target
from planning.solving.ways import Allowed, Finder, possible, sites_of

Search = Callable[[BuildProblem, tuple[Stage, ...], Clock, int | None], Least]


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


def no_dearer(conditions: Conditions) -> NoWorse:
    """Whether an action is no dearer than another: by its kind, or in yuan."""
    if conditions.objective == "cost":
        stage = stages(conditions.objective, conditions.costs)[0]
        return lambda one, other: stage(one) <= stage(other)
    return lambda one, other: KINDS.index(one.kind) >= KINDS.index(other.kind)


def begun(target: Target, conditions: Conditions) -> Target:
    """The target as it stands once the pinned actions are taken."""
    if not conditions.pinned:
        return target
    period = judged(target.period, conditions.pinned)
    return Target(period, target.basis, target.area, target.milestone)


def left_at_most(conditions: Conditions) -> int | None:
    """How many new points may come to the pinned ones; NoPlan when those are too many already."""
    if conditions.at_most is None:
        return None
    left = conditions.at_most - sum(each.kind == NEW for each in conditions.pinned)
    if left < 0:
        raise NoPlan
    return left


def reached(target: Target, conditions: Conditions, clock: Clock, search: Search = least, spare: int = 0) -> Reached:
    """The least plan; NoPlan or OutOfReach when there is none. ``spare`` as ``problem`` has it."""
    by, at_most = stages(conditions.objective, conditions.costs), left_at_most(conditions)
    target = begun(target, conditions)
    if target.state == State.PASSED:
        return together(conditions, by, (), tuple(0 for _ in by))
    searched = Searched(target, conditions, spare)
    problem = searched.problem()
    found = search(problem, by, clock.part(2) if searched.is_roomier else clock, at_most)
    bound = found.bound
    if searched.is_roomier:  # Larger radii, which no place anywhere can be below.
        bound = min(search(searched.problem(roomy=True), by, clock, at_most).bound, found.value)
    return together(conditions, by, tuple(problem.actions[column] for column in sorted(found.chosen)), bound)


def together(
    conditions: Conditions, by: tuple[Stage, ...], actions: tuple[BuildAction, ...], bound: tuple[int, ...]
) -> Reached:
    """The pinned actions and those that were found beside them, for which ``bound`` is."""
    every = conditions.pinned + actions
    more = (sum(map(stage, conditions.pinned)) for stage in by)
    return Reached(
        every, tuple(sum(map(stage, every)) for stage in by), tuple(a + b for a, b in zip(bound, more, strict=True))
    )


class Searched:
    """A target that does not pass yet, with everything that may be done for it."""

    def __init__(self, target: Target, conditions: Conditions, spare: int = 0) -> None:
        """OutOfReach when nothing that may be done suffices; ``spare`` as ``problem`` has it."""
        if target.state == State.LEFT_OUT:
            raise OutOfReach
        self.target, self.conditions, self.spare = target, conditions, spare
        self.goal = target.goal()
        wanted = sites_of(self.goal)
        self.finder = Finder(target.period, wanted, target.of_reach, Allowed(conditions.operators, conditions.without))
        self.places = self._places(np.array(wanted, dtype=np.int64))
        self.is_roomier = self.places.roomy != self.places.reach

    def _places(self, wanted: np.ndarray) -> Candidates:
        find = candidates.anywhere if self.conditions.places == "anywhere" else candidates.at_sites
        found = find(self.target.period, wanted)
        barred = {(each.lon, each.lat) for each in self.conditions.without if each.kind == NEW}
        kept = [
            place for place, at in enumerate(zip(found.lon.tolist(), found.lat.tolist(), strict=True)) if at in barred
        ]
        return candidates.best(found, frozenset(kept), self.spare)

    def problem(self, *, roomy: bool = False, counting: bool = False) -> BuildProblem:
        """The problem with new points at the places; with ``roomy`` as if their radii were larger."""
        ways = self.finder.ways(self.places, roomy)
        goal = possible(self.goal, ways)
        if goal is None:
            raise OutOfReach
        return problem_of(goal, ways, no_dearer(self.conditions), counting=counting, spare=self.spare)


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
