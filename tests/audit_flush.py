"""How the test runner may empty the database after a transactional test, though some tables are append-only.

The triggers that refuse it are lifted for the flush alone and put back with it, in one transaction; every
test runs with them. Nothing of this is in the portal itself.
"""

from django.db import connection, transaction
from django.utils.module_loading import autodiscover_modules

from common.append_only import EVERY


def allow_flush() -> None:
    """For every connection: a test that drives the browser has one of its own, as an event loop runs in its thread."""
    # Some are named by migrations alone, which do not run where the database is kept.
    autodiscover_modules("triggers")
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def execute_sql_flush(self, sql_list):
        with transaction.atomic(using=self.connection.alias):
            for protected in EVERY:
                protected.remove(self.connection)
            flush(self, sql_list)
            for protected in EVERY:
                protected.install(self.connection)

    operations.execute_sql_flush = execute_sql_flush
