"""Places anywhere against a fine grid of places: tiny counties in the plane, and what unknown coordinates can do to a plan."""

import random
from itertools import combinations

import numpy as np
import pytest

from acceptance.rules.shares import State
from areas.geodesy import Points, destination, pairs_within
from planning.solving.effects import judged
from planning.solving.targets import Target
from tests.acceptance.rules.building import FOOT, TOWN, Scene
from tests.planning.plans import planned, random_scene, target_of

STEP_M, WIDE_M = 40, 2800
LEAVES = [f"{TOWN}{village}{leaf}" for village in (201, 202) for leaf in ("001", "002")]


def scattered(seed: int) -> Scene:
    """Two villages of two natural villages each, whose settlements lie anywhere within some kilometres, with nothing built."""
    chance = random.Random(f"anywhere {seed}")
    scene = Scene(TOWN, *LEAVES)
    for number, leaf in enumerate(LEAVES + chance.sample(LEAVES, 2)):
        scene.site(f"S{number}", leaf, 0)
        east, north = chance.uniform(0, WIDE_M), chance.uniform(0, WIDE_M)
        (lon,), (lat,) = moved(east, north)
        scene.sites[f"S{number}"] |= {"lon": lon, "lat": lat}
    return scene


def moved(east, north) -> tuple:
    """Degrees of places so many metres from the foot; about as far from one another, too."""
    east, north = np.atleast_1d(east), np.atleast_1d(north)
    foot = (np.full(len(east), each) for each in FOOT)
    return destination(*foot, np.degrees(np.arctan2(east, north)), np.hypot(east, north))


def least_on_the_grid(target) -> int:
    """The fewest places of a fine grid, and of the sites' own, from which every settlement of the goal's is reached."""
    period = target.period
    east, north = (each.ravel() for each in np.meshgrid(*[np.arange(0.0, WIDE_M + 1, STEP_M)] * 2))
    lon, lat = moved(east, north)
    sites = period.facts.sites
    places = Points(np.concatenate([sites.lon, lon]), np.concatenate([sites.lat, lat]))
    near = pairs_within(Points(sites.lon, sites.lat), places, period.around.radius_m)
    reach: dict[int, set[int]] = {}
    for place, site in zip(near.centre.tolist(), near.place.tolist(), strict=True):
        reach.setdefault(place, set()).add(site)
    found = {frozenset(each) for each in reach.values()}
    largest = [each for each in found if not any(each < other for other in found)]
    every = frozenset(range(len(sites.lon)))
    return next(
        size for size in range(1, len(every) + 1)
        if any(frozenset().union(*some) == every for some in combinations(largest, size))
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_no_grid_is_better_than_anywhere(seed):
    """The target is the town's own title, and every settlement counts for it."""
    target = target_of(scattered(seed), TOWN, None, operators=("telecom",))

    found, on_the_grid = planned(target, places="anywhere"), least_on_the_grid(target)

    assert found.bound[0] <= found.value[0] <= min(on_the_grid, found.bound[0] + 1)
    assert found.value[0] <= planned(target).value[0]


@pytest.mark.parametrize("north", [0, 1_000, 60_000])
def test_plan_holds_wherever_unknown_sites_turn_out_to_lie(north):
    held = 0
    for seed in range(40):
        scene = random_scene(seed)
        unknown = [name for name, each in scene.sites.items() if np.isnan(each["lon"])]
        target = target_of(scene, "441802", "G10", operators=("mobile", "telecom"))
        found = planned(target) if unknown else None
        if found is None:
            continue
        for name in unknown:
            each = scene.sites[name]
            scene.site(name, each["area"], north, each["kind"])
        known = target_of(scene, "441802", "G10", operators=("mobile", "telecom"))
        after = Target(judged(known.period, found.actions), known.basis, known.area, known.milestone)
        assert after.state == State.PASSED
        held += 1
    assert held
