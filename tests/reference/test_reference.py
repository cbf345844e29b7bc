"""The reference itself: cases worked out by hand, clause by clause."""

from datetime import date, timedelta
from fractions import Fraction

import chinese_calendar
import prcoords
import pytest

from tests.reference import days
from tests.reference.datums import from_wgs84, to_wgs84, wgs84_to_gcj02
from tests.reference.evaluate import area_entry, evaluate, share
from tests.reference.handmade import DISTRICT, LEAF, STREET, TOWN, VILLAGE, Handmade
from tests.reference.milestones import milestones, status
from tests.reference.model import World, counts_in, due_on, is_late, setting
from tests.reference.packages import random_package


def verdict(made: Handmade, period: str = "2018Q2", site: str = "S1") -> dict:
    document = evaluate(World(made.package), period, sites=True)
    return next(entry for entry in document["sites"] if entry["site_id"] == site)


def entry(made: Handmade, code: str, period: str = "2018Q2", basis: str = "approved") -> dict:
    world = World(made.package)
    return area_entry(world, world.areas[code], period, basis)


def milestone(made: Handmade, key: str, period: str, basis: str = "approved") -> dict:
    found = milestones(World(made.package), period, basis=basis)["milestones"]
    return next(line for line in found if line["key"] == key)


# Days and datums ----------------------------------------------------------------------------------------------------


def test_working_days_agree_with_chinesecalendar():
    day = days.FIRST_DAY
    while day <= days.LAST_DAY:
        assert days.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_working_days_refused_beyond_the_table():
    with pytest.raises(LookupError):
        days.working_days_after(date(2019, 12, 20), 10)


@pytest.mark.parametrize(
    "accepted, expansion, due",
    [
        ("2018-06-01", False, "2018-06-15"),  # Friday; two plain weeks
        ("2018-06-04", False, "2018-06-19"),  # 18 June is 端午
        ("2018-02-01", False, "2018-02-14"),  # Sunday 11 February is worked
        ("2018-02-01", True, "2018-02-27"),  # the same, then 15–21 off, Saturday 24 worked
        ("2018-06-16", False, "2018-07-02"),  # accepted on a day off
    ],
)
def test_due_on(accepted, expansion, due):
    assert due_on(date.fromisoformat(accepted), expansion) == date.fromisoformat(due)


def test_datums_agree_with_prcoords():
    assert wgs84_to_gcj02(113.05, 23.7) == pytest.approx(tuple(prcoords.wgs_gcj((23.7, 113.05)))[::-1], abs=1e-12)
    assert from_wgs84(113.05, 23.7, "BD09") == pytest.approx(tuple(prcoords.wgs_bd((23.7, 113.05)))[::-1], abs=1e-12)


@pytest.mark.parametrize("datum", ["WGS84", "CGCS2000", "GCJ02", "BD09"])
def test_datums_return(datum):
    for lon, lat in [(113.05, 23.7), (112.8, 23.5), (113.3, 24.0), (75.2, 39.9), (134.0, 48.1)]:
        assert to_wgs84(*from_wgs84(lon, lat, datum), datum) == pytest.approx((lon, lat), abs=1e-10)


# Areas and sites in force, scope, setting ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "interval, periods",
    [
        ({}, ["2018Q1", "2018Q2", "2018Q3"]),
        ({"valid_from": "2018-06-30"}, ["2018Q2", "2018Q3"]),
        ({"valid_from": "2018-07-01"}, ["2018Q3"]),
        ({"valid_to": "2018-06-30"}, ["2018Q1"]),
        ({"valid_to": "2018-07-01"}, ["2018Q1", "2018Q2"]),
        ({"valid_from": "2018-06-30", "valid_to": "2018-06-30"}, []),
    ],
)
def test_in_force_with_all_ancestors(interval, periods):
    made = Handmade().area(TOWN, "town", **interval).area(VILLAGE, "village").area(LEAF, "natural_village").site()
    for period in ("2018Q1", "2018Q2", "2018Q3"):
        document = evaluate(World(made.package), period, sites=True)
        inside = period in periods
        assert [area["code"] for area in document["areas"]] == [DISTRICT, *[TOWN, VILLAGE, LEAF] * inside]
        assert len(document["sites"]) == inside


@pytest.mark.parametrize("households, outcome", [("19", "not_applicable"), ("20", "achieved"), ("0", "not_applicable")])
def test_scope_of_natural_villages(households, outcome):
    made = Handmade().town(permanent_households=households).site().point()
    leaf = entry(made, LEAF)
    assert leaf["outcome"] == outcome
    if outcome == "not_applicable":
        assert list(leaf.values())[4:] == ["none", [], "not_applicable"]
        assert entry(made, VILLAGE)["outcome"] == entry(made, TOWN)["outcome"] == "not_applicable"


@pytest.mark.parametrize(
    "own, leaf, village, town, expected",
    [
        ("", "", "", "", "rural"),
        ("urban", "rural", "rural", "rural", "urban"),
        ("", "urban", "rural", "rural", "urban"),
        ("", "", "urban", "rural", "urban"),
        ("", "", "", "urban", "urban"),
    ],
)
def test_setting_is_the_nearest_given(own, leaf, village, town, expected):
    made = Handmade().area(TOWN, "town", setting=town).area(VILLAGE, "village", setting=village)
    world = World(made.area(LEAF, "natural_village", setting=leaf).site(setting=own).package)
    assert setting(world, world.sites["S1"]) == expected


@pytest.mark.parametrize(
    "code, kind, expected",
    [(STREET, "street", "urban"), (STREET + "001", "community", "urban"), (STREET + "001", "village", "rural")],
)
def test_setting_by_kind_when_none_is_given(code, kind, expected):
    made = Handmade().area(STREET, "street")
    made = made.area(code, kind) if code != STREET else made
    world = World(made.site(code).package)
    assert setting(world, world.sites["S1"]) == expected


def test_setting_of_quarter_in_village_is_urban():
    world = World(Handmade().area(TOWN, "town").area(VILLAGE, "village").area(LEAF, "quarter").site().package)
    assert setting(world, world.sites["S1"]) == "urban"


# Capability ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("metres, capable", [(199.99, "yes"), (199.999999, "yes"), (200.000001, "no"), (200.01, "no")])
def test_radius_urban(metres, capable):
    assert verdict(Handmade().town().site(setting="urban").point(metres))["capable"] == capable


@pytest.mark.parametrize(
    "metres, capable", [(999.99, "yes"), (999.999999, "yes"), (1000.000001, "no"), (1000.01, "no")]
)
def test_radius_rural(metres, capable):
    assert verdict(Handmade().town().site().point(metres))["capable"] == capable


@pytest.mark.parametrize(
    "point, reason",
    [
        ({"downstream_mbps": "50"}, ""),
        ({"downstream_mbps": "49.99"}, "too_slow"),
        ({"tv_only": "1"}, "tv_only"),
        ({"tv_only": "1", "downstream_mbps": "10"}, "tv_only"),
        ({"opened_on": "2018-06-30"}, ""),
        ({"opened_on": "2018-07-01"}, "not_open"),
        ({"closed_on": "2018-06-30"}, "not_open"),
        ({"closed_on": "2018-07-01"}, ""),
        ({"closed_on": "2018-06-30", "downstream_mbps": "49"}, "out_of_reach"),
        ({"closed_on": "2018-06-30", "tv_only": "1"}, "out_of_reach"),
        ({"east_m": 1001}, "out_of_reach"),
    ],
)
def test_eligibility_and_reason(point, reason):
    found = verdict(Handmade().town().site().point(**point))
    assert (found["capable"], found["reason"]) == ("no" if reason else "yes", reason)
    assert found["reached"] is (reason == "")


def test_reasons_in_their_order():
    made = Handmade().town().site()
    for reason, point in [
        ("out_of_reach", {"east_m": 2000}),
        ("not_open", {"opened_on": "2018-07-01"}),
        ("tv_only", {"tv_only": "1"}),
        ("too_slow", {"downstream_mbps": "20"}),
        ("service_late", {}),
    ]:
        made.point(**point)
        if reason == "service_late":
            made.order("2018-05-02")
        assert verdict(made)["reason"] == reason


def test_the_same_operator_must_reach_and_pass():
    made = Handmade().town().site().point(operator="telecom").point(5000, operator="mobile").order("2018-05-02")
    assert verdict(made) == {
        "site_id": "S1", "capable": "no", "reason": "service_late", "reached": True, "operators": [], "nearest_m": 0.0,
    }  # fmt: skip
    assert verdict(made.point(300, operator="mobile"))["operators"] == ["mobile"]


def test_site_without_coordinates_is_unknown():
    found = verdict(Handmade().town().site(east_m=None).point())
    assert list(found.values()) == ["S1", "unknown", "", None, [], None]


@pytest.mark.parametrize("metres, nearest", [(153.2749, 153.27), (19_999.99, 19_999.99), (20_000.01, None)])
def test_nearest(metres, nearest):
    assert verdict(Handmade().town().site().point(metres).point(3, tv_only="1"))["nearest_m"] == nearest


# Orders -------------------------------------------------------------------------------------------------------------

# Accepted on 2018-06-14, due on 2018-06-29, the last working day of the quarter.
ORDER_CASES = [
    ({}, "2018Q1", False, None),
    ({}, "2018Q2", True, True),
    ({}, "2018Q3", True, True),
    ({"completed_on": "2018-06-29"}, "2018Q2", True, False),
    ({"completed_on": "2018-06-29"}, "2018Q3", False, None),
    ({"completed_on": "2018-06-30"}, "2018Q2", True, True),
    ({"completed_on": "2018-06-30"}, "2018Q3", False, None),
    ({"completed_on": "2018-07-01"}, "2018Q2", True, True),
    ({"completed_on": "2018-07-01"}, "2018Q3", True, True),
    ({"completed_on": "2018-07-01"}, "2018Q4", False, None),
    ({"cancelled_on": "2018-06-29"}, "2018Q2", False, None),
    ({"cancelled_on": "2018-06-30"}, "2018Q2", True, True),
    ({"cancelled_on": "2018-06-30"}, "2018Q3", False, None),
    ({"cancelled_on": "2018-07-01"}, "2018Q3", True, True),
    ({"needs_expansion": "1"}, "2018Q2", False, None),
    ({"needs_expansion": "1"}, "2018Q3", True, True),
]


@pytest.mark.parametrize("order, period, counted, late", ORDER_CASES)
def test_order_counts_and_is_late(order, period, counted, late):
    world = World(Handmade().town().order("2018-06-14", **order).package)
    (read,) = world.orders
    assert counts_in(read, period) == counted
    if counted:
        assert is_late(read, period) == late


@pytest.mark.parametrize(
    "located, bears",
    [(LEAF, True), (VILLAGE, True), (TOWN + "201002", False), (TOWN + "202", False)],
)
def test_order_bears_on_what_is_beneath(located, bears):
    made = Handmade().town().area(TOWN + "201002", "quarter").area(TOWN + "202", "community")
    made.site().point().order("2018-05-02", located)
    assert verdict(made)["reason"] == ("service_late" if bears else "")


def test_orders_of_a_leaf_do_not_bear_on_its_village_and_town():
    made = Handmade().town().site(VILLAGE).site(TOWN).point().order("2018-05-02", LEAF)
    assert verdict(made)["capable"] == verdict(made, site="S2")["capable"] == "yes"


def test_no_order_bears_on_a_site_of_the_town_itself():
    made = Handmade().town().site(TOWN).point().order("2018-05-02", VILLAGE)
    assert verdict(made)["capable"] == "yes"


# Criteria -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "passed, failed, unknown, outcome, needed, missing",
    [
        (0, 0, 0, "not_applicable", 0, 0),
        (9, 1, 0, "met", 9, 0),
        (8, 2, 0, "short", 9, 1),
        (8, 1, 1, "unknown", 9, 1),
        (9, 0, 1, "met", 9, 0),
        (7, 2, 1, "short", 9, 2),
        (15, 1, 0, "met", 15, 0),
        (14, 2, 0, "short", 15, 1),
        (0, 0, 1, "unknown", 1, 1),
    ],
)
def test_share_at_nine_tenths(passed, failed, unknown, outcome, needed, missing):
    members = ["achieved"] * passed + ["no"] * failed + ["undetermined"] * unknown + ["not_applicable"]
    found = share(members, Fraction(9, 10))
    assert found == {
        "outcome": outcome, "passed": passed, "failed": failed, "unknown": unknown,
        "total": passed + failed + unknown, "needed": needed, "missing": missing,
    }  # fmt: skip


@pytest.mark.parametrize(
    "users, fibre_users, outcome, needed, missing",
    [
        (10, 8, "met", 8, 0),
        (10, 7, "short", 8, 1),
        (9, 7, "short", 8, 1),
        (11, 9, "met", 9, 0),
        (0, 0, "not_applicable", 0, 0),
    ],
)
def test_penetration(users, fibre_users, outcome, needed, missing):
    made = Handmade().town().figures(VILLAGE, 30, 20, 10, users, fibre_users)
    found = entry(made, TOWN)
    assert found["criteria"][1] == {
        "key": "S11", "role": "reference", "outcome": outcome, "numerator": fibre_users, "denominator": users,
        "needed": needed, "missing": missing, "returns_missing": 0,
    }  # fmt: skip
    assert found["reference"] == outcome
    assert found["coverage"] == {"numerator": 10, "denominator": 20, "full_denominator": 30, "returns_missing": 0}


@pytest.mark.parametrize(
    "status, approved, reported",
    [("approved", 0, 0), ("submitted", 1, 0), ("draft", 1, 1)],
)
def test_usable_returns(status, approved, reported):
    made = Handmade().town().figures(VILLAGE, 1, 1, 1, 1, 1, status=status)
    for basis, missing in [("approved", approved), ("reported", reported)]:
        found = entry(made, TOWN, basis=basis)
        assert found["penetration"] == {
            "numerator": 1 - missing,
            "denominator": 1 - missing,
            "returns_missing": missing,
        }
        assert found["reference"] == ("unknown" if missing else "met")


def test_missing_return_leaves_a_rate_unknown_whatever_the_rest():
    made = Handmade().town().area(TOWN + "001", "community").figures(VILLAGE, 9, 9, 9, 9, 0)
    assert entry(made, TOWN)["criteria"][1]["outcome"] == "unknown"
    assert entry(made, TOWN)["criteria"][1]["missing"] == 8


# Standards ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kinds, outcome, total",
    [
        ([], "undetermined", 1),
        (["school"], "undetermined", 2),
        (["settlement"], "achieved", 1),
        (["settlement", "school", "hospital"], "achieved", 3),
        (["settlement", "market", "other", "residence"], "achieved", 1),
    ],
)
def test_natural_village_by_its_sites(kinds, outcome, total):
    made = Handmade().town().point()
    for kind in kinds:
        made.site(kind=kind)
    leaf = entry(made, LEAF)
    assert (leaf["outcome"], leaf["criteria"][0]["total"]) == (outcome, total)
    assert leaf["covered"] == ("yes" if "settlement" in kinds else "unknown")


def test_natural_village_with_an_incapable_school_and_no_settlement_is_not_achieved():
    assert entry(Handmade().town().site(kind="school"), LEAF)["outcome"] == "not_achieved"


@pytest.mark.parametrize(
    "places, covered",
    [([0, 0], "yes"), ([0, None], "unknown"), ([9000, None], "no"), ([9000, 0], "no"), ([], "unknown")],
)
def test_covered(places, covered):
    made = Handmade().town().point().order("2018-05-02")  # late: covered all the same
    for metres in places:
        made.site(east_m=metres)
    assert entry(made, LEAF)["covered"] == covered


def test_quarter_by_all_its_sites():
    made = Handmade().area(STREET, "street").area(STREET + "001", "community").point()
    made.area(STREET + "001001", "quarter")
    assert entry(made, STREET + "001001")["outcome"] == "undetermined"
    assert entry(made.site(STREET + "001001", "other"), STREET + "001001")["outcome"] == "achieved"
    assert entry(made.site(STREET + "001001", "other", 500), STREET + "001001")["outcome"] == "not_achieved"


def test_street_by_the_sites_beneath_it_of_its_kinds():
    made = Handmade().area(STREET, "street").area(STREET + "001", "community").point()
    assert entry(made, STREET)["criteria"][0]["unknown"] == 1
    made.site(STREET, "settlement", 500).site(STREET, "other", 500)
    assert entry(made, STREET)["criteria"][0]["unknown"] == 1
    for _ in range(9):
        made.site(STREET + "001", "office")
    assert entry(made.site(STREET, "market", 500), STREET)["outcome"] == "achieved"
    assert entry(made.site(STREET, "market", None), STREET)["outcome"] == "undetermined"
    assert entry(made.site(STREET, "market", 500), STREET)["outcome"] == "not_achieved"


def test_communities_do_not_count_for_their_town():
    made = Handmade().town().site().point().area(TOWN + "001", "community").area(TOWN + "001001", "natural_village")
    assert entry(made, TOWN)["criteria"][0]["total"] == 1
    community = entry(made, TOWN + "001")
    assert (community["title"], community["outcome"], community["reference"], community["criteria"]) == (
        None, "not_applicable", "none", [],
    )  # fmt: skip
    assert milestone(made, "T09", "2018Q1")["total"] == 2


def test_district_needs_all_and_leaves_out_the_not_applicable():
    made = Handmade().town().site().point().area("441802104", "town")
    assert entry(made, DISTRICT)["outcome"] == "achieved"
    assert entry(made, DISTRICT)["criteria"][0]["total"] == 1
    assert entry(made.area(STREET, "street"), DISTRICT)["outcome"] == "undetermined"


# Milestones ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outcomes, due, viewed, expected",
    [
        ("u s m", "2018Q4", "2018Q3", "met"),
        ("m m s", "2018Q4", "2018Q3", "pending"),
        ("m m u", "2018Q4", "2018Q3", "pending"),
        ("m m n", "2018Q4", "2018Q3", "not_applicable"),
        ("m s s", "2018Q2", "2018Q3", "missed"),
        ("s m s", "2018Q2", "2018Q3", "met"),
        ("s s m", "2018Q2", "2018Q3", "met_late"),
        ("s u m", "2018Q2", "2018Q3", "met_late"),
        ("s u s", "2018Q2", "2018Q3", "undetermined"),
        ("s n m", "2018Q2", "2018Q3", "not_applicable"),
        ("m s m", "2018Q3", "2018Q3", "met"),
    ],
)
def test_status(outcomes, due, viewed, expected):
    words = {"m": "met", "s": "short", "u": "unknown", "n": "not_applicable"}
    by_period = dict(zip(["2018Q1", "2018Q2", "2018Q3"], [words[letter] for letter in outcomes.split()], strict=True))
    assert status(by_period, due, viewed) == expected


def test_milestone_met_late_and_fallen_back():
    made = Handmade().town().site().point(opened_on="2018-02-01", closed_on="2018-09-30")
    early, late, back = (milestone(made, "G09", period) for period in ("2017Q3", "2018Q2", "2018Q3"))
    assert (early["status"], early["first_met"], early["held"]) == ("pending", None, False)
    assert (late["status"], late["first_met"], late["held"]) == ("met_late", "2018Q1", True)
    assert (back["status"], back["first_met"], back["held"]) == ("met_late", "2018Q1", False)


def test_count_of_nominated_leaves():
    made = Handmade().area(STREET, "street").area(STREET + "001", "community").point()
    made.area(TOWN, "town").area(VILLAGE, "village")
    for number in range(10):
        made.area(f"{VILLAGE}{number:03}", "natural_village", demonstration="1").site(f"{VILLAGE}{number:03}")
    assert milestone(made, "T02", "2017Q4")["status"] == "not_applicable"
    assert milestone(made, "T02", "2017Q4")["needed"] == milestone(made, "T02", "2017Q4")["missing"] == 10
    assert milestone(made, "T07", "2017Q4")["status"] == "met"
    made.area(STREET + "001001", "quarter")
    found = milestone(made, "T02", "2017Q4")
    assert (found["status"], found["total"], found["missing"]) == ("missed", 0, 10)


def test_all_streets_and_towns():
    made = Handmade()
    empty = milestone(made, "G04", "2018Q4")
    assert (empty["status"], empty["needed"], empty["missing"]) == ("not_applicable", 0, 0)
    found = milestone(made.town().site().point(), "G04", "2018Q4")
    assert (found["status"], found["needed"], found["passed"]) == ("met", 1, 1)
    assert milestone(made, "G03", "2018Q4")["missing"] == 5


def test_coverage_milestone_shows_the_rate():
    made = Handmade().area(STREET, "street").area(STREET + "001", "community").area(STREET + "002", "village")
    made.figures(STREET + "001", 12, 10, 9, 1, 1)
    found = milestone(made, "G07", "2018Q2")
    assert found == {
        "key": "G07", "scope": STREET, "due": "2018Q2", "scored": True, "status": "undetermined", "first_met": None,
        "held": False, "passed": 9, "failed": 1, "unknown": 1, "total": 10, "needed": 10, "missing": 1,
    }  # fmt: skip
    assert milestone(made.figures(STREET + "002", 0, 0, 0, 0, 0), "G07", "2018Q2")["status"] == "missed"


def test_urban_sites_of_streets_only():
    made = Handmade().area(STREET, "street").area(STREET + "001", "village").town().point()
    made.site(STREET, "other").site(STREET + "001", "office", 5000).site(TOWN, "office", 5000)
    assert milestone(made, "G08", "2018Q2")["status"] == "met"
    assert milestone(made, "G08", "2018Q2")["total"] == 1


def test_scopes_are_those_in_force_when_viewed():
    made = Handmade().area(TOWN, "town", valid_from="2018-07-01").area(VILLAGE, "village").area(LEAF, "natural_village")
    made.site().point()
    assert not [line for line in milestones(World(made.package), "2018Q2")["milestones"] if line["scope"] == TOWN]
    found = milestone(made, "T09", "2018Q3")
    assert (found["status"], found["first_met"], found["held"]) == ("not_applicable", "2018Q3", True)


def test_milestones_of_a_part():
    made = Handmade().town().area(STREET, "street")
    found = milestones(World(made.package), "2019Q1", TOWN)["milestones"]
    assert [line["key"] for line in found] == ["T07", "T09", "T10", "T11", "T12"]
    assert milestones(World(made.package), "2019Q1", VILLAGE)["milestones"] == []


# The generator ------------------------------------------------------------------------------------------------------


def test_random_package_is_the_same_for_a_seed():
    assert random_package(7) == random_package(7) != random_package(8)
