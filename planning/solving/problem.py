"""A goal and its ways as a problem in columns, made smaller without changing its answer, and asked whether it holds."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from planning.solving.actions import ORDERS, BuildAction
from planning.solving.reduction import smallest, undominated
from planning.solving.targets import Enough, Goal
from planning.solving.ways import Columns, Cover, Ways


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


@dataclass(frozen=True)
class Problem:
    """The least set of actions for which the root holds; helping columns come after those of the actions."""

    actions: list[BuildAction]
    helping: list[list[Columns]]
    root: Branch

    def holding(self, chosen: Collection[int]) -> set[int]:
        """The chosen columns of actions and every helping column that they let hold."""
        held = set(chosen)
        for number, clauses in enumerate(self.helping, len(self.actions)):
            if all(not clause.isdisjoint(held) for clause in clauses):
                held.add(number)
        return held

    def holds(self, chosen: Collection[int]) -> bool:
        return branch_holds(self.root, self.holding(chosen))


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


def problem(goal: Goal, ways: Ways, no_worse: Callable[[BuildAction, BuildAction], bool]) -> Problem:
    """The problem of a goal that is possible; ``no_worse`` says of two actions that the first may stand for the second."""
    full = Problem(ways.actions, ways.helping, _branch(goal, ways.cover))
    while True:
        smaller = _without_needless(full, no_worse)
        if len(smaller.actions) == len(full.actions):
            return smaller
        full = smaller


def _branch(goal: Goal, cover: dict[int, Cover]) -> Branch:
    """Everything of which all is wanted becomes one list of covers, without those that others imply."""
    covers, shares = [], []
    for part in goal.parts:
        branches = tuple(_branch(area, cover) for area in part.areas)
        if part.of_all:
            covers += [cover[site] for site in part.sites]
            covers += [each for branch in branches for each in branch.covers]
            shares += [share for branch in branches for share in branch.shares]
        else:
            shares.append(_share(part, cover, branches))
    return Branch(_least(covers), tuple(shares), goal.area)


def _share(part: Enough, cover: dict[int, Cover], branches: tuple[Branch, ...]) -> Share:
    weights: dict[Cover, int] = {}
    for site in part.sites:
        weights[cover[site]] = weights.get(cover[site], 0) + 1
    return Share(part.wanted, tuple(weights.items()), branches)


def _least(covers: list[Cover]) -> tuple[Cover, ...]:
    """The covers without those that others imply."""
    kept: list[Cover] = []
    for times in sorted({cover.times for cover in covers}):
        some = list(dict.fromkeys(cover for cover in covers if cover.times == times))
        kept += [some[number] for number in smallest([cover.columns for cover in some])]
    return tuple(kept)


# ------------------------------------------------ smaller


def _without_needless(full: Problem, no_worse: Callable[[BuildAction, BuildAction], bool]) -> Problem:
    """The problem without actions for which others may stand, and without what bears on nothing."""
    used = _used(full)
    rows = _rows(full, used)
    count = len(full.actions)
    real: list[set[int]] = [set() for _ in range(count)]
    for number, row in enumerate(rows):
        for column in row:
            if column < count:
                real[column].add(number)
    virtual = _virtual(full, rows, real)
    placeable = [column for column in range(count) if full.actions[column].kind != ORDERS]
    stays = undominated(
        [frozenset(real[column]) for column in placeable],
        [frozenset(virtual[column]) for column in placeable],
        lambda one, other: no_worse(full.actions[placeable[one]], full.actions[placeable[other]]),
    )
    orders = [column for column in range(count) if full.actions[column].kind == ORDERS and real[column]]
    return _only(full, [placeable[number] for number in stays] + orders, used)


def _used(full: Problem) -> set[int]:
    """The helping columns on which the root hangs."""
    return {column for cover in _covers(full.root) for column in cover.columns if column >= len(full.actions)}


def _covers(branch: Branch) -> list[Cover]:
    found = list(branch.covers)
    for share in branch.shares:
        found += [cover for cover, _ in share.covers]
        for beneath in share.branches:
            found += _covers(beneath)
    return found


def _rows(full: Problem, used: set[int]) -> list[Columns]:
    """Every set of columns of which one is wanted: the covers, then the clauses of helping columns, each once.

    Of a cover that wants several, no column may stand for another: each is a set of its own.
    """
    first = len(full.actions)
    rows = {cover.columns: None for cover in _covers(full.root) if cover.times == 1}
    for cover in _covers(full.root):
        if cover.times > 1:
            rows |= dict.fromkeys(frozenset({column}) for column in cover.columns)
    for column in sorted(used):
        rows |= dict.fromkeys(full.helping[column - first])
    return list(rows)


def _virtual(full: Problem, rows: list[Columns], real: list[set[int]]) -> list[set[int]]:
    """The rows that a column serves at least as well: a clause, when it serves every cover by itself for which the clause is."""
    virtual = [set(each) for each in real]
    covers = set(_covers(full.root))
    if any(cover.times != 1 for cover in covers):
        return virtual
    number = {row: place for place, row in enumerate(rows)}
    first = len(full.actions)
    is_for: dict[int, set[int]] = {}
    for cover in covers:
        for column in cover.columns:
            for clause in full.helping[column - first] if column >= first else ():
                is_for.setdefault(number[clause], set()).add(number[cover.columns])
    clauses_of: dict[int, list[int]] = {}
    for clause_row in is_for.keys() - {number[cover.columns] for cover in covers}:
        for place in is_for[clause_row]:
            clauses_of.setdefault(place, []).append(clause_row)
    for served, more in zip(real, virtual, strict=True):
        more |= {each for place in served for each in clauses_of.get(place, ()) if is_for[each] <= served}
    return virtual


def _only(full: Problem, kept: list[int], used: set[int]) -> Problem:
    """The problem with these actions alone, renumbered."""
    first = len(full.actions)
    moved = {column: place for place, column in enumerate(sorted(kept))}
    helpers = sorted(used)
    moved |= {column: len(kept) + place for place, column in enumerate(helpers)}

    def columns(old: Columns) -> Columns:
        return frozenset(moved[column] for column in old if column in moved)

    def cover(old: Cover) -> Cover:
        return replace(old, columns=columns(old.columns))

    def branch(old: Branch) -> Branch:
        return replace(old, covers=_least([cover(each) for each in old.covers]), shares=tuple(map(share, old.shares)))

    def share(old: Share) -> Share:
        weights: dict[Cover, int] = {}
        for each, weight in old.covers:
            weights[cover(each)] = weights.get(cover(each), 0) + weight
        return Share(old.wanted, tuple(weights.items()), tuple(map(branch, old.branches)))

    helping = [[columns(clause) for clause in full.helping[column - first]] for column in helpers]
    return Problem([full.actions[column] for column in sorted(kept)], helping, branch(full.root))
