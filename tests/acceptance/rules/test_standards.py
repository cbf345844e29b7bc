"""Section 5: every standard, exactly at, just under, just over, missing and not applicable; roles, scope, coverage."""

import pytest

from tests.acceptance.rules.building import (
    COMMUNITY,
    DISTRICT,
    FAR_M,
    NATURAL,
    QUARTER,
    STREET,
    TOWN,
    VILLAGE,
    Scene,
    percent,
    plan_with,
)

FEILAIXIA, LONGTANG, SHIJIAO, YUANTAN = "441802107", "441802105", "441802106", "441802103"


def share(found):
    return {name: found[name] for name in ("passed", "failed", "unknown", "total", "needed", "missing")}


def counts(passed, failed, unknown, needed, missing):
    total = passed + failed + unknown
    return {
        "passed": passed,
        "failed": failed,
        "unknown": unknown,
        "total": total,
        "needed": needed,
        "missing": missing,
    }


# ---------------------------------------------------------------- S16, natural villages

S16 = [
    # sites of the natural village by kind: capable, incapable, unlocated; outcome, counts
    pytest.param({"settlement": (1, 0, 0)}, "achieved", (1, 0, 0, 1, 0), id="its settlement is capable"),
    pytest.param({"settlement": (0, 1, 0)}, "not_achieved", (0, 1, 0, 1, 1), id="its settlement is not"),
    pytest.param({"settlement": (0, 0, 1)}, "undetermined", (0, 0, 1, 1, 1), id="its settlement has no coordinates"),
    pytest.param({}, "undetermined", (0, 0, 1, 1, 1), id="nothing registered: one unknown (A19)"),
    pytest.param({"settlement": (2, 1, 0)}, "not_achieved", (2, 1, 0, 3, 1), id="two of three settlements"),
    pytest.param({"settlement": (1, 1, 1)}, "not_achieved", (1, 1, 1, 3, 2), id="one short decides, whatever is missing"),
    pytest.param({"settlement": (1, 0, 1)}, "undetermined", (1, 0, 1, 2, 1), id="one missing could decide"),
    pytest.param({"settlement": (1, 0, 0), "school": (0, 1, 0)}, "not_achieved", (1, 1, 0, 2, 1), id="its school is not"),
    pytest.param({"settlement": (1, 0, 0), "hospital": (0, 1, 0)}, "not_achieved", (1, 1, 0, 2, 1), id="its clinic is not"),
    pytest.param({"settlement": (1, 0, 0), "school": (0, 0, 1)}, "undetermined", (1, 0, 1, 2, 1), id="its school unknown"),
    pytest.param({"school": (1, 0, 0)}, "undetermined", (1, 0, 1, 2, 1), id="a school but no settlement: one unknown more"),
    pytest.param({"school": (0, 1, 0)}, "not_achieved", (0, 1, 1, 2, 2), id="an incapable school, no settlement"),
    pytest.param({"settlement": (1, 0, 0), "market": (0, 5, 0)}, "achieved", (1, 0, 0, 1, 0), id="a market does not bear on it"),
    pytest.param({"office": (1, 0, 0)}, "undetermined", (0, 0, 1, 1, 1), id="an office is no settlement"),
]  # fmt: skip


@pytest.mark.parametrize(("sites", "outcome", "figures"), S16)
def test_a_natural_village(sites, outcome, figures):
    scene = Scene(NATURAL)
    for kind, (capable, incapable, unlocated) in sites.items():
        scene.sites_at(NATURAL, capable=capable, incapable=incapable, unlocated=unlocated, kind=kind)

    judged = scene.judged()

    assert judged.outcome(NATURAL) == outcome
    assert share(judged.criterion(NATURAL, "S16")) == counts(*figures)
    assert judged.area(NATURAL)["reference"] == "none"


def test_a_settlement_out_of_force_is_no_settlement():
    scene = Scene(NATURAL).point("A").site("S", NATURAL, valid_to="2018-06-30")

    assert scene.judged().outcome(NATURAL, "2018Q1") == "achieved"
    assert scene.judged().outcome(NATURAL, "2018Q2") == "undetermined"


@pytest.mark.parametrize(
    ("households", "in_scope"),
    [(19, False), (20, True), (21, True), (0, False)],
)
def test_twenty_households_are_in_scope(households, in_scope):
    scene = Scene().area(NATURAL, households=households).sites_at(NATURAL, incapable=1)

    found = scene.judged().area(NATURAL)

    assert found["outcome"] == ("not_achieved" if in_scope else "not_applicable")
    assert found["covered"] == ("no" if in_scope else "not_applicable")
    assert [each["key"] for each in found["criteria"]] == (["S16"] if in_scope else [])
    assert found["reference"] == "none"
    assert scene.judged().site(f"{NATURAL}-settlement-no-0")["capable"] == "no"


def test_the_plan_says_how_many_households():
    scene = Scene().area(NATURAL, households=29).sites_at(NATURAL, capable=1)

    assert scene.judged(plan_with(permanent_households=30)).outcome(NATURAL) == "not_applicable"
    assert scene.judged(plan_with(permanent_households=29)).outcome(NATURAL) == "achieved"


def test_a_small_village_is_left_out_of_every_denominator_but_its_school_is_not():
    scene = Scene().leaves(VILLAGE, achieved=1)
    scene.area("441802103201009", households=19).sites_at("441802103201009", incapable=1)
    scene.area(STREET, "street").area("441802006201001", households=19)
    scene.sites_at("441802006201001", incapable=1, kind="school", setting="urban")

    judged = scene.judged()

    assert share(judged.criterion(VILLAGE, "S14")) == counts(1, 0, 0, 1, 0)
    assert share(judged.criterion(STREET, "S12")) == counts(0, 1, 0, 1, 1)
    assert judged.milestone("T11", TOWN, "2018Q4")["total"] == 1
    assert judged.milestone("G08", DISTRICT, "2018Q2")["total"] == 1


COVERED = [
    # settlements reached, not reached, without coordinates; late orders; covered
    pytest.param(1, 0, 0, False, "yes", id="reached"),
    pytest.param(1, 0, 0, True, "yes", id="reached, though served late (A37)"),
    pytest.param(0, 1, 0, False, "no", id="not reached"),
    pytest.param(2, 1, 0, False, "no", id="one of three not reached"),
    pytest.param(1, 1, 1, False, "no", id="one not reached decides"),
    pytest.param(1, 0, 1, False, "unknown", id="one without coordinates"),
    pytest.param(0, 0, 0, False, "unknown", id="no settlement registered"),
]


@pytest.mark.parametrize(("reached", "unreached", "unlocated", "delayed", "covered"), COVERED)
def test_a_natural_village_fibre_covered(reached, unreached, unlocated, delayed, covered):
    scene = Scene(NATURAL).sites_at(NATURAL, capable=reached, incapable=unreached, unlocated=unlocated)
    scene.sites_at(NATURAL, incapable=1, kind="school")
    if delayed:
        scene.order(VILLAGE, "2018-04-02", "2018-05-30")

    assert scene.judged().area(NATURAL)["covered"] == covered


# ---------------------------------------------------------------- S22, quarters

S22 = [
    pytest.param({"residence": (1, 0, 0)}, "achieved", (1, 0, 0, 1, 0), id="its building is capable"),
    pytest.param({"other": (0, 1, 0)}, "not_achieved", (0, 1, 0, 1, 1), id="any kind of site bears on it (A23)"),
    pytest.param({"residence": (9, 1, 0)}, "not_achieved", (9, 1, 0, 10, 1), id="nine of ten are not all"),
    pytest.param({"residence": (9, 0, 1)}, "undetermined", (9, 0, 1, 10, 1), id="one without coordinates"),
    pytest.param({"scenic_spot": (1, 0, 0), "industrial_park": (1, 0, 0)}, "achieved", (2, 0, 0, 2, 0), id="all kinds"),
    pytest.param({}, "undetermined", (0, 0, 1, 1, 1), id="no site: one unknown"),
]


@pytest.mark.parametrize(("sites", "outcome", "figures"), S22)
def test_a_quarter(sites, outcome, figures):
    scene = Scene().area(QUARTER, "quarter")
    for kind, (capable, incapable, unlocated) in sites.items():
        scene.sites_at(QUARTER, capable=capable, incapable=incapable, unlocated=unlocated, kind=kind)

    judged = scene.judged()

    assert judged.outcome(QUARTER) == outcome
    assert share(judged.criterion(QUARTER, "S22")) == counts(*figures)
    assert "covered" not in judged.area(QUARTER)


def test_a_sites_own_area_is_meant_not_what_lies_beneath():
    scene = Scene().leaves(VILLAGE, achieved=1).sites_at(VILLAGE, incapable=3)

    assert scene.judged().outcome(f"{VILLAGE}001") == "achieved"


# ---------------------------------------------------------------- S14, villages

S14 = [
    # natural villages achieved, not achieved, undetermined; outcome, needed, missing
    pytest.param(9, 1, 0, "achieved", 9, 0, id="nine of ten: exactly 90%"),
    pytest.param(8, 2, 0, "not_achieved", 9, 1, id="eight of ten"),
    pytest.param(10, 0, 0, "achieved", 9, 0, id="all ten"),
    pytest.param(8, 1, 1, "undetermined", 9, 1, id="one undetermined could bring the ninth"),
    pytest.param(9, 0, 1, "achieved", 9, 0, id="one undetermined cannot change it"),
    pytest.param(8, 2, 1, "not_achieved", 10, 2, id="of eleven ten are needed"),
    pytest.param(5, 1, 0, "not_achieved", 6, 1, id="of six all are needed"),
    pytest.param(1, 0, 0, "achieved", 1, 0, id="the only one"),
    pytest.param(0, 0, 0, "not_applicable", 0, 0, id="none"),
]


@pytest.mark.parametrize(("achieved", "short", "unknown", "outcome", "needed", "missing"), S14)
def test_a_village(achieved, short, unknown, outcome, needed, missing):
    scene = Scene(VILLAGE).leaves(VILLAGE, achieved=achieved, not_achieved=short, undetermined=unknown)

    judged = scene.judged()

    assert judged.outcome(VILLAGE) == outcome
    assert share(judged.criterion(VILLAGE, "S14")) == counts(achieved, short, unknown, needed, missing)


def test_quarters_do_not_count_for_a_village_nor_natural_villages_of_a_community():
    scene = Scene().leaves(VILLAGE, achieved=1).leaves(VILLAGE, not_achieved=5, kind="quarter", first=100)
    scene.area("441802103001", "community").leaves("441802103001", not_achieved=5)

    judged = scene.judged()

    assert judged.outcome(VILLAGE) == "achieved"
    community = judged.area("441802103001")
    assert (community["title"], community["outcome"], community["reference"]) == (None, "not_applicable", "none")
    assert community["criteria"] == []


# ---------------------------------------------------------------- S10, towns

S10 = [
    # town, villages achieved, not achieved, undetermined; outcome, needed, missing
    pytest.param(YUANTAN, 15, 1, 0, "achieved", 15, 0, id="源潭 16: 15 suffice"),
    pytest.param(YUANTAN, 14, 2, 0, "not_achieved", 15, 1, id="源潭 16: 14 do not"),
    pytest.param(YUANTAN, 14, 1, 1, "undetermined", 15, 1, id="源潭 16: 14 and one undetermined"),
    pytest.param(LONGTANG, 6, 0, 0, "achieved", 6, 0, id="龙塘 6: all"),
    pytest.param(LONGTANG, 5, 1, 0, "not_achieved", 6, 1, id="龙塘 6: five do not suffice"),
    pytest.param(SHIJIAO, 14, 1, 0, "achieved", 14, 0, id="石角 15: 14 suffice"),
    pytest.param(SHIJIAO, 13, 2, 0, "not_achieved", 14, 1, id="石角 15: 13 do not"),
    pytest.param(FEILAIXIA, 17, 1, 0, "achieved", 17, 0, id="飞来峡 18: 17 suffice"),
    pytest.param(FEILAIXIA, 16, 2, 0, "not_achieved", 17, 1, id="飞来峡 18: 16 do not"),
    pytest.param(FEILAIXIA, 16, 0, 2, "undetermined", 17, 1, id="飞来峡 18: 16 and two undetermined"),
    pytest.param(FEILAIXIA, 0, 0, 0, "not_applicable", 0, 0, id="no village"),
]


@pytest.mark.parametrize(("town", "achieved", "short", "unknown", "outcome", "needed", "missing"), S10)
def test_a_town(town, achieved, short, unknown, outcome, needed, missing):
    scene = Scene(town).villages(town, achieved=achieved, not_achieved=short, undetermined=unknown)

    judged = scene.judged()

    assert judged.outcome(town) == outcome
    assert share(judged.criterion(town, "S10")) == counts(achieved, short, unknown, needed, missing)


def test_communities_of_a_town_and_villages_without_outcome_are_not_counted():
    scene = Scene().villages(TOWN, achieved=1, not_applicable=3)
    scene.area(f"{TOWN}001", "community").leaves(f"{TOWN}001", not_achieved=2)

    assert share(scene.judged().criterion(TOWN, "S10")) == counts(1, 0, 0, 1, 0)


# ---------------------------------------------------------------- S12, streets

S12 = [
    # sites: kind to capable, incapable, unlocated; outcome, counts
    pytest.param({"residence": (9, 1, 0)}, "achieved", (9, 1, 0, 9, 0), id="exactly 90%"),
    pytest.param({"residence": (8, 2, 0)}, "not_achieved", (8, 2, 0, 9, 1), id="just under"),
    pytest.param({"residence": (8, 1, 1)}, "undetermined", (8, 1, 1, 9, 1), id="one missing could decide"),
    pytest.param({}, "undetermined", (0, 0, 1, 1, 1), id="no such site: one unknown"),
    pytest.param({"other": (9, 0, 0)}, "undetermined", (0, 0, 1, 1, 1), id="other sites are no buildings"),
    pytest.param({"settlement": (0, 9, 0), "residence": (1, 0, 0)}, "achieved", (1, 0, 0, 1, 0), id="nor settlements"),
    pytest.param({"scenic_spot": (0, 9, 0), "industrial_park": (0, 9, 0), "office": (1, 0, 0)}, "achieved", (1, 0, 0, 1, 0), id="nor parks"),
]  # fmt: skip


@pytest.mark.parametrize(("sites", "outcome", "figures"), S12)
def test_a_street(sites, outcome, figures):
    scene = Scene().area(STREET, "street")
    for kind, (capable, incapable, unlocated) in sites.items():
        scene.sites_at(STREET, capable=capable, incapable=incapable, unlocated=unlocated, kind=kind)

    judged = scene.judged()

    assert judged.outcome(STREET) == outcome
    assert share(judged.criterion(STREET, "S12")) == counts(*figures)


@pytest.mark.parametrize("kind", ["residence", "estate", "urban_village", "market", "school", "hospital", "office"])
def test_every_kind_of_building_counts_for_its_street_wherever_beneath_it_stands(kind):
    scene = Scene().area(STREET, "street").area(COMMUNITY, "community").area(QUARTER, "quarter")
    scene.area("441802006201001").area(TOWN).sites_at(TOWN, incapable=5, kind=kind)
    for area in (STREET, COMMUNITY, QUARTER, "441802006201", "441802006201001"):
        scene.sites_at(area, incapable=1, kind=kind)

    assert share(scene.judged().criterion(STREET, "S12")) == counts(0, 5, 0, 5, 5)


def test_the_villages_inside_a_street_do_not_bear_on_its_title():
    scene = Scene().area(STREET, "street").sites_at(STREET, capable=1, kind="residence")
    scene.leaves(f"{STREET}201", not_achieved=3)

    judged = scene.judged()

    assert (judged.outcome(f"{STREET}201"), judged.outcome(STREET)) == ("not_achieved", "achieved")


# ---------------------------------------------------------------- S08, the district

S08 = [
    # towns achieved, not achieved, undetermined, not applicable; streets achieved, not achieved; outcome, counts
    pytest.param((4, 0, 0, 0), (4, 0), "achieved", (8, 0, 0, 8, 0), id="all eight"),
    pytest.param((3, 1, 0, 0), (4, 0), "not_achieved", (7, 1, 0, 8, 1), id="all but one town"),
    pytest.param((4, 0, 0, 0), (3, 1), "not_achieved", (7, 1, 0, 8, 1), id="all but one street"),
    pytest.param((3, 0, 1, 0), (4, 0), "undetermined", (7, 0, 1, 8, 1), id="one undetermined"),
    pytest.param((3, 0, 0, 1), (4, 0), "achieved", (7, 0, 0, 7, 0), id="one not applicable is left out"),
    pytest.param((0, 0, 0, 2), (0, 0), "not_applicable", (0, 0, 0, 0, 0), id="only such as are not applicable"),
    pytest.param((0, 0, 0, 0), (0, 0), "not_applicable", (0, 0, 0, 0, 0), id="neither streets nor towns"),
]


@pytest.mark.parametrize(("towns", "streets", "outcome", "figures"), S08)
def test_the_district(towns, streets, outcome, figures):
    achieved, short, unknown, not_applicable = towns
    scene = Scene().towns(achieved=achieved, not_achieved=short, undetermined=unknown, not_applicable=not_applicable)
    scene.streets(achieved=streets[0], not_achieved=streets[1])

    judged = scene.judged()

    assert judged.outcome(DISTRICT) == outcome
    assert share(judged.criterion(DISTRICT, "S08")) == counts(*figures)


# ---------------------------------------------------------------- S09, S11, S13, S15: penetration

USERS = {"broadband_users": 100, "fibre_users": 80}

PENETRATION = [
    # fibre users, broadband users; reference, needed, missing
    pytest.param(80, 100, "met", 80, 0, id="exactly 80%"),
    pytest.param(79, 100, "short", 80, 1, id="just under"),
    pytest.param(81, 100, "met", 80, 0, id="just over"),
    pytest.param(80, 101, "short", 81, 1, id="80 of 101"),
    pytest.param(0, 140, "short", 112, 112, id="再发展 112 户光网用户"),
    pytest.param(0, 0, "not_applicable", 0, 0, id="no broadband user (A29)"),
]


@pytest.mark.parametrize(("fibre", "broadband", "reference", "needed", "missing"), PENETRATION)
@pytest.mark.parametrize(("area", "key"), [(VILLAGE, "S15"), (TOWN, "S11"), (DISTRICT, "S09")])
def test_penetration_is_a_reference(area, key, fibre, broadband, reference, needed, missing):
    scene = Scene().leaves(VILLAGE, achieved=1).returned(VILLAGE, fibre_users=fibre, broadband_users=broadband)

    judged = scene.judged()

    assert judged.outcome(area) == "achieved"
    assert judged.area(area)["reference"] == reference
    assert judged.criterion(area, key) == {
        "key": key, "role": "reference", "outcome": reference, "numerator": fibre, "denominator": broadband,
        "needed": needed, "missing": missing, "returns_missing": 0,
    }  # fmt: skip


def test_penetration_of_a_street_is_that_of_its_communities_and_villages():
    scene = Scene().area(STREET, "street").area(COMMUNITY, "community").area(f"{STREET}201")
    scene.returned(COMMUNITY, broadband_users=60, fibre_users=60).returned(
        f"{STREET}201", broadband_users=40, fibre_users=19
    )

    found = scene.judged().criterion(STREET, "S13")

    assert (found["outcome"], found["numerator"], found["denominator"], found["missing"]) == ("short", 79, 100, 1)


def test_a_missing_return_leaves_penetration_unknown_even_where_the_others_would_decide():
    scene = Scene(VILLAGE, "441802103202").area("441802103001", "community")
    scene.returned(VILLAGE, broadband_users=100, fibre_users=100)

    judged = scene.judged()

    assert judged.criterion(TOWN, "S11") == {
        "key": "S11", "role": "reference", "outcome": "unknown", "numerator": 100, "denominator": 100,
        "needed": 80, "missing": 0, "returns_missing": 2,
    }  # fmt: skip
    assert judged.area(VILLAGE)["reference"] == "met"
    assert judged.criterion("441802103202", "S15")["returns_missing"] == 1
    assert judged.area("441802103202")["reference"] == "unknown"


def test_returns_of_areas_out_of_force_neither_count_nor_are_missed():
    scene = Scene(VILLAGE).area("441802103202", valid_to="2018-06-30").area("441802103203", valid_to="2018-06-30")
    scene.returned(VILLAGE, **USERS).returned("441802103202", broadband_users=500, fibre_users=0)

    found = scene.judged().criterion(TOWN, "S11")

    assert (found["numerator"], found["denominator"], found["returns_missing"]) == (80, 100, 0)


def test_an_old_quarter_is_never_carried_forward():
    judged = Scene(VILLAGE).returned(VILLAGE, "2018Q1", **USERS).judged()

    assert judged.area(VILLAGE, "2018Q1")["reference"] == "met"
    assert judged.area(VILLAGE, "2018Q2")["reference"] == "unknown"
    assert judged.criterion(VILLAGE, "S15")["denominator"] == 0


def test_each_basis_reads_its_own_returns():
    scene = Scene(VILLAGE).returned(VILLAGE, bases=["reported"], **USERS)

    assert scene.judged().area(VILLAGE, basis="reported")["reference"] == "met"
    assert scene.judged().area(VILLAGE, basis="approved")["reference"] == "unknown"


def test_coverage_has_two_denominators():
    scene = Scene(VILLAGE, "441802103202").area("441802103001", "community")
    for code in (VILLAGE, "441802103202"):
        scene.returned(
            code,
            households=100,
            broadband_covered_households=90,
            fibre_covered_households=81,
            broadband_users=50,
            fibre_users=40,
        )

    judged = scene.judged()

    assert judged.area(TOWN)["coverage"] == {
        "numerator": 162, "denominator": 180, "full_denominator": 200, "returns_missing": 1,
    }  # fmt: skip
    assert judged.area(TOWN)["penetration"] == {"numerator": 80, "denominator": 100, "returns_missing": 1}
    assert judged.area(VILLAGE)["coverage"]["returns_missing"] == 0
    assert judged.area(DISTRICT)["coverage"] == judged.area(TOWN)["coverage"]


# ---------------------------------------------------------------- roles and changed thresholds

HARD = [
    # fibre users of 100; outcome of the village and the town where S15 is hard
    pytest.param(80, "achieved", "achieved", id="met"),
    pytest.param(79, "not_achieved", "not_achieved", id="short"),
    pytest.param(None, "undetermined", "undetermined", id="no return"),
]


@pytest.mark.parametrize(("fibre", "village", "town"), HARD)
def test_a_reference_that_the_plan_makes_hard_decides(fibre, village, town):
    scene = Scene().leaves(VILLAGE, achieved=1)
    if fibre is not None:
        scene.returned(VILLAGE, broadband_users=100, fibre_users=fibre)

    judged = scene.judged(plan_with(roles={"S15": "hard"}))

    assert (judged.outcome(VILLAGE), judged.outcome(TOWN)) == (village, town)
    assert judged.area(VILLAGE)["reference"] == "none"
    assert [each["role"] for each in judged.area(VILLAGE)["criteria"]] == ["hard", "hard"]


def test_a_hard_rate_that_is_not_applicable_leaves_the_other_to_decide():
    hard = plan_with(roles={"S15": "hard"})
    nobody = Scene().leaves(VILLAGE, achieved=1).returned(VILLAGE)

    assert nobody.judged(hard).outcome(VILLAGE) == "achieved"
    assert Scene(VILLAGE).returned(VILLAGE).judged(hard).outcome(VILLAGE) == "not_applicable"


def test_a_share_that_the_plan_makes_a_reference_decides_no_more():
    lenient = plan_with(roles={"S14": "reference", "S15": "hard"})
    judged = Scene().leaves(VILLAGE, not_achieved=1).returned(VILLAGE, **USERS).judged(lenient)

    assert (judged.outcome(VILLAGE), judged.area(VILLAGE)["reference"]) == ("achieved", "short")


def test_the_plan_says_how_many_villages():
    scene = Scene().villages(TOWN, achieved=8, not_achieved=2)

    assert scene.judged().outcome(TOWN) == "not_achieved"
    assert scene.judged(plan_with(thresholds={"S10": percent(80)})).outcome(TOWN) == "achieved"
    assert scene.judged(plan_with(thresholds={"S10": percent(81)})).outcome(TOWN) == "not_achieved"


# ---------------------------------------------------------------- in force


def test_only_what_is_in_force_counts_in_numerator_and_denominator():
    scene = Scene().villages(TOWN, achieved=2, not_achieved=2)
    scene.areas[f"{TOWN}203"]["valid_to"] = scene.areas[f"{TOWN}202"]["valid_from"] = "2018-06-30"

    judged = scene.judged()

    assert share(judged.criterion(TOWN, "S10", "2018Q1")) == counts(1, 2, 0, 3, 2)
    assert share(judged.criterion(TOWN, "S10", "2018Q2")) == counts(2, 1, 0, 3, 1)


def test_an_area_out_of_force_takes_everything_beneath_it_along():
    scene = Scene().villages(TOWN, achieved=1).area("441802105").villages("441802105", not_achieved=1)
    scene.areas["441802105"]["valid_to"] = "2018-06-30"

    judged = scene.judged()

    assert judged.area("441802105") is None
    assert judged.area("441802105201001") is None
    assert (judged.outcome(DISTRICT, "2018Q1"), judged.outcome(DISTRICT)) == ("not_achieved", "achieved")


def test_what_lies_beneath_is_judged_before_what_lies_above_it():
    """One house far away turns a whole chain, from its natural village to the district."""
    scene = Scene().leaves(VILLAGE, achieved=1)
    chain = (f"{VILLAGE}001", VILLAGE, TOWN, DISTRICT)

    assert [scene.judged().outcome(code) for code in chain] == ["achieved"] * 4
    scene.site("AWAY", f"{VILLAGE}001", FAR_M)
    assert [scene.judged().outcome(code) for code in chain] == ["not_achieved"] * 4
    scene.site("AWAY", f"{VILLAGE}001", None)
    assert [scene.judged().outcome(code) for code in chain] == ["undetermined"] * 4
