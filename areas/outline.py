"""The district's outline, and how far a point lies outside it."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

Degrees = npt.NDArray[np.float64]
_GEOD = Geod(ellps="WGS84")
_FILE = Path(__file__).parent / "data" / "qingcheng_boundary_wgs84.geojson"


class Outline:
    """A polygon in WGS-84; ``ring`` holds its corners, the first not repeated at the end."""

    def __init__(self, code: str, polygon: shapely.Polygon) -> None:
        self.code, self.polygon = code, polygon
        self.ring: Degrees = shapely.get_coordinates(polygon.exterior)[:-1]
        shapely.prepare(polygon)

    def holds(self, lon: Degrees, lat: Degrees) -> npt.NDArray[np.bool_]:
        """Whether each point lies inside."""
        return shapely.contains_xy(self.polygon, lon, lat)

    def metres_outside(self, lon: float, lat: float) -> float:
        """Geodesic metres from a point outside to the nearest place on the outline.

        The ring is laid out around the point by azimuth and distance, where distances from
        the point are true.
        """

        def laid_out(corners: Degrees) -> Degrees:
            here = np.full_like(corners, (lon, lat))
            azimuth, _, distance = _GEOD.inv(*here.T, *corners.T)
            return np.column_stack([distance * np.sin(np.radians(azimuth)), distance * np.cos(np.radians(azimuth))])

        return shapely.transform(self.polygon.exterior, laid_out).distance(shapely.Point(0, 0))

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
    return Outline(feature["properties"]["adcode"], shapely.geometry.shape(feature["geometry"]))
