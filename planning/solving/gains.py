"""What each action of a plan brings: the sites that it serves and that were not served before."""

from collections.abc import Sequence

import numpy as np

from acceptance.rules.judge import Period
from acceptance.rules.shares import State
from planning.solving.actions import NEW, ORDERS, BuildAction
from planning.solving.targets import beneath


def gained(before: Period, after: Period, actions: Sequence[BuildAction], of_reach: bool) -> list[list[str]]:
    """For each action the sites in force that pass after and did not before, and that its operator serves by it.

    ``of_reach``: to be reached is to pass, and any service will do. New points stand in ``after`` behind the old ones.
    """
    was, is_now = (each.sites.reached if of_reach else each.sites.state for each in (before, after))
    serving = after.sites.reaching if of_reach else after.sites.serving
    turned = before.sites_in_force & (was != State.PASSED) & (is_now == State.PASSED)
    first_new = len(before.facts.access_points)
    numbers = iter(range(first_new, first_new + len(actions)))
    near, found = after.around.near, []
    for action in actions:
        if action.kind == ORDERS:
            area = before.facts.sites.area
            span = beneath(before.facts.areas, action.area)
            sites = np.flatnonzero((span.start <= area) & (area < span.stop))
        else:
            point = next(numbers) if action.kind == NEW else action.point
            sites = near.place[near.centre == point]
        some = sites[turned[sites] & serving[sites, action.operator]]
        found.append(sorted(before.facts.sites.site_id[site] for site in some.tolist()))
    return found
