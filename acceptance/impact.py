"""What a change can bear on: whoever changes a fact leaves notes here, and just that is judged again.

Every function is called in the change's own transaction, for a fact as it was and as it is.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import F, Q
from django.utils import timezone

from acceptance import plan as plans
from acceptance.judging import quarters
from acceptance.models import FAR_M, Judgement, SiteVerdict
from acceptance.rules.capability import NEAREST_LIMIT_M
from acceptance.rules.plan import Capability
from acceptance.rules.service import Calendar, due_on
from areas import changes, workdays
from areas.geodesy import box
from areas.models import AccessPoint, ServiceOrder, Site
from areas.periods import Quarter
from areas.tiles import in_box

_LEAST_METRES = 110_000
"""Metres a degree of latitude, and of longitude on the equator, at least."""
_CENTIMETRE = 0.01
"""Stored distances are rounded."""


def note_area(code: str) -> None:
    """An area, or anything beneath it. Above the villages everything may follow, so the whole county is judged."""
    if len(code) < 12:
        changes.note(code[:6])
    else:
        changes.note_area(code)


def note_sites(sites: Iterable[Site]) -> None:
    """Sites: the quarters in which they stand."""
    for site in sites:
        first, last = _quarter(site.valid_from), _quarter(site.valid_to)
        changes.note_quarters([_village(site.area_id)], first, last)


def note_moved_sites(county: str, sites: Sequence[int]) -> None:
    """Sites that left ``county`` for another, by primary key: what was said of them there stands no longer."""
    standing = SiteVerdict.objects.standing().filter(county=county, site_id__in=sites)
    standing.update(superseded_at=timezone.now())


def note_orders(orders: Iterable[ServiceOrder]) -> None:
    """Orders: from the quarter in which they are due until the one in which they are done (S19–S21).

    ValueError when the calendar cannot say when an order is due.
    """
    terms, calendar = plans.current().service, workdays.load()
    for order in orders:
        changes.note_quarters([order.area_id[:12]], *_counting(order, terms, calendar))


def _counting(order: ServiceOrder, terms, calendar: Calendar) -> tuple[Quarter, Quarter | None]:
    due = due_on(order.accepted_on, order.needs_expansion, terms, calendar)
    done = order.completed_on or order.cancelled_on
    return Quarter.containing(due), Quarter.containing(max(due, done)) if done else None


def _quarter(day: date | None) -> Quarter | None:
    return Quarter.containing(day) if day else None


def _village(code: str) -> str:
    return code[:12]


# ------------------------------------------------ access points


@dataclass(frozen=True)
class Point:
    """What of an access point bears on verdicts; ``closed_on`` is None while it is open."""

    lon: float
    lat: float
    downstream_mbps: float
    tv_only: bool
    opened_on: date
    closed_on: date | None

    @classmethod
    def of(cls, point: AccessPoint) -> "Point":
        return cls(point.lon, point.lat, point.downstream_mbps, point.tv_only, point.opened_on, point.closed_on)

    def counts(self, capability: Capability) -> bool:
        """Whether it may be the nearest while it is open."""
        return self.downstream_mbps >= capability.min_mbps and not self.tv_only

    def is_open(self, on: date) -> bool:
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)

    def around(self, metres: float) -> Q:
        """The places in a box that holds everything within so many metres of it."""
        return in_box(*box(np.array([self.lon]), np.array([self.lat]), metres))


def note_access_points(points: Iterable[Point]) -> set[str]:
    """Access points: the villages that they reach or nearly reach, and those to which one may be the nearest.

    To be called for each point as it was and as it is. The counties concerned; they are held until the
    transaction ends, for it is their standing verdicts that say how near the nearest is.
    """
    points = list(points)
    counties = sorted(_counties(points))
    list(Judgement.objects.select_for_update().filter(county__in=counties).order_by("county"))
    for point in points:
        _note_reached(point)
        if point.counts(plans.current().capability):
            _note_nearest(point, counties)
    return set(counties)


def note_many_access_points(points: Iterable[Point]) -> set[str]:
    """The same where so many changed that the counties around are judged as a whole."""
    counties = _counties(list(points))
    for county in sorted(counties):
        changes.note(county)
    return counties


def _counties(points: Sequence[Point]) -> set[str]:
    """The counties with a site within 20 km, or little more, of one of the points."""
    found: set[str] = set()
    cells = {(round(point.lon, 1), round(point.lat, 1)) for point in points}
    for lon, lat in cells:
        near = box(np.array([lon - 0.05, lon + 0.05]), np.array([lat - 0.05, lat + 0.05]), NEAREST_LIMIT_M)
        found |= set(Site.objects.filter(in_box(*near)).order_by().values_list("county", flat=True).distinct())
    return found


def _note_reached(point: Point) -> None:
    """Villages with a site within the larger radius: even before it opens a point says why a site is not capable."""
    capability = plans.current().capability
    reach = max(capability.radius_urban_m, capability.radius_rural_m)
    sites = Site.objects.annotate(away=_squared_distance(point, "")).filter(point.around(reach), away__lte=reach**2)
    changes.note_areas(_villages(sites.order_by().values_list("area_id", flat=True).distinct()))


def _note_nearest(point: Point, counties: Sequence[str]) -> None:
    """Villages with a site that has, or had, no other point as near, in the quarters in which this one is open."""
    for county in counties:
        periods = [str(each) for each in quarters(county) if point.is_open(each.last_day)]
        if not periods:
            continue
        standing = SiteVerdict.objects.standing().filter(county=county, period__in=periods, reached__isnull=False)
        verdicts = standing.annotate(away=_squared_distance(point, "site__"))
        beaten = Q(away__lte=_squared(F("nearest_m") + _CENTIMETRE)) | Q(nearest_m__isnull=True)
        near = verdicts.filter(_at_site(point.around(FAR_M)), beaten)
        far = verdicts.filter(Q(nearest_m__gt=FAR_M) | Q(nearest_m__isnull=True), beaten, away__lte=NEAREST_LIMIT_M**2)
        codes = [
            code for some in (near, far) for code in some.order_by().values_list("area_code", flat=True).distinct()
        ]
        changes.note_quarters(_villages(codes), Quarter.parse(periods[0]), Quarter.parse(periods[-1]))


def _squared(length):
    return length * length


def _at_site(places: Q) -> Q:
    return Q(site__in=Site.objects.filter(places))


def _squared_distance(point: Point, path: str):
    """The square of a distance in metres that is never more than the real one, and at 20 km by 3% less at most."""
    sideways = _LEAST_METRES * math.cos(math.radians(min(89.0, abs(point.lat) + 0.2)))
    north, east = (F(f"{path}lat") - point.lat) * _LEAST_METRES, (F(f"{path}lon") - point.lon) * sideways
    return _squared(north) + _squared(east)


def _villages(codes: Iterable[str]) -> set[str]:
    return {_village(code) for code in codes}
