"""The back-test: nothing of the future is known, scores as worked out by hand, and the gate both ways."""

from dataclasses import replace

import pytest

from outlook import trials
from outlook.backtest import LAST, MODEL, PACE, Aimed, Backtest, Case, Score, cases


def aimed(*passed: int, total: int = 100, needed: int = 60) -> Aimed:
    return Aimed(tuple((each, total) for each in passed), ((needed,),) * len(passed))


COURSES = [aimed(5, 12, 25, 41, 58, 70), aimed(10, 20, 29, 41, 50, 61), aimed(8, 9, 9, 10, 10, 10)]


def case(
    chance: float, met: bool, *, others: float = 0.5, middle: int = 50, between=(40, 60), passed: int = 50
) -> Case:
    chances = {MODEL: chance, PACE: others, LAST: others}
    return Case(1, met, passed, 100, chances, dict.fromkeys(chances, middle), dict.fromkeys(chances, between))


def test_only_what_was_open_is_asked():
    """Origins are quarters 3, 4 and 5; of the first course the target of 60 is open at all of them."""
    asked = cases(COURSES)

    assert len(asked) == 3 * (3 + 2 + 1)
    assert [each.met for each in cases([COURSES[0]])] == [False, False, True, False, True, True]


def test_met_target_is_no_question():
    assert cases([aimed(70, 80, 90, 95, 97, 99)]) == []


def test_future_is_not_known():
    """A later quarter may say anything: what was told before it stays."""
    other = [replace(COURSES[0], points=(*COURSES[0].points[:5], (0, 100))), *COURSES[1:]]

    told = [
        [(each.chance, each.range) for each in cases(courses) if each.quarters == 1][:6] for courses in (COURSES, other)
    ]

    assert told[0] == told[1]


def test_missing_quarter_is_not_asked():
    missing = replace(COURSES[0], points=(*COURSES[0].points[:4], None, COURSES[0].points[5]))

    assert len(cases([missing])) == 2 + 1 + 0


def test_scores_by_hand():
    """Prospect 80 % and it came, told 80 % and it did not: Brier (0.04 + 0.64)/2, a miss of 10 in 100 once."""
    asked = [case(0.8, True), case(0.8, False, middle=60, between=(55, 70))]

    score = Score.of(asked, MODEL)

    assert score.brier == pytest.approx(0.34)
    assert score.log_loss == pytest.approx(0.9163, abs=1e-4)
    assert score.error == pytest.approx(0.05)
    assert score.covered == 0.5


def good(count: int) -> list[Case]:
    return [case(0.9, True, passed=50 if at % 5 else 90) for at in range(count)]


def test_gate_opens_where_the_model_is_better():
    assert Backtest.of(good(20)).is_better


def test_gate_stays_shut_where_it_is_worse():
    assert not Backtest.of([case(0.3, True) for _ in range(20)]).is_better


def test_gate_stays_shut_where_it_is_as_good():
    assert not Backtest.of([case(0.5, at % 2 == 0) for at in range(20)]).is_better


def test_gate_wants_cases():
    assert Backtest.of(good(20)).is_enough
    assert not Backtest.of(good(19)).is_better


def test_gate_wants_honest_ranges():
    narrow = [replace(each, range=dict.fromkeys(each.range, (51, 52))) for each in good(20)]

    assert not Backtest.of(narrow).is_better


def test_calibration_groups_chances():
    found = Backtest.of([case(0.1, False), case(0.15, True), case(0.9, True)]).bins

    assert [(round(each.told, 3), each.came, each.count) for each in found] == [(0.125, 0.5, 2), (0.9, 1.0, 1)]


def test_backtest_survives_being_written():
    found = Backtest.of(good(20))

    assert Backtest.from_dict(found.as_dict()).as_dict() == found.as_dict()


def test_trials_are_those_of_the_model_as_it_is():
    """After a change of the model: .venv/bin/python -m benchmarks.forecast --write."""
    assert trials.found().edition == trials.edition()


def test_trials_of_another_model_prove_nothing():
    found = trials.found()

    assert found.is_better == found.whole.is_better
    assert not trials.Trials("another", found.seeds, found.whole, found.stories).is_better


def test_trials_name_every_story():
    assert trials.found().stories.keys() == trials.STORIES.keys()
