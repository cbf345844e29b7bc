"""The most members of a target that so many new points can bring: a limit on the points, and the share as the objective."""

from collections.abc import Sequence
from dataclasses import dataclass

from planning.solving.problem import BuildProblem
from planning.solving.program import Program
from planning.solving.search import new_points
from planning.solving.tree import Branch


@dataclass(frozen=True)
class Most:
    """With so many new points at most, how many more members pass: as many were found, and no more than ``bound`` can."""

    new: int
    gained: int
    bound: int
    chosen: frozenset[int]


def most(problem: BuildProblem, new: int, seconds: float, start: frozenset[int] = frozenset()) -> Most:
    """The most members of a counting problem's share with ``new`` new points at most; ``start`` is a choice known to keep to that."""
    program = Program.of(BuildProblem(problem.actions, problem.helping, Branch((), ())))
    members = program.members(problem.root.shares[0])
    points = new_points(problem)
    program.at_most(dict.fromkeys(points, 1.0), new)
    found = program.solved([(column, -int(weight)) for column, weight in members.items()], seconds)
    everything = int(sum(members.values()))
    bound = everything if found.bound is None else min(everything, -found.bound)
    tried = [start] if found.chosen is None else [start, found.chosen]
    within = [each for each in tried if len(each & points) <= new]
    best = max(within or [frozenset()], key=problem.gained)
    return Most(new, problem.gained(best), bound, best)


def best_alone(problem: BuildProblem) -> Sequence[tuple[int, int]]:
    """Every column that gains anything all by itself, with how much, the most first."""
    alone = [(problem.gained({column}), column) for column in range(len(problem.actions))]
    return [(column, much) for much, column in sorted(alone, key=lambda each: (-each[0], each[1])) if much]
