"""A row of the table, and the places that every row is asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.posts import Post, Power

SIGNED_IN = frozenset(Power)
PUBLIC = None
NETWORK = "network"
QUARTER = "2018Q2"


@dataclass(frozen=True)
class Place:
    """An area of township level, a village in it, and an operator that is at home there in these tests."""

    area: str
    operator: str

    @property
    def county(self) -> str:
        return self.area[:6]

    @property
    def village(self) -> str:
        return f"{self.area}201"


OWN = Place("441802103", "telecom")
PLACES = {"own": OWN, "neighbour": Place("441802105", "mobile"), "elsewhere": Place("441803101", "unicom")}


@dataclass(frozen=True)
class World:
    """The fixtures that make things."""

    make_area: Callable
    make_user: Callable


@dataclass(frozen=True)
class Row:
    name: str
    powers: frozenset[Power] | set[Power] | None
    at: Callable[[World, Place], list] = field(default=lambda world, place: [])
    scoped: bool | str | Callable[[Post, Place], bool] = False
    method: str = "get"
    data: Callable[[World, Place], dict] = field(default=lambda world, place: {})
    answer: int = 200
    visitor: int = 302

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def of_area(world: World, place: Place) -> list:
    return [place.area]


def of_verdict(world: World, place: Place) -> list:
    return [QUARTER, place.area]


def unchanged(world: World, place: Place) -> dict:
    """What a page of a return posts while nobody else has touched the return."""
    return {"version": 0, "reason": "请核对"}
