"""Townships of villages and communities, the operators' counts there, and the returns with what stands beside them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from planting.villages import (
    COMMUNITY,
    COUNTED,
    NAMES,
    QUARTERS,
    REGISTERED,
    VILLAGE,
    Line,
    Programme,
    VillageStory,
    tell,
)

BY_VILLAGE, BY_TOWNSHIP, NOTHING = "by village", "by township", "nothing"
COUNTING = ((BY_VILLAGE, 0.5), (BY_TOWNSHIP, 0.3), (NOTHING, 0.2))
"""How far all operators have counted, and the share of the townships."""

NOT_APPROVED = 0.08
"""The share of a township's quarters whose return was never approved."""

NEVER_COUNTED = 0.02
"""The share of the villages that one of the operators has not counted."""

MISPLACED = 0.02
"""The share of the villages of which an operator counts some users to the neighbour, always or from some quarter on."""

_FIRST = "石龙青白大新南东西上下高黄江河塘井岗"
_SECOND = "坑角塘岭田溪湾洲坪潭桥厦围迳步星"


@dataclass(frozen=True)
class VillageBeside:
    """What is known beside a village's line, as ``returns.oddities.VillageContext`` has it."""

    code: str
    name: str
    kind: str
    course: tuple[tuple[str, Line], ...]
    counted: Line | None
    counted_before: Line | None
    register: Line
    register_before: Line


@dataclass(frozen=True)
class ReturnBeside:
    """What is known beside a return, as ``returns.oddities.ReturnContext`` has it."""

    township: str
    period: str
    villages: tuple[VillageBeside, ...]
    counted_total: Line | None


@dataclass(frozen=True)
class GeneratedReturn:
    """The true figures of a return by village, in the order of its rows, and what stands beside them."""

    figures: dict[str, Line]
    beside: ReturnBeside


def returns(random: Random) -> Iterator[GeneratedReturn]:
    """Sound returns without end: three or four quarters of one township, then of the next."""
    number = 0
    while True:
        number += 1
        township = Township(random, f"4418{number // 800 + 1:02d}{number % 800 + 100:03d}")
        for when in township.judged():
            yield township.report(when)


def period(when: int) -> str:
    return f"{2017 + (when - 1) // 4}Q{(when - 1) % 4 + 1}"


class Township:
    """Its villages' stories, and what the operators count in them."""

    def __init__(self, random: Random, code: str) -> None:
        self.random, self.code = random, code
        programme = Programme(
            finish=random.gauss(6, 1.2),
            head_start=random.uniform(0.58, 0.85),
            penetration=random.uniform(0.84, 0.97),
            diligence=random.choices((0.05, 0.4, 1.0), (0.15, 0.3, 0.55))[0],
        )
        self.villages = [tell(random, *each, programme) for each in self._places()]
        self.approved = {when for when in range(1, QUARTERS + 1) if random.random() >= NOT_APPROVED}
        self.counting = random.choices([name for name, _ in COUNTING], [share for _, share in COUNTING])[0]
        self.counts_from = random.randint(2, 8) if random.random() < 0.2 else 1
        self.counts = self._count()
        self.uncounted = {each.code for each in self.villages if random.random() < NEVER_COUNTED}

    def _places(self) -> Iterator[tuple[str, str, str]]:
        """Code, name and kind; a street has mostly communities, a town a few of them."""
        random = self.random
        count = random.randint(15, 40)
        urban = random.uniform(0.7, 0.95) if random.random() < 0.35 else random.uniform(0.08, 0.3)
        communities = max(1, round(count * urban))
        names = random.sample([a + b for a in _FIRST for b in _SECOND], count)
        for number, name in enumerate(names):
            if number < communities:
                yield f"{self.code}{number + 1:03d}", f"{name}社区", COMMUNITY
            else:
                yield f"{self.code}{200 + number - communities:03d}", f"{name}村", VILLAGE

    def _count(self) -> dict[tuple[str, int], tuple[float, float]]:
        """Users as all operators together count them, by village and quarter: each with its own small difference."""
        random = self.random
        found = {}
        for village in self.villages:
            bias = 1 + random.gauss(0, 0.018)
            for when in range(1, QUARTERS + 1):
                users, fibre = village.users[when]
                both = bias * (1 + random.gauss(0, 0.008))
                found[village.code, when] = users * both, fibre * both * (1 + random.gauss(0, 0.006))
        for first, second in zip(self.villages, self.villages[1:], strict=False):
            if random.random() < MISPLACED:
                self._misplace(found, first, second, random.uniform(0.05, 0.15))
        return found

    def _misplace(self, found: dict, first: VillageStory, second: VillageStory, share: float) -> None:
        """An operator counts some of a village's users to its neighbour: always, or from some quarter on."""
        start = self.random.choice((1, self.random.randint(2, QUARTERS)))
        for when in range(start, QUARTERS + 1):
            moved = [share * each for each in found[first.code, when]]
            found[first.code, when] = tuple(
                each - part for each, part in zip(found[first.code, when], moved, strict=True)
            )
            found[second.code, when] = tuple(
                each + part for each, part in zip(found[second.code, when], moved, strict=True)
            )

    def judged(self) -> list[int]:
        """The quarters whose returns are looked at: late ones more often, for they have a course."""
        quarters = range(1, QUARTERS + 1)
        drawn = self.random.choices(quarters, [math.sqrt(when) if when > 1 else 0.3 for when in quarters], k=4)
        return sorted(set(drawn))

    def report(self, when: int) -> GeneratedReturn:
        there = [village for village in self.villages if village.begins <= when]
        beside = tuple(self._beside(village, when) for village in there)
        total = None
        if self.counting != NOTHING and when >= self.counts_from:
            total = _counts([self.counts[village.code, when] for village in there])
        figures = {village.code: dict(village.lines[when]) for village in there}
        return GeneratedReturn(figures, ReturnBeside(self.code, period(when), beside, total))

    def _beside(self, village: VillageStory, when: int) -> VillageBeside:
        quarters = [
            each for each in range(max(village.begins, when - 9), when)
            if each in self.approved and each not in village.lacks
        ]  # fmt: skip
        course = tuple((period(each), village.approved.get(each, village.lines[each])) for each in quarters)
        last = quarters[-1] if quarters else 0
        return VillageBeside(
            village.code,
            village.name,
            village.kind,
            course,
            self._counted(village, when),
            self._counted(village, last),
            village.register[when],
            village.register[last] if last else dict.fromkeys(REGISTERED),
        )

    def _counted(self, village: VillageStory, when: int) -> Line | None:
        """None where not all operators have counted the village in that quarter."""
        if self.counting != BY_VILLAGE or when < self.counts_from or village.code in self.uncounted:
            return None
        return _counts([self.counts[village.code, when]])


def _counts(each: list[tuple[float, float]]) -> Line:
    broadband, fibre = (round(sum(column)) for column in zip(*each, strict=True))
    return dict(zip(COUNTED, (broadband, min(fibre, broadband)), strict=True))


def is_big(now: Line, before: Line) -> bool:
    """Whether a figure moved by more than a quarter of itself and more than 20 households."""
    moves = ((now[name] or 0, before[name] or 0) for name in NAMES)
    return any(abs(new - old) > max(20, 0.25 * old) for new, old in moves)
