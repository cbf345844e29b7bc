"""What the system administrator has to mend, in the inbox."""

from collections.abc import Iterator

from django.urls import reverse

from accounts.models import User
from accounts.posts import Power
from common import clock
from inbox.hooks import InboxItem
from upkeep.checking import looked
from upkeep.hooks import StatusLight


def pending(user: User) -> Iterator[InboxItem]:
    """An item for each check that finds something which must be mended now; unread again every day that it is."""
    if not user.may(Power.SEE_STATUS):
        return
    for check, finding in looked():
        if finding.light is StatusLight.BAD:
            yield InboxItem(
                key=f"upkeep:{check.key}",
                version=str(clock.real_now().date()),
                kind="系统状态",
                title=f"{check.label}：{finding.why}",
                url=f"{reverse('upkeep:status')}#{check.key}",
                state=StatusLight.BAD.label,
            )
