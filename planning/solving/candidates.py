"""Where new access points may stand, and which of the sites that matter each place reaches."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from acceptance.rules.judge import Period
from areas.geodesy import Pairs, Points, pairs_within
from planning.solving import crossings
from planning.solving.reduction import undominated

SLACK_M = 0.02
"""By so much larger radii the bound of places anywhere is computed; a place is moved inward by half of it at most."""


@dataclass(frozen=True)
class Candidates:
    """Places in degrees, and for each the rows of the sites that it reaches; ``roomy`` those that it would with larger radii."""

    lon: np.ndarray
    lat: np.ndarray
    reach: list[frozenset[int]]
    roomy: list[frozenset[int]]

    def __len__(self) -> int:
        return len(self.lon)

    def take(self, some: list[int]) -> "Candidates":
        return Candidates(
            self.lon[some], self.lat[some], [self.reach[place] for place in some], [self.roomy[place] for place in some]
        )


def at_sites(period: Period, wanted: np.ndarray) -> Candidates:
    """The located sites in force, each place once, in the order of the sites; ``wanted`` are rows of sites that matter."""
    sites = period.facts.sites
    rows = np.flatnonzero(period.sites_in_force & sites.located)
    first = np.sort(np.unique(sites.lon[rows] + 1j * sites.lat[rows], return_index=True)[1])
    return _reaching(period, wanted, sites.lon[rows[first]], sites.lat[rows[first]])


def anywhere(period: Period, wanted: np.ndarray) -> Candidates:
    """The sites' own places, and the crossings of the circles around those that matter, moved inward."""
    sites, radius = period.facts.sites, period.around.radius_m
    own = at_sites(period, wanted)
    lon, lat = crossings.of(sites.lon[wanted], sites.lat[wanted], radius[wanted].astype(float))
    lon, lat = np.concatenate([own.lon, lon]), np.concatenate([own.lat, lat])
    found = _reaching(period, wanted, lon, lat)
    roomy = _by_place(_pairs(period, wanted, lon, lat, SLACK_M), len(lon), wanted)
    return Candidates(lon, lat, found.reach, roomy)


def _pairs(period: Period, wanted: np.ndarray, lon: np.ndarray, lat: np.ndarray, more_m: float = 0.0) -> Pairs:
    sites = period.facts.sites
    places = Points(sites.lon[wanted], sites.lat[wanted])
    return pairs_within(places, Points(lon, lat), period.around.radius_m[wanted] + more_m)


def _reaching(period: Period, wanted: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> Candidates:
    reach = _by_place(_pairs(period, wanted, lon, lat), len(lon), wanted)
    return Candidates(lon, lat, reach, reach)


def _by_place(near: Pairs, places: int, wanted: np.ndarray) -> list[frozenset[int]]:
    """For each place the rows of the sites that it reaches."""
    order = np.argsort(near.centre, kind="stable")
    bounds = np.searchsorted(near.centre[order], np.arange(places + 1))
    rows = wanted[near.place[order]].tolist()
    return [frozenset(rows[first:last]) for first, last in pairwise(bounds)]


def best(candidates: Candidates, kept: frozenset[int] = frozenset()) -> Candidates:
    """The places of which no other reaches all that they reach; those in ``kept`` do not drive others out."""
    stays = undominated(candidates.reach, yielding=kept)
    if candidates.roomy is not candidates.reach:
        stays = sorted({*stays, *undominated(candidates.roomy, yielding=kept)})
    return candidates.take(stays)
