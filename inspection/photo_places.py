"""Where the sites of a report's units are, and how far from them something was photographed."""

from collections.abc import Iterable, Sequence
from functools import cached_property, reduce
from operator import or_

import numpy as np
from django.db.models import Q

from acceptance.plan import by_digest
from areas.dated import then
from areas.geodesy import geodesic_m
from areas.models import Site
from common.periods import Quarter
from inspection.models import Evidence, Unit
from inspection.vocabulary import UnitState

_DIGITS = (9, 12, 15)
"""How long the codes of townships, of villages and of leaves are."""


class UnitSites:
    """The placed sites of some units of one quarter, as they are at its end; one query, and one for what changed."""

    def __init__(self, units: Iterable[Unit], quarter: Quarter) -> None:
        self.units = {unit.area_id: unit for unit in units}
        self.day = quarter.last_day

    @cached_property
    def sites(self) -> list[Site]:
        """The placed sites of all units, each once, by their numbers."""
        townships = sorted({code[:9] for code in self.units})
        within = reduce(or_, (Q(area__code__startswith=code) for code in townships), Q(pk__in=()))
        rows = Site.objects.in_force(self.day).filter(within, lat__isnull=False).order_by("site_id")
        return [site for site in then(rows, self.day) if any(site.area_id[:digits] in self.units for digits in _DIGITS)]

    @cached_property
    def _degrees(self) -> tuple[np.ndarray, np.ndarray]:
        lon, lat = (np.array([getattr(site, name) for site in self.sites], float) for name in ("lon", "lat"))
        return lon, lat

    @cached_property
    def _of_unit(self) -> dict[str, np.ndarray]:
        """By code the numbers of the sites at and beneath a unit."""
        held: dict[str, list[int]] = {code: [] for code in self.units}
        for number, site in enumerate(self.sites):
            for digits in _DIGITS:
                if len(site.area_id) >= digits and site.area_id[:digits] in held:
                    held[site.area_id[:digits]].append(number)
        return {code: np.array(numbers, int) for code, numbers in held.items()}

    def of(self, code: str) -> list[Site]:
        """The placed sites at and beneath a unit."""
        return [self.sites[number] for number in self._of_unit.get(code, ())]

    def metres(self, code: str, lon: float, lat: float) -> float | None:
        """From a place to the unit's nearest site; None where the unit has none that is placed."""
        return self.metres_of_each(lon, lat, [code]).get(code)

    def metres_of_each(self, lon: float, lat: float, among: Iterable[str]) -> dict[str, float]:
        """From a place to the nearest site of each of the units, by code; without those that have none that is placed."""
        away = self._away(lon, lat)
        return {code: float(away[own].min()) for code in among if len(own := self._of_unit.get(code, ()))}

    def _away(self, lon: float, lat: float) -> np.ndarray:
        lons, lats = self._degrees
        return geodesic_m(np.full(len(lons), lon), np.full(len(lats), lat), lons, lats)

    def nearest_unit(self, lon: float, lat: float, among: Sequence[str]) -> str:
        """The code of the unit, one of ``among``, whose site is nearest, where the plan's radius holds it; else blank."""
        found = self.metres_of_each(lon, lat, among)
        if not found:
            return ""
        code, metres = min(found.items(), key=lambda pair: (pair[1], pair[0]))
        return code if metres <= radius_m(self.units[code]) else ""


class PhotoPlaces:
    """How far from the nearest site of their units pictures say that they were taken; the queries do not grow with them."""

    def __init__(self, evidence: Iterable[Evidence]) -> None:
        placed = [row for row in evidence if row.area_id and row.taken_lon is not None]
        units = Unit.objects.filter(report__in={row.report_id for row in placed}).exclude(state=UnitState.DISCARDED)
        self._units = {
            (unit.report_id, unit.area_id): unit for unit in units.select_related("report", "frozen") if placed
        }
        by_quarter: dict[Quarter, list[Unit]] = {}
        for row in placed:
            if unit := self.unit(row):
                by_quarter.setdefault(unit.quarter, []).append(unit)
        self._sites = {quarter: UnitSites(some, quarter) for quarter, some in by_quarter.items()}

    def unit(self, row: Evidence) -> Unit | None:
        """The unit to which a file belongs that says where it was taken."""
        return self._units.get((row.report_id, str(row.area_id)))

    def metres(self, row: Evidence) -> float | None:
        """None where the picture does not say where it was taken, or its unit has no placed site."""
        unit = self.unit(row)
        if unit is None or row.taken_lon is None or row.taken_lat is None:
            return None
        return self._sites[unit.quarter].metres(unit.area_id, row.taken_lon, row.taken_lat)


def radius_m(unit: Unit) -> int:
    """The widest radius of the plan by which the unit was judged: nothing farther off serves any site of it."""
    return by_digest(unit.frozen.said["plan"]["digest"]).capability.largest_radius_m
