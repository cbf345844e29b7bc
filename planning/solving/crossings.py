"""Where circles around sites cross on the ellipsoid, moved a little into both."""

import numpy as np
from scipy.spatial import cKDTree

from areas.geodesy import destination, earth_centred, inverse

INWARD_M = 0.008
"""How far a crossing is moved towards the other one, at most; less than a centimetre."""
_STEPS = 4
_TOUCH_M = 0.01


def of(lon: np.ndarray, lat: np.ndarray, radius_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The crossings of all circles that meet, in degrees: around points in degrees, of radii in metres."""
    one, other = _meeting(lon, lat, radius_m)
    if not len(one):
        return np.empty(0), np.empty(0)
    found = [_crossing(lon, lat, radius_m, one, other, side) for side in (1.0, -1.0)]
    return np.concatenate([each[0] for each in found]), np.concatenate([each[1] for each in found])


def _meeting(lon: np.ndarray, lat: np.ndarray, radius_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pairs of circles of which neither lies within the other, nor apart by more than a centimetre."""
    if len(lon) < 2:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    tree = cKDTree(earth_centred(lon, lat))
    pairs = tree.query_pairs(2 * float(radius_m.max()) + 1, output_type="ndarray")
    one, other = pairs[:, 0], pairs[:, 1]
    _, away = inverse(lon[one], lat[one], lon[other], lat[other])
    meets = (away <= radius_m[one] + radius_m[other] + _TOUCH_M) & (away >= np.abs(radius_m[one] - radius_m[other]))
    meets &= away > 0
    return one[meets], other[meets]


def _crossing(
    lon: np.ndarray, lat: np.ndarray, radius_m: np.ndarray, one: np.ndarray, other: np.ndarray, side: float
) -> tuple[np.ndarray, np.ndarray]:
    """The crossing on one side of the line between the centres."""
    azimuth, away = inverse(lon[one], lat[one], lon[other], lat[other])
    first, second = radius_m[one], radius_m[other]
    along = (away**2 + first**2 - second**2) / (2 * away)
    half = np.sqrt(np.maximum(0.0, first**2 - along**2))
    turn = np.degrees(np.arctan2(half, along))
    x, y = destination(lon[one], lat[one], azimuth + side * turn, np.hypot(along, half))
    for _ in range(_STEPS):
        x, y = _nearer(x, y, (lon[one], lat[one], first), (lon[other], lat[other], second))
    inward = azimuth - side * 90.0
    return destination(x, y, inward, np.minimum(INWARD_M, half))


def _nearer(x: np.ndarray, y: np.ndarray, *circles: tuple) -> tuple[np.ndarray, np.ndarray]:
    """One step of Newton's towards the point at both radii; where the circles hardly cross it stays."""
    towards, misses = [], []
    for lon, lat, radius in circles:
        azimuth, away = inverse(x, y, lon, lat)
        towards.append(np.radians(azimuth))
        misses.append(away - radius)
    (a, b), (c, d) = ((np.sin(each), np.cos(each)) for each in towards)
    determinant = a * d - b * c
    is_sound = np.abs(determinant) > 1e-6
    safe = np.where(is_sound, determinant, 1.0)
    east = np.where(is_sound, (misses[0] * d - misses[1] * b) / safe, 0.0)
    north = np.where(is_sound, (misses[1] * a - misses[0] * c) / safe, 0.0)
    step = np.minimum(np.hypot(east, north), 1.0)
    return destination(x, y, np.degrees(np.arctan2(east, north)), step)
