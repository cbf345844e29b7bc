"""How the database is emptied after a transactional test, though some tables are append-only.

Only what has rows is emptied, which after a test is a tenth of the tables. The triggers that refuse it are lifted for
that alone and put back with it, in one transaction; every test runs with them. Nothing of this is in the portal itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Model
from django.test import TransactionTestCase
from django.utils.module_loading import autodiscover_modules

from common.append_only import EVERY

LASTING = {"django_migrations", "django_content_type", "auth_permission"}
"""What follows from the migrations and models alone; Django would empty the latter two to fill them anew."""


def allow_flush() -> None:
    """In place of Django's flush of all tables."""
    # Some are named by migrations alone, which do not run where the database is kept.
    autodiscover_modules("triggers")
    TransactionTestCase._fixture_teardown = lambda _: empty()


def empty() -> None:
    """Take all rows from all tables but ``LASTING``, in whatever thread: a test that drives the browser has its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        filled = _filled(cursor)
        refusing = [protected for protected in EVERY if protected.table in filled]
        for protected in refusing:
            protected.remove(connection)
        for table in filled:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        connection.check_constraints()
        for protected in refusing:
            protected.install(connection)


def _filled(cursor) -> list[str]:
    """The tables that have rows, asked in one query."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - LASTING)
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})" for name in tables)
    cursor.execute(" UNION ALL ".join(asked))
    return [name for (name,) in cursor.fetchall()]


@contextmanager
def lifted(model: type[Model]) -> Iterator[None]:
    """Inside, rows of an append-only table can be changed: for history that no test has the time to live through."""
    (guard,) = (each for each in EVERY if each.table == model._meta.db_table)
    connection.check_constraints()
    guard.remove(connection)
    try:
        yield
    finally:
        guard.install(connection)
