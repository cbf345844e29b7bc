"""What an import bears on: of few changed rows just their villages, of many the whole county."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from acceptance import plan as plans
from acceptance.judging import impact
from acceptance.judging.dated_notes import DatedChanges, Steps, stays
from acceptance.judging.nearness import NearPoint
from areas import changes
from areas.models import AccessPoint, ServiceOrder, Site
from areas.package.package import ImportOutcome, RowChange
from areas.vocabulary import DatedTable
from common.lookups import chunks

FEW = 40
"""Changed rows of a county, or access points, up to which each is looked at by itself."""

Row = Mapping[str, Any]


def leave(outcome: ImportOutcome) -> set[str]:
    """Leave a note on everything that an import changed; the counties whose verdicts it concerns."""
    changed = outcome.changes
    areas = [change.after["code"] for change in changed.get("areas", ())]
    sites, orders = changed.get("sites", ()), _states(changed.get("service_orders", ()))
    points = changed.get("access_points", ())
    dated = DatedChanges(changed.get("changes", ()), _subjects(sites, points))
    rows = Counter(code[:6] for code in [*areas, *(row["area_code"] for row in (*_states(sites), *orders))])
    rows.update(dated.counties())
    whole = {county for county, count in rows.items() if count > FEW}
    for county in sorted(whole):
        changes.note(county)
    _leave_moves(sites)
    for code in areas:
        if code[:6] not in whole:
            impact.note_area(code)
    _leave_sites(sites, whole, dated)
    dated.leave(whole, {change.after["site_id"] for change in sites if change.before is None})
    impact.note_orders(_order(row) for row in orders if row["area_code"][:6] not in whole)
    _leave_returns(outcome.lines, whole)
    around = _leave_access_points(points, dated)
    return {*rows, *around, *(area[:6] for area, _ in outcome.lines)}


def _states(rows: Iterable[RowChange]) -> list[Row]:
    """The rows as they were and as they are."""
    return [state for change in rows for state in (change.before, change.after) if state]


def _subjects(sites: Iterable[RowChange], points: Iterable[RowChange]) -> Iterator[tuple[str, str]]:
    """The rows that changed themselves and whose dated values tell where they bear."""
    yield from ((DatedTable.SITES, change.after["site_id"]) for change in sites)
    yield from ((DatedTable.ACCESS_POINTS, change.after["ap_id"]) for change in points)


def _leave_sites(sites: Iterable[RowChange], whole: set[str], dated: DatedChanges) -> None:
    """Sites as they were and as they are, wherever they stand; a new one's primary key is not known."""
    for change in sites:
        before, after = change.before, change.after
        key = after["site_id"]
        sides = (before, dated.before(DatedTable.SITES, key)), (after, dated.after(DatedTable.SITES, key))
        states = [
            Site(pk=before and before["pk"], area_id=area, valid_from=begins, valid_to=ends)
            for row, steps in sides
            if row and row["area_code"][:6] not in whole
            for area, begins, ends in stays(
                row["area_code"], row["valid_from"], row["valid_to"], steps.get("area_code", ())
            )
        ]
        same = before is not None and all(before[name] == after[name] for name in _BESIDES_PLACE)
        impact.note_sites(states, only_place=same)


_BESIDES_PLACE = ("area_code", "kind", "setting", "valid_from", "valid_to")
"""What of a site bears on verdicts, but for its coordinates."""


def _order(row: Row) -> ServiceOrder:
    names = ("accepted_on", "completed_on", "cancelled_on", "needs_expansion")
    return ServiceOrder(area_id=row["area_code"], **{name: row[name] for name in names})


def _leave_moves(sites: Iterable[RowChange]) -> None:
    """Sites that were moved to another county."""
    left = defaultdict(list)
    for change in sites:
        if change.before and change.before["area_code"][:6] != change.after["area_code"][:6]:
            left[change.before["area_code"][:6]].append(change.before["pk"])
    for county, numbers in left.items():
        impact.note_moved_sites(county, numbers)


def _leave_returns(lines: Iterable[tuple[str, str]], whole: set[str]) -> None:
    """Lines by village and quarter."""
    villages: dict[tuple[str, str], list[str]] = defaultdict(list)
    for area, period in lines:
        villages[area[:6], period].append(area)
    for (county, period), codes in sorted(villages.items()):
        if county in whole:
            continue
        if len(codes) > FEW:
            changes.note(county, period)
        else:
            changes.note_areas(codes, period)


def _leave_access_points(rows: Iterable[RowChange], dated: DatedChanges) -> set[str]:
    """The counties around access points that changed in what bears on verdicts."""
    least = plans.current().capability.min_mbps
    rows = list(rows)
    bearing = [change for change in rows if _bears(change, least)]
    noted = {change.after["ap_id"] for change in bearing}
    keys = [key for key in dated.of(DatedTable.ACCESS_POINTS) if key not in noted]
    others = [point for some in chunks(keys) for point in AccessPoint.objects.filter(ap_id__in=some).order_by("ap_id")]
    if len(bearing) + len(others) > FEW:
        return impact.note_around([*_places(bearing), *((point.lon, point.lat) for point in others)])
    steps = {(_was(change, dated), _is(change, dated)) for change in bearing}
    for point in others:
        sides = dated.before(DatedTable.ACCESS_POINTS, point.ap_id), dated.after(DatedTable.ACCESS_POINTS, point.ap_id)
        was, now = (NearPoint.of(point, side) for side in sides)
        steps.add((was, now))
    return impact.note_access_points(steps)


_BEARING = ("operator", "tv_only", "opened_on", "closed_on")
_PLACE = ("lon", "lat")


def _bears(change: RowChange, least_mbps: float) -> bool:
    """Whether anything changed that a verdict looks at; of the speed, whether it is enough."""
    before, after, derived = change.before, change.after, change.derived
    return (
        before is None
        or any(before[name] != after[name] for name in _BEARING)
        or (before["downstream_mbps"] >= least_mbps) != (after["downstream_mbps"] >= least_mbps)
        or any(before[f"wgs84_{name}"] != derived[name] for name in _PLACE)
    )


def _places(changes: Iterable[RowChange]) -> Iterator[tuple[float, float]]:
    """Where the access points were and are."""
    for change in changes:
        yield change.derived["lon"], change.derived["lat"]
        if change.before is not None:
            yield change.before["wgs84_lon"], change.before["wgs84_lat"]


def _was(change: RowChange, dated: DatedChanges) -> NearPoint | None:
    row = change.before
    if row is None:
        return None
    return _point(row, row["wgs84_lon"], row["wgs84_lat"], dated.before(DatedTable.ACCESS_POINTS, row["ap_id"]))


def _is(change: RowChange, dated: DatedChanges) -> NearPoint:
    row = change.after
    steps = dated.after(DatedTable.ACCESS_POINTS, row["ap_id"])
    return _point(row, change.derived["lon"], change.derived["lat"], steps)


def _point(row: Row, lon: float, lat: float, steps: Steps) -> NearPoint:
    names = ("downstream_mbps", "tv_only", "opened_on", "closed_on")
    point = AccessPoint(operator_id=row["operator"], lon=lon, lat=lat, **{name: row[name] for name in names})
    return NearPoint.of(point, steps)
