"""Areas as a surface: each village takes the ground that is nearer to its sites than to any other's.

No boundary below the district is public. What is drawn are the Voronoi cells of the sites, those of one village made
one, cut off at the district's outline, and where that is not known at a distance from the sites.
"""

from collections.abc import Mapping, Sequence
from math import cos, radians

import numpy as np
import numpy.typing as npt
import shapely

Degrees = npt.NDArray[np.float64]
Ring = npt.NDArray[np.float64]
"""The corners of a polygon, pairs of longitude and latitude in degrees, the first not repeated."""

EDGE_M = 1_500
"""How far from the sites the ground is still drawn where no outline cuts it off."""
_METRES_PER_DEGREE = 111_195
"""A degree of a meridian; near enough for an edge that is drawn."""
COARSE_M = 60
"""Borders are made simpler by about so much, neighbours alike."""


def grounds(
    lon: Degrees, lat: Degrees, owners: Sequence[str], outline: shapely.Polygon | None, *, is_whole: bool
) -> dict[str, list[Ring]]:
    """By owner the rings of its ground; ``owners`` says whose each place is, in the order of ``lon`` and ``lat``.

    Where the places are not those of the whole district (``is_whole``), the ground ends EDGE_M from them. Of places
    at the same spot the first owner has the ground.
    """
    squeeze = cos(radians(float(np.mean(lat)))) if len(lat) else 1.0
    flat = np.column_stack([lon * squeeze, lat])
    spots, first = np.unique(flat.round(6), axis=0, return_index=True)
    if not len(spots):
        return {}
    land = _land(spots, outline, squeeze, is_whole=is_whole)
    cells = _cells(spots, land)
    held: dict[str, list[shapely.Geometry]] = {}
    for number, cell in zip(first.tolist(), cells, strict=True):
        held.setdefault(owners[number], []).append(cell)
    whole = {owner: shapely.intersection(shapely.coverage_union_all(own), land) for owner, own in sorted(held.items())}
    return _rings(_simpler(whole), squeeze)


def _land(spots: Degrees, outline: shapely.Polygon | None, squeeze: float, *, is_whole: bool) -> shapely.Geometry:
    """What is drawn at all, in squeezed degrees."""
    known = outline and shapely.transform(outline, lambda corners: corners * (squeeze, 1))
    if known is not None and is_whole:
        return known
    near = shapely.union_all(shapely.buffer(shapely.points(spots), EDGE_M / _METRES_PER_DEGREE, quad_segs=4))
    return near if known is None else shapely.intersection(near, known)


def _cells(spots: Degrees, land: shapely.Geometry) -> Sequence[shapely.Geometry]:
    """The cell of each spot, reaching beyond the land."""
    if len(spots) == 1:
        return [land]
    return shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(spots), extend_to=land, ordered=True))


def _simpler(grounds_: Mapping[str, shapely.Geometry]) -> dict[str, shapely.Geometry]:
    shapes = shapely.coverage_simplify(list(grounds_.values()), COARSE_M / _METRES_PER_DEGREE)
    return dict(zip(grounds_, shapes, strict=True))


def _rings(shapes: Mapping[str, shapely.Geometry], squeeze: float) -> dict[str, list[Ring]]:
    """Outer and inner rings alike: what is filled is told by even and odd."""
    found = {}
    for owner, shape in shapes.items():
        polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
        rings = [ring for part in polygons for ring in (part.exterior, *part.interiors)]
        found[owner] = [shapely.get_coordinates(ring)[:-1] / (squeeze, 1) for ring in rings]
    return found
