"""Facts in a few lines: a scene of areas, sites, access points, orders and returns, judged by our plan.

Codes tell kinds by their length (6 district, 9 town, 12 village, 15 natural village) unless one is given;
ancestors that are not named are made. Places lie on a meridian through the district, so many metres
``north`` of its foot, measured by GeographicLib. Whatever a line does not say is harmless.
"""

import csv
import dataclasses
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
from geographiclib.geodesic import Geodesic

import acceptance
from acceptance.judging import verdict_json
from acceptance.rules.facts import (
    ALWAYS,
    FOREVER,
    KIND,
    SETTINGS,
    SITE_KIND,
    AccessPoints,
    Areas,
    Facts,
    Orders,
    Returns,
    Sites,
)
from acceptance.rules.judge import County
from acceptance.rules.ledger import FIGURES
from acceptance.rules.plan import Plan
from acceptance.rules.planfile import parse
from areas.workdays import WorkingDays, notices
from common.periods import Quarter

DISTRICT = "441802"
TOWN, OTHER_TOWN = "441802103", "441802105"
STREET = "441802006"
VILLAGE = "441802103201"
COMMUNITY = "441802006001"
NATURAL = "441802103201001"
QUARTER = "441802006001001"

FOOT = (113.05, 23.7)
FAR_M = 100_000

PLANS = Path(acceptance.__file__).parent / "plans"


@cache
def the_plan() -> Plan:
    """The plan of the district, from its file."""
    with (PLANS / "plan_clauses.csv").open(encoding="utf-8-sig", newline="") as rows:
        clauses = [row["id"] for row in csv.DictReader(rows)]
    return parse(
        (PLANS / "qingcheng-2017.toml").read_text(encoding="utf-8"),
        clauses=clauses,
        wording=(PLANS / "实施方案.txt").read_text(encoding="utf-8"),
    )


def plan_with(*, roles=None, thresholds=None, permanent_households=None, targets=None, **values) -> Plan:
    """Our plan with some of its values changed: ``plan_with(radius_urban=300, thresholds={"S10": Fraction(1, 2)})``."""
    plan = the_plan()
    for group in ("capability", "service"):
        old = getattr(plan, group)
        new = {
            name: dataclasses.replace(getattr(old, name), value=values.pop(name))
            for name in [field.name for field in dataclasses.fields(old)]
            if name in values
        }
        plan = dataclasses.replace(plan, **{group: dataclasses.replace(old, **new)})
    assert not values, values
    criteria = dict(plan.criteria)
    for key, role in (roles or {}).items():
        criteria[key] = dataclasses.replace(criteria[key], role=role)
    for key, threshold in (thresholds or {}).items():
        criteria[key] = dataclasses.replace(criteria[key], threshold=threshold)
    stones = tuple(
        dataclasses.replace(each, target=(targets or {}).get(each.key, each.target)) for each in plan.milestones
    )
    households = plan.permanent_households
    if permanent_households is not None:
        households = dataclasses.replace(households, value=permanent_households)
    return dataclasses.replace(plan, criteria=criteria, milestones=stones, permanent_households=households)


@cache
def calendar() -> WorkingDays:
    return WorkingDays(notices())


@cache
def north_of_foot(metres: float) -> tuple[float, float]:
    """The pair (lon, lat) so many metres due north of the foot."""
    found = Geodesic.WGS84.Direct(FOOT[1], FOOT[0], 0, metres)
    return found["lon2"], found["lat2"]


_KIND_BY_LENGTH = {6: "district", 9: "town", 12: "village", 15: "natural_village"}
_BASES = ("approved", "reported")


def _beginning(day: str | None) -> np.datetime64:
    return np.datetime64(day) if day else ALWAYS


def _end(day: str | None) -> np.datetime64:
    return np.datetime64(day) if day else FOREVER


class Scene:
    """A scene in the making; every method adds to it and gives it back."""

    def __init__(self, *codes: str) -> None:
        self.areas: dict[str, dict] = {}
        self.sites: dict[str, dict] = {}
        self.points: dict[str, dict] = {}
        self.orders: list[dict] = []
        self.returns: dict[tuple[str, str], dict[str, tuple]] = {}
        for code in (DISTRICT, *codes):
            self.area(code)

    def area(self, code, kind="", households=20, setting="", demonstration=False, valid_from=None, valid_to=None):
        for digits in (6, 9, 12):
            if digits < len(code) and code[:digits] not in self.areas:
                self.area(code[:digits])
        self.areas[code] = {
            "kind": kind or _KIND_BY_LENGTH[len(code)],
            "households": households,
            "setting": setting,
            "demonstration": demonstration,
            "valid_from": valid_from,
            "valid_to": valid_to,
        }
        return self

    def site(self, site_id, area, north=0.0, kind="settlement", setting="", valid_from=None, valid_to=None):
        """``north`` None: the coordinates are missing."""
        lon, lat = (np.nan, np.nan) if north is None else north_of_foot(north)
        self.sites[site_id] = {
            "area": area, "kind": kind, "lon": lon, "lat": lat, "setting": setting,
            "valid_from": valid_from, "valid_to": valid_to,
        }  # fmt: skip
        return self

    def point(
        self, ap_id, north=0.0, operator="telecom", mbps=50.0, tv_only=False, opened_on="2010-01-01", closed_on=None
    ):
        lon, lat = north_of_foot(north)
        self.points[ap_id] = {
            "operator": operator, "lon": lon, "lat": lat, "mbps": mbps, "tv_only": tv_only,
            "opened_on": opened_on, "closed_on": closed_on,
        }  # fmt: skip
        return self

    def order(self, area, accepted_on, completed_on=None, cancelled_on=None, needs_expansion=False, operator="telecom"):
        self.orders.append({
            "operator": operator, "area": area, "accepted_on": accepted_on, "completed_on": completed_on,
            "cancelled_on": cancelled_on, "needs_expansion": needs_expansion,
        })  # fmt: skip
        return self

    def returned(self, area, period="2018Q2", bases=_BASES, **figures):
        """The return of a village or community; figures that are not named are 0."""
        for basis in bases:
            self.returns.setdefault((period, basis), {})[area] = tuple(figures.get(name, 0) for name in FIGURES)
        return self

    def sites_at(self, area, *, capable=0, incapable=0, unlocated=0, kind="settlement", setting=""):
        """So many sites in each state, by an access point at the foot."""
        self.points or self.point("AT-FOOT")
        for state, count, north in (("yes", capable, 0.0), ("no", incapable, FAR_M), ("unknown", unlocated, None)):
            for number in range(count):
                self.site(f"{area}-{kind}-{state}-{number}", area, north, kind, setting)
        return self

    def leaves(self, parent, *, achieved=0, not_achieved=0, undetermined=0, kind="natural_village", first=1, **fields):
        """So many natural villages or compounds beneath, of each outcome; numbered from ``first``."""
        states = [{"capable": 1}] * achieved + [{"incapable": 1}] * not_achieved + [{"unlocated": 1}] * undetermined
        for number, state in enumerate(states, first):
            code = f"{parent}{number:03}"
            self.area(code, kind, **fields).sites_at(code, **state)
        return self

    def villages(self, town, *, achieved=0, not_achieved=0, undetermined=0, not_applicable=0):
        """So many villages of each outcome beneath, each with one natural village; none has no outcome."""
        each = [{"achieved": 1}] * achieved + [{"not_achieved": 1}] * not_achieved
        each += [{"undetermined": 1}] * undetermined + [{}] * not_applicable
        for number, state in enumerate(each, 201):
            self.area(f"{town}{number}", "village").leaves(f"{town}{number}", **state)
        return self

    def towns(self, *, achieved=0, not_achieved=0, undetermined=0, not_applicable=0, first=101):
        each = [{"achieved": 1}] * achieved + [{"not_achieved": 1}] * not_achieved
        each += [{"undetermined": 1}] * undetermined + [{}] * not_applicable
        for number, state in enumerate(each, first):
            self.area(f"{DISTRICT}{number}").villages(f"{DISTRICT}{number}", **state)
        return self

    def streets(self, *, achieved=0, not_achieved=0, undetermined=0, first=1):
        each = [{"capable": 1}] * achieved + [{"incapable": 1}] * not_achieved + [{"unlocated": 1}] * undetermined
        for number, state in enumerate(each, first):
            self.area(f"{DISTRICT}{number:03}", "street").sites_at(f"{DISTRICT}{number:03}", kind="residence", **state)
        return self

    def facts(self, operators=()) -> Facts:
        """The columns; rows of areas and sites in order of their codes, operators too."""
        row = {code: number for number, code in enumerate(sorted(self.areas))}
        named = {*operators, *(each["operator"] for each in (*self.points.values(), *self.orders))}
        number = {code: place for place, code in enumerate(sorted(named))}
        return Facts(
            areas=self._areas(row),
            sites=self._sites(row),
            operators=list(number),
            access_points=self._points(number),
            orders=self._orders(row, number),
            returns={key: _returns(lines, row) for key, lines in self.returns.items()},
        )

    def _areas(self, row) -> Areas:
        given = [self.areas[code] for code in row]
        return Areas(
            code=list(row),
            kind=np.array([KIND[each["kind"]] for each in given]),
            parent=np.array([row.get(code[:-3], -1) for code in row]),
            permanent_households=np.array(
                [each["households"] if each["kind"] == "natural_village" else -1 for each in given]
            ),
            setting=np.array([SETTINGS.index(each["setting"]) for each in given]),
            demonstration=np.array([each["demonstration"] for each in given], dtype=bool),
            valid_from=_days([_beginning(each["valid_from"]) for each in given]),
            valid_to=_days([_end(each["valid_to"]) for each in given]),
        )

    def _sites(self, row) -> Sites:
        given = [self.sites[site_id] for site_id in sorted(self.sites)]
        return Sites(
            site_id=sorted(self.sites),
            area=_whole([row[each["area"]] for each in given]),
            kind=_whole([SITE_KIND[each["kind"]] for each in given]),
            lon=np.array([each["lon"] for each in given], dtype=float),
            lat=np.array([each["lat"] for each in given], dtype=float),
            setting=_whole([SETTINGS.index(each["setting"]) for each in given]),
            valid_from=_days([_beginning(each["valid_from"]) for each in given]),
            valid_to=_days([_end(each["valid_to"]) for each in given]),
        )

    def _points(self, number) -> AccessPoints:
        given = [self.points[ap_id] for ap_id in sorted(self.points)]
        return AccessPoints(
            ap_id=sorted(self.points),
            operator=_whole([number[each["operator"]] for each in given]),
            lon=np.array([each["lon"] for each in given], dtype=float),
            lat=np.array([each["lat"] for each in given], dtype=float),
            downstream_mbps=np.array([each["mbps"] for each in given], dtype=float),
            tv_only=np.array([each["tv_only"] for each in given], dtype=bool),
            opened_on=_days([_beginning(each["opened_on"]) for each in given]),
            closed_on=_days([_end(each["closed_on"]) for each in given]),
        )

    def _orders(self, row, number) -> Orders:
        return Orders(
            order_id=[f"O{place}" for place in range(len(self.orders))],
            operator=_whole([number[each["operator"]] for each in self.orders]),
            area=_whole([row[each["area"]] for each in self.orders]),
            accepted_on=_days([_beginning(each["accepted_on"]) for each in self.orders]),
            completed_on=_days([_end(each["completed_on"]) for each in self.orders]),
            cancelled_on=_days([_end(each["cancelled_on"]) for each in self.orders]),
            needs_expansion=np.array([each["needs_expansion"] for each in self.orders], dtype=bool),
        )

    def judged(self, plan: Plan | None = None) -> "Judged":
        return Judged(County(self.facts(), plan or the_plan(), calendar()))


def _days(days) -> np.ndarray:
    return np.array(days, dtype="datetime64[D]")


def _whole(numbers) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def _returns(lines: dict[str, tuple], row: dict[str, int]) -> Returns:
    return Returns(_whole([row[code] for code in lines]), np.array(list(lines.values()), dtype=np.int64))


class Judged:
    """A scene judged: what the documents say of an area, a site, a criterion or a milestone."""

    def __init__(self, county: County) -> None:
        self.county = county

    def evaluation(self, period="2018Q2", basis="approved") -> dict:
        return verdict_json.evaluation(self.county, Quarter.parse(period), basis, beneath=DISTRICT, sites=True)

    def area(self, code, period="2018Q2", basis="approved") -> dict | None:
        """None when it is not in force."""
        return next((each for each in self.evaluation(period, basis)["areas"] if each["code"] == code), None)

    def outcome(self, code, period="2018Q2") -> str | None:
        found = self.area(code, period)
        return found and found["outcome"]

    def criterion(self, code, key, period="2018Q2", basis="approved") -> dict:
        return next(each for each in self.area(code, period, basis)["criteria"] if each["key"] == key)

    def site(self, site_id, period="2018Q2") -> dict | None:
        return next((each for each in self.evaluation(period)["sites"] if each["site_id"] == site_id), None)

    def capable(self, site_id, period="2018Q2") -> tuple[str, str]:
        """Whether a site is capable, and why not."""
        found = self.site(site_id, period)
        return found["capable"], found["reason"]

    def milestones(self, key, viewed, basis="approved") -> dict[str, dict]:
        """A milestone in each of its scopes."""
        document = verdict_json.milestones(self.county, Quarter.parse(viewed), basis, beneath=DISTRICT)
        return {each["scope"]: each for each in document["milestones"] if each["key"] == key}

    def milestone(self, key, scope, viewed, basis="approved") -> dict:
        return self.milestones(key, viewed, basis)[scope]


def percent(number: int) -> Fraction:
    return Fraction(number, 100)
