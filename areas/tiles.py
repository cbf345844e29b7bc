"""A grid of cells by which places are found: an index lookup of a few cells, however many counties there are."""

from django.db.models import F, IntegerField, Q
from django.db.models.functions import Cast

_PER_DEGREE = 100
"""Cells of 0.01°: about 1.1 km from north to south."""
_ROW = 100_000
_MOST_ROWS = 800

NUMBER = Cast(F("lat") * _PER_DEGREE, IntegerField()) * _ROW + Cast(F("lon") * _PER_DEGREE, IntegerField())
"""The cell of a place; whether a cell is found by rounding or by cutting off is left to the database."""


def in_box(west: float, south: float, east: float, north: float) -> Q:
    """The places in a box in degrees, and some beside it; one range of cells for each row of the grid."""
    first, last = int(south * _PER_DEGREE), int(north * _PER_DEGREE) + 1
    if last - first > _MOST_ROWS:
        return Q(lat__range=(south, north), lon__range=(west, east))
    left, right = int(west * _PER_DEGREE), int(east * _PER_DEGREE) + 1
    rows = Q()
    for row in range(first, last + 1):
        rows |= Q(tile__range=(row * _ROW + left, row * _ROW + right))
    return rows
