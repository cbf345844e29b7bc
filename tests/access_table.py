"""Who gets what at which address: a row for every address of the portal.

``tests/test_urls.py`` asks each address as every post, for one's own area, a neighbour's and another county's,
and fails when an address has no row. To add an address, add to ROWS

    Row("areas:area", {Power.SEE_REGISTRY}, at=lambda world, place: [place.area], scoped=True)

- the name of the URL pattern, with its namespace;
- the powers of which any opens it (everyone else gets 403), SIGNED_IN for every post, or PUBLIC;
- ``at``: the arguments of the address, for what lies at ``place``. It makes what it names (``world.make_area``
  and the ORM) and returns the arguments; nothing made or changed outlives the request;
- ``scoped``: what is out of scope gets 404. NETWORK: the same, and an operator sees what is its own there;
- ``method`` and ``data`` (also a function of world and place) for what is posted; ``answer`` when not 200.

A pattern that answers both to reading and to posting has two rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.posts import Power

SIGNED_IN = frozenset(Power)
PUBLIC = None
NETWORK = "network"


@dataclass(frozen=True)
class Place:
    """An area of township level, a village in it, and an operator that is at home there in these tests."""

    area: str
    operator: str

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
    scoped: bool | str = False
    method: str = "get"
    data: Callable[[World, Place], dict] = field(default=lambda world, place: {})
    answer: int = 200

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


ROWS: list[Row] = []
