"""Section 6: every milestone below, at and above its target; every status, seen from before, at and after its due date."""

import numpy as np
import pytest

from acceptance.rules.ledger import FIGURES, SHARES, Ledger
from acceptance.rules.milestones import History, light, measure, status
from acceptance.rules.plan import ALL
from acceptance.rules.shares import CRITERION_WORDS, Tally
from common.periods import Quarter
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
    the_plan,
)

WHAT_IS_COUNTED = {
    "G09": "covered",
    "T01": "quarters",
    "T03": "quarters",
    "T04": "quarters",
    "T06": "natural_villages",
    "T09": "natural_villages",
    "T10": "natural_villages",
    "T11": "natural_villages",
    "T12": "natural_villages",
    "G10": "natural_villages",
    "G08": "urban_sites",
    "T02": "demonstration_quarters",
    "T07": "demonstration_natural_villages",
    "T08": "towns",
    "G02": "townships",
    "G03": "townships",
    "G04": "townships",
}

COUNTED_FROM = {"demonstration_quarters": "quarters", "demonstration_natural_villages": "natural_villages"}


def measured(key, passed, failed=0, unknown=0, plan=None, others=0):
    """The measure over a ledger in which only what the milestone counts is not zero, and what it counts from."""
    ledger = Ledger.blank(1)
    name = WHAT_IS_COUNTED[key]
    ledger.enter(name, Tally(*(np.array([number]) for number in (passed, failed, unknown))))
    if name in COUNTED_FROM:
        ledger.enter(COUNTED_FROM[name], Tally(np.array([others + passed]), np.array([failed]), np.array([unknown])))
    found = measure((plan or the_plan()).milestone(key), ledger)
    return {
        "outcome": CRITERION_WORDS[found.state[0]],
        "figures": [int(column[0]) for column in (found.passed, found.failed, found.unknown, found.total)],
        "needed": int(found.needed[0]),
        "missing": int(found.missing[0]),
    }


SHARE_TARGETS = {
    "G09": 50, "T01": 90, "T06": 100, "T03": 60, "T09": 40, "G08": 100, "T04": 100, "T10": 60, "G10": 90, "T11": 90, "T12": 100,
}  # fmt: skip
COUNT_TARGETS = {"T02": 10, "T07": 10, "T08": 3, "G02": 4, "G03": 6}


def test_every_milestone_of_the_plan_is_in_these_tables():
    keys = {milestone.key for milestone in the_plan().milestones}

    assert keys == {*SHARE_TARGETS, *COUNT_TARGETS, "G04", "G07"}


@pytest.mark.parametrize(("key", "target"), SHARE_TARGETS.items())
class TestShareOfTwenty:
    """Of twenty members every percentage of the plan is a whole number: 5 % each."""

    def test_below_at_and_above(self, key, target):
        wanted = target // 5
        for passed, outcome in ((wanted - 1, "short"), (wanted, "met"), (min(20, wanted + 1), "met")):
            found = measured(key, passed, 20 - passed)
            assert found == {
                "outcome": outcome,
                "figures": [passed, 20 - passed, 0, 20],
                "needed": wanted,
                "missing": max(0, wanted - passed),
            }

    def test_the_unknown_that_could_decide_and_that_cannot(self, key, target):
        wanted = target // 5

        assert measured(key, wanted - 1, 20 - wanted, 1)["outcome"] == "unknown"
        assert measured(key, wanted - 2, 21 - wanted, 1)["outcome"] == "short"
        assert measured(key, wanted, 19 - wanted if wanted < 20 else 0, 1 if wanted < 20 else 0)["outcome"] == "met"

    def test_nothing_to_count(self, key, target):
        assert measured(key, 0) == {"outcome": "not_applicable", "figures": [0, 0, 0, 0], "needed": 0, "missing": 0}


@pytest.mark.parametrize(("key", "target"), COUNT_TARGETS.items())
class TestCount:
    def test_below_at_and_above(self, key, target):
        for passed, outcome in ((target - 1, "short"), (target, "met"), (target + 1, "met")):
            found = measured(key, passed, 2)
            assert found["outcome"] == outcome
            assert (found["figures"], found["needed"]) == ([passed, 2, 0, passed + 2], target)
            assert found["missing"] == max(0, target - passed)

    def test_the_unknown_that_could_decide_and_that_cannot(self, key, target):
        assert measured(key, target - 1, 0, 1)["outcome"] == "unknown"
        assert measured(key, target - 2, 5, 1)["outcome"] == "short"
        assert measured(key, target, 0, 1)["outcome"] == "met"

    def test_nothing_to_count_from(self, key, target):
        found = measured(key, 0)

        assert found == {"outcome": "not_applicable", "figures": [0, 0, 0, 0], "needed": target, "missing": target}


@pytest.mark.parametrize("key", ["T02", "T07"])
def test_without_a_nomination_but_with_something_to_nominate_a_count_is_short(key):
    found = measured(key, 0, others=3)

    assert found == {"outcome": "short", "figures": [0, 0, 0, 0], "needed": 10, "missing": 10}


@pytest.mark.parametrize(
    ("passed", "failed", "unknown", "outcome"),
    [(8, 0, 0, "met"), (7, 1, 0, "short"), (7, 0, 1, "unknown"), (6, 1, 1, "short"), (0, 0, 0, "not_applicable")],
)
def test_all_streets_and_towns(passed, failed, unknown, outcome):
    total = passed + failed + unknown

    found = measured("G04", passed, failed, unknown)

    assert the_plan().milestone("G04").target == ALL
    assert found == {
        "outcome": outcome,
        "figures": [passed, failed, unknown, total],
        "needed": total,
        "missing": total - passed,
    }


@pytest.mark.parametrize(
    ("fibre", "broadband", "returns_missing", "outcome"),
    [
        pytest.param(500, 500, 0, "met", id="full coverage"),
        pytest.param(499, 500, 0, "short", id="one household lacks"),
        pytest.param(500, 500, 1, "unknown", id="a return missing"),
        pytest.param(0, 500, 2, "unknown", id="returns missing, though hopeless"),
        pytest.param(0, 0, 0, "not_applicable", id="no broadband at all"),
    ],
)
def test_the_coverage_rate(fibre, broadband, returns_missing, outcome):
    ledger = Ledger.blank(1)
    ledger.enter_sum("fibre_covered_households", np.array([fibre]))
    ledger.enter_sum("broadband_covered_households", np.array([broadband]))
    ledger.enter_sum("returns_missing", np.array([returns_missing]))

    found = measure(the_plan().milestone("G07"), ledger)

    assert CRITERION_WORDS[found.state[0]] == outcome
    assert [column[0] for column in (found.passed, found.failed, found.unknown, found.total)] == [
        fibre, broadband - fibre, returns_missing, broadband,
    ]  # fmt: skip
    assert (found.needed[0], found.missing[0]) == (broadband, broadband - fibre)


def test_the_targets_are_the_plans():
    plan = plan_with(targets={"T08": 2, "T11": percent(50), "G07": percent(90), "G04": 1})

    assert measured("T08", 2, plan=plan)["outcome"] == "met"
    assert measured("T11", 1, 1, plan=plan)["outcome"] == "met"
    assert measured("G04", 1, 7, plan=plan)["outcome"] == "met"
    ledger = Ledger.blank(1)
    ledger.enter_sum("fibre_covered_households", np.array([9]))
    ledger.enter_sum("broadband_covered_households", np.array([10]))
    assert CRITERION_WORDS[measure(plan.milestone("G07"), ledger).state[0]] == "met"


def test_no_milestone_looks_at_anything_else():
    """Every other count of the ledger may be what it will."""
    for key, name in WHAT_IS_COUNTED.items():
        before = measured(key, 3, 2, 1)
        ledger = Ledger.blank(1)
        for other in SHARES:
            own = other in (name, COUNTED_FROM.get(name))
            members = (3, 2, 1) if own else (50, 60, 70)
            ledger.enter(other, Tally(*(np.array([number]) for number in members)))
        for figure in FIGURES:
            ledger.enter_sum(figure, np.array([99]))
        found = measure(the_plan().milestone(key), ledger)
        assert CRITERION_WORDS[found.state[0]] == before["outcome"], key
        assert int(found.passed[0]) == 3, key


# ---------------------------------------------------------------- status

DUE = Quarter.parse("2017Q4")
FIRST = Quarter.parse("2017Q1")
LETTER = {"m": "met", "s": "short", "u": "unknown", "-": "not_applicable"}

STATUSES = [
    # outcomes from 2017Q1 to the quarter viewed (due in the fourth); status, first met, held
    pytest.param("s", "pending", None, False, id="before, short"),
    pytest.param("u", "pending", None, False, id="before, unknown"),
    pytest.param("m", "met", "2017Q1", True, id="before, met already"),
    pytest.param("-", "not_applicable", None, False, id="before, nothing to measure"),
    pytest.param("ms", "pending", "2017Q1", False, id="before, met once and no longer"),
    pytest.param("m-", "not_applicable", "2017Q1", False, id="before, nothing left to measure"),
    pytest.param("smm", "met", "2017Q2", True, id="before, met since the second quarter"),
    pytest.param("sssm", "met", "2017Q4", True, id="at, met"),
    pytest.param("ssss", "missed", None, False, id="at, short"),
    pytest.param("sssu", "undetermined", None, False, id="at, unknown"),
    pytest.param("sss-", "not_applicable", None, False, id="at, nothing to measure"),
    pytest.param("mmms", "missed", "2017Q1", False, id="at, short, though met before"),
    pytest.param("mmmu", "undetermined", "2017Q1", False, id="at, unknown, though met before"),
    pytest.param("mmm-", "not_applicable", "2017Q1", False, id="at, nothing left to measure"),
    pytest.param("sssmm", "met", "2017Q4", True, id="after, met and held"),
    pytest.param("sssms", "met", "2017Q4", False, id="after, met and no longer held: 回落"),
    pytest.param("sssmu", "met", "2017Q4", False, id="after, met, today unknown"),
    pytest.param("ssssm", "met_late", "2018Q1", True, id="after, caught up in the next quarter"),
    pytest.param("sssssm", "met_late", "2018Q2", True, id="after, caught up in the second"),
    pytest.param("ssssms", "met_late", "2018Q1", False, id="after, caught up and lost: stays late, 回落"),
    pytest.param("sssss", "missed", None, False, id="after, still short"),
    pytest.param("ssssu", "missed", None, False, id="after, unknown today: the due quarter decides"),
    pytest.param("sssus", "undetermined", None, False, id="after, unknown when due and short since"),
    pytest.param("sssum", "met_late", "2018Q1", True, id="after, unknown when due and met since"),
    pytest.param("mssss", "missed", "2017Q1", False, id="after, met only before"),
    pytest.param("msssm", "met_late", "2017Q1", True, id="after, met before, lost, and met again"),
    pytest.param("sss-m", "not_applicable", "2018Q1", True, id="after, nothing to measure when due, met today"),
    pytest.param("sss-s", "not_applicable", None, False, id="after, nothing to measure when due, short today"),
    pytest.param("ssss-", "missed", None, False, id="after, nothing to measure today: the due quarter decides"),
    pytest.param("sssm-", "met", "2017Q4", False, id="after, met, nothing left to measure"),
    pytest.param("----", "not_applicable", None, False, id="at, not in force at all"),
    pytest.param("----m", "not_applicable", "2018Q1", True, id="after, came into force late"),
    pytest.param("---m", "met", "2017Q4", True, id="at, came into force just in time"),
    pytest.param("---s", "missed", None, False, id="at, came into force just in time to miss"),
]


@pytest.mark.parametrize(("outcomes", "word", "first_met", "held"), STATUSES)
def test_a_status(outcomes, word, first_met, held):
    history = {FIRST.plus(number): LETTER[letter] for number, letter in enumerate(outcomes)}

    found = status(history, DUE, FIRST.plus(len(outcomes) - 1))

    assert (found.status, found.first_met and str(found.first_met), found.held) == (word, first_met, held)


def test_a_quarter_that_the_history_lacks_is_not_applicable_and_later_ones_are_not_looked_at():
    late = {Quarter.parse("2018Q1"): "met"}

    assert status({}, DUE, DUE).status == "not_applicable"
    assert status({DUE: "short"}, DUE, Quarter.parse("2018Q3")).status == "missed"
    assert status(late, DUE, Quarter.parse("2018Q1")).status == "not_applicable"
    assert status({DUE: "short", **late}, DUE, DUE).status == "missed"
    assert status({DUE: "short", **late}, DUE, DUE).first_met is None


@pytest.mark.parametrize(
    ("word", "colour"),
    [
        ("met", "green"), ("met_late", "yellow"), ("missed", "red"),
        ("pending", "grey"), ("undetermined", "grey"), ("not_applicable", "grey"),
    ],
)  # fmt: skip
def test_the_lights(word, colour):
    assert light(word) == colour


# ---------------------------------------------------------------- milestones of a county


def test_a_milestone_through_its_quarters():
    scene = Scene().leaves(VILLAGE, achieved=1, not_achieved=3)
    scene.site("S2", f"{VILLAGE}005", FAR_M).area(f"{VILLAGE}005").site("S3", f"{VILLAGE}006").area(f"{VILLAGE}006")
    scene.sites["S3"]["valid_from"] = "2018-04-30"
    scene.areas[f"{VILLAGE}006"]["valid_from"] = "2018-04-30"

    judged = scene.judged()

    assert judged.milestone("T09", TOWN, "2018Q1") == {
        "key": "T09", "scope": TOWN, "due": "2018Q1", "scored": True, "status": "missed", "first_met": None, "held": False,
        "passed": 1, "failed": 4, "unknown": 0, "total": 5, "needed": 2, "missing": 1,
    }  # fmt: skip
    assert judged.milestone("T09", TOWN, "2017Q1")["status"] == "pending"
    assert judged.milestone("T09", TOWN, "2018Q2") == {
        "key": "T09", "scope": TOWN, "due": "2018Q1", "scored": True, "status": "missed", "first_met": None, "held": False,
        "passed": 2, "failed": 4, "unknown": 0, "total": 6, "needed": 3, "missing": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("completed", "viewed", "word", "first_met", "held"),
    [
        ("2018-01-02", "2017Q3", "met", "2017Q1", True),
        ("2018-01-02", "2017Q4", "missed", "2017Q1", False),
        ("2018-01-02", "2018Q1", "missed", "2017Q1", False),
        ("2018-01-02", "2018Q2", "met_late", "2017Q1", True),
        ("2017-12-29", "2017Q4", "missed", "2017Q1", False),
        ("2017-12-29", "2018Q1", "met_late", "2017Q1", True),
        ("2017-12-04", "2017Q4", "met", "2017Q1", True),
    ],
)
def test_one_late_order_turns_a_milestone_for_the_quarters_in_which_it_counts(completed, viewed, word, first_met, held):
    """T06: all natural villages by 2017Q4; an order due 2017-12-04 at the only one."""
    scene = Scene(NATURAL).sites_at(NATURAL, capable=1).order(NATURAL, "2017-11-20", completed)

    found = scene.judged().milestone("T06", DISTRICT, viewed)

    assert (found["status"], found["first_met"], found["held"], found["scored"]) == (word, first_met, held, False)


def test_a_town_that_comes_into_force_late_has_no_outcome_before():
    scene = Scene().leaves(VILLAGE, achieved=1)
    scene.areas[TOWN]["valid_from"] = "2018-04-01"

    judged = scene.judged()

    assert judged.milestones("T09", "2018Q1") == {}
    assert judged.milestone("T09", TOWN, "2018Q2")["status"] == "not_applicable"
    assert judged.milestone("T09", TOWN, "2018Q2")["first_met"] == "2018Q2"
    assert judged.milestone("T10", TOWN, "2018Q2")["status"] == "met"


def test_a_town_no_longer_in_force_is_no_scope():
    scene = Scene().leaves(VILLAGE, achieved=1)
    scene.areas[TOWN]["valid_to"] = "2018-06-30"

    assert set(scene.judged().milestones("T09", "2018Q1")) == {TOWN}
    assert scene.judged().milestones("T09", "2018Q2") == {}


def test_natural_villages_of_a_street_count_for_the_district_alone():
    scene = Scene().leaves(VILLAGE, achieved=1).area(STREET, "street").leaves(f"{STREET}201", not_achieved=1)
    scene.area(f"{TOWN}001", "community").leaves(f"{TOWN}001", achieved=1)

    judged = scene.judged()

    assert judged.milestones("T11", "2018Q4").keys() == {TOWN}
    assert judged.milestone("T11", TOWN, "2018Q4")["total"] == 2
    assert judged.milestone("G10", DISTRICT, "2018Q4")["total"] == 3


def test_quarters_of_a_town_count_for_the_district_alone():
    scene = Scene().leaves(f"{TOWN}001", achieved=1, kind="quarter").area(f"{TOWN}001", "community")
    scene.area(STREET, "street").area(COMMUNITY, "community").leaves(COMMUNITY, not_achieved=1, kind="quarter")

    judged = scene.judged()

    assert judged.milestone("T01", DISTRICT, "2017Q4")["total"] == 2
    assert {scope: found["total"] for scope, found in judged.milestones("T04", "2018Q2").items()} == {STREET: 1}


@pytest.mark.parametrize(
    ("key", "scope", "kind", "parent"),
    [("T02", STREET, "quarter", COMMUNITY), ("T07", TOWN, "natural_village", VILLAGE)],
)
def test_demonstration_points_are_nominated_and_achieved(key, scope, kind, parent):
    scene = Scene().area(STREET, "street").area(COMMUNITY, "community")
    scene.leaves(parent, achieved=9, not_achieved=1, kind=kind, demonstration=True)
    scene.leaves(parent, achieved=20, kind=kind, first=100)

    found = scene.judged().milestone(key, scope, "2017Q4")
    assert (found["status"], found["passed"], found["failed"], found["total"], found["missing"]) == (
        "missed",
        9,
        1,
        10,
        1,
    )
    found = scene.area(f"{parent}100", kind, demonstration=True).judged().milestone(key, scope, "2017Q4")
    assert (found["status"], found["passed"], found["missing"]) == ("met", 10, 0)


def test_a_nominated_village_out_of_scope_does_not_count():
    scene = Scene().leaves(VILLAGE, achieved=1).area(f"{VILLAGE}009", households=19, demonstration=True)
    scene.sites_at(f"{VILLAGE}009", capable=1)

    assert scene.judged().milestone("T07", TOWN, "2017Q4")["total"] == 0


def test_coverage_of_a_street_from_its_returns():
    scene = Scene().area(STREET, "street").area(COMMUNITY, "community")
    scene.returned(COMMUNITY, "2018Q2", broadband_covered_households=50, fibre_covered_households=50)

    judged = scene.judged()

    assert judged.milestone("G07", STREET, "2018Q1")["status"] == "pending"
    assert judged.milestone("G07", STREET, "2018Q2")["status"] == "met"
    after = judged.milestone("G07", STREET, "2018Q3")
    assert (after["status"], after["held"], after["unknown"], after["total"]) == ("met", False, 1, 0)


def test_streets_and_towns_are_counted_by_their_outcome():
    scene = (
        Scene().towns(achieved=2, not_achieved=1, undetermined=1, not_applicable=1).streets(achieved=1, undetermined=1)
    )

    judged = scene.judged()

    def figures(key, viewed):
        found = judged.milestone(key, DISTRICT, viewed)
        return [found[name] for name in ("passed", "failed", "unknown", "total", "needed", "missing")]

    assert figures("T08", "2017Q4") == [2, 1, 1, 4, 3, 1]
    assert figures("G02", "2018Q2") == [3, 1, 2, 6, 4, 1]
    assert figures("G03", "2018Q3") == [3, 1, 2, 6, 6, 3]
    assert figures("G04", "2018Q4") == [3, 1, 2, 6, 6, 3]
    assert judged.milestone("T08", DISTRICT, "2017Q4")["status"] == "undetermined"
    assert judged.milestone("G03", DISTRICT, "2018Q3")["status"] == "missed"


def test_quarters_in_a_street_and_urban_capability():
    scene = Scene().area(STREET, "street").area(COMMUNITY, "community").area(QUARTER, "quarter")
    scene.sites_at(QUARTER, capable=2, kind="residence").sites_at(STREET, unlocated=1, kind="other")

    judged = scene.judged()

    assert judged.milestone("T04", STREET, "2018Q2")["status"] == "met"
    found = judged.milestone("G08", DISTRICT, "2018Q2")
    assert (found["status"], found["passed"], found["unknown"], found["needed"]) == ("undetermined", 2, 1, 3)


def test_milestones_stand_in_order_of_due_quarter_key_and_scope():
    judged = Scene().towns(achieved=2).streets(achieved=2).judged()
    from acceptance.judging import verdict_json

    found = verdict_json.milestones(judged.county, Quarter.parse("2018Q4"), "approved", beneath=DISTRICT)["milestones"]

    order = [(each["due"], each["key"], each["scope"]) for each in found]
    assert order == sorted(order)
    assert len(order) == 9 + 2 * 9


def test_a_quarter_in_which_the_scope_was_not_in_force_counts_nowhere_whatever_its_ledger_says():
    quarters = [Quarter(2017, 4), Quarter(2018, 1), Quarter(2018, 2)]
    ledger = Ledger.blank(3)
    ledger.enter("natural_villages", Tally(np.array([1, 1, 0]), np.array([0, 0, 1]), np.array([0, 0, 0])))
    history = History(TOWN, quarters, ledger, [True, False, True])

    found = list(history.entries(the_plan().milestone("T09"), quarters))

    assert [(str(quarter), entry["status"], entry["first_met"]) for quarter, entry in found] == [
        ("2017Q4", "met", "2017Q4"),
        ("2018Q2", "not_applicable", "2017Q4"),
    ]
    assert [str(quarter) for quarter, _ in history.entries(the_plan().milestone("T09"), quarters[:1])] == ["2017Q4"]


def test_the_districts_milestones_are_listed_even_while_it_is_not_in_force():
    scene = Scene().leaves(VILLAGE, achieved=1).area(DISTRICT, valid_from="2018-01-01")

    judged = scene.judged()

    assert judged.milestone("G10", DISTRICT, "2017Q4")["status"] == "not_applicable"
    assert judged.milestones("T11", "2017Q4") == {}
    assert judged.milestone("G10", DISTRICT, "2018Q1")["first_met"] == "2018Q1"
