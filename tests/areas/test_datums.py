"""Datums: the forward formulas against an independent writing of them, and inverses to far better than 1 cm."""

import numpy as np
import pytest

from areas.datums import bd09_from_gcj02, gcj02_from_wgs84, to_wgs84
from areas.geodesy import geodesic_m
from tests.reference import datums as independent

CHINA = [(113.05, 23.7), (73.0, 3.0), (136.0, 54.0), (105.0, 35.0), (116.397, 39.909), (104.9999, 30.2), (87.6, 43.8)]


@pytest.mark.parametrize(("lon", "lat"), CHINA)
def test_the_forward_formulas_are_the_public_ones(lon, lat):
    gcj = gcj02_from_wgs84(lon, lat)

    assert gcj == pytest.approx(independent.wgs84_to_gcj02(lon, lat), abs=1e-12)
    assert bd09_from_gcj02(*gcj) == pytest.approx(independent.gcj02_to_bd09(*map(float, gcj)), abs=1e-12)


@pytest.mark.parametrize("datum", ["GCJ02", "BD09"])
@pytest.mark.parametrize(("lon", "lat"), CHINA)
def test_the_inverse_returns_within_a_micrometre(lon, lat, datum):
    back = to_wgs84(*independent.from_wgs84(lon, lat, datum), datum)

    assert geodesic_m(*back, lon, lat) < 1e-6
    assert all(type(value) is float for value in back)


@pytest.mark.parametrize("datum", ["WGS84", "CGCS2000", "GCJ02", "BD09"])
def test_columns_and_single_pairs_agree(datum):
    random = np.random.default_rng(1)
    lon, lat = random.uniform(73, 136, 500), random.uniform(3, 54, 500)

    x, y = to_wgs84(lon, lat, datum)

    singly = [to_wgs84(float(a), float(b), datum) for a, b in zip(lon, lat, strict=True)]
    assert np.max(np.abs(x - [pair[0] for pair in singly])) < 1e-12
    assert np.max(np.abs(y - [pair[1] for pair in singly])) < 1e-12


def test_around_the_district_gcj02_lies_some_620_metres_off():
    assert 600 < geodesic_m(*to_wgs84(113.05, 23.7, "GCJ02"), 113.05, 23.7) < 640


def test_nothing_in_nothing_out():
    x, y = to_wgs84(np.array([]), np.array([]), "BD09")

    assert len(x) == len(y) == 0


def test_an_unknown_datum_is_a_programmers_mistake():
    with pytest.raises(KeyError):
        to_wgs84(113.0, 23.0, "XIAN80")


@pytest.mark.parametrize(
    "box", [(112.85, 113.35, 23.45, 23.95), (73.5, 134.5, 18.2, 53.5)], ids=["around the district", "all over China"]
)
def test_one_place_in_four_datums_is_one_place(box):
    west, east, south, north = box
    random = np.random.default_rng(31)
    lon, lat = random.uniform(west, east, 300), random.uniform(south, north, 300)
    gcj = gcj02_from_wgs84(lon, lat)
    written = {"WGS84": (lon, lat), "CGCS2000": (lon, lat), "GCJ02": gcj, "BD09": bd09_from_gcj02(*gcj)}

    back = {datum: to_wgs84(*pair, datum) for datum, pair in written.items()}

    for one in back.values():
        for other in back.values():
            assert np.max(geodesic_m(*one, *other)) < 1e-6


@pytest.mark.parametrize("datum", ["GCJ02", "BD09"])
def test_there_and_back_and_there_again(datum):
    random = np.random.default_rng(37)
    lon, lat = random.uniform(73.5, 134.5, 300), random.uniform(18.2, 53.5, 300)

    gcj = gcj02_from_wgs84(*to_wgs84(lon, lat, datum))
    again = gcj if datum == "GCJ02" else bd09_from_gcj02(*gcj)

    assert np.max(geodesic_m(*again, lon, lat)) < 1e-6


def test_a_wrong_datum_moves_a_place_farther_than_the_urban_radius():
    """Around the district: what is given in one datum and read in another."""
    random = np.random.default_rng(41)
    lon, lat = random.uniform(112.85, 113.35, 100), random.uniform(23.45, 23.95, 100)
    places = {datum: to_wgs84(lon, lat, datum) for datum in ("WGS84", "GCJ02", "BD09")}

    for one, other in (("WGS84", "GCJ02"), ("WGS84", "BD09"), ("GCJ02", "BD09")):
        assert np.min(geodesic_m(*places[one], *places[other])) > 200
