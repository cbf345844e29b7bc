"""Many new rows into a table at once: COPY on PostgreSQL, one prepared statement elsewhere, no object a row."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connections, router
from django.db.models import AutoField, Field, Model

_PORTION = 5_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows of values by attribute; what a row leaves out has the field's default.

    Values are those that the columns hold: text, numbers, yes or no, dates, None. Nothing is
    validated, and the constraints of the database hold as always.
    """
    connection = connections[router.db_for_write(model)]
    fields = [field for field in model._meta.concrete_fields if not (isinstance(field, AutoField) or field.generated)]
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = _values(fields, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for portion in _portions(values):
                text = io.StringIO("".join(map(_line, portion)))
                with connection.wrap_database_errors:
                    cursor.cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", text)
        else:
            marks = ", ".join(["%s"] * len(fields))
            for portion in _portions(values):
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", map(_plain, portion))


def _values(fields: Sequence[Field], rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    defaults = [(field.attname, field.get_default()) for field in fields]
    for row in rows:
        yield [row.get(name, default) for name, default in defaults]


def _portions(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    portion = []
    for row in rows:
        portion.append(row)
        if len(portion) == _PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


def _plain(row: Sequence[Any]) -> list[Any]:
    return [value.isoformat() if isinstance(value, date) else value for value in row]


def _line(row: Sequence[Any]) -> str:
    return "\t".join(map(_said, row)) + "\n"


def _said(value: Any) -> str:
    """A value as COPY reads it; a float as the shortest text that is the same double."""
    if value is None:
        return "\\N"
    return value.translate(_ESCAPES) if isinstance(value, str) else str(value)
