"""What an import bears on: of few changed rows just their villages, of many the whole county."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from acceptance import impact
from acceptance.impact import Point, Step
from areas import changes
from areas.models import AccessPoint, ServiceOrder, Site
from areas.package.handling import Change, Outcome

FEW = 40
"""Changed rows of a county, or access points, up to which each is looked at by itself."""

Row = Mapping[str, Any]


def leave(outcome: Outcome) -> set[str]:
    """Leave a note on everything that an import changed; the counties whose verdicts it concerns."""
    changed = outcome.changes
    areas = [change.after["code"] for change in changed.get("areas", ())]
    sites, orders = _states(changed.get("sites", ())), _states(changed.get("service_orders", ()))
    rows = Counter(code[:6] for code in [*areas, *(row["area_code"] for row in (*sites, *orders))])
    whole = {county for county, count in rows.items() if count > FEW}
    for county in sorted(whole):
        changes.note(county)
    _leave_moves(changed.get("sites", ()))
    for code in areas:
        if code[:6] not in whole:
            impact.note_area(code)
    impact.note_sites(_site(row) for row in sites if row["area_code"][:6] not in whole)
    impact.note_orders(_order(row) for row in orders if row["area_code"][:6] not in whole)
    _leave_returns(outcome.lines, whole)
    around = _leave_access_points(changed.get("access_points", ()))
    return {*rows, *around, *(area[:6] for area, _ in outcome.lines)}


def _states(rows: Iterable[Change]) -> list[Row]:
    """The rows as they were and as they are."""
    return [state for change in rows for state in (change.before, change.after) if state]


def _site(row: Row) -> Site:
    return Site(area_id=row["area_code"], valid_from=row["valid_from"], valid_to=row["valid_to"])


def _order(row: Row) -> ServiceOrder:
    names = ("accepted_on", "completed_on", "cancelled_on", "needs_expansion")
    return ServiceOrder(area_id=row["area_code"], **{name: row[name] for name in names})


def _leave_moves(sites: Iterable[Change]) -> None:
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


def _leave_access_points(rows: Iterable[Change]) -> set[str]:
    """The counties around access points that changed in what bears on verdicts."""
    steps = {step for step in _steps(list(rows)) if step[0] != step[1]}
    if len(steps) > FEW:
        return impact.note_many_access_points(steps)
    return impact.note_access_points(steps)


def _steps(rows: list[Change]) -> Iterator[Step]:
    """Access points as they were and as they are."""
    codes = [change.after["ap_id"] for change in rows]
    for start in range(0, len(codes), 500):
        now = {point.ap_id: point for point in AccessPoint.objects.filter(ap_id__in=codes[start : start + 500])}
        for change in rows[start : start + 500]:
            yield _was(change.before), Point.of(now[change.after["ap_id"]])


def _was(row: Row | None) -> Point | None:
    if row is None:
        return None
    names = ("downstream_mbps", "tv_only", "opened_on", "closed_on")
    place = {"operator_id": row["operator"], "lon": row["wgs84_lon"], "lat": row["wgs84_lat"]}
    return Point.of(AccessPoint(**place, **{name: row[name] for name in names}))
