"""The most members of a target that so many new points can bring: a limit on the points, and the share as the objective."""

from collections.abc import Sequence
from dataclasses import dataclass

from planning.solving.actions import NEW
from planning.solving.problem import Problem
from planning.solving.program import Program
from planning.solving.tree import Branch, Share, share_count


@dataclass(frozen=True)
class Most:
    """With so many new points at most, how many more members pass: as many were found, and no more than ``bound`` can."""

    new: int
    gained: int
    bound: int
    chosen: frozenset[int]


def most(problem: Problem, share: Share, new: int, seconds: float, start: frozenset[int] = frozenset()) -> Most:
    """The most members of the share with ``new`` new points at most; ``start`` is a choice known to keep to that."""
    program = Program.of(Problem(problem.actions, problem.helping, Branch((), ())))
    members = program.members(share)
    program.at_most({column: 1.0 for column, each in enumerate(problem.actions) if each.kind == NEW}, new)
    found = program.solved([(column, -int(weight)) for column, weight in members.items()], seconds)
    everything = int(sum(members.values()))
    bound = everything if found.bound is None else min(everything, -found.bound)
    tried = [start] if found.chosen is None else [start, found.chosen]
    within = [each for each in tried if sum(problem.actions[column].kind == NEW for column in each) <= new]
    best = max(within or [frozenset()], key=lambda each: gained(problem, share, each))
    return Most(new, gained(problem, share, best), bound, best)


def gained(problem: Problem, share: Share, chosen: frozenset[int]) -> int:
    """How many members of the share pass with the chosen columns that do not pass already."""
    return share_count(share, problem.holding(chosen))


def best_alone(problem: Problem, share: Share) -> Sequence[tuple[int, int]]:
    """Every column that gains anything all by itself, with how much, the most first."""
    alone = [(gained(problem, share, frozenset({column})), column) for column in range(len(problem.actions))]
    return [(column, much) for much, column in sorted(alone, key=lambda each: (-each[0], each[1])) if much]
