"""What a problem hangs on: covers of columns, shares of which so many must hold, branches of which all must."""

from dataclasses import dataclass

Columns = frozenset[int]


@dataclass(frozen=True)
class Cover:
    """Holds when at least ``times`` of the columns do."""

    columns: Columns
    times: int = 1


@dataclass(frozen=True)
class Share:
    """At least ``wanted`` of the members must hold: covers, each counted so many times, and branches."""

    wanted: int
    covers: tuple[tuple[Cover, int], ...]
    branches: tuple["Branch", ...] = ()


@dataclass(frozen=True)
class Branch:
    """Holds when all of its covers and all of its shares do; ``area`` is the row of the area that it stands for."""

    covers: tuple[Cover, ...]
    shares: tuple[Share, ...]
    area: int = -1
