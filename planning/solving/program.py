"""A problem as an integer program for HiGHS; what it answers is taken as a proposal and counted again."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from planning.solving.problem import BuildProblem
from planning.solving.tree import Branch, Cover, Share

_ROUNDING = 1e-6
"""By so much a bound that HiGHS gives may lie above a whole number and still allow it."""
Weights = dict[int, float]


@dataclass(frozen=True)
class SolverAnswer:
    """Columns of actions that a search chose, None where it found none, and what the objective cannot be below (or above)."""

    chosen: frozenset[int] | None
    bound: int | None
    is_impossible: bool = False


@dataclass
class Program:
    """Rows ``low ≤ row · columns`` (≤ high) over columns that are 0 or 1: the actions, helping columns, members of shares."""

    problem: BuildProblem
    columns: int = 0
    whole: list[int] = field(default_factory=list)
    rows: list[tuple[Weights, float, float]] = field(default_factory=list)

    @classmethod
    def of(cls, problem: BuildProblem) -> "Program":
        """The program of which every solution lets the root hold."""
        program = cls(problem)
        program._columns_of_actions()
        program._branch(problem.root, None)
        return program

    def _columns_of_actions(self) -> None:
        self.columns = len(self.problem.actions) + len(self.problem.helping)
        self.whole = [1] * len(self.problem.actions) + [0] * len(self.problem.helping)
        for column, clauses in enumerate(self.problem.helping, len(self.problem.actions)):
            for clause in clauses:
                self.at_least({**dict.fromkeys(clause, 1.0), column: -1.0}, 0)

    def at_least(self, weights: Weights, low: float) -> None:
        self.rows.append((weights, low, np.inf))

    def at_most(self, weights: Weights, high: float) -> None:
        self.rows.append((weights, -np.inf, high))

    def column(self) -> int:
        """A new column that is 0 or 1."""
        self.whole.append(1)
        self.columns += 1
        return self.columns - 1

    def _branch(self, branch: Branch, holds: int | None) -> None:
        """All that must be when the column ``holds`` is 1; always, where there is none."""
        for cover in branch.covers:
            self._cover(cover, holds)
        for share in branch.shares:
            self._wanting(self.members(share), share.wanted, holds)

    def members(self, share: Share) -> Weights:
        """Columns that may be 1 only where a member holds, with how many members each is."""
        found: Weights = {}
        for cover, weight in share.covers:
            column = self.column()
            found[column] = float(weight)
            self._cover(cover, column)
        for branch in share.branches:
            column = self.column()
            found[column] = 1.0
            self._branch(branch, column)
        return found

    def _cover(self, cover: Cover, holds: int | None) -> None:
        self._wanting(dict.fromkeys(cover.columns, 1.0), cover.times, holds)

    def _wanting(self, weights: Weights, least: int, holds: int | None) -> None:
        if holds is None:
            self.at_least(weights, least)
        else:
            self.at_least({**weights, holds: -float(least)}, 0)

    # ------------------------------------------------ asked

    def solved(self, objective: Sequence[tuple[int, int]], seconds: float) -> SolverAnswer:
        """The least sum of the objective's weights (column, whole number), or the best in so many seconds."""
        goal = np.zeros(self.columns)
        for column, weight in objective:
            goal[column] = weight
        options = {"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0, "presolve": True}
        found = milp(
            goal, integrality=np.array(self.whole), bounds=Bounds(0, 1), constraints=self._constraint(), options=options
        )
        bound = None if found.mip_dual_bound is None else _up(found.mip_dual_bound)
        if found.x is None:
            return SolverAnswer(None, bound, is_impossible=found.status == 2)
        chosen = frozenset(np.flatnonzero(found.x[: len(self.problem.actions)] > 0.5).tolist())
        return SolverAnswer(chosen, bound)

    def _constraint(self) -> LinearConstraint:
        if not self.rows:
            return LinearConstraint(csr_array((1, self.columns)), -np.inf, np.inf)
        data = [weight for weights, _, _ in self.rows for weight in weights.values()]
        places = [column for weights, _, _ in self.rows for column in weights]
        starts = np.cumsum([0, *(len(weights) for weights, _, _ in self.rows)])
        matrix = csr_array((data, places, starts), shape=(len(self.rows), self.columns))
        return LinearConstraint(matrix, [low for _, low, _ in self.rows], [high for _, _, high in self.rows])


def _up(bound: float) -> int | None:
    """The least whole number that a bound of HiGHS allows."""
    return None if not np.isfinite(bound) else int(np.ceil(bound - _ROUNDING * max(1.0, abs(bound))))


class Clock:
    """What is left of a time limit in seconds."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    def part(self, parts: int) -> "Clock":
        """A clock that runs out after one of so many parts of what is left."""
        return Clock(self.left / parts)
