"""Section 2, capability of a site: who reaches it, who serves it, and which reason stands first."""

import numpy as np
import pytest

from acceptance.rules.capability import REASONS, nearest_eligible, surroundings
from acceptance.rules.facts import RURAL, URBAN
from common.periods import Quarter
from tests.acceptance.rules.building import (
    COMMUNITY,
    FAR_M,
    NATURAL,
    OTHER_TOWN,
    QUARTER,
    STREET,
    TOWN,
    VILLAGE,
    Scene,
    plan_with,
    the_plan,
)

YES, UNKNOWN = ("yes", ""), ("unknown", "")


def no(reason):
    return "no", reason


def seen(scene, site="S", period="2018Q2", plan=None):
    return scene.judged(plan).capable(site, period)


def test_the_reasons_in_their_order():
    assert REASONS == ("", "service_late", "too_slow", "tv_only", "not_open", "out_of_reach")


DISTANCES = [
    # setting, metres, verdict
    pytest.param("urban", 0, YES, id="urban, at the door"),
    pytest.param("urban", 199.999, YES, id="urban, just within 200 m"),
    pytest.param("urban", 200 - 1e-6, YES, id="urban, a micrometre within"),
    pytest.param("urban", 200 + 1e-6, no("out_of_reach"), id="urban, a micrometre beyond"),
    pytest.param("urban", 200.004, no("out_of_reach"), id="urban, 200.00 when rounded, and beyond"),
    pytest.param("urban", 263, no("out_of_reach"), id="urban, 63 m too far"),
    pytest.param("rural", 200.004, YES, id="rural, beyond the urban radius"),
    pytest.param("rural", 999.999, YES, id="rural, just within 1000 m"),
    pytest.param("rural", 1000 - 1e-6, YES, id="rural, a micrometre within"),
    pytest.param("rural", 1000 + 1e-6, no("out_of_reach"), id="rural, a micrometre beyond"),
    pytest.param("rural", 1000.004, no("out_of_reach"), id="rural, 1000.00 when rounded, and beyond"),
]


@pytest.mark.parametrize(("setting", "metres", "verdict"), DISTANCES)
def test_the_radius(setting, metres, verdict):
    scene = Scene(NATURAL).site("S", NATURAL, 0, setting=setting).point("A", metres)

    assert seen(scene) == verdict


def test_the_plan_says_how_far():
    scene = (
        Scene(NATURAL).site("T", NATURAL, 0, setting="urban").site("L", NATURAL, 0, setting="rural").point("A", 249.5)
    )

    wider = scene.judged(plan_with(radius_urban=250, radius_rural=249))

    assert (wider.capable("T"), wider.capable("L")) == (YES, no("out_of_reach"))


@pytest.mark.parametrize(("urban", "rural"), [(200, 1000), (1000, 200)])
def test_within_the_largest_radius_is_all_that_reaches_a_site(urban, rural):
    assert plan_with(radius_urban=urban, radius_rural=rural).capability.largest_radius_m == 1000


SETTINGS = [
    # where, own, area's, parent's, grandparent's; what applies
    pytest.param(NATURAL, "", "", "", "", "rural", id="a natural village is rural by nature (A21)"),
    pytest.param(VILLAGE, "", "", "", "", "rural", id="a village too"),
    pytest.param(QUARTER, "", "", "", "", "urban", id="a quarter is urban"),
    pytest.param(COMMUNITY, "", "", "", "", "urban", id="a community is urban"),
    pytest.param(TOWN, "", "", "", "", "urban", id="what stands at the town itself is urban"),
    pytest.param(NATURAL, "urban", "rural", "rural", "rural", "urban", id="the site's own goes first"),
    pytest.param(QUARTER, "rural", "urban", "urban", "urban", "rural", id="the site's own goes first, rural too"),
    pytest.param(NATURAL, "", "urban", "rural", "rural", "urban", id="then its area's"),
    pytest.param(NATURAL, "", "", "urban", "rural", "urban", id="then the parent's"),
    pytest.param(NATURAL, "", "", "", "urban", "urban", id="then the grandparent's"),
    pytest.param(QUARTER, "", "", "", "rural", "rural", id="a quarter of a rural street is rural"),
    pytest.param(QUARTER, "", "", "rural", "urban", "rural", id="the nearest ancestor goes before the farther"),
]


@pytest.mark.parametrize(("where", "own", "area", "parent", "grandparent", "applies"), SETTINGS)
def test_the_setting_decides_the_radius(where, own, area, parent, grandparent, applies):
    kinds = {QUARTER: "quarter", COMMUNITY: "community", STREET: "street"}
    scene = Scene()
    given = zip((where, where[:-3], where[:-6]), (area, parent, grandparent), strict=True)
    for code, setting in sorted(pair for pair in given if len(pair[0]) >= 6):
        scene.area(code, kinds.get(code, ""), setting=setting)
    scene.site("S", where, 0, setting=own).point("A", 500)

    assert seen(scene) == (YES if applies == "rural" else no("out_of_reach"))


def test_the_districts_own_setting_reaches_down():
    scene = Scene(NATURAL).area("441802", setting="urban").site("S", NATURAL, 0).point("A", 500)

    assert seen(scene) == no("out_of_reach")


RATES = [
    pytest.param(50.0, YES, id="exactly 50 (A20)"),
    pytest.param(49.999, no("too_slow"), id="just under"),
    pytest.param(50.001, YES, id="just over"),
    pytest.param(0.0, no("too_slow"), id="nothing"),
]


@pytest.mark.parametrize(("mbps", "verdict"), RATES)
def test_the_downstream_rate(mbps, verdict):
    assert seen(Scene(NATURAL).site("S", NATURAL).point("A", mbps=mbps)) == verdict


def test_the_plan_says_how_fast():
    scene = Scene(NATURAL).site("S", NATURAL).point("A", mbps=99)

    assert seen(scene, plan=plan_with(downstream=100)) == no("too_slow")
    assert seen(scene, plan=plan_with(downstream=99)) == YES


DATES = [
    # opened, closed; verdict in 2018Q2, judged as of 2018-06-30
    pytest.param("2018-06-30", None, YES, id="opened on the as-of date"),
    pytest.param("2018-07-01", None, no("not_open"), id="opened the day after"),
    pytest.param("2017-01-01", "2018-07-01", YES, id="closed the day after"),
    pytest.param("2017-01-01", "2018-06-30", no("not_open"), id="closed on the as-of date is closed"),
    pytest.param("2017-01-01", "2018-06-29", no("not_open"), id="closed before"),
]


@pytest.mark.parametrize(("opened", "closed", "verdict"), DATES)
def test_opening_and_closing(opened, closed, verdict):
    assert seen(Scene(NATURAL).site("S", NATURAL).point("A", opened_on=opened, closed_on=closed)) == verdict


def test_television_only_does_not_count_unless_the_plan_says_so():
    scene = Scene(NATURAL).site("S", NATURAL).point("A", tv_only=True)

    assert seen(scene) == no("tv_only")
    assert seen(scene, plan=plan_with(television=True)) == YES


SLOW = {"mbps": 20}
TV = {"tv_only": True}
CLOSED = {"closed_on": "2018-01-01"}
FAR = {"north": FAR_M}

MISSES = [
    # access points; the first reason that holds
    pytest.param([], "out_of_reach", id="none at all"),
    pytest.param([FAR], "out_of_reach", id="only far away"),
    pytest.param([SLOW], "too_slow", id="slow"),
    pytest.param([TV], "tv_only", id="television"),
    pytest.param([CLOSED], "not_open", id="closed"),
    pytest.param([SLOW, TV, CLOSED, FAR], "too_slow", id="too_slow stands before tv_only"),
    pytest.param([TV, CLOSED, FAR], "tv_only", id="tv_only stands before not_open"),
    pytest.param([CLOSED, FAR], "not_open", id="not_open stands before out_of_reach"),
    pytest.param([SLOW | TV], "tv_only", id="slow television: a non-TV point would be needed for too_slow"),
    pytest.param([SLOW | CLOSED], "out_of_reach", id="closed and slow is no near miss"),
    pytest.param([TV | CLOSED], "out_of_reach", id="closed television is no near miss"),
    pytest.param([SLOW | TV | CLOSED], "out_of_reach", id="everything wrong"),
    pytest.param([SLOW | FAR, TV | FAR, CLOSED | FAR], "out_of_reach", id="near misses, but far away"),
]


@pytest.mark.parametrize(("points", "reason"), MISSES)
def test_the_nearest_miss(points, reason):
    scene = Scene(NATURAL).site("S", NATURAL)
    for number, point in enumerate(points):
        scene.point(f"A{number}", **point)

    assert seen(scene) == no(reason)
    assert scene.judged().site("S")["reached"] is False


def test_television_that_counts_is_judged_like_any_point():
    counts = plan_with(television=True)

    assert seen(Scene(NATURAL).site("S", NATURAL).point("A", **SLOW, **TV), plan=counts) == no("too_slow")
    assert seen(Scene(NATURAL).site("S", NATURAL).point("A", **CLOSED, **TV), plan=counts) == no("not_open")


LATE = ("2018-04-02", "2018-05-30")
ON_TIME = ("2018-04-02", "2018-04-10")

OPERATORS = [
    # who reaches, whose orders are late; verdict, operators
    pytest.param("telecom", "", YES, ["telecom"], id="one reaches and serves (S03)"),
    pytest.param("telecom mobile", "", YES, ["mobile", "telecom"], id="two, sorted by code"),
    pytest.param("telecom mobile", "mobile", YES, ["telecom"], id="one of two is late: the other suffices"),
    pytest.param("telecom mobile", "mobile telecom", no("service_late"), [], id="both late"),
    pytest.param("telecom", "telecom", no("service_late"), [], id="the one that reaches is late"),
    pytest.param("telecom", "mobile", YES, ["telecom"], id="who does not reach may be late"),
    pytest.param("", "", no("out_of_reach"), [], id="nobody reaches, nobody late"),
    pytest.param("", "telecom", no("out_of_reach"), [], id="a late order without reach is no service_late"),
]


@pytest.mark.parametrize(("reaching", "delayed", "verdict", "operators"), OPERATORS)
def test_the_same_operator_must_reach_and_serve(reaching, delayed, verdict, operators):
    scene = Scene(NATURAL).site("S", NATURAL)
    for operator in ("mobile", "telecom"):
        scene.point(f"A-{operator}", 0 if operator in reaching.split() else FAR_M, operator)
        scene.order(NATURAL, *(LATE if operator in delayed.split() else ON_TIME), operator=operator)

    found = scene.judged().site("S")

    assert (found["capable"], found["reason"]) == verdict
    assert found["operators"] == operators
    assert found["reached"] is bool(reaching)


def test_service_late_goes_before_every_near_miss():
    scene = Scene(NATURAL).site("S", NATURAL).point("A").order(VILLAGE, *LATE)
    scene.point("B", operator="mobile", **SLOW).point("C", operator="mobile", **TV).point(
        "D", operator="mobile", **CLOSED
    )

    assert seen(scene) == no("service_late")


def test_two_operators_where_the_plan_wants_two():
    two = plan_with(operators=2)
    scene = Scene(NATURAL).site("S", NATURAL).point("A")

    assert seen(scene, plan=two) == no("service_late")
    found = scene.point("B", operator="mobile").judged(two).site("S")
    assert (found["capable"], found["operators"]) == ("yes", ["mobile", "telecom"])
    alone = Scene(NATURAL).site("S", NATURAL).point("A").point("B").judged(two).site("S")
    assert (alone["capable"], alone["operators"]) == ("no", [])


def test_a_site_without_coordinates_is_unknown_whatever_surrounds_it():
    found = Scene(NATURAL).site("S", NATURAL, None).point("A").order(NATURAL, *LATE).judged().site("S")

    assert found == {
        "site_id": "S", "capable": "unknown", "reason": "", "reached": None, "operators": [], "nearest_m": None,
    }  # fmt: skip


def test_unlocated_and_located_sites_side_by_side():
    scene = Scene(NATURAL).site("A1", NATURAL, None).site("B1", NATURAL, 0).site("C1", NATURAL, None)
    judged = scene.site("D1", NATURAL, 5_000).point("P", 0).judged()

    assert [judged.capable(site) for site in ("A1", "B1", "C1", "D1")] == [UNKNOWN, YES, UNKNOWN, no("out_of_reach")]
    assert [judged.site(site)["nearest_m"] for site in ("A1", "B1", "C1", "D1")] == [None, 0, None, 5000]


def test_without_any_operator_or_access_point_nobody_is_capable():
    judged = Scene(NATURAL).site("S", NATURAL).judged()

    assert judged.site("S") == {
        "site_id": "S", "capable": "no", "reason": "out_of_reach", "reached": False, "operators": [], "nearest_m": None,
    }  # fmt: skip


NEAREST = [
    # access points by their metres; the distance to the nearest eligible
    pytest.param({"A": {"north": 300}, "B": {"north": 263}}, 263.0, id="the nearer"),
    pytest.param({"A": {"north": 300}, "B": {"north": 263, **SLOW}}, 300.0, id="the nearer is too slow"),
    pytest.param({"A": {"north": 300}, "B": {"north": 263, **CLOSED}}, 300.0, id="the nearer is closed"),
    pytest.param({"A": {"north": 300}, "B": {"north": 263, **TV}}, 300.0, id="the nearer is television"),
    pytest.param({"A": {"north": 263.126}}, 263.13, id="rounded to the centimetre for people"),
    pytest.param({"A": {"north": 19_999.99}}, 19_999.99, id="just within 20 km"),
    pytest.param({"A": {"north": 20_000.01}}, None, id="beyond 20 km it is not named"),
]


@pytest.mark.parametrize(("points", "metres"), NEAREST)
def test_the_nearest_eligible_access_point(points, metres):
    scene = Scene(NATURAL).site("S", NATURAL)
    for ap_id, point in points.items():
        scene.point(ap_id, **point)

    assert scene.judged().site("S")["nearest_m"] == metres


def test_the_nearest_is_numbered_among_all_access_points():
    scene = Scene(NATURAL).site("R", NATURAL, None).site("S", NATURAL, 0)
    facts = scene.point("A", 10, **SLOW).point("B", 400).point("C", 300).facts()

    number, distance = nearest_eligible(facts, np.datetime64("2018-06-30"), the_plan().capability)

    assert number.tolist() == [-1, 2]
    assert np.isnan(distance[0])
    assert distance[1] == pytest.approx(300, abs=1e-6)


IN_FORCE = [
    # valid from, valid to; listed as of 2018-06-30
    pytest.param("2018-06-30", None, True, id="from the as-of date on"),
    pytest.param("2018-07-01", None, False, id="from the day after"),
    pytest.param(None, "2018-07-01", True, id="to the day after: still in force"),
    pytest.param(None, "2018-06-30", False, id="valid_to is the first day without force"),
    pytest.param("2018-06-30", "2018-06-30", False, id="never in force"),
    pytest.param(None, None, True, id="always"),
]


@pytest.mark.parametrize(("valid_from", "valid_to", "listed"), IN_FORCE)
@pytest.mark.parametrize("level", ["site", NATURAL, VILLAGE, TOWN])
def test_a_site_counts_while_it_and_all_above_it_are_in_force(level, valid_from, valid_to, listed):
    scene = Scene(NATURAL)
    dates = {"valid_from": valid_from, "valid_to": valid_to}
    if level != "site":
        scene.area(level, **dates)
    scene.site("S", NATURAL, **(dates if level == "site" else {})).point("A")

    judged = scene.judged()

    assert (judged.site("S") is not None) == listed
    assert (judged.area(NATURAL) is not None) == (listed or level == "site")
    assert judged.outcome(NATURAL) == ("achieved" if listed else "undetermined" if level == "site" else None)


def test_a_site_elsewhere_is_not_touched_by_an_area_out_of_force():
    scene = Scene(NATURAL).area(OTHER_TOWN, valid_to="2018-01-01").site("S", NATURAL).point("A")
    scene.site("T", OTHER_TOWN)

    assert seen(scene) == YES
    assert scene.judged().site("T") is None


def test_what_lies_around_the_sites_of_every_quarter():
    scene = Scene(NATURAL).site("A", NATURAL, None).site("B", NATURAL, 0).site("C", NATURAL, 0, setting="urban")
    facts = scene.point("P", 150).point("Q", 199.9995).point("R", 600).facts()

    around = surroundings(facts, the_plan().capability)

    assert around.setting.tolist() == [RURAL, RURAL, URBAN]
    assert around.setting.dtype.kind == "i"
    assert around.radius_m.tolist() == [1000, 1000, 200]
    pairs = list(zip(around.near.place.tolist(), around.near.centre.tolist(), strict=True))
    assert pairs == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1)]
    assert around.near.distance_m == pytest.approx([150, 199.9995, 600, 150, 199.9995], abs=2e-3)


def test_who_reaches_and_who_serves_by_operator():
    scene = Scene(NATURAL).site("S", NATURAL).point("A", operator="mobile").point("B", operator="telecom")
    sites = scene.order(NATURAL, *LATE, operator="mobile").judged().county.period(Quarter.parse("2018Q2")).sites

    assert sites.reaching.tolist() == [[True, True]]
    assert sites.serving.tolist() == [[False, True]]


def test_one_operator_has_one_column_and_none_has_one_too():
    period = Quarter.parse("2018Q2")

    alone = Scene(NATURAL).site("S", NATURAL).point("A").judged().county.period(period).sites
    nobody = Scene(NATURAL).site("S", NATURAL).judged().county.period(period).sites

    assert (alone.reaching.shape, nobody.reaching.shape) == ((1, 1), (1, 1))


def test_the_nearest_may_be_the_very_first_and_none_is_minus_one():
    on, capability = np.datetime64("2018-06-30"), the_plan().capability
    scene = Scene(NATURAL).site("S", NATURAL, 0).site("T", NATURAL, FAR_M)

    assert nearest_eligible(scene.point("A", 400).facts(), on, capability)[0].tolist() == [0, -1]
    assert nearest_eligible(scene.point("A", 400, **CLOSED).facts(), on, capability)[0].tolist() == [-1, -1]
