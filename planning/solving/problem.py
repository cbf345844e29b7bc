"""A goal and its ways as a problem in columns, made smaller without changing its answer, and asked whether it holds."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cached_property

from planning.solving.actions import ORDERS, BuildAction
from planning.solving.reckoning import Reckoner
from planning.solving.reduction import smallest, undominated
from planning.solving.targets import Enough, Goal
from planning.solving.tree import Branch, Columns, Cover, Share
from planning.solving.ways import Ways


@dataclass(frozen=True)
class BuildProblem:
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

    @cached_property
    def _reckoner(self) -> Reckoner:
        return Reckoner(self.root, len(self.actions) + len(self.helping))

    def holds(self, chosen: Collection[int]) -> bool:
        """Whether the root does when these actions are taken."""
        return self._reckoner.holds(self.holding(chosen))

    def gained(self, chosen: Collection[int]) -> int:
        """How many members of the root's share pass with these actions that do not pass already; of a problem for counting."""
        return self._reckoner.members(self.holding(chosen))


NoWorse = Callable[[BuildAction, BuildAction], bool]
"""Whether the first of two actions may stand for the second."""


def problem(goal: Goal, ways: Ways, no_worse: NoWorse, *, counting: bool = False, spare: int = 0) -> BuildProblem:
    """The problem of a goal that is possible.

    ``counting``: the members of the goal's own part stay one share, to be counted. ``spare``: as many actions that may stand for
    another are kept beside the best, for one of them may fail.
    """
    root = Branch((), (_share_of(goal.parts[0], ways.cover),), goal.area) if counting else _branch(goal, ways.cover)
    full = BuildProblem(ways.actions, ways.helping, root)
    if spare:
        return _without_needless(full, no_worse, spare)
    while True:
        smaller = _without_needless(full, no_worse)
        if len(smaller.actions) == len(full.actions):
            return smaller
        full = smaller


def _branch(goal: Goal, cover: dict[int, Cover]) -> Branch:
    """Everything of which all is wanted becomes one list of covers, without those that others imply."""
    covers, shares = [], []
    for part in goal.parts:
        if part.of_all:
            branches = tuple(_branch(area, cover) for area in part.areas)
            covers += [cover[site] for site in part.sites]
            covers += [each for branch in branches for each in branch.covers]
            shares += [share for branch in branches for share in branch.shares]
        else:
            shares.append(_share_of(part, cover))
    return Branch(_least(covers), tuple(shares), goal.area)


def _share_of(part: Enough, cover: dict[int, Cover]) -> Share:
    branches = tuple(_branch(area, cover) for area in part.areas)
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


def _without_needless(full: BuildProblem, no_worse: NoWorse, spare: int = 0) -> BuildProblem:
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
    kept: list[int] = []
    for _ in range(1 + spare):
        kept += _best_of(
            [column for column in placeable if column not in set(kept)], full.actions, real, virtual, no_worse
        )
    orders = [column for column in range(count) if full.actions[column].kind == ORDERS and real[column]]
    return _only(full, kept + orders, used)


def _best_of(
    some: list[int],
    actions: list[BuildAction],
    real: list[set[int]],
    virtual: list[set[int]],
    no_worse: NoWorse,
) -> list[int]:
    """Some columns without those for which another of them may stand."""
    stays = undominated(
        [frozenset(real[column]) for column in some],
        [frozenset(virtual[column]) for column in some],
        lambda one, other: no_worse(actions[some[one]], actions[some[other]]),
    )
    return [some[number] for number in stays]


def _used(full: BuildProblem) -> set[int]:
    """The helping columns on which the root hangs."""
    return {column for cover in _covers(full.root) for column in cover.columns if column >= len(full.actions)}


def _covers(branch: Branch) -> list[Cover]:
    found = list(branch.covers)
    for share in branch.shares:
        found += [cover for cover, _ in share.covers]
        for beneath in share.branches:
            found += _covers(beneath)
    return found


def _rows(full: BuildProblem, used: set[int]) -> list[Columns]:
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


def _virtual(full: BuildProblem, rows: list[Columns], real: list[set[int]]) -> list[set[int]]:
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


def _only(full: BuildProblem, kept: list[int], used: set[int]) -> BuildProblem:
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
    return BuildProblem([full.actions[column] for column in sorted(kept)], helping, branch(full.root))
