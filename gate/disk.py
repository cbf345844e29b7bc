"""A full disk: how it is known, and what may be left out for it."""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

log = logging.getLogger(__name__)

_SAYS_POSTGRESQL = "53100"
"""Its own code of a full disk."""


def is_full(fault: BaseException | None) -> bool:
    """Whether a file could not be written for want of room, or a database says so of itself."""
    if isinstance(fault, OperationalError):
        return "disk is full" in str(fault) or getattr(fault.__cause__, "pgcode", "") == _SAYS_POSTGRESQL
    return isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def left_out_when_full(what: str) -> Iterator[None]:
    """A context of a write without which a reading goes on: on a full disk it is not done, which the log says.

    Not within a transaction, which the failed write would have spoilt.
    """
    try:
        yield
    except (OperationalError, OSError) as fault:
        if not is_full(fault):
            raise
        log.warning("The disk is full; left out: %s", what)
