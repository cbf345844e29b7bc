"""Positions of the generated places: the district's outline is real, everything below it is placed inside it."""

import math
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from random import Random

import numpy as np
import shapely

from areas.datums import bd09_from_gcj02, gcj02_from_wgs84
from areas.outline import district
from areas.vocabulary import Datum
from demonstration.randomness import stream

ORIGIN = (113.03, 23.68)
METRES_PER_DEGREE = (102_000.0, 110_760.0)
"""East and north, near the origin; good to 0.3% within the district, which is enough for placing."""

Point = tuple[float, float]
"""Metres east and north of the origin."""

TOWNSHIPS: dict[str, tuple[Point, float, list[Point]]] = {
    "006": ((113.020, 23.705), 1.0, []),
    "007": ((113.075, 23.728), 1.3, [(113.085, 23.755)]),
    "008": ((113.070, 23.678), 1.0, []),
    "009": ((113.030, 23.650), 1.0, [(113.000, 23.655)]),
    "103": ((113.200, 23.680), 1.8, [(113.260, 23.705), (113.170, 23.655)]),
    "105": ((113.085, 23.600), 1.4, [(113.125, 23.600), (113.130, 23.565)]),
    "106": ((112.970, 23.530), 1.7, [(112.930, 23.520), (113.000, 23.570)]),
    "107": ((113.200, 23.840), 1.9, [(113.270, 23.800), (113.130, 23.870), (113.160, 23.770)]),
}
"""By the last three digits: the seat (degrees), how far the township reaches beside the others, further centres."""


def plane(lon: float, lat: float) -> Point:
    return (lon - ORIGIN[0]) * METRES_PER_DEGREE[0], (lat - ORIGIN[1]) * METRES_PER_DEGREE[1]


def degrees(point: Point) -> tuple[float, float]:
    """Longitude and latitude in WGS-84, to a tenth of a metre."""
    return (
        round(ORIGIN[0] + point[0] / METRES_PER_DEGREE[0], 6),
        round(ORIGIN[1] + point[1] / METRES_PER_DEGREE[1], 6),
    )


def surveyed_pair(lon: float, lat: float, datum: str) -> tuple[float, float]:
    """The pair that a survey in ``datum`` would have written down for a place in WGS-84."""
    if datum not in (Datum.GCJ02, Datum.BD09):
        return lon, lat
    pair = gcj02_from_wgs84(lon, lat)
    if datum == Datum.BD09:
        pair = bd09_from_gcj02(*pair)
    return round(float(pair[0]), 7), round(float(pair[1]), 7)


@cache
def outline() -> shapely.Polygon:
    """The district on the plane, made ready to be asked often."""
    found = shapely.transform(district().polygon, lambda corners: np.column_stack(plane(*corners.T)))
    shapely.prepare(found)
    return found


def inside(point: Point) -> bool:
    """Whether the point lies within the district's outline."""
    return bool(shapely.contains_xy(outline(), *point))


def township_at(point: Point) -> str:
    """The township (last three digits) whose centres are the nearest, each measured by its own reach."""
    nearest = min(
        (math.dist(point, plane(*centre)) / reach, key)
        for key, (seat, reach, others) in TOWNSHIPS.items()
        for centre in (seat, *others)
    )
    return nearest[1]


def around(random: Random, centre: Point, least: float, most: float) -> Point:
    """A point between ``least`` and ``most`` metres from the centre, every patch of ground as likely as any other."""
    distance = math.sqrt(random.uniform(least**2, most**2))
    angle = random.uniform(0, 2 * math.pi)
    return centre[0] + distance * math.cos(angle), centre[1] + distance * math.sin(angle)


class Ground:
    """What has been placed, in cells of a kilometre, so that neighbours are found quickly."""

    CELL = 1000.0

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[Point, int]]] = defaultdict(list)

    def add(self, point: Point, number: int = 0) -> None:
        self._cells[int(point[0] // self.CELL), int(point[1] // self.CELL)].append((point, number))

    def near(self, point: Point, metres: float) -> Iterator[tuple[float, int]]:
        """Distance and number of everything within ``metres``."""
        reach = int(metres // self.CELL) + 1
        column, row = int(point[0] // self.CELL), int(point[1] // self.CELL)
        for i in range(column - reach, column + reach + 1):
            for j in range(row - reach, row + reach + 1):
                for other, number in self._cells.get((i, j), ()):
                    distance = math.dist(point, other)
                    if distance <= metres:
                        yield distance, number

    def clearance(self, point: Point, most: float) -> float:
        """Metres to the nearest thing placed, ``most`` when there is none that near."""
        return min((distance for distance, _ in self.near(point, most)), default=most)

    def place(self, random: Random, centre: Point, least: float, most: float, spacing: float, tries: int = 24) -> Point:
        """A free point around the centre: the first with ``spacing`` metres clear, else the clearest tried."""
        best, clearest = centre, -1.0
        for attempt in range(tries):
            candidate = around(random, centre, least, most * (1 + 0.3 * attempt / tries))
            if not inside(candidate):
                continue
            clearance = self.clearance(candidate, spacing)
            if clearance > clearest:
                best, clearest = candidate, clearance
            if clearance >= spacing:
                break
        self.add(best)
        return best


def villages_of(township: str, count: int, *, compact: bool) -> list[Point]:
    """Centres for ``count`` villages or communities of a township, spread evenly; compact ones stay near its seat."""
    random = stream("villages", township, compact)
    seat, reach, _ = TOWNSHIPS[township]
    radius = 4_300 * reach * (0.75 if compact else 2.2)
    chosen: list[Point] = []
    while len(chosen) < count:
        candidates = [around(random, plane(*seat), 0, radius) for _ in range(60)]
        candidates = [p for p in candidates if township_at(p) == township and inside(p)]
        if candidates:
            chosen.append(max(candidates, key=lambda p: min((math.dist(p, c) for c in chosen), default=0.0)))
    return chosen
