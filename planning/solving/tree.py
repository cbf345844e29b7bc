"""What a problem hangs on: covers of columns, shares of which so many must hold, branches of which all must."""

from dataclasses import dataclass

Columns = frozenset[int]


@dataclass(frozen=True)
class Cover:
    """Holds when at least ``times`` of the columns do."""

    columns: Columns
    times: int = 1


@dataclass(frozen=True)
class Share:
    """At least ``wanted`` of the members must hold: covers, each counted so many times, and branches."""

    wanted: int
    covers: tuple[tuple[Cover, int], ...]
    branches: tuple["Branch", ...] = ()


@dataclass(frozen=True)
class Branch:
    """Holds when all of its covers and all of its shares do; ``area`` is the row of the area that it stands for."""

    covers: tuple[Cover, ...]
    shares: tuple[Share, ...]
    area: int = -1


def branch_holds(branch: Branch, held: set[int]) -> bool:
    return all(_covered(cover, held) for cover in branch.covers) and all(
        share_count(share, held) >= share.wanted for share in branch.shares
    )


def share_count(share: Share, held: set[int]) -> int:
    """How many members of a share hold."""
    covered = sum(weight for cover, weight in share.covers if _covered(cover, held))
    return covered + sum(branch_holds(branch, held) for branch in share.branches)


def _covered(cover: Cover, held: set[int]) -> bool:
    return len(cover.columns & held) >= cover.times
