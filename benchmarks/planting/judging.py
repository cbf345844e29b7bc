"""Judges a detector by what it flags: faults caught, sound rows flagged, and both at every bound."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from types import ModuleType
from typing import Any

from planting.faults import PlantedFault, PlantedReturn
from planting.townships import ReturnBeside

LEAST_CAUGHT, MOST_FLAGGED = 0.95, 0.03
BOUNDS = tuple(number / 20 for number in range(10, 41))
"""What a finding's score is held against; the detector's own bound is 1."""

CLEAN, SPOILT = "returns without a fault", "returns with faults"


@dataclass(frozen=True)
class ScoredFault:
    """A fault, and the highest score that catches it."""

    fault: PlantedFault
    score: float


@dataclass
class Verdict:
    """The faults, and the highest score on each sound row and on each return without a fault as a whole."""

    faults: list[ScoredFault]
    rows: Mapping[str, list[float]]
    wholes: list[float]

    def caught(self, bound: float = 1.0, kind: str = "", *, within_rules: bool = False) -> tuple[int, int]:
        """Caught and planted: of a kind; of those that break no hard rule."""
        scores = [
            each.score
            for each in self.faults
            if kind in ("", each.fault.kind) and not (within_rules and each.fault.breaks_rule)
        ]
        return sum(score >= bound for score in scores), len(scores)

    def flagged(self, bound: float = 1.0, where: Sequence[str] = (CLEAN, SPOILT)) -> tuple[int, int]:
        """Flagged and all sound rows."""
        scores = [score for each in where for score in self.rows[each]]
        return sum(score >= bound for score in scores), len(scores)

    def flagged_wholes(self, bound: float = 1.0) -> tuple[int, int]:
        """Returns without a fault that are flagged as a whole, and all of them."""
        return sum(score >= bound for score in self.wholes), len(self.wholes)


def judge(planted: Iterable[PlantedReturn], detect: Callable, types: ModuleType | Any) -> Verdict:
    """Run the detector on every return; ``types`` has its VillageContext and ReturnContext."""
    faults: list[ScoredFault] = []
    rows: dict[str, list[float]] = defaultdict(list)
    wholes: list[float] = []
    for each in planted:
        scores: Counter = Counter()
        for oddity in detect(each.figures, context(each.beside, types)):
            scores[oddity.code] = max(scores[oddity.code], oddity.score)
        for fault in each.faults:
            codes = [*fault.rows, ""] if fault.of_return else [*fault.rows]
            faults.append(ScoredFault(fault, max(scores[code] for code in codes)))
        touched = frozenset[str]().union(*(fault.touched for fault in each.faults))
        rows[SPOILT if each.faults else CLEAN] += [scores[code] for code in each.figures if code not in touched]
        if not each.faults:
            wholes.append(scores[""])
    return Verdict(faults, rows, wholes)


def context(beside: ReturnBeside, types: ModuleType | Any) -> Any:
    """What stands beside a return, in the detector's own classes."""
    villages = tuple(types.VillageContext(**_values(village)) for village in beside.villages)
    return types.ReturnContext(**{**_values(beside), "villages": villages})


def _values(made: Any) -> dict[str, Any]:
    return {each.name: getattr(made, each.name) for each in fields(made)}
