"""What of the audit trail waits for the auditor."""

from collections.abc import Iterator

from django.urls import reverse

from accounts import anomalies
from accounts.audit import FAILED
from accounts.posts import Power
from inbox.hooks import InboxItem
from upkeep.models import UpkeepEvent, UpkeepKind
from witness.verifying import VERIFIED


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
