"""Who is drawn: strata with at least one each, the least numbers of villages and kinds, and chances that are as stated."""

import hashlib
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspection.spotcheck.design import Member, allocated, by_villages, drawn, frame_digest, planned, strata_of
from tests.inspection.spotcheck.conftest import RULE


def members(cells: dict[tuple[str, str], int]) -> list[Member]:
    return [Member(f"{v}{k}{n:02d}", v, k) for (v, k), size in cells.items() for n in range(size)]


TOWN = members(
    {("甲村", "聚居地"): 30, ("甲村", "学校"): 2, ("甲村", "医院"): 1, ("乙村", "聚居地"): 6, ("乙村", "学校"): 1}
    | {("丙村", "学校"): 1}
)


def sized(sizes: dict[str, int]) -> dict[str, list[Member]]:
    return {name: [Member(f"{name}{n}", name) for n in range(size)] for name, size in sizes.items()}


@pytest.mark.parametrize(
    ("sizes", "count", "least", "parts"),
    [
        ({"a": 50, "b": 30, "c": 20}, 10, 0, {"a": 5, "b": 3, "c": 2}),
        ({"a": 50, "b": 30, "c": 20}, 3, 1, {"a": 1, "b": 1, "c": 1}),
        ({"a": 96, "b": 2, "c": 2}, 10, 1, {"a": 8, "b": 1, "c": 1}),
        ({"a": 50, "b": 30, "c": 20}, 2, 1, {"a": 1, "b": 1, "c": 1}),
        ({"a": 2, "b": 3}, 99, 1, {"a": 2, "b": 3}),
        ({"a": 1, "b": 1, "c": 8}, 5, 1, {"a": 1, "b": 1, "c": 3}),
        ({"a": 5}, 0, 0, {"a": 0}),
    ],
)
def test_parts_of_strata(sizes, count, least, parts):
    assert allocated(sized(sizes), count, dict.fromkeys(sizes, least)) == parts


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 60), min_size=1), st.integers(0, 200))
def test_parts_are_whole_and_fair(sizes, count):
    parts = allocated(sized(sizes), count, dict.fromkeys(sizes, 1))
    wanted, whole = max(min(count, sum(sizes.values())), len(sizes)), sum(sizes.values())

    assert sum(parts.values()) == wanted
    assert all(1 <= parts[each] <= max(1, wanted * sizes[each] / whole + 1) for each in sizes)
    assert all(parts[each] <= sizes[each] for each in sizes)


def test_strata_that_count_more_get_a_larger_part():
    parts, least = sized({"a": 40, "b": 40}), {"a": 1, "b": 1}

    assert allocated(parts, 10, least, {"a": Fraction(4), "b": Fraction(1)}) == {"a": 8, "b": 2}


def test_villages_at_risk_are_drawn_from_more_densely():
    population = members({("甲村", ""): 40, ("乙村", ""): 40})
    found = {each.name: each.drawn for each in planned(population, RULE, {"甲村": Fraction(3)})}

    assert found == {"甲村": 6, "乙村": 2}


def test_strata_are_villages_and_kinds_and_what_is_rare_stands_across_villages():
    found = {each.name: (each.whole, each.drawn) for each in planned(TOWN, RULE)}

    assert found == {
        "甲村 聚居地": (30, 3),
        "甲村 医院": (1, 1),
        "甲村 学校": (2, 1),
        "乙村 各类": (7, 1),
        "丙村 学校": (1, 1),
    }
    far = [*TOWN, *members({("丁村", "医院"): 1, ("丁村", "聚居地"): 5})]
    assert {each.name: (each.whole, each.drawn) for each in planned(far, RULE)}["各村居、医院"] == (2, 1)


CELLS = st.dictionaries(
    st.tuples(st.sampled_from("甲乙丙丁"), st.sampled_from(["聚居地", "学校", "医院"])), st.integers(1, 40), min_size=1
)
RULES = st.builds(
    lambda share, kind, village: replace(RULE, share=Fraction(share, 100), least_per_kind=kind, least_per_village=village),
    st.integers(1, 100), st.integers(1, 4), st.integers(1, 4),
)  # fmt: skip


@given(CELLS, RULES, st.integers(0, 60))
@settings(max_examples=200)
def test_least_numbers_are_kept_whatever_is_drawn(cells, rule, seed):
    population = members(cells)
    strata = planned(population, rule)
    parts = {each.name: each.drawn for each in strata}
    by_key = {member.key: member for member in population}
    chosen = [by_key[each.key] for each in drawn(listed(strata), parts, str(seed))]
    kinds, villages = Counter(each.kind for each in chosen), Counter(each.village for each in chosen)

    assert len(parts) == len(strata), "no two strata share a name"
    assert sorted(member.key for each in strata for member in each.members) == sorted(by_key)
    assert len(chosen) >= rule.share * len(population)
    assert all(1 <= each.drawn <= each.whole for each in strata)
    for kind in {each.kind for each in population}:
        assert kinds[kind] >= min(rule.least_per_kind, sum(m.kind == kind for m in population))
    for village in {each.village for each in population}:
        assert villages[village] >= min(rule.least_per_village, sum(m.village == village for m in population))


def listed(strata) -> list[tuple[str, str]]:
    return [(member.key, each.name) for each in strata for member in each.members]


def test_stated_chances_are_the_true_ones():
    """Over many seeds each member comes up as often as its chance says."""
    strata, times = planned(TOWN, RULE), 1_500
    parts = {each.name: each.drawn for each in strata}
    stated = {member.key: Fraction(each.drawn, each.whole) for each in strata for member in each.members}
    seen = Counter()
    for seed in range(times):
        for each in drawn(listed(strata), parts, f"s{seed}"):
            assert each.probability == stated[each.key]
            seen[each.key] += 1
    assert min(stated.values()) > 0
    for key, chance in stated.items():
        spread = (float(chance) * (1 - float(chance)) * times) ** 0.5
        assert abs(seen[key] - float(chance) * times) <= 4 * spread + 1e-9, key


def test_stated_chances_of_villages_first_are_the_true_ones():
    population = members({(f"村{n}", ""): size for n, size in enumerate((2, 3, 5, 8))})
    strata, times = by_villages(population, replace(RULE, share=Fraction(1, 4)), 2), 1_500
    parts = {each.name: each.drawn for each in strata}
    stated = {
        member.key: Fraction(2, 4) * Fraction(each.drawn, each.whole) for each in strata for member in each.members
    }
    seen = Counter()
    for seed in range(times):
        chosen = drawn(listed(strata), parts, f"s{seed}", 2)
        assert len({each.stratum for each in chosen}) == 2
        seen.update(each.key for each in chosen)
        assert all(each.probability == stated[each.key] for each in chosen)
    for key, chance in stated.items():
        spread = (float(chance) * (1 - float(chance)) * times) ** 0.5
        assert abs(seen[key] - float(chance) * times) <= 4 * spread, key


@pytest.mark.parametrize("villages", [1, 3, 4])
def test_villages_that_cannot_be_drawn_first(villages):
    with pytest.raises(ValueError):
        by_villages(TOWN, RULE, villages)


POPULATION = [(f"S-{number:03d}", "甲村" if number % 3 else "乙村") for number in range(1, 61)]
PARTS = {"甲村": 8, "乙村": 4}


def test_sample_is_found_again_from_the_seed():
    first = drawn(POPULATION, PARTS, "3f9a")

    assert drawn(list(reversed(POPULATION)), PARTS, "3f9a") == first
    assert drawn(POPULATION, PARTS, "3f9b") != first
    assert [each.order for each in first] == list(range(1, 13))


def test_sample_as_the_document_says_by_hand():
    """The last step of docs/spot-checks.md, written out anew."""
    by_stratum = {name: [key for key, stratum in POPULATION if stratum == name] for name in PARTS}
    expected = {
        key
        for name, keys in by_stratum.items()
        for key in sorted(keys, key=lambda key: hashlib.sha256(f"3f9a:{key}".encode()).hexdigest())[: PARTS[name]]
    }

    assert {each.key for each in drawn(POPULATION, PARTS, "3f9a")} == expected


def test_larger_sample_of_one_stratum_holds_the_smaller():
    alone = [(key, "") for key, _ in POPULATION]
    small, large = ({each.key for each in drawn(alone, {"": count}, "77")} for count in (10, 20))

    assert small < large


@pytest.mark.parametrize("population", [[], [Member("S-1", "a"), Member("S-1", "b")]])
def test_population_that_cannot_be(population):
    with pytest.raises(ValueError):
        planned(population, RULE)


def test_digest_of_the_list_does_not_depend_on_its_order():
    assert frame_digest(POPULATION) == frame_digest(POPULATION[::-1])
    assert frame_digest(POPULATION) != frame_digest(POPULATION[1:])
    assert len(strata_of(TOWN, RULE)) == 5
