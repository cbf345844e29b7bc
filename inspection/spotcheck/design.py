"""How a sample is laid out and drawn: stratified, or by villages, and again by anyone who has list, parts and seed.

Without Django. Every member has an inclusion probability above nought that is known when it is drawn:

1. **Strata** are villages and kinds. A village's kinds that are too few for a member of their own share one stratum; a
   kind that would so be left to chance becomes a stratum across villages.
2. **Parts**: of each stratum its share, at least one; so many of each village and of each kind; what is left of the share
   of the whole by largest remainders. Where strata weigh more (risk) they get a larger part.
3. **Draw**: within a stratum those whose SHA-256 of ``seed:key`` is smallest, in that order. By villages, the villages
   whose SHA-256 of ``seed:stratum`` is smallest come first, then members within them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from acceptance.rules.plan import Sampling

ONE = Fraction(1)


@dataclass(frozen=True)
class Member:
    """One of the population: its key (a site's number, an area's code), its village, and its kind where kinds count."""

    key: str
    village: str
    kind: str = ""


@dataclass(frozen=True)
class PlannedStratum:
    """A part of the population from which ``drawn`` members are drawn; ``weight`` is what it counts for, 1 without risk."""

    name: str
    members: tuple[Member, ...]
    drawn: int
    weight: Fraction = ONE

    @property
    def whole(self) -> int:
        return len(self.members)


@dataclass(frozen=True)
class DrawnMember:
    """A member that was drawn, as which it came out (from 1), and how probable it was to be drawn."""

    key: str
    stratum: str
    order: int
    probability: Fraction


# ------------------------------------------------ strata


def strata_of(members: Sequence[Member], sampling: Sampling) -> list[tuple[Member, ...]]:
    """The population in parts of which each gets at least one: each as a village and kind, a village, or a kind."""
    cells = _grouped(members, lambda each: (each.village, each.kind))
    alone = [cell for cell in cells if sampling.share * len(cell) >= 1]
    rest = _grouped([each for cell in cells if sampling.share * len(cell) < 1 for each in cell], lambda m: m.village)
    across: list[list[Member]] = []
    for kind in _rarest_first(members):
        if _sure(kind, [*alone, *rest, *across], sampling) < sampling.least_per_kind:
            rest, taken = _without(kind, rest)
            across += [taken] if taken else []
    return [tuple(sorted(part, key=lambda each: each.key)) for part in (*alone, *rest, *across)]


def _grouped(members: Iterable[Member], by) -> list[list[Member]]:
    found: dict = defaultdict(list)
    for member in members:
        found[by(member)].append(member)
    return [found[key] for key in sorted(found)]


def _rarest_first(members: Iterable[Member]) -> list[str]:
    counts: dict[str, int] = defaultdict(int)
    for member in members:
        counts[member.kind] += 1
    return sorted(counts, key=lambda kind: (counts[kind], kind))


def _sure(kind: str, parts: Iterable[Sequence[Member]], sampling: Sampling) -> int:
    """How many of a kind are drawn whatever chance brings: those of parts that hold nothing else."""
    pure = [part for part in parts if {each.kind for each in part} == {kind}]
    return sum(max(1, int(sampling.share * len(part))) for part in pure)


def _without(kind: str, villages: list[list[Member]]) -> tuple[list[list[Member]], list[Member]]:
    """The villages without the kind, and what was taken out; a village that holds nothing else keeps it."""
    kept, taken = [], []
    for part in villages:
        others = [each for each in part if each.kind != kind]
        kept.append(others or part)
        taken += [each for each in part if each.kind == kind] if others else []
    return kept, taken


def name_of(part: Sequence[Member]) -> str:
    """What a stratum is called: its village, its kind, or both; a village of several kinds says so."""
    villages, kinds = {each.village for each in part}, {each.kind for each in part}
    if len(villages) > 1:
        return "、".join(["各村居", *sorted(kinds - {""})])
    return " ".join([*villages, *(kinds if len(kinds) == 1 else {"各类"})]).strip()


# ------------------------------------------------ parts


def planned(
    members: Sequence[Member], sampling: Sampling, weights: Mapping[str, Fraction] | None = None, count: int = 0
) -> list[PlannedStratum]:
    """The strata with how many are drawn of each; at least ``count`` in all, and what the rule asks.

    ``weights``: by village, what its members count for when the parts are shared out. ValueError where the population
    is empty or a key stands in it twice.
    """
    _require_sound([each.key for each in members])
    parts = {name_of(part): part for part in strata_of(members, sampling)}
    weight = {name: _mean_weight(part, weights or {}) for name, part in parts.items()}
    mass = {name: len(part) * weight[name] for name, part in parts.items()}
    wanted = max(ceil(sampling.share * len(members)), count)
    share = Fraction(wanted) / sum(mass.values())
    least = {name: min(len(part), max(1, int(share * mass[name]))) for name, part in parts.items()}
    drawn = allocated(parts, wanted, raised(least, parts, sampling), weight)
    return [PlannedStratum(name, parts[name], drawn[name], weight[name]) for name in sorted(parts)]


def _require_sound(keys: Sequence[str]) -> None:
    if not keys or len(set(keys)) != len(keys):
        raise ValueError("The population is empty, or a key stands in it twice.")


def _mean_weight(part: Sequence[Member], weights: Mapping[str, Fraction]) -> Fraction:
    return sum((weights.get(each.village, ONE) for each in part), Fraction(0)) / len(part)


def raised(least: dict[str, int], parts: Mapping[str, Sequence[Member]], sampling: Sampling) -> dict[str, int]:
    """As many of each stratum, or more until every village and every kind is sure of as many as the rule asks."""
    least = dict(least)
    for of, wanted in (("village", sampling.least_per_village), ("kind", sampling.least_per_kind)):
        for name in sorted({getattr(each, of) for part in parts.values() for each in part} - {""}):
            own = {key: sum(getattr(each, of) == name for each in part) for key, part in parts.items()}
            _raise(least, {key: len(part) for key, part in parts.items() if own[key]}, own, wanted)
    return least


def _raise(least: dict[str, int], sizes: Mapping[str, int], own: Mapping[str, int], wanted: int) -> None:
    """Add to the strata, those with fewest others first, until so many of their own come out whatever chance brings."""

    def others(name: str) -> int:
        return sizes[name] - own[name]

    while sum(max(0, least[name] - others(name)) for name in sizes) < min(wanted, sum(own.values())):
        open_ = [name for name in sorted(sizes) if least[name] < sizes[name]]
        least[min(open_, key=lambda name: (others(name), least[name] - sizes[name]))] += 1


def allocated(
    parts: Mapping[str, Sequence[Member]],
    count: int,
    least: Mapping[str, int],
    weights: Mapping[str, Fraction] | None = None,
) -> dict[str, int]:
    """How many to draw of each stratum: in proportion to size and weight, none below its least, none above its size."""
    drawn, sizes = dict(least), {name: len(part) for name, part in parts.items()}
    wanted = min(max(count, sum(drawn.values())), sum(sizes.values()))
    mass = {name: size * (weights or {}).get(name, ONE) for name, size in sizes.items()}
    share = Fraction(wanted) / max(sum(mass.values()), 1)
    while (left := wanted - sum(drawn.values())) > 0:
        lacking = {name: share * mass[name] - drawn[name] for name in sizes if drawn[name] < sizes[name]}
        at_once = min(left, max(1, sum(each >= 1 for each in lacking.values())))
        for name in sorted(lacking, key=lambda each: (-lacking[each], each))[:at_once]:
            drawn[name] += 1
    return drawn


def by_villages(members: Sequence[Member], sampling: Sampling, villages: int) -> list[PlannedStratum]:
    """Each village as a stratum, with how many are drawn of it should it be among the so many that are drawn.

    ValueError where so many villages cannot be drawn: at least two, and fewer than there are.
    """
    _require_sound([each.key for each in members])
    parts = _grouped(members, lambda each: each.village)
    if not 2 <= villages < len(parts):
        raise ValueError(f"{villages} of {len(parts)} villages cannot be drawn.")
    share = min(ONE, sampling.share * len(parts) / villages)
    return [
        PlannedStratum(
            part[0].village, tuple(part), min(len(part), max(sampling.least_per_village, ceil(share * len(part))))
        )
        for part in parts
    ]


# ------------------------------------------------ draw


def rank(seed: str, key: str) -> str:
    """By what a member or a village is drawn: the smaller, the earlier."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def drawn(
    population: Iterable[tuple[str, str]], parts: Mapping[str, int], seed: str, villages: int | None = None
) -> list[DrawnMember]:
    """The sample in the order of drawing, of a list of keys with their strata and how many are drawn of each stratum.

    ``villages``: how many of the strata are drawn first; None: all of them.
    """
    strata: dict[str, list[str]] = defaultdict(list)
    for key, stratum in population:
        strata[stratum].append(key)
    among = sorted(strata, key=lambda name: rank(seed, name))[: len(strata) if villages is None else villages]
    first = Fraction(len(among), len(strata))
    chosen = [
        (key, name, first * Fraction(parts[name], len(strata[name])))
        for name in among
        for key in sorted(strata[name], key=lambda each: rank(seed, each))[: parts[name]]
    ]
    chosen.sort(key=lambda each: rank(seed, each[0]))
    return [DrawnMember(key, name, order, chance) for order, (key, name, chance) in enumerate(chosen, 1)]


def frame_digest(population: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over the list from which was drawn: a line ``key<TAB>stratum`` each, sorted, so that nobody edits it later."""
    lines = sorted(f"{key}\t{stratum}\n" for key, stratum in population)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
