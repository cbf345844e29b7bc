"""What sample the plan asks of whom, how it stands, and that the bureau's inbox says when it is missing."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from django.urls import reverse

from acceptance import plan as plans
from acceptance.judging import judging
from areas.models import Area
from common.exceptions import Refused
from inspection import samples
from inspection.samples import StandingState
from inspection.spotcheck import actions, demands, risk, tasks
from inspection.spotcheck.models import Conclusion, FindingOutcome, Frame, Sample, SampleDesign
from inspection.spotcheck.results import SampleResult, is_as_drawn
from proposals.models import Proposal, ProposalItem
from tests.inspection.conftest import COUNTY, COVERED, FAR, QUARTER
from tests.inspection.spotcheck.conftest import AT, RULE, STREET, TOWN
from tests.inspection.spotcheck.test_actions import conclude, enter_all, seen


def of(code: str) -> Area:
    return Area.objects.get(code=code)


@pytest.fixture
def ruled(monkeypatch):
    """The plan with another rule for samples, None for none at all."""

    def rule(sampling) -> None:
        plan = plans.current()
        changed = replace(plan, award=replace(plan.award, sampling=sampling))
        monkeypatch.setattr(plans, "current", lambda: changed)

    return rule


# ------------------------------------------------ what is asked


def test_demand_follows_from_the_plan(district):
    demand = demands.demand_of(of(TOWN), QUARTER)

    assert (demand.frame, demand.whole, demand.size) == (Frame.NATURAL_VILLAGES, 3, 2)
    assert [(each.name.split(" ")[1], each.whole, each.drawn) for each in demand.strata] == [
        ("秀溪村", 2, 1),
        ("新马村", 1, 1),
    ]
    assert "按 10% 抽取为 1 个" in demand.why[0] and "每个村居至少 1 个，合计 2 个" in demand.why[1]
    assert demands.demand_of(of(STREET), QUARTER).frame == Frame.SITES


def test_demand_with_another_share_is_larger(district, ruled):
    ruled(replace(RULE, share=Fraction(1)))

    assert demands.demand_of(of(TOWN), QUARTER).size == 3


def test_plan_that_asks_for_no_samples_asks_nothing(district, ruled, people, draw):
    ruled(None)

    assert not demands.demand_of(of(TOWN), QUARTER).is_ruled
    assert tasks.missing(people.reviewer, date(2018, 7, 20)) == []
    with pytest.raises(Refused, match="请填写样本量"):
        draw(size=0)
    sample = draw(size=2)
    assert (sample.size, sample.asked) == (2, None)


def test_sample_keeps_what_was_asked_and_each_member_s_chance(draw):
    sample = draw(size=0)

    assert (sample.size, sample.asked, sample.confidence) == (2, 2, "19/20")
    assert {item.stratum.split(" ")[1]: item.probability for item in sample.items.all()} == {
        "秀溪村": "1/2",
        "新马村": "1",
    }
    assert sum(sample.parts.values()) == 2


@pytest.mark.parametrize("parts", [{}, {"别处": 1}, None])
def test_sample_that_keeps_other_parts_is_found_out(parts, draw):
    sample = draw()
    other = {**sample.parts, next(iter(sample.parts)): 9} if parts is None else parts
    Sample.objects.filter(pk=sample.pk).update(parts=other)

    assert not is_as_drawn(Sample.objects.get(pk=sample.pk))


def test_more_may_be_drawn_than_is_asked_and_never_less(draw):
    assert draw(size=1).size == 2
    Sample.objects.update(state="void", reason="重抽")
    assert draw(size=3).size == 3


# ------------------------------------------------ villages first


@pytest.fixture
def scattered(make_area, district):
    """Three more villages with two natural villages each."""
    for number in (3, 4, 5):
        make_area(f"{TOWN}20{number}", f"远{number}村")
        for leaf in (1, 2):
            make_area(f"{TOWN}20{number}20{leaf}", f"远{number}{leaf}")


def test_villages_are_drawn_first_where_somebody_says_why(draw, scattered, people):
    with pytest.raises(Refused, match="请写明原因"):
        draw(villages=2)
    sample = draw(villages=2, design_reason="村居相距三十公里", size=0)

    assert (sample.design, sample.villages) == (SampleDesign.VILLAGES, 2)
    assert len({item.stratum for item in sample.items.all()}) == 2 and is_as_drawn(sample)
    first = sample.items.first()
    whole = sum(stratum == first.stratum for _, stratum in sample.population)
    assert Fraction(first.probability) == Fraction(2, 5) * Fraction(sample.parts[first.stratum], whole)
    enter_all(sample, people.reviewer)
    result = SampleResult(sample)
    assert result.estimate.share == 0 and result.interval.high > 0.5, "two villages say little of five"


# ------------------------------------------------ risk


def test_what_speaks_for_a_closer_look_adds_up():
    facts = risk.RiskFacts(frozenset({"1"}), frozenset({"1", "2"}), frozenset({"1"}))

    assert [risk.weight(facts, village) for village in "123"] == [4, 2, 1]
    assert list(facts.of("2")) == ["运营企业没有核对"]


def test_villages_at_risk_are_known_by_what_happened_there(draw, people, ruled, settings):
    bad = draw(size=3)
    actions.enter(item=bad.items.get(key=FAR), seen=seen(FindingOutcome.FAILED), by=people.reviewer)
    proposal = Proposal.objects.create(
        county=COUNTY, area=of(TOWN), source="page", state="settled", title="户数", by=people.clerk
    )
    for number, (code, day) in enumerate(((COVERED, "2018-05-02T00:00Z"), (FAR, "2017-12-30T00:00Z"))):
        ProposalItem.objects.create(
            proposal=proposal, number=number, table="areas", key=code, area_code=code, act="change", values={}, level=0,
            state="applied", decided_at=day,
        )  # fmt: skip
    villages = [f"{code[:12]} 村" for code in (FAR, COVERED)]
    facts = risk.facts_of(of(TOWN), QUARTER, villages)

    assert facts.changed == {COVERED[:12]}, "what was changed half a year before does not count"
    assert facts.failed == {FAR[:12]}
    assert facts.uncounted == {FAR[:12], COVERED[:12]}, "no operator has counted anything"
    ruled(replace(RULE, by_risk=True))
    demand = demands.demand_of(of(TOWN), QUARTER)
    assert {name.split(" ")[0]: weight for name, weight in demand.weights.items()} == {FAR[:12]: 3, COVERED[:12]: 3}
    assert "风险较高" in demand.why[-1]
    again = draw(frame=Frame.SITES)
    assert set(again.weights.values()) == {"3"} and is_as_drawn(again)


# ------------------------------------------------ how it stands


@pytest.fixture
def unit(chain):
    """A unit of the town's report; what bears on it is asked anew each time."""

    def units(*codes: str):
        return {each.area_id: each for each in chain.sent(*codes).units.select_related("report")}

    return units


def test_report_without_a_sample_needs_two_people(unit):
    standing = samples.standing_of([unit(TOWN)[TOWN]])
    only = next(iter(standing.values()))

    assert (only.state, only.needs_two, only.estimate) == (StandingState.NONE, True, None)
    assert only.url == f"{reverse('spotcheck:draw')}?township={TOWN}&period=2018Q2"


def test_standing_as_the_sample_goes_on(unit, draw, people):
    sample = draw(size=3)
    units = unit(TOWN, COVERED, FAR)

    def states() -> dict[str, StandingState]:
        found = samples.standing_of(list(units.values()))
        return {code: found[each.pk].state for code, each in units.items()}

    assert set(states().values()) == {StandingState.OPEN}
    enter_all(sample, people.reviewer, sample.items.get(key=FAR).order)
    assert set(states().values()) == {StandingState.OPEN}, "nobody has concluded anything"
    conclude(sample, people.reviewer, conclusion=Conclusion.SUPPORTS)
    assert set(states().values()) == {StandingState.FAILED}, "one of three is more than is allowed, whoever says what"
    actions.enter(item=sample.items.get(key=FAR), seen=seen(), by=people.second)
    far = samples.standing_of(list(units.values()))[units[FAR].pk]
    assert far.state == StandingState.FAILED and "不合格：秀溪村黄岗（复查合格）" in far.words


def test_sample_that_supports_is_passed_and_one_to_be_enlarged_is_open(unit, draw, people):
    sample = draw(size=3)
    units = unit(TOWN, COVERED)
    enter_all(sample, people.reviewer)
    conclude(sample, people.reviewer)
    found = samples.standing_of(list(units.values()))
    assert {each.state for each in found.values()} == {StandingState.PASSED}
    assert not any(each.needs_two for each in found.values())
    Sample.objects.update(conclusion=Conclusion.ENLARGE)
    assert {each.state for each in samples.standing_of(list(units.values())).values()} == {StandingState.OPEN}
    Sample.objects.update(conclusion=Conclusion.REFUSE)
    assert {each.state for each in samples.standing_of(list(units.values())).values()} == {StandingState.FAILED}


def test_sample_drawn_late_stays_late_however_well_it_ends(unit, draw, people):
    units = unit(TOWN)
    sample = draw(size=3, late_reason="补抽")
    enter_all(sample, people.reviewer)
    conclude(sample, people.reviewer)

    assert samples.standing_of(list(units.values()))[units[TOWN].pk].state == StandingState.LATE


def test_void_sample_is_none(unit, draw, people):
    sample = draw()
    actions.void(sample=sample, version=0, reason="抽错了", at=AT, by=people.reviewer)

    assert next(iter(samples.standing_of([unit(TOWN)[TOWN]]).values())).state == StandingState.NONE


def test_plan_that_only_wants_to_know_holds_nobody_up(unit, ruled):
    only = unit(TOWN)[TOWN]
    ruled(replace(RULE, required=False))
    assert not samples.standing_of([only])[only.pk].needs_two
    ruled(None)
    assert samples.standing_of([only]) == {}


def test_standing_costs_the_same_however_many_units(unit, draw, people, django_assert_num_queries):
    enter_all(draw(size=3), people.reviewer)
    units = list(unit(TOWN, COVERED, FAR).values())
    with django_assert_num_queries(4):
        samples.standing_of(units[:1])
    with django_assert_num_queries(4):
        samples.standing_of(units)


# ------------------------------------------------ the bureau's inbox


def test_report_to_be_expected_is_a_task_with_one_click(people, client, settings):
    judging.refresh(COUNTY)
    expected = {each.key: each for each in tasks.pending(people.reviewer)}
    item = expected[f"sample/{TOWN}/2018Q2"]
    assert (item.state, item.is_mine) == ("待抽样", True) and "个单位可申报" in item.words
    assert tasks.pending(people.clerk) == []

    client.force_login(people.reviewer)
    act = item.acts[0]
    answer = client.post(act.url, act.fields)
    sample = Sample.objects.get()
    assert answer.url == reverse("spotcheck:sample", args=[sample.pk]) and (sample.size, sample.is_late) == (2, False)
    after = {each.key: each for each in tasks.pending(people.reviewer)}
    assert f"sample/{TOWN}/2018Q2" not in after and after[f"sample/{sample.pk}"].words == "已登记 0 / 2"


def test_report_that_arrived_without_a_sample_is_a_task_before_all_others(people, chain):
    chain.sent(TOWN)
    first = tasks.pending(people.reviewer)[0]

    assert (first.key, first.state, first.acts) == (f"sample/{TOWN}/2018Q2", "报告已到，未抽样", ())


def test_sample_that_is_full_waits_for_its_conclusion(people, draw):
    sample = draw()
    enter_all(sample, people.reviewer)
    item = next(each for each in tasks.pending(people.reviewer) if each.key == f"sample/{sample.pk}")

    assert (item.state, item.words) == ("待作结论", "已登记 2 / 2")
    assert not any(each.key == item.key for user in (people.clerk, people.government) for each in tasks.pending(user))
