"""How a sample is drawn: stratified, proportional, and again by anyone who has the list and the seed. Without Django.

1. The population is sorted into strata (for sites: village and kind; for natural villages: village).
2. Each stratum gets its share of the sample, by largest remainders; where the sample is large enough for it every
   stratum gets one first. None gets more than it has.
3. Within a stratum those are drawn whose SHA-256 of ``seed:key`` is smallest, in that order: no program's own
   random numbers are in it, so any computer at any time finds the same.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Member:
    """One of the population: its key (a site's number, an area's code) and the stratum in which it stands."""

    key: str
    stratum: str


@dataclass(frozen=True)
class Drawn:
    """A member that was drawn, and as which it came out (from 1): they are visited in this order."""

    member: Member
    order: int


def allocated(sizes: Mapping[str, int], count: int) -> dict[str, int]:
    """How many to draw of each stratum; ``count`` in all, or the whole population where that is smaller."""
    wanted = min(count, sum(sizes.values()))
    parts = dict.fromkeys(sizes, 0)
    if wanted >= len(sizes):
        parts = dict.fromkeys(sizes, 1)
    share = Fraction(wanted, max(sum(sizes.values()), 1))
    while (left := wanted - sum(parts.values())) > 0:
        lacking = {stratum: share * sizes[stratum] - parts[stratum] for stratum in sizes}
        room = [stratum for stratum in sizes if parts[stratum] < sizes[stratum]]
        for stratum in sorted(room, key=lambda each: (-lacking[each], each))[: _at_once(lacking, room, left)]:
            parts[stratum] += 1
    return parts


def _at_once(lacking: Mapping[str, Fraction], room: list[str], left: int) -> int:
    """How many may get one more before the remainders are looked at again: those that lack a whole one."""
    return min(left, max(1, sum(lacking[stratum] >= 1 for stratum in room)))


def rank(seed: str, key: str) -> str:
    """By what a member is drawn: the smaller, the earlier."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def drawn(population: Iterable[Member], count: int, seed: str) -> list[Drawn]:
    """The sample, in the order of drawing; ValueError where the population is empty or a key stands twice."""
    strata: dict[str, list[Member]] = defaultdict(list)
    for member in population:
        strata[member.stratum].append(member)
    keys = [member.key for members in strata.values() for member in members]
    if not keys or len(set(keys)) != len(keys):
        raise ValueError("The population is empty, or a key stands in it twice.")
    parts = allocated({stratum: len(members) for stratum, members in sorted(strata.items())}, count)
    chosen = [
        member
        for stratum, part in parts.items()
        for member in sorted(strata[stratum], key=lambda each: rank(seed, each.key))[:part]
    ]
    return [
        Drawn(member, order) for order, member in enumerate(sorted(chosen, key=lambda each: rank(seed, each.key)), 1)
    ]


def frame_digest(population: Iterable[Member]) -> str:
    """SHA-256 over the list from which was drawn: a line ``key<TAB>stratum`` each, sorted, so that nobody edits it later."""
    lines = sorted(f"{member.key}\t{member.stratum}\n" for member in population)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
