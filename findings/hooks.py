"""What rooms above know that a check of the register compares with."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.db.models.expressions import Combinable

from common.registry import Registry


class FieldFailure(NamedTuple):
    """A site (by its number) or an area (by its code) that somebody looked at on the spot and found not to be in order.

    ``source`` says on which occasion, ``day`` when, ``remark`` what was found.
    """

    table: str
    key: str
    source: str
    day: str
    remark: str


REPORTED_NAMES: Registry[Callable[[str], dict[str, str]]] = Registry()
"""Each answers a county with the names that its returns gave to areas, by code."""

FIELD_FAILURES: Registry[Callable[[str], Iterable[FieldFailure]]] = Registry()
"""Each answers a county with what failed on the spot and has not been found better since, each thing once."""

SURVEY_MARKS: Registry[Callable[[], Combinable]] = Registry()
"""Each answers an expression by ``OuterRef("county")`` that changes whenever the county is to be surveyed anew."""
