"""What a site's verdict rests on: who reaches it, how the service test went, what was nearly enough."""

import numpy as np

from acceptance.rules.capability import (
    NOT_OPEN,
    REASONS,
    TOO_SLOW,
    TV_ONLY,
    eligible,
    is_fast,
    is_open,
    is_television,
)
from acceptance.rules.facts import SETTINGS
from acceptance.rules.judge import Period


class SiteEvidence:
    """The evidence of every site in a period, found in columns and given out site by site."""

    def __init__(self, period: Period) -> None:
        self.period, self.facts, self.around = period, period.county.facts, period.county.around
        points, near = self.facts.access_points, self.around.near
        capability = period.county.plan.capability
        counts = eligible(points, period.as_of, capability)
        operator = points.operator[near.centre]
        self.reach = self._first_of(np.flatnonzero(counts[near.centre]), operator)
        opened, fast, television = is_open(points, period.as_of), is_fast(points, capability), is_television(points, capability)
        misses = {
            TOO_SLOW: opened & ~television & ~fast,
            TV_ONLY: opened & television,
            NOT_OPEN: ~opened & fast & ~television,
        }
        same = np.zeros(len(near.place), dtype=np.int64)
        self.missed = {
            reason: self._first_of(
                np.flatnonzero(missing[near.centre] & (period.sites.reason[near.place] == reason)), same
            )
            for reason, missing in misses.items()
        }

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
        """The evidence on one site; distances in metres, rounded to the centimetre."""
        return {
            "setting": SETTINGS[self.around.setting[row]],
            "radius_m": int(self.around.radius_m[row]),
            "reach": [self._reach(row, pair) for pair in self.reach.get(row, [])],
            "near_miss": self._near_miss(row),
            "nearest": self._nearest(row),
        }

    def _point(self, pair: int) -> dict:
        near = self.around.near
        return self._named(int(near.centre[pair]), float(near.distance_m[pair]))

    def _named(self, point: int, distance_m: float) -> dict:
        points = self.facts.access_points
        return {
            "operator": self.facts.operators[points.operator[point]],
            "ap_id": points.ap_id[point],
            "distance_m": round(distance_m, 2),
        }

    def _reach(self, row: int, pair: int) -> dict:
        area = self.facts.sites.area[row]
        operator = self.facts.access_points.operator[self.around.near.centre[pair]]
        service = self.period.service
        return self._point(pair) | {
            "passes": bool(self.period.passes[area, operator]),
            "counted": int(service.counted[area, operator]),
            "late": int(service.late[area, operator]),
        }

    def _near_miss(self, row: int) -> dict | None:
        reason = int(self.period.sites.reason[row])
        pairs = self.missed.get(reason, {}).get(row)
        return self._point(pairs[0]) | {"reason": REASONS[reason]} if pairs else None

    def _nearest(self, row: int) -> dict | None:
        number, distance = self.period.nearest
        return self._named(int(number[row]), float(distance[row])) if number[row] >= 0 else None
