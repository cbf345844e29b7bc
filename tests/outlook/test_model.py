"""The growth model and its opponents: what must hold of any forecast."""

import numpy as np
import pytest

from outlook.baselines import StraightPool
from outlook.model import MODESTY, Pool, Steps, hazards

STEADY = [(10, 100), (20, 100), (30, 100), (40, 100), (50, 100)]
STALLED = [(30, 100), (40, 100), (40, 100), (40, 100), (40, 100)]
FAST = [(5, 60), (20, 60), (38, 60), (48, 60), (54, 60)]
COURSES = [STEADY, STALLED, FAST, [(2, 8), (3, 8), (4, 8), (6, 8), (6, 8)]]


@pytest.fixture(scope="module")
def pool():
    return Pool.fitted(COURSES)


def test_same_courses_same_forecast(pool):
    again = Pool.fitted(COURSES)

    assert np.array_equal(again.forecast(STEADY, 4).runs, pool.forecast(STEADY, 4).runs)


def test_order_of_the_courses_does_not_matter(pool):
    turned = Pool.fitted(COURSES[::-1])

    assert (turned.precision, turned.turn, turned.losses) == (pool.precision, pool.turn, pool.losses)
    assert np.array_equal(turned.weights, pool.weights)


def test_counts_stay_between_nothing_and_all(pool):
    for course in COURSES:
        runs = pool.forecast(course, 8).runs

        assert runs.min() >= 0 and runs.max() <= course[-1][1]


def test_more_is_less_likely_and_later_more_likely(pool):
    told = pool.forecast(STEADY, 4)

    assert told.chance(55, 2) >= told.chance(70, 2) >= told.chance(100, 2)
    assert told.chance(70, 1) <= told.chance(70, 4)


def test_unit_that_moves_is_likelier_than_one_that_stands(pool):
    moving, standing = (pool.forecast(course, 3).chance(course[-1][0] + 20, 3) for course in (STEADY, STALLED))

    assert moving > 2 * standing


def test_growth_slows_down_near_the_whole(pool):
    """The pace of FAST carried on would pass the whole in the next quarter; the last members are not sure."""
    assert pool.forecast(FAST, 1).chance(60, 1) < 0.7


def test_unit_without_a_past_is_told_by_its_neighbours():
    slow, quick = ([[(4 * at, 100) for at in range(6)]] * 6, [[(18 * at, 100) for at in range(6)]] * 6)
    new = [(10, 50)]

    by_slow, by_quick = (Pool.fitted(courses).forecast(new, 2).middle(2) for courses in (slow, quick))

    assert by_slow < by_quick


def test_range_holds_its_share_of_the_futures(pool):
    told = pool.forecast(STEADY, 2)
    low, high = told.range(2)

    inside = np.mean((told.runs[1] >= low) & (told.runs[1] <= high))
    assert low <= told.middle(2) <= high
    assert 0.8 <= inside <= 0.9


def test_chance_is_never_certain(pool):
    told = pool.forecast(STEADY, 1)

    assert told.chance(0, 1) == pytest.approx(1 - MODESTY)
    assert told.chance(101, 1) == MODESTY


def test_quarter_that_is_missing_is_skipped(pool):
    steps = Steps.of([[(10, 100), None, (30, 100), (40, 100)]])

    assert steps.known.tolist() == [[False, False, True]]
    assert pool.forecast([(10, 100), None, (30, 100), (40, 100)], 1).passed == 40


def test_loss_is_no_gain_and_makes_losses_likelier():
    falling = Pool.fitted([[(10, 100), (40, 100), (25, 100), (45, 100)]] * 4)

    assert falling.losses.chance > Pool.fitted([STEADY] * 4).losses.chance
    assert falling.losses.share == pytest.approx((4 * 15 / 40 + 0.03) / 5)


def test_nothing_known_still_answers():
    assert Pool.fitted([]).forecast([(0, 0)], 2).range(2) == (0, 0)


def test_hazards_have_a_cell_for_every_speed_and_shape():
    found = hazards(np.array([0.0, 0.5, 1.0]))

    assert found.shape == (3, 60)
    assert (found > 0).all() and (found < 1).all()


def test_pace_is_carried_straight_on():
    """On paper: 10 a quarter, so 70 after two; at the middle the chance is a half, less what half a member makes."""
    told = StraightPool.fitted([STEADY], 3).forecast(STEADY, 2)

    assert told.middle(2) == 70
    assert told.chance(70, 2) == pytest.approx(0.5, abs=0.2)
    assert told.range(2)[0] < 70 < told.range(2)[1]


def test_last_value_is_carried_on():
    told = StraightPool.fitted([STEADY], 0).forecast(STEADY, 2)

    assert told.middle(2) == 50
    assert told.spread == pytest.approx(0.1)
