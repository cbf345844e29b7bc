"""What a change can bear on: whoever changes a fact leaves notes here, and just that is judged again.

Every function is called in the change's own transaction, for a fact as it was and as it is.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import BooleanField, F, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTransform
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from acceptance import plan as plans
from acceptance.judging import quarters
from acceptance.models import FAR_M, Judgement, SiteVerdict
from acceptance.rules.capability import NEAREST_LIMIT_M, NOT_OPEN, OUT_OF_REACH, REASONS, TOO_SLOW, TV_ONLY
from acceptance.rules.service import Calendar, due_on
from areas import changes, workdays
from areas.changes import Span
from areas.geodesy import box, geodesic_m
from areas.models import AccessPoint, ServiceOrder, Site
from areas.periods import Quarter
from areas.tiles import around

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


def note_sites(sites: Iterable[Site], *, only_place: bool = False) -> None:
    """Sites: the quarters in which they stand. With ``only_place`` nothing changed but their coordinates."""
    spans = (Span(site.area_id, _quarter(site.valid_from), _quarter(site.valid_to), site.pk) for site in sites)
    changes.note_spans(spans, through_sites=only_place)


def note_moved_sites(county: str, sites: Sequence[int]) -> None:
    """Sites that left ``county`` for another, by primary key: what was said of them there stands no longer."""
    standing = SiteVerdict.objects.standing().filter(county=county, site_id__in=sites)
    standing.update(superseded_at=timezone.now())


def note_orders(orders: Iterable[ServiceOrder]) -> None:
    """Orders: from the quarter in which they are due until the one in which they are done (S19–S21).

    ValueError when the calendar cannot say when an order is due.
    """
    terms, calendar = plans.current().service, workdays.load()
    spans = [Span(order.area_id, *_counting(order, terms, calendar)) for order in orders]
    changes.note_spans(spans, through_sites=True)


def _counting(order: ServiceOrder, terms, calendar: Calendar) -> tuple[Quarter, Quarter | None]:
    due = due_on(order.accepted_on, order.needs_expansion, terms, calendar)
    done = order.completed_on or order.cancelled_on
    return Quarter.containing(due), Quarter.containing(max(due, done)) if done else None


def _quarter(day: date | None) -> Quarter | None:
    return Quarter.containing(day) if day else None


# ------------------------------------------------ access points


Where = tuple[str, int, str]
"""An area, a site at it by primary key, and a quarter."""

_WHERE = ("area_code", "site_id", "period")

_MISSES = [REASONS[reason] for reason in (TOO_SLOW, TV_ONLY, NOT_OPEN, OUT_OF_REACH)]


@dataclass(frozen=True)
class Point:
    """What of an access point bears on verdicts; ``closed_on`` is None while it is open."""

    operator: str
    lon: float
    lat: float
    is_fast: bool
    tv_only: bool
    opened_on: date
    closed_on: date | None

    @classmethod
    def of(cls, point: AccessPoint) -> "Point":
        fast = point.downstream_mbps >= plans.current().capability.min_mbps
        place = (point.operator_id, point.lon, point.lat)
        return cls(*place, fast, point.tv_only, point.opened_on, point.closed_on)

    @property
    def counts(self) -> bool:
        """Whether it makes sites capable while it is open (S04, S17)."""
        return self.is_fast and not self.tv_only

    def is_open(self, on: date) -> bool:
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)

    def on(self, day: date) -> tuple:
        """All that bears on a day's verdicts."""
        return (self.operator, self.lon, self.lat, self.is_fast, self.tv_only, self.is_open(day))

    def matters(self, on: date, reason: str) -> bool:
        """Whether to a site within its radius it matters: it counts, or says why the site is not capable."""
        if self.counts and self.is_open(on):
            return True
        return (self.counts or self.is_open(on)) and reason in _MISSES


Step = tuple[Point | None, Point | None]
"""An access point as it was and as it is; None before it was added and after it was removed."""


def note_access_points(steps: Iterable[Step]) -> set[str]:
    """Access points: the sites that they reach or nearly reach, and those to which one was or is the nearest.

    The counties concerned; they are held until the transaction ends, for it is their standing
    verdicts that say how near the nearest is.
    """
    steps = list(steps)
    counties = sorted(_counties(steps))
    list(Judgement.objects.select_for_update().filter(county__in=counties).order_by("county"))
    judged = quarters(*counties)
    concerned: set[Where] = set()
    for was, now in steps:
        turned = [each for each in judged if _on(was, each.last_day) != _on(now, each.last_day)]
        points = list({point for point in (was, now) if point})
        if turned:
            concerned |= _near(points, turned) | _far(points, counties, turned)
    changes.note_spans(_spans(concerned), through_sites=True)
    return set(counties)


def _spans(concerned: Iterable[Where]) -> list[Span]:
    """Site by site, from the first quarter to the last."""
    periods: dict[tuple[str, int], list[str]] = {}
    for area, site, period in concerned:
        periods.setdefault((area, site), []).append(period)
    return [Span(area, min(found), max(found), site) for (area, site), found in sorted(periods.items())]


def note_around(places: Iterable[tuple[float, float]]) -> set[str]:
    """The same where so many changed that the counties around are judged as a whole; ``places`` are all they were at."""
    counties = _counties_around(places)
    for county in sorted(counties):
        changes.note(county)
    return counties


def _on(point: Point | None, day: date) -> tuple | None:
    return point.on(day) if point else None


def _counties(steps: Sequence[Step]) -> set[str]:
    return _counties_around((point.lon, point.lat) for step in steps for point in step if point)


def _counties_around(places: Iterable[tuple[float, float]]) -> set[str]:
    """The counties, but those that were never judged, in whose box some place lies within 20 km, or little more."""
    judged = list(Judgement.objects.order_by().values_list("county", "west", "south", "east", "north"))
    west, south, east, north = np.array([sides for _, *sides in judged], dtype=float).reshape(-1, 4).T
    near, half = np.isnan(west), 0.05
    for lon, lat in np.unique(np.round(np.array([*places]).reshape(-1, 2), 1), axis=0).tolist():
        sides = box(np.array([lon - half, lon + half]), np.array([lat - half, lat + half]), NEAREST_LIMIT_M)
        near |= (west <= sides[2]) & (sides[0] <= east) & (south <= sides[3]) & (sides[1] <= north)
    return {judged[row][0] for row in np.flatnonzero(near)}


# ---------------------------------------- sites that a point reaches, or to which it is the nearest


def _near(points: Sequence[Point], turned: Sequence[Quarter]) -> set[Where]:
    """Where verdicts on sites near the points may turn in these quarters."""
    away = _distances(points)
    radius_m = _radii(away, turned)
    within = {site: metres for site, metres in away.items() if min(metres) <= radius_m.get(site, 0)}
    beside = SiteVerdict.objects.standing().filter(
        _nearer(points), site_id__in=away.keys() - within.keys(), period__in=_opened(points, turned)
    )
    return {*_reached(points, turned, within, radius_m), *beside.order_by().values_list(*_WHERE)}


def _reached(
    points: Sequence[Point], turned: Sequence[Quarter], away: dict[int, tuple[float, ...]], radius_m: dict[int, int]
) -> Iterator[Where]:
    """Of the sites within whose radius a point is, those to which one matters, or to which no other is as near."""
    day = {str(each): each.last_day for each in turned}
    standing = SiteVerdict.objects.standing().filter(site_id__in=away, period__in=day).order_by()
    for site, area, period, reason, nearest_m in standing.values_list(
        "site_id", "area_code", "period", "reason", "nearest_m"
    ):
        for point, metres in zip(points, away[site], strict=True):
            is_reached = metres <= radius_m[site] and point.matters(day[period], reason)
            if is_reached or _is_nearest(point, day[period], metres, nearest_m):
                yield area, site, period


def _is_nearest(point: Point, on: date, away_m: float, nearest_m: float | None) -> bool:
    return point.counts and point.is_open(on) and (nearest_m is None or away_m <= nearest_m + _CENTIMETRE)


def _distances(points: Sequence[Point]) -> dict[int, tuple[float, ...]]:
    """Of each site within FAR_M of one of the points, or within the largest radius, the distance in metres of each."""
    lon, lat = (np.array([getattr(point, name) for point in points]) for name in ("lon", "lat"))
    looked_m = max(FAR_M, _largest_radius_m())
    sites = list(Site.objects.filter(around(lon, lat, looked_m)).order_by().values_list("pk", "lon", "lat"))
    if not sites:
        return {}
    number, east, north = zip(*sites, strict=True)
    metres = [geodesic_m(east, north, [point.lon] * len(sites), [point.lat] * len(sites)) for point in points]
    return {site: away for site, *away in zip(number, *metres, strict=True) if min(away) <= looked_m}


def _largest_radius_m() -> int:
    capability = plans.current().capability
    return max(capability.radius_urban_m, capability.radius_rural_m)


def _radii(away: dict[int, tuple[float, ...]], turned: Sequence[Quarter]) -> dict[int, int]:
    """The radius of each site that a point may reach, as it was judged last: the same in every quarter, the largest if never."""
    largest_m = _largest_radius_m()
    sites = [site for site, metres in away.items() if min(metres) <= largest_m]
    last = SiteVerdict.objects.standing().filter(site_id__in=sites, period=str(turned[-1])).order_by()
    return dict.fromkeys(sites, largest_m) | dict(last.values_list("site_id", KeyTransform("radius_m", "inputs")))


def _far(points: Sequence[Point], counties: Sequence[str], turned: Sequence[Quarter]) -> set[Where]:
    """Where no other point is as near to sites that have none within FAR_M; in a county that lies off, within as much.

    Quarters are sorted out afterwards: a query that names them is answered by another index, slowly.
    """
    gap_m = _gaps([point for point in points if point.counts], counties)
    beside = [county for county in counties if gap_m.get(county, 0) > FAR_M]
    standing = SiteVerdict.objects.standing().filter(_nearer(points)).order_by()
    some = [
        standing.filter(_IS_FAR, county__in=set(counties) - set(beside)),
        standing.filter(nearest_m__isnull=True, county__in=counties),
    ]
    if beside:
        least_m = min(gap_m[county] for county in beside) - _CENTIMETRE
        some.append(standing.filter(_IS_FAR, county__in=beside, nearest_m__gte=least_m))
    opened = set(_opened(points, turned))
    return {where for found in some for where in found.values_list(*_WHERE) if where[-1] in opened}


def _gaps(points: Sequence[Point], counties: Sequence[str]) -> dict[str, float]:
    """By county the metres that every site of its box is away from the points at least."""
    judged = Judgement.objects.filter(county__in=counties, west__isnull=False).order_by()
    return {
        county: min((_gap_m(point, *sides) for point in points), default=0.0)
        for county, *sides in judged.values_list("county", "west", "south", "east", "north")
    }


def _gap_m(point: Point, west: float, south: float, east: float, north: float) -> float:
    upwards = max(south - point.lat, point.lat - north, 0.0) * _LEAST_METRES
    sideways = max(west - point.lon, point.lon - east, 0.0) * _least_metres_sideways(point)
    return math.hypot(upwards, sideways)


def _opened(points: Iterable[Point], turned: Iterable[Quarter]) -> list[str]:
    """The quarters in which one of the points is open and counts."""
    return [str(each) for each in turned if any(point.counts and point.is_open(each.last_day) for point in points)]


_IS_FAR = RawSQL(f"nearest_m > {FAR_M:.1f}", (), BooleanField())
"""Word for word as in the index ``site_verdict_far``, or the planner does not take it."""


def _nearer(points: Iterable[Point]) -> Q:
    """Whether one of the points that count is within 20 km and no farther than the nearest."""
    nearest, found = F("nearest_m") + _CENTIMETRE, Q(pk__in=[])
    for away in (_squared_distance(point) for point in points if point.counts):
        is_nearer = Q(nearest_m__isnull=True) | Q(LessThanOrEqual(away, nearest * nearest))
        found |= Q(LessThanOrEqual(away, Value(NEAREST_LIMIT_M**2))) & is_nearer
    return found


def _squared_distance(point: Point):
    """The square of a distance in metres that is never more than the real one, and at 20 km by 3% less at most."""
    sideways = _least_metres_sideways(point)
    north, east = (F("site__lat") - point.lat) * _LEAST_METRES, (F("site__lon") - point.lon) * sideways
    return north * north + east * east


def _least_metres_sideways(point: Point) -> float:
    """Metres a degree of longitude at least, within 20 km of the point."""
    return _LEAST_METRES * math.cos(math.radians(min(89.0, abs(point.lat) + 0.2)))
