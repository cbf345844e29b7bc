"""The story the demonstration tells: who builds when, what goes wrong, and which figures are missing.

Quarters are counted from 0 = before the plan (up to 2016Q4), 1 = 2017Q1 … 9 = 2019Q1; ``NEVER`` is after all of them.
"""

from dataclasses import dataclass
from datetime import date

from common.periods import Quarter

FIRST = Quarter(2017, 1)
QUARTERS = 9
LAST = FIRST.plus(QUARTERS - 1)
NEVER = 99
BUILT_FROM = date(2015, 6, 1)
DRAWN_ON = LAST.last_day
"""Nothing is known of what happens after this day."""


def quarter(index: int) -> Quarter:
    return FIRST.plus(index - 1)


@dataclass(frozen=True)
class Programme:
    """How a township builds: cumulative shares by quarter 0 … 9; what is left at the end is never built."""

    quarters: tuple[float, ...]
    places: tuple[float, ...]
    villages: tuple[int, ...]
    """The quarter in which each of its villages finishes, all but a straggler in the large ones."""
    head_start: tuple[int, int]
    """A village begins so many quarters before it finishes."""
    pace: float
    """Below 1 its hamlets come late in that time, above 1 early."""
    demonstrations: tuple[int, int]
    """How many leaves are nominated, and how many of them are built by the end of 2017."""
    full_coverage: int
    """From this quarter on, fibre covers every household that broadband covers."""
    penetration: tuple[float, float]
    """Fibre users among broadband users in 2017Q1 and 2019Q1."""


_TOWN_QUARTERS = (0.10, 0.18, 0.25, 0.36, 0.48, 0.60, 0.72, 0.82, 0.92, 0.96)
_TOWN_PLACES = (0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.83, 0.90, 0.94)

PROGRAMMES = {
    "006": Programme(
        (0.40, 0.50, 0.62, 0.78, 0.92, 0.97, 1.00, 1.00, 1.00, 1.00),
        (0.30, 0.42, 0.58, 0.80, 0.95, 0.96, 0.97, 0.975, 0.98, 0.985),
        (),
        (3, 4),
        1.0,
        (12, 12),
        6,
        (0.52, 0.89),
    ),
    "007": Programme(
        (0.15, 0.22, 0.30, 0.38, 0.48, 0.56, 1.00, 1.00, 1.00, 1.00),
        (0.15, 0.20, 0.26, 0.33, 0.42, 0.50, 0.66, 0.78, 0.95, 0.96),
        (3, 3, 4, 5, 5, 6, 6, 7, 8, 8),
        (3, 4),
        0.8,
        (11, 9),
        NEVER,
        (0.43, 0.82),
    ),
    "008": Programme(
        (0.32, 0.42, 0.54, 0.70, 0.84, 0.92, 0.975, 1.00, 1.00, 1.00),
        (0.30, 0.40, 0.52, 0.68, 0.85, 0.96, 0.97, 0.97, 0.98, 0.985),
        (),
        (3, 4),
        1.0,
        (12, 11),
        6,
        (0.50, 0.87),
    ),
    "009": Programme(
        (0.25, 0.32, 0.42, 0.52, 0.62, 0.72, 0.90, 0.93, 0.95, 0.975),
        (0.22, 0.32, 0.42, 0.52, 0.65, 0.80, 0.95, 0.955, 0.96, 0.97),
        (3, 4, 5, 5, 6, 7),
        (2, 4),
        0.8,
        (10, 10),
        8,
        (0.44, 0.79),
    ),
    "103": Programme(
        _TOWN_QUARTERS,
        _TOWN_PLACES,
        (2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 7, 7, 9),
        (2, 4),
        0.7,
        (12, 12),
        NEVER,
        (0.41, 0.81),
    ),
    "105": Programme(
        _TOWN_QUARTERS,
        _TOWN_PLACES,
        (4, 5, 5, 6, 7, 8),
        (2, 4),
        0.8,
        (11, 8),
        NEVER,
        (0.45, 0.82),
    ),
    "106": Programme(
        _TOWN_QUARTERS,
        _TOWN_PLACES,
        (2, 2, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 6, 8),
        (2, 4),
        0.9,
        (14, 14),
        NEVER,
        (0.45, 0.84),
    ),
    "107": Programme(
        _TOWN_QUARTERS,
        _TOWN_PLACES,
        (4, 5, 5, 6, 6, 7, 7, 7, 8, 8, 8, 8, 9, 9, 9, 9, NEVER, NEVER),
        (1, 2),
        0.4,
        (10, 6),
        NEVER,
        (0.36, 0.73),
    ),
}

PEACEFUL = {
    ("006", 6),
    ("007", 6),
    ("007", 8),
    ("008", 5),
    ("008", 7),
    ("009", 6),
    ("103", 7),
    ("103", 8),
    ("105", 8),
    ("105", 9),
    ("106", 6),
    ("106", 9),
}
"""Townships and quarters in which no late order may cost a capability, for a milestone or a title hangs on them."""

LATE_SHARE = {
    "006": 0.010,
    "007": 0.010,
    "008": 0.008,
    "009": 0.015,
    "103": 0.015,
    "105": 0.015,
    "106": 0.010,
    "107": 0.03,
}
"""The share of the leaves built that lose their capability in a quarter because every operator there was late."""

VILLAGE_LATE = (("107", 7), ("103", 5), ("106", 3))
"""Towns and quarters in which an order of a whole village is late, with the only operator there."""

CHRONIC = ("107", 8, 3)
"""A town in which from a quarter on so many orders are simply never completed."""

CLOSURES = (
    ("009", "quarter", True, date(2018, 11, 20), None),
    ("006", "quarter", False, date(2018, 8, 6), None),
    ("107", "natural_village", False, date(2018, 9, 16), date(2018, 11, 26)),
    ("103", "natural_village", False, date(2018, 9, 16), date(2018, 11, 12)),
    ("105", "natural_village", False, date(2017, 8, 23), date(2017, 12, 18)),
)
"""Leaves that lose all their points: township, kind, whether a demonstration leaf, when, and when they are replaced.

23 August 2017 and 16 September 2018 are the days on which the typhoons Hato and Mangkhut came ashore in Guangdong.
"""

STATUS = {("007", 6): "submitted", ("103", 9): "submitted", ("105", 9): "draft", ("107", 3): None, ("107", 9): None}
"""Returns that are not approved by township and quarter; None: never handed in."""
