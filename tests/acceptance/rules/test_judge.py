"""A county judged quarter by quarter: what quarters share, what they keep, and what an empty county says."""

from datetime import date

import numpy as np
import pytest

from acceptance.rules.judge import County
from areas.workdays import DayUnknown, WorkingDays
from common.periods import Quarter
from tests.acceptance.rules.building import (
    DISTRICT,
    NATURAL,
    TOWN,
    VILLAGE,
    Scene,
    calendar,
    percent,
    plan_with,
    the_plan,
)

Q2 = Quarter.parse("2018Q2")


def test_a_quarter_is_judged_as_of_its_last_day_and_once():
    county = Scene(NATURAL).judged().county

    assert county.period(Q2) is county.period(Q2)
    assert county.period(Q2).as_of == np.datetime64("2018-06-30")
    assert county.period(Q2).standing("approved") is county.period(Q2).standing("approved")
    assert county.period(Q2).standing("approved") is county.period(Q2).standing("reported"), "the same returns"
    assert county.period(Q2).quarter == Q2
    assert county.period(Q2).nearest is county.period(Q2).nearest


def test_a_county_with_nothing_but_itself():
    judged = Scene().judged()

    assert judged.evaluation() == {
        "plan": "qingcheng-2017",
        "period": "2018Q2",
        "as_of": "2018-06-30",
        "basis": "approved",
        "areas": [
            {
                "code": DISTRICT,
                "kind": "district",
                "title": "全光网城区",
                "outcome": "not_applicable",
                "reference": "not_applicable",
                "criteria": [
                    {
                        "key": "S08", "role": "hard", "outcome": "not_applicable",
                        "passed": 0, "failed": 0, "unknown": 0, "total": 0, "needed": 0, "missing": 0,
                    },
                    {
                        "key": "S09", "role": "reference", "outcome": "not_applicable",
                        "numerator": 0, "denominator": 0, "needed": 0, "missing": 0, "returns_missing": 0,
                    },
                ],
                "coverage": {"numerator": 0, "denominator": 0, "full_denominator": 0, "returns_missing": 0},
                "penetration": {"numerator": 0, "denominator": 0, "returns_missing": 0},
            }
        ],
        "sites": [],
    }  # fmt: skip


def test_an_order_that_the_calendar_cannot_date_refuses_the_county():
    facts = Scene(NATURAL).point("A").order(NATURAL, "2018-04-02").facts()

    with pytest.raises(DayUnknown, match="2018-04-03"):
        County(facts, the_plan(), WorkingDays({date(2018, 4, 2): True}))


def test_the_on_time_share_of_the_plan_decides():
    scene = Scene(NATURAL).sites_at(NATURAL, capable=1)
    for _ in range(19):
        scene.order(NATURAL, "2018-04-02", "2018-04-10")
    scene.order(NATURAL, "2018-04-02", "2018-05-30")

    assert scene.judged().outcome(NATURAL) == "not_achieved"
    assert scene.judged(plan_with(on_time_share=percent(95))).outcome(NATURAL) == "achieved"
    assert scene.judged(plan_with(on_time_share=percent(96))).outcome(NATURAL) == "not_achieved"


def test_installation_after_expansion_gives_ten_days_more():
    scene = Scene(NATURAL).sites_at(NATURAL, capable=1).order(NATURAL, "2018-04-02", "2018-05-09", needs_expansion=True)

    assert scene.judged().outcome(NATURAL) == "not_achieved"
    assert scene.judged(plan_with(expansion_then_installation=True)).outcome(NATURAL) == "achieved"


def test_order_of_judging_quarters_does_not_matter():
    scene = Scene().villages(TOWN, achieved=2, undetermined=1).order(VILLAGE, "2018-04-02", "2018-05-30")
    forward, backward = scene.judged(), scene.judged()
    quarters = list(Quarter.parse("2017Q1").through(Quarter.parse("2019Q1")))

    for one, other in ((forward, quarters), (backward, reversed(quarters))):
        for quarter in other:
            one.county.period(quarter).standing("approved")

    assert [forward.evaluation(str(quarter)) for quarter in quarters] == [
        backward.evaluation(str(quarter)) for quarter in quarters
    ]


def test_the_same_facts_judged_twice_say_the_same():
    scene = Scene().villages(TOWN, achieved=2, undetermined=1)
    facts = scene.facts()

    first, second = (County(facts, the_plan(), calendar()).period(Q2).standing("approved") for _ in range(2))

    assert first.state.tolist() == second.state.tolist()
    assert first.ledger.counts.tolist() == second.ledger.counts.tolist()
