"""What counts beneath an area: entered once, handed up once, and enough to judge it by."""

import numpy as np

from acceptance.rules.ledger import FIGURES, SHARES, SUMS, WIDTH, Ledger
from acceptance.rules.shares import State, Tally
from common.periods import Quarter
from tests.acceptance.rules.building import COMMUNITY, DISTRICT, STREET, TOWN, VILLAGE, Scene


def counted(tally):
    return [numbers.tolist() for numbers in (tally.passed, tally.failed, tally.unknown)]


def test_a_blank_ledger_has_a_place_for_every_count():
    ledger = Ledger.blank(2)

    assert ledger.counts.shape == (2, WIDTH) == (2, 3 * len(SHARES) + len(SUMS))
    assert not ledger.counts.any()
    assert ledger.as_entries(0) == {}
    assert (*FIGURES, "returns_missing") == SUMS


def test_what_is_entered_is_found_again_and_nothing_else_moves():
    for name in SHARES:
        ledger = Ledger.blank(2)
        ledger.enter(name, Tally(np.array([1, 2]), np.array([3, 4]), np.array([5, 6])))
        ledger.enter(name, Tally(np.array([10, 0]), np.array([0, 10]), np.array([0, 0])))
        assert counted(ledger.share(name)) == [[11, 2], [3, 14], [5, 6]]
        assert [ledger.as_entries(row) for row in (0, 1)] == [{name: [11, 3, 5]}, {name: [2, 14, 6]}]
    for name in SUMS:
        ledger = Ledger.blank(2)
        ledger.enter_sum(name, np.array([7, 0]))
        ledger.enter_sum(name, np.array([1, 0]))
        assert ledger.sum(name).tolist() == [8, 0]
        assert [ledger.as_entries(row) for row in (0, 1)] == [{name: 8}, {}]


def test_states_are_counted_row_by_row_and_those_left_out_nowhere():
    ledger = Ledger.blank(5)
    states = np.array([State.PASSED, State.FAILED, State.UNKNOWN, State.LEFT_OUT])

    ledger.enter_states("villages", np.array([0, 2, 3, 4]), states)

    assert counted(ledger.share("villages")) == [[1, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0]]
    assert ledger.counts.sum() == 3
    assert ledger[np.array([2, 3])].share("villages").failed.tolist() == [1, 0]


def entries(scene, period="2018Q2"):
    """Every area's ledger, by code."""
    judged = scene.judged()
    ledger = judged.county.period(Quarter.parse(period)).standing("approved").ledger
    return {code: ledger.as_entries(row) for row, code in enumerate(judged.county.facts.areas.code)}


def test_a_county_in_its_ledgers():
    scene = Scene().leaves(VILLAGE, achieved=2, not_achieved=1, undetermined=1)
    scene.area(f"{VILLAGE}001", demonstration=True).area(f"{VILLAGE}003", demonstration=True)
    scene.area(f"{VILLAGE}009", households=19, demonstration=True).sites_at(f"{VILLAGE}009", capable=1)
    scene.area(STREET, "street").area(COMMUNITY, "community").leaves(
        COMMUNITY, achieved=1, kind="quarter", demonstration=True
    )
    scene.sites_at(STREET, incapable=1, kind="office").sites_at(f"{COMMUNITY}001", capable=2, kind="residence")
    scene.returned(
        VILLAGE,
        households=9,
        broadband_covered_households=8,
        fibre_covered_households=7,
        broadband_users=6,
        fibre_users=5,
    )

    found = entries(scene)

    villages = {
        "natural_villages": [2, 1, 1],
        "covered": [2, 1, 1],
        "demonstration_natural_villages": [1, 1, 0],
        "villages": [0, 1, 0],
    }
    figures = dict(zip(FIGURES, (9, 8, 7, 6, 5), strict=True))
    street = {
        "buildings": [2, 1, 0],
        "urban_sites": [3, 1, 0],
        "quarters": [1, 0, 0],
        "demonstration_quarters": [1, 0, 0],
    }
    assert found[VILLAGE] == villages | figures
    assert found[TOWN] == villages | {"towns": [0, 1, 0], "townships": [0, 1, 0]} | figures
    assert found[COMMUNITY] == street | {"buildings": [2, 0, 0], "urban_sites": [3, 0, 0], "returns_missing": 1}
    assert found[STREET] == street | {"townships": [0, 1, 0], "returns_missing": 1}
    assert found[DISTRICT] == street | villages | {
        "towns": [0, 1, 0],
        "townships": [0, 2, 0],
        **figures,
        "returns_missing": 1,
    }
    assert found[f"{VILLAGE}009"] == {}


def test_urban_sites_are_those_of_streets_by_their_setting():
    scene = Scene().area(STREET, "street").area(f"{STREET}201001").area(TOWN)
    scene.sites_at(f"{STREET}201001", capable=1)
    scene.sites_at(f"{STREET}201001", incapable=1, kind="school", setting="urban")
    scene.sites_at(STREET, unlocated=1, kind="other")
    scene.sites_at(TOWN, capable=5, kind="office")
    scene.sites_at(DISTRICT, capable=5, kind="office")

    found = entries(scene)

    assert found[f"{STREET}201001"]["urban_sites"] == [0, 1, 0]
    assert found[STREET]["urban_sites"] == [0, 1, 1]
    assert found[DISTRICT]["urban_sites"] == [0, 1, 1]
    assert "urban_sites" not in found[TOWN]


def test_what_counts_elsewhere_is_added_once_to_each_row():
    scene = Scene().villages(TOWN, achieved=1)
    judged = scene.judged()
    facts = judged.county.facts
    elsewhere = Ledger.blank(len(facts.areas))
    town = facts.areas.code.index(TOWN)
    elsewhere.enter_states("villages", np.array([town] * 1), np.array([State.FAILED]))
    facts.elsewhere["2018Q2", "approved"] = elsewhere

    assert judged.criterion(TOWN, "S10")["failed"] == 1
    assert judged.outcome(TOWN) == "not_achieved"
    assert judged.milestone("T08", DISTRICT, "2018Q2")["failed"] == 1
    assert judged.criterion(TOWN, "S10", basis="reported")["failed"] == 0
    assert judged.criterion(TOWN, "S10", "2018Q1")["failed"] == 0


def test_a_row_that_counts_already_counts_once_more():
    ledger = Ledger.blank(1)
    for _ in range(3):
        ledger.enter_states("quarters", np.array([0]), np.array([State.UNKNOWN]))

    assert ledger.as_entries(0) == {"quarters": [0, 0, 3]}


def test_what_counts_elsewhere_is_added_to_what_the_area_itself_brings_in():
    scene = Scene().area(STREET, "street").area(COMMUNITY, "community").sites_at(STREET, capable=1, kind="office")
    judged = scene.returned(COMMUNITY, broadband_users=3, fibre_users=2).judged()
    facts = judged.county.facts
    elsewhere = Ledger.blank(len(facts.areas))
    street = np.array([code == STREET for code in facts.areas.code], dtype=np.int64)
    elsewhere.enter("buildings", Tally(0 * street, street, 0 * street))
    elsewhere.enter_sum("broadband_users", 10 * street)
    facts.elsewhere["2018Q2", "approved"] = elsewhere

    assert judged.criterion(STREET, "S12")["total"] == 2
    assert judged.criterion(STREET, "S13")["denominator"] == 13
    assert judged.criterion(STREET, "S13")["numerator"] == 2
