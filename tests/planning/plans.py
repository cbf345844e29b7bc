"""Plans for scenes of a few words, and the least plan found by trying."""

import random
from collections.abc import Iterable, Iterator
from itertools import combinations

from acceptance.rules.judge import County
from acceptance.rules.shares import State
from common.periods import Quarter
from planning.answer import Conditions, Reached, document, reached
from planning.solving.actions import (
    KINDS,
    NEW,
    OPEN,
    ORDERS,
    UPGRADE,
    BuildAction,
    Costs,
    cost,
    order_actions,
    point_actions,
)
from planning.solving.candidates import at_sites
from planning.solving.effects import judged
from planning.solving.program import Clock
from planning.solving.search import NoPlan
from planning.solving.targets import OutOfReach, Target
from tests.acceptance.rules.building import Scene, calendar, the_plan

PERIOD = "2018Q2"
LATE = "2018-04-02"
"""An order accepted then and not completed is late in PERIOD; one accepted on LATE_BEFORE was due before it."""
LATE_BEFORE = "2018-02-01"


def target_of(scene: Scene, area: str, milestone: str | None = None, plan=None, operators=()) -> Target:
    plan = plan or the_plan()
    period = County(scene.facts(operators), plan, calendar()).period(Quarter.parse(PERIOD))
    stone = None if milestone is None else plan.milestone(milestone)
    return Target(period, "approved", period.facts.areas.code.index(area), stone)


def conditions_for(target: Target, **more) -> Conditions:
    operators = tuple(range(len(target.period.facts.operators)))
    return Conditions(**{"objective": "fewest", "places": "sites", "operators": operators, **more})


def planned(target: Target, seconds: float = 60, **more) -> Reached | None:
    """The least plan; None when there is none."""
    try:
        return reached(target, conditions_for(target, **more), Clock(seconds))
    except (NoPlan, OutOfReach):
        return None


def printed(scene: Scene, area: str, milestone: str | None = None, plan=None, operators=(), **more) -> dict:
    """The document without its head; the actions by their keys."""
    target = target_of(scene, area, milestone, plan, operators)
    found, facts = planned(target, **more), target.period.facts
    told = document({}, target, conditions_for(target, **more), found)
    return told | {"actions": [{"action": each.kind, **each.key(facts)} for each in found.actions] if found else []}


# ------------------------------------------------ by trying


def candidates_of(target: Target) -> dict[str, list[BuildAction]]:
    """Every action that the specification names, by kind, found without the search."""
    import numpy as np

    period = target.period
    places = at_sites(period, np.empty(0, dtype=np.int64))
    at = list(zip(places.lon.tolist(), places.lat.tolist(), strict=True))
    new = [BuildAction(NEW, o, lon, lat) for lon, lat in at for o in range(len(period.facts.operators))]
    points = point_actions(period)
    return {
        NEW: new,
        UPGRADE: [each for each in points if each.kind == UPGRADE],
        OPEN: [each for each in points if each.kind == OPEN],
        ORDERS: [] if target.of_reach else order_actions(period),
    }


def is_met(target: Target, actions: Iterable[BuildAction]) -> bool:
    """By the rules alone."""
    after = judged(target.period, tuple(actions))
    return Target(after, target.basis, target.area, target.milestone).state == State.PASSED


def less_would_do(target: Target, value: dict[str, int]) -> str | None:
    """The first kind of which fewer would do, with everything that comes later in the order for nothing; None: none.

    More never harms, so that only sets of exactly one less are tried.
    """
    there = candidates_of(target)
    for place, kind in enumerate(KINDS):
        later = [each for other in KINDS[place + 1 :] for each in there[other]]
        for before in _exactly(there, value, KINDS[:place]):
            for fewer in _sets(there[kind], value[kind] - 1):
                if is_met(target, (*before, *fewer, *later)):
                    return kind
    return None


def _exactly(there: dict, value: dict[str, int], kinds: tuple[str, ...]) -> Iterator[tuple[BuildAction, ...]]:
    if not kinds:
        yield ()
        return
    for first in _sets(there[kinds[0]], value[kinds[0]]):
        for rest in _exactly(there, value, kinds[1:]):
            yield (*first, *rest)


def _sets(some: list[BuildAction], size: int) -> Iterator[tuple[BuildAction, ...]]:
    """The largest sets that come to no more than a size: of points exactly so many, of orders as many as may be."""
    if size < 0:
        return
    if not some or some[0].kind != ORDERS:
        yield from combinations(some, min(size, len(some)))
        return
    for number in range(len(some) + 1):
        for chosen in combinations(some, number):
            if sum(each.size for each in chosen) <= size:
                yield chosen


def cheaper_would_do(target: Target, costs: Costs, most: int) -> bool:
    """Whether any plan of ``most`` yuan reaches the target. More never harms: only sets to which nothing can be added are tried."""
    everything = [each for some in candidates_of(target).values() for each in some]
    dearest_first = sorted(everything, key=lambda each: -cost([each], costs))
    return any(is_met(target, chosen) for chosen in _fullest(dearest_first, costs, most))


def _fullest(some: list[BuildAction], costs: Costs, left: int, spared: int | None = None) -> Iterator[tuple]:
    """The sets for so many yuan that leave no room for what they spare, the cheapest of which costs ``spared``."""
    if not some:
        if spared is None or spared > left:
            yield ()
        return
    first, own = some[0], cost(some[:1], costs)
    if own <= left:
        for chosen in _fullest(some[1:], costs, left - own, spared):
            yield (first, *chosen)
    yield from _fullest(some[1:], costs, left, own)


# ------------------------------------------------ random counties


def random_scene(seed: int) -> Scene:
    """A town of a few villages and a street, small enough that everything can be tried."""
    chance = random.Random(f"plan {seed}")
    scene = Scene("441802103", "441802103201", "441802103202")
    scene.area("441802006", "street").area("441802006001", "community")
    leaves = ["441802103201001", "441802103201002", "441802103202001"]
    for leaf in leaves:
        scene.area(leaf, households=chance.choice([20, 20, 20, 5]), demonstration=chance.random() < 0.5)
    for number in range(chance.randint(3, 5)):
        area = chance.choice([*leaves, *leaves, "441802006001"])
        kind = "residence" if area == "441802006001" else chance.choice(["settlement", "settlement", "school"])
        north = None if chance.random() < 0.06 else chance.randrange(0, 3200, 200)
        scene.site(f"S{number}", area, north, kind)
    for number in range(chance.randint(1, 3)):
        scene.point(
            f"P{number}", chance.randrange(0, 3200, 200), chance.choice(["telecom", "mobile"]),
            **chance.choice([{"mbps": 20.0}, {"opened_on": "2019-01-01"}, {"closed_on": "2018-01-01"}, {}, {"mbps": 20.0, "tv_only": True}]),
        )  # fmt: skip
    for _ in range(chance.randint(0, 3)):
        scene.order(
            chance.choice([*leaves, "441802103201", "441802103202"]), chance.choice([LATE, LATE_BEFORE]),
            **chance.choice([{}, {"completed_on": "2018-06-20"}, {"cancelled_on": "2018-06-20"}]),
            operator=chance.choice(["telecom", "mobile"]),
        )  # fmt: skip
    return scene


TARGETS = (
    ("441802103", "T11"), ("441802103", None), ("441802", "G10"), ("441802", "G09"), ("441802006", None),
    ("441802103201", None), ("441802", "G02"), ("441802103", "T07"),
)  # fmt: skip
