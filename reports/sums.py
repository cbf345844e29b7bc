"""Sums over the returns of villages that know their members, so that only like is compared with like.

Where a return is missing in one of two quarters, or a village is there in one of them only, both sides are added up over the
villages that are in both, and what was left out is said. Villages that were merged count as one, before and after.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from acceptance.models import Basis, Verdict
from acceptance.wording import number
from areas.lineage import Lineage
from areas.vocabulary import VILLAGE_LEVEL
from common.periods import Quarter
from reports.bounds import PartialShare, bounds

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
    split: Collection[SummedVillage] = ()
    """Villages that came out of one that was split: there is nothing to compare them with."""
    is_part: bool = False
    """Whether the area as a whole came out of one that was split."""

    @property
    def note(self) -> str:
        """Over whom it is compared; blank where nobody was left out."""
        if self.is_part:
            return "由分设而来，分设前没有可比数，不作比较"
        said = self._over
        if not self.split:
            return said
        parts = f"{_named(self.split)}由分设而来，不作比较"
        return f"{said}；{parts}" if said else parts

    @property
    def _over(self) -> str:
        if not self.left_out:
            return ""
        if not self.shared:
            return "没有两季均有季报的村居，不作比较"
        return f"可比口径为两季均有季报的 {number(self.shared)} 个村居，不含{_named(self.left_out)}"


def _named(villages: Collection[SummedVillage]) -> str:
    """Their names, or of many how many there are in each township."""
    if len(villages) <= NAMED:
        return "、".join(each.name for each in villages)
    by_township: dict[str, int] = defaultdict(int)
    for each in villages:
        by_township[each.township] += 1
    return "、".join(f"{township} {number(count)} 个" for township, count in by_township.items())


class Sums:
    """The villages beneath a code in some quarters, as far as the user sees them; two queries."""

    def __init__(self, user, beneath: str, basis: Basis, quarters: Iterable[Quarter]) -> None:
        self._user, self._beneath, self._basis, self._quarters = user, beneath, basis, set(quarters)

    def is_part(self, code: str, now: Quarter, before: Quarter) -> bool:
        """Whether the area came out of one that was split between the two quarters."""
        return self.lineage.origins(code, before.last_day, now.last_day) is None

    def like(self, code: str, now: Quarter, before: Quarter) -> Like:
        """The area in two quarters over the villages that both have, a merged one beside the sum of what went into it."""
        roots = self.lineage.origins(code, before.last_day, now.last_day)
        if roots is None:
            return Like(_sum([]), _sum([]), 0, is_part=True)
        then = self._villages.get(before, {})
        sides: tuple[list, list] = [], []
        left_out: dict[str, SummedVillage] = {}
        split, met, shared = [], set(), 0
        for village in self._villages.get(now, {}).values():
            if not village.code.startswith(code):
                continue
            origins = self.lineage.origins(village.code, before.last_day, now.last_day)
            if origins is None:
                split.append(village)
                continue
            earlier = [then[each] for each in sorted(origins) if each in then]
            met |= {each.code for each in earlier}
            inside = all(each.code.startswith(tuple(roots)) for each in earlier)
            inside = inside and all(map(self._user.scope.holds, origins))
            if earlier and inside and all(each.figures is not None for each in (village, *earlier)):
                shared += 1
                sides[0].append(village)
                sides[1].extend(earlier)
            else:
                left_out |= {each.code: each for each in (village, *earlier) if each.code.startswith(code)}
        gone = self.lineage.parted(before.last_day, now.last_day) | {each.code for each in split}
        left_out |= {
            each.code: each
            for each in then.values()
            if each.code.startswith(code) and each.code not in met and each.code not in gone
        }
        ordered = [left_out[each] for each in sorted(left_out)]
        return Like(_sum(sides[0]), _sum(sides[1]), shared, ordered, split)

    def partial(self, code: str, quarter: Quarter, part: str, whole: str) -> PartialShare:
        """How many villages of the area reported in the quarter, and what the share ``part`` of ``whole`` of all of them may be.

        What is missing is taken as it was in the latest of the quarters before.
        """
        own = [each for each in self._villages.get(quarter, {}).values() if each.code.startswith(code)]
        there, missing = (
            [each for each in own if (each.figures is not None) == is_there] for is_there in (True, False)
        )
        known = _sum(there)
        last = [self._last(each.code, quarter) for each in missing]
        terms = [(each[part], each[whole]) if each else None for each in last]
        return PartialShare(len(there), len(own), bounds((known[part], known[whole]), terms))

    def _last(self, code: str, before: Quarter) -> Figures | None:
        """What a village last reported before a quarter; None where none of the quarters has it."""
        earlier = sorted((each for each in self._villages if each < before), reverse=True)
        found = (self._villages[each][code] for each in earlier if code in self._villages[each])
        return next((each.figures for each in found if each.figures is not None), None)

    def members(self, code: str, quarter: Quarter) -> frozenset[str]:
        """Which villages make up the area's sum, those merged later as one."""
        groups: dict[str, list[SummedVillage]] = defaultdict(list)
        for village in self._villages.get(quarter, {}).values():
            groups[self.lineage.heir(village.code)].append(village)
        return frozenset(key for key, members in groups.items() if _whole(members, code))

    @cached_property
    def lineage(self) -> Lineage:
        return Lineage.of(self._beneath[:6])

    @cached_property
    def _villages(self) -> dict[Quarter, dict[str, SummedVillage]]:
        """The villages of each quarter by code: those beneath the area, and of what went into it."""
        roots = self.lineage.before([self._beneath])
        beneath = Q()
        for root in sorted(roots):
            beneath |= Q(area__code__startswith=root)
        rows = Verdict.objects.visible_to(self._user).standing().filter(beneath, basis=self._basis)
        rows = rows.filter(area__kind__in=VILLAGE_LEVEL, period__in=[str(quarter) for quarter in self._quarters])
        names = ("period", "area_id", "area__name", "area__parent__name", "figures")
        found: dict[Quarter, dict[str, SummedVillage]] = defaultdict(dict)
        for period, code, name, township, said in rows.order_by("area_id").values_list(*names):
            found[Quarter.parse(period)][code] = SummedVillage(code, name, township, _figures(said))
        return found


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
