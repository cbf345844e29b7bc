"""Whether a database was there at all."""

from django.db import DatabaseError, InterfaceError, OperationalError, connection

AWAY = (OperationalError, InterfaceError)


def is_away(fault: BaseException | None) -> bool:
    """Whether something went wrong because the database did not answer: told by Django, by the driver itself, or on the way.

    The driver's own exception passes Django where a cursor of the server's is closed (``QuerySet.iterator``), and
    psycopg2 tells some losses of a connection as no more than ``DatabaseError``.
    """
    seen: set[int] = set()
    while fault is not None and id(fault) not in seen:
        if isinstance(fault, (*AWAY, *_driver())) or type(fault) in (DatabaseError, connection.Database.DatabaseError):
            return True
        seen.add(id(fault))
        fault = fault.__cause__ or fault.__context__
    return False


def _driver() -> tuple[type[BaseException], ...]:
    return connection.Database.OperationalError, connection.Database.InterfaceError
