"""The plan that comes of always taking what gains most (贪心): a start, and what the least plan is held against."""

from bisect import bisect_left
from collections.abc import Iterator
from heapq import heapify, heappop, heappush

from planning.solving.problem import BuildProblem
from planning.solving.tree import Branch, Cover, Share


def grasped(problem: BuildProblem) -> frozenset[int] | None:
    """Columns for which the root holds, found by hand over hand; None when it cannot hold at all."""
    if not problem.holds(range(len(problem.actions))):
        return None
    order = list(_Open(problem).order())
    enough = bisect_left(range(len(order)), True, key=lambda number: problem.holds(order[:number]))
    return frozenset(order[:enough])


class _Open:
    """What is still uncovered, and which column covers most of it."""

    def __init__(self, problem: BuildProblem) -> None:
        self.problem = problem
        first = len(problem.actions)
        rows: dict[frozenset[int], int] = {}
        for cover, weight in _weighed(problem.root):
            direct = frozenset(column for column in cover.columns if column < first)
            for column in cover.columns - direct:
                for clause in problem.helping[column - first]:
                    direct |= clause
            rows[direct] = rows.get(direct, 0) + weight * cover.times
        self.rows = rows
        self.gain: dict[int, int] = {}
        self.holding: dict[int, list[frozenset[int]]] = {}
        for row, weight in rows.items():
            for column in row:
                self.gain[column] = self.gain.get(column, 0) + weight
                self.holding.setdefault(column, []).append(row)

    def order(self) -> Iterator[int]:
        """Every column once: next always the one that covers most of what is still open."""
        waiting = [(-gain, column) for column, gain in self.gain.items()]
        heapify(waiting)
        while waiting:
            gain, column = heappop(waiting)
            if -gain != self.gain[column]:
                heappush(waiting, (-self.gain[column], column))
                continue
            yield column
            self._cover(column)

    def _cover(self, column: int) -> None:
        for row in self.holding[column]:
            weight = self.rows.pop(row, 0)
            for other in row if weight else ():
                self.gain[other] -= weight


def _weighed(branch: Branch) -> list[tuple[Cover, int]]:
    found = [(cover, 1) for cover in branch.covers]
    for share in branch.shares:
        found += _of_share(share)
    return found


def _of_share(share: Share) -> list[tuple[Cover, int]]:
    return [*share.covers, *(each for branch in share.branches for each in _weighed(branch))]
