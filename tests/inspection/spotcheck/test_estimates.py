"""The intervals against brute force, and against samples drawn of populations of which the truth is known."""

import sys
from fractions import Fraction
from itertools import product
from math import comb
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.spotcheck.estimates import (
    ABOVE,
    ACROSS,
    BELOW,
    Interval,
    StratumTally,
    clustered,
    exact,
    reading,
    stratified,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks"))

from planting.sampling import (
    POPULATIONS,
    coverage,
    least_held,
    read_clustered,
    read_korn_graubard,
    read_pooled,
    read_stratified,
)

TIMES = 1_000
BY_NAME = {each.name: each for each in POPULATIONS}
LEVEL = Fraction(95, 100)


# ------------------------------------------------ one stratum


@pytest.mark.parametrize("failed", range(5))
def test_a_whole_population_leaves_no_doubt(failed):
    assert exact(StratumTally(4, 4, failed)) == Interval(failed / 4, failed / 4)


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
def test_exact_is_what_brute_force_finds(sizes, failed):
    population, checked = sizes
    failed = min(failed, checked)

    assert exact(StratumTally(population, checked, failed)) == by_brute_force(failed, checked, population)


def chance(whole: int, bad: int, drawn: int, found: int) -> Fraction:
    return Fraction(comb(bad, found) * comb(whole - bad, drawn - found), comb(whole, drawn))


@pytest.mark.parametrize(("checked", "population"), [(5, 20), (12, 60), (30, 400)])
def test_exact_holds_its_level(checked, population):
    """Whatever the true number of failures, the interval misses it in at most one case of twenty."""
    for total in range(population + 1):
        hit = sum(
            chance(population, total, checked, found)
            for found in range(max(0, checked - population + total), min(checked, total) + 1)
            if (found_ := exact(StratumTally(population, checked, found))).low <= total / population <= found_.high
        )
        assert hit >= LEVEL, total


@pytest.mark.parametrize("wrong", [(9, 5, -1), (9, 5, 6), (9, 10, 1)])
def test_impossible_counts(wrong):
    with pytest.raises(ValueError):
        StratumTally(*wrong)


# ------------------------------------------------ many strata


@pytest.mark.parametrize("strata", [((6, 2), (4, 1)), ((5, 1), (5, 4), (3, 1)), ((9, 3), (2, 2)), ((12, 2), (3, 2))])
def test_stratified_holds_its_level_wherever_the_failures_lie(strata):
    """Every placing of failures, every outcome with its chance, in whole numbers."""
    outcomes = list(product(*(range(drawn + 1) for _, drawn in strata)))
    intervals = {
        found: stratified([StratumTally(*pair, x) for pair, x in zip(strata, found, strict=True)]).interval
        for found in outcomes
    }
    whole = sum(size for size, _ in strata)
    for bad in product(*(range(size + 1) for size, _ in strata)):
        truth, hit = sum(bad) / whole, Fraction(0)
        for found in outcomes:
            if intervals[found].low - 1e-12 <= truth <= intervals[found].high + 1e-12:
                odds = Fraction(1)
                for (size, drawn), k, x in zip(strata, bad, found, strict=True):
                    odds *= chance(size, k, drawn, x)
                hit += odds
        assert hit >= LEVEL, bad


def test_estimate_counts_each_member_for_those_it_stands_for():
    found = stratified([StratumTally(90, 9, 0), StratumTally(10, 5, 5)])

    assert found.share == pytest.approx(0.1)
    assert found.interval.low <= 0.1 <= found.interval.high


@pytest.mark.parametrize(
    "strata",
    [[StratumTally(40, 8, 0)] * 2, [StratumTally(20, 4, 0)] * 4, [StratumTally(9, 1, 0), StratumTally(70, 9, 0)]],
)
def test_where_none_failed_the_bound_is_the_chance_itself(strata):
    """Of the placing that is most likely to show nothing: so many failures fit as leave a chance of 2.5 % for that."""
    best = {0: Fraction(1)}
    for each in strata:
        best = {
            total: max(
                best[total - k] * chance(each.whole, k, each.checked, 0)
                for k in range(each.most + 1)
                if total - k in best
            )
            for total in range(sum(each.whole for each in strata) + 1)
            if any(total - k in best for k in range(each.most + 1))
        }
    fits = max(total for total, odds in best.items() if odds > Fraction(25, 1000))

    assert stratified(strata).interval.high == pytest.approx(fits / sum(each.whole for each in strata))


def test_strata_checked_whole_leave_no_doubt():
    assert stratified([StratumTally(5, 5, 2), StratumTally(9, 9, 0)]).interval == Interval(2 / 14, 2 / 14)


def test_stratum_of_which_nothing_was_checked_may_hold_anything():
    known, blind = (
        stratified([StratumTally(10, 10, 0), StratumTally(10, 10, 0)]),
        stratified([StratumTally(10, 10, 0), StratumTally(10, 0, 0)]),
    )

    assert (known.interval.high, blind.interval.high, blind.share) == (0, 0.5, 0)
    assert stratified([StratumTally(10, 0, 0), StratumTally(10, 0, 0)]).interval == Interval(0, 1)
    assert stratified([StratumTally(10, 0, 0), StratumTally(10, 0, 0)]).share is None


# ------------------------------------------------ villages first


def test_villages_drawn_all_are_strata():
    assert clustered([StratumTally(8, 2, 1), StratumTally(6, 2, 0)], []) == stratified(
        [StratumTally(8, 2, 1), StratumTally(6, 2, 0)]
    )


@pytest.mark.parametrize("sizes", [(2, 2, 2, 2), (4, 1, 1), (3, 2, 2, 1)])
def test_clustered_holds_its_level_wherever_the_failures_lie(sizes):
    """Two villages of those, one member of each: every draw of villages, every placing, every outcome."""
    pairs = [(a, b) for a in range(len(sizes)) for b in range(a + 1, len(sizes))]
    intervals = {}
    for a, b in pairs:
        others = [size for n, size in enumerate(sizes) if n not in (a, b)]
        for x, y in product((0, 1), repeat=2):
            intervals[a, b, x, y] = clustered(
                [StratumTally(sizes[a], 1, x), StratumTally(sizes[b], 1, y)], others
            ).interval
    for bad in product(*(range(size + 1) for size in sizes)):
        truth, hit = sum(bad) / sum(sizes), Fraction(0)
        for (a, b, x, y), interval in intervals.items():
            if interval.low - 1e-12 <= truth <= interval.high + 1e-12:
                hit += chance(sizes[a], bad[a], 1, x) * chance(sizes[b], bad[b], 1, y) / len(pairs)
        assert hit >= LEVEL, bad


def test_clustered_estimate_is_right_on_average():
    """Over all draws of two villages, each checked whole."""
    sizes, bad = (5, 3, 8), (1, 3, 0)
    found = [
        clustered(
            [StratumTally(sizes[a], sizes[a], bad[a]), StratumTally(sizes[b], sizes[b], bad[b])], [sizes[3 - a - b]]
        ).share
        for a, b in ((0, 1), (0, 2), (1, 2))
    ]

    assert sum(found) / 3 == pytest.approx(4 / 16)


def test_village_that_nobody_checked_is_held_against_both_sides():
    """It may have failed as a whole, and it may be sound."""
    sound, others = [StratumTally(4, 4, 0)] * 3, [4] * 16
    blind = clustered([*sound, StratumTally(4, 0, 0)], others).interval

    assert blind.high == clustered([*sound, StratumTally(4, 4, 4)], others).interval.high
    assert blind.low == clustered([*sound, StratumTally(4, 4, 0)], others).interval.low == 0


# ------------------------------------------------ against simulation


@pytest.mark.parametrize("name", BY_NAME)
def test_stratified_interval_holds_the_truth_as_often_as_it_says(name):
    assert coverage(BY_NAME[name], read_stratified, times=TIMES, seed=11).held >= least_held(TIMES)


@pytest.mark.parametrize("name", BY_NAME)
def test_clustered_interval_holds_the_truth_as_often_as_it_says(name):
    assert coverage(BY_NAME[name], read_clustered, 6, times=TIMES, seed=11).held >= least_held(TIMES)


def read_without_others(drawn, others) -> Interval:
    """A mistake: the drawn villages taken for the whole."""
    return stratified(drawn).interval


def read_too_sure(drawn, others) -> Interval:
    """A mistake in the level."""
    return stratified(drawn, Fraction(1, 4)).interval


def read_villages_as_whole(drawn, others) -> Interval:
    """A mistake: what was seen of a village taken for all of it."""
    seen = [StratumTally(each.whole, each.whole, round(each.expanded)) for each in drawn]
    return clustered(seen, others).interval


def read_exactly_of_half(drawn, others) -> Interval:
    """A mistake in the population's size: half of what there is."""
    together = StratumTally(
        sum(each.whole for each in drawn) // 2, sum(each.checked for each in drawn), sum(each.failed for each in drawn)
    )
    found = exact(together)
    return Interval(found.low / 2, found.high / 2)


@pytest.mark.parametrize(
    ("name", "read", "villages"),
    [
        ("the small villages fail", read_pooled, None),
        ("risk hides a large village", read_korn_graubard, None),
        ("at the line of 10 %", read_too_sure, None),
        ("rare failures", read_without_others, 6),
        ("a rare kind fails", read_villages_as_whole, 6),
        ("unequal rates", read_exactly_of_half, None),
    ],
)
def test_measurement_notices_an_interval_that_is_wrong(name, read, villages):
    assert coverage(BY_NAME[name], read, villages, times=TIMES, seed=11).held < least_held(TIMES)


# ------------------------------------------------ reading


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
