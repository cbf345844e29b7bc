"""What of a row stands for good: one declaration by which it is sealed, and by which it is verified."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from hashlib import sha256
from typing import Any, Generic, TypeVar

from django.db.models import Field, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from witness.hooks import KINDS

Row = TypeVar("Row", bound=Model)
Content = dict[str, Any]
"""What of a row is sealed, by column."""

CHUNK = 500
"""Rows that are asked for at once; SQLite takes 999 values at least."""

written = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
"""Canonical JSON: equal contents give equal text."""


@dataclass(frozen=True)
class Sealed(Generic[Row]):
    """The rows of a model that have a leaf each.

    ``changing`` are columns of which another place answers; ``later`` those that a later step may set, and has sealed
    again; of the long ones in ``digested`` the leaf keeps the SHA-256 alone. ``due`` says which rows are to have a
    leaf: one that is no longer (a return sent back) has its leaf taken back.
    ``group`` is the column by which rows sealed together share a leaf; ``states`` names the documents whose ``state``
    is where the last of these steps led; ``named`` says which row it is.
    """

    model: type[Row]
    changing: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    digested: tuple[str, ...] = ()
    due: Q | None = None
    group: str = ""
    states: tuple[str, ...] = ()
    named: Callable[[Row], str] = str

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name)

    @cached_property
    def columns(self) -> dict[str, Field]:
        """The sealed columns by name."""
        fields = [field for field in self.model._meta.concrete_fields if not field.primary_key and not field.generated]
        return {field.attname: field for field in fields if field.name not in self.changing}

    @cached_property
    def set_later(self) -> frozenset[str]:
        return frozenset(self.model._meta.get_field(name).attname for name in self.later)

    def rows(self) -> QuerySet:
        """The rows that are to have a leaf."""
        return self.model._base_manager.filter(self.due or Q()).order_by("pk")

    def contents(self, keys: Collection[Any] | None = None) -> Iterator[tuple[str, Content]]:
        """The content of each row that is to have a leaf, of all or of some, as it stands now."""
        if keys is not None:
            every = sorted(keys)
            for start in range(0, len(every), CHUNK):
                yield from self._contents(self.rows().filter(pk__in=every[start : start + CHUNK]))
        else:
            yield from self._contents(self.rows())

    def content(self, key: str) -> Content | None:
        """The content of any row, whether it is to have a leaf or not; None when it is not there."""
        return next(
            (content for _, content in self._contents(self.model._base_manager.filter(pk=key).order_by("pk"))), None
        )

    def _contents(self, rows: QuerySet) -> Iterator[tuple[str, Content]]:
        """In the order of ``rows``, which is that of the key. SQLite takes into a column what is none of its values."""
        names, last = list(self.columns), None
        while True:
            left = rows if last is None else rows.filter(pk__gt=last)
            try:
                for last, *values in left.values_list("pk", *names).iterator(chunk_size=2000):
                    yield str(last), {name: self._kept(name, value) for name, value in zip(names, values, strict=True)}
                return
            except (ArithmeticError, ValueError):
                after = rows if last is None else rows.filter(pk__gt=last)
                last = after.values_list("pk", flat=True)[0]
                yield str(last), {name: self._kept(name, _as_it_lies(rows, last, name)) for name in names}

    def _kept(self, name: str, value: Any) -> Any:
        return sha256(written(plain(value)).encode()).hexdigest() if name in self.digested else plain(value)


def _as_it_lies(rows: QuerySet, pk: Any, name: str) -> Any:
    """A value; what is none of its column's, as text."""
    row = rows.filter(pk=pk).order_by()
    try:
        return row.values_list(name, flat=True).get()
    except (ArithmeticError, ValueError):
        return row.annotate(as_it_lies=Cast(name, TextField())).values_list("as_it_lies", flat=True).get()


def steps(model: type[Row], *states: str) -> Sealed[Row]:
    """The rows of a table of moves (``workflow.engine``), by the names of the documents that they lead on."""
    return Sealed(model, states=states, named=_deed)


def _deed(step: Any) -> str:
    return f"{step.subject} {step.deed}"


def plain(value: Any) -> Any:
    """A column's value as JSON gives it back."""
    match value:
        case None | str() | int() | float() | list() | dict():
            return value
        case datetime():
            return value.astimezone(timezone.get_fixed_timezone(0)).isoformat()
        case date():
            return value.isoformat()
        case bytes() | memoryview():
            return bytes(value).hex()
        case _:
            return str(value)


@cache
def kinds() -> Mapping[str, Sealed]:
    """All kinds that rooms registered, by name. ValueError when two are of one model."""
    found = [each for declare in KINDS for each in declare()]
    by_name = {each.kind: each for each in found}
    if len(by_name) != len(found):
        raise ValueError("A model is sealed by two declarations.")
    return by_name


def kind_of(model: type[Model]) -> Sealed:
    """The declaration for a model's rows; KeyError when it has none."""
    return kinds()[model._meta.label_lower]
