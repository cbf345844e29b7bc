"""Some lives of the district under fire on the database at hand; thousands are a command (benchmarks/district_under_fire.py)."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path

import pytest
from django.db import connection

from acceptance.judging import judging
from tests.simulation import invariants, leaves, life, places, races, running
from tests.simulation.business import Step
from tests.simulation.county import COUNTY, TOWNS
from tests.simulation.deeds import Portal
from tests.simulation.invariants import Violation

SECONDS = 10.0

SEEDS = int(os.environ.get("QCF_SEEDS", "2"))


@pytest.fixture(scope="module")
def var(django_db_setup, django_db_blocker) -> Iterator[Path]:
    with django_db_blocker.unblock(), running.county_built() as built:
        yield built


@pytest.mark.parametrize("seed", range(SEEDS))
def test_life_goes_as_the_business_says(seed, var):
    told = life.live(seed, var)
    assert told.violation is None, f"{told.violation}\n{life.story(seed, life.shortest(told, var, 40))}"
    assert told.years >= 1 and told.struck and told.refused


@pytest.mark.parametrize("name", ["approve or send back", "propose", "award"])
def test_of_ten_at_once_one_decides(name, var):
    """Each of the scenes, a thousand times: benchmarks/races.py."""
    with races.standing(races.SCENES[name], var) as (business, own):
        assert races.race(races.SCENES[name], business, own) == []


@pytest.mark.parametrize("name", ["hand up", "send a report", "propose"])
def test_form_sent_ten_times_has_one_effect_and_one_answer(name, var):
    scene = races.SCENES[name]
    with races.standing(scene, var) as (business, own), places.copied(own):
        (send, *_) = Portal(business).sends(scene.rivals[0])
        before = invariants.decisions()
        answers = {(answer.status_code, answer.url) for answer in (send() for _ in range(10))}
        assert len(answers) == 1 and answers.pop()[0] == 302
        assert invariants.decisions() == before + 1


def test_many_writers_at_once_are_all_served(var):
    """Five people who read and write different things at the same moment, three times: nobody is told that the database is locked."""
    ats = [(town, "2018Q2") for town in TOWNS]
    ways = [[Step("open", f"clerk{n}", at), Step("fill", f"clerk{n}", at, salt=5)] for n, at in enumerate(ats, 1)]
    rivals = [Step("hand_up", f"clerk{n}", at) for n, at in enumerate(ats, 1)]
    rivals += [Step("start", f"colleague{n}", (town, "2018Q1", f"{town}202201")) for n, town in enumerate(TOWNS, 1)]
    rivals.append(Step("propose", "reviewer1", ("sites", f"S{TOWNS[1]}203201")))
    with races.standing(races.Scene([Step("wait", salt=90), *ways[0], *ways[1]], []), var) as (business, own):
        for _ in range(3):
            with places.copied(own):
                answers = races.at_once([Portal(business).sends(step)[-1] for step in rivals])
                assert [answer.status_code for answer in answers] == [302] * len(rivals)


def test_planted_fault_is_found_and_its_story_gets_shorter(var):
    """The others, and how many lives they take: benchmarks/district_under_fire.py --planted."""
    leaf = races.LEAF
    own = [Step(deed, "chief1", at, how) for deed, at, how in (
        ("take_report", (0,), ""), ("rule", (leaf,), "pass"), ("confirm_unit", (leaf,), ""))]  # fmt: skip
    with running.PLANTED["own_approval"]():
        told = life.again(1, [*races.SCENES["hand up"].way, *races.SCENES["pass or return a unit"].way[:-1], *own], var)
        assert told.violation
        steps = life.shortest(told, var, 4)
        again = life.again(1, steps, var)
    assert len(steps) < len(told.steps) and again.violation.kind == told.violation.kind


def test_leaf_too_few_or_too_many_is_found(var):
    scene = races.SCENES["sign or give back"]
    with races.standing(scene, var) as (business, own):
        for fault, found in (("", 0), ("leaf_skipped", 1), ("leaf_twice", 1), ("judged_unsealed", 1)):
            with places.copied(own), running.PLANTED[fault]() if fault else nullcontext():
                watch = leaves.LeafWatch()
                with connection.execute_wrapper(watch):
                    for step in (scene.rivals[0], Step("approve", "reviewer1", scene.rivals[0].at)):
                        assert life.went_through(Portal(business).sends(step)[-1]())
                    judging.ensure_current(COUNTY)
                assert bool(list(watch.wrong())) == bool(found), fault


def test_what_is_left_out_of_a_backup_is_missed(var):
    standing, planted = races.standing(races.SCENES["hand up"], var), running.PLANTED["table_not_backed_up"]()
    with standing, ExitStack() as stack, planted, pytest.raises(Violation, match="returns_figureentry"):
        life.Life(0, stack).take(Step("restore"))


def test_story_tells_days():
    said = life.story(7, [Step("wait", salt=3), Step("open", "clerk1", ("441802103", "2018Q2"))])
    assert said == "seed 7, 1 steps:\n  2018-04-06 clerk1 open 441802103 2018Q2"
