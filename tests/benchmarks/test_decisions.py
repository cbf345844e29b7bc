"""The simulation of the chain: faults are faults by the portal's own rules, and nothing is stopped but by what is shown."""

import random
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import decisions as command
from planting.counties import CountyPlanting, ReportedCounty
from planting.deciding import Outcome, Stop, decide, is_planted, reached, reached_at_random, stops
from planting.presumptions import PLANTED, STATED, PeopleChances, PlantedKind, Presumption, TraceChances

from areas.vocabulary import AreaKind
from inspection.desk import signals
from inspection.desk.risk import RiskKind
from inspection.spotcheck.models import FindingOutcome, Item, SampleFinding

pytestmark = pytest.mark.django_db

SILENT = TraceChances(
    point_is_wrong=0,
    photo_at_settlement=0,
    given_up=0,
    says_where=1,
    changed_late=0,
    moved_late=0,
    inflated=0,
    counted=0,
    honest_far=0,
    honest_alike=0,
    honest_early=0,
    honest_moved=0,
    honest_left=0,
)
"""Nothing leaves a trace, and nothing is shown of honest units."""
BLIND = PeopleChances(
    visit_finds=dict.fromkeys(PlantedKind, 0.0), visit_errs=0, visit_fails=0, follows={}, stumbles=0, wrongs={}
)
"""Nobody finds anything."""
TOWNS = 4


@pytest.fixture(autouse=True)
def quarter(settings, tmp_path, monkeypatch):
    """The day of the reports; of each kind so many are planted that a few towns have some."""
    command.stand_on_the_quarter(settings, tmp_path)
    for kind in PlantedKind:
        monkeypatch.setitem(PLANTED, kind, 0.1)


def planted(traces: TraceChances = SILENT, people: PeopleChances = BLIND, towns: int = TOWNS) -> ReportedCounty:
    return CountyPlanting(0, towns, Presumption(traces, people), seed=3).report()


def decided(county: ReportedCounty, people: PeopleChances) -> Outcome:
    return Outcome(decide(county, people, random.Random(1)))


def kinds_of(county: ReportedCounty, fault: PlantedKind, kind: str = AreaKind.NATURAL_VILLAGE) -> list[set[RiskKind]]:
    """What the desk shows of each unit of a kind with a fault."""
    chosen = [each.unit for each in county.units if each.fault == fault and each.unit.kind == kind]
    risks = signals.risks(chosen)
    assert chosen
    return [{part.kind for part in risks[unit.pk].parts} for unit in chosen]


def test_what_is_planted_is_bad_and_reported_all_the_same():
    county = planted()

    assert {each.fault for each in county.units if each.is_bad} >= set(PlantedKind)
    assert all(each.is_bad for each in county.units if each.fault)
    assert not any(
        each.is_bad for each in county.units if not each.fault and each.unit.kind == AreaKind.NATURAL_VILLAGE
    )
    assert any(each.is_bad and not each.fault for each in county.units)


def test_faults_are_planted_by_their_shares(monkeypatch):
    for kind, share in zip(PlantedKind, (0.05, 0.03, 0.02), strict=True):
        monkeypatch.setitem(PLANTED, kind, share)
    county = CountyPlanting(0, 1, STATED, seed=3)
    drawn = Counter(county._drawn_fault() for _ in range(20_000))

    assert [round(drawn[kind] / 20_000, 2) for kind in PlantedKind] == [0.05, 0.03, 0.02]


def test_fault_without_trace_stands_on_the_clean_block():
    outcome = decided(planted(), BLIND)

    leaves = [each for each in outcome.planted() if each.reported.unit.kind == AreaKind.NATURAL_VILLAGE]
    assert leaves and all(each.is_clean for each in leaves)


def test_nobody_who_finds_nothing_stops_anything():
    """All traces are there, and the share that has its plaque is the old way's: no result by construction."""
    outcome = decided(planted(replace(SILENT, point_is_wrong=1, changed_late=1, moved_late=1)), BLIND)

    assert reached(outcome.planted()) == reached(outcome.good()) == reached(outcome.resting()) == 1
    assert reached_at_random(outcome.planted()) == 1


@pytest.mark.parametrize(
    ("fault", "traces", "shown"),
    [
        (PlantedKind.COORDINATES, {"point_is_wrong": 1, "staged": 0, "reused": 0}, RiskKind.EVIDENCE_DOUBTFUL),
        (PlantedKind.COORDINATES, {"changed_late": 1}, RiskKind.MOVED),
        (PlantedKind.COORDINATES, {"point_is_wrong": 1, "staged": 1, "changed_late": 1}, RiskKind.MOVED),
        (PlantedKind.ORDERS, {"changed_late": 1}, RiskKind.MOVED),
        (PlantedKind.DENOMINATOR, {"moved_late": 1}, RiskKind.LEFT_DENOMINATOR),
    ],
)
def test_trace_reaches_the_desk(fault, traces, shown):
    assert all(shown in found for found in kinds_of(planted(replace(SILENT, **traces)), fault))


def test_reused_picture_reaches_the_desk():
    """Of the first unit of a report alone there is no other picture."""
    county = planted(replace(SILENT, point_is_wrong=1, staged=0, reused=1))
    found = kinds_of(county, PlantedKind.COORDINATES)

    assert sum(RiskKind.EVIDENCE_DOUBTFUL in kinds for kinds in found) >= len(found) - TOWNS


def test_village_out_of_which_hamlets_fell_is_shown(monkeypatch):
    monkeypatch.setitem(PLANTED, PlantedKind.DENOMINATOR, 0.5)
    found = kinds_of(planted(replace(SILENT, moved_late=1)), PlantedKind.DENOMINATOR, AreaKind.VILLAGE)

    assert all(RiskKind.LEFT_DENOMINATOR in kinds for kinds in found)


def test_users_without_connection_are_shown_by_the_operators_counts():
    """Whoever reports more than a tenth too many is told."""
    county = planted(replace(SILENT, inflated=1, counted=1), towns=8)
    villages = [each.unit for each in county.units if each.unit.kind == AreaKind.VILLAGE]
    shown = [RiskKind.COUNTS in {part.kind for part in each.parts} for each in signals.risks(villages).values()]

    assert 0 < sum(shown) < len(shown)


def test_what_cannot_be_photographed_is_not_sent():
    outcome = decided(county := planted(replace(SILENT, point_is_wrong=1, given_up=1)), BLIND)

    assert county.unsent and all(each.fault == PlantedKind.COORDINATES for each in county.unsent)
    assert not any(
        each.fault == PlantedKind.COORDINATES and each.unit.kind == AreaKind.NATURAL_VILLAGE for each in county.units
    )
    assert stops(outcome.planted(PlantedKind.COORDINATES)) == {Stop.EVIDENCE: len(county.unsent)}


def test_sample_stops_whatever_was_drawn_and_found_failing():
    """The rule's own draw decides which, and at least one of each village is drawn."""
    people = replace(BLIND, visit_finds=dict.fromkeys(PlantedKind, 1.0))
    outcome = decided(planted(people=people, towns=8), people)

    drawn = set(Item.objects.values_list("key", flat=True))
    bad = [each for each in outcome.planted() if each.reported.unit.kind == AreaKind.NATURAL_VILLAGE]
    stopped = {each.reported.unit.area_id for each in bad if each.stop == Stop.SAMPLE}
    assert stopped == {each.reported.unit.area_id for each in bad} & drawn
    assert 0 < len(stopped) < len(bad)
    assert Item.objects.count() == SampleFinding.objects.count()
    assert {code[:12] for code in drawn} >= {each.reported.unit.area_id[:12] for each in bad}


def test_sound_unit_is_found_failing_by_mistake():
    people = replace(BLIND, visit_errs=1.0)
    outcome = decided(planted(people=people), people)

    failed = set(SampleFinding.objects.filter(outcome=FindingOutcome.FAILED).values_list("item__key", flat=True))
    assert stops(outcome.good())[Stop.SAMPLE] > 0
    assert {each.reported.unit.area_id for each in outcome.good() if each.stop == Stop.SAMPLE} <= failed


def test_what_rests_on_too_few_is_stopped_with_them():
    people = replace(BLIND, follows={RiskKind.MOVED: (tuple(PlantedKind), 1.0)})
    outcome = decided(planted(replace(SILENT, changed_late=1)), people)

    assert stops(outcome.planted(PlantedKind.ORDERS)) == {Stop.REVIEWER: len(outcome.planted(PlantedKind.ORDERS))}
    assert stops(outcome.resting())[Stop.BENEATH] > 0


def test_reviewer_follows_only_what_points_to_the_fault():
    people = replace(BLIND, follows={RiskKind.MOVED: ((PlantedKind.ORDERS,), 1.0)})
    outcome = decided(planted(replace(SILENT, changed_late=1)), people)

    assert reached(outcome.planted(PlantedKind.ORDERS)) == 0
    assert reached(outcome.planted(PlantedKind.COORDINATES)) == 1


def test_second_eyes_find_what_the_first_missed():
    """Nobody finds more by looking twice than there is to find."""
    once = replace(BLIND, follows={RiskKind.MOVED: (tuple(PlantedKind), 0.5)}, second_eyes=0.0)
    county = planted(replace(SILENT, changed_late=1), towns=8)

    assert not stops(decided(county, once).planted())[Stop.HEAD]
    assert stops(decided(county, replace(once, second_eyes=1.0)).planted())[Stop.HEAD] > 0


def test_public_stops_bad_units_alone():
    outcome = decided(planted(), replace(BLIND, objected=1.0))

    assert reached(outcome.planted()) == 0
    assert reached(outcome.good()) == 1


def test_minutes_are_those_of_what_was_done():
    people = replace(BLIND, minutes_batch=1, minutes_sample=10, minutes_visit=100, minutes_unit=0, minutes_second=0)
    county = planted(people=people)
    outcome = decided(county, people)

    assert [each.reviewer for each in outcome.reports] == [11 + 100 * visited for visited in county.visited.values()]
    assert sum(county.visited.values()) == Item.objects.count()
    assert all(each.old == 1 and each.others == 1 for each in outcome.reports)


def test_as_many_visits_at_random_find_their_share():
    people = replace(BLIND, visit_finds=dict.fromkeys(PlantedKind, 1.0), minutes_visit=40, minutes_sample=4_000)
    outcome = decided(planted(people=people), people)

    leaves = [each for each in outcome.planted() if each.reported.unit.kind == AreaKind.NATURAL_VILLAGE]
    assert reached_at_random(leaves) == 0
    assert not any(each.is_found_at_random for each in outcome.good())


def test_interval_holds_the_share_and_grows_with_fewer_reports():
    outcome = decided(planted(TraceChances(), towns=8), STATED.people)
    low, high = outcome.interval()

    assert low < reached(outcome.planted()) < high
    few = Outcome(outcome.reports[:4]).interval()
    assert few[1] - few[0] > high - low


def test_seed_makes_the_counties():
    def told(county: ReportedCounty) -> list[tuple]:
        return [(each.unit.area_id, each.fault, each.is_bad) for each in county.units]

    one = CountyPlanting(0, 2, STATED, seed=5).report()
    other = CountyPlanting(1, 2, STATED, seed=5).report()
    assert told(one) != [(f"450000{code[6:]}", fault, is_bad) for code, fault, is_bad in told(other)]
    assert all(is_planted(each) == bool(each.fault) for each in one.units)


def test_command_holds_its_limits(capsys):
    """Its answer is that of all limits together."""
    outcome = command.run(STATED, 6, seed=1)

    assert command.report("test", outcome, 1.0, 2.0) is (capsys.readouterr().out.count("EXCEEDED") == 0)
    assert command.report("test", outcome, 0.0, 2.0) is False
    told = capsys.readouterr().out
    assert "the new way against the old" in told and "EXCEEDED" in told
    assert "on the clean block" in told and "minutes, reviewer" in told
