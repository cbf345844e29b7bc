"""Plans under conditions, the price of one more, and plans that outlive the loss of a point: against trying."""

from itertools import combinations

import pytest

from acceptance.rules.shares import State
from planning.curve import traced
from planning.robust import sturdily
from planning.solving.actions import KINDS, NEW, OPEN, UPGRADE
from planning.solving.effects import judged
from planning.solving.program import Clock
from planning.solving.search import NoPlan
from planning.solving.targets import OutOfReach, Target
from tests.acceptance.rules.building import NATURAL, TOWN, VILLAGE, Scene
from tests.planning.plans import candidates_of, conditions_for, is_met, planned, printed, target_of
from tests.planning.test_least import asked


def rest(target):
    return [each for kind in KINDS[1:] for each in candidates_of(target)[kind]]


def passed_with(target, actions) -> int:
    after = judged(target.period, tuple(actions))
    return Target(after, target.basis, target.area, target.milestone).figures()["passed"]


@pytest.mark.parametrize("seed", [0, 2, 3, 5, 6, 9, 10, 16, 24])
def test_curve_is_the_most_that_so_many_can_bring(seed):
    target = asked(seed)
    try:
        points, _ = traced(target, conditions_for(target), Clock(60))
    except (NoPlan, OutOfReach):
        return

    for point in points:
        if target.state != State.PASSED:
            tried = (
                passed_with(target, (*new, *rest(target)))
                for new in combinations(candidates_of(target)[NEW], point["new"])
            )
            assert point["proven"] and point["passed"] == point["bound"] == max(tried)


@pytest.mark.parametrize("seed", range(0, 24, 2))
def test_sturdy_plan_holds_without_any_one_point_and_no_smaller_one_does(seed):
    target = asked(seed)
    try:
        found = sturdily(target, conditions_for(target), Clock(60))
    except (NoPlan, OutOfReach):
        return

    assert found.value == found.bound and holds_without_any(target, found.actions)
    new = candidates_of(target)[NEW]
    if found.value[0]:
        fewer = combinations(new, found.value[0] - 1)
        assert not any(holds_without_any(target, (*some, *rest(target))) for some in fewer)


def holds_without_any(target, actions) -> bool:
    failing = [each for each in actions if each.kind == NEW]
    return is_met(target, actions) and all(is_met(target, [a for a in actions if a != each]) for each in failing)


class TestPins:
    """A village of two settlements 1500 m apart, a point for each: one too slow, one closed."""

    def scene(self) -> Scene:
        scene = Scene(TOWN, VILLAGE, NATURAL).site("S1", NATURAL, 0).site("S2", NATURAL, 1500)
        return scene.point("SLOW", 0, mbps=20.0).point("SHUT", 1500, closed_on="2018-01-01")

    def actions(self, **more):
        found = printed(self.scene(), NATURAL, **more)
        return found["status"], [(each["action"], each.get("ap_id", each.get("operator"))) for each in found["actions"]]

    def action(self, kind):
        target = target_of(self.scene(), NATURAL)
        return next(each for each in candidates_of(target)[kind])

    def test_what_must_not_be_is_not(self):
        assert self.actions() == ("optimal", [("upgrade", "SLOW"), ("open", "SHUT")])
        left = [("new", "telecom"), ("upgrade", "SLOW")]
        assert self.actions(without=frozenset({self.action(OPEN)})) == ("optimal", left)

    def test_what_must_be_is_and_counts(self):
        target = target_of(self.scene(), NATURAL)
        new = candidates_of(target)[NEW][0]
        found = planned(target, pinned=(new,))

        assert new in found.actions and found.value == found.bound == (1, 0, 1, 0)

    def test_too_few_new_ones_are_not_enough(self):
        without = frozenset({self.action(UPGRADE), self.action(OPEN)})

        assert planned(target_of(self.scene(), NATURAL), without=without).value == (2, 0, 0, 0)
        assert planned(target_of(self.scene(), NATURAL), without=without, at_most=1) is None
