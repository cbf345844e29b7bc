"""The public formulas of GCJ-02 and BD-09, and their inverse by correcting the error until none is left."""

from math import atan2, cos, pi, radians, sin, sqrt

# "The forward offsets are the public formulas (a = 6378245, ee = 0.00669342162296594323;
# BD-09 from GCJ-02 with x_pi = 3000 pi / 180)".
A = 6378245
EE = 0.00669342162296594323
X_PI = 3000 * pi / 180

Pair = tuple[float, float]


def wgs84_to_gcj02(lon: float, lat: float) -> Pair:
    x, y = lon - 105, lat - 35
    wave = 20 * sin(6 * pi * x) + 20 * sin(2 * pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += 2 / 3 * (wave + 20 * sin(pi * y) + 40 * sin(pi * y / 3) + 160 * sin(pi * y / 12) + 320 * sin(pi * y / 30))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += 2 / 3 * (wave + 20 * sin(pi * x) + 40 * sin(pi * x / 3) + 150 * sin(pi * x / 12) + 300 * sin(pi * x / 30))
    magic = 1 - EE * sin(radians(lat)) ** 2
    metres_per_radian_north = A * (1 - EE) / magic**1.5
    metres_per_radian_east = A / sqrt(magic) * cos(radians(lat))
    return lon + east * 180 / pi / metres_per_radian_east, lat + north * 180 / pi / metres_per_radian_north


def gcj02_to_bd09(lon: float, lat: float) -> Pair:
    radius = sqrt(lon * lon + lat * lat) + 0.00002 * sin(lat * X_PI)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * X_PI)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def from_wgs84(lon: float, lat: float, datum: str) -> Pair:
    """The pair in ``datum`` of a place given in WGS-84."""
    if datum in ("WGS84", "CGCS2000"):  # "CGCS2000 (treated as WGS-84)"
        return lon, lat
    gcj = wgs84_to_gcj02(lon, lat)
    return gcj if datum == "GCJ02" else gcj02_to_bd09(*gcj)


# "they are inverted by iteration to better than 1 cm, once, on the way in"
def to_wgs84(lon: float, lat: float, datum: str) -> Pair:
    """The place in WGS-84 of a pair given in ``datum``: guess, see where the guess lands, correct by the error."""
    if datum in ("WGS84", "CGCS2000"):
        return lon, lat
    guess = (lon, lat)
    for _ in range(40):
        landed = from_wgs84(*guess, datum)
        guess = (guess[0] + lon - landed[0], guess[1] + lat - landed[1])
    return guess
