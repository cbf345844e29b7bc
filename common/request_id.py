"""Which request is being answered and which job done: on every line of the log, on the answer, on error pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

current: ContextVar[str] = ContextVar("request_id", default="")
"""The number of the request (X-Request-ID); blank where none is being answered."""
job: ContextVar[int | None] = ContextVar("job", default=None)
"""The job that the worker has in hand."""


@contextmanager
def of_job(pk: int) -> Iterator[None]:
    """A context in which whatever is logged carries the number of the job."""
    token = job.set(pk)
    try:
        yield
    finally:
        job.reset(token)
