"""The district's outline, and how far a point lies outside it."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pyproj import Geod

Degrees = npt.NDArray[np.float64]
_GEOD = Geod(ellps="WGS84")
_FILE = Path(__file__).parent / "data" / "qingcheng_boundary_wgs84.geojson"


class Outline:
    """A polygon without holes in WGS-84; ``ring`` holds its corners, the first not repeated at the end."""

    def __init__(self, code: str, ring: npt.ArrayLike) -> None:
        self.code = code
        self.ring = np.asarray(ring, float)

    def holds(self, lon: Degrees, lat: Degrees) -> npt.NDArray[np.bool_]:
        """Whether each point lies inside (even-odd rule)."""
        inside = np.zeros(len(lon), bool)
        for (x1, y1), (x2, y2) in zip(self.ring, np.roll(self.ring, -1, axis=0), strict=True):
            if y1 == y2:
                continue
            crosses = (y1 > lat) != (y2 > lat)
            inside ^= crosses & (lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1)
        return inside

    def metres_outside(self, lon: float, lat: float) -> float:
        """Geodesic metres from a point outside to the nearest place on the outline.

        The ring is laid out around the point by azimuth and distance, where distances from
        the point are true.
        """
        count = len(self.ring)
        azimuth, _, distance = _GEOD.inv(np.full(count, lon), np.full(count, lat), self.ring[:, 0], self.ring[:, 1])
        start = np.asarray(distance) * np.exp(1j * np.radians(90.0 - np.asarray(azimuth)))
        side = np.roll(start, -1) - start
        length2 = np.maximum(np.abs(side) ** 2, 1e-12)
        along = np.clip(-(start.real * side.real + start.imag * side.imag) / length2, 0.0, 1.0)
        return float(np.min(np.abs(start + along * side)))

    def further_than(self, lon: Degrees, lat: Degrees, metres: float) -> npt.NDArray[np.bool_]:
        """Whether each point lies more than ``metres`` outside."""
        far = ~self.holds(lon, lat)
        for index in np.flatnonzero(far):
            far[index] = self.metres_outside(float(lon[index]), float(lat[index])) > metres
        return far


@cache
def district() -> Outline:
    """The outline of 清城区, as kept in areas/data."""
    feature = json.loads(_FILE.read_text(encoding="utf-8"))["features"][0]
    return Outline(feature["properties"]["adcode"], feature["geometry"]["coordinates"][0][:-1])
