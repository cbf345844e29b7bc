"""光网接入能力: whether a site can be served, by whom, and why not (S03, S04, S17–S21; docs/rules.md, section 2)."""

from dataclasses import dataclass

import numpy as np

from acceptance.rules.facts import RURAL, URBAN, AccessPoints, Areas, Facts, Sites
from acceptance.rules.plan import Capability
from acceptance.rules.shares import State
from areas.geodesy import Pairs, Points, nearest, pairs_within

REASONS = ("", "service_late", "too_slow", "tv_only", "not_open", "out_of_reach")
"""Why a site is not capable; of several the first that holds is given."""
SERVICE_LATE, TOO_SLOW, TV_ONLY, NOT_OPEN, OUT_OF_REACH = range(1, 6)

NEAREST_LIMIT_M = 20_000


def settings(sites: Sites, areas: Areas) -> np.ndarray:
    """Each site's setting: its own, its area's, the nearest ancestor's; else rural in a natural village or village (A21)."""
    rural_by_nature = areas.of("natural_village", "village")[sites.area]
    given = np.where(sites.setting != 0, sites.setting, areas.effective_setting[sites.area])
    return np.where(given != 0, given, np.where(rural_by_nature, RURAL, URBAN))


def radius_m(setting: np.ndarray, capability: Capability) -> np.ndarray:
    """Metres within which an access point reaches a site (S18)."""
    return np.where(setting == URBAN, capability.radius_urban_m, capability.radius_rural_m)


@dataclass(frozen=True)
class Surroundings:
    """Settings, radii, and the access points within each site's radius: the same in every quarter while settings are."""

    setting: np.ndarray
    radius_m: np.ndarray
    near: Pairs


def surroundings(facts: Facts, capability: Capability) -> Surroundings:
    setting = settings(facts.sites, facts.areas)
    radius = radius_m(setting, capability)
    return Surroundings(setting, radius, _pairs(facts, np.flatnonzero(facts.sites.located), radius))


def surroundings_then(first: Surroundings, setting: np.ndarray, facts: Facts, capability: Capability) -> Surroundings:
    """The surroundings with other settings: looked for anew only around sites that have another radius than at first."""
    radius = radius_m(setting, capability)
    other = radius != first.radius_m
    if not other.any():
        return Surroundings(setting, radius, first.near)
    kept, anew = ~other[first.near.place], _pairs(facts, np.flatnonzero(facts.sites.located & other), radius)
    place = np.concatenate([first.near.place[kept], anew.place])
    centre = np.concatenate([first.near.centre[kept], anew.centre])
    distance_m = np.concatenate([first.near.distance_m[kept], anew.distance_m])
    order = np.lexsort((centre, place))
    return Surroundings(setting, radius, Pairs(place[order], centre[order], distance_m[order]))


def _pairs(facts: Facts, some: np.ndarray, radius: np.ndarray) -> Pairs:
    """The access points within the radius of each of some sites."""
    sites, points = facts.sites, facts.access_points
    near = pairs_within(Points(sites.lon[some], sites.lat[some]), Points(points.lon, points.lat), radius[some])
    return Pairs(some[near.place], near.centre, near.distance_m)


def is_open(points: AccessPoints, on: np.datetime64) -> np.ndarray:
    return (points.opened_on <= on) & (on < points.closed_on)


def is_fast(points: AccessPoints, capability: Capability) -> np.ndarray:
    """At least the plan's downstream rate (S17)."""
    return points.downstream_mbps >= capability.min_mbps


def is_television(points: AccessPoints, capability: Capability) -> np.ndarray:
    """Carries television only, and so does not count (S04)."""
    return points.tv_only & (not capability.television.value)


def eligible(points: AccessPoints, on: np.datetime64, capability: Capability) -> np.ndarray:
    """Which access points count on a date (S04, S17)."""
    return is_open(points, on) & is_fast(points, capability) & ~is_television(points, capability)


@dataclass(frozen=True)
class SiteVerdicts:
    """A verdict on each site for a period; rows of ``reaching`` and ``serving`` are sites, columns operators."""

    state: np.ndarray
    reason: np.ndarray
    reached: np.ndarray
    reaching: np.ndarray
    serving: np.ndarray


def judge_sites(
    facts: Facts, around: Surroundings, on: np.datetime64, passes: np.ndarray, capability: Capability
) -> SiteVerdicts:
    """Every site as of a date; ``passes`` says for each area and operator whether the service test is passed."""
    sites, points, near = facts.sites, facts.access_points, around.near
    counts = eligible(points, on, capability)[near.centre]
    reaching = np.zeros((len(sites), max(1, len(facts.operators))), dtype=bool)
    reaching[near.place[counts], points.operator[near.centre[counts]]] = True
    reached = np.count_nonzero(reaching, axis=1) > 0
    serving = reaching & passes[sites.area] if len(facts.operators) else reaching
    capable = np.count_nonzero(serving, axis=1) >= int(capability.operators.value)
    return SiteVerdicts(
        state=_state(sites, capable),
        reason=np.where(sites.located & ~capable, _reason(facts, around, on, reached, capability), 0),
        reached=_state(sites, reached),
        reaching=reaching,
        serving=serving & capable[:, None],
    )


def _state(sites: Sites, holds: np.ndarray) -> np.ndarray:
    """Yes or no, unknown where the coordinates are missing."""
    return np.where(sites.located, np.where(holds, State.PASSED, State.FAILED), State.UNKNOWN)


def _reason(
    facts: Facts, around: Surroundings, on: np.datetime64, reached: np.ndarray, capability: Capability
) -> np.ndarray:
    """The nearest miss of each site, in the order in which REASONS stand."""
    points, near = facts.access_points, around.near
    opened, fast, television = is_open(points, on), is_fast(points, capability), is_television(points, capability)

    def within_radius(misses: np.ndarray) -> np.ndarray:
        found = np.zeros(len(facts.sites), dtype=bool)
        found[near.place[misses[near.centre]]] = True
        return found

    return np.select(
        [
            reached,
            within_radius(opened & ~television & ~fast),
            within_radius(opened & television),
            within_radius(~opened & fast & ~television),
        ],
        [SERVICE_LATE, TOO_SLOW, TV_ONLY, NOT_OPEN],
        OUT_OF_REACH,
    )


def nearest_eligible(facts: Facts, on: np.datetime64, capability: Capability) -> tuple[np.ndarray, np.ndarray]:
    """For each site the number of the nearest eligible access point and its distance in metres; -1 and NaN where none."""
    points = facts.access_points
    located = np.flatnonzero(facts.sites.located)
    open_ones = np.flatnonzero(eligible(points, on, capability))
    number = np.full(len(facts.sites), -1, dtype=np.int64)
    distance = np.full(len(facts.sites), np.nan)
    found, away = nearest(
        Points(facts.sites.lon[located], facts.sites.lat[located]),
        Points(points.lon[open_ones], points.lat[open_ones]),
        NEAREST_LIMIT_M,
    )
    number[located] = np.where(found >= 0, open_ones[found] if len(open_ones) else -1, -1)
    distance[located] = away
    return number, distance


def sites_in_force(sites: Sites, areas_in_force: np.ndarray, on: np.datetime64) -> np.ndarray:
    """In force themselves and with their area (docs/rules.md, section 1)."""
    return (sites.valid_from <= on) & (on < sites.valid_to) & areas_in_force[sites.area]
