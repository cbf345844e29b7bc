"""The plan that comes of always taking what gains most (贪心): a start, and what the least plan is held against."""

from planning.solving.problem import Branch, Problem, Share
from planning.solving.ways import Cover


def grasped(problem: Problem) -> frozenset[int] | None:
    """Columns for which the root holds, found by hand over hand; None when it cannot hold at all."""
    everything = frozenset(range(len(problem.actions)))
    if not problem.holds(everything):
        return None
    open_covers = _Open(problem)
    chosen: set[int] = set()
    while not problem.holds(chosen):
        chosen.add(open_covers.best(chosen))
    return frozenset(chosen)


class _Open:
    """What is still uncovered, and which column covers most of it."""

    def __init__(self, problem: Problem) -> None:
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

    def best(self, chosen: set[int]) -> int:
        """The column that covers most of what is open; where all is touched, any that is left."""
        left = {column: gain for column, gain in self.gain.items() if column not in chosen}
        column = max(left, key=lambda each: (left[each], -each))
        for row in self.holding[column]:
            if row in self.rows:
                weight = self.rows.pop(row)
                for other in row:
                    self.gain[other] -= weight
        return column


def _weighed(branch: Branch) -> list[tuple[Cover, int]]:
    found = [(cover, 1) for cover in branch.covers]
    for share in branch.shares:
        found += _of_share(share)
    return found


def _of_share(share: Share) -> list[tuple[Cover, int]]:
    return [*share.covers, *(each for branch in share.branches for each in _weighed(branch))]
