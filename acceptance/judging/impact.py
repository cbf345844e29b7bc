"""What a change can bear on: whoever changes a fact leaves notes here, and just that is judged again.

Every function is called in the change's own transaction, for a fact as it was and as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from acceptance import plan as plans
from acceptance.judging.judging import through
from acceptance.judging.nearness import NearPoint, Where, concerned
from acceptance.models import Judgement, SiteVerdict
from acceptance.rules.capability import NEAREST_LIMIT_M
from acceptance.rules.plan import Service
from acceptance.rules.service import Calendar, due_on
from areas import changes, workdays
from areas.changes import Span
from areas.geodesy import box
from areas.models import ServiceOrder, Site
from common import clock
from common.periods import Quarter


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
    standing.update(superseded_at=clock.now())


def note_orders(orders: Iterable[ServiceOrder]) -> None:
    """Orders: from the quarter in which they are due until the one in which they are done (S19–S21).

    ValueError when the calendar cannot say when an order is due.
    """
    terms, calendar = plans.current().service, workdays.load()
    spans = [Span(order.area_id, *_counting(order, terms, calendar)) for order in orders]
    changes.note_spans(spans, through_sites=True)


def _counting(order: ServiceOrder, terms: Service, calendar: Calendar) -> tuple[Quarter, Quarter | None]:
    due = due_on(order.accepted_on, order.needs_expansion, terms, calendar)
    done = order.completed_on or order.cancelled_on
    return Quarter.containing(due), Quarter.containing(max(due, done)) if done else None


def _quarter(day: date | None) -> Quarter | None:
    return Quarter.containing(day) if day else None


# ------------------------------------------------ dated values


def note_dated_areas(turned: Iterable[tuple[str, Sequence[Quarter]]]) -> None:
    """Areas of which a dated value differs, and in which quarters. Above the villages the whole county may follow."""
    for code, found in turned:
        if found and len(code) < 12:
            changes.note_county(code[:6], min(found), max(found))
        elif found:
            changes.note_spans([Span(code, min(found), max(found))])


def note_dated_sites(turned: Iterable[tuple[int | None, Mapping[Quarter, set[str]]]]) -> None:
    """Sites, by primary key, of which a dated value differs: by quarter the areas at which they stood and stand."""
    spans = []
    for site, found in turned:
        for area in sorted(set().union(*found.values())):
            periods = [quarter for quarter, areas in found.items() if area in areas]
            spans.append(Span(area, min(periods), max(periods), site))
    changes.note_spans(spans)


# ------------------------------------------------ access points


Step = tuple[NearPoint | None, NearPoint | None]
"""An access point as it was and as it is; None before it was added and after it was removed."""


def note_access_points(steps: Iterable[Step]) -> set[str]:
    """Access points: the sites that they reach or nearly reach, and those to which one was or is the nearest.

    The counties concerned; they are held until the transaction ends, for it is their standing
    verdicts that say how near the nearest is.
    """
    steps = list(steps)
    counties = _counties(steps)
    held = Judgement.objects.select_for_update().filter(county__in=counties).order_by("county")
    judged = through(max((each.last_period for each in held), default=""))
    found: set[Where] = set()
    for was, now in steps:
        turned = [each for each in judged if _on(was, each.last_day) != _on(now, each.last_day)]
        if turned:
            found |= concerned([point for point in (was, now) if point], turned, counties)
    changes.note_spans(_spans(found), through_sites=True)
    return counties


def _spans(where: Iterable[Where]) -> list[Span]:
    """Site by site, from the first quarter to the last."""
    periods: dict[tuple[str, int], list[str]] = {}
    for area, site, period in where:
        periods.setdefault((area, site), []).append(period)
    return [Span(area, min(found), max(found), site) for (area, site), found in sorted(periods.items())]


def note_around(places: Iterable[tuple[float, float]]) -> set[str]:
    """Note the whole counties around ``places``: for access points so many that judging site by site would take longer."""
    counties = _counties_around(places)
    for county in sorted(counties):
        changes.note(county)
    return counties


def _on(point: NearPoint | None, day: date) -> tuple | None:
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
