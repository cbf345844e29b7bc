"""Bulk insert of plain values: COPY on PostgreSQL, executemany elsewhere."""

import io
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model

_PORTION = 20_000

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Add rows to a model's table; JSON comes as text, and columns that are not named stay NULL.

    Nothing checks the values but the table's own constraints.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for portion in _portions(rows):
                text = io.StringIO("".join(map(_line, portion)))
                with connection.wrap_database_errors:
                    cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", text)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def _portions(rows: Iterable[Sequence]) -> Iterable[list[Sequence]]:
    held: list[Sequence] = []
    for row in rows:
        held.append(row)
        if len(held) == _PORTION:
            yield held
            held = []
    if held:
        yield held


def _line(row: Sequence) -> str:
    """A row in the text format of COPY."""
    return "\t".join(["\\N" if value is None else str(value).translate(_ESCAPES) for value in row]) + "\n"
