"""Access points that are closed again, given up or blown down, so that leaves lose their capability."""

from dataclasses import replace
from datetime import date

from common.periods import Quarter
from demonstration.network import GeneratedAccessPoint
from demonstration.reach import ReachByQuarter
from demonstration.registry import GeneratedArea, GeneratedRegistry
from demonstration.story import CLOSURES, FIRST


def lose_points(registry: GeneratedRegistry, course: ReachByQuarter, points: list[GeneratedAccessPoint]) -> None:
    """Close every point that reaches the chosen leaves; a replacement may open later at the same place."""
    for township, kind, demonstration, closed_on, replaced_on in CLOSURES:
        area = _choose(registry, course, township, kind, demonstration, closed_on)
        for point in _reaching(course, area, closed_on):
            point.closed_on = closed_on
            if replaced_on:
                points.append(
                    replace(
                        point,
                        ap_id=f"{point.ap_id}R",
                        name=f"{point.name}（重建）",
                        opened_on=replaced_on,
                        closed_on=None,
                    )
                )


def _reaching(course: ReachByQuarter, area: GeneratedArea, on: date) -> list[GeneratedAccessPoint]:
    found = {
        point.ap_id: point
        for site in course.sites_of[area.code]
        for point in course.points_at[site.site_id]
        if point.is_eligible(on)
    }
    return list(found.values())


def _choose(
    registry: GeneratedRegistry, course: ReachByQuarter, township: str, kind: str, demonstration: bool, on: date
) -> GeneratedArea:
    """The leaf that loses the fewest points when it loses all of them, and is served by then."""
    when = Quarter.containing(on).number - FIRST.number + 4 * (on.year - FIRST.year)
    leaves = [
        area
        for area in registry.areas.values()
        if area.kind == kind
        and area.township == township
        and area.in_scope
        and area.demonstration == demonstration
        and not area.valid_from
        and not area.valid_to
        and course.serves(area, when) is True
    ]
    return min(leaves, key=lambda area: (len(_reaching(course, area, on)), area.code))
