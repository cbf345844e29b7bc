"""Why a measure moved between two quarters: its change as a sum of parts, down to sites and causes. No Django, no clock.

A measure counts members, so its change is the sum of theirs, each 1 or −1. What turned a member is shared among whatever
turned beneath it by Shapley values, level by level: the criteria of an area, the members of a criterion, the operators'
points and orders at a site. The parts are fractions, sum to the change exactly, and do not depend on any order.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from acceptance.rules.plan import Criterion, Plan
from outlook import shapley

Cause = dict
"""A fact that differs, as those of ``acceptance.comparison.comparing``: ``what`` names its kind."""

ACHIEVED_KINDS = {
    "natural_villages_achieved": ("natural_village",),
    "quarters_achieved": ("quarter",),
    "villages_achieved": ("village",),
    "towns_achieved": ("town",),
    "townships_achieved": ("street", "town"),
}
DEMONSTRATION_KINDS = {"demonstration_quarters": "quarter", "demonstration_natural_villages": "natural_village"}
UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class SiteSide:
    """A site in force on a side; ``reach`` says of each operator that reaches it whether it passes the service test there."""

    area: str
    kind: str
    setting: str
    capable: bool
    located: bool
    reached: bool
    reach: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class AreaSide:
    """An area in force on a side; ``sites`` of a leaf are its own: kind, whether capable, whether reached."""

    kind: str
    outcome: str
    covered: str
    demonstration: bool
    criteria: Mapping[str, Mapping]
    sites: Mapping[str, tuple[str, bool, bool]] = field(default_factory=dict)
    fibre_covered: int | None = None
    """Households of a village's return; None without one."""
    permanent_households: int | None = None


@dataclass(frozen=True)
class CountySide:
    """What is stored of a quarter at and beneath a scope; of the sites those that differ from the other side."""

    areas: Mapping[str, AreaSide]
    sites: Mapping[str, SiteSide]


@dataclass(frozen=True)
class ChangePart:
    """A piece of a change: how much, of which member, at which site or area, because of what."""

    value: Fraction
    member: str
    area: str
    site: str
    cause: Cause

    @property
    def operator(self) -> str:
        return self.cause.get("operator", "")


Share = tuple[Fraction, str, str, Cause]
"""A share of 1, the area, the site (blank: the area itself) and the cause."""

Describe = Callable[[str, str, bool], Cause]
"""The cause of an operator's reaching a site, or passing its service test there, on one side only: site, operator, gained."""


class Attribution:
    """Two sides of a scope; ``reach`` and ``service`` put a name to what turned at a site."""

    def __init__(self, plan: Plan, before: CountySide, after: CountySide, reach: Describe, service: Describe) -> None:
        self.plan, self.before, self.after = plan, before, after
        self._reach, self._service = reach, service
        self._explained: dict[str, list[Share]] = {}

    def parts(self, measure: str, scope: str) -> list[ChangePart]:
        """The change of a milestone's measure in a scope, in pieces; those that are 0 are left out."""
        return [part for part in self._parts(measure, scope) if part.value]

    def _parts(self, measure: str, scope: str) -> Iterator[ChangePart]:
        if measure == "coverage_rate":
            yield from self._returns(scope)
        elif measure == "urban_sites_capable":
            yield from self._urban(scope)
        else:
            for code in self._codes(scope):
                was, now = (self._counts(side.areas.get(code), measure) for side in (self.before, self.after))
                if was != now:
                    for share, area, site, cause in self._of_member(code, measure):
                        yield ChangePart((now - was) * share, code, area, site, cause)

    def _codes(self, scope: str) -> list[str]:
        return sorted(code for code in {*self.before.areas, *self.after.areas} if code.startswith(scope))

    @staticmethod
    def _counts(side: AreaSide | None, measure: str) -> bool:
        """Whether an area is among those that the measure has as passed."""
        if side is None:
            return False
        if measure == "natural_villages_covered":
            return side.kind == "natural_village" and side.covered == "yes"
        if measure in DEMONSTRATION_KINDS:
            return side.kind == DEMONSTRATION_KINDS[measure] and side.demonstration and side.outcome == "achieved"
        return side.kind in ACHIEVED_KINDS[measure] and side.outcome == "achieved"

    def _of_member(self, code: str, measure: str) -> list[Share]:
        if measure == "natural_villages_covered":
            return self._entered(code) or self._covered(code)
        if measure in DEMONSTRATION_KINDS:
            return self._entered(code) or self._demonstration(code)
        return self.explain(code)

    # ------------------------------------------------ areas

    def explain(self, code: str) -> list[Share]:
        """Why an area's outcome turned: shares that sum to 1."""
        if code not in self._explained:
            self._explained[code] = self._entered(code) or self._by_criteria(code)
        return self._explained[code]

    def _entered(self, code: str) -> list[Share]:
        """What it is when the area is not asked the same on both sides; nothing where it is."""
        was, now = self.before.areas.get(code), self.after.areas.get(code)
        if was is None or now is None:
            return [_whole(code, {"what": "area_begun" if now else "area_ended"})]
        if was.kind != now.kind:
            return [_whole(code, {"what": "kind"})]
        if bool(was.criteria) != bool(now.criteria):
            households = {"from": was.permanent_households or 0, "to": now.permanent_households or 0}
            return [_whole(code, {"what": "households", **households})]
        return []

    def _by_criteria(self, code: str) -> list[Share]:
        """All hard criteria must be met: of those that turned together each has the same part in it."""
        was, now = self.before.areas[code], self.after.areas[code]
        turned = [
            self.plan.criteria[key]
            for key, row in sorted(now.criteria.items())
            if row["role"] == "hard" and _met(row) != _met(was.criteria.get(key))
        ]
        if not turned:
            return [_whole(code, {"what": UNEXPLAINED})]
        shares = [self._by_members(code, each, was.criteria[each.key], now.criteria[each.key]) for each in turned]
        return _each(Fraction(1, len(turned)), shares)

    def _by_members(self, code: str, criterion: Criterion, was: Mapping, now: Mapping) -> list[Share]:
        """The members that moved a criterion, each with its part, and each part among what turned that member."""
        if "passed" not in now:
            return [_whole(code, {"what": UNEXPLAINED})]
        steps = {
            member: (passes[1] - passes[0], is_there[1] - is_there[0])
            for member, (passes, is_there) in self._members(code, criterion).items()
            if passes[0] != passes[1] or is_there[0] != is_there[1]
        }
        weights = self._weights(steps, criterion, was, now)
        if not weights:
            return [_whole(code, {"what": UNEXPLAINED})]
        of_sites = criterion.measure in ("own_sites", "sites_beneath")
        beneath = self.explain_site if of_sites else self.explain
        return [share for member, weight in weights.items() for share in _each(weight, [beneath(member)])]

    @staticmethod
    def _weights(
        steps: Mapping[str, shapley.Step], criterion: Criterion, was: Mapping, now: Mapping
    ) -> dict[str, Fraction]:
        """The members' parts as shares of 1; alike for all where the counts alone do not tell the turn."""
        threshold = criterion.threshold

        def is_met(passed: int, total: int) -> bool:
            return total > 0 and passed * threshold.denominator >= threshold.numerator * total

        found = shapley.of_threshold(steps, was["passed"], was["total"], is_met)
        turn = _met(now) - _met(was)
        if sum(found.values()) == turn:
            return {member: value / turn for member, value in found.items() if value}
        return dict.fromkeys(steps, Fraction(1, len(steps))) if steps else {}

    def _members(self, code: str, criterion: Criterion) -> dict[str, tuple[tuple[bool, bool], tuple[bool, bool]]]:
        """Whether each member passes, and whether it is counted at all, before and after."""
        if criterion.measure == "own_sites":
            sides = [self._own_sites(side.areas[code], criterion) for side in (self.before, self.after)]
        elif criterion.measure == "sites_beneath":
            sides = [self._sites_beneath(side, code, criterion) for side in (self.before, self.after)]
        else:
            sides = [self._areas_beneath(side, code, criterion) for side in (self.before, self.after)]
        return {
            member: (
                (sides[0].get(member, False), sides[1].get(member, False)),
                (member in sides[0], member in sides[1]),
            )
            for member in sorted({*sides[0], *sides[1]})
        }

    @staticmethod
    def _own_sites(side: AreaSide, criterion: Criterion) -> dict[str, bool]:
        return {site: capable for site, (kind, capable, _) in side.sites.items() if kind in criterion.site_kinds}

    @staticmethod
    def _sites_beneath(side: CountySide, code: str, criterion: Criterion) -> dict[str, bool]:
        return {
            site: each.capable
            for site, each in side.sites.items()
            if each.area.startswith(code) and each.kind in criterion.site_kinds
        }

    @staticmethod
    def _areas_beneath(side: CountySide, code: str, criterion: Criterion) -> dict[str, bool]:
        kinds = ACHIEVED_KINDS[criterion.measure]
        return {
            member: each.outcome == "achieved"
            for member, each in side.areas.items()
            if member != code and member.startswith(code) and each.kind in kinds and each.criteria
        }

    def _demonstration(self, code: str) -> list[Share]:
        """Both must hold: that it is nominated, and that it is achieved."""
        was, now = self.before.areas[code], self.after.areas[code]
        turned = []
        if was.demonstration != now.demonstration:
            turned.append([_whole(code, {"what": "demonstration"})])
        if (was.outcome == "achieved") != (now.outcome == "achieved"):
            turned.append(self.explain(code))
        return _each(Fraction(1, len(turned)), turned)

    def _covered(self, code: str) -> list[Share]:
        """Every settlement must be reached: those that turned have each the same part."""
        was, now = (
            {site: reached for site, (kind, _, reached) in side.areas[code].sites.items() if kind == "settlement"}
            for side in (self.before, self.after)
        )
        turned = sorted(site for site in {*was, *now} if was.get(site) != now.get(site))
        if not turned:
            return [_whole(code, {"what": UNEXPLAINED})]
        return _each(Fraction(1, len(turned)), [self.explain_site(site, by_reach=True) for site in turned])

    # ------------------------------------------------ sites

    def explain_site(self, site: str, by_reach: bool = False) -> list[Share]:
        """Why a site became or ceased to be capable, or reached: shares that sum to 1."""
        was, now = self.before.sites.get(site), self.after.sites.get(site)
        area = (now or was).area if now or was else ""
        found = self._site_causes(site, was, now, by_reach)
        return [(share, area, site, cause) for share, cause in found]

    def _site_causes(
        self, site: str, was: SiteSide | None, now: SiteSide | None, by_reach: bool
    ) -> list[tuple[Fraction, Cause]]:
        if was is None or now is None:
            return [(Fraction(1), {"what": "site_counted" if now else "site_left" if was else UNEXPLAINED})]
        if was.located != now.located:
            return [(Fraction(1), {"what": "site_located" if now.located else "site_lost"})]
        if was.area != now.area and was.reach == now.reach:
            return [(Fraction(1), {"what": "site_area", "from": was.area, "to": now.area})]
        game = _SiteGame(was, now, by_reach, int(self.plan.capability.operators.value))
        found = game.values
        if not found:
            return [(Fraction(1), {"what": UNEXPLAINED})]
        describe = {"reach": self._reach, "service": self._service}
        return [
            (value, describe[what](site, operator, game.gained(what, operator)))
            for (what, operator), value in found.items()
            if value
        ]

    # ------------------------------------------------ measures that count sites, and sums of returns

    def _urban(self, scope: str) -> Iterator[ChangePart]:
        """The urban sites of streets; one whose setting changed is one more or one less."""
        for site in sorted({*self.before.sites, *self.after.sites}):
            was, now = (self._urban_side(side, site) for side in (self.before, self.after))
            area = (self.after.sites.get(site) or self.before.sites[site]).area
            if not area.startswith(scope) or (was and was.capable) == (now and now.capable):
                continue
            value = bool(now and now.capable) - bool(was and was.capable)
            if not value:
                continue
            is_moved = site in self.before.sites and site in self.after.sites and not (was and now)
            shares = [(Fraction(1), area, site, {"what": "setting"})] if is_moved else self.explain_site(site)
            for share, place, _, cause in shares:
                yield ChangePart(value * share, site, place, site, cause)

    @cached_property
    def _streets(self) -> frozenset[str]:
        sides = (self.before.areas, self.after.areas)
        return frozenset(code for side in sides for code, each in side.items() if each.kind == "street")

    def _urban_side(self, side: CountySide, site: str) -> SiteSide | None:
        found = side.sites.get(site)
        return found if found and found.setting == "urban" and found.area[:9] in self._streets else None

    def _returns(self, scope: str) -> Iterator[ChangePart]:
        """A sum of returns moves by the sum of what each village reports more or less."""
        for code in self._codes(scope):
            was, now = (each.areas.get(code) for each in (self.before, self.after))
            before, after = (each.fibre_covered if each else None for each in (was, now))
            value = (after or 0) - (before or 0)
            if value:
                entered = [] if was and now and was.kind == now.kind else self._entered(code)
                cause = entered[0][3] if entered else {"what": "return", "from": before, "to": after}
                yield ChangePart(Fraction(value), code, code, "", cause)


class _SiteGame:
    """A site at which operators' reach and service turned: who brought the turn about."""

    def __init__(self, was: SiteSide, now: SiteSide, by_reach: bool, operators: int) -> None:
        self.was, self.now, self.by_reach, self.operators = was, now, by_reach, operators

    def gained(self, what: str, operator: str) -> bool:
        return operator in self.now.reach if what == "reach" else self.now.reach[operator]

    @cached_property
    def players(self) -> list[tuple[str, str]]:
        was, now = self.was.reach, self.now.reach
        reach = [("reach", each) for each in sorted({*was, *now}) if (each in was) != (each in now)]
        service = [("service", each) for each in sorted({*was} & {*now}) if was[each] != now[each]]
        return reach if self.by_reach else reach + service

    @cached_property
    def values(self) -> dict[tuple[str, str], Fraction]:
        """The players' shares of 1; nothing where they do not tell the turn."""
        before, after = ((side.reached if self.by_reach else side.capable) for side in (self.was, self.now))
        turn = after - before
        everyone = frozenset(self.players)
        if not turn or (self._holds(frozenset()), self._holds(everyone)) != (before, after):
            return {}
        return {player: value / turn for player, value in shapley.values(self.players, self._holds).items()}

    def _holds(self, turned: frozenset[tuple[str, str]]) -> bool:
        """Whether the site is capable, or reached, when these have turned and the rest is as it was."""
        serving = 0
        for operator in {*self.was.reach, *self.now.reach}:
            reaches = (operator in self.now.reach) if ("reach", operator) in turned else (operator in self.was.reach)
            first = self.was.reach.get(operator, self.now.reach.get(operator, False))
            passes = self.now.reach[operator] if ("service", operator) in turned else first
            serving += reaches and (self.by_reach or passes)
        return serving >= (1 if self.by_reach else self.operators)


def _each(weight: Fraction, several: Iterable[list[Share]]) -> list[Share]:
    """All the shares, each by a weight smaller."""
    return [(weight * share, area, site, cause) for shares in several for share, area, site, cause in shares]


def _whole(code: str, cause: Cause) -> Share:
    return Fraction(1), code, "", cause


def _met(row: Mapping | None) -> bool:
    return bool(row) and row["outcome"] == "met"
