"""Two judgements side by side: which areas and sites turned, and because of which facts. Plain functions without Django.

The sides may be two quarters, two bases of a quarter, or a quarter as it is and as it would be. A cause is a
dictionary whose ``what`` names its kind; ``acceptance.wording.changes`` has a sentence for each.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from acceptance.judging.verdict_json import AreaDocuments
from acceptance.rules.capability import REASONS, is_fast, is_open, is_television
from acceptance.rules.facts import FOREVER
from acceptance.rules.judge import Period
from acceptance.rules.ledger import FIGURES
from acceptance.rules.plan import SITE_KINDS
from acceptance.rules.service import counted, late
from acceptance.rules.shares import ANSWER_WORDS

MEMBER_KINDS = {
    "natural_villages_achieved": ("natural_village",),
    "villages_achieved": ("village",),
    "townships_achieved": ("street", "town"),
}
"""The kinds of areas that a criterion counts; other shares count sites."""

Cause = dict


@dataclass(frozen=True)
class NearbyPoint:
    """An access point within a site's radius, on the side's as-of date."""

    operator: str
    distance_m: float
    is_open: bool
    mbps: float
    tv_only: bool
    opened_on: np.datetime64
    closed_on: np.datetime64
    counts: bool


@dataclass(frozen=True)
class AreaTurn:
    """An area whose verdict differs; a side on which it is not in force has no document."""

    code: str
    before: dict | None
    after: dict | None
    because: Callable[[], Iterable[Cause]]

    @cached_property
    def causes(self) -> list[Cause]:
        """Why the area turned; worked out only when asked for, since a page shows few of many turns."""
        return list(self.because())


@dataclass(frozen=True)
class SiteTurn:
    """A site that became or ceased to be capable, or fails for another reason; None where it is not in force."""

    site_id: str
    area: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None
    because: Callable[[], Iterable[Cause]]

    @cached_property
    def causes(self) -> list[Cause]:
        return list(self.because())


class Side:
    """A county in a quarter, on a basis."""

    def __init__(self, period: Period, basis: str) -> None:
        self.period, self.county, self.facts = period, period.county, period.facts
        self.standing = period.standing(basis)
        self.basis = basis
        self.row = {code: row for row, code in enumerate(self.facts.areas.code)}
        self.site_row = {site_id: row for row, site_id in enumerate(self.facts.sites.site_id)}
        self.point_row = {ap_id: row for row, ap_id in enumerate(self.facts.access_points.ap_id)}

    @cached_property
    def documents(self) -> AreaDocuments:
        return AreaDocuments(self.standing)

    def verdict(self, code: str) -> dict | None:
        """The verdict on an area as ``evaluate`` prints it; None where it is not in force."""
        row = self.row.get(code, -1)
        return self.documents.of(row) if row >= 0 and self.period.areas_in_force[row] else None

    def areas(self, beneath: str) -> set[str]:
        codes = self.facts.areas.code
        return {codes[row] for row in np.flatnonzero(self.period.areas_in_force) if codes[row].startswith(beneath)}

    # ------------------------------------------------ sites

    @cached_property
    def sites(self) -> dict[str, tuple[int, int, int]]:
        """The sites in force: their area's row, their state, and the number of their reason."""
        rows = np.flatnonzero(self.period.sites_in_force)
        area, state, reason = self.facts.sites.area, self.period.sites.state, self.period.sites.reason
        columns = (column[rows].tolist() for column in (area, state, reason))
        return dict(
            zip((self.facts.sites.site_id[row] for row in rows.tolist()), zip(*columns, strict=True), strict=True)
        )

    @cached_property
    def settlements(self) -> dict[str, dict[str, int]]:
        """By area, the settlements in force and whether they are reached."""
        sites, reached = self.facts.sites, self.period.sites.reached
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for row in np.flatnonzero(self.period.sites_in_force & sites.of(("settlement",))).tolist():
            found[self.facts.areas.code[sites.area[row]]][sites.site_id[row]] = int(reached[row])
        return found

    def site_verdict(self, site_id: str) -> tuple[str, str] | None:
        """Whether the site is capable, and the reason when it is not."""
        if site_id not in self.sites:
            return None
        _, state, reason = self.sites[site_id]
        return ANSWER_WORDS[state], REASONS[reason]

    def area_of(self, site_id: str) -> str:
        return self.facts.areas.code[self.facts.sites.area[self.site_row[site_id]]]

    def position(self, site_id: str) -> tuple[float, float] | None:
        row = self.site_row[site_id]
        lon, lat = float(self.facts.sites.lon[row]), float(self.facts.sites.lat[row])
        return None if np.isnan(lon) else (lon, lat)

    def radius_m(self, site_id: str) -> int:
        return int(self.period.around.radius_m[self.site_row[site_id]])

    @cached_property
    def _pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of sites and points in the order of sites, and where each site's begin."""
        place = self.period.around.near.place
        order = np.argsort(place, kind="stable")
        return order, np.searchsorted(place[order], np.arange(len(self.facts.sites) + 1))

    @cached_property
    def _points(self) -> tuple[np.ndarray, np.ndarray]:
        """Which points are open, and which count."""
        points, capability = self.facts.access_points, self.county.plan.capability
        opened = is_open(points, self.period.as_of)
        return opened, opened & is_fast(points, capability) & ~is_television(points, capability)

    def within_radius(self, site_id: str) -> dict[str, NearbyPoint]:
        """The access points within a site's radius, whatever they carry."""
        row = self.site_row[site_id]
        order, begins = self._pairs
        near, points = self.period.around.near, self.facts.access_points
        opened, counting = self._points
        found = {}
        for pair in order[begins[row] : begins[row + 1]].tolist():
            point = near.centre[pair]
            found[points.ap_id[point]] = NearbyPoint(
                operator=self.facts.operators[points.operator[point]],
                distance_m=float(near.distance_m[pair]),
                is_open=bool(opened[point]),
                mbps=float(points.downstream_mbps[point]),
                tv_only=bool(points.tv_only[point]),
                opened_on=points.opened_on[point],
                closed_on=points.closed_on[point],
                counts=bool(counting[point]),
            )
        return found

    def operators(self, site_id: str) -> dict[str, tuple[bool, bool]]:
        """For each operator whether it reaches the site, and whether it passes the service test there."""
        row = self.site_row[site_id]
        reaching, passes = self.period.sites.reaching[row], self.period.passes[self.facts.sites.area[row]]
        return {
            operator: (bool(reaching[number]), bool(passes[number]))
            for number, operator in enumerate(self.facts.operators)
        }

    @cached_property
    def _late(self) -> dict[tuple[int, str], list[str]]:
        orders, due = self.facts.orders, self.county.due
        first, last = np.datetime64(self.period.quarter.first_day), self.period.as_of
        found = defaultdict(list)
        for row in np.flatnonzero(counted(orders, due, first, last) & late(orders, due)).tolist():
            found[int(orders.area[row]), self.facts.operators[orders.operator[row]]].append(orders.order_id[row])
        return found

    def late_orders(self, site_id: str, operator: str) -> list[str]:
        """The late orders that bear on a site (A32)."""
        row, found = int(self.facts.sites.area[self.site_row[site_id]]), []
        while row >= 0:
            found += self._late.get((row, operator), [])
            row = int(self.facts.areas.parent[row])
        return sorted(found)

    # ------------------------------------------------ returns

    @cached_property
    def lines(self) -> dict[str, dict[str, int]]:
        """The usable figures of each village-level area in force."""
        returns = self.facts.returns.get((str(self.period.quarter), self.basis))
        if returns is None:
            return {}
        pairs = zip(returns.area.tolist(), returns.figures.tolist(), strict=True)
        in_force, code = self.period.areas_in_force, self.facts.areas.code
        return {code[row]: dict(zip(FIGURES, figures, strict=True)) for row, figures in pairs if in_force[row]}


# ---------------------------------------------------------------- sites


def turned_sites(before: Side, after: Side, beneath: str) -> list[SiteTurn]:
    """The sites beneath a code whose verdict or reason differs, by number."""
    turns = []
    for site_id in sorted({*before.sites, *after.sites}):
        was, is_now = before.site_verdict(site_id), after.site_verdict(site_id)
        if was == is_now:
            continue
        area = (after if is_now else before).area_of(site_id)
        if area.startswith(beneath):
            because = partial(site_causes, before, after, site_id)
            turns.append(SiteTurn(site_id, area, was, is_now, because))
    return turns


def site_causes(before: Side, after: Side, site_id: str) -> list[Cause]:
    """Why a site's verdict differs: position, radius, access points, service."""
    if site_id not in before.sites:
        return [{"what": "site_counted"}]
    if site_id not in after.sites:
        return [{"what": "site_left"}]
    was, is_now = before.position(site_id), after.position(site_id)
    if was is None or is_now is None:
        return [{"what": "site_located" if is_now else "site_lost"}] if was != is_now else []
    causes: list[Cause] = [] if was == is_now else [{"what": "site_moved"}]
    if before.area_of(site_id) != after.area_of(site_id):
        causes.append({"what": "site_area", "from": before.area_of(site_id), "to": after.area_of(site_id)})
    radii = before.radius_m(site_id), after.radius_m(site_id)
    if radii[0] != radii[1]:
        causes.append({"what": "radius", "from": radii[0], "to": radii[1]})
    if was == is_now:
        causes += _point_causes(before, after, site_id)
    return [*causes, *_service_causes(before, after, site_id)]


def _point_causes(before: Side, after: Side, site_id: str) -> Iterator[Cause]:
    """The access points within the radius that count on one side only; where there are none, those that changed at all."""
    was, is_now = before.within_radius(site_id), after.within_radius(site_id)
    names = sorted({*was, *is_now})
    telling = [ap for ap in names if _counts(was.get(ap)) != _counts(is_now.get(ap))]
    for ap_id in telling or [ap for ap in names if _state(was.get(ap)) != _state(is_now.get(ap))]:
        yield _point_cause(before, after, ap_id, was.get(ap_id), is_now.get(ap_id))


def _counts(seen: NearbyPoint | None) -> str:
    """For which operator a point counts; blank where it does not."""
    return seen.operator if seen and seen.counts else ""


def _state(seen: NearbyPoint | None) -> tuple | None:
    return None if seen is None else (seen.operator, seen.is_open, seen.mbps, seen.tv_only)


def _point_cause(before: Side, after: Side, ap_id: str, was: NearbyPoint | None, is_now: NearbyPoint | None) -> Cause:
    seen = is_now or was
    assert seen is not None
    cause: Cause = {"ap_id": ap_id, "operator": seen.operator, "distance_m": round(seen.distance_m, 2)}
    if was is None:
        moved = ap_id in before.point_row
        return cause | {"what": "point_moved_in" if moved else "point_added", "on": _day(seen.opened_on)}
    if is_now is None:
        return cause | {"what": "point_moved_out" if ap_id in after.point_row else "point_removed"}
    return cause | _turn(was, is_now, before.period.as_of, after.period.as_of)


def turned_point(
    ap_id: str, was: NearbyPoint, is_now: NearbyPoint, before_on: np.datetime64, after_on: np.datetime64
) -> Cause:
    """What became of an access point that is within a site's radius on both sides, as of two dates."""
    cause = {"ap_id": ap_id, "operator": is_now.operator, "distance_m": round(is_now.distance_m, 2)}
    return cause | _turn(was, is_now, before_on, after_on)


def _turn(was: NearbyPoint, is_now: NearbyPoint, before_on: np.datetime64, after_on: np.datetime64) -> Cause:
    if was.is_open != is_now.is_open:
        if is_now.is_open:
            reopened = before_on >= is_now.opened_on
            return {"what": "point_reopened" if reopened else "point_opened", "on": _day(is_now.opened_on)}
        ended = is_now.closed_on <= after_on
        return (
            {"what": "point_closed", "on": _day(is_now.closed_on)}
            if ended
            else {"what": "point_not_yet", "on": _day(is_now.opened_on)}
        )
    if was.operator != is_now.operator:
        return {"what": "point_operator", "from": was.operator, "to": is_now.operator}
    if was.mbps != is_now.mbps:
        return {"what": "point_speed", "from": was.mbps, "to": is_now.mbps}
    return {"what": "point_television" if is_now.tv_only else "point_broadband"}


def _day(day: np.datetime64) -> str | None:
    return None if day == FOREVER else str(day)


def _service_causes(before: Side, after: Side, site_id: str) -> Iterator[Cause]:
    """Operators that reach the site and pass the service test on one side only."""
    was, is_now = before.operators(site_id), after.operators(site_id)
    for operator in sorted({*was, *is_now}):
        reached_then, passed_then = was.get(operator, (False, True))
        reached_now, passed_now = is_now.get(operator, (False, True))
        if passed_then != passed_now and (reached_then or reached_now):
            failing = before if passed_now else after
            orders = failing.late_orders(site_id, operator)
            yield {"what": "on_time" if passed_now else "late", "operator": operator, "orders": orders}
        elif reached_now and not reached_then and not passed_now:
            yield {"what": "still_late", "operator": operator, "orders": after.late_orders(site_id, operator)}


# ---------------------------------------------------------------- areas


def turning_facts(verdict: dict | None) -> tuple | None:
    """The parts of a verdict that can turn: outcome, reference, and whether it is covered."""
    return (verdict["outcome"], verdict["reference"], verdict.get("covered", "")) if verdict else None


class Comparison:
    """Two sides beneath a code: everything that turned between them."""

    def __init__(self, before: Side, after: Side, beneath: str) -> None:
        self.before, self.after, self.beneath = before, after, beneath

    @cached_property
    def sites(self) -> list[SiteTurn]:
        return turned_sites(self.before, self.after, self.beneath)

    @cached_property
    def _turned(self) -> dict[str, tuple[dict | None, dict | None]]:
        codes = sorted(self.before.areas(self.beneath) | self.after.areas(self.beneath))
        pairs = {code: (self.before.verdict(code), self.after.verdict(code)) for code in codes}
        return {
            code: (was, is_now) for code, (was, is_now) in pairs.items() if turning_facts(was) != turning_facts(is_now)
        }

    @cached_property
    def areas(self) -> list[AreaTurn]:
        return [AreaTurn(code, *pair, partial(self._area_causes, code, *pair)) for code, pair in self._turned.items()]

    def _area_causes(self, code: str, was: dict | None, is_now: dict | None) -> Iterator[Cause]:
        if was is None or is_now is None:
            yield {"what": "area_begun" if is_now else "area_ended"}
            return
        if was["kind"] != is_now["kind"]:
            yield {"what": "kind"}
            return
        if bool(was["criteria"]) != bool(is_now["criteria"]):
            yield self._households(code)
            return
        figures = {row["key"]: row for row in was["criteria"]}
        for row in is_now["criteria"]:
            if figures[row["key"]]["outcome"] != row["outcome"]:
                yield self._criterion(code, figures[row["key"]], row)
        if was.get("covered") != is_now.get("covered"):
            yield {"what": "covered", "to": is_now["covered"], "sites": self._reach_turned(code)}

    def _households(self, code: str) -> Cause:
        was, is_now = (int(side.facts.areas.permanent_households[side.row[code]]) for side in (self.before, self.after))
        return {"what": "households", "from": was, "to": is_now}

    def _criterion(self, code: str, was: dict, is_now: dict) -> Cause:
        criterion = self.after.county.plan.criteria[is_now["key"]]
        cause = {"what": "criterion", "key": is_now["key"], "from": was, "to": is_now}
        if criterion.is_rate:
            return cause | {"area": code, "returns": self._returns_changed(code)}
        kinds = MEMBER_KINDS.get(criterion.measure)
        if kinds is None:
            own = criterion.measure == "own_sites"
            turned = self._sites_turned(code, criterion.site_kinds, own)
            sites = {"sites": [each.site_id for each in turned]}
            return cause | sites | ({"facts": _told_once(turned)} if own else {})
        return cause | {"areas": self._members_turned(code, kinds)}

    @cached_property
    def _members(self) -> dict[str, list[tuple[str, str, str | None, str | None]]]:
        """By parent the areas whose outcome turned: code, kind, outcomes."""
        found: dict[str, list] = defaultdict(list)
        for member, (was, is_now) in self._turned.items():
            outcomes = (was and was["outcome"], is_now and is_now["outcome"])
            if outcomes[0] != outcomes[1]:
                found[member[:-3]].append((member, (is_now or was or {})["kind"], *outcomes))
        return found

    def _members_turned(self, code: str, kinds: tuple[str, ...]) -> list[dict]:
        """The areas directly beneath that turned, by code."""
        members = self._members.get(code, ())
        return [{"code": member, "from": was, "to": is_now} for member, kind, was, is_now in members if kind in kinds]

    @cached_property
    def _sites_beneath(self) -> dict[str, list[SiteTurn]]:
        """The sites that became or ceased to be capable, by their area and by each of those above it."""
        found = defaultdict(list)
        for turn in self.sites:
            if (turn.before and turn.before[0]) != (turn.after and turn.after[0]):
                for digits in range(6, len(turn.area) + 1, 3):
                    found[turn.area[:digits]].append(turn)
        return found

    def _sites_turned(self, code: str, kinds: tuple[str, ...], own: bool) -> list[SiteTurn]:
        """The sites that turned, at the area or anywhere beneath."""
        inside = (each for each in self._sites_beneath.get(code, ()) if not own or each.area == code)
        return [each for each in inside if self._kind(each.site_id) in kinds]

    def _kind(self, site_id: str) -> str:
        side = self.after if site_id in self.after.site_row else self.before
        return SITE_KINDS[side.facts.sites.kind[side.site_row[site_id]]]

    def _reach_turned(self, code: str) -> list[str]:
        """The settlements of a natural village that are reached on one side only."""
        was, is_now = self.before.settlements.get(code, {}), self.after.settlements.get(code, {})
        return sorted(site for site in {**was, **is_now} if was.get(site) != is_now.get(site))

    @cached_property
    def _lines_changed(self) -> list[dict]:
        """The lines of users that differ, by area."""
        found = []
        for village in sorted({*self.before.lines, *self.after.lines}):
            was, is_now = (_users(side.lines.get(village)) for side in (self.before, self.after))
            if was != is_now:
                found.append({"code": village, "from": was, "to": is_now})
        return found

    def _returns_changed(self, code: str) -> list[dict]:
        """Changed lines at the area and beneath."""
        return [each for each in self._lines_changed if each["code"].startswith(code)]


def _told_once(turns: list[SiteTurn]) -> list[Cause]:
    """The causes of several sites, each access point and each operator's orders once."""
    told: dict[tuple, Cause] = {}
    for cause in (cause for turn in turns for cause in turn.causes):
        told.setdefault((cause["what"], cause.get("ap_id"), cause.get("operator")), cause)
    return list(told.values())


def _users(line: Mapping[str, int] | None) -> dict[str, int] | None:
    return {name: line[name] for name in ("broadband_users", "fibre_users")} if line else None


def turned_milestones(before: list[dict], after: list[dict]) -> list[tuple[dict | None, dict | None]]:
    """The entries of milestones, as they are printed, whose status differs or that are held on one side only."""
    was = {(entry["key"], entry["scope"]): entry for entry in before}
    is_now = {(entry["key"], entry["scope"]): entry for entry in after}
    pairs = ((was.get(key), is_now.get(key)) for key in {**was, **is_now})
    return [pair for pair in pairs if _light(pair[0]) != _light(pair[1])]


def _light(entry: dict | None) -> tuple | None:
    return (entry["status"], entry["held"]) if entry else None
