"""Metrics in Prometheus' text: what the server processes count together, and the numbers of the checks.

Each process counts in files of its own in the folder that PROMETHEUS_MULTIPROC_DIR names (``qingcheng_fiber.serving`` does
so), and whichever is asked adds them up, those of dead processes too. Labels are the names of views, methods and classes of
status: few, whatever is asked for.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from upkeep.room import FOLDER

# isort: split
from django.contrib.auth.signals import user_login_failed
from django.core.signals import got_request_exception
from django.db import DatabaseError
from django.dispatch import receiver
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from upkeep.checking import looked
from upkeep.hooks import StatusLight

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
COUNTED = CollectorRegistry()
REQUESTS = Counter(
    "portal_requests",
    "Requests answered, by view, method and class of status",
    ["view", "method", "status"],
    registry=COUNTED,
)
SECONDS = Histogram(
    "portal_request_seconds",
    "Seconds until the answer",
    ["view"],
    registry=COUNTED,
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
DATABASE_ERRORS = Counter(
    "portal_database_errors", "Requests that an error of the database ended", ["kind"], registry=COUNTED
)
LOGIN_FAILURES = Counter("portal_login_failures", "Logins with a wrong name or password", registry=COUNTED)


def count(view: str, method: str, status: int, seconds: float) -> None:
    """Count an answered request."""
    REQUESTS.labels(view, method if method in METHODS else "other", f"{status // 100}xx").inc()
    SECONDS.labels(view).observe(seconds)


@receiver(got_request_exception)
def _count_database_error(**told) -> None:
    fault = sys.exception()
    if isinstance(fault, DatabaseError):
        DATABASE_ERRORS.labels(type(fault).__name__).inc()


@receiver(user_login_failed)
def _count_login_failure(**told) -> None:
    LOGIN_FAILURES.inc()


class _Standing:
    """What the checks find, as it is when asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        lights = GaugeMetricFamily(
            "portal_check_ok", "0: the check finds something that must be mended", labels=["check"]
        )
        for check, finding in looked():
            lights.add_metric([check.key], finding.light is not StatusLight.BAD)
            for name, value in finding.numbers.items():
                yield GaugeMetricFamily(f"portal_{name}", f"Of the check {check.key}", value)
        yield lights

    def describe(self) -> list:
        return []


def exposition() -> bytes:
    """All metrics, in Prometheus' text."""
    registry = CollectorRegistry()
    if FOLDER in os.environ:
        MultiProcessCollector(registry)
    registry.register(_Standing())
    return (b"" if FOLDER in os.environ else generate_latest(COUNTED)) + generate_latest(registry)


def sweep(folder: Path) -> None:
    """Forget what processes counted that are gone: a service that begins counts from 0."""
    with contextlib.suppress(OSError):  # A full disk does not keep the portal from beginning.
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.glob("*.db"):
            file.unlink(missing_ok=True)
