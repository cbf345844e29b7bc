"""What a line of the log says: when, how grave, by whom, about which request or job; nothing about a person.

Addresses of pages, query strings and forms stay out of it (an address may be a secret, as a big screen's is), and so does what an
exception says of the data that it met: its kind and its place remain. At PORTAL_LOG_LEVEL=DEBUG, for a search on one's own machine, all is said.
"""

import logging
import traceback
from datetime import datetime
from types import TracebackType

from django.utils.timezone import get_default_timezone
from pythonjsonlogger.json import JsonFormatter

from common import request_id

LINE = "{asctime} {levelname} {name}: {message}"
FIELDS = ("asctime", "levelname", "name", "message", "request_id", "job", "view", "method", "status", "ms", "address")
"""What a line of JSON may hold; what is blank is left out."""
FRANK = ("OperationalError", "InterfaceError", "IntegrityError")
"""Errors of databases whose first line names connections and constraints, never a value; the following lines may."""


class LogContext(logging.Filter):
    """Gives each record its request or job, and the name of a view in place of a page's address."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id, record.job = request_id.current.get(), request_id.job.get()
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            record.args = tuple(view_of(request) if each == request.path else each for each in record.args)
            record.view = view_of(request)
        return True


def view_of(request) -> str:
    """The name of the view that answers a request; ``none`` where there is none."""
    match = getattr(request, "resolver_match", None)
    return match.view_name if match else "none"


class _Discreet(logging.Formatter):
    """Tells an exception by its kinds and places, a moment with its distance from UTC."""

    def formatTime(self, record, datefmt=None) -> str:
        return datetime.fromtimestamp(record.created, get_default_timezone()).isoformat(timespec="milliseconds")

    def formatException(self, ei) -> str:
        if logging.getLogger().isEnabledFor(logging.DEBUG):
            return "".join(traceback.format_exception(*ei)).rstrip()
        return "\n".join(_told(ei[1])).rstrip()


class LogLine(_Discreet):
    """A line for people; the number of its request or job at the end. What is said breaks into no second line."""

    def __init__(self) -> None:
        super().__init__(LINE, style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = record.message.replace("\r", "\\r").replace("\n", "\\n")
        number, job = getattr(record, "request_id", ""), getattr(record, "job", None)
        return super().formatMessage(record) + (f" [{number}]" if number else "") + (f" [任务 {job}]" if job else "")


class LogJson(_Discreet, JsonFormatter):
    """A line for machines: one object of JSON."""

    def __init__(self) -> None:
        JsonFormatter.__init__(self, FIELDS, json_ensure_ascii=False)

    def process_log_record(self, log_data: dict) -> dict:
        told = {*FIELDS, "exc_info"}
        return {name: value for name, value in log_data.items() if name in told and value not in (None, "")}


def _told(fault: BaseException | None) -> list[str]:
    """The exception and what led to it, the first of them first."""
    if fault is None:
        return []
    before = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    return [*_told(before), _places(fault.__traceback__) + _kind(fault)]


def _places(at: TracebackType | None) -> str:
    return "".join(traceback.format_tb(at))


def _kind(fault: BaseException) -> str:
    kind = type(fault)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if kind.__name__ in FRANK:
        return f"{name}: {str(fault).partition(chr(10))[0]}"
    return f"{name}: [Errno {fault.errno}] {fault.strerror}" if isinstance(fault, OSError) else name
