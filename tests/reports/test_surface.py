"""The surface of the map: each village's ground is what lies nearest to its sites, and all grounds make up the land."""

import numpy as np
import pytest
import shapely

from reports.surface import grounds

LAND = shapely.box(113.0, 23.6, 113.2, 23.8)


def land_of(rings) -> shapely.Geometry:
    return shapely.union_all([shapely.Polygon(ring) for ring in rings])


def drawn(spots: list[tuple[float, float, str]], outline=LAND, *, is_whole: bool = True) -> dict:
    lon, lat, owners = zip(*spots, strict=True)
    found = grounds(np.array(lon), np.array(lat), owners, outline, is_whole=is_whole)
    return {owner: land_of(rings) for owner, rings in found.items()}


def test_ground_is_parted_half_way():
    found = drawn([(113.05, 23.7, "西"), (113.15, 23.7, "东")])

    assert found["西"].bounds == pytest.approx((113.0, 23.6, 113.1, 23.8))
    assert found["东"].bounds == pytest.approx((113.1, 23.6, 113.2, 23.8))


def test_grounds_cover_the_land_once():
    chance = np.random.default_rng(15)
    spots = [
        (113 + x / 5, 23.6 + y / 5, f"村{number % 7}") for number, (x, y) in enumerate(chance.random((60, 2)).tolist())
    ]
    found = drawn(spots)

    assert sum(each.area for each in found.values()) == pytest.approx(LAND.area, rel=1e-3)
    assert shapely.union_all(list(found.values())).area == pytest.approx(LAND.area, rel=1e-3)


def test_sites_of_one_village_have_one_ground():
    found = drawn([(113.02, 23.7, "西"), (113.08, 23.7, "西"), (113.18, 23.7, "东")])

    assert found["西"].geom_type == "Polygon"
    assert found["西"].bounds[2] == pytest.approx(113.13)


def test_two_at_one_spot_share_no_ground():
    assert list(drawn([(113.1, 23.7, "甲"), (113.1, 23.7, "乙")])) == ["甲"]


@pytest.mark.parametrize("outline", [LAND, None])
def test_ground_of_a_part_ends_near_its_sites(outline):
    west, south, east, north = drawn([(113.1, 23.7, "甲")], outline, is_whole=False)["甲"].bounds

    assert 2_900 < (north - south) * 111_195 < 3_100
    assert 0.028 < east - west < 0.031


def test_nothing_located_has_no_ground():
    assert grounds(np.array([]), np.array([]), [], LAND, is_whole=True) == {}
