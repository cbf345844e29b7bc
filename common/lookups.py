"""Questions about very many keys at once, in a form that each database bears."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

_FEW = 500
"""So few are parameters of their own, which every database plans best."""
_LISTS = {
    "postgresql": "SELECT json_array_elements_text(%s::json)",
    "sqlite": "SELECT value FROM json_each(%s)",
}
"""Each takes one piece of text: a list of so many constants takes longer to parse than to look up."""


def among(lookup: str, keys: Sequence[Any]) -> Q:
    """The condition that the text at ``lookup`` is one of the keys."""
    if len(keys) <= _FEW or not all(isinstance(key, str) for key in keys):
        return Q(**{f"{lookup}__in": keys})
    return Q(**{f"{lookup}__in": RawSQL(_LISTS[connection.vendor], (json.dumps(keys),))})


def chunks(values: Iterable[Any], size: int = _FEW) -> Iterator[list[Any]]:
    """The values in portions that a query's parameters may hold."""
    everything = list(values)
    for start in range(0, len(everything), size):
        yield everything[start : start + size]
