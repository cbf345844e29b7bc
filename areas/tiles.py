"""A grid of cells by which places are found: an index lookup of a few cells, however many counties there are."""

from typing import TYPE_CHECKING

from django.db.models import F, IntegerField, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

if TYPE_CHECKING:
    import numpy as np

_PER_DEGREE = 100
"""Cells of 0.01°: about 1.1 km from north to south."""
_ROW = 100_000
_MOST_CELLS = 5_000
"""More are not named one by one."""

NUMBER = Cast(F("lat") * _PER_DEGREE, IntegerField()) * _ROW + Cast(F("lon") * _PER_DEGREE, IntegerField())
"""The cell of a place; whether a cell is found by rounding or by cutting off is left to the database."""


def ranges(west: float, south: float, east: float, north: float) -> list[tuple[int, int]]:
    """The cells that cover a box in degrees, the first and the last in each row of the grid."""
    left, right = int(west * _PER_DEGREE), int(east * _PER_DEGREE) + 1
    rows = range(int(south * _PER_DEGREE), int(north * _PER_DEGREE) + 2)
    return [(row * _ROW + left, row * _ROW + right) for row in rows]


def around(lon: "np.ndarray", lat: "np.ndarray", metres: float) -> Q:
    """Everything within so many metres of one of the places, and some beside it; NaN stands for a place unknown.

    Cells are named one by one, for of many ranges a planner reads the whole table; and in the query itself,
    for handing over a thousand parameters takes longer than what they ask for.
    """
    # Not at the top: every start reads this module for NUMBER.
    import numpy as np

    from areas.geodesy import box

    known = ~np.isnan(lon)
    spots = np.unique(np.round(np.column_stack([lon[known], lat[known]]) * _PER_DEGREE), axis=0) / _PER_DEGREE
    half = 0.5 / _PER_DEGREE
    cells: set[int] = set()
    for lon_of, lat_of in spots.tolist():
        sides = box(np.array([lon_of - half, lon_of + half]), np.array([lat_of - half, lat_of + half]), metres)
        for first, last in ranges(*sides):
            cells.update(range(first, last + 1))
        if len(cells) > _MOST_CELLS:
            return in_box(*box(lon[known], lat[known], metres))
    return Q(tile__in=RawSQL(", ".join(map(str, sorted(cells))) or "NULL", ()))


def in_box(west: float, south: float, east: float, north: float) -> Q:
    """The places in a large box in degrees: by the rows of the grid that it lies in."""
    rows = ranges(west, south, east, north)
    return Q(tile__range=(rows[0][0], rows[-1][1]), lat__range=(south, north), lon__range=(west, east))
