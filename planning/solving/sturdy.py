"""The least plan that still holds when any one of its new points fails.

Found by cuts: a plan that does not hold without one of its points shows a set of actions that is not enough, made as large as
it can be; whatever holds without any one of its points takes two new points from outside that set, or another action.
"""

from planning.solving.actions import NEW
from planning.solving.problem import BuildProblem
from planning.solving.program import Clock, Program, Weights
from planning.solving.search import Chosen, Least, Stage, StageWeights, by_stages, dearest_first, least, new_points


def sturdy(problem: BuildProblem, by: tuple[Stage, ...], clock: Clock, at_most: int | None = None) -> Least:
    """The least such plan, stage by stage; NoPlan when there is none with at most so many new points."""
    start = mended(problem, least(problem, by, clock.part(3)).chosen, by, clock.part(2))
    program = Program.of(problem)
    for cover in problem.root.covers:
        if cover.times == 1 and max(cover.columns) < len(problem.actions):
            program.at_least(_doubled(problem, cover.columns), 2)

    def find(weights: StageWeights) -> tuple[Chosen | None, int]:
        found, below = _cut(program, weights, clock)
        return found and _spared(problem, found, by), below

    return by_stages(program, by, find, start, at_most)


def _cut(program: Program, weights: StageWeights, clock: Clock) -> tuple[Chosen | None, int]:
    """The least choice that holds without any one new point, None where time ran out; and what none is below."""
    problem, below = program.problem, 0
    everything = frozenset(range(len(problem.actions)))
    while clock.left:
        found = program.solved(weights, clock.left)
        below = max(below, 0 if found.is_impossible else found.bound or 0)
        if found.chosen is None:
            return None, below
        weak = [each for each in sorted(found.chosen & new_points(problem)) if not problem.holds(found.chosen - {each})]
        if not weak:
            return (found.chosen if problem.holds(found.chosen) else None), below
        for column in weak:
            program.at_least(_doubled(problem, everything - _widest(problem, found.chosen - {column})), 2)
    return None, below


def _doubled(problem: BuildProblem, columns: Chosen) -> Weights:
    """New points once, whatever cannot fail twice."""
    new = new_points(problem)
    return {column: 1.0 if column in new else 2.0 for column in columns}


def _widest(problem: BuildProblem, short: Chosen) -> Chosen:
    """A set that is not enough, with everything added that leaves it so."""
    held, waiting = set(short), [sorted(frozenset(range(len(problem.actions))) - short)]
    while waiting:
        some = waiting.pop()
        if not problem.holds(held | set(some)):
            held |= set(some)
        elif len(some) > 1:
            waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
    return frozenset(held)


def mended(problem: BuildProblem, chosen: Chosen, by: tuple[Stage, ...], clock: Clock) -> Chosen | None:
    """A plan with what it takes beside it wherever one of its new points fails; None where nothing can."""
    for column in sorted(chosen & new_points(problem)):
        if problem.holds(chosen - {column}):
            continue
        program = Program.of(problem)
        program.at_most({column: 1.0}, 0)
        more = [
            (other, 1 + 9 * (each.kind == NEW)) for other, each in enumerate(problem.actions) if other not in chosen
        ]
        found = program.solved(more, clock.left)
        if found.chosen is None or not problem.holds((chosen | found.chosen) - {column}):
            return None
        chosen |= found.chosen
    return _spared(problem, chosen, by)


def _spared(problem: BuildProblem, chosen: Chosen, by: tuple[Stage, ...]) -> Chosen:
    """The plan without what can be spared and it still holds without any one of its new points."""
    for column in dearest_first(problem, chosen, by):
        if is_sturdy(problem, chosen - {column}):
            chosen -= {column}
    return chosen


def is_sturdy(problem: BuildProblem, chosen: Chosen) -> bool:
    """Whether it holds, and holds without any one of its new points."""
    return problem.holds(chosen) and all(problem.holds(chosen - {column}) for column in chosen & new_points(problem))
