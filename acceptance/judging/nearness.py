"""Which verdicts on sites an access point bears on: those it reaches, and those to which none is nearer.

How far the nearest is, and why a site is not capable, is said by the verdicts that stand.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTransform

from acceptance import plan as plans
from acceptance.models import FAR_M, SiteVerdict
from acceptance.rules.capability import NEAREST_LIMIT_M, NOT_OPEN, OUT_OF_REACH, REASONS, TOO_SLOW, TV_ONLY
from areas.dated import FromDay, settings_change, value_on
from areas.geodesy import geodesic_m
from areas.models import AccessPoint, Site
from areas.tiles import around
from common.periods import Quarter

Where = tuple[str, int, str]
"""An area, a site at it by primary key, and a quarter."""

_MISSES = [REASONS[reason] for reason in (TOO_SLOW, TV_ONLY, NOT_OPEN, OUT_OF_REACH)]
_LEAST_METRES = 110_000
"""Metres a degree of latitude, and of longitude on the equator, at least."""
_CENTIMETRE = 0.01
"""Stored distances are rounded."""


@dataclass(frozen=True)
class NearPoint:
    """What of an access point bears on verdicts; ``closed_on`` is None while it is open.

    ``carried`` says from when on it is fast, and carries television only.
    """

    operator: str
    lon: float
    lat: float
    carried: tuple[tuple[date, tuple[bool, bool]], ...]
    opened_on: date
    closed_on: date | None

    @classmethod
    def of(cls, point: AccessPoint, dated: Mapping[str, Sequence[FromDay]] = {}) -> "NearPoint":
        """``dated`` is what became of its columns, in the order of the days."""
        least, rates, television = plans.current().capability.min_mbps, *(dated.get(each, ()) for each in CARRIED)
        days = sorted({date.min, *(since for since, _ in (*rates, *television))})
        carried = tuple(
            (day, (value_on(point.downstream_mbps, rates, day) >= least, value_on(point.tv_only, television, day)))
            for day in days
        )
        return cls(point.operator_id, point.lon, point.lat, carried, point.opened_on, point.closed_on)

    def carries(self, on: date) -> tuple[bool, bool]:
        """Whether it is fast on a date, and whether it carries television only."""
        return value_on((False, False), self.carried, on)

    def counts(self, on: date) -> bool:
        """Whether it makes sites capable while it is open (S04, S17)."""
        return _counts(*self.carries(on))

    @property
    def counts_ever(self) -> bool:
        return any(_counts(*carries) for _, carries in self.carried)

    def is_open(self, on: date) -> bool:
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)

    def on(self, day: date) -> tuple:
        """All that bears on a day's verdicts."""
        return (self.operator, self.lon, self.lat, *self.carries(day), self.is_open(day))

    def matters(self, on: date, reason: str) -> bool:
        """Whether to a site within its radius it matters: it counts, or says why the site is not capable."""
        if self.counts(on) and self.is_open(on):
            return True
        return (self.counts(on) or self.is_open(on)) and reason in _MISSES

    def is_nearest(self, on: date, away_m: float, nearest_m: float | None) -> bool:
        """Whether to a site no other that counts is nearer, where ``nearest_m`` is the distance of the nearest."""
        if not (self.counts(on) and self.is_open(on)):
            return False
        return away_m <= (NEAREST_LIMIT_M if nearest_m is None else nearest_m) + _CENTIMETRE


CARRIED = ("downstream_mbps", "tv_only")
"""The columns of an access point that change and bear on verdicts."""


def _counts(is_fast: bool, tv_only: bool) -> bool:
    return is_fast and not (tv_only and not plans.current().capability.television.value)


def concerned(points: Sequence[NearPoint], turned: Sequence[Quarter], counties: Collection[str]) -> set[Where]:
    """Where verdicts may turn in these quarters when an access point comes, goes, or is no longer the one but the other."""
    found = set(_near(points, turned))
    if counting := [point for point in points if point.counts_ever]:
        found.update(_far(counting, turned, counties))
    return found


def _near(points: Sequence[NearPoint], turned: Sequence[Quarter]) -> Iterator[Where]:
    """Sites around within whose radius a point matters, and those to which none is nearer."""
    away_m = _distances(points)
    radius_m = _radii(away_m, turned)
    within = [site for site, metres in away_m.items() if min(metres) <= radius_m.get(site, 0)]
    day = {str(each): each.last_day for each in turned}
    bearing = Q(site_id__in=within) | Q(_none_nearer(points))
    standing = SiteVerdict.objects.standing().filter(bearing, _HAS_SITE, site_id__in=away_m.keys(), period__in=day)
    rows = standing.order_by().values_list("site_id", "area_code", "period", "reason", "nearest_m")
    for site, area, period, reason, nearest_m in rows:
        on, radius = day[period], radius_m.get(site, 0)
        for point, metres in zip(points, away_m[site], strict=True):
            reaches = metres <= radius and point.matters(on, reason)
            if reaches or point.is_nearest(on, metres, nearest_m):
                yield area, site, period


def _distances(points: Sequence[NearPoint]) -> dict[int, tuple[float, ...]]:
    """The distance in metres of each point, by site: all within FAR_M of one of them, or within the largest radius."""
    looked_m = max(FAR_M, plans.current().capability.largest_radius_m)
    lon, lat = np.array([(point.lon, point.lat) for point in points]).T
    sites = Site.objects.filter(around(lon, lat, looked_m)).order_by().values_list("pk", "lon", "lat")
    return {site: away for site, away in _measured(list(sites), points) if min(away) <= looked_m}


def _measured(sites: Sequence[tuple], points: Sequence[NearPoint]) -> Iterator[tuple]:
    """Rows that end in a longitude and a latitude, with the distance in metres of each of the points in their place."""
    if not sites:
        return
    *rest, lon, lat = zip(*sites, strict=True)
    east, north, same = np.array(lon), np.array(lat), np.ones(len(sites))
    metres = (geodesic_m(east, north, point.lon * same, point.lat * same).tolist() for point in points)
    yield from zip(*rest, zip(*metres, strict=True), strict=True)


def _radii(away_m: dict[int, tuple[float, ...]], turned: Sequence[Quarter]) -> dict[int, int]:
    """The radius of each site that a point may reach, as it was judged last: the largest if never.

    It is the same in every quarter unless settings change: then the largest of these quarters.
    """
    largest_m = plans.current().capability.largest_radius_m
    sites = [site for site, metres in away_m.items() if min(metres) <= largest_m]
    periods = [str(quarter) for quarter in (turned if settings_change() else turned[-1:])]
    standing = SiteVerdict.objects.standing().filter(site_id__in=sites, period__in=periods).order_by()
    found: dict[int, int] = {}
    for site, radius_m in standing.values_list("site_id", KeyTransform("radius_m", "inputs")):
        found[site] = max(radius_m, found.get(site, 0))
    return dict.fromkeys(sites, largest_m) | found


def _far(points: Sequence[NearPoint], turned: Sequence[Quarter], counties: Collection[str]) -> Iterator[Where]:
    """Sites without an access point within FAR_M to which none is nearer than one of ``points``, which count on some day.

    Quarters are sorted out afterwards: a query that names them is answered by another index, slowly.
    """
    day = {str(each): each.last_day for each in turned}
    standing = SiteVerdict.objects.standing().filter(_IS_FAR, _none_nearer(points), _HAS_SITE, county__in=counties)
    rows = standing.order_by().values_list("site_id", "area_code", "period", "nearest_m", "site__lon", "site__lat")
    for site, area, period, nearest_m, away_m in _measured([row for row in rows if row[2] in day], points):
        pairs = zip(points, away_m, strict=True)
        if any(point.is_nearest(day[period], metres, nearest_m) for point, metres in pairs):
            yield area, site, period


_IS_FAR = RawSQL(f"(nearest_m > {FAR_M:.1f} OR nearest_m IS NULL)", (), BooleanField())
"""Word for word as in the index ``site_verdict_far``, or the planner does not take it."""

_HAS_SITE = Q(site__lat__isnull=False)
"""Joins the sites, of which ``_none_nearer`` speaks."""

_AS_FAR_AS_THE_NEAREST = f"COALESCE(nearest_m, {NEAREST_LIMIT_M}) + {_CENTIMETRE}"


def _none_nearer(points: Sequence[NearPoint]) -> RawSQL:
    """Whether the box around the points, made wider by the distance of the nearest, holds the site.

    Holds wherever one of the points is as near as the nearest, and in some other places.
    """
    lon, lat = [point.lon for point in points], [point.lat for point in points]
    farthest = min(89.0, max(map(abs, lat)) + NEAREST_LIMIT_M / _LEAST_METRES)
    sideways = _LEAST_METRES * math.cos(math.radians(farthest))
    return RawSQL(
        f"""areas_site.lat BETWEEN %s - ({_AS_FAR_AS_THE_NEAREST}) / %s AND %s + ({_AS_FAR_AS_THE_NEAREST}) / %s
        AND areas_site.lon BETWEEN %s - ({_AS_FAR_AS_THE_NEAREST}) / %s AND %s + ({_AS_FAR_AS_THE_NEAREST}) / %s""",
        (min(lat), _LEAST_METRES, max(lat), _LEAST_METRES, min(lon), sideways, max(lon), sideways),
        BooleanField(),
    )
