"""The least plan that still holds when any one of its new points fails.

That coordinates of unknown sites turn out worst needs no plan of its own: an unknown member never counts as passed
(docs/rules.md, section 3), so every plan that meets its target meets it wherever those sites turn out to lie.
"""

from acceptance.rules.shares import State
from planning.answer import Conditions, Reached, Searched, begun, left_at_most, together
from planning.planning import conditions_of, printed
from planning.question import BuildQuestion
from planning.reading import asked
from planning.solving.program import Clock
from planning.solving.search import NoPlan, stages
from planning.solving.sturdy import sturdy
from planning.solving.targets import OutOfReach, Target


def robust(question: BuildQuestion) -> dict:
    """The document of ``solve`` for such a plan, with ``robust``: ``any_new_point``; pinned points fail as little as what is built."""
    about = asked(question)
    conditions = conditions_of(about)
    try:
        found: Reached | None = sturdily(about.target, conditions, Clock(question.time_limit))
    except (NoPlan, OutOfReach):
        found = None
    return printed(about, conditions, found)[0] | {"robust": "any_new_point"}


def sturdily(target: Target, conditions: Conditions, clock: Clock) -> Reached:
    """The least plan that holds without any one of its new points; NoPlan or OutOfReach when there is none."""
    by, at_most = stages(conditions.objective, conditions.costs), left_at_most(conditions)
    target = begun(target, conditions)
    if target.state == State.PASSED:
        return together(conditions, by, (), tuple(0 for _ in by))
    searched = Searched(target, conditions, spare=1)
    problem = searched.problem()
    found = sturdy(problem, by, clock.part(2) if searched.is_roomier else clock, at_most)
    bound = found.bound
    if searched.is_roomier:
        bound = min(sturdy(searched.problem(roomy=True), by, clock, at_most).bound, found.value)
    return together(conditions, by, tuple(problem.actions[column] for column in sorted(found.chosen)), bound)
