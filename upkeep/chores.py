"""What the worker sees to from time to time, beside the jobs."""

import logging

from django.utils import timezone

from accounts import anomalies, dormancy, retention, sessions
from accounts.audit import FAILED, record
from common import clock
from common.exceptions import Refused
from evidence import store
from gate import uploads
from jobs import actions as jobs
from jobs.hooks import every

log = logging.getLogger(__name__)

WORKER = "（后台任务）"
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
DAYS_AT_FIRST = 35
"""How far back a worker looks for what is unusual when it begins: it may have been away."""


@every(HOUR_S)
def tidy() -> None:
    """Remove what is over: jobs and their files, days of uploads, ended sessions; and what uploads that broke off left on the disk."""
    now = clock.real_now()
    jobs.sweep(now)
    sessions.sweep()
    uploads.thin(timezone.localdate(now))
    if found := store.sweep(now):
        log.warning("%d files that were half written by a process that was killed are removed", found)


@every(HOUR_S)
def close_unused_accounts() -> None:
    dormancy.close_unused()


@every(float("inf"))
def look_back() -> None:
    """Look out for what was unusual while there was no worker."""
    anomalies.look_out(days=DAYS_AT_FIRST)


@every(10 * MINUTE_S)
def look_out() -> None:
    """Look out for what is unusual."""
    anomalies.look_out(days=1)


@every(DAY_S)
def archive() -> None:
    """Archive of the audit trail what is old enough; where the chain or a file does not hold nothing is touched, and the trail says so."""
    if not retention.is_due():
        return
    try:
        retention.archive_expired(by=WORKER)
    except Refused as refusal:
        log.error("The audit trail was not archived")
        record(action="audit.archive", by=WORKER, detail={"problem": str(refusal)}, result=FAILED)
