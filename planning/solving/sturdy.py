"""The least plan that still holds when any one of its new points fails.

Found by cuts: a plan that does not hold without one of its points shows a set of actions that is not enough, made as large as
it can be; whatever holds without any one of its points takes two new points from outside that set, or another action.
"""

from planning.solving.actions import NEW
from planning.solving.problem import Problem
from planning.solving.program import Clock, Program, Weights
from planning.solving.search import Least, NoPlan, Stage, least

Chosen = frozenset[int]


def sturdy(problem: Problem, by: tuple[Stage, ...], clock: Clock, at_most: int | None = None) -> Least:
    """The least such plan, stage by stage; NoPlan when there is none with at most so many new points."""
    best: Chosen | None = mended(problem, least(problem, by, clock.part(3)).chosen, by, clock.part(2))
    program = Program.of(problem)
    if at_most is not None:
        program.at_most(dict.fromkeys(_new(problem), 1.0), at_most)
        if best is not None and len(best & _new(problem)) > at_most:
            best = None
    for cover in problem.root.covers:
        if cover.times == 1 and max(cover.columns) < len(problem.actions):
            program.at_least(_doubled(problem, cover.columns), 2)
    bound: list[int] = []
    for stage in by:
        weights = [(column, weight) for column, each in enumerate(problem.actions) if (weight := stage(each))]
        found, below = _cut(problem, program, weights, clock)
        best = _better(problem, by, best, found)
        if best is None:
            raise NoPlan
        bound.append(max(0, min(below, _worth(weights, best))))
        if bound[-1] < _worth(weights, best):
            break
        program.at_most({column: float(weight) for column, weight in weights}, bound[-1])
    assert best is not None
    return Least(best, _value(problem, by, best), (*bound, *[0] * (len(by) - len(bound))))


def _cut(problem: Problem, program: Program, weights: list[tuple[int, int]], clock: Clock) -> tuple[Chosen | None, int]:
    """The least choice that holds without any one new point, None where time ran out; and what none is below."""
    below = 0
    while clock.left:
        found = program.solved(weights, clock.left)
        if found.is_impossible:
            return None, below
        below = max(below, found.bound or 0)
        if found.chosen is None:
            return None, below
        weak = [column for column in sorted(found.chosen & _new(problem)) if not problem.holds(found.chosen - {column})]
        if not weak:
            return (found.chosen if problem.holds(found.chosen) else None), below
        for column in weak:
            short = _widest(problem, found.chosen - {column})
            program.at_least(_doubled(problem, frozenset(range(len(problem.actions))) - short), 2)
    return None, below


def _new(problem: Problem) -> Chosen:
    return frozenset(column for column, each in enumerate(problem.actions) if each.kind == NEW)


def _doubled(problem: Problem, columns: Chosen) -> Weights:
    """New points once, whatever cannot fail twice."""
    new = _new(problem)
    return {column: 1.0 if column in new else 2.0 for column in columns}


def _widest(problem: Problem, short: Chosen) -> Chosen:
    """A set that is not enough, with everything added that leaves it so."""
    held, waiting = set(short), [sorted(frozenset(range(len(problem.actions))) - short)]
    while waiting:
        some = waiting.pop()
        if not problem.holds(held | set(some)):
            held |= set(some)
        elif len(some) > 1:
            waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
    return frozenset(held)


def mended(problem: Problem, chosen: Chosen, by: tuple[Stage, ...], clock: Clock) -> Chosen | None:
    """A plan with what it takes beside it wherever one of its new points fails; None where nothing can."""
    for column in sorted(chosen & _new(problem)):
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


def _spared(problem: Problem, chosen: Chosen, by: tuple[Stage, ...]) -> Chosen:
    """The plan without what can be spared and it still holds without any one of its new points."""
    for column in sorted(chosen, key=lambda each: (_value(problem, by, frozenset({each})), each), reverse=True):
        if is_sturdy(problem, chosen - {column}):
            chosen -= {column}
    return chosen


def is_sturdy(problem: Problem, chosen: Chosen) -> bool:
    """Whether it holds, and holds without any one of its new points."""
    return problem.holds(chosen) and all(problem.holds(chosen - {column}) for column in chosen & _new(problem))


def _better(problem: Problem, by: tuple[Stage, ...], best: Chosen | None, found: Chosen | None) -> Chosen | None:
    there = [each for each in (best, found and _spared(problem, found, by)) if each is not None]
    return min(there, key=lambda each: _value(problem, by, each), default=None)


def _worth(weights: list[tuple[int, int]], chosen: Chosen) -> int:
    return sum(weight for column, weight in weights if column in chosen)


def _value(problem: Problem, by: tuple[Stage, ...], chosen: Chosen) -> tuple[int, ...]:
    some = [problem.actions[column] for column in chosen]
    return tuple(sum(map(stage, some)) for stage in by)
