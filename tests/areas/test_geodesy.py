"""Distances against GeographicLib, on random pairs all over China and around the district: decisions identical."""

import math

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from areas.geodesy import Pairs, Points, box, earth_centred, geodesic_m, nearest, pairs_within

DISTRICT = (112.85, 113.35, 23.45, 23.95)
CHINA = (73.0, 136.0, 3.0, 54.0)


def apart(lon, lat, other_lon, other_lat):
    """GeographicLib's distance in metres."""
    return Geodesic.WGS84.Inverse(lat, lon, other_lat, other_lon, Geodesic.DISTANCE)["s12"]


def scattered(box, least, most, count, seed):
    """Pairs of points: the first anywhere in the box, the second so many metres away in any direction."""
    random = np.random.default_rng(seed)
    west, east, south, north = box
    lon, lat = random.uniform(west, east, count), random.uniform(south, north, count)
    away, bearing = random.uniform(least, most, count), random.uniform(0, 360, count)
    others = [Geodesic.WGS84.Direct(b, a, c, d) for a, b, c, d in zip(lon, lat, bearing, away, strict=True)]
    return Points(lon, lat), Points(np.array([p["lon2"] for p in others]), np.array([p["lat2"] for p in others]))


def as_points(*pairs):
    lon, lat = zip(*pairs, strict=True) if pairs else ((), ())
    return Points(np.array(lon, dtype=float), np.array(lat, dtype=float))


def decided(pairs: Pairs) -> set[tuple[int, int]]:
    return set(zip(pairs.place.tolist(), pairs.centre.tolist(), strict=True))


RANGES = [
    (150, 250, 200),
    (950, 1050, 1000),
    (199.999, 200.001, 200),
    (999.999, 1000.001, 1000),
    (19_990, 20_010, 20_000),
]


@pytest.mark.parametrize("box", [DISTRICT, CHINA], ids=["around the district", "all over China"])
@pytest.mark.parametrize(("least", "most", "radius"), RANGES)
def test_who_is_within_is_decided_as_geographiclib_decides(box, least, most, radius):
    places, centres = scattered(box, least, most, 200, seed=int(most))
    exact = np.array([apart(*pair) for pair in zip(places.lon, places.lat, centres.lon, centres.lat, strict=True)])

    found = pairs_within(places, centres, np.full(len(places), float(radius)))

    own = {number for number, other in decided(found) if number == other}
    assert own == set(np.flatnonzero(exact <= radius).tolist())
    for place, centre, distance in zip(found.place, found.centre, found.distance_m, strict=True):
        near = apart(places.lon[place], places.lat[place], centres.lon[centre], centres.lat[centre])
        assert near <= radius
        assert abs(distance - near) < 2e-3


@pytest.mark.parametrize(("least", "most", "radius"), RANGES)
def test_close_to_the_radius_the_distance_is_the_geodesic(least, most, radius):
    places, centres = scattered(CHINA, radius - 5e-4, radius, 100, seed=7)
    exact = np.array([apart(*pair) for pair in zip(places.lon, places.lat, centres.lon, centres.lat, strict=True)])

    found = pairs_within(places, centres, np.full(len(places), float(radius)))

    own = found.place == found.centre
    assert np.max(np.abs(found.distance_m[own] - exact[found.place[own]])) < 1e-8


@pytest.mark.parametrize("radius", [200, 1000])
def test_the_limit_itself_is_within_and_the_next_number_is_not(radius):
    """The radius is set to the very distance, to a hair less, and to a hair more."""
    places, centres = scattered(DISTRICT, radius, radius, 50, seed=3)
    exact = geodesic_m(places.lon, places.lat, centres.lon, centres.lat)
    own = {(number, number) for number in range(50)}

    assert own <= decided(pairs_within(places, centres, exact))
    assert own <= decided(pairs_within(places, centres, exact + 1e-9))
    assert not own & decided(pairs_within(places, centres, np.nextafter(exact, 0)))
    assert not own & decided(pairs_within(places, centres, exact - 1e-9))


def test_distances_are_those_of_geographiclib():
    places, centres = scattered(CHINA, 0, 50_000, 300, seed=5)

    found = geodesic_m(places.lon, places.lat, centres.lon, centres.lat)

    exact = [apart(*pair) for pair in zip(places.lon, places.lat, centres.lon, centres.lat, strict=True)]
    assert np.max(np.abs(found - exact)) < 1e-8


def test_every_place_has_its_own_radius_and_all_pairs_are_found_in_order():
    places = as_points((113.0, 23.7), (113.01, 23.7), (113.02, 23.7))
    centres = as_points((113.005, 23.7), (113.0, 23.7), (113.02, 23.7), (113.5, 23.7))

    found = pairs_within(places, centres, np.array([600.0, 600.0, 5.0]))

    assert list(zip(found.place.tolist(), found.centre.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 0), (2, 2)]
    assert found.distance_m[[1, 3]].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert found.distance_m[[0, 2]].tolist() == pytest.approx([apart(113.0, 23.7, 113.005, 23.7)] * 2, abs=1e-3)


def test_many_places_around_one_centre():
    places, _ = scattered((113.04, 113.06, 23.69, 23.71), 0, 1, 400, seed=11)
    centre = as_points((113.05, 23.7))

    found = pairs_within(places, centre, np.full(400, 700.0))

    exact = np.array([apart(lon, lat, 113.05, 23.7) for lon, lat in zip(places.lon, places.lat, strict=True)])
    assert decided(found) == {(number, 0) for number in np.flatnonzero(exact <= 700).tolist()}


@pytest.mark.parametrize(("places", "centres"), [([], [(113, 23)]), ([(113, 23)], []), ([], [])])
def test_nobody_is_within_nothing(places, centres):
    found = pairs_within(as_points(*places), as_points(*centres), np.full(len(places), 200.0))
    number, distance = nearest(as_points(*places), as_points(*centres), 20_000)

    assert (len(found.place), len(found.centre), len(found.distance_m)) == (0, 0, 0)
    assert number.tolist() == [-1] * len(places)
    assert np.isnan(distance).tolist() == [True] * len(places)


@pytest.mark.parametrize(
    "box", [DISTRICT, (113.0, 113.1, 23.6, 23.7), (86.0, 87.0, 43.0, 44.0), (121.0, 122.0, 52.5, 53.5)]
)
def test_the_nearest_is_geographiclibs_nearest(box):
    places, _ = scattered(box, 0, 1, 60, seed=13)
    centres, _ = scattered(box, 0, 1, 40, seed=17)

    number, distance = nearest(places, centres, 20_000)

    for row in range(len(places)):
        exact = [apart(places.lon[row], places.lat[row], *pair) for pair in zip(centres.lon, centres.lat, strict=True)]
        if min(exact) <= 20_000:
            assert number[row] == int(np.argmin(exact))
            assert abs(distance[row] - min(exact)) < 1e-8
        else:
            assert (number[row], math.isnan(distance[row])) == (-1, True)


@pytest.mark.parametrize("box", [DISTRICT, CHINA], ids=["around the district", "all over China"])
def test_the_limit_of_the_nearest_is_decided_as_geographiclib_decides(box):
    places, centres = scattered(box, 19_990, 20_010, 60, seed=19)

    for row in range(len(places)):
        pair = places.take(np.array([row])), centres.take(np.array([row]))
        exact = apart(places.lon[row], places.lat[row], centres.lon[row], centres.lat[row])
        number, distance = nearest(*pair, 20_000)
        assert number[0] == (0 if exact <= 20_000 else -1)
        assert math.isnan(distance[0]) if exact > 20_000 else abs(distance[0] - exact) < 1e-8


def test_the_very_limit_is_still_near():
    places, centres = scattered(CHINA, 20_000, 20_000, 20, seed=43)

    for row in range(len(places)):
        place, centre = places.take(np.array([row])), centres.take(np.array([row]))
        away = float(geodesic_m(place.lon, place.lat, centre.lon, centre.lat)[0])
        assert nearest(place, centre, away)[0].tolist() == [0]
        assert nearest(place, centre, np.nextafter(away, 0))[0].tolist() == [-1]


def test_of_two_equally_near_the_first_is_named():
    place = as_points((113.0, 23.7))
    east, west, farther = (113.001, 23.7), (112.999, 23.7), (113.002, 23.7)

    for centres in ([east, west, farther], [west, east, farther], [farther, west, east]):
        first = min(centres.index(east), centres.index(west))
        assert nearest(place, as_points(*centres), 20_000)[0].tolist() == [first]
    assert nearest(place, as_points(east, east), 20_000)[0].tolist() == [0]


@pytest.mark.parametrize("seed", range(5))
def test_of_many_on_the_same_spot_the_first_is_named(seed):
    """Access points of several operators share a mast; which one is named must not depend on what else is about."""
    random = np.random.default_rng(seed)
    count = int(random.integers(0, 60))
    pairs = [(113.05, 23.75)] * 5 + [(113 + lon / 10, 23.7 + lat / 10) for lon, lat in random.random((count, 2))]
    pairs = [pairs[number] for number in random.permutation(len(pairs))]
    places = as_points((113.0501, 23.7501), (113.02, 23.72))

    number, distance = nearest(places, as_points(*pairs), 20_000)

    for row, place in enumerate(zip(places.lon, places.lat, strict=True)):
        exact = [apart(*place, *pair) for pair in pairs]
        assert number[row] == exact.index(min(exact))
        assert abs(distance[row] - min(exact)) < 1e-8


def test_two_almost_equally_near_are_told_apart_by_the_geodesic():
    places, centres = scattered(CHINA, 5_000, 5_000, 100, seed=23)
    random = np.random.default_rng(29)
    for row in range(100):
        lon, lat = float(places.lon[row]), float(places.lat[row])
        rival = Geodesic.WGS84.Direct(lat, lon, random.uniform(0, 360), 5_000 + random.choice([-1e-5, 1e-5]))
        both = as_points((centres.lon[row], centres.lat[row]), (rival["lon2"], rival["lat2"]))
        exact = [apart(lon, lat, *pair) for pair in zip(both.lon, both.lat, strict=True)]
        assert nearest(as_points((lon, lat)), both, 20_000)[0][0] == int(np.argmin(exact))


def test_earth_centred_coordinates_against_known_places():
    """On the equator at Greenwich, on the equator at 90° east, at the pole; and the length of a chord in between."""
    found = earth_centred(np.array([0.0, 90.0, 0.0]), np.array([0.0, 0.0, 90.0]))

    polar = 6378137.0 * math.sqrt(1 - 0.0066943799901413165)
    assert found == pytest.approx(np.array([[6378137.0, 0, 0], [0, 6378137.0, 0], [0, 0, polar]]), abs=1e-6)
    chord = np.linalg.norm(np.diff(earth_centred(np.array([113.0, 113.001]), np.array([23.7, 23.701])), axis=0))
    assert chord == pytest.approx(apart(113.0, 23.7, 113.001, 23.701), abs=1e-5)


def test_points_taken_and_measured_by_number():
    points = as_points((113.0, 23.7), (113.1, 23.7), (113.2, 23.7))

    taken = points.take(np.array([2, 0]))

    assert (len(points), len(taken)) == (3, 2)
    assert (taken.lon.tolist(), taken.lat.tolist()) == ([113.2, 113.0], [23.7, 23.7])
    away = points.distance_m(np.array([0, 2]), taken, np.array([0, 0]))
    assert away == pytest.approx([apart(113.0, 23.7, 113.2, 23.7), 0], abs=1e-8)
    assert len(points.distance_m(np.array([], dtype=int), taken, np.array([], dtype=int))) == 0


@pytest.mark.parametrize("area", [DISTRICT, CHINA, (-0.2, 0.1, -60.0, -59.5)])
@pytest.mark.parametrize("margin", [1_000, 20_000])
def test_a_box_holds_everything_within_the_margin_and_little_else(area, margin):
    west, east, south, north = area
    points = as_points((west, south), (east, north), ((west + east) / 2, (south + north) / 2))

    left, bottom, right, top = box(points.lon, points.lat, margin)

    for lon, lat in zip(points.lon, points.lat, strict=True):
        for bearing in range(0, 360, 5):
            found = Geodesic.WGS84.Direct(lat, lon, bearing, margin)
            assert left <= found["lon2"] <= right
            assert bottom <= found["lat2"] <= top
    assert 1.02 * margin < apart(west, south, west, bottom) < 1.08 * margin
    assert 1.02 * margin < apart(east, north, east, top) < 1.08 * margin
    farthest = max(abs(bottom), abs(top))
    for inner, outer in ((west, left), (east, right)):
        assert margin < apart(inner, farthest, outer, farthest) < 1.08 * margin


def test_a_box_near_the_pole_stays_finite():
    left, _, right, _ = box(np.array([100.0]), np.array([89.99]), 20_000)

    degrees = 1.05 * 20_000 / 110_000
    assert (right - left) / 2 == pytest.approx(degrees / math.cos(math.radians(89)))
