"""Which missing facts would settle what is undetermined: pure sets and counts, no database.

A missing fact is a yes or no that nobody knows yet. An answer that hangs on such facts is *settled* by some of them as
soon as it is the same whatever the rest turns out to be. Of every answer two sets are told:

- ``least``: the fewest facts that can settle it, if they turn out as hoped (or feared);
- ``sure``: the fewest that settle it whichever way they turn out.

With P members passed, U unknown and ``wanted`` = needed - P more to pass (1 ≤ wanted ≤ U, else it were settled),
``wanted`` members that pass settle it, and so do U - wanted + 1 that fail. Against an unlucky order of answers every
unknown member is looked at: as long as one is not, the others can fall so that it decides. So ``sure`` is all that still
bears on the answer, which is less than all that is missing: what is decided already needs no more facts. Members share no
facts (a site stands at one area), so counts add up and the sets are exact; tests compare them with trying everything.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Missing(StrEnum):
    """What is missing: a site's coordinates, an area's settlement, its first site, a street's first building, a return."""

    COORDINATES = "coordinates"
    SETTLEMENT = "settlement"
    SITE = "site"
    BUILDING = "building"
    RETURN = "return"


@dataclass(frozen=True, order=True)
class MissingFact:
    """A fact that nobody has given: of a site, by its number, or of an area, by its code; a return's also by its quarter."""

    missing: Missing
    key: str
    period: str = ""

    @property
    def thing(self) -> tuple[str, str]:
        """The table and the key of what it belongs to."""
        return ("sites" if self.missing == Missing.COORDINATES else "areas"), self.key


Facts = frozenset[MissingFact]
Liking = Callable[[MissingFact], int]


@dataclass(frozen=True)
class OpenAnswer:
    """An answer that is not settled: the fewest facts that can make it a yes, or a no, and all that bear on it."""

    yes: Facts
    no: Facts
    sure: Facts

    @property
    def least(self) -> Facts:
        return min(self.yes, self.no, key=len)


def one(fact: MissingFact) -> OpenAnswer:
    """What hangs on a single fact."""
    facts = frozenset({fact})
    return OpenAnswer(facts, facts, facts)


def together(facts: Iterable[MissingFact]) -> OpenAnswer:
    """What nobody can say before all of the facts are there, whatever they are: a rate from the returns (docs/rules.md, section 4)."""
    every = frozenset(facts)
    return OpenAnswer(every, every, every)


def _none(fact: MissingFact) -> int:
    return 0


def share(members: Sequence[OpenAnswer], wanted: int, liking: Liking = _none) -> OpenAnswer:
    """A share or count of which so many of the unknown members must still pass, 1 ≤ wanted ≤ how many there are.

    Of members that cost the same those are taken whose facts are liked best. ValueError when the answer were settled.
    """
    if not 1 <= wanted <= len(members):
        raise ValueError(f"{wanted} of {len(members)} is no open answer")
    to_pass = _cheapest([member.yes for member in members], wanted, liking)
    to_fail = _cheapest([member.no for member in members], len(members) - wanted + 1, liking)
    return OpenAnswer(to_pass, to_fail, frozenset[MissingFact]().union(*(member.sure for member in members)))


def every(members: Sequence[OpenAnswer], liking: Liking = _none) -> OpenAnswer:
    """What holds when all of its members do."""
    return share(members, len(members), liking)


def _cheapest(sets: list[Facts], count: int, liking: Liking) -> Facts:
    def cost(facts: Facts) -> tuple:
        return len(facts), -sum(map(liking, facts)), sorted(facts)

    return frozenset[MissingFact]().union(*sorted(sets, key=cost)[:count])
