"""The least plan that still holds when any one of its new points fails.

That coordinates of unknown sites turn out worst needs no plan of its own: an unknown member never counts as passed
(docs/rules.md, section 3), so every plan that meets its target meets it wherever those sites turn out to lie.
"""

from planning.answer import Conditions, Reached, reached
from planning.planning import solved
from planning.question import BuildQuestion
from planning.reading import asked
from planning.solving.program import Clock
from planning.solving.sturdy import sturdy
from planning.solving.targets import Target


def robust(question: BuildQuestion) -> dict:
    """The document of ``solve`` for such a plan, with ``robust``: ``any_new_point``; pinned points fail as little as what is built."""
    return solved(asked(question), sturdily)[0] | {"robust": "any_new_point"}


def sturdily(target: Target, conditions: Conditions, clock: Clock) -> Reached:
    """The least plan that holds without any one of its new points; NoPlan or OutOfReach when there is none."""
    return reached(target, conditions, clock, sturdy, spare=1)
