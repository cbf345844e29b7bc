"""The least plan of a problem: by stages of the objective, each proven before the next, or the best that there was time for."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from planning.solving.actions import KINDS, NEW, BuildAction, Costs
from planning.solving.grasping import grasped
from planning.solving.problem import BuildProblem
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


Chosen = frozenset[int]
StageWeights = list[tuple[int, int]]
"""By column what its action adds to a stage."""
Find = Callable[[StageWeights], tuple[Chosen | None, int]]
"""Asked for the least of a stage: a choice that holds, None where none was found, and what no choice is below."""


def least(problem: BuildProblem, by: tuple[Stage, ...], clock: Clock, at_most: int | None = None) -> Least:
    """The least plan, stage by stage; NoPlan when there is none with at most so many new points."""
    program = Program.of(problem)

    def find(weights: StageWeights) -> tuple[Chosen | None, int]:
        found = program.solved(weights, clock.left)
        holds = found.chosen is not None and problem.holds(found.chosen)
        return (pruned(problem, found.chosen, by) if holds and found.chosen is not None else None), found.bound or 0

    return by_stages(program, by, find, greedy(problem, by), at_most)


def by_stages(
    program: Program, by: tuple[Stage, ...], find: Find, best: Chosen | None, at_most: int | None = None
) -> Least:
    """The least of each stage in turn, fixed for the next, from the best that is known; NoPlan when nothing is found at all."""
    problem = program.problem
    if at_most is not None:
        program.at_most(dict.fromkeys(new_points(problem), 1.0), at_most)
        if best is not None and len(best & new_points(problem)) > at_most:
            best = None
    bound: list[int] = []
    for stage in by:
        weights = [(column, weight) for column, each in enumerate(problem.actions) if (weight := stage(each))]
        below = 0
        if best is None or _worth(best, weights):
            found, below = find(weights)
            best = min(
                (each for each in (best, found) if each is not None),
                key=lambda each: value_of(problem, each, by),
                default=None,
            )
        if best is None:
            raise NoPlan
        bound.append(max(0, min(below, _worth(best, weights))))
        if bound[-1] < _worth(best, weights):
            break
        program.at_most({column: float(weight) for column, weight in weights}, bound[-1])
    assert best is not None
    return Least(best, value_of(problem, best, by), (*bound, *[0] * (len(by) - len(bound))))


def new_points(problem: BuildProblem) -> Chosen:
    return frozenset(column for column, each in enumerate(problem.actions) if each.kind == NEW)


def _worth(chosen: Collection[int], weights: StageWeights) -> int:
    return sum(weight for column, weight in weights if column in chosen)


def value_of(problem: BuildProblem, chosen: Iterable[int], by: tuple[Stage, ...]) -> tuple[int, ...]:
    """What the solution comes to, counted from itself."""
    some = [problem.actions[column] for column in chosen]
    return tuple(sum(map(stage, some)) for stage in by)


def dearest_first(problem: BuildProblem, chosen: Iterable[int], by: tuple[Stage, ...]) -> list[int]:
    return sorted(chosen, key=lambda each: (value_of(problem, [each], by), each), reverse=True)


def pruned(problem: BuildProblem, chosen: Collection[int], by: tuple[Stage, ...]) -> frozenset[int]:
    """The chosen columns without those that can be spared one after the other, the dearest first; many at once where that is possible."""
    left = set(chosen)
    waiting = [dearest_first(problem, chosen, by)]
    while waiting:
        some = waiting.pop()
        if problem.holds(left.difference(some)):
            left.difference_update(some)
        elif len(some) > 1:
            waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
    return frozenset(left)


def greedy(problem: BuildProblem, by: tuple[Stage, ...]) -> frozenset[int] | None:
    """A plan that may not be the least: again and again the action that covers most of what is still open."""
    chosen = grasped(problem)
    return None if chosen is None else pruned(problem, chosen, by)
