"""Which operators can serve each site at the end of each quarter, before late orders are taken into account."""

from collections import defaultdict
from typing import Any

from pyproj import Geod

from areas.vocabulary import AreaKind
from demonstration.geography import Ground, plane
from demonstration.network import GeneratedAccessPoint
from demonstration.places import GeneratedSite, located
from demonstration.registry import GeneratedArea
from demonstration.story import QUARTERS, quarter

_GEOD = Geod(ellps="WGS84")


class ReachByQuarter:
    """Operators that reach each site with a point that counts, by quarter 0 … 9."""

    def __init__(self, sites: list[GeneratedSite], points: list[GeneratedAccessPoint]) -> None:
        self.sites_of: dict[str, list[GeneratedSite]] = defaultdict(list)
        for site in sites:
            self.sites_of[site.area.code].append(site)
        self._operators: dict[tuple[str, int], frozenset[str]] = {}
        self.points_at: dict[str, list[GeneratedAccessPoint]] = defaultdict(list)
        self._find(list(located(sites)), [point for point in points if point.counts])

    def _find(self, sites: list[GeneratedSite], points: list[GeneratedAccessPoint]) -> None:
        ground = Ground()
        for number, point in enumerate(points):
            ground.add(plane(point.lon, point.lat), number)
        pairs = [(s, points[n]) for s in sites for _, n in sorted(ground.near(plane(s.lon, s.lat), 1.05 * s.radius_m))]
        degrees: list[Any] = list(zip(*((s.lon, s.lat, p.lon, p.lat) for s, p in pairs), strict=True))
        metres = _GEOD.inv(*degrees)[2]
        for (site, point), distance in zip(pairs, metres, strict=True):
            if distance <= site.radius_m:
                self.points_at[site.site_id].append(point)
        for when in range(QUARTERS + 1):
            on = quarter(when).last_day
            for site in sites:
                found = frozenset(p.operator for p in self.points_at[site.site_id] if p.is_eligible(on))
                self._operators[site.site_id, when] = found

    def operators(self, site: GeneratedSite, when: int) -> frozenset[str]:
        return self._operators.get((site.site_id, when), frozenset())

    def reaching(self, area: GeneratedArea, when: int) -> frozenset[str]:
        """The operators with a point that counts at any site of the area itself."""
        return frozenset().union(*(self.operators(site, when) for site in self.sites_of[area.code]))

    def serves(self, area: GeneratedArea, when: int, late: frozenset[str] = frozenset()) -> bool | None:
        """Whether all sites on which a leaf's title hangs are served by someone who is not late; None: unknown."""
        sites = [site for site in self.sites_of[area.code] if site.ready_when]
        if any(site.lon is not None and not self.operators(site, when) - late for site in sites):
            return False
        settled = area.kind == AreaKind.COMPOUND or any(site.kind == "settlement" for site in sites)
        return True if sites and settled and all(site.lon is not None for site in sites) else None

    def share(self, sites: list[GeneratedSite], when: int) -> float:
        """The share of the sites that somebody reaches."""
        return sum(bool(self.operators(site, when)) for site in sites) / max(1, len(sites))
