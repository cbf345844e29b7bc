"""Section 1: the tree in columns — who stands beneath whom, who is in force, which setting reaches down."""

import numpy as np
import pytest

from tests.acceptance.rules.building import COMMUNITY, DISTRICT, NATURAL, STREET, TOWN, VILLAGE, Scene


def test_sums_run_over_everything_beneath():
    areas = Scene(NATURAL, "441802103201002", "441802105201").facts().areas
    own = np.ones(len(areas), dtype=np.int64)

    beneath = dict(zip(areas.code, areas.roll_up(own).tolist(), strict=True))

    assert beneath == {
        DISTRICT: 7, TOWN: 4, VILLAGE: 3, NATURAL: 1, "441802103201002": 1, "441802105": 2, "441802105201": 1,
    }  # fmt: skip
    assert own.tolist() == [1] * 7
    two = areas.roll_up(np.column_stack([own, 10 * own]))
    assert two[:, 1].tolist() == (10 * two[:, 0]).tolist()


def test_sums_run_over_all_ancestors():
    areas = Scene(NATURAL, "441802105").facts().areas
    own = np.array([1, 10, 100, 1000, 7])

    above = dict(zip(areas.code, areas.roll_down(own).tolist(), strict=True))

    assert above == {DISTRICT: 1, TOWN: 11, VILLAGE: 111, NATURAL: 1111, "441802105": 8}
    assert own.tolist() == [1, 10, 100, 1000, 7]


def test_the_nearest_setting_above_applies():
    scene = (
        Scene(NATURAL, "441802105201")
        .area(STREET, "street", setting="urban")
        .area(COMMUNITY, "community", setting="rural")
    )
    areas = scene.area(TOWN, setting="rural").facts().areas

    found = dict(zip(areas.code, areas.effective_setting.tolist(), strict=True))

    assert found == {
        DISTRICT: 0, STREET: 1, COMMUNITY: 2, TOWN: 2, VILLAGE: 2, NATURAL: 2, "441802105": 0, "441802105201": 0,
    }  # fmt: skip
    assert areas.setting.tolist() == [0, 1, 2, 2, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("day", "in_force"),
    [("2018-03-31", False), ("2018-04-01", True), ("2018-06-29", True), ("2018-06-30", False)],
)
def test_in_force_from_the_first_day_until_the_day_before_the_last(day, in_force):
    areas = Scene(NATURAL).area(VILLAGE, valid_from="2018-04-01", valid_to="2018-06-30").facts().areas

    found = dict(zip(areas.code, areas.in_force(np.datetime64(day)).tolist(), strict=True))

    assert found == {DISTRICT: True, TOWN: True, VILLAGE: in_force, NATURAL: in_force}


def test_out_of_force_at_the_top_is_out_of_force_everywhere():
    areas = Scene(NATURAL).area(DISTRICT, valid_to="2018-01-01").facts().areas

    assert areas.in_force(np.datetime64("2018-06-30")).tolist() == [False] * 4
    assert areas.in_force(np.datetime64("2017-12-31")).tolist() == [True] * 4


def test_kinds_and_levels():
    areas = Scene(NATURAL).area(STREET, "street").facts().areas

    assert [code for code, chosen in zip(areas.code, areas.of("street", "village"), strict=True) if chosen] == [
        STREET,
        VILLAGE,
    ]
    assert [level.tolist() for level in areas.levels] == [[0], [1, 2], [3], [4]]


def test_sites_by_kind_and_with_coordinates():
    sites = (
        Scene(NATURAL)
        .site("A", NATURAL, 0)
        .site("B", NATURAL, None, "school")
        .site("C", NATURAL, 5, "market")
        .facts()
        .sites
    )

    assert sites.located.tolist() == [True, False, True]
    assert sites.of(("school", "market")).tolist() == [False, True, True]
    assert len(sites) == 3
