"""Some lives of the district under fire on the database at hand; thousands are a command (benchmarks/district_under_fire.py)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation import invariants, life, places, races, running
from tests.simulation.business import Step
from tests.simulation.county import TOWNS, VILLAGES
from tests.simulation.deeds import Portal

SEEDS = int(os.environ.get("QCF_SEEDS", "3"))


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
    """Four people type into six villages at the same moment, five times: nobody is told that the database is locked."""
    way = [
        Step("wait", salt=90),
        *(Step("open", f"clerk{number}", (town, "2018Q2")) for number, town in enumerate(TOWNS, 1)),
    ]
    with races.standing(races.Scene(way, []), var) as (business, own), places.copied(own):
        for salt in range(5):
            rivals = [Step("fill", who, (town, "2018Q2"), salt=salt) for who, town in _TYPISTS]
            for place, step in enumerate(rivals):
                business.standing(*step.at).figures = {VILLAGES[step.at[0]][place % 2]: {}}
            answers = races.at_once([Portal(business).sends(step)[-1] for step in rivals])
            assert [answer.status_code for answer in answers] == [200] * len(rivals)


_TYPISTS = [("clerk1", TOWNS[0]), ("colleague1", TOWNS[0]), ("clerk2", TOWNS[1]), ("colleague2", TOWNS[1])]


def test_planted_fault_is_found_and_its_story_is_short(var):
    """The others: benchmarks/district_under_fire.py --planted."""
    with running.PLANTED["lost_version"]():
        told = life.live(1, var)
        assert told.violation
        steps = life.shortest(told, var, 30)
    assert len(steps) < len(told.steps) / 2 and str(told.violation.kind) == "another town's row is shown"


def test_story_tells_days():
    said = life.story(7, [Step("wait", salt=3), Step("open", "clerk1", ("441802103", "2018Q2"))])
    assert said == "seed 7, 1 steps:\n  2018-04-06 clerk1 open 441802103 2018Q2"
