"""Some lives of the district under fire on the database at hand; thousands are a command (benchmarks/district_under_fire.py)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation import life, races, running
from tests.simulation.business import Step

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


def test_planted_fault_is_found_and_its_story_is_short(var):
    """The others: benchmarks/district_under_fire.py --planted."""
    with running.PLANTED["skipped_scope"]():
        told = life.live(1, var)
        assert told.violation
        steps = life.shortest(told, var, 30)
    assert len(steps) < len(told.steps) / 2 and str(told.violation.kind) == "another town's row is shown"


def test_story_tells_days():
    said = life.story(7, [Step("wait", salt=3), Step("open", "clerk1", ("441802103", "2018Q2"))])
    assert said == "seed 7, 1 steps:\n  2018-04-06 clerk1 open 441802103 2018Q2"
