"""What the worker tidies up once an hour: what uploads that broke off left on the disk, and days of uploads that are over."""

import logging
import time

from django.utils import timezone

from common import clock
from evidence import store
from gate import uploads

log = logging.getLogger(__name__)

EVERY_S = 3600
_done = [float("-inf")]


def tidy() -> None:
    """Chore of the worker, which asks every second."""
    if time.monotonic() - _done[0] < EVERY_S:
        return
    _done[0] = time.monotonic()
    uploads.thin(timezone.localdate(clock.real_now()))
    if found := store.sweep(clock.real_now()):
        log.warning("%d files that were half written by a process that was killed are removed", found)
