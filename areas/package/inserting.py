"""Many new rows into a table at once: COPY on PostgreSQL, one prepared statement elsewhere, no object a row."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice, repeat
from typing import Any

from django.db import connections, router
from django.db.models import AutoField, Field, Model

_PORTION = 5_000
_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert(model: type[Model], columns: Mapping[str, Sequence[Any]], count: int) -> None:
    """Insert ``count`` rows, given by attribute as columns of values; what is left out has the field's default.

    Values are those that the columns hold: text, numbers, yes or no, dates, None. Nothing is
    validated, and the constraints of the database hold as always.
    """
    if not count:
        return
    connection = connections[router.db_for_write(model)]
    fields = [field for field in model._meta.concrete_fields if not (isinstance(field, AutoField) or field.generated)]
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = map("\t".join, zip(*(_said(field, columns) for field in fields), strict=False))
            with connection.wrap_database_errors:
                cursor.cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", _Stream(islice(lines, count)))
        else:
            marks = ", ".join(["%s"] * len(fields))
            rows = zip(*(_plain(field, columns) for field in fields), strict=False)
            for portion in _portions(islice(rows, count)):
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", portion)


class _Stream:
    """Lines as a file, so that the database stores what it has while the rest is still being written."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._portions = _portions(lines)

    def read(self, size: int = -1) -> str:
        """A portion, however many characters were asked for; '' at the end."""
        portion = next(self._portions, None)
        return "\n".join(portion) + "\n" if portion else ""


def _portions(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while portion := list(islice(rows, _PORTION)):
        yield portion


def _plain(field: Field, columns: Mapping[str, Sequence[Any]]) -> Iterator[Any]:
    """A column as any driver takes it."""
    if field.attname not in columns:
        return repeat(field.get_default())
    return (value.isoformat() if isinstance(value, date) else value for value in columns[field.attname])


def _said(field: Field, columns: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """A column as COPY reads it; a float as the shortest text that is the same double.

    Most columns hold values of one type, and text without anything to escape: those cost next to nothing.
    """
    if field.attname not in columns:
        return repeat(_text(field.get_default()))
    values = columns[field.attname]
    kinds = set(map(type, values))
    if kinds == {str} and _is_plain("".join(values)):
        return iter(values)
    if kinds in ({int}, {float}):
        return map(str, values)
    return map(_Texts().__getitem__, values)


def _is_plain(text: str) -> bool:
    return text.isprintable() and "\\" not in text


class _Texts(dict):
    """The text of each value of a column, worked out once; 1, 1.0 and True never meet in one column."""

    def __missing__(self, value: Any) -> str:
        self[value] = text = _text(value)
        return text


def _text(value: Any) -> str:
    if value is None:
        return _NULL
    if isinstance(value, str):
        return value if _is_plain(value) else value.translate(_ESCAPES)
    return str(value)
