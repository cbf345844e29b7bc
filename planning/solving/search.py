"""The least plan of a problem: by stages of the objective, each proven before the next, or the best that there was time for."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from planning.solving.actions import KINDS, NEW, BuildAction, Costs
from planning.solving.problem import Problem
from planning.solving.program import Clock, Program

Stage = Callable[[BuildAction], int]
"""What an action adds to a stage of the objective."""


class NoPlan(Exception):
    """No set of the actions reaches the goal under the conditions."""


@dataclass(frozen=True)
class Least:
    """The chosen columns, and of each stage in turn what no plan is below; proven where it is the plan's own."""

    chosen: frozenset[int]
    value: tuple[int, ...]
    bound: tuple[int, ...]


def stages(objective: str, costs: Costs | None) -> tuple[Stage, ...]:
    """``fewest``: the kinds of action in turn; ``cost``: yuan."""
    if objective == "cost":
        assert costs is not None
        known = costs
        return (lambda action: known[action.kind][action.operator] * action.size,)
    return tuple(_of_kind(kind) for kind in KINDS)


def _of_kind(kind: str) -> Stage:
    return lambda action: action.size if action.kind == kind else 0


def least(problem: Problem, by: tuple[Stage, ...], clock: Clock, at_most: int | None = None) -> Least:
    """The least plan, stage by stage; NoPlan when there is none with at most so many new points."""
    program, best = Program.of(problem), greedy(problem, by)
    if at_most is not None:
        new = {column: 1.0 for column, each in enumerate(problem.actions) if each.kind == NEW}
        program.at_most(new, at_most)
        if best is not None and len(best & new.keys()) > at_most:
            best = None
    bound: list[int] = []
    for stage in by:
        weights = [(column, weight) for column, each in enumerate(problem.actions) if (weight := stage(each))]
        if best is not None and not _worth(best, weights):
            bound.append(0)
        else:
            found = program.solved(weights, clock.left)
            if found.is_impossible and best is None:
                raise NoPlan
            if found.chosen is not None and problem.holds(found.chosen):
                better = pruned(problem, found.chosen, by)
                best = better if best is None else min(best, better, key=lambda each: _value(problem, each, by))
            if best is None:
                raise NoPlan
            bound.append(max(0, min(found.bound or 0, _worth(best, weights))))
        if bound[-1] < _worth(best, weights):
            break
        program.at_most({column: float(weight) for column, weight in weights}, bound[-1])
    assert best is not None
    bound += [0] * (len(by) - len(bound))
    return Least(best, _value(problem, best, by), tuple(bound))


def _worth(chosen: Collection[int], weights: list[tuple[int, int]]) -> int:
    return sum(weight for column, weight in weights if column in chosen)


def _value(problem: Problem, chosen: Iterable[int], by: tuple[Stage, ...]) -> tuple[int, ...]:
    """What the solution comes to, counted from itself."""
    some = [problem.actions[column] for column in chosen]
    return tuple(sum(map(stage, some)) for stage in by)


def pruned(problem: Problem, chosen: Collection[int], by: tuple[Stage, ...]) -> frozenset[int]:
    """The chosen columns without those that can be spared one after the other, the dearest first."""
    left = set(chosen)
    for column in sorted(chosen, key=lambda each: (_value(problem, [each], by), each), reverse=True):
        if problem.holds(left - {column}):
            left.discard(column)
    return frozenset(left)


def greedy(problem: Problem, by: tuple[Stage, ...]) -> frozenset[int] | None:
    """A plan that may not be the least: again and again the action that covers most of what is still open."""
    from planning.solving.grasping import grasped

    chosen = grasped(problem)
    return None if chosen is None else pruned(problem, chosen, by)
