"""A grid of cells by which places are found: an index lookup of a few cells, however many counties there are."""

from django.db.models import F, IntegerField, Q
from django.db.models.functions import Cast

_PER_DEGREE = 100
"""Cells of 0.01°: about 1.1 km from north to south."""
_ROW = 100_000
_MOST_CELLS = 5_000

NUMBER = Cast(F("lat") * _PER_DEGREE, IntegerField()) * _ROW + Cast(F("lon") * _PER_DEGREE, IntegerField())
"""The cell of a place; whether a cell is found by rounding or by cutting off is left to the database."""


def in_box(west: float, south: float, east: float, north: float) -> Q:
    """The places in a box in degrees, and some beside it: cell by cell, or of a large box the rows of the grid."""
    first, last = int(south * _PER_DEGREE), int(north * _PER_DEGREE) + 1
    left, right = int(west * _PER_DEGREE), int(east * _PER_DEGREE) + 1
    if (last - first + 1) * (right - left + 1) > _MOST_CELLS:
        return Q(tile__range=(first * _ROW, (last + 1) * _ROW), lat__range=(south, north), lon__range=(west, east))
    return Q(tile__in=[row * _ROW + cell for row in range(first, last + 1) for cell in range(left, right + 1)])
