"""Rows of every sealed kind, made of its columns alone, and changes of each behind the portal's back."""

import contextlib
import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, models, transaction

from common.append_only import EVERY
from witness.kinds import Sealed, kind_of, kinds

_NUMBERS = itertools.count(1_000_000)


@contextlib.contextmanager
def behind_the_portals_back() -> Iterator[Any]:
    """A cursor for which no constraint and no trigger stands in the way; all is taken back in the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        connection.check_constraints()
        for guard in EVERY:
            guard.remove(connection)
        if connection.vendor == "postgresql":
            cursor.execute("SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('f', 'c')")
            for table, name in cursor.fetchall():
                if table in connection.introspection.table_names(cursor):
                    cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        try:
            yield cursor
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints = OFF")
            transaction.set_rollback(True)


def planted(kind: Sealed) -> models.Model:
    """A row of a kind that is to have a leaf."""
    fields = kind.model._meta.concrete_fields
    above = {
        field.attname: planted(kind_of(field.related_model)).pk
        for field in fields
        if field.is_relation and not field.null and field.related_model._meta.label_lower in kinds()
    }
    for chosen in _choices(kind):
        values = {field.attname: value_of(field) for field in fields if not isinstance(field, models.AutoField)}
        row = kind.model(**values | above | chosen)
        kind.model._base_manager.bulk_create([row])
        if kind.rows().filter(pk=row.pk).exists():
            return row
        kind.model._base_manager.filter(pk=row.pk)._raw_delete(kind.model._base_manager.db)
    raise AssertionError(f"No row of {kind.kind} is to have a leaf.")


def _choices(kind: Sealed) -> Iterator[dict]:
    """Values that may make a row one that is to have a leaf: each of a state's."""
    yield {}
    for field in kind.model._meta.concrete_fields:
        if kind.due is not None and field.choices and not field.is_relation:
            yield from ({field.attname: code} for code, _ in field.flatchoices)


def value_of(field: models.Field) -> Any:
    """A value of the column's type that no other call gives."""
    number = next(_NUMBERS)
    while field.is_relation:
        field = field.target_field
    match field:
        case models.JSONField():
            return {"number": number}
        case models.BooleanField():
            return False
        case models.DateTimeField():
            return datetime(2018, 1, 1, tzinfo=UTC) + timedelta(seconds=number)
        case models.DateField():
            return date(2018, 1, 1) + timedelta(days=number % 1000)
        case models.DecimalField():
            return Decimal(number % 10 ** (field.max_digits - field.decimal_places))
        case models.FloatField():
            return number % 500 / 7
        case models.CharField() | models.TextField():
            return str(number)[: field.max_length]
        case models.SmallIntegerField() | models.PositiveSmallIntegerField():
            return number % 30_000
        case _:
            return number


def changed(field: models.Field, row: models.Model) -> Any:
    """What somebody writes over a column of a row, as the database takes it."""
    value = not getattr(row, field.attname) if isinstance(field, models.BooleanField) else value_of(field)
    if field.choices and not field.is_relation and isinstance(getattr(row, field.attname), str):
        value = f"?{value}"[: field.max_length]
    while field.is_relation:
        field = field.target_field
    return field.get_db_prep_save(value, connection)
