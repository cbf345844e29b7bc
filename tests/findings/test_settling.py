"""The fewest facts that settle an answer, against trying every set of facts with every way they could turn out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, count, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from acceptance.rules.shares import needed
from findings.settling import Missing, MissingFact, OpenAnswer, every, one, share, together

Known = Mapping[MissingFact, bool]
Judge = Callable[[Known], bool | None]
"""What an answer is by what is known: None while it is undetermined."""

MOST = 7
"""Facts of an example: each set of them is tried with each way they could turn out."""


@dataclass(frozen=True)
class Case:
    """An answer as it is judged, what is said of it (None where it is settled), and its facts."""

    judge: Judge
    said: OpenAnswer | None
    facts: tuple[MissingFact, ...]


def leaf(fact: MissingFact) -> Case:
    return Case(lambda known: known.get(fact), one(fact), (fact,))


def settled(answer: bool) -> Case:
    return Case(lambda known: answer, None, ())


def rate(facts: tuple[MissingFact, ...]) -> Case:
    """A rate of returns: nothing is said before all are there; then they decide, here by having more yes than no."""

    def judge(known: Known) -> bool | None:
        return sum(known[each] for each in facts) * 2 > len(facts) if all(each in known for each in facts) else None

    return Case(judge, together(facts), facts)


def shared(members: list[Case], threshold: Fraction) -> Case:
    """A share of members as the plan counts it: passed, failed and unknown against ceil(threshold · all)."""
    wanted = int(needed(threshold, len(members)))

    def judge(known: Known) -> bool | None:
        answers = [member.judge(known) for member in members]
        passed, unknown = answers.count(True), answers.count(None)
        return True if passed >= wanted else False if passed + unknown < wanted else None

    facts = tuple(fact for member in members for fact in member.facts)
    if judge({}) is not None:
        return Case(judge, None, facts)
    open_ones = [member.said for member in members if member.said]
    passed = sum(member.judge({}) is True for member in members)
    return Case(judge, share(open_ones, wanted - passed), facts)


@st.composite
def cases(draw, depth: int = 2, numbers=None) -> Case:
    """A tree of shares over facts that belong to one member each, some members settled, some of them rates."""
    numbers = numbers or count()
    kinds = ["fact", "settled", *(["share", "share", "rate"] if depth else [])]
    kind = "share" if depth == 2 else draw(st.sampled_from(kinds))
    if kind == "settled":
        return settled(draw(st.booleans()))
    if kind == "fact":
        return leaf(MissingFact(Missing.COORDINATES, f"S{next(numbers)}"))
    if kind == "rate":
        size = draw(st.integers(1, 2))
        return rate(tuple(MissingFact(Missing.RETURN, f"A{next(numbers)}", "2018Q2") for _ in range(size)))
    members = [draw(cases(depth - 1, numbers)) for _ in range(draw(st.integers(1, 4)))]
    return shared(members, draw(st.fractions(Fraction(1, 10), Fraction(1), max_denominator=10)))


def outcomes(case: Case, some: tuple[MissingFact, ...]) -> list[bool | None]:
    """What the answer is for each way in which some facts could turn out."""
    return [case.judge(dict(zip(some, values, strict=True))) for values in product((True, False), repeat=len(some))]


def smallest(case: Case, holds: Callable[[list[bool | None]], bool]) -> int:
    """The size of the smallest set of facts of which something holds."""
    return next(
        size
        for size in range(len(case.facts) + 1)
        if any(holds(outcomes(case, some)) for some in combinations(case.facts, size))
    )


@given(cases())
def test_sets_are_the_smallest_that_trying_everything_finds(case):
    assume(len(case.facts) <= MOST and case.said is not None)
    said = case.said

    assert len(said.yes) == smallest(case, lambda found: True in found)
    assert len(said.no) == smallest(case, lambda found: False in found)
    assert len(said.least) == smallest(case, lambda found: any(answer is not None for answer in found))
    assert len(said.sure) == smallest(case, lambda found: None not in found)


@given(cases())
def test_sets_do_what_they_promise(case):
    assume(len(case.facts) <= MOST and case.said is not None)

    assert True in outcomes(case, tuple(case.said.yes))
    assert False in outcomes(case, tuple(case.said.no))
    assert None not in outcomes(case, tuple(case.said.sure))


def some(count: int) -> list[OpenAnswer]:
    return [one(MissingFact(Missing.COORDINATES, f"S{number}")) for number in range(count)]


@pytest.mark.parametrize(
    ("unknown", "wanted", "yes", "no"),
    [(1, 1, 1, 1), (2, 1, 1, 2), (2, 2, 2, 1), (5, 1, 1, 5), (5, 3, 3, 3), (5, 5, 5, 1)],
)
def test_share_of_facts_takes_so_many(unknown, wanted, yes, no):
    answer = share(some(unknown), wanted)

    assert (len(answer.yes), len(answer.no), len(answer.least), len(answer.sure)) == (yes, no, min(yes, no), unknown)


def test_what_is_decided_bears_no_more():
    """A village that has failed needs no more of its sites: only what is undetermined is handed in."""
    first, second = some(2)

    assert share([first], 1).sure | share([second], 1).sure == every([first, second]).sure


@pytest.mark.parametrize("wanted", [0, 3])
def test_settled_answer_is_no_question(wanted):
    with pytest.raises(ValueError, match="no open answer"):
        share(some(2), wanted)


def test_of_equals_the_better_liked_is_taken():
    liked = MissingFact(Missing.COORDINATES, "S4")

    assert share(some(5), 1, lambda fact: int(fact == liked)).yes == {liked}
