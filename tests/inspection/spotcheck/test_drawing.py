"""Who is drawn: proportional parts, at least one of each stratum where possible, and the same from the same seed."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.spotcheck.drawing import Member, allocated, drawn, frame_digest


@pytest.mark.parametrize(
    ("sizes", "count", "parts"),
    [
        ({"a": 50, "b": 30, "c": 20}, 10, {"a": 5, "b": 3, "c": 2}),
        ({"a": 50, "b": 30, "c": 20}, 3, {"a": 1, "b": 1, "c": 1}),
        ({"a": 96, "b": 2, "c": 2}, 10, {"a": 8, "b": 1, "c": 1}),
        ({"a": 50, "b": 30, "c": 20}, 2, {"a": 1, "b": 1, "c": 0}),
        ({"a": 2, "b": 3}, 99, {"a": 2, "b": 3}),
        ({"a": 1, "b": 1, "c": 8}, 5, {"a": 1, "b": 1, "c": 3}),
        ({"a": 5}, 0, {"a": 0}),
    ],
)
def test_parts_of_strata(sizes, count, parts):
    assert allocated(sizes, count) == parts


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 60), min_size=1), st.integers(0, 200))
def test_parts_are_whole_and_fair(sizes, count):
    parts = allocated(sizes, count)
    wanted, whole = min(count, sum(sizes.values())), sum(sizes.values())

    assert sum(parts.values()) == wanted
    assert all(0 <= parts[each] <= sizes[each] for each in sizes)
    assert wanted < len(sizes) or all(parts.values())
    assert all(parts[each] <= max(1, wanted * sizes[each] / whole + 1) for each in sizes)


POPULATION = [Member(f"S-{number:03d}", "甲村" if number % 3 else "乙村") for number in range(1, 61)]


def test_sample_is_found_again_from_the_seed():
    first = drawn(POPULATION, 12, "3f9a")

    assert drawn(list(reversed(POPULATION)), 12, "3f9a") == first
    assert drawn(POPULATION, 12, "3f9b") != first
    assert [each.order for each in first] == list(range(1, 13))


def test_sample_as_the_document_says_by_hand():
    """The three steps of docs/spot-checks.md, written out anew."""
    by_stratum = {name: [each.key for each in POPULATION if each.stratum == name] for name in ("甲村", "乙村")}
    parts = {"甲村": 8, "乙村": 4}
    expected = {
        key
        for name, keys in by_stratum.items()
        for key in sorted(keys, key=lambda key: hashlib.sha256(f"3f9a:{key}".encode()).hexdigest())[: parts[name]]
    }

    assert {each.member.key for each in drawn(POPULATION, 12, "3f9a")} == expected


def test_larger_sample_of_one_stratum_holds_the_smaller():
    alone = [Member(member.key, "") for member in POPULATION]
    small, large = ({each.member.key for each in drawn(alone, count, "77")} for count in (10, 20))

    assert small < large


@pytest.mark.parametrize("population", [[], [Member("S-1", "a"), Member("S-1", "b")]])
def test_population_that_cannot_be(population):
    with pytest.raises(ValueError):
        drawn(population, 1, "1")


def test_digest_of_the_list_does_not_depend_on_its_order():
    assert frame_digest(POPULATION) == frame_digest(POPULATION[::-1])
    assert frame_digest(POPULATION) != frame_digest(POPULATION[1:])
