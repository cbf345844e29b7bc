"""Many new rows into a table at once: COPY on PostgreSQL, one prepared statement elsewhere, no object a row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import repeat
from typing import Any

from django.db import connections, router
from django.db.models import AutoField, Field, Model

_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


Columns = Mapping[str, Sequence[Any]]
"""Some rows: the values of each attribute, all of one length."""


def insert(model: type[Model], portions: Iterable[Columns]) -> None:
    """Insert rows in portions; what a portion leaves out has the field's default.

    Values are those that the columns hold: text, numbers, yes or no, dates, None. Nothing is
    validated, and the constraints of the database hold as always. The database stores one portion
    while the next is worked out, which therefore must not ask it anything.
    """
    connection = connections[router.db_for_write(model)]
    fields = [field for field in model._meta.concrete_fields if not (isinstance(field, AutoField) or field.generated)]
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            texts = (_lines(fields, columns) for columns in portions)
            with connection.wrap_database_errors:
                cursor.cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", _Stream(texts))
        else:
            marks = ", ".join(["%s"] * len(fields))
            for columns in portions:
                rows = list(zip(*(_plain(field, columns) for field in fields), strict=True))
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def update(model: type[Model], names: Sequence[str], columns: Columns, keys: Sequence[Any]) -> None:
    """Write the attributes ``names`` of rows, by primary key, from ``columns``; with one prepared statement, as ``insert`` does."""
    connection = connections[router.db_for_write(model)]
    quoted = connection.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if field.attname in names]
    said = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    statement = f"UPDATE {quoted(model._meta.db_table)} SET {said} WHERE {quoted(model._meta.pk.column)} = %s"
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(zip(*(_plain(field, columns) for field in fields), keys, strict=True)))


class _Stream:
    """Texts as a file, each written when the database has room for it."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts

    def read(self, size: int = -1) -> str:
        """The next text, however many characters were asked for; '' at the end."""
        return next(self._texts, "")


def _lines(fields: Sequence[Field], columns: Columns) -> str:
    """A portion as COPY reads it."""
    rows = zip(*(_said(field, columns) for field in fields), strict=True)
    return "\n".join(map("\t".join, rows)) + "\n"


def _count(columns: Columns) -> int:
    return len(next(iter(columns.values())))


def _plain(field: Field, columns: Columns) -> Iterator[Any]:
    """A column as any driver takes it."""
    if field.attname not in columns:
        return repeat(field.get_default(), _count(columns))
    return (value.isoformat() if isinstance(value, date) else value for value in columns[field.attname])


def _said(field: Field, columns: Columns) -> Iterator[str]:
    """A column as COPY reads it; a float as the shortest text that is the same double.

    Most columns hold values of one type, and text without anything to escape: those cost next to nothing.
    """
    if field.attname not in columns:
        return repeat(_text(field.get_default()), _count(columns))
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
