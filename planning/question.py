"""What is asked of the build plan: a target in a quarter, and what may be done to reach it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OBJECTIVES = ("fewest", "cost")
PLACES = ("sites", "anywhere")

ActionKey = Mapping[str, Any]
"""An action by its key fields (docs/build-plan.md): ``new`` operator, lon, lat; ``upgrade`` and ``open`` ap_id; ``orders``
operator, area_code."""


class CannotPlan(ValueError):
    """A question that has no build plan; the message is a Chinese sentence."""


@dataclass(frozen=True)
class BuildQuestion:
    """A target and the conditions under which it is to be reached.

    ``operators`` whose new points may be planned, all where empty; ``time_limit`` in seconds of the search. ``without`` actions
    that must not be taken, ``with_`` actions that surely are; ``at_most`` so many new points.
    """

    period: str
    area: str
    milestone: str | None = None
    basis: str = "approved"
    objective: str = "fewest"
    places: str = "sites"
    operators: tuple[str, ...] = ()
    time_limit: float = 300
    without: tuple[ActionKey, ...] = ()
    with_: tuple[ActionKey, ...] = ()
    at_most: int | None = None


Question = BuildQuestion
"""As callers say it; the what-if has a question of its own."""
