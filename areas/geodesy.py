"""Geodesic distances on the WGS-84 ellipsoid: points within a radius of others, and nearest points.

Many pairs are sorted out by straight lines through the earth (a k-d tree on earth-centred
coordinates); the geodesic has the last word wherever it could differ.
"""

import math
from dataclasses import dataclass

import numpy as np
from pyproj import Geod, Transformer
from scipy.spatial import cKDTree

_GEOD = Geod(ellps="WGS84")
_EARTH_CENTRED = Transformer.from_pipeline(
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=WGS84"
)
"""Named by its steps: looking it up by its codes takes eighty times as long at every start."""
_MEAN_RADIUS = 6371000.0

_DOUBT_M = 1e-3
"""Near a limit by less than this the straight line is not trusted; it errs by under 1e-4 m at 20 km."""


def geodesic_m(lon1: np.ndarray, lat1: np.ndarray, lon2: np.ndarray, lat2: np.ndarray) -> np.ndarray:
    """Geodesic distances in metres between points in degrees, element by element."""
    return np.asarray(_GEOD.inv(lon1, lat1, lon2, lat2)[2])


def inverse(lon1: np.ndarray, lat1: np.ndarray, lon2: np.ndarray, lat2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Azimuths in degrees from the first points to the second, and geodesic distances in metres, element by element."""
    azimuth, _, away = _GEOD.inv(lon1, lat1, lon2, lat2)
    return np.asarray(azimuth), np.asarray(away)


def destination(
    lon: np.ndarray, lat: np.ndarray, azimuth: np.ndarray, distance_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where one comes so many metres from points in degrees, setting out at azimuths in degrees."""
    there_lon, there_lat, _ = _GEOD.fwd(lon, lat, azimuth, distance_m)
    return np.asarray(there_lon), np.asarray(there_lat)


def earth_centred(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Earth-centred coordinates (n, 3) in metres of points on the ellipsoid, in degrees."""
    return np.column_stack(_EARTH_CENTRED.transform(lon, lat, np.zeros(len(lon))))


def box(lon: np.ndarray, lat: np.ndarray, margin_m: float) -> tuple[float, float, float, float]:
    """West, south, east and north of a box in degrees that holds everything within ``margin_m`` of the points."""
    degrees = 1.05 * margin_m / 110_000
    south, north = float(lat.min()) - degrees, float(lat.max()) + degrees
    sideways = degrees / math.cos(math.radians(min(89.0, max(abs(south), abs(north)))))
    return float(lon.min()) - sideways, south, float(lon.max()) + sideways, north


def _along_the_ground(chord: np.ndarray) -> np.ndarray:
    """The arc over a chord, in metres; good to 1e-4 m up to 20 km."""
    return 2 * _MEAN_RADIUS * np.arcsin(chord / (2 * _MEAN_RADIUS))


@dataclass(frozen=True)
class Points:
    """Arrays of longitudes and latitudes in degrees, none of them missing."""

    lon: np.ndarray
    lat: np.ndarray

    def __len__(self) -> int:
        return len(self.lon)

    def take(self, chosen: np.ndarray) -> "Points":
        return Points(self.lon[chosen], self.lat[chosen])

    def tree(self) -> cKDTree:
        """Split in the middle of space, not of the points: the same answers, built in two thirds of the time."""
        return cKDTree(earth_centred(self.lon, self.lat), balanced_tree=False)

    def distance_m(self, own: np.ndarray, other: "Points", others: np.ndarray) -> np.ndarray:
        """Geodesic distances in metres from the points numbered ``own`` to those of ``other`` numbered ``others``."""
        if not len(own):
            return np.empty(0)
        return geodesic_m(self.lon[own], self.lat[own], other.lon[others], other.lat[others])


@dataclass(frozen=True)
class Pairs:
    """Pairs of a place and a centre, numbered as they were given, with their geodesic distance in metres."""

    place: np.ndarray
    centre: np.ndarray
    distance_m: np.ndarray


def pairs_within(places: Points, centres: Points, radius_m: np.ndarray) -> Pairs:
    """All pairs of a place and a centre no farther apart than the place's ``radius_m``, in order of place and centre."""
    if not len(places) or not len(centres):
        nothing = np.empty(0, dtype=np.int64)
        return Pairs(nothing, nothing, np.empty(0))
    reach = float(radius_m.max())
    near = places.tree().sparse_distance_matrix(centres.tree(), reach, output_type="ndarray")
    place, centre = near["i"].astype(np.int64), near["j"].astype(np.int64)
    order = np.argsort(place * len(centres) + centre)
    place, centre, distance = place[order], centre[order], _along_the_ground(near["v"][order])
    doubtful = np.flatnonzero(np.abs(distance - radius_m[place]) < _DOUBT_M)
    distance[doubtful] = places.distance_m(place[doubtful], centres, centre[doubtful])
    within = distance <= radius_m[place]
    return Pairs(place[within], centre[within], distance[within])


def nearest(places: Points, centres: Points, limit_m: float) -> tuple[np.ndarray, np.ndarray]:
    """For each place the number of the nearest centre and its geodesic distance in metres; -1 and NaN beyond ``limit_m``.

    Centres equally near: the first of them. Of those on the same spot only the first goes into the tree, which
    names any of equals.
    """
    number = np.full(len(places), -1, dtype=np.int64)
    distance = np.full(len(places), np.nan)
    if not len(places) or not len(centres):
        return number, distance
    first = np.sort(np.unique(centres.lon + 1j * centres.lat, return_index=True)[1])
    apart = centres.take(first)
    rivals = min(2, len(apart))
    _, found = apart.tree().query(
        earth_centred(places.lon, places.lat), k=[*range(1, rivals + 1)], distance_upper_bound=limit_m
    )
    for rival in np.asarray(found).T:
        some = np.flatnonzero(rival < len(apart))
        away = places.distance_m(some, apart, rival[some])
        better = (away <= limit_m) & (
            np.isnan(distance[some]) | (away < distance[some]) | (away == distance[some]) & (rival[some] < number[some])
        )
        number[some[better]], distance[some[better]] = rival[some[better]], away[better]
    return np.where(number >= 0, first[number], -1), distance
