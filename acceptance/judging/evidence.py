"""What a site's verdict rests on: who reaches it, how the service test went, what was nearly enough."""

from functools import cached_property

import numpy as np

from acceptance.rules.capability import NOT_OPEN, REASONS, TOO_SLOW, TV_ONLY, eligible, is_fast, is_open, is_television
from acceptance.rules.facts import SETTINGS
from acceptance.rules.judge import Period


class Surveyed:
    """What the evidence of quarters with the same facts shares: the sites' radii, and the access points around them by name."""

    def __init__(self, period: Period) -> None:
        facts, around = period.facts, period.around
        points = facts.access_points
        self.setting = [SETTINGS[setting] for setting in around.setting.tolist()]
        self.radius_m = around.radius_m.astype(np.int64).tolist()
        self.area = facts.sites.area.tolist()
        self.operator = points.operator.tolist()
        self._operators, self._ap_id = facts.operators, points.ap_id
        self._centre, self._distance_m = around.near.centre.tolist(), around.near.distance_m.tolist()
        self._pairs: dict[int, dict] = {}
        self._nearest: dict[tuple[int, int], dict] = {}

    def operator_of(self, pair: int) -> int:
        return self.operator[self._centre[pair]]

    def pair(self, pair: int) -> dict:
        """The access point of a pair, with its distance in metres, rounded to the centimetre."""
        if pair not in self._pairs:
            self._pairs[pair] = self._named(self._centre[pair], self._distance_m[pair])
        return self._pairs[pair]

    def nearest(self, row: int, point: int, distance_m: float) -> dict | None:
        """The access point nearest to a site; None where ``point`` is -1."""
        if point < 0:
            return None
        if (row, point) not in self._nearest:
            self._nearest[row, point] = self._named(point, distance_m)
        return self._nearest[row, point]

    def _named(self, point: int, distance_m: float) -> dict:
        return {
            "operator": self._operators[self.operator[point]],
            "ap_id": self._ap_id[point],
            "distance_m": round(distance_m, 2),
        }


class SiteEvidence:
    """The evidence of every site in a period, found in columns and given out site by site."""

    def __init__(self, period: Period, surveyed: Surveyed) -> None:
        self.period, self.surveyed, self.around = period, surveyed, period.around
        points, near = period.facts.access_points, self.around.near
        capability = period.county.plan.capability
        counts = eligible(points, period.as_of, capability)
        self.reach = self._first_of(np.flatnonzero(counts[near.centre]), points.operator[near.centre])
        opened, fast, television = (
            is_open(points, period.as_of),
            is_fast(points, capability),
            is_television(points, capability),
        )
        misses = {
            TOO_SLOW: opened & ~television & ~fast,
            TV_ONLY: opened & television,
            NOT_OPEN: ~opened & fast & ~television,
        }
        same = np.zeros(len(near.place), dtype=np.int64)
        self.missed: dict[int, list[int]] = {}
        for reason, missing in misses.items():
            lacking = missing[near.centre] & (period.sites.reason[near.place] == reason)
            self.missed |= self._first_of(np.flatnonzero(lacking), same)
        self.reason = period.sites.reason.tolist()
        number, distance = period.nearest
        self.nearest = list(zip(number.tolist(), distance.tolist(), strict=True))

    @cached_property
    def service(self) -> tuple[list, list, list]:
        """For each area and operator whether the service test is passed, and how many orders counted and were late."""
        service = self.period.service
        return self.period.passes.tolist(), service.counted.tolist(), service.late.tolist()

    def _first_of(self, chosen: np.ndarray, group: np.ndarray) -> dict[int, list[int]]:
        """For each site the nearest of the chosen pairs in each group, by group."""
        near = self.around.near
        order = chosen[np.lexsort((near.distance_m[chosen], group[chosen], near.place[chosen]))]
        place, kind = near.place[order], group[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (place[1:] != place[:-1]) | (kind[1:] != kind[:-1])
        found: dict[int, list[int]] = {}
        for site, pair in zip(place[first].tolist(), order[first].tolist(), strict=True):
            found.setdefault(site, []).append(pair)
        return found

    def of(self, row: int) -> dict:
        """The evidence on one site."""
        miss = self.missed.get(row)
        return {
            "setting": self.surveyed.setting[row],
            "radius_m": self.surveyed.radius_m[row],
            "reach": [self._reach(self.surveyed.area[row], pair) for pair in self.reach.get(row, ())],
            "near_miss": self.surveyed.pair(miss[0]) | {"reason": REASONS[self.reason[row]]} if miss else None,
            "nearest": self.surveyed.nearest(row, *self.nearest[row]),
        }

    def _reach(self, area: int, pair: int) -> dict:
        operator = self.surveyed.operator_of(pair)
        passes, counted, late = self.service
        return self.surveyed.pair(pair) | {
            "passes": passes[area][operator],
            "counted": counted[area][operator],
            "late": late[area][operator],
        }
