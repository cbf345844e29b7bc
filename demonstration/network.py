"""The access points of four operators: opened as the programme says, and what does not count beside them."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pyproj import Geod

from areas.vocabulary import AreaKind, Datum, SiteKind
from demonstration.geography import Ground, Point, around, degrees, plane
from demonstration.places import GeneratedSite, Surveyor, located
from demonstration.randomness import stream, weighted
from demonstration.registry import GeneratedRegistry, Spot
from demonstration.story import BUILT_FROM, DRAWN_ON, QUARTERS, quarter

OPERATORS = {"telecom": "中国电信", "mobile": "中国移动", "unicom": "中国联通", "broadcast": "广电网络"}
_LETTERS = {"telecom": "DX", "mobile": "YD", "unicom": "LT", "broadcast": "GD"}
_SHARES = {"telecom": 46, "mobile": 30, "unicom": 15, "broadcast": 9}
_SPEEDS = {50: 8, 100: 40, 200: 25, 300: 12, 500: 8, 1000: 7}
_DATUMS: dict[str, float] = {"": 50, Datum.CGCS2000: 20, Datum.GCJ02: 22, Datum.BD09: 8}
_CABINETS = ("光交箱", "分纤箱", "接入机房", "光分路箱", "综合箱")
_GEOD = Geod(ellps="WGS84")


@dataclass
class GeneratedAccessPoint:
    ap_id: str
    operator: str
    name: str
    lon: float
    lat: float
    datum: str
    downstream_mbps: int
    tv_only: bool
    opened_on: date
    closed_on: date | None = None
    ports_total: int | None = None
    ports_used: int | None = None
    spot: Spot | None = None

    @property
    def counts(self) -> bool:
        """Whether it would satisfy S17 while it is open."""
        return not self.tv_only and self.downstream_mbps >= 50

    def is_eligible(self, on: date) -> bool:
        return self.counts and self.opened_on <= on and (self.closed_on is None or self.closed_on > on)


class Network:
    """What has been built so far, and how to build more without reaching a spot before its time."""

    def __init__(self, registry: GeneratedRegistry) -> None:
        self.registry = registry
        self.points: list[GeneratedAccessPoint] = []
        self._built: list[tuple[Point, int]] = []
        self._counting = Ground()
        self._spots = Ground()
        for number, spot in enumerate(registry.spots):
            self._spots.add(spot.centre, number)

    def add(
        self, random: Random, spot: Spot, operator: str, place: Point, opened_on: date, **fields
    ) -> GeneratedAccessPoint:
        lon, lat = degrees(place)
        total = random.choice((32, 64, 64, 128, 128, 256))
        point = GeneratedAccessPoint(
            f"{_LETTERS[operator]}-{len(self.points) + 1:05d}",
            operator,
            f"{spot.name}{random.choice(_CABINETS)}",
            lon,
            lat,
            weighted(random, list(_DATUMS), list(_DATUMS.values())),
            **{"downstream_mbps": weighted(random, list(_SPEEDS), list(_SPEEDS.values())), "tv_only": False} | fields,
            opened_on=opened_on,
            ports_total=total,
            ports_used=_ports_used(random, total),
            spot=spot,
        )
        if random.random() < 0.06:
            point.ports_total = point.ports_used = None
        self.points.append(point)
        return point

    def served_by(self, spot: Spot, when: int) -> bool:
        """Whether points that count, opened by the quarter ``when``, already reach every site of the spot."""
        places = [plane(site.lon, site.lat) for site in located(spot.sites)]
        reach = [0.97 * site.radius_m for site in located(spot.sites)]
        return all(
            any(self._built[number][1] <= when for _, number in self._counting.near(place, metres))
            for place, metres in zip(places, reach, strict=True)
        )

    def reached_from(self, place: Point) -> list[Spot]:
        """The spots of which a point at ``place`` reaches about the centre."""
        found = []
        for distance, number in self._spots.near(place, 1_100):
            spot = self.registry.spots[number]
            if distance <= (230 if spot.urban else 1_050):
                found.append(spot)
        return found

    def build(
        self, random: Random, spot: Spot, operator: str, when: int, *, patient: bool
    ) -> GeneratedAccessPoint | None:
        """A point that counts for the spot; the place chosen reaches as few later spots as possible.

        A patient operator waits until nobody is served early, and builds nothing if that takes too long.
        """
        least, most = (8, 65) if spot.urban else (30, 560)
        places = [around(random, spot.centre, least, most) for _ in range(5 if patient else 14)]
        place = min(places, key=lambda p: sum(other.target > when for other in self.reached_from(p)))
        if patient:
            when = max(when, *(other.target for other in self.reached_from(place)), spot.target)
            if when > QUARTERS:
                return None
        self._counting.add(place, len(self._built))
        self._built.append((place, when))
        return self.add(random, spot, operator, place, _day_in(random, when))


def make_network(registry: GeneratedRegistry) -> list[GeneratedAccessPoint]:
    network = Network(registry)
    order = sorted(range(len(registry.spots)), key=lambda number: (registry.spots[number].target, number))
    for number in order:
        spot = registry.spots[number]
        random = stream("network", spot.area.code, spot.name)
        if spot.target <= QUARTERS:
            _first(network, random, spot)
    for number in order:
        spot = registry.spots[number]
        random = stream("rivals", spot.area.code, spot.name)
        if spot.target <= QUARTERS:
            _rivals(network, random, spot)
        _what_does_not_count(network, random, spot)
    return network.points


def _first(network: Network, random: Random, spot: Spot) -> None:
    """Whoever builds first; nobody where a neighbour's point serves the spot anyway, mostly."""
    if spot.area.kind != AreaKind.COMPOUND and network.served_by(spot, spot.target) and random.random() < 0.75:
        return
    network.build(random, spot, weighted(random, list(_SHARES), list(_SHARES.values())), spot.target, patient=False)


def _rivals(network: Network, random: Random, spot: Spot) -> None:
    """A second and third operator where it pays."""
    chances = (0.50, 0.12) if spot.urban else (0.22, 0.04)
    for chance in chances:
        if random.random() < chance:
            operator = weighted(random, list(_SHARES), list(_SHARES.values()))
            network.build(random, spot, operator, spot.target + random.randint(0, 4), patient=True)


def _what_does_not_count(network: Network, random: Random, spot: Spot) -> None:
    """Television only, slow lines from before, and points that are planned or were given up."""
    near = (8, 90) if spot.urban else (30, 600)

    def add(operator: str, opened_on: date, **fields) -> None:
        network.add(random, spot, operator, around(random, spot.centre, *near), opened_on, **fields)

    unbuilt = spot.target > QUARTERS
    if random.random() < (0.4 if unbuilt else 0.13):
        add("broadcast", _day_in(random, random.randint(0, 5)), tv_only=True)
    if random.random() < (0.5 if unbuilt else 0.09):
        closed = None if unbuilt or random.random() < 0.5 else _day_in(random, min(QUARTERS, spot.target + 1))
        opened_on = BUILT_FROM - timedelta(days=random.randint(0, 900))
        add("telecom", opened_on, downstream_mbps=random.choice((8, 12, 20, 30)), closed_on=closed)
    if unbuilt and random.random() < 0.4:
        add("mobile", DRAWN_ON + timedelta(days=random.randint(20, 200)))
    if not unbuilt and spot.target < 4 and random.random() < 0.03:
        opened_on = _day_in(random, spot.target)
        add("unicom", opened_on, closed_on=_day_in(random, 6))


def _ports_used(random: Random, total: int) -> int:
    return total if random.random() < 0.05 else int(total * random.uniform(0.15, 0.95))


def _day_in(random: Random, when: int) -> date:
    """A day in the quarter ``when``; before the plan for 0."""
    if when <= 0:
        return BUILT_FROM + timedelta(days=random.randint(0, 570))
    first, last = quarter(when).first_day, quarter(when).last_day
    return first + timedelta(days=random.randint(0, (last - first).days))


def sites_at_the_limit(
    registry: GeneratedRegistry, surveyor: Surveyor, points: list[GeneratedAccessPoint]
) -> list[GeneratedSite]:
    """Sites 1 m within, right at and 1 m beyond the radius of the only access point near them (S18)."""
    found: list[GeneratedSite] = []
    for urban, limit, wanted in ((True, 200.0, 4), (False, 1000.0, 3)):
        for point in points:
            if wanted == 0:
                break
            made = _limit_sites(registry, surveyor, points, point, urban=urban, limit=limit)
            wanted -= bool(made)
            found += made
    return found


def _limit_sites(
    registry: GeneratedRegistry,
    surveyor: Surveyor,
    points: list[GeneratedAccessPoint],
    point: GeneratedAccessPoint,
    *,
    urban: bool,
    limit: float,
) -> list[GeneratedSite]:
    spot = point.spot
    assert spot is not None
    wrong_kind = spot.area.kind not in ((AreaKind.COMMUNITY,) if urban else (AreaKind.NATURAL_VILLAGE,))
    # A point given in GCJ-02 or BD-09 is rounded to a centimetre there, too coarse for a limit met to a millimetre.
    converted = point.datum in (Datum.GCJ02, Datum.BD09)
    if (
        wrong_kind
        or converted
        or spot.urban != urban
        or not point.counts
        or point.closed_on
        or point.opened_on > date(2018, 1, 1)
    ):
        return []
    place = plane(point.lon, point.lat)
    others = [plane(other.lon, other.lat) for other in points if other is not point]
    angle = _freest_direction(place, others, limit)
    if angle is None:
        return []
    made = []
    for metres, name in ((limit - 1, "内侧"), (limit - 0.001, "边界"), (limit + 1, "外侧")):
        lon, lat, _ = _GEOD.fwd(point.lon, point.lat, 90 - math.degrees(angle), metres)
        site = surveyor.add(
            spot, stream("limit", point.ap_id, name), SiteKind.OTHER, f"{spot.name}{name}公共服务点", (0.0, 0.0)
        )
        site.lon, site.lat, site.datum = round(lon, 9), round(lat, 9), ""
        made.append(site)
    return made


def _freest_direction(place: Point, others: list[Point], limit: float) -> float | None:
    """The direction in which no other point reaches the limit of this one; None when there is none."""
    for step in range(12):
        angle = step * math.pi / 6
        there = (place[0] + limit * math.cos(angle), place[1] + limit * math.sin(angle))
        if all(math.dist(there, other) > limit * 1.05 + 5 for other in others):
            return angle
    return None
