"""The worker is heard of, whatever it is doing."""

import os

from django.db import transaction

from common import clock
from upkeep.models import Heartbeat

WORKER = "worker"


@transaction.atomic
def beat() -> None:
    """Say that the worker is there; ``jobs`` calls it every few seconds (``jobs.hooks.BEATS``)."""
    told = {"at": clock.real_now(), "detail": {"pid": os.getpid()}}
    Heartbeat.objects.update_or_create(name=WORKER, defaults=told)
