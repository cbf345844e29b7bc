"""Conversion between datums (坐标系): WGS-84, GCJ-02, BD-09, CGCS2000 (docs/rules.md, section 2).

The forward offsets are the public formulas; they have no closed inverse and are inverted by
fixed-point iteration, to about a nanometre. Everything takes and gives degrees, scalars and
numpy arrays alike. There is no "outside China" case: a pair is checked to lie in China before.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Degrees = Any
"""A float or an array of floats; what goes in as a float comes out as a float."""
Pair = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
Forward = Callable[[Any, Any], Pair]

_A = 6378245.0
_EE = 0.00669342162296594323
_X_PI = np.pi * 3000.0 / 180.0
_ROUNDS = 30


def gcj02_from_wgs84(lon: Degrees, lat: Degrees) -> Pair:
    """The pair as a Chinese map shows it (GCJ-02) for a pair in WGS-84."""
    x, y = np.asarray(lon, float) - 105.0, np.asarray(lat, float) - 35.0
    root = np.sqrt(np.abs(x))
    ripple = (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    phi = np.asarray(lat, float) / 180.0 * np.pi
    magic = 1.0 - _EE * np.sin(phi) ** 2
    metres_north = _A * (1.0 - _EE) / (magic * np.sqrt(magic)) * np.pi / 180.0
    metres_east = _A / np.sqrt(magic) * np.cos(phi) * np.pi / 180.0
    return np.asarray(lon + east / metres_east), np.asarray(lat + north / metres_north)


def bd09_from_gcj02(lon: Degrees, lat: Degrees) -> Pair:
    """The pair as Baidu shows it (BD-09) for a pair in GCJ-02."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _X_PI)
    theta = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _X_PI)
    return radius * np.cos(theta) + 0.0065, radius * np.sin(theta) + 0.006


def _bd09_from_wgs84(lon: Degrees, lat: Degrees) -> Pair:
    return bd09_from_gcj02(*gcj02_from_wgs84(lon, lat))


def _inverse(forward: Forward, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Pair:
    """The pair that ``forward`` moves to (lon, lat); each round divides the error by more than a hundred."""
    x, y = lon, lat
    for _ in range(_ROUNDS):
        reached_lon, reached_lat = forward(x, y)
        step_lon, step_lat = lon - reached_lon, lat - reached_lat
        x, y = x + step_lon, y + step_lat
        if max(np.max(np.abs(step_lon), initial=0.0), np.max(np.abs(step_lat), initial=0.0)) < 1e-14:
            break
    return x, y


_FORWARD: dict[str, Forward | None] = {
    "WGS84": None,
    "CGCS2000": None,
    "GCJ02": gcj02_from_wgs84,
    "BD09": _bd09_from_wgs84,
}


def to_wgs84(lon: Degrees, lat: Degrees, datum: str) -> tuple[Any, Any]:
    """The WGS-84 pair of a pair given in ``datum``; CGCS2000 counts as WGS-84. KeyError for another datum."""
    forward = _FORWARD[datum]
    if forward is None:
        return lon, lat
    x, y = _inverse(forward, np.asarray(lon, float), np.asarray(lat, float))
    return (float(x), float(y)) if np.ndim(lon) == 0 else (x, y)
