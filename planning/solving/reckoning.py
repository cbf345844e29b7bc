"""Whether a root holds, and how many members of its share: reckoned in columns, asked thousands of times of large counties."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array

from planning.solving.tree import Branch, Cover, Share


class Reckoner:
    """A tree of branches and shares as arrays; branches by depth, so that what stands beneath is reckoned first."""

    def __init__(self, root: Branch, columns: int) -> None:
        """``columns`` is how many columns there are."""
        self.columns = columns
        self._covers: list[Cover] = []
        self._branch_of: list[int] = []
        self._share_of: list[int] = []
        self._weight: list[int] = []
        self._wanted: list[int] = []
        self._owner: list[int] = []
        self._above: list[int] = []
        self._depth: list[int] = []
        self._add_branch(root, -1, 0)
        data = [column for cover in self._covers for column in cover.columns]
        starts = np.cumsum([0, *(len(cover.columns) for cover in self._covers)])
        self._matrix = csr_array((np.ones(len(data), dtype=np.int32), data, starts), shape=(len(self._covers), columns))
        self._times = np.array([cover.times for cover in self._covers], dtype=np.int64)
        self._cover_branch, self._cover_share = (
            np.array(each, dtype=np.int64) for each in (self._branch_of, self._share_of)
        )
        self._weights, self._least = (np.array(each, dtype=np.int64) for each in (self._weight, self._wanted))
        self._share_branch, self._branch_share = (np.array(each, dtype=np.int64) for each in (self._owner, self._above))
        self._depths = np.array(self._depth, dtype=np.int64)

    def _add_branch(self, branch: Branch, share: int, depth: int) -> None:
        number = len(self._above)
        self._above.append(share)
        self._depth.append(depth)
        for cover in branch.covers:
            self._add_cover(cover, number, -1, 0)
        for each in branch.shares:
            self._add_share(each, number, depth)

    def _add_share(self, share: Share, branch: int, depth: int) -> None:
        number = len(self._wanted)
        self._wanted.append(share.wanted)
        self._owner.append(branch)
        for cover, weight in share.covers:
            self._add_cover(cover, -1, number, weight)
        for beneath in share.branches:
            self._add_branch(beneath, number, depth + 1)

    def _add_cover(self, cover: Cover, branch: int, share: int, weight: int) -> None:
        self._covers.append(cover)
        self._branch_of.append(branch)
        self._share_of.append(share)
        self._weight.append(weight)

    def holds(self, held: set[int]) -> bool:
        """Whether the root holds when these columns do."""
        return bool(self._reckoned(held)[0][0] == 0)

    def members(self, held: set[int]) -> int:
        """How many members of the root's first share hold when these columns do."""
        return int(self._reckoned(held)[1][0])

    def _reckoned(self, held: set[int]) -> tuple[np.ndarray, np.ndarray]:
        """What keeps each branch from holding, counted, and how many members of each share hold."""
        marks = np.zeros(self.columns, dtype=np.int32)
        marks[list(held)] = 1
        covered = self._matrix @ marks >= self._times
        direct, shared = self._cover_branch >= 0, self._cover_share >= 0
        broken = np.bincount(self._cover_branch[direct & ~covered], minlength=len(self._depths)).astype(np.int64)
        hit = shared & covered
        counts = np.bincount(self._cover_share[hit], weights=self._weights[hit], minlength=len(self._least)).astype(
            np.int64
        )
        for some in self._by_depth():
            shares = self._shares_of(some)
            short = shares[counts[shares] < self._least[shares]]
            broken += np.bincount(self._share_branch[short], minlength=len(broken))
            whole = some[(broken[some] == 0) & (self._branch_share[some] >= 0)]
            counts += np.bincount(self._branch_share[whole], minlength=len(counts))
        return broken, counts

    def _by_depth(self) -> Iterator[np.ndarray]:
        for depth in range(int(self._depths.max()), -1, -1):
            yield np.flatnonzero(self._depths == depth)

    def _shares_of(self, branches: np.ndarray) -> np.ndarray:
        return np.flatnonzero(np.isin(self._share_branch, branches))
