"""What is stored of two quarters, as the two sides of an attribution: verdicts with their inputs; nothing is judged."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256

import numpy as np
from django.core.cache import cache
from django.db.models import TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from acceptance.comparison.comparing import NearbyPoint, turned_point
from acceptance.judging import standing
from acceptance.models import SiteVerdict, Verdict
from acceptance.rules.capability import eligible, is_open
from acceptance.rules.facts import FOREVER, AccessPoints, Orders
from acceptance.rules.plan import Milestone, Plan
from acceptance.rules.service import counted, due_dates, late
from areas.dated import overrides
from areas.models import AccessPoint, Area, ServiceOrder
from areas.vocabulary import DatedTable
from areas.workdays import load as working_days
from common.lookups import among, chunks
from common.periods import Quarter
from outlook.attribution import UNEXPLAINED, AreaSide, Attribution, Cause, ChangePart, CountySide, SiteSide
from outlook.forecasting import KEPT_SECONDS


@dataclass(frozen=True)
class StoredSite:
    """A site's stored verdict; ``reach`` by operator as the evidence gives it."""

    side: SiteSide
    radius_m: int
    reach: Mapping[str, Mapping]


def parts(
    county: str, milestone: Milestone, scope: str, before: Quarter, after: Quarter, basis: str
) -> list[ChangePart]:
    """The change of a milestone's measure in a scope; worked out once for a version of the verdicts, then kept."""
    stands = standing.of(county)
    version = sha256(repr(stands.version).encode()).hexdigest()[:24]
    key = f"why:{county}:{milestone.measure}:{scope}:{before}:{after}:{basis}:{version}"
    kept = cache.get(key)
    if kept is None:
        kept = StoredSides(stands.plan, county, scope, before, after, basis).attribution.parts(milestone.measure, scope)
        cache.set(key, kept, KEPT_SECONDS)
    return kept


class StoredSides:
    """The verdicts at and beneath a scope in two quarters, on a basis."""

    def __init__(self, plan: Plan, county: str, scope: str, before: Quarter, after: Quarter, basis: str) -> None:
        self.plan, self.county, self.scope, self.basis = plan, county, scope, basis
        self.quarters = (before, after)

    @property
    def attribution(self) -> Attribution:
        before, after = (CountySide(self._areas[at], self._site_sides(at)) for at in (0, 1))
        return Attribution(self.plan, before, after, self._reach, self._service)

    # ------------------------------------------------ areas

    @cached_property
    def _areas(self) -> tuple[dict[str, AreaSide], dict[str, AreaSide]]:
        first = dict(self._registered("kind")), dict(self._registered("demonstration"))
        found: tuple[dict, dict] = ({}, {})
        read = lru_cache(maxsize=None)(json.loads)  # Most areas are the same on both sides.
        for at, quarter in enumerate(self.quarters):
            kind, demonstration = (
                {**values, **overrides(DatedTable.AREAS, name, quarter.last_day)}
                for name, values in zip(("kind", "demonstration"), first, strict=True)
            )
            rows = Verdict.objects.standing().filter(
                county=self.county, period=str(quarter), basis=self.basis, area__code__startswith=self.scope
            )
            rows = rows.annotate(told=Cast("criteria", TextField()), given=Cast("inputs", TextField()))
            fields = ("area_id", "outcome", "covered", "told", "given")
            for code, outcome, covered, told, given in rows.order_by("area_id").values_list(*fields):
                criteria, inputs = read(told), read(given)
                found[at][code] = AreaSide(
                    kind[code], outcome, covered, bool(demonstration[code]), {each["key"]: each for each in criteria},
                    {site: (of, capable == "yes", reached == "yes") for site, of, capable, reached in inputs.get("sites", ())},
                    inputs.get("return", {}).get("fibre_covered_households"), inputs.get("permanent_households"),
                )  # fmt: skip
        return found

    def _registered(self, column: str) -> Iterable[tuple]:
        return Area.objects.filter(county=self.county).order_by().values_list("code", column)

    # ------------------------------------------------ sites

    @cached_property
    def _turned(self) -> list[int]:
        """The sites, by their keys, that are not the same on both sides; read as text, for all of a district are looked at."""
        fields = ("site_id", "area_code", "capable", "reached", "setting")
        seen = [
            {
                site: said
                for site, *said in self._site_rows(quarter).annotate(setting=KT("inputs__setting")).values_list(*fields)
            }
            for quarter in self.quarters
        ]
        return sorted(site for site in {*seen[0], *seen[1]} if seen[0].get(site) != seen[1].get(site))

    def _site_rows(self, quarter: Quarter):
        rows = SiteVerdict.objects.standing().filter(county=self.county, period=str(quarter))
        return rows.filter(area_code__startswith=self.scope).order_by()

    @cached_property
    def sites(self) -> tuple[dict[str, StoredSite], dict[str, StoredSite]]:
        """The turned sites as they are stored, before and after."""
        found: tuple[dict, dict] = ({}, {})
        fields = ("site__site_id", "site__kind", "area_code", "capable", "reached", "inputs")
        for at, quarter in enumerate(self.quarters):
            kinds = overrides(DatedTable.SITES, "kind", quarter.last_day)
            for some in chunks(self._turned):
                rows = self._site_rows(quarter).filter(site__in=some)
                for site, kind, area, capable, reached, inputs in rows.values_list(*fields):
                    found[at][site] = _stored(area, kinds.get(site, kind), capable, reached, inputs)
        return found

    def _site_sides(self, at: int) -> dict[str, SiteSide]:
        return {site: each.side for site, each in self.sites[at].items()}

    # ------------------------------------------------ what turned at a site

    def _reach(self, site: str, operator: str, gained: bool) -> Cause:
        """The access point by which an operator came to reach a site, or no longer does."""
        was, now = (side[site] for side in self.sites)
        entry = (now if gained else was).reach[operator]
        seen = self._points.get(entry["ap_id"])
        if seen is None:
            point = {"ap_id": entry["ap_id"], "operator": operator, "distance_m": entry["distance_m"]}
            return {"what": "point_removed", **point}
        before, after = (_at(each, entry["distance_m"]) for each in seen)
        if _state(before) != _state(after):
            days = (np.datetime64(quarter.last_day) for quarter in self.quarters)
            return turned_point(entry["ap_id"], before, after, *days)
        if was.radius_m != now.radius_m:
            return {"what": "radius", "from": was.radius_m, "to": now.radius_m, "operator": operator}
        return {"what": UNEXPLAINED, "operator": operator, "ap_id": entry["ap_id"]}

    @cached_property
    def _points(self) -> dict[str, tuple[NearbyPoint, NearbyPoint]]:
        """The access points that the turned sites name, on both as-of dates."""
        named = {each["ap_id"] for side in self.sites for site in side.values() for each in site.reach.values()}
        columns = ("ap_id", "operator_id", "downstream_mbps", "tv_only", "opened_on", "closed_on")
        rows = [
            row
            for some in chunks(sorted(named))
            for row in AccessPoint.objects.filter(ap_id__in=some).order_by("ap_id").values_list(*columns)
        ]
        seen = [self._seen(rows, quarter.last_day) for quarter in self.quarters]
        return {row[0]: (seen[0][at], seen[1][at]) for at, row in enumerate(rows)}

    def _seen(self, rows: list[tuple], day: date) -> list[NearbyPoint]:
        mbps, tv_only = (overrides(DatedTable.ACCESS_POINTS, name, day) for name in ("downstream_mbps", "tv_only"))
        points = AccessPoints(
            [row[0] for row in rows], np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows)), np.zeros(len(rows)),
            np.array([mbps.get(row[0], row[2]) for row in rows], dtype=float),
            np.array([tv_only.get(row[0], row[3]) for row in rows], dtype=bool),
            _days(row[4] for row in rows), _days(row[5] for row in rows),
        )  # fmt: skip
        on = np.datetime64(day)
        columns = (is_open(points, on), eligible(points, on, self.plan.capability))
        return [
            NearbyPoint(
                rows[at][1], 0.0, bool(columns[0][at]), float(points.downstream_mbps[at]), bool(points.tv_only[at]),
                points.opened_on[at], points.closed_on[at], bool(columns[1][at]),
            )
            for at in range(len(rows))
        ]  # fmt: skip

    def _service(self, site: str, operator: str, gained: bool) -> Cause:
        """The late orders that failed an operator's service test on one of the sides."""
        at = 0 if gained else 1
        lineage = _lineage(self.sites[at][site].side.area)
        orders = sorted(order for code in lineage for order in self._late[at].get((code, operator), ()))
        return {"what": "on_time" if gained else "late", "operator": operator, "orders": orders}

    @property
    def _above_turned(self) -> set[str]:
        """The areas whose orders bear on a site that turned."""
        return {code for side in self.sites for each in side.values() for code in _lineage(each.side.area)}

    @cached_property
    def _late(self) -> tuple[Mapping[tuple[str, str], list[str]], ...]:
        """By area and operator the orders that count and were late, in each quarter (S20, S21)."""
        fields = (
            "order_id",
            "operator_id",
            "area_id",
            "accepted_on",
            "completed_on",
            "cancelled_on",
            "needs_expansion",
        )
        last = max(self.quarters).last_day
        stored = ServiceOrder.objects.filter(county=self.county, accepted_on__lte=last)
        stored = stored.filter(among("area_id", sorted(self._above_turned))).order_by("order_id")
        rows = list(stored.values_list(*fields))
        columns = list(zip(*rows, strict=True)) or [()] * len(fields)
        none = np.zeros(len(rows), dtype=np.int64)
        accepted, completed, cancelled = (_days(column) for column in columns[3:6])
        expanding = np.array(columns[6], dtype=bool)
        orders = Orders(list(columns[0]), none, none, accepted, completed, cancelled, expanding)
        due = due_dates(orders, self.plan.service, working_days())
        return tuple(self._late_in(quarter, rows, orders, due) for quarter in self.quarters)

    @staticmethod
    def _late_in(quarter: Quarter, rows: list[tuple], orders: Orders, due: np.ndarray) -> dict:
        first, last = np.datetime64(quarter.first_day), np.datetime64(quarter.last_day)
        found = defaultdict(list)
        for at in np.flatnonzero(counted(orders, due, first, last) & late(orders, due)).tolist():
            order, operator, area, *_ = rows[at]
            found[area, operator].append(order)
        return found


def _lineage(area: str) -> list[str]:
    """The area and those above it."""
    return [area[:digits] for digits in (6, 9, 12, 15) if digits <= len(area)]


def _days(values: Iterable[date | None]) -> np.ndarray:
    return np.array([FOREVER if each is None else np.datetime64(each) for each in values], dtype="datetime64[D]")


def _stored(area: str, kind: str, capable: str, reached: bool | None, inputs: Mapping) -> StoredSite:
    reach = {each["operator"]: each for each in inputs["reach"]}
    passes = {operator: bool(each["passes"]) for operator, each in reach.items()}
    side = SiteSide(area, kind, inputs["setting"], capable == "yes", reached is not None, bool(reached), passes)
    return StoredSite(side, inputs["radius_m"], reach)


def _at(point: NearbyPoint, distance_m: float) -> NearbyPoint:
    return NearbyPoint(**{**vars(point), "distance_m": distance_m})


def _state(point: NearbyPoint) -> tuple:
    return point.operator, point.is_open, point.mbps, point.tv_only
