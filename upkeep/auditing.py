"""What the worker does for the audit trail, and what of it waits for the auditor."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic

from django.urls import reverse

from accounts import anomalies, retention
from accounts.audit import FAILED, record
from accounts.posts import Power
from common.exceptions import Refused
from inbox.hooks import InboxItem
from upkeep.models import UpkeepEvent, UpkeepKind
from witness.verifying import VERIFIED

log = logging.getLogger(__name__)

WORKER = "（后台任务）"
EVERY_S = 600
DAY_S = int(timedelta(days=1).total_seconds())
DAYS_AT_FIRST = 35
"""How far back a worker looks when it begins: it may have been away."""

_next = {"look": 0.0, "archive": 0.0}
"""When each is due, in this process; 0: it has not been done yet."""


def keep_trail() -> None:
    """Look out for what is unusual, every ten minutes; archive what is old enough, once a day."""
    now = monotonic()
    if now >= _next["look"]:
        anomalies.look_out(days=1 if _next["look"] else DAYS_AT_FIRST)
        _next["look"] = now + EVERY_S
    if now >= _next["archive"]:
        _next["archive"] = now + DAY_S
        _archive()


def _tampering() -> Iterator[InboxItem]:
    """Until a verification finds all whole: else only the system administrator knew, whom it may be about."""
    last = UpkeepEvent.objects.filter(kind=UpkeepKind.VERIFY).order_by("-at").first()
    if last and not last.ok:
        yield InboxItem(
            key="tampering",
            version=str(last.pk),
            kind="审计",
            title=f"防篡改核验发现 {last.detail.get('count') or '若干'} 处与存证不符",
            url=f"{reverse('accounts:audit')}?action={VERIFIED}&result={FAILED}",
            state="待核查",
            since=last.at,
            words="保护现场，不要改动数据，并告知安全管理员",
        )


def _archive() -> None:
    """Archive; where the chain or a file does not hold nothing is touched, and the trail says so."""
    if not retention.is_due():
        return
    try:
        retention.archive_expired(by=WORKER)
    except Refused as refusal:
        log.error("The audit trail was not archived")
        record(action="audit.archive", by=WORKER, detail={"problem": str(refusal)}, result=FAILED)


def pending(user) -> Iterator[InboxItem]:
    """What the last verification found, and an item for each rule that has found something nobody has checked yet."""
    if user.may(Power.READ_AUDIT_TRAIL):
        yield from _tampering()
    for rule, found in anomalies.waiting(user):
        yield InboxItem(
            key=f"anomaly-{rule.key}",
            version="-".join(f"{each.pk}.{each.figure}" for each in found[:20]) + f"-{len(found)}",
            kind="审计",
            title=f"{rule.title}：{len(found)} 项待核查",
            url=f"{reverse('accounts:anomalies')}?rule={rule.key}",
            state="待核查",
            since=min(each.found_at for each in found),
            latest=max(each.found_at for each in found),
        )
