"""The price of one more: the most that so many new points can bring, and which single action brings most."""

from typing import Any

from acceptance.rules.shares import State
from planning.answer import Conditions, Searched, begun, left_at_most
from planning.planning import conditions_of, head
from planning.question import BuildQuestion
from planning.reading import asked
from planning.solving.actions import BuildAction
from planning.solving.most import Most, best_alone, most
from planning.solving.problem import BuildProblem
from planning.solving.program import Clock
from planning.solving.search import NoPlan, least, stages
from planning.solving.targets import OutOfReach, Target

TOLD_ALONE = 5
"""Single actions that are told."""


def curve(question: BuildQuestion) -> dict:
    """For every count of new points from none to the least plan's the most members that pass, each proven or with its bound.

    ``points``: ``new``, ``passed``, ``bound``, ``proven``; empty where the target is met or out of reach. ``alone``: the single
    actions that gain most, with how many members more pass. CannotPlan as for ``solve``.
    """
    about = asked(question)
    conditions = conditions_of(about)
    target = begun(about.target, conditions)
    figures = {name: target.figures().get(name) for name in ("needed", "passed")}
    document = head(about) | figures | {"points": [], "alone": []}
    if target.state == State.PASSED:
        return document
    try:
        points, alone = traced(target, conditions, Clock(about.question.time_limit))
    except (NoPlan, OutOfReach):
        return document
    facts = about.period.facts
    told = [{"action": action.kind, **action.key(facts), "gained": much} for action, much in alone[:TOLD_ALONE]]
    return document | {"points": points, "alone": told}


def traced(
    target: Target, conditions: Conditions, clock: Clock
) -> tuple[list[dict[str, Any]], list[tuple[BuildAction, int]]]:
    """The points of the curve, and the actions that gain anything by themselves; NoPlan or OutOfReach as for the least plan."""
    searched = Searched(target, conditions)
    counting = searched.problem(counting=True)
    roomy = searched.problem(counting=True, roomy=True) if searched.is_roomier else counting
    optimum = least(counting, stages("fewest", None), clock.part(2), left_at_most(conditions))
    passed, points, before = target.figures().get("passed") or 0, [], Most(-1, 0, 0, frozenset())
    for new in range(optimum.value[0] + 1):
        start = optimum.chosen if new == optimum.value[0] else before.chosen
        before = _point(counting, roomy, new, clock.part(optimum.value[0] + 1 - new).left, start)
        points.append({
            "new": new, "passed": passed + before.gained, "bound": passed + before.bound,
            "proven": before.gained == before.bound,
        })  # fmt: skip
    alone = best_alone(counting)
    return points, [(counting.actions[column], much) for column, much in alone]


def _point(counting: BuildProblem, roomy: BuildProblem, new: int, seconds: float, start: frozenset[int]) -> Most:
    found = most(counting, new, seconds, start)
    if roomy is counting:
        return found
    above = most(roomy, new, seconds)
    return Most(new, found.gained, above.bound, found.chosen)
