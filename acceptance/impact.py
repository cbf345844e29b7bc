"""What a change can bear on: whoever changes a fact leaves notes here, and just that is judged again.

Every function is called in the change's own transaction, for a fact as it was and as it is.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import BooleanField, F, Q
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from acceptance import plan as plans
from acceptance.judging import quarters
from acceptance.models import FAR_M, Judgement, SiteVerdict
from acceptance.rules.capability import NEAREST_LIMIT_M, NOT_OPEN, OUT_OF_REACH, REASONS, TOO_SLOW, TV_ONLY
from acceptance.rules.service import Calendar, due_on
from areas import changes, workdays
from areas.geodesy import box, geodesic_m
from areas.models import AccessPoint, ServiceOrder, Site
from areas.periods import Quarter
from areas.tiles import in_box

_LEAST_METRES = 110_000
"""Metres a degree of latitude, and of longitude on the equator, at least."""
_CELLS = 8
"""Of more cells of a tenth of a degree half degrees are asked instead, which finds a county too many at worst."""
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
    changes.note_quarters((site.area_id[:12], _quarter(site.valid_from), _quarter(site.valid_to)) for site in sites)


def note_moved_sites(county: str, sites: Sequence[int]) -> None:
    """Sites that left ``county`` for another, by primary key: what was said of them there stands no longer."""
    standing = SiteVerdict.objects.standing().filter(county=county, site_id__in=sites)
    standing.update(superseded_at=timezone.now())


def note_orders(orders: Iterable[ServiceOrder]) -> None:
    """Orders: from the quarter in which they are due until the one in which they are done (S19–S21).

    ValueError when the calendar cannot say when an order is due.
    """
    terms, calendar = plans.current().service, workdays.load()
    changes.note_quarters((order.area_id[:12], *_counting(order, terms, calendar)) for order in orders)


def _counting(order: ServiceOrder, terms, calendar: Calendar) -> tuple[Quarter, Quarter | None]:
    due = due_on(order.accepted_on, order.needs_expansion, terms, calendar)
    done = order.completed_on or order.cancelled_on
    return Quarter.containing(due), Quarter.containing(max(due, done)) if done else None


def _quarter(day: date | None) -> Quarter | None:
    return Quarter.containing(day) if day else None


# ------------------------------------------------ access points


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

    def around(self, metres: float) -> Q:
        """The places in a box that holds everything within so many metres of it."""
        return in_box(*box(np.array([self.lon]), np.array([self.lat]), metres))

    def on(self, day: date) -> tuple:
        """All that bears on a day's verdicts."""
        return (self.operator, self.lon, self.lat, self.is_fast, self.tv_only, self.is_open(day))


Step = tuple[Point | None, Point | None]
"""An access point as it was and as it is; None before it was added and after it was removed."""


def note_access_points(steps: Iterable[Step]) -> set[str]:
    """Access points: the villages that they reach or nearly reach, and those to which one was or is the nearest.

    The counties concerned; they are held until the transaction ends, for it is their standing
    verdicts that say how near the nearest is.
    """
    steps = list(steps)
    counties = sorted(_counties(steps))
    list(Judgement.objects.select_for_update().filter(county__in=counties).order_by("county"))
    judged = quarters(*counties)
    concerned: set[tuple[str, str]] = set()
    for was, now in steps:
        turned = [each for each in judged if _on(was, each.last_day) != _on(now, each.last_day)]
        for point in filter(None, {was, now}):
            concerned |= _concerned(point, counties, turned)
    _note(concerned)
    return set(counties)


def _note(concerned: Iterable[tuple[str, str]]) -> None:
    """Notes on areas and quarters: village by village, from the first quarter to the last."""
    periods: dict[str, list[str]] = {}
    for area, period in concerned:
        periods.setdefault(area[:12], []).append(period)
    changes.note_quarters((village, min(found), max(found)) for village, found in sorted(periods.items()))


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
    """The counties with a site within 20 km, or little more, of one of the places."""
    found: set[str] = set()
    cells = np.unique(np.round(np.array([*places]).reshape(-1, 2), 1), axis=0)
    half = 0.05
    if len(cells) > _CELLS:
        cells, half = np.unique(np.round(2 * cells) / 2, axis=0), 0.3
    for lon, lat in cells.tolist():
        near = box(np.array([lon - half, lon + half]), np.array([lat - half, lat + half]), NEAREST_LIMIT_M)
        found |= set(Site.objects.filter(in_box(*near)).order_by().values_list("county", flat=True).distinct())
    return found


def _concerned(point: Point, counties: Sequence[str], turned: Sequence[Quarter]) -> set[tuple[str, str]]:
    """The areas on whose sites a point bears, in those of the quarters in which it, or its standing, turned."""
    is_open = {str(each): point.is_open(each.last_day) for each in turned}
    near = {
        (area, period)
        for area, period, away, radius_m, reason, nearest_m in _near(point, is_open)
        if (_is_reached(point, is_open[period], reason) and away <= radius_m)
        or _is_nearest(point, is_open[period], away, nearest_m)
    }
    return near | _far(point, counties, [period for period in is_open if is_open[period]])


def _near(point: Point, periods: Iterable[str]) -> Iterator[tuple]:
    """The standing verdicts on sites within FAR_M: area, period, distance in metres, radius, reason, nearest."""
    sites = list(Site.objects.filter(point.around(FAR_M)).order_by().values_list("pk", "lon", "lat"))
    if not sites:
        return
    number, lon, lat = zip(*sites, strict=True)
    metres = geodesic_m(lon, lat, [point.lon] * len(sites), [point.lat] * len(sites))
    away = {site: metre for site, metre in zip(number, metres, strict=True) if metre <= FAR_M}
    standing = SiteVerdict.objects.standing().filter(site_id__in=away, period__in=periods)
    radius = KeyTransform("radius_m", "inputs")
    for site, *said in standing.order_by().values_list("site_id", "area_code", "period", radius, "reason", "nearest_m"):
        area, period, radius_m, reason, nearest_m = said
        yield area, period, away[site], radius_m, reason, nearest_m


_MISSES = [REASONS[reason] for reason in (TOO_SLOW, TV_ONLY, NOT_OPEN, OUT_OF_REACH)]


def _is_reached(point: Point, is_open: bool, reason: str) -> bool:
    """Whether to a site within its radius the point matters: it counts, or says why the site is not capable."""
    return (point.counts and is_open) or ((point.counts or is_open) and reason in _MISSES)


def _is_nearest(point: Point, is_open: bool, away: float, nearest_m: float | None) -> bool:
    """Whether no other point is as near; stored distances are rounded."""
    return point.counts and is_open and (nearest_m is None or away <= nearest_m + _CENTIMETRE)


def _far(point: Point, counties: Sequence[str], periods: Sequence[str]) -> set[tuple[str, str]]:
    """Area and period of the sites beyond FAR_M to which no other point is as near."""
    if not point.counts or not periods:
        return set()
    standing = SiteVerdict.objects.standing().filter(
        _IS_FAR, county__in=counties, period__in=periods, reached__isnull=False
    )
    beaten = Q(away__lte=(F("nearest_m") + _CENTIMETRE) * (F("nearest_m") + _CENTIMETRE)) | Q(nearest_m__isnull=True)
    found = standing.annotate(away=_squared_distance(point)).filter(beaten, away__lte=NEAREST_LIMIT_M**2)
    return set(found.order_by().values_list("area_code", "period").distinct())


_IS_FAR = RawSQL(f"(nearest_m > {FAR_M:.1f} OR nearest_m IS NULL)", (), BooleanField())
"""Word for word the condition of the index ``site_verdict_far``."""


def _squared_distance(point: Point):
    """The square of a distance in metres that is never more than the real one, and at 20 km by 3% less at most."""
    sideways = _LEAST_METRES * math.cos(math.radians(min(89.0, abs(point.lat) + 0.2)))
    north, east = (F("site__lat") - point.lat) * _LEAST_METRES, (F("site__lon") - point.lon) * sideways
    return north * north + east * east
