"""What befalls a step: the process is killed, the answer is lost after the commit, the disk or the database has no room."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import OperationalError, connection

KILLED, LOST, NO_ROOM_FOR_FILES, NO_ROOM_FOR_ROWS = "killed", "answer lost", "disk full", "database full"
FAULTS = (KILLED, LOST, LOST, NO_ROOM_FOR_FILES, NO_ROOM_FOR_ROWS)


class Killed(BaseException):
    """The process is gone: nothing that a request does when it fails is done, but what the database undoes."""


class Queries:
    """Counts what is asked of the database, and ends the process or the room at the ``last`` one."""

    def __init__(self, last: int = 0, error: BaseException | None = None, only_writes: bool = False) -> None:
        self.last, self.error, self.only_writes = last, error, only_writes
        self.count, self.struck = 0, False

    def __call__(self, execute, sql, params, many, context):
        if not self.only_writes or sql.lstrip()[:6].upper() in ("INSERT", "UPDATE"):
            self.count += 1
            if self.count == self.last:
                self.struck = True
                raise self.error
        return execute(sql, params, many, context)


@contextmanager
def befalling(fault: str, last: int) -> Iterator[Queries]:
    """Inside, the fault strikes at the ``last`` query, or writing query; it may come too late to strike at all."""
    errors = {KILLED: Killed(), NO_ROOM_FOR_ROWS: OperationalError("database or disk is full")}
    queries = Queries(last if fault in errors else 0, errors.get(fault), fault == NO_ROOM_FOR_ROWS)
    with connection.execute_wrapper(queries), _full_disk() if fault == NO_ROOM_FOR_FILES else mock.MagicMock() as disk:
        yield queries
    queries.struck |= fault == NO_ROOM_FOR_FILES and disk.called


def _full_disk():
    """A file's bytes do not reach the disk, whoever writes them: that is told when they are flushed."""
    return mock.patch.object(os, "fsync", side_effect=OSError(errno.ENOSPC, "No space left on device"))
