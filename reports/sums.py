"""Sums over the returns of villages that know their members, so that only like is compared with like.

Where a return is missing in one of two quarters, or a village is there in one of them only, both sides are added up over the
villages that are in both, and what was left out is said. Villages that were merged count as one, before and after.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from acceptance.models import Basis, Verdict
from acceptance.wording import number
from areas.models import Succession
from areas.vocabulary import VILLAGE_LEVEL
from common.periods import Quarter

NAMED = 5
"""How many of those left out are named; of more their number is said."""

Figures = Mapping[str, int]
_PARTS = {
    "fibre_covered_households": ("coverage", "numerator"),
    "broadband_covered_households": ("coverage", "denominator"),
    "households": ("coverage", "full_denominator"),
    "fibre_users": ("penetration", "numerator"),
    "broadband_users": ("penetration", "denominator"),
}


@dataclass(frozen=True)
class SummedVillage:
    """A village in a quarter; no ``figures``: its return is missing."""

    code: str
    name: str
    township: str
    figures: Figures | None


@dataclass(frozen=True)
class Like:
    """Two quarters over the same villages: their sums, how many they are, and who stands on one side only (None: nobody)."""

    now: Figures
    before: Figures
    shared: int
    left_out: Collection[SummedVillage] = ()

    @property
    def note(self) -> str:
        """Over whom it is compared; blank where nobody was left out."""
        if not self.left_out:
            return ""
        if not self.shared:
            return "没有两季都有季报的村居，不能比"
        return f"只比两季都有季报的 {number(self.shared)} 个村居，不含{self._named}"

    @property
    def _named(self) -> str:
        names = [each.name for each in self.left_out]
        if len(names) <= NAMED:
            return "、".join(names)
        by_township: dict[str, int] = defaultdict(int)
        for each in self.left_out:
            by_township[each.township] += 1
        return "、".join(f"{township} {number(count)} 个" for township, count in by_township.items())


class Sums:
    """The villages beneath a code in some quarters, as far as the user sees them; two queries."""

    def __init__(self, user, beneath: str, basis: Basis, quarters: Iterable[Quarter]) -> None:
        self._user, self._beneath, self._basis, self._quarters = user, beneath, basis, set(quarters)

    def like(self, code: str, now: Quarter, before: Quarter) -> Like:
        """The area in two quarters over the villages that both have."""
        sides = [self._groups.get(quarter, {}) for quarter in (now, before)]
        shared = [key for key in sides[0].keys() & sides[1].keys() if all(_whole(side[key], code) for side in sides)]
        left_out = {
            each.code: each
            for side in sides
            for key, members in side.items()
            if key not in shared
            for each in members
            if each.code.startswith(code)
        }
        sum_now, sum_before = (_sum([each for key in shared for each in side[key]]) for side in sides)
        return Like(sum_now, sum_before, len(shared), [left_out[code] for code in sorted(left_out)])

    def members(self, code: str, quarter: Quarter) -> frozenset[str]:
        """Which villages make up the area's sum, those merged later as one."""
        groups = self._groups.get(quarter, {})
        return frozenset(key for key, members in groups.items() if _whole(members, code))

    @cached_property
    def _groups(self) -> dict[Quarter, dict[str, list[SummedVillage]]]:
        """For each quarter the villages under the one that they went into in the end."""
        rows = Verdict.objects.visible_to(self._user).standing().filter(basis=self._basis)
        rows = rows.filter(area__code__startswith=self._beneath, area__kind__in=VILLAGE_LEVEL)
        rows = rows.filter(period__in=[str(quarter) for quarter in self._quarters]).order_by("area_id")
        found: dict[Quarter, dict[str, list[SummedVillage]]] = defaultdict(lambda: defaultdict(list))
        for period, code, name, township, said in rows.values_list(
            "period", "area_id", "area__name", "area__parent__name", "figures"
        ):
            found[Quarter.parse(period)][self._into(code)].append(SummedVillage(code, name, township, _figures(said)))
        return found

    @cached_property
    def _successors(self) -> dict[str, str]:
        merged = Succession.objects.filter(area__kind__in=VILLAGE_LEVEL, area__county=self._beneath[:6])
        return dict(merged.order_by("pk").values_list("area_id", "successor_id"))

    def _into(self, code: str) -> str:
        seen: set[str] = set()
        while code in self._successors and code not in seen:
            seen.add(code)
            code = self._successors[code]
        return code


def _figures(said: Mapping) -> Figures | None:
    """The five figures that a village's verdict read; None where its return was missing."""
    if not said or said["coverage"]["returns_missing"]:
        return None
    return {name: said[key][part] for name, (key, part) in _PARTS.items()}


def _whole(members: Collection[SummedVillage], code: str) -> bool:
    """Whether every one lies in the area and has its figures."""
    return all(each.figures is not None and each.code.startswith(code) for each in members)


def _sum(members: Collection[SummedVillage]) -> Figures:
    return {name: sum(each.figures[name] for each in members if each.figures) for name in _PARTS}
