"""The facts by which the sites concerned by a change are judged: they themselves, and what is around them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from django.db.models import Q

from acceptance import plan as plans
from acceptance.judging.affected import Concern
from acceptance.judging.evidence import Surveyed
from acceptance.judging.facts import FactsPart, access_points, has_changes, read
from acceptance.rules.capability import NEAREST_LIMIT_M, eligible
from acceptance.rules.facts import Facts
from acceptance.rules.judge import County, Period
from areas.geodesy import Points, pairs_within
from areas.models import Site
from areas.tiles import around
from areas.workdays import load as working_days
from common.lookups import among
from common.periods import Quarter

LOOKING_M = (1_500, 5_000, NEAREST_LIMIT_M)
"""Access points are first sought so near; farther only around sites that have none."""


class Survey:
    """Some sites of a county in some quarters; ``engine`` judges them."""

    def __init__(self, county: str, concern: Concern, judged: Sequence[Quarter]) -> None:
        """ValueError when the calendar of working days falls short."""
        self.concern, self.judged = concern, judged
        self._plan, self._calendar = plans.current(), working_days()
        self._surveyed: tuple[Facts, Surveyed] | None = None
        part = (
            None
            if concern.is_whole
            else FactsPart(tuple(sorted(concern.codes)), concern.singles if concern.is_single else None)
        )
        first_m = max(LOOKING_M[0], self._plan.capability.largest_radius_m)
        self._standing_at = Q(county=county)
        facts = read(county, [], (), part, first_m if part else NEAREST_LIMIT_M)
        self.engine = County(facts, self._plan, self._calendar)
        if part:
            self._standing_at = among("site_id", facts.sites.site_id) if part.sites is None else Q(pk__in=part.sites)
            self._look_farther((first_m, *LOOKING_M[1:]))

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The primary keys of the sites."""
        return dict(Site.objects.filter(self._standing_at).order_by().values_list("site_id", "pk"))

    def mask(self, quarter: Quarter) -> np.ndarray:
        """Which sites are concerned in a quarter."""
        facts = self.engine.facts_on(np.datetime64(quarter.last_day))
        held = self.concern.mask(str(quarter), facts.areas.code)[facts.sites.area]
        single = self.concern.singles_of(quarter)
        return held | np.array([self.numbers[each] in single for each in facts.sites.site_id], dtype=bool)

    def evidence(self, period: Period) -> Surveyed:
        """What the evidence of the period shares with that of others of the same facts."""
        if self._surveyed is None or self._surveyed[0] is not period.facts:
            self._surveyed = period.facts, Surveyed(period)
        return self._surveyed[1]

    def _look_farther(self, looking_m: Sequence[int]) -> None:
        """Read the access points farther away, too, around sites that in some quarter have none near."""
        facts = self.engine.facts
        near = around(facts.sites.lon, facts.sites.lat, looking_m[0])
        for looked, farther in pairwise(looking_m):
            lonely = {quarter: sites for quarter, sites in self._lonely(looked) if sites.any()}
            if not lonely:
                return
            sites = np.logical_or.reduce(list(lonely.values()))
            far = around(facts.sites.lon[sites], facts.sites.lat[sites], farther) & Q(
                opened_on__lte=max(lonely).last_day
            )
            points = access_points(facts.operators, near | far, has_changes())
            self.engine = County(replace(facts, access_points=points), self._plan, self._calendar)

    def _lonely(self, looked_m: float) -> Iterator[tuple[Quarter, np.ndarray]]:
        """By quarter, which of the sites concerned may have their nearest access point farther away than was looked."""
        sites, points = self.engine.facts.sites, self.engine.facts.access_points
        located = np.flatnonzero(sites.located)
        places = Points(sites.lon[located], sites.lat[located])
        pairs = pairs_within(places, Points(points.lon, points.lat), np.full(len(located), looked_m))
        for quarter in self.judged:
            day = np.datetime64(quarter.last_day)
            counts = eligible(points.on(day), day, self._plan.capability)
            lonely = self.mask(quarter) & sites.located
            lonely[located[pairs.place[counts[pairs.centre]]]] = False
            yield quarter, lonely
