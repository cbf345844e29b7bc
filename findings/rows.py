"""The register of a county as of a day, read once in a fixed number of queries, for all checks to look at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from django.db.models import F, Q

from acceptance.plan import current
from acceptance.rules.plan import Plan
from acceptance.rules.service import due_on
from areas import outline, workdays
from areas.dated import value_of
from areas.geodesy import Points
from areas.models import AccessPoint, Area, DatedValue, Operator, ServiceOrder, Site, Succession
from areas.vocabulary import DatedTable
from common.periods import Quarter
from findings.hooks import FIELD_FAILURES, REPORTED_NAMES, FieldFailure
from proposals.successions.acting import faulty
from returns.models import LineStatus, ReturnLine


class AreaNow(NamedTuple):
    code: str
    name: str
    kind: str
    permanent_households: int | None
    valid_from: date | None
    valid_to: date | None


class SiteNow(NamedTuple):
    site_id: str
    area_code: str
    name: str
    kind: str
    lon: float | None
    lat: float | None
    valid_from: date | None
    valid_to: date | None

    @property
    def village(self) -> str:
        """The village or community in which it stands; of a township's own site the township."""
        return self.area_code[:12]


class PointNow(NamedTuple):
    ap_id: str
    operator: str
    name: str
    township: str | None
    lon: float | None
    lat: float | None
    opened_on: date
    closed_on: date | None
    ports_used: int | None

    def is_open(self, on: date) -> bool:
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)


class OrderNow(NamedTuple):
    """An order that is not done yet, or of which a date looks odd."""

    order_id: str
    operator: str
    area_code: str
    accepted_on: date
    completed_on: date | None
    cancelled_on: date | None
    needs_expansion: bool
    area_from: date | None
    area_to: date | None


class SuccessionNow(NamedTuple):
    area_code: str
    successor: str
    document: str
    fault: str
    """Why it would not be accepted today, as a sentence; blank where it would be."""


class ReportedHouseholds(NamedTuple):
    """What a village reported last as all its households, and for which quarter."""

    period: str
    households: int


@dataclass(frozen=True)
class RegisterRows:
    """Everything that the checks look at; rows of areas by code, the others in the order of their keys."""

    county: str
    on: date
    plan: Plan
    areas: Mapping[str, AreaNow]
    sites: Sequence[SiteNow] = ()
    points: Sequence[PointNow] = ()
    orders: Sequence[OrderNow] = ()
    successions: Sequence[SuccessionNow] = ()
    reported: Mapping[str, ReportedHouseholds] = field(default_factory=dict)
    reported_names: Mapping[str, str] = field(default_factory=dict)
    earlier_names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What areas were called before, of those that were renamed."""
    operators: Mapping[str, str] = field(default_factory=dict)
    failures: Sequence[FieldFailure] = ()
    calendar: Any = None

    def name_of(self, code: str) -> str:
        return self.areas[code].name if code in self.areas else code

    @cached_property
    def in_force(self) -> Mapping[str, AreaNow]:
        """The areas in force with all that stands above them."""
        holding = {code for code, area in self.areas.items() if _holds(area, self.on)}
        above = {code: [code[:digits] for digits in (6, 9, 12) if digits < len(code)] for code in holding}
        return {code: self.areas[code] for code in sorted(holding) if holding.issuperset(above[code])}

    @cached_property
    def standing(self) -> Sequence[SiteNow]:
        """The sites in force, whatever their area is."""
        return [site for site in self.sites if _holds(site, self.on)]

    @cached_property
    def placed(self) -> Sequence[SiteNow]:
        """The sites in force, with their area, that have coordinates."""
        return [site for site in self.standing if site.lon is not None and site.area_code in self.in_force]

    @cached_property
    def placed_points(self) -> Sequence[PointNow]:
        """The access points in use that have coordinates."""
        return [point for point in self.points if point.lon is not None and point.is_open(self.on)]

    def overdue(self) -> list[OrderNow]:
        """The orders that are neither done nor cancelled, and were due before the day; those that cannot be counted left out."""
        waiting = (order for order in self.orders if order.completed_on is None and order.cancelled_on is None)
        return [order for order in waiting if self._is_overdue(order)]

    def _is_overdue(self, order: OrderNow) -> bool:
        try:
            return due_on(order.accepted_on, order.needs_expansion, self.plan.service, self.calendar) < self.on
        except workdays.DayUnknown:
            return False


def _holds(row: AreaNow | SiteNow, on: date) -> bool:
    return (row.valid_from is None or row.valid_from <= on) and (row.valid_to is None or on < row.valid_to)


def points_of(rows: Sequence[SiteNow] | Sequence[PointNow]) -> Points:
    """Rows that all have coordinates, as columns."""
    return Points(np.array([row.lon for row in rows], float), np.array([row.lat for row in rows], float))


def read(county: str, on: date) -> RegisterRows:
    """The register of a county as of a day; ten queries, and those of the rooms above that know more."""
    changed = _changes(county, on)
    areas = [AreaNow._make(row) for row in Area.objects.filter(county=county).order_by().values_list(*AreaNow._fields)]
    return RegisterRows(
        county=county,
        on=on,
        plan=current(),
        areas={row.code: row for row in _as_of(areas, changed.get(DatedTable.AREAS, {}))},
        earlier_names={
            row.code: frozenset({row.name})
            for row in areas
            if "name" in changed.get(DatedTable.AREAS, {}).get(row.code, {})
        },
        sites=[
            site
            for site in _as_of(_sites(county), changed.get(DatedTable.SITES, {}))
            if site.area_code.startswith(county)
        ],
        points=_as_of(_points(county), changed.get(DatedTable.ACCESS_POINTS, {})),
        orders=_orders(county, on),
        successions=_successions(county),
        reported=_reported(county, on),
        reported_names={code: name for names in REPORTED_NAMES for code, name in names(county).items()},
        failures=sorted(failure for failures in FIELD_FAILURES for failure in failures(county)),
        operators=dict(Operator.objects.order_by().values_list("code", "name")),
        calendar=workdays.load(),
    )


def _changes(county: str, on: date) -> dict[str, dict[str, dict[str, Any]]]:
    """By table and key the values that columns have become by the day."""
    sites = Site.objects.filter(county=county).order_by().values("site_id")
    points = AccessPoint.objects.filter(_points_at(county)).order_by().values("ap_id")
    among = (
        Q(table=DatedTable.AREAS, key__startswith=county)
        | Q(table=DatedTable.SITES, key__in=sites)
        | Q(table=DatedTable.ACCESS_POINTS, key__in=points)
    )
    rows = DatedValue.objects.filter(among, effective_on__lte=on).order_by("effective_on", "pk")
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for table, key, column, text in rows.values_list("table", "key", "column", "value"):
        found.setdefault(table, {}).setdefault(key, {})[column] = value_of(table, column, text)
    return found


def _as_of(rows: Iterable[Any], changed: Mapping[str, Mapping[str, Any]]) -> list:
    """The rows with what has become of them, in the order of their keys, which stand first."""
    found = []
    for row in rows:
        new = {name: value for name, value in changed.get(row[0], {}).items() if name in row._fields}
        found.append(row._replace(**new) if new else row)
    return sorted(found, key=itemgetter(0))


def _sites(county: str) -> list[SiteNow]:
    fields = ("site_id", "area_id", "name", "kind", "lon", "lat", "valid_from", "valid_to")
    return [SiteNow._make(row) for row in Site.objects.filter(county=county).order_by().values_list(*fields)]


def _points_at(county: str) -> Q:
    """A county's access points; those that are near to no site at all belong to the county whose outline is known."""
    return Q(county__in=[county, ""] if county == outline.district().code else [county])


def _points(county: str) -> list[PointNow]:
    fields = ("ap_id", "operator_id", "name", "township_id", "lon", "lat", "opened_on", "closed_on", "ports_used")
    rows = AccessPoint.objects.filter(_points_at(county)).order_by().values_list(*fields)
    return [PointNow._make(row) for row in rows]


def _orders(county: str, on: date) -> list[OrderNow]:
    waiting = Q(completed_on__isnull=True, cancelled_on__isnull=True)
    backwards = Q(completed_on__lt=F("accepted_on")) | Q(cancelled_on__lt=F("accepted_on"))
    future = Q(accepted_on__gt=on) | Q(completed_on__gt=on) | Q(cancelled_on__gt=on)
    elsewhere = Q(area__valid_from__gt=F("accepted_on")) | Q(area__valid_to__lte=F("accepted_on"))
    fields = ("order_id", "operator_id", "area_id", "accepted_on", "completed_on", "cancelled_on", "needs_expansion")
    rows = ServiceOrder.objects.filter(waiting | backwards | future | elsewhere, county=county).order_by("order_id")
    return [OrderNow._make(row) for row in rows.values_list(*fields, "area__valid_from", "area__valid_to")]


def _successions(county: str) -> list[SuccessionNow]:
    rows = Succession.objects.filter(area__county=county).order_by("area_id", "successor_id")
    faults = {(each.succession.area_id, each.succession.successor_id): each.sentence for each in faulty(county)}
    return [
        SuccessionNow(area, heir, document, faults.get((area, heir), ""))
        for area, heir, document in rows.values_list("area_id", "successor_id", "document")
    ]


def _reported(county: str, on: date) -> dict[str, ReportedHouseholds]:
    """By village what it reported in the latest of the last four quarters: approved or, where nothing is, submitted."""
    last = Quarter.containing(on)
    periods = [str(quarter) for quarter in last.plus(-4).through(last)]
    known = ReturnLine.objects.filter(
        county=county, period__in=periods, status__in=[LineStatus.APPROVED, LineStatus.SUBMITTED]
    )
    rows = known.order_by().values_list("period", "status", "area_id", "households")
    latest = sorted(rows, key=lambda row: (row[0], row[1] == LineStatus.APPROVED))
    return {code: ReportedHouseholds(period, households) for period, _, code, households in latest}
