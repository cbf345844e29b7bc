"""The least plan against all plans: small random counties, both objectives, both places."""

from fractions import Fraction

import pytest

from planning.solving.actions import KINDS
from tests.acceptance.rules.building import plan_with
from tests.planning.plans import (
    TARGETS,
    candidates_of,
    cheaper_would_do,
    conditions_for,
    is_met,
    less_would_do,
    planned,
    random_scene,
    target_of,
)

SOFTER = {"targets": {"G02": 1, "T07": 1}}
PLANS = {
    "as it is": plan_with(**SOFTER),
    "two operators": plan_with(operators=2, **SOFTER),
    "half on time": plan_with(on_time_share=Fraction(1, 2), thresholds={"S16": Fraction(1, 2)}, **SOFTER),
}


def asked(seed: int):
    area, milestone = TARGETS[seed % len(TARGETS)]
    plan = list(PLANS.values())[seed % 3]
    return target_of(random_scene(seed), area, milestone, plan, ("mobile", "telecom"))


@pytest.mark.parametrize("seed", range(48))
def test_least_plan_none_does_with_less(seed):
    target = asked(seed)
    found = planned(target)

    if found is None:
        assert not is_met(target, [each for some in candidates_of(target).values() for each in some])
    else:
        assert found.value == found.bound and is_met(target, found.actions)
        assert less_would_do(target, dict(zip(KINDS, found.value, strict=True))) is None


@pytest.mark.parametrize("seed", range(16))
def test_cheapest_plan_none_costs_less(seed):
    target = asked(seed)
    costs = {"new": [70, 60], "upgrade": [30, 35], "open": [25, 20], "orders": [10, 15]}
    found = planned(target, objective="cost", costs=costs)

    if found is not None:
        assert found.value == found.bound and is_met(target, found.actions)
        assert not cheaper_would_do(target, costs, found.value[0] - 1)


@pytest.mark.parametrize("seed", range(24))
def test_anywhere_never_needs_more_than_at_sites(seed):
    target = asked(seed)
    at_sites, anywhere = planned(target), planned(target, places="anywhere")

    assert (at_sites is None) == (anywhere is None)
    if anywhere is not None:
        assert anywhere.bound <= anywhere.value <= at_sites.value and is_met(target, anywhere.actions)


def test_conditions_for_names_every_operator():
    assert conditions_for(asked(0)).operators == (0, 1)
