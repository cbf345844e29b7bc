"""The county of every life: two towns and six villages with their sites, network and orders, and an account for each post."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings

from tests.reference.model import FIGURES, Package

COUNTY = "441802"
TOWNS = ("441802103", "441802105")
BEGINS = date(2018, 4, 3)
"""A life is a year from here; it ends within the calendar of working days."""
QUARTERS = ("2018Q1", "2018Q2", "2018Q3", "2018Q4", "2019Q1")
VILLAGES = {town: tuple(f"{town}{number}" for number in (201, 202, 203)) for town in TOWNS}
_LON = {TOWNS[0]: 113.05, TOWNS[1]: 113.35}


@dataclass(frozen=True)
class Person:
    """Somebody with a post; ``place`` is a town's code, the county's, or an operator's."""

    name: str
    post: str
    place: str = COUNTY


PEOPLE = {
    each.name: each
    for each in (
        *(Person(f"{what}{number}", post, town) for number, town in enumerate(TOWNS, 1)
          for what, post in (("clerk", "clerk"), ("colleague", "clerk"), ("mayor", "township_head"))),
        *(Person(f"reviewer{number}", "reviewer") for number in (1, 2)),
        *(Person(f"chief{number}", "bureau_head") for number in (1, 2, 3)),
        *(Person(f"office{number}", "government") for number in (1, 2, 3)),
        Person("leader", "leader"),
        Person("telecom", "operator", "telecom"),
    )
}  # fmt: skip


def leaves(village: str) -> tuple[str, str]:
    """The two natural villages of a village."""
    return f"{village}201", f"{village}202"


def facts() -> Package:
    """The county as a data package: one natural village in three is not reached, and the returns of the first quarter stand."""
    package: Package = {
        "areas": [{"code": COUNTY, "name": "清城区", "kind": "district"}],
        "sites": [], "operators": [{"code": "telecom", "name": "中国电信"}, {"code": "mobile", "name": "中国移动"}],
        "access_points": [], "service_orders": [], "returns": [], "changes": [], "successions": [],
    }  # fmt: skip
    for town, name in zip(TOWNS, ("源潭镇", "龙塘镇"), strict=True):
        package["areas"].append({"code": town, "name": name, "kind": "town"})
        for number, village in enumerate(VILLAGES[town]):
            _village(package, town, village, number)
    return package


def _village(package: Package, town: str, village: str, number: int) -> None:
    package["areas"].append({"code": village, "name": f"{'东西南'[number]}{town[-1]}村", "kind": "village"})
    for place, leaf in enumerate(leaves(village)):
        lon, lat = f"{_LON[town] + number * 0.05 + place * 0.02:.4f}", "23.7000"
        package["areas"].append(
            {
                "code": leaf,
                "name": f"{'上下'[place]}{number + 1}围",
                "kind": "natural_village",
                "permanent_households": "30",
            }
        )
        package["sites"].append(
            {
                "site_id": f"S{leaf}",
                "area_code": leaf,
                "name": f"聚居点{leaf[-6:]}",
                "kind": "settlement",
                "lon": lon,
                "lat": lat,
            }
        )
        if number or not place:
            package["access_points"].append(
                {"ap_id": f"A{leaf}", "operator": "telecom" if place else "mobile", "lon": lon, "lat": "23.7010",
                 "downstream_mbps": "100", "tv_only": "0", "opened_on": "2017-01-01"}
            )  # fmt: skip
    package["service_orders"].append(
        {"order_id": f"O{village}", "operator": "telecom", "area_code": leaves(village)[0], "accepted_on": "2018-04-02",
         "completed_on": "2018-04-10", "needs_expansion": "0"}
    )  # fmt: skip
    package["returns"].append(
        {"period": "2018Q1", "area_code": village, "status": "approved", **written(sound(village, 0))}
    )


def sound(village: str, salt: int) -> dict[str, int]:
    """Figures without an error, others for another ``salt``."""
    households = 60 + salt % 7
    fibre = 56 + salt % 3
    users = 50 + salt % 4
    values = (households, households - 2, fibre, users, users - 5 - salt % 12)
    return dict(zip(FIGURES, values, strict=True))


def written(figures: dict[str, int]) -> dict[str, str]:
    return {name: str(value) for name, value in figures.items()}


def build(folder: Path) -> None:
    """The county in the database that is connected: everything by the import that real data take, and the accounts."""
    from django.contrib.auth import get_user_model

    from tests.reference.comparing import load

    settings.PORTAL_TODAY = BEGINS - timedelta(days=1)
    load(facts(), folder / "package")
    for person in PEOPLE.values():
        place = {"operator_id": person.place} if person.post == "operator" else {"area_id": person.place}
        phone = {"phone": "0763-3366001"} if person.post == "bureau_head" else {}
        get_user_model().objects.create_user(person.name, name=person.name, post=person.post, **place, **phone)
