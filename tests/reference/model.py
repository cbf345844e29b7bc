"""The facts of a data package, and what docs/rules.md says of areas, sites, access points and orders (sections 1 and 2)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from geographiclib.geodesic import Geodesic

from tests.reference import dated
from tests.reference.datums import to_wgs84
from tests.reference.days import first_day, last_day, working_days_after

Package = dict[str, list[dict[str, str]]]
"""Table name → rows → column → text, as it stands in the CSV files; assumed valid. An absent column is blank."""

TABLES = ("areas", "sites", "operators", "access_points", "service_orders", "returns", "changes", "successions")
FIGURES = ("households", "broadband_covered_households", "fibre_covered_households", "broadband_users", "fibre_users")

TEN_WORKING_DAYS, FIFTEEN_WORKING_DAYS = 10, 15
RADIUS_M = {"urban": 200, "rural": 1000}
NEEDED_MBPS = 50
NEAREST_WITHIN_M = 20_000


@dataclass(frozen=True)
class Area:
    code: str
    name: str
    kind: str
    households: int | None
    setting: str
    demonstration: bool
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Site:
    site_id: str
    area: str
    name: str
    kind: str
    place: tuple[float, float] | None
    setting: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class Point:
    ap_id: str
    operator: str
    place: tuple[float, float]
    mbps: Fraction
    tv_only: bool
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True)
class Order:
    operator: str
    area: str
    accepted_on: date
    completed_on: date | None
    cancelled_on: date | None
    needs_expansion: bool
    due_on: date


@dataclass(frozen=True)
class Figures:
    households: int
    broadband_covered: int
    fibre_covered: int
    broadband_users: int
    fibre_users: int
    status: str


@dataclass(frozen=True)
class SiteVerdict:
    capable: str
    reason: str
    reached: bool | None
    operators: list[str]
    nearest_m: float | None


@dataclass(frozen=True)
class Plan:
    """What the plan file may change; the defaults are those of docs/rules.md."""

    on_time_share: Fraction = Fraction(1)
    expansion_then_installation: bool = False
    penetration_role: str = "reference"


class World:
    """A package, read under a plan, with the values from the beginning; ``as_of`` gives those of a day.

    ``memory``, ``distances`` and ``days`` only save computing the same thing twice.
    """

    def __init__(self, package: Package, plan: Plan = Plan()):
        self.package = package
        self.plan = plan
        self.areas = {row["code"]: _area(row) for row in package.get("areas", [])}
        self.sites = {row["site_id"]: _site(row) for row in package.get("sites", [])}
        self.points = [_point(row) for row in package.get("access_points", [])]
        self.orders = [_order(row, plan) for row in package.get("service_orders", [])]
        self.returns = {(row["period"], row["area_code"]): _figures(row) for row in package.get("returns", [])}
        self.successions = dated.successions(package)
        self.memory: dict = {}
        self.distances: dict = {}
        self.days: dict[date, World] = {}

    # dated-changes.md: "**Everything is judged with the values of the as-of date**"
    def as_of(self, on: date) -> "World":
        """What was true on that day; this very world when nothing in it changes."""
        if not self.package.get("changes"):
            return self
        if on not in self.days:
            self.days[on] = World(dated.as_of(self.package, on), self.plan)
            self.days[on].distances = self.distances
        return self.days[on]


def _day(row: dict[str, str], column: str) -> date | None:
    return date.fromisoformat(row[column]) if row.get(column) else None


def _place(row: dict[str, str]) -> tuple[float, float] | None:
    if not row.get("lon"):
        return None
    return to_wgs84(float(row["lon"]), float(row["lat"]), row.get("datum") or "WGS84")


def _area(row: dict[str, str]) -> Area:
    households = int(row["permanent_households"]) if row.get("permanent_households") else None
    demonstration = row.get("demonstration") == "1"
    interval = _day(row, "valid_from"), _day(row, "valid_to")
    return Area(row["code"], row["name"], row["kind"], households, row.get("setting", ""), demonstration, *interval)


def _site(row: dict[str, str]) -> Site:
    interval = _day(row, "valid_from"), _day(row, "valid_to")
    kind, given = row["kind"], row.get("setting", "")
    return Site(row["site_id"], row["area_code"], row["name"], kind, _place(row), given, *interval)


def _point(row: dict[str, str]) -> Point:
    place = _place(row)
    assert place is not None
    opened = date.fromisoformat(row["opened_on"])
    mbps = Fraction(row["downstream_mbps"])
    return Point(row["ap_id"], row["operator"], place, mbps, row["tv_only"] == "1", opened, _day(row, "closed_on"))


def _order(row: dict[str, str], plan: Plan) -> Order:
    accepted, expansion = date.fromisoformat(row["accepted_on"]), row["needs_expansion"] == "1"
    ended = _day(row, "completed_on"), _day(row, "cancelled_on")
    due = due_on(accepted, expansion, plan.expansion_then_installation)
    return Order(row["operator"], row["area_code"], accepted, *ended, expansion, due)


def _figures(row: dict[str, str]) -> Figures:
    return Figures(*(int(row[column]) for column in FIGURES), row["status"])


# Section 1: areas ---------------------------------------------------------------------------------------------------


# ""Beneath" an area always means at it or anywhere below it." "a subtree is a prefix"
def is_beneath(code: str, ancestor: str) -> bool:
    return code.startswith(ancestor)


# "A code begins with its parent's code: the code *is* the path"
def path(code: str) -> list[str]:
    """The codes of the area and its ancestors, the area's own first."""
    return [code[:length] for length in (15, 12, 9, 6) if length <= len(code)]


def holds(thing: Area | Site, on: date) -> bool:
    """valid_from <= on < valid_to, blank = open end."""
    begun = thing.valid_from is None or thing.valid_from <= on
    ended = thing.valid_to is not None and thing.valid_to <= on
    return begun and not ended


# "An area is in force on a date when `valid_from <= date < valid_to` (blank = open end) holds for it and for all its
# ancestors"
def area_in_force(world: World, code: str, on: date) -> bool:
    return all(holds(world.areas[ancestor], on) for ancestor in path(code))


# "a site when it holds for the site and its area is in force."
def site_in_force(world: World, site: Site, on: date) -> bool:
    return holds(site, on) and area_in_force(world, site.area, on)


# "Only areas and sites in force are counted, in numerators and denominators alike."
def areas_beneath(world: World, code: str, on: date) -> list[Area]:
    """In force, ordered by code as bytes."""
    key = "areas", on
    if key not in world.memory:
        found = [area for area in world.areas.values() if area_in_force(world, area.code, on)]
        world.memory[key] = sorted(found, key=lambda area: area.code.encode())
    return [area for area in world.memory[key] if is_beneath(area.code, code)]


def sites_beneath(world: World, code: str, on: date) -> list[Site]:
    """In force, ordered by site_id as bytes."""
    key = "sites", on
    if key not in world.memory:
        found = [site for site in world.sites.values() if site_in_force(world, site, on)]
        world.memory[key] = sorted(found, key=lambda site: site.site_id.encode())
    return [site for site in world.memory[key] if is_beneath(site.area, code)]


# ""Its own sites" are those whose area code equals the area's code." (section 5)
def own_sites(world: World, area: Area, on: date) -> list[Site]:
    return [site for site in sites_beneath(world, area.code, on) if site.area == area.code]


# "A natural village is **in scope** when `permanent_households >= 20`"; "Quarters are always in scope." (section 5)
def in_scope(area: Area) -> bool:
    return area.kind != "natural_village" or area.households >= 20


# "a site's own `setting` if given; else its area's, else the nearest ancestor's, if given; else rural for a site whose
# area is a natural_village or a village, urban otherwise"
def setting(world: World, site: Site) -> str:
    given = [site.setting] + [world.areas[code].setting for code in path(site.area)]
    for value in given:
        if value:
            return value
    return "rural" if world.areas[site.area].kind in ("natural_village", "village") else "urban"


# Section 2: capability ----------------------------------------------------------------------------------------------


def distance_m(world: World, site: Site, point: Point) -> float:
    """The geodesic distance on the WGS-84 ellipsoid, in metres."""
    pair = site.place, point.place
    if pair not in world.distances:
        (lon, lat), (other_lon, other_lat) = pair
        world.distances[pair] = Geodesic.WGS84.Inverse(lat, lon, other_lat, other_lon, Geodesic.DISTANCE)["s12"]
    return world.distances[pair]


def is_open(point: Point, on: date) -> bool:
    """`opened_on <= date`, `closed_on` is blank or `> date`."""
    return point.opened_on <= on and (point.closed_on is None or point.closed_on > on)


# "An access point is **eligible** on a date when `opened_on <= date`, `closed_on` is blank or `> date`, it is not
# `tv_only` (S04), and `downstream_mbps >= 50` (S17)."
def is_eligible(point: Point, on: date) -> bool:
    return is_open(point, on) and not point.tv_only and point.mbps >= NEEDED_MBPS


# "It **reaches** a site when the geodesic distance on the WGS-84 ellipsoid is `<=` 200 m (urban) or `<=` 1000 m
# (rural), compared unrounded (S18)."
def is_within_radius(world: World, site: Site, point: Point) -> bool:
    return distance_m(world, site, point) <= RADIUS_M[setting(world, site)]


# "`due_on` = the 10th working day after `accepted_on`; the 15th when `needs_expansion`"
# "switch `expansion_then_installation`, under which the order is due on the 10th working day after the 15th"
def due_on(accepted: date, needs_expansion: bool, expansion_then_installation: bool = False) -> date:
    if needs_expansion and expansion_then_installation:
        return working_days_after(working_days_after(accepted, FIFTEEN_WORKING_DAYS), TEN_WORKING_DAYS)
    return working_days_after(accepted, FIFTEEN_WORKING_DAYS if needs_expansion else TEN_WORKING_DAYS)


# "An order cancelled (`cancelled_on`) on or before its `due_on` counts nowhere"
def counts_nowhere(order: Order) -> bool:
    return order.cancelled_on is not None and order.cancelled_on <= order.due_on


# "one cancelled later counts as completed on that day."
def ended_on(order: Order) -> date | None:
    return order.completed_on or order.cancelled_on


# "An order **counts in** the period when `due_on` lies in the period, or when `due_on` lies before it and the order
# was not completed before the period began."
def counts_in(order: Order, period: str) -> bool:
    if counts_nowhere(order):
        return False
    if first_day(period) <= order.due_on <= last_day(period):
        return True
    completed_before = ended_on(order) is not None and ended_on(order) < first_day(period)
    return order.due_on < first_day(period) and not completed_before


# "A counted order is **late** when it is not completed, or completed after `due_on`. (A completion or cancellation
# after the as-of date has not happened yet.)"
def is_late(order: Order, period: str) -> bool:
    ended = ended_on(order)
    if ended is not None and ended > last_day(period):
        ended = None
    return ended is None or ended > order.due_on


# "An order names a village, community, natural village or quarter and bears on the sites beneath it"
def bears_on(order: Order, site: Site) -> bool:
    return is_beneath(site.area, order.area)


# "The operator passes when its on-time share among counted orders is at least the plan's `on_time_share` (default
# 100%, so: no late order; *reading A33*). No counted order: passes."
def passes_service_test(world: World, operator: str, site: Site, period: str) -> bool:
    orders = [order for order in world.orders if order.operator == operator and bears_on(order, site)]
    counted = [order for order in orders if counts_in(order, period)]
    on_time = [order for order in counted if not is_late(order, period)]
    return not counted or Fraction(len(on_time), len(counted)) >= world.plan.on_time_share


# "`nearest_m` is the geodesic distance to the nearest eligible access point of any operator, rounded to 0.01 m, null
# when there is none within 20 km or the site is unknown."
def nearest_m(world: World, site: Site, on: date) -> float | None:
    distances = [distance_m(world, site, point) for point in world.points if is_eligible(point, on)]
    near = [distance for distance in distances if distance <= NEAREST_WITHIN_M]
    return round(min(near), 2) if near else None


# "`no` otherwise, with a reason: `service_late` when some operator reaches it but none of those passes; otherwise the
# nearest miss, in this order: …"
def reason_for_no(points_within: list[Point], reaching: set[str], on: date) -> str:
    if reaching:
        return "service_late"
    # "`too_slow` (an open, non-TV point within the radius has less than 50 Mbps)"
    if any(is_open(point, on) and not point.tv_only and point.mbps < NEEDED_MBPS for point in points_within):
        return "too_slow"
    # "`tv_only` (an open point within the radius carries television only)"
    if any(is_open(point, on) and point.tv_only for point in points_within):
        return "tv_only"
    # "`not_open` (a point within the radius that is fast enough and not TV-only is not yet open, or closed)"
    if any(not is_open(p, on) and not p.tv_only and p.mbps >= NEEDED_MBPS for p in points_within):
        return "not_open"
    return "out_of_reach"


def site_verdict(world: World, site: Site, period: str) -> SiteVerdict:
    """What section 2 says of a site in a period."""
    key = site.site_id, period
    if key not in world.memory:
        world.memory[key] = _site_verdict(world, site, period)
    return world.memory[key]


def _site_verdict(world: World, site: Site, period: str) -> SiteVerdict:
    # "`unknown` when its coordinates are missing"; "A site is **reached** …; null when unknown."
    if site.place is None:
        return SiteVerdict("unknown", "", None, [], None)
    on = last_day(period)
    points_within = [point for point in world.points if is_within_radius(world, site, point)]
    # "A site is **reached** when at least one eligible access point reaches it, whatever the service test says"
    reaching = {point.operator for point in points_within if is_eligible(point, on)}
    # "`yes` when at least one operator both reaches it with an eligible access point **and** passes the service test
    # (S03: one operator is enough, and it must be the *same* one)"
    both = sorted(operator for operator in reaching if passes_service_test(world, operator, site, period))
    near = nearest_m(world, site, on)
    # "`reason` is empty for `yes` and `unknown`; `operators` lists those that reach and pass, sorted by code, and is
    # empty unless `yes`."
    if both:
        return SiteVerdict("yes", "", True, both, near)
    return SiteVerdict("no", reason_for_no(points_within, reaching, on), bool(reaching), [], near)
