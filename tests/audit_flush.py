"""How the test runner may empty the database after a transactional test, though the audit trail is append-only.

The triggers that refuse it are lifted for the flush alone and put back with it, in one transaction; every
test runs with them. Nothing of this is in the portal itself.
"""

from django.db import connection, transaction

from accounts import triggers


def allow_flush() -> None:
    flush = connection.ops.execute_sql_flush

    def execute_sql_flush(sql_list):
        with transaction.atomic():
            triggers.remove(connection)
            flush(sql_list)
            triggers.install(connection)

    connection.ops.execute_sql_flush = execute_sql_flush
