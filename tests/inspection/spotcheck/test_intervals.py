"""The exact intervals against tables, and against the distributions by brute force."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.spotcheck.intervals import ABOVE, ACROSS, BELOW, Interval, clopper_pearson, finite, reading


@pytest.mark.parametrize(
    ("failed", "checked", "low", "high"),
    [
        # Clopper and Pearson's own method, as printed in tables of the 95% interval.
        (0, 10, 0.0, 0.3085),
        (1, 10, 0.0025, 0.4450),
        (5, 10, 0.1871, 0.8129),
        (10, 10, 0.6915, 1.0),
        (0, 30, 0.0, 0.1157),
        (3, 30, 0.0211, 0.2653),
        (0, 100, 0.0, 0.0362),
        (0, 0, 0.0, 1.0),
    ],
)
def test_clopper_pearson_table(failed, checked, low, high):
    interval = clopper_pearson(failed, checked)

    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize("failed", range(5))
def test_a_whole_population_leaves_no_doubt(failed):
    assert finite(failed, 4, 4) == Interval(failed / 4, failed / 4)


def by_brute_force(failed: int, checked: int, population: int) -> Interval:
    """Every number of failures that neither tail speaks against, in whole numbers."""
    fits = []
    for total in range(failed, population - (checked - failed) + 1):
        ways = [comb(total, found) * comb(population - total, checked - found) for found in range(checked + 1)]
        few, many, whole = sum(ways[: failed + 1]), sum(ways[failed:]), comb(population, checked)
        if Fraction(few, whole) > Fraction(25, 1000) and Fraction(many, whole) > Fraction(25, 1000):
            fits.append(total)
    return Interval(fits[0] / population, fits[-1] / population)


@given(st.integers(1, 45).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))), st.integers(0, 45))
@settings(max_examples=150)
def test_finite_is_what_brute_force_finds(sizes, failed):
    population, checked = sizes
    failed = min(failed, checked)

    assert finite(failed, checked, population) == by_brute_force(failed, checked, population)


@pytest.mark.parametrize(("checked", "population"), [(5, 20), (12, 60), (30, 400)])
def test_finite_holds_its_level(checked, population):
    """Whatever the true number of failures, the interval misses it in at most one case of twenty."""
    for total in range(population + 1):
        hit = sum(
            Fraction(comb(total, found) * comb(population - total, checked - found), comb(population, checked))
            for found in range(max(0, checked - population + total), min(checked, total) + 1)
            if (interval := finite(found, checked, population)).low <= total / population <= interval.high
        )
        assert hit >= Fraction(95, 100), total


@pytest.mark.parametrize(("failed", "checked"), [(0, 20), (1, 20), (6, 20), (20, 20)])
def test_finite_is_within_the_endless_one_and_tends_to_it(failed, checked):
    small, large, endless = (
        finite(failed, checked, 40),
        finite(failed, checked, 200_000),
        clopper_pearson(failed, checked),
    )

    assert endless.low - 0.03 <= small.low <= small.high <= endless.high + 0.03
    assert large.low == pytest.approx(endless.low, abs=1e-3)
    assert large.high == pytest.approx(endless.high, abs=1e-3)


@pytest.mark.parametrize("wrong", [(-1, 5, 9), (6, 5, 9), (1, 10, 9)])
def test_impossible_counts(wrong):
    with pytest.raises(ValueError):
        finite(*wrong)


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (Interval(0.0, 0.1), BELOW),
        (Interval(0.0, 0.1001), ACROSS),
        (Interval(0.1, 0.4), ACROSS),
        (Interval(0.1001, 0.4), ABOVE),
    ],
)
def test_reading_at_the_threshold(interval, expected):
    assert reading(interval, Fraction(1, 10)) == expected
