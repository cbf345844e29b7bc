"""The rules of the checks: each looks at the rows of a county and says where it strikes; plain and exact, no database.

A bound is the last value that is in order; one more is a finding. Words hold nothing that changes by itself from day
to day: an explanation lasts as long as they do.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from areas import outline
from areas.geodesy import pairs_within
from areas.package.values import folded
from areas.vocabulary import VILLAGE_LEVEL, AreaKind, SiteKind
from findings.hooks import FieldFailure
from findings.rows import AreaNow, OrderNow, PointNow, RegisterRows, SiteNow, points_of
from findings.vocabulary import FindingHit, FindingTable
from returns.checks.rules import is_off

LONGEST_REMARK = 200
"""Characters of what was found on the spot that a finding repeats."""

Placed = TypeVar("Placed", SiteNow, PointNow)
Grouped = TypeVar("Grouped", SiteNow, AreaNow)

LEAST_SITES = 3
"""In a village with fewer sites nobody can say which of them is out of the way."""


def _site(site: SiteNow, other: str = "", **words) -> FindingHit:
    return FindingHit(site.site_id, site.name, site.area_code, words, other)


def _point(point: PointNow, other: str = "", **words) -> FindingHit:
    return FindingHit(
        point.ap_id, point.name or point.ap_id, point.township or "", words, other, operator=point.operator
    )


def _order(order: OrderNow, **words) -> FindingHit:
    return FindingHit(order.order_id, order.order_id, order.area_code, words, operator=order.operator)


def _area(area: AreaNow, other: str = "", **words) -> FindingHit:
    return FindingHit(area.code, area.name, area.code, words, other)


def unlocated(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """A site in force without coordinates."""
    for site in rows.standing:
        if site.lon is None and site.area_code in rows.in_force:
            yield _site(site, area=rows.name_of(site.area_code))


def sites_outside(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """A site outside the district's outline by more than the bound, in metres."""
    for site, metres in _outside(rows.county, rows.placed, bound):
        yield _site(site, metres=metres)


def points_outside(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """An access point outside the district's outline by more than the bound, in metres."""
    for point, metres in _outside(rows.county, rows.placed_points, bound):
        yield _point(point, metres=metres)


def _outside(county: str, places: Sequence[Placed], bound: int) -> Iterator[tuple[Placed, int]]:
    """The places outside by more than ``bound`` metres, and by how many; none where the outline is not known."""
    district, points = outline.district(), points_of(places)
    if county != district.code:
        return
    for number in np.flatnonzero(~district.holds(points.lon, points.lat)).tolist():
        metres = district.metres_outside(float(points.lon[number]), float(points.lat[number]))
        if metres > bound:
            yield places[number], round(metres)


def unsettled(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """A natural village large enough to be judged at which no settlement stands."""
    settled = {site.area_code for site in rows.standing if site.kind == SiteKind.SETTLEMENT}
    least = int(rows.plan.permanent_households.value)
    for area in rows.in_force.values():
        if area.kind == AreaKind.NATURAL_VILLAGE and area.permanent_households >= least and area.code not in settled:
            yield _area(area, households=area.permanent_households)


def compounds_empty(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """A compound at which no site stands."""
    filled = {site.area_code for site in rows.standing}
    for area in rows.in_force.values():
        if area.kind == AreaKind.COMPOUND and area.code not in filled:
            yield _area(area)


def households_off(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """The natural villages' permanent households against all households of the village's last return, by percent of them.

    As the returns' own check asks it: fewer reported than registered is odd in every village, more only where natural
    villages are all there is.
    """
    leaves: dict[str, list[AreaNow]] = {}
    for area in rows.in_force.values():
        if len(area.code) == 15:
            leaves.setdefault(area.code[:12], []).append(area)
    for code, beneath in leaves.items():
        villages = [area for area in beneath if area.kind == AreaKind.NATURAL_VILLAGE]
        village, reported = rows.in_force[code], rows.reported.get(code)
        if not villages or reported is None or reported.households is None:
            continue
        registered = sum(area.permanent_households for area in villages)
        is_whole = village.kind == AreaKind.VILLAGE and len(villages) == len(beneath)
        is_less = reported.households < registered
        if (is_less or is_whole) and is_off(reported.households, registered, bound):
            yield _area(
                village,
                side="少" if is_less else "多",
                registered=registered,
                reported=reported.households,
                period=reported.period,
            )


def names_differ(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """A village that the return's workbook calls otherwise than the register does, or did before it was renamed."""
    for code, written in sorted(rows.reported_names.items()):
        area = rows.in_force.get(code)
        if area is None or area.kind not in VILLAGE_LEVEL:
            continue
        if folded(written) not in {folded(name) for name in (area.name, *rows.earlier_names.get(code, ()))}:
            yield _area(area, name=area.name, written=written)


def area_namesakes(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """Two areas of a kind with one name in one place: the later code is the repetition."""
    for first, second in _alike(rows.in_force.values(), lambda area: (area.code[:-3], area.kind, folded(area.name))):
        yield _area(second, first.code, name=first.name, code=first.code)


def site_namesakes(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """Two sites of a kind with one name at one area: the later number is the repetition."""
    standing = (site for site in rows.standing if site.area_code in rows.in_force)
    for first, second in _alike(standing, _namesake):
        yield _site(second, first.site_id, name=first.name, number=first.site_id)


def _namesake(site: SiteNow) -> tuple:
    return site.area_code, site.kind, folded(site.name)


def _alike(rows: Iterable[Grouped], what) -> Iterator[tuple[Grouped, Grouped]]:
    """The first of those that are alike with each later one."""
    first: dict[tuple, Grouped] = {}
    for row in rows:
        earlier = first.setdefault(what(row), row)
        if earlier is not row:
            yield earlier, row


def sites_close(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """Two sites of a kind no farther apart than the bound, in metres; namesakes at one area have their own check."""
    for first, second, metres in _pairs(rows.placed, bound):
        if first.kind == second.kind and _namesake(first) != _namesake(second):
            yield _site(second, first.site_id, metres=metres, name=first.name, number=first.site_id)


def points_together(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """Access points of several operators on one spot, within the bound in metres: each operator is asked of its own."""
    together: dict[str, tuple[PointNow, PointNow, str]] = {}
    for first, second, metres in _pairs(rows.placed_points, bound):
        if first.operator != second.operator:
            for own, other in ((first, second), (second, first)):
                together.setdefault(own.ap_id, (own, other, metres))
    for own, other, metres in together.values():
        yield _point(own, other.ap_id, metres=metres)


def points_repeated(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """Two access points of one operator on one spot, within the bound in metres: the later number is the repetition."""
    seen = set()
    for first, second, metres in _pairs(rows.placed_points, bound):
        if first.operator == second.operator and second.ap_id not in seen:
            seen.add(second.ap_id)
            yield _point(second, first.ap_id, metres=metres, number=first.ap_id)


def _pairs(places: Sequence[Placed], bound: int) -> Iterator[tuple[Placed, Placed, str]]:
    """Pairs of places no farther apart than ``bound`` metres, the earlier first, with their distance to the decimetre."""
    points = points_of(places)
    near = pairs_within(points, points, np.full(len(points), float(bound)))
    chosen = np.flatnonzero(near.place < near.centre)
    pairs = zip(
        near.place[chosen].tolist(), near.centre[chosen].tolist(), near.distance_m[chosen].tolist(), strict=True
    )
    for first, second, metres in pairs:
        yield places[first], places[second], f"{metres:.1f}"


def strayed(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """A site farther than the bound, in metres, from all other sites of its village, and nearer to one of another."""
    points = points_of(rows.placed)
    groups: dict[str, list[int]] = {}
    for number, site in enumerate(rows.placed):
        if len(site.village) == 12:
            groups.setdefault(site.village, []).append(number)
    numbers = np.arange(len(points))
    for village, members in groups.items():
        for number in _lonely(points, np.array(members), bound) if len(members) >= LEAST_SITES else ():
            others = numbers[numbers != number]
            away = points.distance_m(np.full(len(others), number), points, others)
            own = min(away[others == each].item() for each in members if each != number)
            nearest = rows.placed[int(others[np.argmin(away)])]
            if nearest.village != village and own > bound:
                words = {"village": rows.name_of(village), "beside": rows.name_of(nearest.village)}
                yield _site(rows.placed[number], metres=round(own), nearer=round(away.min().item()), **words)


def _lonely(points, members: np.ndarray, bound: int) -> list[int]:
    """Which of some points by a straight line lie farther than the bound from all others; the geodesic decides later."""
    own = points.take(members).tree()
    distance, _ = own.query(own.data, k=2)
    return members[distance[:, 1] > 0.99 * bound].tolist()


def orphaned(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """A site that goes on although its area, or one above it, is not in force."""
    for site in rows.standing:
        if site.area_code not in rows.in_force:
            ended = next(code for code in _up(site.area_code) if code not in rows.in_force)
            yield _site(site, area=rows.name_of(ended))


def _up(code: str) -> Iterator[str]:
    """The code's own path from the district down: the first that is not in force is the one that ended."""
    return (code[:digits] for digits in (6, 9, 12, 15) if digits <= len(code))


def points_idle(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """An access point open for longer than the bound, in days, with no port used, beside overdue orders of its operator."""
    idle = [point for point in rows.placed_points if point.ports_used == 0 and (rows.on - point.opened_on).days > bound]
    late: dict[str, list[OrderNow]] = {}
    for order in rows.overdue() if idle else ():
        late.setdefault(order.operator, []).append(order)
    reach = rows.plan.capability.largest_radius_m
    for operator, orders in late.items():
        own = [point for point in idle if point.operator == operator]
        for point, codes in _sites_beside(rows, own, reach):
            beside = [order for order in orders if any(code.startswith(order.area_code) for code in codes)]
            if beside:
                yield _point(point, opened_on=str(point.opened_on), orders=len(beside), reach=reach)


def _sites_beside(rows: RegisterRows, points: Sequence[PointNow], metres: int) -> Iterator[tuple[PointNow, set[str]]]:
    """Each access point with the areas of the sites within so many metres."""
    near = pairs_within(points_of(points), points_of(rows.placed), np.full(len(points), float(metres)))
    codes: dict[int, set[str]] = {}
    for place, centre in zip(near.place.tolist(), near.centre.tolist(), strict=True):
        codes.setdefault(place, set()).add(rows.placed[centre].area_code)
    return ((points[place], found) for place, found in codes.items())


def order_dates(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """An order of which the dates cannot be: done before it was accepted, in the future, at an area that was not there."""
    for order in rows.orders:
        problem = _order_problem(order, rows)
        if problem:
            yield _order(order, problem=problem)


def _order_problem(order: OrderNow, rows: RegisterRows) -> str:
    accepted = order.accepted_on
    if accepted > rows.on:
        return f"受理日期 {accepted} 尚未到"
    for label, day in (("完成日期", order.completed_on), ("撤单日期", order.cancelled_on)):
        if day and day < accepted:
            return f"{label} {day} 早于受理日期 {accepted}"
        if day and day > rows.on:
            return f"{label} {day} 尚未到"
    if order.area_from and accepted < order.area_from:
        return f"受理日期 {accepted} 时，{rows.name_of(order.area_code)}尚未设立（{order.area_from} 起）"
    if order.area_to and order.area_to <= accepted:
        return f"受理日期 {accepted} 时，{rows.name_of(order.area_code)}已经失效（{order.area_to}）"
    return ""


def point_dates(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """An access point that closed before it opened."""
    for point in rows.points:
        if point.closed_on and point.closed_on < point.opened_on:
            yield _point(point, closed_on=str(point.closed_on), opened_on=str(point.opened_on))


def site_dates(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """A site that ended before it began."""
    for site in rows.sites:
        if site.valid_from and site.valid_to and site.valid_to < site.valid_from:
            yield _site(site, valid_from=str(site.valid_from), valid_to=str(site.valid_to))


def successions_bare(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """A succession that names no document, or that would not be accepted today: rows from before, or from an import."""
    for row in rows.successions:
        area, problem = rows.areas.get(row.area_code), _succession_problem(row)
        if area and problem:
            yield _area(area, row.successor, problem=problem, successor=rows.name_of(row.successor))


def _succession_problem(row) -> str:
    return row.fault.rstrip("。") or ("" if row.document.strip() else "没有写明依据")


def sites_failed(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """A site in force that failed on the spot, and was not found better since."""
    standing = {site.site_id: site for site in rows.standing}
    for failure in rows.failures:
        if failure.table == FindingTable.SITES and failure.key in standing:
            yield _site(standing[failure.key], **_seen(failure))


def areas_failed(rows: RegisterRows, bound: int) -> Iterator[FindingHit]:
    """An area in force that failed on the spot, and was not found better since."""
    for failure in rows.failures:
        if failure.table == FindingTable.AREAS and failure.key in rows.in_force:
            yield _area(rows.in_force[failure.key], **_seen(failure))


def _seen(failure: FieldFailure) -> dict[str, str]:
    remark = failure.remark if len(failure.remark) <= LONGEST_REMARK else f"{failure.remark[:LONGEST_REMARK]}……"
    return {"source": failure.source, "day": failure.day, "remark": remark.rstrip("。")}
